#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/causes/causes_ordeal.hpp"
#include "analysis/database_failover.hpp"
#include "measure/after_fault.hpp"
#include "measure/takeovers.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

struct Step {
  std::string name;
  double from = 0, until = 0, length = 0;  ///< the last: of what was bad in it
};

/// The part on the way of an ordeal that served again in a span of time when it ended: the first
/// after that, or else the last before.
const Event* ready_of(const CausalSite& site, const Ordeal& ordeal, const Span& time) {
  const auto is_ready = [&](const Event& event) {
    return event.role() == Role::ready && (site.is_on_way(ordeal.request_class, event.source) ||
                                           site.is_on_way(ordeal.request_class, event.target));
  };
  const auto& events = site.run.events;
  const Event* next =
      first_event(events, {std::max(time.from, ordeal.until), time.until}, is_ready);
  return next ? next : last_event(events, time, is_ready);
}

/// Whom systemd started last, before a date, and when.
std::pair<double, Names> restarts(const CausalSite& site, const Ordeal& ordeal, double until) {
  std::pair<double, Names> last{-1, {}};
  for (const Ailment& ailment : site.ailments) {
    if (!site.is_on_way(ordeal.request_class, ailment.target)) continue;
    if (ailment.restarted > until || ailment.restarted < last.first) continue;
    if (ailment.restarted > last.first) last = {ailment.restarted, {}};
    last.second.push_back(ailment.target);
  }
  return last;
}

/// What led applications to a new primary that they need not be told of, in a span of time: its
/// address moved, a load balancer took it UP.
const Event* last_lead(const CausalSite& site, std::size_t request_class, const Span& time) {
  const auto kind = site.kind(request_class);
  return last_event(site.run.events, time, [&](const Event& event) {
    return std::ranges::any_of(site.campaign.topology.edges, [&](const scenario::Edge& edge) {
      if (kind && !scenario::carries(edge.wire, *kind)) return false;
      return event.what == What::up
                 ? edge.wire.leads_to_database() && edge.wire.label == event.target
                 : event.what == What::address_taken_over && edge.wire.host == event.target;
    });
  });
}

/// The steps of a failover of the database, if it fell into an ordeal; `reach` takes what went on
/// until a date. What is left then waits for the old primary, or for who is told that it is gone.
bool add_failover(const CausalSite& site, const Ordeal& ordeal, const auto& reach) {
  if (site.kind(ordeal.request_class) == stack::RequestKind::static_file) return false;
  const auto over = database_failover(site.campaign, site.run);
  if (!over || over->end_of(FailoverStep::detection) < ordeal.from ||
      over->end_of(FailoverStep::detection) > ordeal.until + site.run.outage_gap)
    return false;
  reach(fmt::format("before {} failed", over->old_primary), over->struck);
  reach(fmt::format("until {} took {} for dead", over->manager, over->old_primary),
        over->end_of(FailoverStep::detection));
  reach(fmt::format("while it gave up ({})", over->given_up), over->end_of(FailoverStep::retrying));
  reach("until a person acted", over->end_of(FailoverStep::response));
  reach("fencing it", over->end_of(FailoverStep::fencing));
  reach("until " + over->new_primary + " was the primary", over->end_of(FailoverStep::promotion));
  reach("telling the applications", over->end_of(FailoverStep::telling));
  const double told = over->end_of(FailoverStep::telling),
               late = ordeal.until + site.run.outage_gap;
  const auto is_beside = [&](const Event& event) {  // a server on the host of the old primary
    return event.what == What::down &&
           std::ranges::any_of(
               site.campaign.topology.ends(Purpose::server, event.target),
               [&](const auto& there) { return host_of(there) == host_of(over->old_primary); });
  };
  if (const Event* lead = last_lead(site, ordeal.request_class, {told, late}))
    reach(fmt::format(
              "until {} {}", lead->source,
              lead->what == What::up ? "took " + lead->target + " UP" : "had " + lead->target),
          lead->time);
  if (over->went_alone <= late)
    reach(fmt::format("until {} waited for no replica any more", over->new_primary),
          over->went_alone);
  else if (const Event* down = last_event(site.run.events, {told, late}, is_beside))
    reach(fmt::format("until {} took {} DOWN", down->source, down->target), down->time);
  if (site.run.fault_end > told && site.run.fault_end < site.run.duration &&
      site.run.fault_end <= late)
    reach("waiting on for " + over->old_primary + ", until the repair", site.run.fault_end);
  if (const Event* named = last_event(site.run.events, {told, late}, [](const Event& one) {
        return one.what == What::write_to && one.version.starts_with("its name");
      }))
    reach("until copies of the old record had run out (name_ttl)", named->time);
  reach(ordeal.until >= site.run.duration - site.run.outage_gap
            ? "failing on after the failover, to the end of the run"
            : "until what had been sent to " + over->old_primary + " had ended",
        ordeal.until);
  return true;
}

/// What went by until a person had repaired it; false: nobody did.
bool reach_people(const CausalSite& site, double from, double repair, const auto& reach) {
  const Event* act = first_event(site.run.events, {repair, repair}, [](const Event& event) {
    return event.what == What::repaired_by;
  });
  if (!act) return false;
  if (const Event* told = first_told(site.run, from))
    reach(told->what == What::notified ? "until " + told->source + " called"
                                       : "until a customer called",
          told->time);
  const Event* decided = nullptr;
  for (const Event& event : site.run.events) {
    if (event.time < from || event.time > act->time) continue;
    if (event.what == What::acknowledged) reach("until " + event.source + " was there", event.time);
    if (event.what == What::decided && event.target == act->target) decided = &event;
  }
  if (decided) reach("finding out what to do", decided->time);
  reach("doing it", act->time);
  return true;
}

/// What followed when a load balancer gave an address up in silence; false: none did.
bool add_silence(const CausalSite& site, const Ordeal& ordeal, const auto& reach) {
  const auto silence = silence_in(site, ordeal);
  if (!silence) return false;
  const Event& left = *silence->event;
  if (const Event* taken = first_of(site, What::address_taken_over);
      taken && taken->time < left.time)
    reach("noticing it", taken->time);
  reach(fmt::format("until {} gave {} up", left.source, left.target), left.time);
  reach(fmt::format("while nobody announced that {} was elsewhere now", left.target),
        silence->until);
  reach("after that", ordeal.until);
  return true;
}

/// A migration that locked a table, and what waited for it; false: none did, or it is not all.
bool add_migration(const CausalSite& site, const Ordeal& ordeal, const auto& reach) {
  constexpr double aftermath = 60;  // by then who waited was answered, or had given up
  const Span time{ordeal.from, ordeal.until + site.run.outage_gap};
  const auto reach_all = [&](const char* name, double date, const char* waited) {
    reach(name, date);
    if (ordeal.until > date + aftermath) return false;
    reach(waited, ordeal.until);
    return true;
  };
  if (const Event* open = last_event(
          site.run.events, time, [](const Event& event) { return event.what == What::table_open; }))
    return reach_all(open->setting != 0
                         ? "until the change of a table gave up"
                         : "until the open transaction ended that a change of a table waited for",
                     open->time, "until those that had waited behind it were done");
  const Event* done = last_event(site.run.events, time, [](const Event& event) {
    return event.what == What::migrated && event.figure != 1 && event.setting;
  });
  if (!done) return false;
  for (const Lag& lag : site.run.lags)  // a replica does it again
    if (std::fabs(lag.max_lag_at - lag.max_lag - done->time) < 1 &&
        std::fabs(lag.max_lag_at - ordeal.until) < 2) {
      reach("until the schema was changed and its table free", done->time);
      reach("until " + lag.replica + " had the schema, too", ordeal.until);
      return true;
    }
  return reach_all("until the schema was changed and its table free", done->time,
                   "until those that had waited for it were done");
}

/// When the last request failed, of any class where few come of one, up to a repair; or until that,
/// if nobody was answered any more.
double failed_until(const CausalSite& site, const Ordeal& ordeal, double repair) {
  if (nobody_answered(site.run, ordeal.request_class, {ordeal.until, repair})) return repair;
  double last = ordeal.seen;
  for (const ClassStory& story : site.run.stories)
    for (const Outage& outage : story.outages)
      if (outage.start <= ordeal.until && outage.last_seen <= repair + site.run.outage_gap)
        last = std::max<double>(last, outage.last_seen);
  return last;
}

/// Whether an ordeal was over with a removal, or soon after it and no repair can have ended it.
bool is_ended_by(const CausalSite& site, const Ordeal& ordeal, const Event& down, double repair) {
  const double left = ordeal.until - down.time;
  return left <= site.run.outage_gap &&
         ((left == 0 && is_takeover(down)) || ordeal.until < repair ||
          (left <= 1 && ordeal.until < works_again(site.ailments, repair)));
}

/// What is waited for: of a planned restart nobody repairs anything.
std::string repair_words(const CausalSite& site) {
  const bool planned = std::ranges::all_of(
      site.ailments, [](const Ailment& one) { return one.kind == What::restart; });
  return planned ? "while it was restarted" : "waiting for the repair";
}

bool restores(const Event& event) { return event.role() == Role::restored; }

/// Cuts an ordeal at the events that explain its progress.
std::vector<Step> steps_of(const CausalSite& site, const Ordeal& ordeal) {
  const Result& run = site.run;
  const double gap = run.outage_gap, late = ordeal.until + gap;
  const double repair = std::min<double>(ordeal.mended, run.fault_end);
  const bool to_the_end = ordeal.until >= run.duration - gap;
  const auto all_are = [&](const auto& is) { return std::ranges::all_of(site.ailments, is); };
  std::vector<Step> steps;
  double at = ordeal.from;
  const auto reach = [&](const std::string& name, double date) {
    date = std::clamp(date, at, ordeal.until);
    if (date - at > 1e-9) steps.push_back({name, at, date, ordeal.within(at, date)});
    at = date;
  };
  if (add_failover(site, ordeal, reach) || add_silence(site, ordeal, reach) ||
      add_migration(site, ordeal, reach))
    return steps;
  const Span all{run.fault_start, std::max(ordeal.until, ordeal.seen) + gap};
  const Event* down = removal_of(site, ordeal, all);
  // A server was taken out, and the ordeal was over soon after it.
  if (down && is_ended_by(site, ordeal, *down, repair)) {
    // One that goes DOWN again and again is not being noticed all that time.
    for (const Event& event : run.events)
      if (event.what == down->what && event.source == down->source &&
          event.target == down->target && event.time >= run.fault_start && event.time < down->time)
        return steps;
    reach(down->role() == Role::detected
              ? "noticing it"
              : fmt::format("until {} took {} out by command", down->source, down->target),
          down->time);
    reach("until the last requests sent before had ended", ordeal.until);
    return steps;
  }
  if (const Event* changed = first_of(site, What::record_failed_over);
      changed && changed->time < ordeal.until && ordeal.until < repair) {
    reach("until " + changed->source + " changed its record", changed->time);
    reach("while caches and browsers went on with the old record", ordeal.until);
    return steps;
  }
  const bool came_back = all_are([](const Ailment& one) { return one.came_back(); });
  const bool repaired =
      !came_back && repair < run.duration && failed_until(site, ordeal, repair) + gap >= repair;
  // What was started without a repair ended it only if it was over then.
  const double since = repaired     ? repair
                       : came_back  ? run.fault_start.value
                       : to_the_end ? run.duration.value
                                    : ordeal.until - gap;
  const auto [date, started] = restarts(site, ordeal, late);
  const bool restarted = !repaired && !started.empty() && date >= since;
  if (repaired && !reach_people(site, ordeal.from, repair, reach))
    reach(repair_words(site), repair);
  if (restarted) reach(fmt::format("until systemd started {} again", listed(started)), date);
  if (const Event* ready = ready_of(site, ordeal, {since, late}))
    reach(
        "until " + ready->source + (repaired || restarted ? " served again" : " was started again"),
        ready->time);
  if (repaired && !to_the_end)
    if (const Event* up = nearest_event(run.events, {at, late}, ordeal.until, restores))
      reach("until " + up->source +
                (up->what == What::up ? " took " + up->target + " UP" : " says " + subject(*up)),
            up->time);
  const bool piles_up = all_are([](const Ailment& one) { return one.ail() == Ail::slow; });
  const std::string after = repaired ? "after the repair" : "after that";
  reach(!repaired && !came_back
            ? to_the_end ? "without a repair until the end of the run" : "until it ended by itself"
        : to_the_end           ? "failing on " + after + ", to the end of the run"
        : repaired && piles_up ? "working off what had piled up until the repair"
                               : after,
        ordeal.until);
  return steps;
}

/// Several strikes one after the other have no one chain of steps.
bool struck_again(const CausalSite& site) {
  const auto is_strike = [](const Ailment& one) {  // an open transaction alone harms nobody
    return one.by.empty() && one.kind != What::open_transaction;
  };
  const auto first = std::ranges::find_if(site.ailments, is_strike);
  return std::ranges::any_of(site.ailments, [&](const Ailment& one) {
    return is_strike(one) && one.from - first->from > site.run.outage_gap;
  });
}

}  // namespace

void add_dominant(const CausalSite& site, std::vector<Cause>& chain) {
  const Ordeal ordeal = worst_ordeal(site);
  if (site.ailments.empty() || ordeal.length() < 0.1 || struck_again(site)) return;
  const auto steps = steps_of(site, ordeal);
  if (steps.empty()) return;
  const Step& longest = *std::ranges::max_element(steps, {}, &Step::length);
  std::string rest;
  for (const Step& step : steps)
    if (&step != &longest && step.length >= 0.5)
      rest += fmt::format("{}{}, {}", rest.empty() ? "; besides: " : "; ", step.name,
                          time_text(step.length));
  const std::string share =
      longest.length > 0.99 * ordeal.length() && rest.empty()
          ? fmt::format("all of the {}", time_text(ordeal.length()))
          : fmt::format("{} of the {}", time_text(longest.length), time_text(ordeal.length()));
  chain.push_back({.from = longest.from,
                   .until = longest.until,
                   .text = fmt::format("longest step: {}, {} in which {}{}", longest.name, share,
                                       ordeal.of, rest),
                   .dominant = true});
}

}  // namespace spof::report
