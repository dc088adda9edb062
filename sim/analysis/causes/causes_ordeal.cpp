#include "analysis/causes/causes_ordeal.hpp"

#include <algorithm>
#include <utility>

#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/after_fault.hpp"

namespace spof::report {
namespace {

/// Failures and late answers of a class together.
Ordeal ordeal_of(const CausalSite& site, std::size_t request_class) {
  const std::string name = site.campaign.plan.classes[request_class];
  const Suffered failed = failures_of(site, request_class),
                 late = slow_answers(site, request_class);
  Ordeal made;
  if (failed.requests > 0) made = {name + " requests failed", failed.from, failed.until};
  if (late.requests > 0) made = {name + " requests were answered late", late.from, late.until};
  if (failed.requests > 0 && late.requests > 0)
    made = {name + " requests failed or were answered late", std::min(failed.from, late.from),
            std::max(failed.until, late.until)};
  made.from = std::max<double>(made.from, site.run.fault_start);
  made.seen = made.until;
  made.request_class = request_class;
  for (const Outage& outage : site.run.stories[request_class].outages) {
    made.seen = std::max<double>(made.seen, outage.last_seen);
    made.bad.emplace_back(outage.start, outage.end);
  }
  made.mended =
      repair_that_ended(site.run, failed.requests > 0 ? failed.until : made.until, made.seen);
  if (late.requests > 0) {
    for (const Suffered& one : late_windows(site, request_class))
      made.bad.emplace_back(one.from, one.until);
    made.loose = std::clamp<double>(late.until - failed.until, 0, site.run.window);
  }
  std::ranges::sort(made.bad);
  return made;
}

/// What an address that went to another load balancer ended is over then: what comes when it goes
/// back is another story, unless nobody was told.
void end_at_takeover(const CausalSite& site, Ordeal& ordeal) {
  const Event* taken = first_of(site, What::address_taken_over);
  if (!taken || taken->time > ordeal.until || !is_door(site, *taken) || silence_in(site, ordeal))
    return;
  const double next = taken->time + site.run.window;
  const Event* back = first_of(site, What::address_taken_back);
  const double over = std::min<double>(next + site.run.outage_gap, back ? back->time.value : never);
  for (const Outage& outage : site.run.stories[ordeal.request_class].outages)
    if (outage.start <= taken->time && outage.end > next) return;
  for (const Suffered& one : late_windows(site, ordeal.request_class))
    if (one.from > next && one.until <= over) return;
  ordeal.until = ordeal.seen = taken->time;
}

/// An operator's command took out a server that ailed, or behind which somebody did.
bool is_rid_of(const CausalSite& site, const Ordeal& ordeal, const Event& event) {
  if (!takes_out(event)) return false;
  const Names behind = behind_line(site, event.target, stack::RequestKind::write);
  return std::ranges::any_of(behind, [&](const std::string& one) {
    return std::ranges::any_of(site.ailments, [&](const Ailment& ailment) {
      // Files of another release are asked from hosts whose application has nothing to do with it.
      const bool concerns =
          site.is_on_way(ordeal.request_class, one) || ailment.kind == What::deploy;
      return concerns && ailment.from <= event.time && has(site.ailing(ailment), one);
    });
  });
}

/// A server that was taken out while the last late requests came ended them.
void end_at_removal(const CausalSite& site, Ordeal& ordeal) {
  if (ordeal.loose == 0) return;
  const Span last{ordeal.until - ordeal.loose, ordeal.until};
  if (const Event* out = removal_of(site, ordeal, last)) ordeal.until = out->time;
}

}  // namespace

const Event* first_of(const CausalSite& site, What what) {
  return first_event(site.run.events, {site.run.fault_start, never},
                     [&](const Event& event) { return event.what == what; });
}

std::optional<SilentStep> silence_in(const CausalSite& site, const Ordeal& ordeal) {
  for (const SilentStep& step : silent_steps(site))
    if (step.event->time >= ordeal.from && ordeal.within(step.event->time, step.until) > 0)
      return step;
  return std::nullopt;
}

const Event* removal_of(const CausalSite& site, const Ordeal& ordeal, const Span& time) {
  return nearest_event(site.run.events, time, ordeal.until, [&](const Event& event) {
    return event.role() == Role::detected || is_rid_of(site, ordeal, event);
  });
}

Ordeal worst_ordeal(const CausalSite& site) {
  Ordeal found;
  const auto harmed = harms(site.campaign);
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i) {
    if (harmed[i].as_before) continue;
    Ordeal one = ordeal_of(site, i);
    end_at_removal(site, one);
    end_at_takeover(site, one);
    if (one.length() > found.length()) found = std::move(one);
  }
  return found;
}

}  // namespace spof::report
