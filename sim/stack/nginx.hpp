#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "stack/component.hpp"
#include "stack/nginx_options.hpp"

namespace spof::stack {

/// Nginx: static files itself, everything else through an application server.
class Nginx final : public Component {
 public:
  Nginx(Context& context, engine::Machine& machine, const NginxOptions& options);
  void wired(const std::vector<Wire>& wires) override;
  /// It closes its own connection to the application when the client has left (499). [NG-5]
  bool drops_on_hangup() const override { return true; }
  /// SIGQUIT; Debian's unit waits 5 s. [NG-9]
  void stop_cleanly() override { stop_gracefully({.patience = 5}); }
  /// QUIT/5, then SIGTERM. [HA-49]
  bool is_told_alone() const override { return true; }
  double holds_out() const override { return 8.2; }
  /// `renew`: another certificate.
  void command(const std::string& verb, const std::string& object, engine::Hold by) override;
  std::vector<const TlsListener*> tls_listeners() const override {
    if (!tls_) return {};
    return {&*tls_};
  }

 protected:
  void started() override;
  Task<> serve(const Message& message) override;

 private:
  struct Upstream {
    std::string name;
    net::Address address;
    UpstreamOptions line;
    int current = 0, effective = 1;  ///< weights of smooth round robin
    int fails = 0;
    double accessed = -1e9;  ///< its last failure, in whole seconds
    double checked = -1e9;   ///< its last failure, or the last time it was tried again
  };
  /// A try that did not fail makes its upstream whole, also when the client left first. [NG-4]
  struct Tried {
    Tried(Nginx& by, Upstream& one) : nginx(by), upstream(one) {}
    Tried(const Tried&) = delete;
    Tried& operator=(const Tried&) = delete;
    ~Tried() {
      if (upstream.accessed < upstream.checked) nginx.made_whole(upstream);
    }
    Nginx& nginx;
    Upstream& upstream;
  };
  /// What a worker knows of the upstreams, or with `zone` all of them. [NG-10]
  struct Group {
    std::vector<Upstream> upstreams;
  };
  struct Worker {
    int connections = 0;    ///< of requests in progress, and to upstreams
    unsigned accepted = 0;  ///< so far
    Group group;
  };
  /// All that begins anew at a reload; requests of old workers finish in theirs.
  struct Workers {
    std::vector<Worker> all;
    std::deque<std::size_t> waiting;  ///< in the order in which the kernel wakes them
    /// Who has accepted a connection, by its place in the network's table.
    std::unordered_map<std::uint32_t, std::pair<net::ConnectionId, std::size_t>> whose;
  };
  void start_workers();
  /// Connections of a worker, but those that it begins with.
  int room() const { return options_.worker_connections - options_.listens - 1; }
  bool is_full(const Worker& worker);
  Task<Body> proxy(Worker& worker, Group& group, Body request);
  Task<Body> ask_upstream(Worker& worker, Upstream& upstream, Body request, bool* again);
  using Tries = std::vector<const Upstream*>;
  Upstream* pick(Group& group, const Tries& tried) const;
  bool tries_next_on(Outcome failure) const;
  bool may_send_again(const Body& request) const;
  void failed(Upstream& upstream);
  void made_whole(Upstream& upstream);
  double fail_timeout(const Upstream& one) const {
    return one.line.fail_timeout.value_or(options_.fail_timeout);
  }
  int max_fails(const Upstream& one) const {
    return one.line.max_fails.value_or(options_.max_fails);
  }
  /// Whether so many failures disable it: none does where it is alone.
  bool are_too_many(const Upstream& one, int fails) const {
    return max_fails(one) > 0 && fails >= max_fails(one) && fresh_.upstreams.size() > 1;
  }
  Worker& worker_of(net::ConnectionId connection);
  /// Requests of one address.
  struct Visitor {
    double excess = 0, at = -1;  ///< of limit_req; -1: it has sent none
    int in_progress = 0;
  };
  /// How long a request has to wait; none: it is too many.
  std::optional<double> limited(Visitor& visitor) const;
  const NginxOptions& options_;
  std::optional<TlsListener> tls_;
  Random random_;
  engine::Station disk_;
  Group fresh_;  ///< as a worker begins
  std::shared_ptr<Workers> workers_;
  std::map<std::string, int> disabled_;                  ///< by upstream: in how many groups
  std::unordered_map<std::uint32_t, Visitor> visitors_;  ///< in memory that workers share
  double said_full_ = -never;
};

}  // namespace spof::stack
