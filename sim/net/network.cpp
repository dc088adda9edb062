#include "net/network.hpp"

#include <algorithm>

#include "net/daemon.hpp"

namespace spof::net {
namespace {

constexpr double header_bytes = 40;

}  // namespace

Parcel Network::parcel_between(const engine::Machine& from, const engine::Machine& to) {
  Parcel parcel;
  parcel.from = &from;
  parcel.to = &to;
  parcel.body.bytes = header_bytes;
  return parcel;
}

// ---- Table of connections -----------------------------------------------------------------------
ConnectionId Network::create(Daemon& client, Address server) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(connections_.size()));
    connections_.push_back(std::make_unique<Connection>());
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Connection& connection = *connections_[index];
  const std::uint32_t generation = connection.generation;
  connection = {};
  connection.generation = generation;
  connection.used = true;
  connection.ends[client_side].daemon = &client;
  connection.ends[client_side].epoch = client.epoch();
  connection.ends[client_side].boots = client.machine().boots();
  connection.ends[client_side].open = true;
  connection.address = server;
  return static_cast<ConnectionId>(generation) << 32 | index;
}

void Network::free_if_over(ConnectionId id) {
  Connection* connection = find(id);  // none: whoever was woken meanwhile has freed it
  if (!connection || connection->parcels > 0) return;
  if (connection->ends[0].open || connection->ends[1].open) return;
  forget_tracks(*connection);
  connection->used = false;
  ++connection->generation;
  free_.push_back(static_cast<std::uint32_t>(id & 0xFFFFFFFF));
}

bool Network::is_same_incarnation(const End& end) const {
  return end.open && end.daemon->epoch() == end.epoch && has_power(end);
}

bool Network::has_power(const End& end) const {
  return end.daemon->machine().is_on() && end.daemon->machine().boots() == end.boots;
}

void Network::discard(Side from, const Body& body) {
  if (from == client_side && discarded) discarded(body);
}

std::size_t Network::open_ends(const Daemon& daemon, Side side) const {
  return static_cast<std::size_t>(std::ranges::count_if(connections_, [&](const auto& one) {
    return one->used && one->ends[side].daemon == &daemon && one->ends[side].open &&
           (side == client_side || one->accepted);
  }));
}

bool Network::is_usable(ConnectionId id, Side side) const {
  const Connection* connection = find(id);
  return connection && connection->ends[side].open && !connection->ends[side].peer_gone;
}

double Network::last_byte(ConnectionId id, Side side) const {
  const Connection* connection = find(id);
  if (!connection) return 0;
  const End& sender = connection->ends[1 - side];
  return sender.in_flight > sender.stalled ? engine::now() : sender.heard;
}

int Network::rank(ConnectionId id) const {
  const Connection* connection = find(id);
  return connection ? connection->rank : 0;
}

// ---- Sending ------------------------------------------------------------------------------------
void Network::launch(Parcel parcel) {
  Connection& connection = *find(parcel.connection);
  ++connection.parcels;
  const std::uint32_t ip = connection.address.ip;
  if (parcel.side == client_side && (parcel.what == syn || fabric_.can_move(ip))) {
    const engine::Machine* hop = fabric_.next_hop(*parcel.from, ip);
    if (!hop && parcel.what == syn) give_up_unresolved(parcel.connection);
    if (!hop) return lost(parcel);
    parcel.to = hop;
  }
  double delay = 0;
  if (parcel.what == syn) delay = kernel_.platform().path(*parcel.to, *parcel.from).latency;
  kernel_.send(parcel, delay);
}

std::uint32_t Network::grown(std::uint32_t sent, double bytes) {
  return static_cast<std::uint32_t>(std::min(4e9, sent + bytes));
}

/// Slow start: what does not fit the window costs further round trips. [TCP-12]
void Network::set_off(const Parcel& parcel, double window, double after) {
  const double latency = kernel_.platform().path(*parcel.from, *parcel.to).latency;
  for (double left = parcel.wire_bytes - window, next = 2 * window; left > 0;
       left -= next, next *= 2)
    after += 2 * latency;
  if (after <= 0) return launch(parcel);
  ++find(parcel.connection)->parcels;
  kernel_.at(engine::now() + after, [this, parcel] {
    Connection& one = *find(parcel.connection);
    if (!has_power(one.ends[parcel.side])) return lost(parcel);
    --one.parcels;
    launch(parcel);
  });
}

void Network::send(ConnectionId id, Side side, const Body& body, std::uint8_t flags) {
  Connection* connection = find(id);
  if (!connection || !connection->ends[side].open) return discard(side, body);
  End& end = connection->ends[side];
  const End& peer = connection->ends[1 - side];
  Parcel parcel = parcel_between(end.daemon->machine(), peer.daemon->machine());
  parcel.connection = id;
  parcel.what = data;
  parcel.side = side;
  parcel.body = body;
  parcel.wire_bytes = std::min<double>(body.bytes, kernel_buffers);
  parcel.behind = body.bytes - parcel.wire_bytes;
  parcel.follows = end.flowed_at == engine::now();
  if (end.in_flight == 0) end.heard = 0;
  if (!parcel.follows) end.threshold = HUGE_VAL;
  ++end.in_flight;
  parcel.flags = flags;
  const double window = std::max<double>(initial_window, end.sent);
  end.sent = grown(end.sent, parcel.wire_bytes);
  set_off(parcel, window, 0);
  if (flags & last_data) return close(id, side);
  if (side == client_side || connection->listener->idle_timeout <= 0) return;
  connection->idle_since = engine::now();
  if (!std::exchange(connection->watched, true))
    watch_idle(id, engine::now() + connection->listener->idle_timeout);
}

// ---- Arrival ------------------------------------------------------------------------------------
void Network::arrived(const Parcel& sent) {
  const Parcel parcel = sent;
  if (is_held_up(parcel)) return;
  if (parcel.connection == 0) return datagram_arrived(parcel);
  const ConnectionId id = parcel.connection;
  Connection& connection = *find(id);
  const std::uint32_t ip = connection.address.ip;
  // Who lost the address hears nothing more of its connections, and can say nothing on them.
  const engine::Machine& server = parcel.side == client_side ? *parcel.to : *parcel.from;
  const bool elsewhere = fabric_.can_move(ip) && !fabric_.host(server).owns(ip);
  const Verdict verdict = elsewhere ? Verdict::drop : judge(parcel, connection);
  if (parcel.flags & streamed) {
    connection.ends[parcel.side].unsent = judge_leaving(parcel, connection) == Verdict::drop;
    if (!is_way_back_open(parcel, connection)) return lost(parcel);
  }
  if (verdict == Verdict::drop) return lost(parcel);
  --connection.parcels;
  if (parcel.what == syn)
    syn_arrived(parcel, connection, verdict);
  else if (parcel.what == data)
    data_arrived(parcel, connection, verdict);
  else if (connection.ends[parcel.side].in_flight > 0)
    connection.ends[parcel.side].fin_waits = true;
  else
    fin_arrived(connection, id, static_cast<Side>(parcel.side), parcel.outcome);
  free_if_over(id);
}

void Network::data_arrived(const Parcel& parcel, Connection& connection, Verdict verdict) {
  End& sender = connection.ends[parcel.side];
  const Side to = static_cast<Side>(1 - parcel.side);
  --sender.in_flight;
  fabric_.meet(*parcel.from, *parcel.to);
  if (parcel.side == server_side) connection.slow_handshake = 0;
  const End& receiver = connection.ends[to];
  if (!is_same_incarnation(receiver) || &receiver.daemon->machine() != parcel.to ||
      verdict != Verdict::pass)
    return refuse_data(parcel, connection);
  if (parcel.behind > 0) return send_rest(parcel, connection);
  sender.heard = 0;
  if (parcel.side == server_side && parcel.body.flags & more) sender.flowed_at = engine::now();
  ++connection.parcels;  // keeps the connection while its processes run
  deliver(connection, parcel.connection, to, parcel.body);
  if (sender.in_flight == 0) sender.is_bulk = false;
  if (sender.in_flight == 0 && sender.queued.bytes > 0) send_queued(parcel, connection);
  const bool over = (parcel.flags & last_data) || (sender.fin_waits && sender.in_flight == 0);
  if (over)
    fin_arrived(connection, parcel.connection, static_cast<Side>(parcel.side), Outcome::closed);
  --connection.parcels;
}

/// A part of it has come, and the next follows: at once, or, where it was one segment that was sent
/// again, as a slow start. [TCP-12]
void Network::send_rest(const Parcel& parcel, Connection& connection) {
  End& sender = connection.ends[parcel.side];
  Parcel rest = parcel;
  rest.wire_bytes = std::min(parcel.behind, kernel_buffers);
  rest.behind -= rest.wire_bytes;
  rest.attempt = rest.unresolved = 0;
  rest.flags &= static_cast<std::uint8_t>(~mended);
  ++sender.in_flight;
  sender.heard = engine::now();
  sender.sent = grown(sender.sent, rest.wire_bytes);
  rest.follows = parcel.attempt == 0;
  if (rest.follows) return launch(rest);
  const double acknowledged = kernel_.platform().path(*parcel.to, *parcel.from).latency;
  set_off(rest, 2 * engine::segment_bytes, acknowledged);
}

/// Nobody has this connection open any more: the kernel answers with a reset. [TCP-11]
void Network::refuse_data(const Parcel& parcel, Connection& connection) {
  discard(static_cast<Side>(parcel.side), parcel.body);
  if (!connection.ends[parcel.side].open) return;
  ++resets;
  connection.broken = true;
  Parcel reset = parcel_between(*parcel.to, *parcel.from);
  reset.connection = parcel.connection;
  reset.what = fin;
  reset.side = static_cast<std::uint8_t>(1 - parcel.side);
  reset.outcome = Outcome::reset;
  launch(reset);
}

void Network::deliver(Connection& connection, ConnectionId id, Side to, const Body& body) {
  End& end = connection.ends[to];
  connection.asked = connection.asked || to == server_side;
  if (to == server_side && connection.accepted) {
    end.unread = true;
    end.data = body;
    end.daemon->accept({.token = {},
                        .connection = id,
                        .kind = Message::request,
                        .listener = connection.listener->number,
                        .body = body});
  } else if (to == client_side && end.reader.process) {
    const Token reader = std::exchange(end.reader, {});
    reader.process->accept({.token = reader, .connection = id, .body = body});
    wake(connection.ends[1 - to].writer, id, Outcome::ok);
  } else {
    end.has_data = true;
    end.data = body;
  }
}

void Network::wake(Token& waiter, ConnectionId id, Outcome how) {
  const Token whom = std::exchange(waiter, {});
  if (whom.process) whom.process->accept({.token = whom, .connection = id, .outcome = how});
}

void Network::fin_arrived(Connection& connection, ConnectionId id, Side from, Outcome how) {
  End& end = connection.ends[1 - from];
  if (!end.open || end.peer_gone) return;
  end.peer_gone = true;
  end.gone = how;
  wake(end.writer, id, how);
  const Token reader = std::exchange(end.reader, {});
  if (reader.process)
    reader.process->accept({.token = reader, .connection = id, .outcome = how});
  else if (from == client_side && connection.accepted && !end.unread)
    close(id, server_side);  // an idle connection of a keep-alive client
}

// ---- Reading and closing ------------------------------------------------------------------------
void Network::read(ConnectionId id, Side side, const Token& reader) {
  Connection* connection = find(id);
  if (!connection || !connection->ends[side].open)
    return reader.process->accept(reader, Outcome::closed);
  End& end = connection->ends[side];
  end.reader = reader;
  if (side == client_side && std::exchange(end.has_data, false)) {
    const Body body = end.data;
    deliver(*connection, id, side, body);
  } else if (end.peer_gone) {
    end.reader = {};
    reader.process->accept({.token = reader, .connection = id, .outcome = end.gone});
  }
}

void Network::await_reader(ConnectionId id, Side side, const Token& writer) {
  if (Connection* connection = find(id)) connection->ends[side].writer = writer;
}

void Network::forget_reader(ConnectionId id, Side side) {
  if (Connection* connection = find(id)) connection->ends[side].reader = {};
}

void Network::taken(ConnectionId id) {
  if (Connection* connection = find(id)) connection->ends[server_side].unread = false;
}

void Network::close(ConnectionId id, Side side, Outcome how) {
  Connection* connection = find(id);
  if (!connection || !connection->ends[side].open) return;
  End& end = connection->ends[side];
  End& peer = connection->ends[1 - side];
  Daemon& daemon = *end.daemon;
  end.open = false;
  end.reader = {};
  connection->broken = connection->broken || how == Outcome::reset;
  Listener* freed = side == server_side && std::exchange(connection->accepted, false)
                        ? connection->listener
                        : nullptr;
  if (freed) {
    --freed->accepted;
    if (connection->trickles) --freed->trickling;
    --daemon.accepted;
    daemon.measure_connections();
  }
  const bool said = end.in_flight > 0 && how == Outcome::closed;  // FIN goes with the data
  if (said) end.fin_waits = true;
  if (peer.open && !end.peer_gone && !said && has_power(end)) {
    Parcel parcel = parcel_between(daemon.machine(), peer.daemon->machine());
    parcel.connection = id;
    parcel.what = fin;
    parcel.side = side;
    parcel.outcome = how;
    launch(parcel);
  }
  free_if_over(id);
  if (freed) daemon.accept_waiting();
}

void Network::abort(ConnectionId id, Side side) {
  Connection* connection = find(id);
  if (!connection || !connection->ends[side].open) return;
  const Token reader = std::exchange(connection->ends[side].reader, {});
  close(id, side, Outcome::reset);
  if (reader.process)
    reader.process->accept({.token = reader, .connection = id, .outcome = Outcome::closed});
}

void Network::process_ended(Daemon& daemon, bool silently) {
  for (std::size_t index = 0; index < connections_.size(); ++index) {
    Connection& connection = *connections_[index];
    if (!connection.used) continue;
    const ConnectionId id = static_cast<ConnectionId>(connection.generation) << 32 | index;
    for (const Side side : {client_side, server_side}) {
      if (!find(id)) break;
      End& end = connection.ends[side];
      if (end.daemon != &daemon || !end.open || end.epoch == daemon.epoch()) continue;
      const bool unread =
          end.unread || end.has_data || (side == server_side && !connection.accepted);
      if (side == server_side && (end.unread || end.has_data)) discard(client_side, end.data);
      if (silently) end.open = false;
      close(id, side, unread ? Outcome::reset : Outcome::closed);
      free_if_over(id);
    }
  }
}

}  // namespace spof::net
