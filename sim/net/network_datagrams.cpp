#include "net/daemon.hpp"
#include "net/network.hpp"

namespace spof::net {

void Network::post(const engine::Machine& from, Address to, const Body& body, What what) {
  const engine::Machine* hop = fabric_.next_hop(from, to.ip);
  if (!hop) return;
  Parcel parcel = parcel_between(from, *hop);
  parcel.what = what;
  parcel.address = to.ip;
  parcel.port = to.port;
  parcel.body = body;
  parcel.body.source = fabric_.ip(from);
  kernel_.send(parcel);
}

void Network::send_to_neighbours(const engine::Machine& from, std::uint16_t port,
                                 const Body& body) {
  for (const engine::Machine& other : kernel_.platform().machines())
    if (&other != &from && fabric_.are_neighbours(from, other))
      post(from, {fabric_.ip(other), port}, body, group_datagram);
}

void Network::announce(const engine::Machine& owner, std::uint32_t ip) {
  for (const engine::Machine& other : kernel_.platform().machines()) {
    if (&other == &owner || !fabric_.are_neighbours(owner, other)) continue;
    Parcel parcel = parcel_between(owner, other);
    parcel.what = arp;
    parcel.address = ip;
    kernel_.send(parcel);
  }
  const engine::Machine* outsider = fabric_.outsider(owner);
  if (!outsider || kernel_.platform().can_reach(owner, *outsider))
    fabric_.gateway_learns(ip, owner);
}

/// Answers to what a host has sent are ESTABLISHED, also where no rule lets them in. [FW-8] What is
/// sent to a group has no answer.
bool Network::passes(Host& host, Packet packet, std::uint8_t what) {
  Firewall* const wall = what == datagram ? host.firewall() : nullptr;
  packet.opens = !wall || !wall->continues(packet);
  if (host.judge(packet) != Verdict::pass) return false;
  if (wall) wall->passed(packet);
  return true;
}

/// A packet filter looks at datagrams, but not at ARP; nor at those for a group that nobody on the
/// host has joined [FW-7].
void Network::datagram_arrived(const Parcel& parcel) {
  Host& host = fabric_.host(*parcel.to);
  if (parcel.what == arp) return host.learn(parcel.address, *parcel.from);
  if (parcel.what == bare_syn) return bare_syn_arrived(parcel);
  Daemon* const reader = host.datagram_reader(parcel.port);
  if (!reader) return;
  Packet packet{.peer = parcel.to, .port = parcel.port, .incoming = false};
  const bool left = passes(fabric_.host(*parcel.from), packet, parcel.what);
  packet.peer = parcel.from;
  packet.incoming = true;
  if (!left || !host.owns(parcel.address) || !passes(host, packet, parcel.what)) return;
  reader->accept({.token = {}, .kind = Message::datagram, .body = parcel.body});
}

Verdict Network::judge(Host& host, const Packet& packet, Firewall::Entry& entry) {
  const Verdict verdict = host.judge(packet);
  const bool tracked = packet.opens && host.firewall() && packet.peer != &host.machine();
  if (verdict != Verdict::pass || !tracked) return verdict;
  return host.firewall()->track(packet, entry) ? Verdict::pass : Verdict::drop;
}

/// Whether the answer of a kernel finds its way.
bool Network::is_way_back_open(const Parcel& parcel, Connection& connection) {
  Parcel answer = parcel_between(*parcel.to, *parcel.from);
  answer.what = data;
  answer.side = static_cast<std::uint8_t>(1 - parcel.side);
  return kernel_.platform().can_reach(*answer.from, *answer.to) &&
         judge(answer, connection) == Verdict::pass;
}

/// What the filter of its own machine says to a packet of a connection.
Verdict Network::judge_leaving(const Parcel& parcel, Connection& connection) {
  Host& from = fabric_.host(*parcel.from);
  if (!from.filters()) return Verdict::pass;
  Packet packet;
  packet.peer = parcel.to;
  packet.port = parcel.side == client_side ? connection.address.port : std::uint16_t{0};
  packet.incoming = false;
  packet.opens = parcel.what == syn;
  return judge(from, packet, connection.entries[parcel.side]);
}

/// What the filters of both machines say. Nothing goes through one on its way to a Unix socket.
Verdict Network::judge(const Parcel& parcel, Connection& connection) {
  Host& from = fabric_.host(*parcel.from);
  Host& to = fabric_.host(*parcel.to);
  if (!from.filters() && !to.filters()) return Verdict::pass;
  const Listener* listener = to.listener(connection.address.port);
  if (&from == &to && listener && listener->is_unix) return Verdict::pass;
  const Verdict verdict = judge_leaving(parcel, connection);
  if (verdict != Verdict::pass) return verdict;
  Packet packet;
  packet.peer = parcel.from;
  packet.port = parcel.side == client_side ? connection.address.port : std::uint16_t{0};
  packet.opens = parcel.what == syn;
  packet.incoming = true;
  packet.source = connection.source;
  return judge(to, packet, connection.entries[1 - parcel.side]);
}

}  // namespace spof::net
