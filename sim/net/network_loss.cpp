#include <algorithm>
#include <cmath>

#include "net/daemon.hpp"
#include "net/network.hpp"

namespace spof::net {
namespace {

constexpr int data_retries = 15;        // tcp_retries2 [TCP-9]
constexpr int orphan_retries = 8;       // of a closed socket: tcp_orphan_retries 0 means 8
constexpr double largest_rto = 120;     // [TCP-8]
constexpr double least_variance = 0.2;  // [TCP-8]

}  // namespace

/// No answer: the client's kernel tries again on its schedule, then gives up.
void Network::syn_lost(const Parcel& parcel, Connection& connection) {
  if (!connection.ends[client_side].open || !parcel.from->is_on()) {
    --connection.parcels;
    return free_if_over(parcel.connection);
  }
  const auto attempt = static_cast<std::size_t>(parcel.attempt);
  Parcel again = parcel;
  ++again.attempt;
  const double pause = syn_times_.dates[attempt + 1] - syn_times_.dates[attempt];
  kernel_.at(engine::now() + pause, [this, again] {
    Connection& one = *find(again.connection);
    --one.parcels;
    if (!one.ends[client_side].open) return free_if_over(again.connection);
    if (again.attempt + std::size_t{1} == syn_times_.dates.size())
      return wake_dialler(one, again.connection, Outcome::unreachable);
    ++retransmissions;
    if (again.from != again.to) return launch(again);
    ++one.parcels;
    arrived(again);
  });
}

void Network::lost(const Parcel& parcel) {
  Connection& connection = *find(parcel.connection);
  if (parcel.what == syn) return syn_lost(parcel, connection);
  End& sender = connection.ends[parcel.side];
  const bool orphan = !sender.open;
  const int limit = orphan ? orphan_retries : data_retries;
  const bool dead = !parcel.from->is_on();
  if (dead || parcel.outcome == Outcome::reset || parcel.attempt >= limit) {
    --connection.parcels;
    if (parcel.what == data) --sender.in_flight;
    const Token reader = std::exchange(sender.reader, {});
    if (!dead && sender.open && reader.process)  // ETIMEDOUT
      reader.process->accept({.token = reader, .outcome = Outcome::unreachable});
    return free_if_over(parcel.connection);
  }
  // A train of more than three segments tells of its loss by duplicate acknowledgements, within a
  // round trip; a short one only by the timer. [TCP-8]
  const auto& path = kernel_.platform().path(*parcel.from, *parcel.to);
  const double round_trip = 2 * path.latency;
  const bool fast = path.up && parcel.body.bytes > 3 * engine::segment_bytes && parcel.attempt == 0;
  const double rto = std::min(largest_rto, std::ldexp(round_trip + least_variance, parcel.attempt));
  Parcel again = parcel;
  ++again.attempt;
  kernel_.at(engine::now() + (fast ? round_trip : rto), [this, again, boots = again.from->boots()] {
    Connection& one = *find(again.connection);
    --one.parcels;
    if (again.from->boots() != boots || !again.from->is_on()) {
      if (again.what == data) --one.ends[again.side].in_flight;
      return free_if_over(again.connection);
    }
    ++retransmissions;
    launch(again);
  });
}

}  // namespace spof::net
