#include <algorithm>
#include <cmath>

#include "analysis/causes/causes_site.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "base/words.hpp"

namespace spof::report {
namespace {

constexpr std::uint64_t worth_telling = 5;                // fewer late answers are no story
constexpr std::size_t most_spells = 6;                    // more of them are one
constexpr std::uint64_t late_least = 3, late_share = 10;  // of a window, and a tenth of it

/// When a change of a schema was over: a database goes on with it without its client.
double changed_at(const Result& run, const Event& began) {
  double over = INFINITY;
  for (const Event& event : run.events) {
    if (event.what != What::migrated || event.time < began.time) continue;
    if (event.figure == 2) return event.time;
    if (event.source == began.source) over = std::min<double>(over, event.time);
    if (event.source == began.source && event.figure == 0) break;
  }
  return over;
}

}  // namespace

std::vector<Suffered> late_windows(const CausalSite& site, std::size_t request_class) {
  std::vector<Suffered> found;
  const double start = std::max<double>(site.run.fault_start, 0);
  for (const WindowRow& row : site.run.windows) {
    const double end = row.start + site.run.window;
    const bool before = site.run.fault_start >= 0 && row.phase == Phase::before;
    if (row.request_class != request_class || row.slow == 0 || before) continue;
    // Where nothing ails, one that took long now and then is how long they take.
    if (site.ailments.empty() && (row.slow < late_least || row.slow * late_share < row.requests))
      continue;
    const bool in_flight = end < start;  // sent long before the fault, and under way when it struck
    found.push_back({{in_flight ? row.start.value : std::max<double>(row.start, start), end},
                     row.slow,
                     static_cast<double>(row.max) * 1e-6,
                     row.slow_again});
  }
  return found;
}

Suffered slow_answers(const CausalSite& site, std::size_t request_class) {
  Suffered span{no_span};
  for (const Suffered& one : late_windows(site, request_class)) span.add(one);
  if (span.requests < worth_telling) return {};
  span.until = std::min<double>(span.until, site.run.duration);
  return span;
}

std::vector<Suffered> slow_spells(const CausalSite& site, std::size_t request_class) {
  const Suffered all = slow_answers(site, request_class);
  std::vector<Suffered> spells;
  if (all.requests == 0) return spells;
  for (const Suffered& one : late_windows(site, request_class))
    if (!spells.empty() && one.from <= spells.back().until + site.run.outage_gap)
      spells.back().add(one);
    else
      spells.push_back(one);
  spells.back().until = std::min(spells.back().until, all.until);
  std::erase_if(spells, [](const Suffered& one) { return one.requests < worth_telling; });
  if (spells.empty() || spells.size() > most_spells) return {all};
  return spells;
}

bool nobody_answered(const Result& run, std::size_t request_class, const Span& time) {
  return time.from < time.until && std::ranges::none_of(run.windows, [&](const WindowRow& row) {
           return row.request_class == request_class && row.start > time.from &&
                  row.start + run.window <= time.until && row.requests > row.after_repair;
         });
}

Suffered failures_of(const CausalSite& site, std::size_t request_class) {
  Suffered span{no_span};
  for (const Outage& outage : outages_of(site.run, request_class)) {
    span.cover({outage.start, outage.end});
    span.requests += outage.failures;
  }
  return span.requests == 0 ? Suffered{} : span;
}

Names CausalSite::without_space(const Span& time) const {
  Names found;
  for (const Event& event : run.events)
    if (event.what == What::no_space && time.meets(until_next(*this, event, What::has_space)))
      append_new(found, event.source);
  std::erase_if(found, [&](const std::string& database) {
    for (std::size_t i = 0; i < met_.size(); ++i)
      if (kind(i) == stack::RequestKind::write && has(tos(met(i, Purpose::write)), database))
        return false;
    return true;
  });
  return found;
}

Names CausalSite::locking(const Span& time) const {
  Names found;
  for (const Event& event : run.events)
    if (event.what == What::migrating && event.setting && event.time <= time.until &&
        changed_at(run, event) >= time.from)
      append_new(found, event.source);
  return found;
}

bool copies_anew(const std::string& degree) {
  return degree.find(": restore") != std::string::npos ||
         degree.find(": rebuild") != std::string::npos;
}

std::string CausalSite::degree(const Ailment& ailment) const {
  const auto line = std::ranges::find_if(campaign.faults, [&](const FaultLine& fault) {
    return fault.strike == ailment.strike && fault.target == ailment.target;
  });
  return line == campaign.faults.end() ? "" : line->degree;
}

double CausalSite::copied_at(const Ailment& command) const {
  const Event* done = first_event(run.events, {command.from, never}, [&](const Event& event) {
    return event.source == command.target && event.time > command.from &&
           (event.what == What::restored || event.what == What::rebuilt);
  });
  return done ? done->time.value : never;
}

bool CausalSite::started_anew(const std::string& daemon, const Span& time) const {
  return std::ranges::any_of(run.events, [&](const Event& event) {
    return event.source == daemon && event.role() == Role::ready && event.time > time.from &&
           event.time < time.until;
  });
}

Span until_next(const CausalSite& site, const Event& event, What ends) {
  const Event* end = first_event(site.run.events, {event.time, never}, [&](const Event& one) {
    return one.what == ends && one.source == event.source;
  });
  return {event.time, end ? end->time.value : never};
}

Span closed_time(const CausalSite& site, const Event& closed) {
  Span time = until_next(site, closed, What::table_open);
  for (const Ailment& one : site.ailments)  // transactions end with their database
    if (effect_of(one.kind).ends_process && one.strikes(closed.source) && one.from >= closed.time)
      time.until = std::min(time.until, one.from);
  return time;
}

Names CausalSite::closed_tables(const Span& time) const {
  Names found;
  for (const Event& event : run.events)
    if (event.what == What::table_closed && time.meets(closed_time(*this, event)))
      append_new(found, event.source);
  return found;
}

std::string closed_words(const Names& databases) {
  return "statements waited in " + listed(databases) +
         " behind a change of a table, and that for an open transaction";
}

std::string CausalSite::waited_inside(const std::vector<std::size_t>& classes,
                                      const Span& time) const {
  using Kind = stack::RequestKind;
  const Names full = without_space(time), lock = locking(time), closed = closed_tables(time);
  const auto any_is = [&](auto what) { return std::ranges::any_of(classes, what); };
  if (!any_is([&](std::size_t i) { return kind(i) != Kind::static_file; })) return "";
  if (!closed.empty())
    return ", because " + closed_words(closed) +
           (any_is([&](std::size_t i) { return kind(i) < Kind::read; })
                ? ", and held the threads of the application"
                : "");
  if (full.empty() && lock.empty()) {
    constexpr double a_while = 30;  // once all threads wait nobody asks, and it is told no more
    Names lent;
    for (const Event& event : run.events) {
      if (event.what == What::connections_taken && section_of(event.source) == "app" &&
          Span{time.from - a_while, time.until}.holds(event.time))
        append_new(lent, event.source);
      if (event.role() == Role::ready && event.time < time.from)
        std::erase(lent, event.source);  // a new process has a pool of its own
    }
    if (lent.empty()) return "";
    return ", because all connections of a pool of " + listed(lent) + " were lent";
  }
  return ", because writes waited " +
         (full.empty() ? "for a table that " + listed(lock) + " had locked to change the schema"
                       : "in " + listed(full) + " for space on its disk") +
         (any_is([&](std::size_t i) { return kind(i) != Kind::write; })
              ? ", and held the threads of the application"
              : "");
}

}  // namespace spof::report
