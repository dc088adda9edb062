#pragma once
#include <deque>
#include <string>
#include <vector>

#include "stack/component.hpp"
#include "stack/haproxy/balance.hpp"
#include "stack/haproxy/rate_counter.hpp"
#include "stack/haproxy/server.hpp"
#include "stack/haproxy_options.hpp"

namespace spof::stack {

/// HAProxy 2.6 in HTTP mode, with one frontend and one backend. It knows of its servers what its
/// own checks and its own traffic told it, nothing else.
class Haproxy final : public Component {
 public:
  Haproxy(Context& context, engine::Machine& machine, const HaproxyOptions& options);
  void wired(const std::vector<Wire>& wires) override;
  std::size_t in_progress() const override;
  std::size_t kept_connections() const override;
  /// With `option abortonclose` a request ends with its client; by default it goes on. [HA-11]
  bool drops_on_hangup() const override { return options_.abortonclose; }
  /// `maint`, `drain` or `ready` for one server, or `reload`. [HA-19] [HA-40]
  void command(const std::string& verb, const std::string& server, engine::Hold by) override;

 protected:
  void started() override;
  Task<> serve(const Message& message) override;

 private:
  /// The state of one request on its way through. [HA-37]
  struct Session {
    Body request;
    double accepted = 0;    ///< when the request was complete
    double assigned = -1;   ///< when a server had been found for the last time
    double connected = -1;  ///< when the connection to it stood
    int retries_left = 0;
    bool redispatched = false;
    Server* server = nullptr;
    net::Socket socket;  ///< to it
    char termination[3] = "--";
  };
  /// What `observe` sees: layer 4 looks at connections, layer 7 at answers, too. [HA-22]
  enum class Traffic { connected, no_connection, answered, bad_answer };
  class Slot;
  class InQueue;

  // haproxy.cpp: the way of a request
  Task<Body> forward(Session& session);
  Task<net::Socket> connect(Session& session, Cause* failed);
  Task<bool> assign(Session& session, const Server* avoid, Slot& slot, Cause* failed);
  Task<bool> reach_server(Session& session, Slot& slot, Cause* failed);
  Task<Body> exchange(Session& session);
  static const char* termination_of(Cause failed);
  Body explain(Session& session, const net::Reply& reply, bool shut);
  bool is_over_limit(const Body& request);
  bool may_redispatch(const Session& session) const;
  net::Socket reuse(Session& session);
  void keep(Session& session, net::Socket&& socket);
  void log(const Session& session, const Body& answer);
  static Body end(Session& session, int status, Cause cause, const char* termination);

  // queue.cpp: slots and queues
  void release(Server& server);
  void serve_queues(Server& server);
  InQueue* first_in(std::deque<Token>& queue);
  void redistribute(Server& server);

  // checks.cpp: health
  void forget_health();
  void start_checks();
  Task<> check(Server& server, double first_after, std::uint32_t generation);
  Task<measure::CheckResult> run_check(Server& server);
  void passed(Server& server);
  void failed_check(Server& server, measure::CheckResult why);
  void mark_up(Server& server);
  void mark_down(Server& server, measure::CheckResult why);
  void observe(Server& server, Traffic what);
  double gap(const Server& server) const;

  const HaproxyOptions& options_;
  Random random_;
  std::deque<Server> servers_;
  Balancer balancer_;
  RateTable rates_;
  double phase_ = 0;              ///< of the checks at the beginning of the run, 0 to 1
  std::uint32_t generation_ = 0;  ///< of the checks: a reload starts new ones
  std::deque<Token> queue_;       ///< requests that any server may take
};

/// A request's place on a server: counts there until it is destroyed.
class Haproxy::Slot {
 public:
  explicit Slot(Haproxy& haproxy) : haproxy_(haproxy) {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { leave(); }
  /// `counted`: whoever granted the place has counted it already.
  void enter(Server& server, bool counted = false) {
    leave();
    server_ = &server;
    if (!counted) ++server.served;
  }
  void leave() {
    if (Server* server = std::exchange(server_, nullptr); server && !haproxy_.is_dying())
      haproxy_.release(*server);
  }

 private:
  Haproxy& haproxy_;
  Server* server_ = nullptr;
};

/// Awaitable: waits in a queue for a slot. [HA-8] [HA-10]
class Haproxy::InQueue : public engine::Wait {
 public:
  InQueue(Haproxy& haproxy, std::deque<Token>& queue, double patience)
      : Wait(haproxy), haproxy_(haproxy), queue_(queue), patience_(patience) {}
  ~InQueue() override {
    if (haproxy_.is_dying()) return;
    if (granted_) haproxy_.release(*granted_);
    if (!granted_ && is_open())
      std::erase_if(queue_, [&](const Token& one) { return haproxy_.find(one) == this; });
  }
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    open();
    queue_.push_back(token_);
    limit(patience_);
  }
  /// The server that has counted this request already; null: timed out, or `moved`.
  Server* await_resume() {
    if (timed_out_) haproxy_.prune(queue_);  // maxqueue and leastconn count who waits
    return std::exchange(granted_, nullptr);
  }
  void wake(const Message& answer) override {
    timed_out_ = answer.outcome == Outcome::timed_out && !granted_;
    Wait::wake(answer);
  }
  bool has_timed_out() const { return timed_out_; }

 private:
  friend class Haproxy;
  Haproxy& haproxy_;
  std::deque<Token>& queue_;
  double patience_;
  double since_ = engine::now();
  Server* granted_ = nullptr;
  bool timed_out_ = false;
};

}  // namespace spof::stack
