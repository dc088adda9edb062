#include <algorithm>
#include <utility>

#include "stack/haproxy/haproxy.hpp"

namespace spof::stack {

/// The client's side of a session: its connection, and what it has said that is not passed on yet.
class Haproxy::Tunnel {
 public:
  class Next;
  Tunnel(Haproxy& haproxy, const Message& first) : haproxy_(haproxy), client_(first.connection) {
    haproxy.tunnels_.emplace(client_, this);
    hear(first.body);
  }
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;
  /// Of a dying process its kernel closes the connections.
  ~Tunnel() {
    for (const Body& one : said_) haproxy_.context_.ledger.dropped(one.id);
    haproxy_.tunnels_.erase(client_);
    if (!haproxy_.is_dying()) haproxy_.network().close(client_, net::server_side);
  }
  net::ConnectionId client() const { return client_; }
  void hear(const Body& said) {
    haproxy_.network().taken(client_);
    said_.push_back(said);
    if (waiter_.process) haproxy_.accept({.token = waiter_, .connection = client_});
  }
  void pass_to(const net::Socket& server) {
    haproxy_.network().transmit(server.id(), net::client_side, said_.front(), false);
    said_.pop_front();
  }

 private:
  Haproxy& haproxy_;
  net::ConnectionId client_;
  std::deque<Body> said_;
  Token waiter_;
};

/// Awaitable: what comes next over either connection: a message, the end of one, or silence for too
/// long. An end that is not noticed meanwhile is when it is asked for.
class Haproxy::Tunnel::Next : public engine::Wait {
 public:
  Next(Tunnel& tunnel, const net::Socket& server, double patience)
      : Wait(tunnel.haproxy_), tunnel_(tunnel), server_(server.id()), patience_(patience) {}
  ~Next() override {
    tunnel_.waiter_ = {};
    net::Network& network = tunnel_.haproxy_.network();
    network.forget_reader(tunnel_.client_, net::server_side);
    network.forget_reader(server_, net::client_side);
  }
  bool await_ready() {
    came_.connection = tunnel_.client_;
    return !tunnel_.said_.empty();
  }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    open();
    limit(patience_);
    tunnel_.waiter_ = token_;
    tunnel_.haproxy_.network().read(tunnel_.client_, net::server_side, token_);
    tunnel_.haproxy_.network().read(server_, net::client_side, token_);
  }
  Message await_resume() const { return came_; }
  void wake(const Message& message) override {
    came_ = message;
    Wait::wake(message);
  }

 private:
  Tunnel& tunnel_;
  net::ConnectionId server_;
  double patience_;
  Message came_;
};

/// The first message of a connection begins its session; what follows belongs to that. (A real one
/// begins with the connection, for databases speak first; their clients do not let it wait.)
Task<> Haproxy::serve_tcp(Frontend& frontend, const Message& message) {
  if (const auto known = tunnels_.find(message.connection); known != tunnels_.end()) {
    known->second->hear(message.body);
    co_return;
  }
  Tunnel tunnel(*this, message);
  Session session = session_of(frontend, message.body);
  session.job = co_await Self{};
  if (is_struck()) co_return;
  Backend::Slot slot(*session.backend, *this);
  Cause failed = Cause::none;
  const bool connected = co_await reach_server(session, nullptr, slot, &failed);
  if (connected) co_await pass_on(frontend, tunnel, session);
}

/// Until one side ends it, or both are silent: each message shows that both live, as without
/// `option independent-streams`, so the shorter time-out counts, for idle connections too. A client
/// that has been silent for too long is heard no more, but gets the answer it waits for. [HA-43]
Task<> Haproxy::pass_on(Frontend& frontend, Tunnel& tunnel, Session& session) {
  const Server::Told told(*session.server, session.socket.id());
  const double client = frontend.options.timeout.client;
  const double server = session.backend->options.timeout.server;
  double asked = never;  // what is not answered yet
  for (bool heard = true; heard;) {
    const double patience = asked < never ? server : std::min(client, server);
    const Message came = co_await Tunnel::Next(tunnel, session.socket, patience);
    if (came.outcome != Outcome::ok) co_return;
    co_await compute(options_.tcp_cpu.draw(random_));
    if (came.connection == tunnel.client()) {
      asked = now();
      tunnel.pass_to(session.socket);
    } else {
      heard = now() - std::exchange(asked, never) < client;
      network().transmit(tunnel.client(), net::server_side, came.body, false);
    }
  }
}

}  // namespace spof::stack
