#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "analysis/faults.hpp"
#include "measure/chronicle.hpp"
#include "measure/words.hpp"
#include "report/plot/plot_data.hpp"

namespace spof::report {
namespace {

using measure::Episode;
using measure::Event;
using measure::Role;
using measure::What;

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
    const auto same = std::find_if(joined.begin(), joined.end(), [&](const Interval& other) {
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
  constexpr std::size_t most = 2;
  std::vector<std::string> targets = fault.targets;
  std::sort(targets.begin(), targets.end());
  if (targets.size() > most) {
    targets[most - 1] = fmt::format("{} more", targets.size() - most + 1);
    targets.resize(most);
  }
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
  std::size_t runs = 0;
  Role role = Role::info;
  void add(double first, double last) {
    from += first;
    until += last;
    ++runs;
  }
};

bool in_most(const Mean& mean, const EventsData& events) {
  return 2 * mean.runs >= events.runs.size();
}

/// Components that are ready at almost the same time are one line; marks sorted by role and time.
std::vector<Mark> joined(std::vector<Mark> marks) {
  constexpr double together = 1.5;
  std::vector<Mark> made;
  for (Mark& mark : marks) {
    const bool same = !made.empty() && mark.role == Role::ready &&
                      made.back().role == Role::ready && mark.time - made.back().time < together;
    if (same)
      made.back().label.insert(made.back().label.rfind(ready),
                               ", " + mark.label.substr(0, mark.label.rfind(ready)));
    else
      made.push_back(std::move(mark));
  }
  return made;
}

}  // namespace

std::vector<Band> bands(const EventsData& events, double end) {
  std::map<Happening, Mean> means;
  for (const auto& run : events.runs) {
    std::map<std::string, std::size_t> times;
    for (const Interval& fault : intervals(run.events, end)) {
      const std::string label = label_of(fault);
      means[{label, times[label]++}].add(fault.from, fault.until);
    }
  }
  std::vector<Band> made;
  for (const auto& [key, mean] : means) {
    if (!in_most(mean, events)) continue;
    const auto runs = static_cast<double>(mean.runs);
    made.push_back({mean.from / runs, mean.until / runs, key.first});
  }
  std::stable_sort(made.begin(), made.end(),
                   [](const Band& a, const Band& b) { return a.from < b.from; });
  return made;
}

std::vector<Mark> marks(const EventsData& events, std::size_t most) {
  std::map<std::string, Mean> means;
  for (const auto& run : events.runs) {
    std::set<std::string> told;
    for (const Event& event : run.events) {
      const Role role = event.role();
      if (role != Role::detected && role != Role::restored && role != Role::ready) continue;
      const std::string label = label_of(event);
      if (!told.insert(label).second) continue;
      means[label].add(event.time, event.time);
      means[label].role = role;
    }
  }
  std::vector<Mark> made;
  for (const auto& [label, mean] : means)
    if (in_most(mean, events))
      made.push_back({mean.from / static_cast<double>(mean.runs), mean.role, label});
  const auto order = [](const Mark& mark) { return std::tuple(mark.role, mark.time); };
  std::stable_sort(made.begin(), made.end(),
                   [&](const Mark& a, const Mark& b) { return order(a) < order(b); });
  made = joined(std::move(made));
  if (made.size() > most) made.resize(most);
  std::stable_sort(made.begin(), made.end(),
                   [](const Mark& a, const Mark& b) { return a.time < b.time; });
  return made;
}

}  // namespace spof::report
