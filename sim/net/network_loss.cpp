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
constexpr double least_timeout = 0.008;          // two jiffies, Debian's HZ is 250 [TCP-16]
constexpr double resource_probe_interval = 0.5;  // TCP_RESOURCE_PROBE_INTERVAL [TCP-14]
constexpr double window_decrease = 0.7, window_growth = 0.53;  // Cubic, as fair as Reno [TCP-17]

/// How a train of segments fares on a way that loses some.
struct Passage {
  int late = 0;                      ///< round trips later than without loss
  int probes = 0;                    ///< of these two each for a tail-loss probe
  int missing = 0;                   ///< segments that only a time-out can help
  double window = 0, threshold = 0;  ///< in the end, in segments
};

/// With selective acknowledgements: a gap is told of by whatever comes behind it and filled in the
/// next round trip; when nothing does, a probe is sent after two, if more than one segment was out
/// and nothing is being filled in (`recovers`: so it begins), else only the timer helps. [TCP-16]
/// Every round with a loss shortens the window. [TCP-17]
/// `follows`: it was not started slowly, nor waited for that.
Passage pass(engine::Platform& platform, double loss, int segments, double window, double threshold,
             bool follows, bool streams, bool recovers) {
  Passage passage;
  int rounds = 0;
  for (double left = follows ? 0 : segments, next = window; left > 0; left -= next, next *= 2)
    --passage.late;
  for (int left = segments; left > 0;) {
    const int flight = std::min(left, static_cast<int>(std::min(window, 1e6)));
    const bool is_last = flight == left;
    int gone = 0;
    bool tail = false;
    for (int i = 0; i < flight; ++i) gone += (tail = platform.drops(loss));
    ++rounds;
    left -= flight - gone;
    const bool may_probe = !std::exchange(recovers, gone > 0) && flight > 1;
    if (gone == 0) {
      window = window < threshold ? 2 * window : window + window_growth;
      continue;
    }
    window = threshold = std::max(2.0, window * window_decrease);
    if (gone < flight && !(is_last && tail)) continue;
    if (streams && !platform.drops(loss)) continue;
    if (may_probe) {
      rounds += 2;
      ++passage.probes;
    }
    if (!may_probe || platform.drops(loss)) {  // only the timer helps; the probe is lost, too
      passage.missing = left;
      break;
    }
    --left;
  }
  passage.late += rounds;
  passage.window = window;
  passage.threshold = threshold;
  return passage;
}

double timer(double first_rto, int retransmissions) {
  return std::min(largest_rto, std::ldexp(first_rto, std::max(0, retransmissions)));
}

/// Whether so much time is up, each retransmission so long after the one before, as they take that
/// back off. [TCP-9]
bool is_time_up(double interval, const Parcel& parcel) {
  double left = 0;
  for (int more = 1; parcel.attempt + more <= data_retries + 2; ++more)
    left += timer(interval, more);
  return parcel.unresolved == 255 || (parcel.unresolved + 1) * interval > left;
}

}  // namespace

/// Bad luck on the way. True: it comes later, or is lost.
bool Network::is_held_up(const Parcel& parcel) {
  if (parcel.from == parcel.to || parcel.flags & mended) return false;
  engine::Platform& platform = kernel_.platform();
  const auto& path = platform.path(*parcel.from, *parcel.to);
  if (path.loss <= 0) return false;
  const double round_trip = path.latency + platform.path(*parcel.to, *parcel.from).latency;
  if (parcel.what != data) {
    const bool gone = platform.drops(path.loss);
    if (gone) lost(parcel, parcel.what == syn ? round_trip : path.latency);
    return gone;
  }
  End& sender = find(parcel.connection)->ends[parcel.side];
  const double least = parcel.follows ? 2 * engine::segment_bytes : initial_window;
  const double window = std::max<double>(least, sender.sent - parcel.wire_bytes);
  const bool goes_on = parcel.body.flags & (streams | more) || parcel.behind > 0;
  const Passage passage = pass(
      platform, path.loss, static_cast<int>(std::ceil(parcel.wire_bytes / engine::segment_bytes)),
      window / engine::segment_bytes, sender.threshold, parcel.follows, goes_on,
      parcel.attempt > 0);
  if (passage.late <= 0 && passage.missing == 0) return false;
  sender.sent = static_cast<std::uint32_t>(passage.window * engine::segment_bytes);
  sender.threshold = passage.threshold;
  Parcel rest = parcel;
  if (passage.missing > 0) {
    rest.wire_bytes = std::min(parcel.wire_bytes, passage.missing * engine::segment_bytes);
    rest.moved = rest.wire_bytes < parcel.wire_bytes;
    if (passage.probes > 0) rest.attempt = std::max<std::uint8_t>(rest.attempt, 1);
  }
  // What follows has taken its time on the links meanwhile.
  const double carried = parcel.follows ? parcel.wire_bytes / path.bandwidth : 0;
  const double delay = std::max(0.0, std::max(0, passage.late) * round_trip - carried) +
                       passage.probes * least_timeout;
  kernel_.at(engine::now() + delay,
             [this, rest, complete = passage.missing == 0, ago = path.latency] {
               const bool on = has_power(find(rest.connection)->ends[rest.side]);
               if (!complete || !on || !kernel_.platform().can_reach(*rest.from, *rest.to))
                 return lost(rest, ago);
               Parcel whole = rest;
               whole.flags |= mended;
               arrived(whole);
             });
  return true;
}

/// What has come of it is not sent again, and to know that begins the waiting anew.
void Network::lost(const Parcel& parcel) {
  Parcel left = parcel;
  if (left.moved) left.attempt = left.unresolved = 0;
  lost(left, 0);
}

void Network::lost(const Parcel& parcel, double ago) {
  if (parcel.connection == 0) return;  // a datagram
  Connection& connection = *find(parcel.connection);
  if (parcel.what == syn) return syn_lost(parcel, connection, ago);
  End& sender = connection.ends[parcel.side];
  const bool orphan = !sender.open;
  // The probe, and after the last retransmission its timer runs out, too, before the kernel gives
  // up. [TCP-9]
  const int limit = (orphan ? orphan_retries : data_retries) + 2;
  // What the kernel itself answers for somebody long gone is a reset, which is never sent again.
  const bool dead = !has_power(sender);
  if (parcel.moved) sender.heard = engine::now() - ago;
  if (dead || parcel.outcome == Outcome::reset || parcel.attempt >= limit) {
    --connection.parcels;
    if (parcel.what == data) {
      --sender.in_flight;
      discard(static_cast<Side>(parcel.side), parcel.body);
    }
    for (Token* waiter : {&sender.reader, &sender.writer}) {  // ETIMEDOUT
      if (dead || !sender.open) *waiter = {};
      wake(*waiter, parcel.connection, Outcome::unreachable);
    }
    if (parcel.attempt >= limit) {
      sender.peer_gone = true;
      sender.gone = Outcome::unreachable;
    }
    return free_if_over(parcel.connection);
  }
  if (parcel.what == data) ++sender.stalled;
  // First a probe: of several segments after two round trips, of one after as long as a time-out;
  // then retransmissions, each time-out twice the one before. [TCP-8] [TCP-16]
  const auto& path = kernel_.platform().path(*parcel.from, *parcel.to);
  const double round_trip =
      path.latency + kernel_.platform().path(*parcel.to, *parcel.from).latency;
  const double first_rto = KernelTimers::whole(round_trip + least_variance);
  double rto = timer(first_rto, parcel.attempt - 1);
  if (parcel.what == data && parcel.attempt == 0) {
    if (parcel.side == server_side && connection.slow_handshake > 0)
      rto = 2.0 * connection.slow_handshake + least_variance;  // [TCP-15]
    else if (parcel.wire_bytes > engine::segment_bytes)
      rto = std::min(rto, 2 * round_trip + least_timeout);
  }
  Parcel again = parcel;
  again.moved = again.follows = false;
  // What cannot even leave the machine is tried again every half second, without backing off.
  // [TCP-14]
  const bool stuck = parcel.from->has_veth() && !path.leaves;
  const double sent = engine::now() - ago;
  if (!stuck && is_put_back(again, sent, rto, timer(first_rto, parcel.attempt - 2))) return;
  if (!stuck) ++again.attempt;
  const double end = timers_.end_of(sent, stuck ? resource_probe_interval : rto);
  kernel_.at(std::max(engine::now(), end), [this, again] { retransmit(again); });
}

/// A retransmission that finds no neighbour: when its question has been in vain, the timer is put
/// back to what it was before. Only the time after which the kernel gives up goes on. [TCP-18]
bool Network::is_put_back(Parcel again, double sent, double rto, double before) {
  const std::uint32_t ip =
      again.side == client_side ? find(again.connection)->address.ip : fabric_.ip(*again.to);
  if (again.attempt < 2 || fabric_.next_hop(*again.from, ip)) return false;
  const double asked = fabric_.host(*again.from).asks_until(ip);
  double date = timers_.end_of(sent, rto);
  if (asked >= date) return false;
  kernel_.at(asked, [=, this]() mutable {
    if (fabric_.next_hop(*again.from, ip)) {
      ++again.attempt;
    } else {
      date = std::max(asked, timers_.end_of(sent, before));
      if (is_time_up(before, again))
        again.attempt = data_retries + 2;
      else
        ++again.unresolved;
    }
    kernel_.at(date, [this, again] { retransmit(again); });
  });
  return true;
}

/// One segment, and the rest behind it if it arrives. [TCP-12]
void Network::retransmit(Parcel again) {
  Connection& one = *find(again.connection);
  if (again.what == data) --one.ends[again.side].stalled;
  const int most = 1 + (one.ends[again.side].open ? data_retries : orphan_retries);
  if (!has_power(one.ends[again.side]) || again.attempt > most) return lost(again);
  --one.parcels;
  ++retransmissions;
  const double later = std::max(0.0, again.wire_bytes - engine::segment_bytes);
  again.wire_bytes -= later;
  again.behind += later;
  launch(again);
}

}  // namespace spof::net
