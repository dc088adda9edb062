#include <algorithm>

#include "stack/haproxy/haproxy.hpp"

namespace spof::stack {

/// A request has left the server.
void Haproxy::release(Server& server) {
  --server.served;
  serve_queues(server);
}

/// Whoever waits longest in a queue; forgets those that have left.
Haproxy::InQueue* Haproxy::first_in(std::deque<Token>& queue) {
  while (!queue.empty()) {
    auto* waiter = static_cast<InQueue*>(find(queue.front()));
    if (waiter && !waiter->granted_) return waiter;
    queue.pop_front();
  }
  return nullptr;
}

/// Free slots go to whoever has waited longest in the server's own queue or the backend's. Only a
/// server in use takes from the backend's. [HA-8]
void Haproxy::serve_queues(Server& server) {
  const auto& eligible = balancer_.eligible();
  const bool in_use = std::find(eligible.begin(), eligible.end(), &server) != eligible.end();
  while (server.up && server.admin != Server::Admin::maint && !server.is_full()) {
    InQueue* own = first_in(server.queue);
    InQueue* shared = in_use ? first_in(queue_) : nullptr;
    if (!own && !shared) return;
    const bool takes_own = own && (!shared || own->since_ <= shared->since_);
    std::deque<Token>& queue = takes_own ? server.queue : queue_;
    (takes_own ? own : shared)->granted_ = &server;
    ++server.served;
    const Token token = queue.front();
    queue.pop_front();
    accept(token);
  }
}

/// The queue of a server that went DOWN looks for another one, with `option redispatch`. [HA-12]
void Haproxy::redistribute(Server& server) {
  if (!options_.redispatch) return;
  for (const Token& one : std::exchange(server.queue, {})) accept(one, Outcome::closed);
}

}  // namespace spof::stack
