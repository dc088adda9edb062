#include "measure/result.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <tuple>
#include <type_traits>

#include "base/json.hpp"

namespace spof::measure {

std::uint64_t Tally::requests() const {
  return std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0});
}

void Tally::merge(const Tally& other) {
  for (std::size_t i = 0; i < outcome_count; ++i) outcomes[i] += other.outcomes[i];
  for (const Failure& failure : other.failures) {
    const auto key = [](const Failure& f) { return std::tuple(f.outcome, f.cause); };
    auto place = std::ranges::lower_bound(failures, key(failure), {}, key);
    if (place != failures.end() && key(*place) == key(failure))
      place->requests += failure.requests;
    else
      failures.insert(place, failure);
  }
  ok.merge(other.ok);
  failed.merge(other.failed);
  slow_ok += other.slow_ok;
  retries += other.retries;
  redispatched += other.redispatched;
  client_retries += other.client_retries;
  stale += other.stale;
  servers.resize(std::max(servers.size(), other.servers.size()));
  for (std::size_t i = 0; i < other.servers.size(); ++i) servers[i] += other.servers[i];
}

std::pair<double, double> Result::span(std::optional<Phase> phase) const {
  const bool struck = fault_start >= 0;
  const double begin = struck ? std::min<double>(fault_start, duration) : double(duration);
  const double end = struck && over >= 0 ? std::min<double>(over, duration) : double(duration);
  if (!phase) return {0, duration};
  if (*phase == Phase::before) return {0, begin};
  return *phase == Phase::during ? std::pair(begin, end) : std::pair(end, double(duration));
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

// Each struct names its members once; `put` and `get` walk them in the same order, so that a struct
// travels as an array.

template <class X, class T>
concept Of = std::is_same_v<std::remove_const_t<X>, T>;

void members(Of<Failure> auto& x, auto&& f) { f(x.outcome, x.cause, x.requests); }
void members(Of<Tally> auto& x, auto&& f) {
  f(x.outcomes, x.failures, x.ok, x.failed, x.slow_ok, x.retries, x.redispatched, x.client_retries,
    x.stale, x.servers);
}
void members(Of<WindowRow> auto& x, auto&& f) {
  f(x.start, x.phase, x.request_class, x.outcome, x.requests, x.p50, x.p90, x.p99, x.max,
    x.after_repair);
}
void members(Of<Outage> auto& x, auto&& f) {
  f(x.start, x.end, x.failures, x.answered, x.first_seen, x.first_sent, x.last_seen);
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
void members(Of<Writes> auto& x, auto&& f) {
  f(x.acknowledged, x.lost, x.phantom, x.diverged, x.reads_of_lost, x.lost_from, x.lost_until);
}
void members(Of<Load> auto& x, auto&& f) { f(x.part, x.what, x.length, x.windows); }
void members(Of<Uncounted> auto& x, auto&& f) { f(x.population, x.outcomes); }
void members(Of<Event> auto& x, auto&& f) {
  f(x.time, x.source, x.what, x.target, x.check.failure, x.check.figure, x.figure, x.setting,
    x.version, x.strike, x.parts, x.beyond, x.told);
}
void members(Of<HttpLog> auto& x, auto&& f) {
  f(x.accepted, x.id, x.queue, x.connect, x.response, x.total, x.status, x.termination[0],
    x.termination[1], x.retries, x.redispatched, x.request_class);
}
void members(Of<LogLine> auto& x, auto&& f) { f(x.line, x.server); }
void members(Of<Result> auto& x, auto&& f) {
  f(x.seed, x.duration, x.window, x.fault_start, x.fault_end, x.over, x.outage_gap, x.is_watched,
    x.classes, x.tallies, x.windows, x.stories, x.events, x.lags, x.writes, x.holdings,
    x.handshakes, x.overheard, x.loads, x.uncounted, x.skew, x.fingerprint, x.samples, x.logs);
}

template <class T>
concept Struct = requires(T& x) {
  members(x, [](auto&...) {});
};

template <class Unit>
Json put(const Quantity<Unit>& quantity) {
  return quantity.value;
}
template <class Unit>
void get(const Json& json, Quantity<Unit>& quantity) {
  quantity.value = json.get<double>();
}

template <class T>
requires std::is_arithmetic_v<T> || std::is_same_v<T, std::string> Json put(const T& value) {
  return value;
}
template <class T>
requires std::is_arithmetic_v<T> || std::is_same_v<T, std::string>
void get(const Json& json, T& value) { value = json.get<T>(); }

template <class T>
requires std::is_enum_v<T> Json put(const T& value) { return static_cast<std::uint64_t>(value); }
template <class T>
requires std::is_enum_v<T>
void get(const Json& json, T& value) { value = static_cast<T>(json.get<std::uint64_t>()); }

Json put(const Histogram& histogram) { return Json::array({histogram.buckets(), histogram.max()}); }
void get(const Json& json, Histogram& histogram) {
  histogram = Histogram::from(json.at(0).get<std::vector<Histogram::Bucket>>(),
                              json.at(1).get<std::uint64_t>());
}

// Samples and windows can be many: their memory is copied, not taken apart.
template <class T>
concept Copied = std::is_same_v<T, Sample> || std::is_same_v<T, Load::Window>;
static_assert(std::is_trivially_copyable_v<Sample> && std::is_trivially_copyable_v<Load::Window>);
template <Copied T>
Json put(const std::vector<T>& many) {
  std::vector<std::uint8_t> bytes(many.size() * sizeof(T));
  if (!many.empty()) std::memcpy(bytes.data(), many.data(), bytes.size());
  return Json::binary(std::move(bytes));
}
template <Copied T>
void get(const Json& json, std::vector<T>& many) {
  const auto& bytes = json.get_binary();
  many.resize(bytes.size() / sizeof(T));
  if (!many.empty())
    std::memcpy(static_cast<void*>(many.data()), bytes.data(), many.size() * sizeof(T));
}

template <Struct T>
Json put(const T& value);
template <Struct T>
void get(const Json& json, T& value);

template <class T>
Json put(const std::vector<T>& values) {
  Json json = Json::array();
  for (const T& value : values) json.push_back(put(value));
  return json;
}
template <class T>
void get(const Json& json, std::vector<T>& values) {
  values.resize(json.size());
  for (std::size_t i = 0; i < values.size(); ++i) get(json.at(i), values[i]);
}

template <class T, std::size_t N>
Json put(const std::array<T, N>& values) {
  return values;
}
template <class T, std::size_t N>
void get(const Json& json, std::array<T, N>& values) {
  values = json.get<std::array<T, N>>();
}

template <Struct T>
Json put(const T& value) {
  Json json = Json::array();
  members(value, [&](const auto&... member) { (json.push_back(put(member)), ...); });
  return json;
}
template <Struct T>
void get(const Json& json, T& value) {
  std::size_t next = 0;
  members(value, [&](auto&... member) { (get(json.at(next++), member), ...); });
}

}  // namespace

void to_json(Json& json, const Result& result) { json = put(result); }

void from_json(const Json& json, Result& result) { get(json, result); }

}  // namespace spof::measure
