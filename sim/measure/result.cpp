#include "measure/result.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <type_traits>

namespace spof::measure {

std::uint64_t Tally::requests() const {
  return std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0});
}

void count(const Failure& failure, std::vector<Failure>& failures) {
  const auto key = [](const Failure& f) { return std::tuple(f.outcome, f.cause); };
  auto place = std::ranges::lower_bound(failures, key(failure), {}, key);
  if (place == failures.end() || key(*place) != key(failure))
    place = failures.insert(place, Failure{failure.outcome, failure.cause});
  place->requests += failure.requests;
  place->first = std::min(place->first, failure.first);
  place->last = std::max(place->last, failure.last);
}

void Tally::merge(const Tally& other) {
  for (std::size_t i = 0; i < outcome_count; ++i) outcomes[i] += other.outcomes[i];
  for (const Failure& failure : other.failures) count(failure, failures);
  for (const Failure& failure : other.tries) count(failure, tries);
  ok.merge(other.ok);
  failed.merge(other.failed);
  slow_ok += other.slow_ok;
  retries += other.retries;
  redispatched += other.redispatched;
  stale += other.stale;
  servers.resize(std::max(servers.size(), other.servers.size()));
  for (std::size_t i = 0; i < other.servers.size(); ++i) servers[i] += other.servers[i];
  tries_from = std::min(tries_from, other.tries_from);
  tries_until = std::max(tries_until, other.tries_until);
}

std::uint64_t Tally::client_retries() const {
  std::uint64_t sum = 0;
  for (const Failure& failure : tries) sum += failure.requests;
  return sum;
}

std::uint64_t Tally::failed_by(Cause cause) const {
  std::uint64_t sum = 0;
  for (const Failure& failure : failures)
    if (failure.cause == cause) sum += failure.requests;
  return sum;
}

std::pair<double, double> Result::span(std::optional<Phase> phase) const {
  const bool struck = fault_start >= 0;
  const double begin = struck ? std::min<double>(fault_start, duration) : double(duration);
  const double end = struck && over >= 0 ? std::min<double>(over, duration) : double(duration);
  if (!phase) return {0, duration};
  if (*phase == Phase::before) return {0, begin};
  return *phase == Phase::during ? std::pair(begin, end) : std::pair(end, double(duration));
}

Tally Result::total(std::optional<Phase> phase, std::optional<std::size_t> request_class) const {
  Tally sum;
  for (std::size_t p = 0; p < phase_count; ++p)
    for (std::size_t i = 0; i < classes; ++i)
      if ((!phase || *phase == static_cast<Phase>(p)) && (!request_class || *request_class == i))
        sum.merge(tally(static_cast<Phase>(p), i));
  return sum;
}

/// Of a window that two phases share each has its part.
Usage Result::usage(const Load& load, std::optional<Phase> phase) const {
  const auto [from, until] = span(phase);
  Usage made;
  for (const Load::Window& one : load.windows) {
    const double start = static_cast<double>(one.number) * load.length;
    const double share =
        (std::min<double>(until, start + load.length) - std::max(from, start)) / load.length;
    if (share <= 0) continue;
    made.taken += one.busy * share;
    made.full += one.full * share;
    made.waiting += one.waiting * share;
  }
  const double time = std::max(until - from, 1e-9);
  return {made.taken / time, made.full / time, made.waiting / time};
}

namespace {

// What is made of numbers alone travels as it lies in memory. Every other struct names its members
// once; `put` and `get` walk them in the same order.

template <class X, class T>
concept Of = std::is_same_v<std::remove_const_t<X>, T>;

void members(Of<Tally> auto& x, auto&& f) {
  f(x.outcomes, x.failures, x.tries, x.ok, x.failed, x.slow_ok, x.retries, x.redispatched, x.stale,
    x.servers, x.tries_from, x.tries_until);
}
void members(Of<ClassStory> auto& x, auto&& f) {
  f(x.outages, x.longest_gap, x.gap_start, x.last_arrival, x.last_failure);
}
void members(Of<Lag> auto& x, auto&& f) {
  f(x.replica, x.max_lag, x.max_lag_at, x.max_behind, x.course);
}
void members(Of<Holding> auto& x, auto&& f) { f(x.database, x.is_primary, x.lacks); }
void members(Of<Handshakes> auto& x, auto&& f) { f(x.daemon, x.full, x.resumed); }
void members(Of<Overheard> auto& x, auto&& f) {
  f(x.link, x.request_class, x.requests, x.passwords, x.cookies, x.queries, x.readable, x.sealed);
}
void members(Of<Load> auto& x, auto&& f) { f(x.part, x.what, x.length, x.windows); }
void members(Of<Event> auto& x, auto&& f) {
  f(x.time, x.source, x.what, x.target, x.check.failure, x.check.figure, x.rule, x.figure,
    x.setting, x.version, x.strike, x.parts, x.beyond, x.told);
}
void members(Of<LogLine> auto& x, auto&& f) { f(x.line, x.server); }
void members(Of<Result> auto& x, auto&& f) {
  f(x.seed, x.duration, x.window, x.fault_start, x.fault_end, x.over, x.outage_gap, x.is_watched,
    x.classes, x.tallies, x.windows, x.stories, x.events, x.lags, x.writes, x.holdings,
    x.handshakes, x.overheard, x.loads, x.uncounted, x.skew, x.fingerprint, x.samples, x.logs);
}
void members(Of<Histogram::Bucket> auto& x, auto&& f) { f(x.first, x.second); }

template <class T>
constexpr bool is_plain = std::is_trivially_copyable_v<T>;
/// A string, or a vector.
template <class T>
concept List = requires(T& list) {
  list.resize(list.size());
};

void copy_out(Packed& to, const void* from, std::size_t size) {
  const auto* bytes = static_cast<const std::uint8_t*>(from);
  to.insert(to.end(), bytes, bytes + size);
}
void copy_in(std::span<const std::uint8_t>& from, void* to, std::size_t size) {
  if (size > from.size()) throw std::runtime_error("a result was cut off");
  if (size > 0) std::memcpy(to, from.data(), size);
  from = from.subspan(size);
}

template <class T>
void put(Packed& to, const T& value) {
  if constexpr (is_plain<T>) {
    copy_out(to, &value, sizeof value);
  } else if constexpr (std::is_same_v<T, Histogram>) {
    put(to, value.buckets());
    put(to, value.max());
  } else if constexpr (List<T>) {
    put(to, value.size());
    if constexpr (is_plain<typename T::value_type>)
      copy_out(to, value.data(), value.size() * sizeof value[0]);
    else
      for (const auto& one : value) put(to, one);
  } else {
    members(value, [&](const auto&... member) { (put(to, member), ...); });
  }
}

template <class T>
void get(std::span<const std::uint8_t>& from, T& value);
template <class T>
T got(std::span<const std::uint8_t>& from) {
  T value{};
  get(from, value);
  return value;
}
template <class T>
void get(std::span<const std::uint8_t>& from, T& value) {
  if constexpr (is_plain<T>) {
    copy_in(from, &value, sizeof value);
  } else if constexpr (std::is_same_v<T, Histogram>) {
    const auto buckets = got<std::vector<Histogram::Bucket>>(from);
    value = Histogram::from(buckets, got<std::uint64_t>(from));
  } else if constexpr (List<T>) {
    const auto size = got<std::size_t>(from);
    if (size > from.size()) throw std::runtime_error("a result was cut off");  // each has a byte
    value.resize(size);
    if constexpr (is_plain<typename T::value_type>)
      copy_in(from, value.data(), size * sizeof value[0]);
    else
      for (auto& one : value) get(from, one);
  } else {
    members(value, [&](auto&... member) { (get(from, member), ...); });
  }
}

}  // namespace

void pack(const Result& result, Packed& to) { put(to, result); }

Result unpacked(std::span<const std::uint8_t> from) {
  Result result;
  get(from, result);
  if (!from.empty()) throw std::runtime_error("more than a result");
  return result;
}

}  // namespace spof::measure
