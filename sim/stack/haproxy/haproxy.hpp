#pragma once
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "stack/component.hpp"
#include "stack/haproxy/backend.hpp"
#include "stack/haproxy/frontend.hpp"

namespace spof::stack {

/// HAProxy 2.6: frontends that let clients in, backends that their requests (mode http) or their
/// connections (mode tcp) go to.
class Haproxy final : public Component {
 public:
  Haproxy(Context& context, engine::Machine& machine, const HaproxyOptions& options);
  void wired(const std::vector<Wire>& wires) override;
  std::size_t in_progress() const override;
  std::size_t kept_connections() const override;
  /// With `option abortonclose` in frontend and backend a request ends with its client; otherwise
  /// it is not `served_by` anybody, and goes on. [HA-11]
  bool drops_on_hangup() const override { return true; }
  /// TimeoutStopSec, seconds. [HA-49]
  bool is_told_alone() const override { return true; }
  double holds_out() const override { return never; }
  std::vector<const TlsListener*> tls_listeners() const override;
  /// `maint`, `drain` or `ready` for one server, of which the last counts, or `reload`. [HA-19]
  /// [HA-40]
  /// `weight`: "server1 0", or no more. `configure`: another default backend is in its file, or no
  /// more.
  void command(const std::string& verb, const std::string& object, engine::Hold by) override;
  /// Its server lines of that name, as `show stat` has them.
  std::vector<const Server*> lines(const std::string& server) const;
  /// Told whom each request goes to, but of a server's own queue; for checks.
  std::function<void(const Server&)> assigned;

 protected:
  void started() override;
  Task<> serve(const Message& message) override { return serve_at(frontends_.front(), message); }

 private:
  /// The state of one request on its way through. [HA-37]
  struct Session {
    Body request;
    Backend* backend = nullptr;
    double accepted = 0;    ///< when the request was complete
    double assigned = -1;   ///< when a server had been found for the last time
    double connected = -1;  ///< when the connection to it stood
    double answered = -1;   ///< when its answer began
    int retries_left = 0;
    bool redispatched = false;
    Server* server = nullptr;
    Server* tied_to = nullptr;        ///< by its cookie
    net::Socket socket;               ///< to the server
    net::Exchange* client = nullptr;  ///< of a request
    double patience = 0;              ///< `timeout client`
    engine::Jobs::Handle job;
    char termination[3] = "--";
  };
  /// One of those that wait for a connection to their server, as long as this lives.
  class Connecting {
   public:
    Connecting(Haproxy& haproxy, Session& session) : all_(haproxy.connecting_), session_(&session) {
      if (session.server->options.on_marked_down == OnMarkedDown::shutdown_sessions)
        all_.push_back(session_);
    }
    Connecting(const Connecting&) = delete;
    Connecting& operator=(const Connecting&) = delete;
    ~Connecting() { std::erase(all_, session_); }

   private:
    std::vector<Session*>& all_;
    Session* session_;
  };
  friend class Backend;

  Task<> serve_at(Frontend& frontend, const Message& message) {
    return frontend.options.mode == Mode::tcp ? serve_tcp(frontend, message)
                                              : serve_http(frontend, message);
  }

  // tunnel.cpp: the way of a connection
  class Tunnel;
  Task<> serve_tcp(Frontend& frontend, const Message& message);
  Task<> pass_on(Frontend& frontend, Tunnel& tunnel, Session& session);

  // haproxy.cpp: the way of a request
  Task<> serve_http(Frontend& frontend, const Message& message);
  static Session session_of(Frontend& frontend, const Body& first);
  Task<Body> forward(Session& session);
  Task<net::Socket> connect(Session& session, Cause* failed);
  void cut_connecting(const Server& server);
  Task<net::Socket> reach(Server& server, double patience, bool* shaking = nullptr);
  void renew_tls();
  Task<bool> assign(Session& session, const Server* avoid, Backend::Slot& slot, Cause* failed);
  Task<bool> reach_server(Session& session, const Server* avoid, Backend::Slot& slot,
                          Cause* failed);
  Task<Body> exchange(Session& session);
  static const char* termination_of(Cause failed);
  Body explain(Session& session, const net::Reply& reply, bool shut);
  Body explained(Session& session, const net::Reply& reply, bool shut);
  Task<Body> relay(Session& session, Body part);
  static double patience_behind(const Session& session);
  static Body cut(Session& session, const net::Reply& reply, bool shut);
  bool may_redispatch(const Session& session) const;
  static const Server* leave(Session& session, Backend::Slot& slot);
  static bool is_tried_again(const Session& session, const Body& answer);
  void keep(Session& session, net::Socket&& socket);
  Task<> purge(Server& server);
  void log(const Session& session, const Body& answer);
  static Body end(Session& session, int status, Cause cause, const char* termination);

  // checks.cpp: health
  void forget_health();
  void configure();

  // metrics.cpp: its own page for Prometheus
  Task<> serve_metrics(const Message& message);
  MetricsPage metrics() const;

  const HaproxyOptions& options_;
  Random random_;
  std::deque<Backend> backends_;
  engine::InForce<std::string> written_;  ///< the default backend in its file, where it was changed
  std::deque<Frontend> frontends_;        ///< in the order of the options
  std::map<net::ConnectionId, Tunnel*> tunnels_;  ///< by the client's connection
  std::vector<Session*> connecting_;              ///< only with on-marked-down shutdown-sessions
  double phase_ = 0;              ///< of the checks at the beginning of the run, 0 to 1
  std::uint32_t generation_ = 0;  ///< of the checks: a reload starts new ones
};

}  // namespace spof::stack
