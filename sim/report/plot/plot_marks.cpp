#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "analysis/faults.hpp"
#include "measure/chronicle.hpp"
#include "measure/words.hpp"
#include "report/plot/plot.hpp"

namespace spof::report {
namespace {

/// A fault of one run; those of a kind that come and go together are one.
struct Interval {
  What kind;
  std::vector<std::string> targets;
  double from = 0, until = 0;
};

/// The end of a fault. Nobody repairs a restart, a reload or a command.
double end_of(const Episode& fault, double end) {
  const bool by_itself =
      fault.kind == What::reload || fault.kind == What::restart || fault.kind == What::command;
  if (by_itself && std::isfinite(fault.until)) return fault.until;
  if (std::isfinite(fault.repaired)) return fault.repaired;
  return by_itself ? fault.from : end;
}

std::vector<Interval> intervals(const std::vector<Event>& events, double end) {
  std::vector<Interval> joined;
  constexpr double together = 0.5;
  for (const Episode& fault : episodes_of(events)) {
    Interval one{fault.kind, {fault.target}, fault.from, end_of(fault, end)};
    const auto same = std::ranges::find_if(joined, [&](const Interval& other) {
      return other.kind == one.kind && std::fabs(other.from - one.from) < together &&
             std::fabs(other.until - one.until) < together;
    });
    if (same == joined.end())
      joined.push_back(std::move(one));
    else
      same->targets.push_back(one.targets.front());
  }
  return joined;
}

std::string label_of(const Interval& fault) {
  std::vector<std::string> targets = fault.targets;
  std::ranges::sort(targets);
  cut_to(targets, 2);
  return fault_words(word_of(fault.kind), listed(targets));
}

constexpr const char* ready = " ready";

std::string label_of(const Event& event) {
  if (event.role() == Role::ready) return concerned(event) + ready;
  return event.source + ": " + subject(event);
}

/// Something that happens in several runs: its label, and how often it happened before in the run.
using Happening = std::pair<std::string, std::size_t>;

struct Mean {
  double from = 0, until = 0;
  double runs = 0;
  Role role = Role::info;
  void add(double first, double last) {
    from += first;
    until += last;
    ++runs;
  }
  bool in_most(const Runs& all) const { return 2 * runs >= static_cast<double>(all.size()); }
};

}  // namespace

std::vector<ChartBand> bands(const Runs& runs, double end) {
  constexpr std::size_t most_labels = 3;
  std::map<Happening, Mean> means;
  for (const auto* events : runs) {
    std::map<std::string, std::size_t> times;
    for (const Interval& fault : intervals(*events, end)) {
      const std::string label = label_of(fault);
      means[{label, times[label]++}].add(fault.from, fault.until);
    }
  }
  std::vector<ChartBand> made;
  for (const auto& [key, mean] : means)
    if (mean.in_most(runs) && mean.from / mean.runs < end)
      made.push_back({mean.from / mean.runs, std::min(mean.until / mean.runs, end), key.first});
  std::ranges::stable_sort(made, {}, &ChartBand::from);
  for (std::size_t i = made.size(); made.size() > most_labels && i-- > 0;)
    made[i].label =
        i == 0 ? fmt::format("{} faults, the first: {}", made.size(), made[i].label) : "";
  return made;
}

std::vector<ChartMark> marks(const Runs& runs, std::size_t most) {
  std::map<std::string, Mean> means;
  for (const auto* events : runs) {
    std::set<std::string> told;
    for (const Event& event : *events) {
      const Role role = event.role();
      if (role != Role::detected && role != Role::restored && role != Role::ready) continue;
      const std::string label = label_of(event);
      if (!told.insert(label).second) continue;
      means[label].add(event.time, event.time);
      means[label].role = role;
    }
  }
  std::vector<std::tuple<Role, double, std::string>> sorted;  // what was noticed comes first
  for (const auto& [label, mean] : means)
    if (mean.in_most(runs)) sorted.emplace_back(mean.role, mean.from / mean.runs, label);
  std::ranges::sort(sorted);
  std::vector<ChartMark> made;
  // Components that are ready at almost the same time are one line.
  constexpr double together = 1.5;
  Role before = Role::info;
  for (const auto& [role, time, label] : sorted) {
    if (role == Role::ready && before == role && time - made.back().at < together)
      made.back().label.insert(made.back().label.rfind(ready),
                               ", " + label.substr(0, label.rfind(ready)));
    else
      made.push_back({time, label});
    before = role;
  }
  if (made.size() > most) made.resize(most);
  std::ranges::stable_sort(made, {}, &ChartMark::at);
  return made;
}

}  // namespace spof::report
