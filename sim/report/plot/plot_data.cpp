#include "report/plot/plot_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "base/append_new.hpp"
#include "base/letters.hpp"
#include "base/mistakes.hpp"
#include "measure/words.hpp"
#include "report/plot/csv_table.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::Role;
using measure::What;

/// A CSV file with the columns of one kind.
class PlotSource : public CsvReader {
 public:
  PlotSource(const PlotKind& kind, std::istream& stream, const std::string& file)
      : CsvReader(stream, file), scenario_(column("scenario")) {
    const auto missing = missing_columns(kind, header());
    if (good() && !missing.empty())
      error_ = fmt::format("{}: no column {}, which a plot of kind {} needs; there are: {}", file,
                           listed(missing), kind.name, visible(listed(header())));
  }

  /// The next record; false at the end and at a mistake.
  bool next() {
    if (!CsvReader::next()) return false;
    if (!name_) name_ = text(scenario_);
    if (*name_ == text(scenario_)) return true;
    return complain(*scenario_,
                    fmt::format("a second scenario, {}, beside {}: one file for each, please",
                                in_quotes(text(scenario_)), in_quotes(*name_))),
           false;
  }

  std::size_t needed(std::string_view name) const { return column(name).value_or(0); }
  std::string_view text(std::optional<std::size_t> column) const {
    return column ? field(*column) : std::string_view();
  }
  /// A number within bounds; anything else is a mistake.
  double number(std::size_t column, double least, double most) {
    const auto value = CsvReader::number(column);
    if (!value || (*value >= least && *value <= most)) return value.value_or(least);
    complain(column, fmt::format("{} is not between {:g} and {:g}", field(column), least, most));
    return least;
  }
  bool good() const { return error().empty(); }

 private:
  std::optional<std::size_t> scenario_;
  std::optional<std::string> name_;
};

constexpr double far = 1e12;  ///< as a bound for what should be a plain number

std::size_t index_in(std::vector<std::string>& list, std::string_view name) {
  const auto found = std::ranges::find(list, name);
  const auto index = static_cast<std::size_t>(found - list.begin());
  if (found == list.end()) list.emplace_back(name);
  return index;
}

/// The number of an outcome in the list. Redirects and answers by their status are correct, too.
std::size_t outcome_index(std::vector<std::string>& outcomes, std::string_view name) {
  const bool status = name.size() == 3 && (name[0] == '2' || name[0] == '3');
  if (status && std::ranges::all_of(name, is_digit)) return 0;
  return index_in(outcomes, name);
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
    const auto nearest = std::ranges::min_element(open, {}, distance);
    if (nearest == open.end() || (*nearest)->target != event.target) continue;
    event.strike = (*nearest)->strike;
    open.erase(nearest);
  }
}

/// Whether replication was stopped or started by command, in the words of its event.
bool is_command(What what, std::string_view detail) {
  return (what == What::replication_stopped || what == What::replication_started) &&
         detail.ends_with("by command");
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
  std::vector<std::string> missing(kind.needs.begin(), kind.needs.end());
  std::erase_if(missing, [&](const std::string& name) { return has(header, name); });
  return missing;
}

Windows read_timeline(std::istream& stream, const std::string& file, std::string& mistake) {
  constexpr std::size_t most_names = 64;
  Windows windows;
  PlotSource source(plot_kinds()[0], stream, file);
  const auto seed = source.column("seed"), who = source.column("class");
  const std::size_t time = source.needed("time_s"), window = source.needed("window_s"),
                    outcome = source.needed("outcome"), requests = source.needed("requests"),
                    p50 = source.needed("latency_p50_ms"), p99 = source.needed("latency_p99_ms");
  double first = HUGE_VAL, last = -HUGE_VAL;
  std::set<std::string, std::less<>> seeds;
  while (source.next()) {
    const double length = source.number(window, 1e-6, far);
    if (seeds.empty()) windows.length = length;
    if (length != windows.length) source.complain(window, "windows of different lengths");
    const double start = source.number(time, -far, far);
    const double count = source.number(requests, 0, far);
    const double median = source.number(p50, 0, far), late = source.number(p99, 0, far);
    const std::size_t result = outcome_index(windows.outcomes, source.text(outcome));
    const std::size_t request_class = index_in(windows.classes, source.text(who));
    if (std::max(windows.outcomes.size(), windows.classes.size()) > most_names)
      source.complain(outcome, "more than 64 different outcomes or classes");
    if (!source.good()) break;
    if (seeds.find(source.text(seed)) == seeds.end()) seeds.emplace(source.text(seed));
    windows.add(request_class, result, start, count, median, late);
    first = std::min(first, start);
    last = std::max(last, start);
  }
  mistake = source.error();
  if (seeds.empty()) return windows;
  windows.start = std::floor(first / windows.length + 1e-6) * windows.length;
  windows.end = std::floor(last / windows.length + 1e-6) * windows.length + windows.length;
  windows.runs = static_cast<double>(seeds.size());
  return windows;
}

std::vector<QuantileCurve> read_quantiles(std::istream& stream, const std::string& file,
                                          std::string& mistake) {
  constexpr std::size_t most_points = 200'000;
  std::vector<QuantileCurve> curves;
  PlotSource source(plot_kinds()[1], stream, file);
  const auto phase = source.column("phase"), request_class = source.column("class");
  const std::size_t share = source.needed("quantile"), latency = source.needed("latency_ms");
  std::size_t points = 0;
  while (source.next()) {
    const double quantile = source.number(share, 0, 1), ms = source.number(latency, 0, far);
    if (++points > most_points) source.complain(share, "too many points for a picture");
    if (!source.good()) break;
    auto curve = std::ranges::find_if(curves, [&](const QuantileCurve& c) {
      return c.phase == source.text(phase) && c.request_class == source.text(request_class);
    });
    if (curve == curves.end())
      curve = curves.insert(
          curve, {std::string(source.text(phase)), std::string(source.text(request_class)), {}});
    curve->points.emplace_back(quantile, ms);
  }
  mistake = source.error();
  for (QuantileCurve& curve : curves) std::ranges::sort(curve.points);
  return curves;
}

std::vector<EventsOfRun> read_events(std::istream& stream, const std::string& file,
                                     std::string& mistake) {
  std::vector<EventsOfRun> runs;
  PlotSource source(plot_kinds()[2], stream, file);
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
    const auto role = value_named<Role>(source.text(part));
    if (!role)
      source.complain(part, fmt::format("{} is none of {}", in_quotes(source.text(part)),
                                        fmt::join(names(Role{}), ", ")));
    const auto known = role ? measure::what_of(source.text(what), *role) : std::nullopt;
    if (!source.good()) break;
    if (!known) continue;  // another program's
    event.what = *known;
    event.figure = planned_span(event.told);
    event.setting = is_command(event.what, event.told) ? 1 : 0;
    if (run == runs.size() || runs[run].seed != source.text(seed)) {
      const auto found = std::ranges::find(runs, source.text(seed), &EventsOfRun::seed);
      run = static_cast<std::size_t>(found - runs.begin());
      if (found == runs.end()) runs.push_back({std::string(source.text(seed)), {}});
    }
    if (*role == Role::info && run > 0) continue;
    if (run == 0) {
      const auto [before, first] = last.try_emplace({event.source, event.target}, event.what);
      if (*role == Role::info && !first && before->second == event.what) continue;
      before->second = event.what;
    }
    runs[run].events.push_back(std::move(event));
  }
  mistake = source.error();
  for (auto& one : runs) {
    std::ranges::stable_sort(one.events, {}, &Event::time);
    number_strikes(one.events);
  }
  return runs;
}

}  // namespace spof::report
