#include <algorithm>

#include "stack/haproxy/haproxy.hpp"

namespace spof::stack {

/// A request has left the server.
void Haproxy::release(Server& server) {
  --server.served;
  serve_queues(server);
}

/// Free slots go to whoever has waited longest in the server's own queue or the backend's. [HA-8]
/// The server's own requests cannot go elsewhere, so they come first.
void Haproxy::serve_queues(Server& server) {
  if (!server.up) return;
  for (auto* queue : {&server.queue, &queue_}) {
    if (queue == &queue_) {  // only a server that is in use takes from the backend's queue
      const auto& eligible = balancer_.eligible();
      if (std::find(eligible.begin(), eligible.end(), &server) == eligible.end()) return;
    }
    while (!queue->empty() && !server.is_full()) {
      const Token token = queue->front();
      queue->pop_front();
      auto* waiter = static_cast<InQueue*>(find(token));
      if (!waiter || waiter->granted_) continue;
      waiter->granted_ = &server;
      ++server.served;
      accept(token);
    }
  }
}

/// The queue of a server that went DOWN looks for another one, with `option redispatch`. [HA-12]
void Haproxy::redistribute(Server& server) {
  if (!options_.redispatch) return;
  for (const Token& one : std::exchange(server.queue, {})) accept(one, Outcome::closed);
}

}  // namespace spof::stack
