#pragma once
#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spof::stack::monitoring {

/// A date or a duration as Prometheus keeps it: whole milliseconds. With them `for: 1m` and four
/// evaluations of 15 s are equal, which sums of doubles are not.
using Millis = std::int64_t;
inline constexpr Millis never_due = INT64_MAX;
/// From a date of the run, in seconds, and back.
inline Millis to_millis(double seconds) { return std::llround(seconds * 1000); }
inline double to_seconds(Millis date) { return static_cast<double>(date) / 1000; }

/// "1h30m", "15s", "500ms", "0", as Prometheus writes durations; -1: it is none.
Millis parse_duration(std::string_view text);

/// The name of a label that holds the metric's.
inline constexpr const char* metric_name = "__name__";

/// What identifies a series or an alert: names and values, sorted by name. A label of an empty
/// value is none.
class Labels {
 public:
  using Pair = std::pair<std::string, std::string>;
  Labels() = default;
  Labels(std::initializer_list<Pair> pairs) {
    for (const auto& [name, value] : pairs) set(name, value);
  }
  /// "" where there is none of that name.
  const std::string& get(std::string_view name) const;
  void set(std::string_view name, std::string value);
  void remove(std::string_view name) { set(name, ""); }
  bool empty() const { return pairs_.empty(); }
  auto begin() const { return pairs_.begin(); }
  auto end() const { return pairs_.end(); }
  friend auto operator<=>(const Labels&, const Labels&) = default;

 private:
  std::vector<Pair> pairs_;
};

/// As Prometheus writes them: `up{instance="lb1:8405", job="haproxy"}`.
std::string to_text(const Labels& labels);

/// `text` in double quotes, escaped as Prometheus does in expressions and expositions.
std::string quoted(std::string_view text);

/// The value that ends a series until its next sample: a NaN of its own, as Prometheus writes it
/// when a target or a rule no longer has the series. [MON-3]
double stale_mark();
bool is_stale(double value);

struct Point {
  Millis date = 0;
  double value = 0;
};

/// The samples of one series, oldest first.
struct Series {
  Labels labels;
  std::deque<Point> points;
  /// The last one at or before `date`, not older than the look-back and not a stale mark; else
  /// nullptr. [MON-3]
  const Point* at(Millis date) const;
};

/// The time series of one Prometheus server, in memory. It keeps of each series what rules can
/// still ask for; with all that passed through, `on_sample` is called.
class SeriesStore {
 public:
  static constexpr Millis look_back = 300'000;
  /// The series of these labels, `__name__` among them; it stays where it is.
  Series& series(const Labels& labels);
  /// Dates of a series ascend; a sample that does not come later than the last one is refused, as
  /// Prometheus refuses it. A sample's date is the start of its scrape. [MON-6]
  void append(Series& series, Millis date, double value);
  void append(const Labels& labels, Millis date, double value) {
    append(series(labels), date, value);
  }
  void mark_stale(Series& series, Millis date) { append(series, date, stale_mark()); }
  /// Rules look so far back (`RulesFile::reach`); less than the look-back has no effect.
  void keep(Millis reach) { reach_ = std::max(reach_, reach); }

  /// All of this metric, in the order of their labels; of "" all there are.
  std::vector<const Series*> named(const std::string& name) const;
  /// Who writes a run down: gets each sample that was taken in, stale marks included.
  std::function<void(const Labels&, Point)> on_sample;

 private:
  std::map<std::string, std::map<Labels, Series>> series_;
  Millis reach_ = look_back;
};

}  // namespace spof::stack::monitoring
