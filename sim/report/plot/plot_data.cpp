#include "report/plot/plot_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "base/mistakes.hpp"
#include "measure/words.hpp"
#include "report/plot/csv_table.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::Role;
using measure::What;

/// A CSV file with the columns of one kind.
class PlotSource {
 public:
  PlotSource(const PlotKind& kind, std::istream& stream, const std::string& file,
             std::string& mistake)
      : csv_(stream, file), mistake_(mistake) {
    mistake_ = csv_.error();
    if (!mistake_.empty()) return;
    const auto missing = missing_columns(kind, csv_.header());
    if (!missing.empty())
      mistake_ = fmt::format("{}: no column {}, which a plot of kind {} needs; there are: {}", file,
                             listed(missing), kind.name, listed(csv_.header()));
    scenario_ = csv_.column("scenario");
  }

  /// The next record; false at the end and at a mistake.
  bool next() {
    if (!mistake_.empty()) return false;
    if (!csv_.next()) return mistake_ = csv_.error(), false;
    if (!scenario_) return true;
    if (!name_) name_ = csv_.field(*scenario_);
    if (*name_ == csv_.field(*scenario_)) return true;
    return complain(*scenario_,
                    fmt::format("a second scenario, {}, beside {}: one file for each, please",
                                in_quotes(csv_.field(*scenario_)), in_quotes(*name_))),
           false;
  }

  std::optional<std::size_t> column(std::string_view name) const { return csv_.column(name); }
  std::size_t needed(std::string_view name) const { return csv_.column(name).value_or(0); }
  std::string_view text(std::optional<std::size_t> column) const {
    return column ? csv_.field(*column) : std::string_view();
  }
  /// A number within bounds; anything else is a mistake.
  double number(std::size_t column, double least, double most) {
    const auto value = csv_.number(column);
    if (!value) return mistake_ = csv_.error(), least;
    if (*value >= least && *value <= most) return *value;
    complain(column,
             fmt::format("{} is not between {:g} and {:g}", csv_.field(column), least, most));
    return least;
  }
  void complain(std::size_t column, std::string_view what) {
    csv_.complain(column, what);
    mistake_ = csv_.error();
  }
  bool good() const { return mistake_.empty(); }

 private:
  CsvReader csv_;
  std::string& mistake_;
  std::optional<std::size_t> scenario_;
  std::optional<std::string> name_;
};

constexpr double far = 1e12;  ///< as a bound for what should be a plain number

// ---- latency.csv
// ---------------------------------------------------------------------------------

/// Sums of the windows of all runs. So that no file is too large, pairs of windows become one where
/// there are more than can be told apart on a picture.
class PlotWindows {
 public:
  explicit PlotWindows(double length) : length_(length) {}

  void add(double time, std::size_t outcome, double requests, double p50, double p99) {
    Sum& sum = sums_[static_cast<std::int64_t>(std::floor(time / length_ + 1e-6))];
    if (sum.requests.size() <= outcome) sum.requests.resize(outcome + 1);
    sum.requests[outcome] += requests;
    if (outcome == 0) {
      sum.p50 += requests * p50;
      sum.p99 += requests * p99;
    }
    while (sums_.size() > most) halve();
  }

  double length() const { return length_; }

  std::vector<PlotWindow> finish(std::size_t outcomes) {
    std::vector<PlotWindow> windows;
    for (auto& [index, sum] : sums_) {
      sum.requests.resize(outcomes);
      const double good = sum.requests[0];
      const double none = std::numeric_limits<double>::quiet_NaN();
      windows.push_back({static_cast<double>(index) * length_, std::move(sum.requests),
                         good > 0 ? sum.p50 / good : none, good > 0 ? sum.p99 / good : none});
    }
    return windows;
  }

 private:
  static constexpr std::size_t most = 2000;

  struct Sum {
    std::vector<double> requests;
    double p50 = 0, p99 = 0;  // times requests
  };

  void halve() {
    length_ *= 2;
    std::map<std::int64_t, Sum> halves;
    for (auto& [index, sum] : sums_) {
      Sum& half = halves[index >> 1];
      half.requests.resize(std::max(half.requests.size(), sum.requests.size()));
      for (std::size_t i = 0; i < sum.requests.size(); ++i) half.requests[i] += sum.requests[i];
      half.p50 += sum.p50;
      half.p99 += sum.p99;
    }
    sums_ = std::move(halves);
  }

  double length_;
  std::map<std::int64_t, Sum> sums_;
};

/// The number of an outcome in the list. Redirects and answers by their status are correct, too.
std::size_t outcome_index(std::vector<std::string>& outcomes, std::string_view name) {
  const bool status = name.size() == 3 && (name[0] == '2' || name[0] == '3');
  if (status && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return 0;
  const auto found = std::find(outcomes.begin(), outcomes.end(), name);
  const auto index = static_cast<std::size_t>(found - outcomes.begin());
  if (found == outcomes.end()) outcomes.emplace_back(name);
  return index;
}

// ---- events.csv
// ----------------------------------------------------------------------------------

std::optional<Role> role_named(std::string_view word) {
  constexpr auto words = names(Role{});
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Role>(found - words.begin());
}

/// Seconds that a fault said it would last: "for 40.0 s"; infinite: for good, or it did not say.
double planned_span(std::string_view sentence) {
  constexpr std::string_view before = "for ";
  double lasts = 0;
  if (!sentence.starts_with(before)) return HUGE_VAL;
  sentence.remove_prefix(before.size());
  const auto read = std::from_chars(sentence.data(), sentence.data() + sentence.size(), lasts);
  return read.ec == std::errc() ? lasts : HUGE_VAL;
}

/// A repair is that of the fault of its target that was to end nearest to it.
void number_strikes(std::vector<Event>& events) {
  std::vector<const Event*> open;
  std::uint32_t strikes = 0;
  for (Event& event : events) {
    if (event.role() == Role::fault) {
      event.strike = ++strikes;
      open.push_back(&event);
    }
    if (event.role() != Role::repair) continue;
    const auto distance = [&](const Event* fault) {
      return std::pair(fault->target != event.target,
                       std::fabs(fault->time + fault->figure - event.time));
    };
    const auto nearest =
        std::min_element(open.begin(), open.end(),
                         [&](const Event* a, const Event* b) { return distance(a) < distance(b); });
    if (nearest == open.end() || (*nearest)->target != event.target) continue;
    event.strike = (*nearest)->strike;
    open.erase(nearest);
  }
}

}  // namespace

const std::vector<PlotKind>& plot_kinds() {
  static const std::vector<PlotKind> kinds{
      {"timeline",
       "latency.csv",
       {"time_s", "window_s", "outcome", "requests", "latency_p50_ms", "latency_p99_ms"}},
      {"quantiles", "quantiles.csv", {"quantile", "latency_ms"}},
      {"states", "events.csv", {"time_s", "source", "event", "target", "role"}}};
  return kinds;
}

std::vector<std::string> missing_columns(const PlotKind& kind,
                                         const std::vector<std::string>& header) {
  std::vector<std::string> missing;
  for (const std::string_view name : kind.needs)
    if (std::find(header.begin(), header.end(), name) == header.end()) missing.emplace_back(name);
  return missing;
}

TimelineData read_timeline(std::istream& stream, const std::string& file, std::string& mistake) {
  constexpr std::size_t most_outcomes = 64;
  TimelineData data;
  data.outcomes = {"ok"};
  PlotSource source(plot_kinds()[0], stream, file, mistake);
  const auto seed = source.column("seed");
  const std::size_t time = source.needed("time_s"), window = source.needed("window_s"),
                    outcome = source.needed("outcome"), requests = source.needed("requests"),
                    p50 = source.needed("latency_p50_ms"), p99 = source.needed("latency_p99_ms");
  std::optional<PlotWindows> windows;
  double length = 0;
  std::set<std::string, std::less<>> seeds;
  while (source.next()) {
    const double this_length = source.number(window, 1e-6, far);
    if (!windows) windows.emplace(length = this_length);
    if (this_length != length) source.complain(window, "windows of different lengths");
    const double start = source.number(time, -far, far);
    const double count = source.number(requests, 0, far);
    const double median = source.number(p50, 0, far), late = source.number(p99, 0, far);
    const std::size_t index = outcome_index(data.outcomes, source.text(outcome));
    if (index >= most_outcomes) source.complain(outcome, "more than 64 different outcomes");
    if (!source.good()) break;
    if (seeds.find(source.text(seed)) == seeds.end()) seeds.emplace(source.text(seed));
    windows->add(start, index, count, median, late);
  }
  if (!mistake.empty()) return data;
  if (!windows) {
    mistake = fmt::format("{}: no line below the header line", file);
    return data;
  }
  data.windows = windows->finish(data.outcomes.size());
  data.window = windows->length();
  data.runs = seeds.size();
  return data;
}

std::vector<QuantileCurve> read_quantiles(std::istream& stream, const std::string& file,
                                          std::string& mistake) {
  constexpr std::size_t most_points = 200'000;
  std::vector<QuantileCurve> curves;
  PlotSource source(plot_kinds()[1], stream, file, mistake);
  const auto phase = source.column("phase"), request_class = source.column("class");
  const std::size_t share = source.needed("quantile"), latency = source.needed("latency_ms");
  std::size_t points = 0;
  while (source.next()) {
    const double quantile = source.number(share, 0, 1), ms = source.number(latency, 0, far);
    if (++points > most_points) source.complain(share, "too many points for a picture");
    if (!source.good()) break;
    auto curve = std::find_if(curves.begin(), curves.end(), [&](const QuantileCurve& c) {
      return c.phase == source.text(phase) && c.request_class == source.text(request_class);
    });
    if (curve == curves.end())
      curve = curves.insert(
          curve, {std::string(source.text(phase)), std::string(source.text(request_class)), {}});
    curve->points.emplace_back(quantile, ms);
  }
  for (QuantileCurve& curve : curves) std::sort(curve.points.begin(), curve.points.end());
  if (mistake.empty() && curves.empty())
    mistake = fmt::format("{}: no line below the header line", file);
  return curves;
}

EventsData read_events(std::istream& stream, const std::string& file, std::string& mistake) {
  EventsData data;
  PlotSource source(plot_kinds()[2], stream, file, mistake);
  const auto seed = source.column("seed"), detail = source.column("detail");
  const std::size_t time = source.needed("time_s"), who = source.needed("source"),
                    what = source.needed("event"), target = source.needed("target"),
                    part = source.needed("role");
  std::map<std::pair<std::string, std::string>, What> last;  // by source and target
  std::size_t run = 0;
  while (source.next()) {
    Event event{.time = source.number(time, -far, far),
                .source = std::string(source.text(who)),
                .target = std::string(source.text(target)),
                .told = std::string(source.text(detail))};
    const auto role = role_named(source.text(part));
    if (!role)
      source.complain(part, fmt::format("{} is none of {}", in_quotes(source.text(part)),
                                        fmt::join(names(Role{}), ", ")));
    const auto known = role ? measure::what_of(source.text(what), *role) : std::nullopt;
    if (!source.good()) break;
    if (!known) continue;  // another program's
    event.what = *known;
    event.figure = planned_span(event.told);
    if (run == data.runs.size() || data.runs[run].seed != source.text(seed)) {
      const auto found = std::find_if(data.runs.begin(), data.runs.end(),
                                      [&](const auto& r) { return r.seed == source.text(seed); });
      run = static_cast<std::size_t>(found - data.runs.begin());
      if (found == data.runs.end()) data.runs.push_back({std::string(source.text(seed)), {}});
    }
    if (*role == Role::info && run > 0) continue;
    if (run == 0) {
      const auto [before, first] = last.try_emplace({event.source, event.target}, event.what);
      if (*role == Role::info && !first && before->second == event.what) continue;
      before->second = event.what;
    }
    data.runs[run].events.push_back(std::move(event));
  }
  for (auto& one : data.runs) {
    std::stable_sort(one.events.begin(), one.events.end(),
                     [](const Event& a, const Event& b) { return a.time < b.time; });
    number_strikes(one.events);
  }
  return data;
}

}  // namespace spof::report
