#include <algorithm>
#include <cmath>

#include "net/daemon.hpp"
#include "net/network.hpp"

namespace spof::net {
namespace {

constexpr int data_retries = 15;                 // tcp_retries2 [TCP-9]
constexpr int orphan_retries = 8;                // of a closed socket: tcp_orphan_retries 0 means 8
constexpr double largest_rto = 120;              // [TCP-8]
constexpr double least_variance = 0.2;           // [TCP-8]
constexpr double resource_probe_interval = 0.5;  // TCP_RESOURCE_PROBE_INTERVAL [TCP-14]

}  // namespace

void Network::lost(const Parcel& parcel) {
  if (parcel.connection == 0) return;  // a datagram
  Connection& connection = *find(parcel.connection);
  if (parcel.what == syn) return syn_lost(parcel, connection);
  End& sender = connection.ends[parcel.side];
  const bool orphan = !sender.open;
  // After the last retransmission its timer runs out, too, before the kernel gives up. [TCP-9]
  const int limit = (orphan ? orphan_retries : data_retries) + 1;
  // What the kernel itself answers for somebody long gone is a reset, which is never sent again.
  const bool dead = !has_power(sender);
  if (dead || parcel.outcome == Outcome::reset || parcel.attempt >= limit) {
    --connection.parcels;
    if (parcel.what == data) {
      --sender.in_flight;
      discard(static_cast<Side>(parcel.side), parcel.body);
    }
    const Token reader = std::exchange(sender.reader, {});
    if (!dead && sender.open && reader.process)  // ETIMEDOUT
      reader.process->accept({.token = reader, .outcome = Outcome::unreachable});
    return free_if_over(parcel.connection);
  }
  // A train of more than three segments tells of a gap by duplicate acknowledgements, within a
  // round trip; a short one, or silence, only by the timer. [TCP-8]
  const auto& path = kernel_.platform().path(*parcel.from, *parcel.to);
  const double round_trip = 2 * path.latency;
  const bool gap = parcel.flags & one_segment_missing;
  const bool fast = gap && parcel.attempt == 0 && parcel.body.bytes > 3 * engine::segment_bytes;
  const double rto = std::min(largest_rto, std::ldexp(round_trip + least_variance, parcel.attempt));
  Parcel again = parcel;
  // What cannot even leave the machine is tried again every half second, without backing off.
  // [TCP-14]
  const bool stuck = parcel.from->has_veth() && !path.leaves;
  if (!stuck) ++again.attempt;
  const double pause = stuck ? resource_probe_interval : fast ? round_trip : rto;
  kernel_.at(engine::now() + pause, [this, again] {
    Connection& one = *find(again.connection);
    const int most = one.ends[again.side].open ? data_retries : orphan_retries;
    if (!has_power(one.ends[again.side]) || again.attempt > most) return lost(again);
    --one.parcels;
    ++retransmissions;
    launch(again);
  });
}

}  // namespace spof::net
