#include <algorithm>

#include "net/daemon.hpp"
#include "net/network.hpp"

namespace spof::net {

Network::Attempt Network::connect(Daemon& client, Address server, const Token& waiter,
                                  std::uint32_t source) {
  if (dialled) dialled(client, server);
  const ConnectionId id = create(client, server);
  Connection& connection = *find(id);
  connection.source = source;
  connection.local = fabric_.host(client.machine()).owns(server.ip);
  Parcel parcel = parcel_between(client.machine(), client.machine());
  parcel.connection = id;
  parcel.what = syn;
  if (connection.local) {
    const Verdict verdict = judge(parcel, connection);
    if (verdict != Verdict::drop)
      if (const auto outcome = judge_syn(parcel, connection, verdict)) return {id, outcome};
  }
  connection.ends[client_side].reader = waiter;
  if (connection.local) {
    ++connection.parcels;
    lost(parcel);
  } else {
    launch(parcel);
  }
  return {id, {}};
}

/// Nobody answers for the address: EHOSTUNREACH for those whose SYN waits for the end of the
/// question, the first one or a later, unless somebody has it by then; who waits longest first, as
/// many as the kernel makes errors for. The others wait on. [TCP-6]
void Network::give_up_unresolved(ConnectionId id) {
  const Connection& mine = *find(id);
  Host& host = fabric_.host(mine.ends[client_side].daemon->machine());
  kernel_.at(host.asks_until(mine.address.ip), [this, id, &host] {
    Connection* connection = find(id);
    if (!connection || !connection->ends[client_side].open || connection->ends[server_side].open ||
        !connection->ends[client_side].reader.process)
      return;
    const engine::Machine& client = connection->ends[client_side].daemon->machine();
    if (!fabric_.next_hop(client, connection->address.ip) && host.tells_itself())
      wake_dialler(*connection, id, Outcome::unreachable);
  });
}

bool Network::can_accept(const Listener& listener) {
  const Daemon& daemon = *listener.daemon;
  return daemon.is_alive() && !daemon.is_hung() && listener.accepted < listener.limit &&
         daemon.accepted < daemon.most_accepted;
}

/// The server's kernel decides; the process does not run. No outcome: silence.
std::optional<Outcome> Network::answer_syn(ConnectionId id, Connection& connection,
                                           const engine::Machine& machine) {
  Listener* listener = fabric_.host(machine).listener(connection.address.port);
  if (!listener || !listener->daemon->is_alive() || !listener->open) {
    ++refused;
    return Outcome::refused;
  }
  if (!flooded_.empty() && !connection.local) {
    const Packet packet{.peer = &connection.ends[client_side].daemon->machine(),
                        .source = connection.source};
    if (syn_queue_is_full(*listener, fabric_.host(machine), packet)) {
      ++dropped_syns;
      return {};
    }
  }
  const bool direct = can_accept(*listener) && listener->waiting.empty();
  if (!direct && listener->waiting.size() > static_cast<std::size_t>(listener->backlog)) {
    if (listener->is_unix) return Outcome::again;
    ++dropped_syns;
    return {};
  }
  connection.listener = listener;
  End& end = connection.ends[server_side];
  end.daemon = listener->daemon;
  end.open = true;
  end.epoch = end.daemon->epoch();
  end.boots = machine.boots();
  if (direct)
    accept(connection, id);
  else
    listener->waiting.push_back(id);
  listener->daemon->measure_connections();
  return Outcome::ok;
}

void Network::accept(Connection& connection, ConnectionId id) {
  connection.accepted = true;
  End& end = connection.ends[server_side];
  connection.rank = ++connection.listener->accepted;
  if (connection.trickles) ++connection.listener->trickling;
  ++end.daemon->accepted;
  if (!end.has_data && end.peer_gone) return close(id, server_side);  // left while it waited here
  if (!std::exchange(end.has_data, false)) return await_request(*connection.listener, id);
  const Body body = end.data;
  deliver(connection, id, server_side, body);
}

void Network::accept_waiting(Listener& listener) {
  auto& waiting = listener.waiting;
  while (!waiting.empty() && can_accept(listener)) {
    const ConnectionId id = waiting.front();
    waiting.pop_front();
    Connection* connection = find(id);
    if (connection && connection->ends[server_side].open) accept(*connection, id);
  }
  listener.daemon->measure_connections();
}

/// Its socket is closed: the kernel resets who waits there.
void Network::stop_listening(Listener& listener) {
  listener.open = false;
  for (const ConnectionId id : std::exchange(listener.waiting, {})) {
    const Connection* connection = find(id);
    if (!connection) continue;
    const End& end = connection->ends[server_side];
    if (end.open && (end.unread || end.has_data)) discard(client_side, end.data);
    abort(id, server_side);
  }
}

void Network::wake_dialler(Connection& connection, ConnectionId id, Outcome outcome) {
  connection.broken = outcome == Outcome::refused;
  const Token waiter = std::exchange(connection.ends[client_side].reader, {});
  if (waiter.process && connection.ends[client_side].open)
    waiter.process->accept({.token = waiter, .connection = id, .outcome = outcome});
}

void Network::syn_arrived(const Parcel& parcel, Connection& connection, Verdict verdict) {
  if (!connection.ends[client_side].open) return;  // it has given up
  if (const auto outcome = judge_syn(parcel, connection, verdict))
    return wake_dialler(connection, parcel.connection, *outcome);
  ++connection.parcels;
  const double round_trip = kernel_.platform().path(*parcel.from, *parcel.to).latency +
                            kernel_.platform().path(*parcel.to, *parcel.from).latency;
  syn_lost(parcel, connection, connection.local ? 0 : round_trip);
}

/// No outcome: silence.
std::optional<Outcome> Network::judge_syn(const Parcel& parcel, Connection& connection,
                                          Verdict verdict) {
  // The answer must find its way back: over a link cut in one direction nobody connects.
  engine::Platform& platform = kernel_.platform();
  if (!is_way_back_open(parcel, connection)) return {};
  if (!connection.local && platform.drops(platform.path(*parcel.to, *parcel.from).loss)) {
    // Its next SYN-ACK answers the next SYN; the round trip counts from the first. [TCP-15]
    const auto next = static_cast<std::size_t>(parcel.attempt) + 1;
    connection.slow_handshake +=
        static_cast<float>(syn_times_.dates[next] - syn_times_.dates[next - 1]);
    return {};
  }
  if (verdict != Verdict::pass) {
    ++refused;
    return Outcome::refused;
  }
  return answer_syn(parcel.connection, connection, *parcel.to);
}

/// No answer: the client's kernel tries again on its schedule, then gives up.
void Network::syn_lost(const Parcel& parcel, Connection& connection, double ago) {
  if (!connection.ends[client_side].open || !has_power(connection.ends[client_side])) {
    --connection.parcels;
    return free_if_over(parcel.connection);
  }
  const auto attempt = static_cast<std::size_t>(parcel.attempt);
  Parcel again = parcel;
  ++again.attempt;
  const double pause = syn_times_.dates[attempt + 1] - syn_times_.dates[attempt];
  kernel_.at(std::max(engine::now(), timers_.end_of(engine::now() - ago, pause)), [this, again] {
    Connection& one = *find(again.connection);
    --one.parcels;
    if (!one.ends[client_side].open) return free_if_over(again.connection);
    if (again.attempt + std::size_t{1} == syn_times_.dates.size())
      return wake_dialler(one, again.connection, Outcome::unreachable);
    ++retransmissions;
    if (!one.local) return launch(again);
    ++one.parcels;
    arrived(again);
  });
}

}  // namespace spof::net
