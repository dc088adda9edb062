#include "measure/after_fault.hpp"

#include <algorithm>

#include "measure/chronicle.hpp"

namespace spof::measure {
namespace {

bool has_fault(const Result& run) { return run.fault_start >= 0; }
bool is_repaired(const Result& run) { return has_fault(run) && run.fault_end < run.duration; }

}  // namespace

double outage(const Result& run, const ClassStory& story) {
  if (story.last_arrival < 0) return no_figure;
  double longest = 0;
  for (const Outage& outage : story.outages)
    longest = std::max(longest, outage.end - std::max<double>(outage.start, run.fault_start));
  return longest;
}

double recovery_time(const Result& run, const ClassStory& story) {
  if (!has_fault(run) || story.last_arrival < 0) return no_figure;
  double end = run.fault_start;
  for (const Outage& outage : story.outages)
    if (outage.start < run.fault_end) end = std::max<double>(end, outage.end);
  return end > story.last_arrival - run.outage_gap ? never : end - run.fault_start;
}

double recovery(const Result& run, const ClassStory& story) {
  if (!has_fault(run) || story.last_arrival < 0) return no_figure;
  if (story.last_failure < run.fault_start) return 0;
  if (story.last_failure > story.last_arrival - run.outage_gap) return never;
  return story.last_failure - run.fault_start;
}

bool learns_again(const std::vector<Event>& events, const Event& event) {
  if (event.what != What::down) return false;
  bool is_new = false;
  for (const Episode& one : episodes_of(events)) {
    if (one.from > event.time) break;
    const bool is_own = (one.target == event.source || one.target == host_of(event.source)) &&
                        (effect_of(one.kind).ends_process || one.kind == What::reload);
    if (!is_own && effect_of(one.kind).is_felt) return false;
    is_new = is_new || is_own;
  }
  return is_new;
}

const Event* first_notice(const Result& run) {
  constexpr double boots = 60;  // what an operator starts again is away that long, by his own doing
  double in_vain = -never;
  for (const Event& event : run.events) {
    if (event.what == What::acted_in_vain) in_vain = event.time;
    if (event.role() == Role::detected && event.time >= run.fault_start &&
        event.time > in_vain + boots && !learns_again(run.events, event))
      return &event;
  }
  return nullptr;
}

double detected(const Result& run) {
  if (!has_fault(run)) return no_figure;
  const Event* event = first_notice(run);
  return event ? event->time - run.fault_start : never;
}

const Event* first_restored(const Result& run) {
  const Event *noticed = first_notice(run), *any = nullptr;
  for (const Event& event : run.events) {
    if (event.role() != Role::restored || event.time < run.fault_end) continue;
    if (noticed && event.target == noticed->target) return &event;
    if (!any) any = &event;
  }
  return any;
}

double restored(const Result& run) {
  if (!is_repaired(run) || detected(run) == never) return no_figure;
  const Event* event = first_restored(run);
  return event ? event->time - run.fault_end : never;
}

bool calls_somebody(const Event& event) {
  return event.what == What::notified && !event.setting && !event.beyond.empty();
}

bool may_end_service(What kind) {
  return effect_of(kind).is_felt || kind == What::maintenance || kind == What::weight;
}

double repair_that_ended(const Result& run, double end, double seen) {
  double last = never;
  const auto episodes = episodes_of(run.events);
  for (const Episode& one : episodes) {
    if (!may_end_service(one.kind) || one.came_back() || one.repaired >= run.duration) continue;
    const double works = one.until < never ? std::max(one.until, one.repaired) : one.repaired;
    double next = never;  // what comes after that is the doing of another failure
    for (const Episode& other : episodes)
      if (other.from >= works) next = std::min(next, other.from);
    // Who checks it sees that later, and takes the address then.
    const auto up = std::ranges::find_if(run.events, [&](const Event& event) {
      return event.time >= works && event.time < next &&
             (event.role() == Role::restored || event.what == What::address_taken_over);
    });
    const double serves = up != run.events.end() ? double(up->time) : works;
    if (one.repaired > seen + run.outage_gap || end > serves + run.outage_gap) continue;
    last = last < never ? std::max(last, one.repaired) : one.repaired;
  }
  return last;
}

double told(const Result& run, What what) {
  return told_since(run, what, has_fault(run) ? double(run.fault_start) : 0);
}

double told_since(const Result& run, What what, double since) {
  if (!run.is_watched) return no_figure;
  for (const Event& event : run.events)
    if (event.what == what && event.time >= since &&
        (what != What::notified || calls_somebody(event)))
      return event.time - since;
  return never;
}

}  // namespace spof::measure
