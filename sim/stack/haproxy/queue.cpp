#include <algorithm>

#include "stack/haproxy/haproxy.hpp"

namespace spof::stack {

/// A request has left the server.
void Backend::release(Server& server) {
  --server.served;
  serve_queues(server);
  measure(server);
}

void Backend::measure(Server& server) {
  if (server.limit() == 0) return;
  if (!server.gauge)
    server.gauge = &haproxy_.kernel().gauge(haproxy_.name() + "/slots of " + server.name);
  server.gauge->set(server.served, server.limit(), server.queue.size());
}

void Backend::measure_queues() {
  std::size_t waiting = queue.size();
  for (const Server& server : servers) waiting += server.queue.size();
  waiting_.set(waiting > 0, 1, waiting);
}

/// Whoever waits longest in a queue; forgets those that have left.
Backend::InQueue* Backend::first_in(std::deque<Token>& waiting) {
  while (!waiting.empty()) {
    auto* waiter = static_cast<InQueue*>(haproxy_.find(waiting.front()));
    if (waiter && !waiter->granted_) return waiter;
    waiting.pop_front();
  }
  return nullptr;
}

/// Free slots go to whoever has waited longest in the server's own queue or the backend's. Only a
/// server in use takes from the backend's; its own it works off in any state. [HA-8] [HA-12]
void Backend::serve_queues(Server& server) {
  const auto& eligible = balancer.eligible();
  const bool in_use = std::find(eligible.begin(), eligible.end(), &server) != eligible.end();
  while (!server.is_full()) {
    InQueue* own = first_in(server.queue);
    InQueue* shared = in_use ? first_in(queue) : nullptr;
    if (!own && !shared) return;
    const bool takes_own = own && (!shared || own->since_ <= shared->since_);
    std::deque<Token>& from = takes_own ? server.queue : queue;
    (takes_own ? own : shared)->granted_ = &server;
    ++server.served;
    if (haproxy_.assigned && !takes_own) haproxy_.assigned(server);
    const Token token = from.front();
    from.pop_front();
    haproxy_.accept(token);
    measure_queues();
  }
}

/// The queue of a server that went DOWN looks for another one, with `option redispatch`. [HA-12]
void Backend::redistribute(Server& server) {
  if (!options.redispatch) return;
  for (const Token& one : std::exchange(server.queue, {})) haproxy_.accept(one, Outcome::closed);
  measure_queues();
}

}  // namespace spof::stack
