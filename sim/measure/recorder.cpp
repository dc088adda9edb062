#include "measure/recorder.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <deque>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>

#include "measure/chronicle.hpp"
#include "measure/outages.hpp"
#include "measure/plan.hpp"
#include "measure/result.hpp"

namespace spof::measure {
namespace {

std::uint64_t microseconds(double seconds) {
  return seconds <= 0 ? 0 : static_cast<std::uint64_t>(seconds * 1e6 + 0.5);
}

/// A hash of a stream of words (multiply and rotate, as in FxHash, with a stronger last step).
class Fingerprint {
 public:
  void add(std::uint64_t word) {
    state_ = (std::rotl(state_, 5) ^ word) * 0x9E3779B97F4A7C15ULL;
    state_ ^= state_ >> 32;
  }
  void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }
  void add(std::string_view text) {
    add(static_cast<std::uint64_t>(text.size()));
    for (const char letter : text)
      add(static_cast<std::uint64_t>(static_cast<unsigned char>(letter)));
  }
  std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0xCBF29CE484222325ULL;
};

/// The requests of one window, class, phase and outcome.
struct Cell {
  std::uint32_t key;
  SparseHistogram latency;
  std::uint64_t slow = 0, slow_again = 0, after_repair = 0;
};

}  // namespace

class Recorder::Books {
 public:
  explicit Books(Plan plan) : plan_(std::move(plan)) {
    if (plan_.window <= 0) plan_.window = 1;
    if (plan_.classes.empty()) plan_.classes.emplace_back("all");
    result_.duration = plan_.duration;
    result_.window = plan_.window;
    result_.outage_gap = plan_.outage_gap;
    result_.is_watched = plan_.is_watched;
    result_.classes = plan_.classes.size();
    result_.tallies.resize(phase_count * plan_.classes.size());
    for (Tally& tally : result_.tallies) tally.servers.resize(plan_.servers.size());
    outages_.assign(plan_.classes.size(), Outages(plan_.outage_gap));
  }

  void request(const Sample& sample) {
    hash(sample);
    if (plan_.keep_requests) result_.samples.push_back(sample);
    if (!is_counted(sample.population)) return count_apart(sample);
    const Phase phase = phase_of(sample.arrival);
    const std::uint64_t latency = microseconds(sample.end - sample.arrival);
    add(sample, latency, tally(phase, sample));
    outages_[class_of(sample)].add(sample.arrival, sample.end, sample.outcome == Outcome::ok);
    file(sample, phase, latency, outlasts_repair(sample));
  }

  void sent_again(const Sample& sample) {
    if (!is_counted(sample.population)) return;
    Tally& counted = tally(phase_of(sample.arrival), sample);
    count({sample.outcome, sample.cause, 1, sample.arrival, sample.end}, counted.tries);
    counted.tries_from = std::min<double>(counted.tries_from, sample.arrival);
    counted.tries_until = std::max<double>(counted.tries_until, sample.end);
  }

  void event(Event event) {
    chronicle_.hear(event);
    in_vain_ += event.what == What::struck_in_vain ? 1 : 0;
    fingerprint_.add(event.time.value);
    fingerprint_.add(std::string_view(event.source));
    fingerprint_.add(std::string_view(word_of(event.what)));
    fingerprint_.add(std::string_view(event.target));
    fingerprint_.add(std::string_view(sentence(event)));
    fingerprint_.add(static_cast<std::uint64_t>(event.role()));
    result_.events.push_back(std::move(event));
  }

  void log(const HttpLog& line) {
    if (!plan_.keep_requests) return;
    result_.logs.push_back({line, std::string(line.server)});
    result_.logs.back().line.server = {};
  }

  void lag(Seconds now, const std::string& replica, Seconds true_lag, double behind) {
    auto place = std::ranges::find(result_.lags, replica, &Lag::replica);
    if (place == result_.lags.end()) place = result_.lags.insert(place, Lag{replica, 0, now, 0});
    if (true_lag > place->max_lag) {
      place->max_lag = true_lag;
      place->max_lag_at = now;
    }
    place->max_behind = std::max(place->max_behind, behind);
    const double step = lag_step(plan_.window, plan_.duration);
    const auto window = static_cast<std::size_t>(std::max<double>(now, 0) / step + 1e-6);
    place->course.resize(std::max(place->course.size(), window + 1), true_lag);
    place->course[window] = std::max<double>(place->course[window], true_lag);
  }

  void writes(const Writes& writes) {
    for (const std::uint64_t count : {writes.acknowledged, writes.lost, writes.phantom.number,
                                      writes.diverged, writes.reads_of_lost})
      fingerprint_.add(count);
    result_.writes = writes;
  }

  /// Two changes of version that are further apart belong to different roll-outs.
  void answered(Seconds now, const std::string& version) {
    if (version == answered_by_) return;
    if (result_.skew < 0) result_.skew = 0;
    if (version_changed_ >= 0 && now - version_changed_ <= plan_.outage_gap)
      result_.skew += now - version_changed_;
    if (!answered_by_.empty()) version_changed_ = now;
    answered_by_ = version;
  }

  bool keeps_requests() const { return plan_.keep_requests; }

  Result finish() {
    if (is_struck()) result_.fault_start = chronicle_.episodes().front().from;
    result_.fault_end = last_repair();
    result_.over = last_end();
    while (!windows_.empty()) close_first_window();
    for (Outages& outages : outages_) result_.stories.push_back(outages.finish(plan_.duration));
    std::ranges::stable_sort(result_.events, {}, &Event::time);
    result_.fingerprint = fingerprint_.value();
    return std::move(result_);
  }

 private:
  void hash(const Sample& sample) {
    fingerprint_.add(sample.arrival.value);
    fingerprint_.add(sample.end.value);
    fingerprint_.add(sample.id);
    const auto byte = [](auto value, int place) {
      return static_cast<std::uint64_t>(static_cast<std::uint8_t>(value)) << (8 * place);
    };
    fingerprint_.add(byte(sample.population, 0) | byte(sample.request_class, 1) |
                     byte(sample.outcome, 2) | byte(sample.cause, 3) | byte(sample.server, 4) |
                     byte(sample.tries, 5) | byte(sample.retries, 6) |
                     byte(sample.redispatched + 2 * sample.stale, 7));
  }

  bool is_counted(std::uint8_t population) const {
    return population >= plan_.counted.size() || plan_.counted[population];
  }

  std::size_t class_of(const Sample& sample) const {
    return std::min<std::size_t>(sample.request_class, plan_.classes.size() - 1);
  }

  bool is_struck() const { return !chronicle_.episodes().empty(); }

  /// The last date, as far as it is known now: the end of the run while some are `open` or a strike
  /// is still to come; negative: nothing was struck.
  double end(std::size_t open, double last) const {
    if (!is_struck()) return -1;
    const bool lasts = open > 0 || chronicle_.episodes().size() + in_vain_ < plan_.strikes;
    return lasts ? double(plan_.duration) : std::min<double>(last, plan_.duration);
  }
  double last_repair() const { return end(chronicle_.in_force(), chronicle_.last_repair()); }
  /// When all that was struck works again.
  double last_end() const { return end(chronicle_.going_on(), chronicle_.last_end()); }

  /// Of a request that ends now. What was under way when the fault struck is its business:
  /// `during`.
  Phase phase_of(double arrival) const {
    if (!is_struck()) return Phase::before;
    return arrival < last_end() ? Phase::during : Phase::after;
  }

  bool outlasts_repair(const Sample& sample) const {
    return sample.arrival < last_repair() && sample.end >= last_repair();
  }

  void count_apart(const Sample& sample) {
    auto place = std::ranges::find_if(
        result_.uncounted, [&](const Uncounted& u) { return u.population >= sample.population; });
    if (place == result_.uncounted.end() || place->population != sample.population)
      place = result_.uncounted.insert(place, Uncounted{sample.population, {}});
    ++place->outcomes[static_cast<std::size_t>(sample.outcome)];
  }

  Tally& tally(Phase phase, const Sample& sample) {
    return result_
        .tallies[static_cast<std::size_t>(phase) * plan_.classes.size() + class_of(sample)];
  }

  static bool is_slow(const Sample& sample, std::uint64_t latency) {
    return sample.outcome == Outcome::ok && latency > static_cast<std::uint64_t>(slow_limit * 1e6);
  }

  static void add(const Sample& sample, std::uint64_t latency, Tally& tally) {
    ++tally.outcomes[static_cast<std::size_t>(sample.outcome)];
    if (sample.outcome == Outcome::ok) {
      tally.ok.record(latency);
      tally.slow_ok += is_slow(sample, latency);
    } else {
      tally.failed.record(latency);
      count({sample.outcome, sample.cause, 1, sample.arrival, sample.arrival}, tally.failures);
    }
    tally.retries += sample.retries;
    tally.redispatched += sample.redispatched;
    tally.stale += sample.stale;
    if (sample.server >= 0 && static_cast<std::size_t>(sample.server) < tally.servers.size())
      ++tally.servers[static_cast<std::size_t>(sample.server)];
  }

  /// Counts the request in the window of its scheduled arrival.
  void file(const Sample& sample, Phase phase, std::uint64_t latency, bool after_repair) {
    const double place = std::floor(std::max<double>(sample.arrival, 0) / plan_.window);
    const auto number = static_cast<std::uint64_t>(place);
    if (plan_.patience > 0) {
      const double over = sample.end - plan_.patience;
      while (!windows_.empty() && ends(first_) < over) close_first_window();
      if (windows_.empty() && ends(first_) < over)  // nothing came for long: no windows for that
        first_ = static_cast<std::uint64_t>(std::ceil(over / plan_.window - 1));
    }
    const auto key = static_cast<std::uint32_t>((static_cast<std::size_t>(phase) << 16) |
                                                (class_of(sample) << 8) |
                                                static_cast<std::size_t>(sample.outcome));
    const bool slow = is_slow(sample, latency);
    const auto count = [&](auto& row) {
      row.slow += slow;
      row.slow_again += slow && sample.tries > 1;
      row.after_repair += after_repair;
    };
    if (number < first_) return count(late_row(number, key, latency));
    if (number - first_ >= windows_.size()) windows_.resize(number - first_ + 1);
    auto& cells = windows_[number - first_];
    auto cell = std::ranges::find(cells, key, &Cell::key);
    if (cell == cells.end()) cell = cells.insert(cell, Cell{key, {}});
    cell->latency.record(latency);
    count(*cell);
  }

  double ends(std::uint64_t number) const { return static_cast<double>(number + 1) * plan_.window; }

  void close_first_window() {
    auto& cells = windows_.front();
    std::ranges::sort(cells, {}, &Cell::key);
    for (const Cell& cell : cells) {
      WindowRow row = row_of(first_, cell.key);
      const SparseHistogram& latency = cell.latency;
      row.requests = latency.count();
      row.p50 = latency.quantile(0.5);
      row.p90 = latency.quantile(0.9);
      row.p99 = latency.quantile(0.99);
      row.max = latency.max();
      row.slow = cell.slow;
      row.slow_again = cell.slow_again;
      row.after_repair = cell.after_repair;
      result_.windows.push_back(row);
    }
    windows_.pop_front();
    ++first_;
  }

  /// A request whose window is summed up already, because it took longer than Plan::patience:
  /// counted, in the maximum, but not in the quantiles.
  WindowRow& late_row(std::uint64_t number, std::uint32_t key, std::uint64_t latency) {
    const WindowRow wanted = row_of(number, key);
    const auto order = [](const WindowRow& r) {
      return std::tuple(r.start.value, r.phase, r.request_class, r.outcome);
    };
    auto place = std::ranges::lower_bound(result_.windows, order(wanted), {}, order);
    if (place == result_.windows.end() || order(*place) != order(wanted)) {
      place = result_.windows.insert(place, wanted);
      place->p50 = place->p90 = place->p99 = latency;
    }
    ++place->requests;
    place->max = std::max(place->max, latency);
    return *place;
  }

  WindowRow row_of(std::uint64_t number, std::uint32_t key) const {
    WindowRow row;
    row.start = static_cast<double>(number) * plan_.window;
    row.phase = static_cast<Phase>(key >> 16);
    row.request_class = static_cast<std::uint8_t>(key >> 8);
    row.outcome = static_cast<Outcome>(key & 0xFF);
    return row;
  }

  Plan plan_;
  Result result_;
  Chronicle chronicle_;
  std::size_t in_vain_ = 0;  ///< strikes that met nobody
  Fingerprint fingerprint_;
  std::deque<std::vector<Cell>> windows_;  // open ones, from number first_
  std::uint64_t first_ = 0;
  std::vector<Outages> outages_;  // by class
  std::string answered_by_;       // the version of the last answer
  double version_changed_ = -1;   // when it was another one than before
};

Recorder::Recorder(Plan plan) : books_(std::make_unique<Books>(std::move(plan))) {}
Recorder::~Recorder() = default;
void Recorder::request(const Sample& sample) { books_->request(sample); }
void Recorder::sent_again(const Sample& sample) { books_->sent_again(sample); }
void Recorder::event(Event event) { books_->event(std::move(event)); }
bool Recorder::wants_log() const { return books_->keeps_requests(); }
void Recorder::log(const HttpLog& line) { books_->log(line); }
void Recorder::lag(Seconds now, const std::string& replica, Seconds true_lag, double behind) {
  books_->lag(now, replica, true_lag, behind);
}
void Recorder::writes(const Writes& writes) { books_->writes(writes); }
void Recorder::answered(Seconds now, const std::string& version) { books_->answered(now, version); }
Result Recorder::finish() { return books_->finish(); }

}  // namespace spof::measure
