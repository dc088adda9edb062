#include <algorithm>

#include "net/daemon.hpp"
#include "net/network.hpp"

namespace spof::net {

void Network::send_bare_syn(const engine::Machine& from, Address to, std::uint32_t source) {
  const engine::Machine* hop = fabric_.next_hop(from, to.ip);
  if (!hop) return;
  Parcel parcel = parcel_between(from, *hop);
  parcel.what = bare_syn;
  parcel.address = to.ip;
  parcel.port = to.port;
  parcel.body.source = source;
  kernel_.send(parcel);
}

/// Its SYN-ACK goes to somebody who has never asked for it.
void Network::bare_syn_arrived(const Parcel& parcel) {
  Host& host = fabric_.host(*parcel.to);
  const Packet packet{.peer = parcel.from,
                      .port = parcel.port,
                      .incoming = true,
                      .opens = true,
                      .source = parcel.body.source};
  if (!host.owns(parcel.address) || host.judge(packet) != Verdict::pass) return;
  Firewall::Entry entry;
  if (host.firewall() && !host.firewall()->track(packet, entry)) return;
  Listener* listener = host.listener(parcel.port);
  if (!listener || !listener->daemon->is_alive() || !listener->open) {
    ++refused;
    return entry.leave(Firewall::End::broken);
  }
  const auto found = std::find_if(flooded_.begin(), flooded_.end(),
                                  [&](const auto& one) { return one.first == listener; });
  auto& queue =
      found == flooded_.end() ? flooded_.emplace_back(listener, SynQueue{}).second : found->second;
  const bool is_shut = syn_queue_is_full(*listener, host, packet);
  const bool has_room =
      queue.length(listener->backlog, timers_) <= static_cast<std::size_t>(listener->backlog);
  const bool answers =
      !is_shut && listener->waiting.size() <= static_cast<std::size_t>(listener->backlog);
  if (!answers) ++dropped_syns;
  if (answers && has_room) queue.add();  // otherwise a cookie, of which nothing is kept
  entry.leave(answers ? Firewall::End::half_open : Firewall::End::unanswered);
}

/// Whether a SYN is dropped because of those that are half open: never with cookies. Without them
/// a quarter of tcp_max_syn_backlog is kept for peers that the kernel knows from before, by the
/// metrics that it keeps of connections that are over. [FW-5]
bool Network::syn_queue_is_full(const Listener& listener, const Host& host, const Packet& packet) {
  const auto found = std::find_if(flooded_.begin(), flooded_.end(),
                                  [&](const auto& one) { return one.first == &listener; });
  if (found == flooded_.end() || host.syn_cookies) return false;
  SynQueue& queue = found->second;
  const auto length = static_cast<int>(queue.length(listener.backlog, timers_));
  const int for_all = host.max_syn_backlog - host.max_syn_backlog / 4;
  if (!queue.gauge)
    queue.gauge = &kernel_.gauge(listener.daemon->name() + "/half-open connections");
  queue.gauge->set(length, std::min(listener.backlog, for_all) + 1);
  return length > listener.backlog || (length > for_all && host.proven.count(packet.who()) == 0);
}

/// A connection is over: its peer is known from now on, its entries in connection tables stay for
/// a while.
void Network::forget_tracks(Connection& connection) {
  const End& server = connection.ends[server_side];
  if (connection.listener && !connection.local) {
    Host& host = fabric_.host(server.daemon->machine());
    if (!host.syn_cookies)
      host.proven.insert(Packet{.peer = &connection.ends[client_side].daemon->machine(),
                                .source = connection.source}
                             .who());
  }
  for (Firewall::Entry& entry : connection.entries)
    entry.leave(connection.broken     ? Firewall::End::broken
                : connection.listener ? Firewall::End::closed
                                      : Firewall::End::unanswered);
}

}  // namespace spof::net
