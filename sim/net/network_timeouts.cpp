#include "net/daemon.hpp"
#include "net/network.hpp"

namespace spof::net {

/// A connection was accepted and says nothing yet. All of a daemon wait equally long, so the first
/// to come is the first to go.
void Network::await_request(Listener& listener, ConnectionId id) {
  if (listener.request_timeout <= 0) return;
  listener.silent.emplace_back(engine::now() + listener.request_timeout, id);
  if (!std::exchange(listener.silent_armed, true))
    kernel_.at(listener.silent.front().first, [this, &listener] { end_silent(listener); });
}

void Network::trickle(ConnectionId id) {
  Connection* connection = find(id);
  if (!connection || std::exchange(connection->trickles, true)) return;
  Listener& listener = *connection->listener;
  if (connection->accepted) ++listener.trickling;
  if (listener.header_timeout > 0)
    kernel_.at(engine::now() + listener.header_timeout, [this, id] { close(id, server_side); });
}

/// Whoever has not begun to ask in time gets a 408: of a long request the header has come. [HA-33]
void Network::end_silent(Listener& listener) {
  auto& silent = listener.silent;
  if (listener.daemon->is_hung()) {  // it looks when it runs again
    listener.silent_armed = false;
    return;
  }
  while (!silent.empty() && silent.front().first <= engine::now()) {
    const ConnectionId id = silent.front().second;
    silent.pop_front();
    const Connection* connection = find(id);
    if (!connection || connection->asked || last_byte(id, server_side) > 0) continue;
    if (!is_same_incarnation(connection->ends[server_side])) continue;
    if (connection->trickles && listener.any_byte_counts) {
      silent.emplace_back(engine::now() + listener.request_timeout, id);
      continue;
    }
    Body answer;
    answer.status = 408;
    answer.bytes = 200;
    transmit(id, server_side, answer, true);
  }
  listener.silent_armed = !silent.empty();
  if (!silent.empty())
    kernel_.at(silent.front().first, [this, &listener] { end_silent(listener); });
}

/// Whether its server has a request of it, or begins to get one.
bool Network::is_busy(ConnectionId id, const Connection& connection) const {
  const End& end = connection.ends[server_side];
  return end.unread || end.reader.process || end.daemon->is_hung() ||
         last_byte(id, server_side) > 0;
}

void Network::close_idle(const Daemon& daemon) {
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    const Connection& one = *connections_[i];
    const ConnectionId id = static_cast<ConnectionId>(one.generation) << 32 | i;
    if (one.used && one.watched && one.listener->daemon == &daemon &&
        is_same_incarnation(one.ends[server_side]) && !is_busy(id, one))
      close(id, server_side);
  }
}

/// One timer per kept connection: it looks, and looks again when the connection was used meanwhile.
void Network::watch_idle(ConnectionId id, double date) {
  kernel_.at(date, [this, id] {
    const Connection* connection = find(id);
    if (!connection || !is_same_incarnation(connection->ends[server_side])) return;
    const double patience = connection->listener->idle_timeout;
    const double due =
        is_busy(id, *connection) ? engine::now() + patience : connection->idle_since + patience;
    if (due > engine::now()) return watch_idle(id, due);
    close(id, server_side);
  });
}

}  // namespace spof::net
