#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "report/faults.hpp"
#include "report/plot/plot_data.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::Role;

/// A fault of one run; those of a kind that come and go together are one.
struct Interval {
  std::string kind;
  std::vector<std::string> targets;
  double from = 0, until = 0;
  bool open = true;
};

bool is_instant(const std::string& kind) { return kind == "reload" || kind == "restart"; }

/// The end of a fault that nobody repairs.
double own_end(const Interval& fault, const std::vector<Event>& events, double end) {
  if (!is_instant(fault.kind)) return end;
  for (const Event& event : events)
    if (event.role == Role::ready && event.time >= fault.from &&
        event.target == fault.targets.front())
      return event.time;
  return fault.from;
}

std::vector<Interval> intervals(const std::vector<Event>& events, double end) {
  std::vector<Interval> made;
  for (const Event& event : events) {
    if (event.role == Role::fault) made.push_back({event.event, {event.target}, event.time, end});
    if (event.role != Role::repair) continue;
    const auto found = std::find_if(made.begin(), made.end(), [&](const Interval& one) {
      return one.open && one.targets.front() == event.target;
    });
    if (found == made.end()) continue;
    found->open = false;
    found->until = event.time;
  }
  for (Interval& one : made)
    if (one.open) one.until = own_end(one, events, end);
  std::vector<Interval> joined;
  constexpr double together = 0.5;
  for (Interval& one : made) {
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
  return fault_words(fault.kind, listed(targets));
}

constexpr const char* ready = " ready";

std::string label_of(const Event& event) {
  const std::string& who = event.target.empty() ? event.source : event.target;
  if (event.role == Role::ready) return who + ready;
  return fmt::format("{}: {} {}", event.source, event.target, event.event);
}

/// Something that happens in several runs: its label, and how often it happened before in the run.
using Key = std::pair<std::string, std::size_t>;

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
  std::map<Key, Mean> means;
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
      if (event.role != Role::detected && event.role != Role::restored && event.role != Role::ready)
        continue;
      const std::string label = label_of(event);
      if (!told.insert(label).second) continue;
      means[label].add(event.time, event.time);
      means[label].role = event.role;
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
