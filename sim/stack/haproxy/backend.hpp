#pragma once
#include <deque>
#include <string>

#include "stack/component.hpp"
#include "stack/haproxy/balance.hpp"
#include "stack/haproxy/server.hpp"

namespace spof::stack {

class Haproxy;

/// One backend of an HAProxy: its servers, the choice among them, the queue before them, their
/// health. It knows of its servers what its own checks and its own traffic told it, nothing else.
class Backend {
 public:
  Backend(Haproxy& haproxy, std::string name, const BackendOptions& options);
  /// A fresh process knows nothing. [HA-19]
  void restart();

  const std::string name;  ///< empty: the section itself
  const BackendOptions& options;
  std::deque<Server> servers;
  Balancer balancer;
  std::deque<Token> queue;  ///< requests that any server may take
  /// Whom the cookie of a request names, unless he is DOWN or in maintenance. [HA-47]
  Server* named_by(const Body& request);

  // queue.cpp: slots and queues
  class Slot;
  class InQueue;
  void serve_queues(Server& server);

  // checks.cpp: health
  void forget_health();
  /// Health checks of one server, until the next reload.
  Task<> check(Server& server, double first_after, std::uint32_t generation);
  double gap(const Server& server) const;
  /// What `observe` sees: layer 4 looks at connections, layer 7 at answers, too. [HA-22]
  enum class Traffic { connected, no_connection, answered, bad_answer };
  void observe(Server& server, Traffic what);
  /// `maint`, `drain` or `ready` for one of its servers.
  void command(const std::string& verb, Server& server);
  void weigh(Server& server, int weight, engine::Hold by);

 private:
  void release(Server& server);
  /// Tells the gauges how many of a server's slots are taken, where they are limited; how many
  /// requests wait for one of any server.
  void measure(Server& server);
  void measure_queues();
  InQueue* first_in(std::deque<Token>& waiting);
  void redistribute(Server& server);
  double next_check_beside(const Server& server) const;
  Task<measure::CheckResult> run_check(Server& server);
  void passed(Server& server);
  void failed_check(Server& server, measure::CheckResult why);
  void mark_up(Server& server);
  void mark_down(Server& server, measure::CheckResult why);
  void shut_sessions(Server& server);
  Haproxy& haproxy_;
  engine::Gauge& waiting_;
};

/// A request's place on a server: counts there until it is destroyed.
class Backend::Slot {
 public:
  Slot(Backend& backend, const engine::Process& process) : backend_(backend), process_(process) {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { leave(); }
  /// `counted`: whoever granted the place has counted it already.
  void enter(Server& server, bool counted = false) {
    leave();
    server_ = &server;
    if (!counted) ++server.served;
    server.idle.in_use(server.served);
    backend_.measure(server);
  }
  void leave() {
    if (Server* server = std::exchange(server_, nullptr); server && !process_.is_dying())
      backend_.release(*server);
  }

 private:
  Backend& backend_;
  const engine::Process& process_;
  Server* server_ = nullptr;
};

/// Awaitable: waits in a queue for a slot. [HA-8] [HA-10]
class Backend::InQueue : public engine::Wait {
 public:
  InQueue(Backend& backend, engine::Process& process, std::deque<Token>& queue, double patience)
      : Wait(process), backend_(backend), queue_(queue), patience_(patience) {}
  ~InQueue() override {
    if (process_.is_dying()) return;
    if (granted_) backend_.release(*granted_);
    if (!granted_ && is_open())
      std::erase_if(queue_, [&](const Token& one) { return process_.find(one) == this; });
    backend_.measure_queues();
  }
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    open();
    queue_.push_back(token_);
    backend_.measure_queues();
    limit(patience_);
  }
  /// The server that has counted this request already; null: timed out, or `moved`.
  Server* await_resume() {
    if (timed_out_) process_.prune(queue_);  // maxqueue and leastconn count who waits
    return std::exchange(granted_, nullptr);
  }
  void wake(const Message& answer) override {
    timed_out_ = answer.outcome == Outcome::timed_out && !granted_;
    Wait::wake(answer);
  }
  bool has_timed_out() const { return timed_out_; }

 private:
  friend class Backend;
  Backend& backend_;
  std::deque<Token>& queue_;
  double patience_;
  double since_ = engine::now();
  Server* granted_ = nullptr;
  bool timed_out_ = false;
};

}  // namespace spof::stack
