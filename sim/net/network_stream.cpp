#include "net/daemon.hpp"
#include "net/network.hpp"

// What is written to a connection whether or not what was written before has come.
namespace spof::net {
namespace {

// Bounds of a stream for the program's sake: parcels, and seconds that one may take on a link.
constexpr int most_in_flight = 100;
constexpr double longest_train = 0.01;

}  // namespace

/// What did not even leave the machine is tried again with all that is written behind it. [TCP-21]
void Network::stream(ConnectionId id, Side side, const Body& body) {
  Connection* connection = find(id);
  if (!connection || !connection->ends[side].open) return;
  End& end = connection->ends[side];
  Body all = body;
  all.bytes += end.queued.bytes;
  Parcel next = parcel_between(end.daemon->machine(), connection->ends[1 - side].daemon->machine());
  next.side = side;
  const bool goes_at_last = end.unsent && judge_leaving(next, *connection) == Verdict::pass;
  const bool is_first = end.queued.bytes <= 0;
  end.queued = all;
  if (goes_at_last) end.unsent = false;
  if (is_first || goes_at_last) flush_stream(id, side, goes_at_last);
}

/// As fast as the narrowest link takes it; behind what takes that long nothing is sent before it
/// has come.
void Network::flush_stream(ConnectionId id, Side side, bool at_once) {
  Connection* connection = find(id);
  if (!connection || !connection->ends[side].open) return;
  End& end = connection->ends[side];
  const bool waits = end.stalled > 0 || end.is_bulk || end.in_flight >= most_in_flight;
  if (end.queued.bytes <= 0 || (waits && !at_once)) return;  // else its arrival sends the rest
  if (end.paced > engine::now() + 1e-9 && !at_once) {
    kernel_.at(end.paced, [this, id, side] { flush_stream(id, side, false); });
    return;
  }
  const Body all = std::exchange(end.queued, {});
  const double bandwidth =
      kernel_.platform()
          .path(end.daemon->machine(), connection->ends[1 - side].daemon->machine())
          .bandwidth;
  const double takes = all.bytes / bandwidth;
  end.is_bulk = takes > longest_train;
  end.paced = engine::now() + takes;
  send(id, side, all, streamed);
}

double Network::queued(ConnectionId id, Side side) const {
  const Connection* connection = find(id);
  if (!connection || connection->ends[side].in_flight == 0) return 0;
  return double(connection->ends[side].queued.bytes);
}

/// What was written to a stream meanwhile follows what has come of it at last: after a
/// retransmission as a slow start.
void Network::send_queued(const Parcel& parcel, Connection& connection) {
  End& sender = connection.ends[parcel.side];
  if (parcel.attempt == 0 && sender.open)
    return flush_stream(parcel.connection, static_cast<Side>(parcel.side), false);
  Parcel next = parcel;
  next.body = std::exchange(sender.queued, {});
  next.behind = next.body.bytes;
  sender.is_bulk = true;
  send_rest(next, connection);
}

}  // namespace spof::net
