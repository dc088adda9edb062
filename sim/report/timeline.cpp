#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/story.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::Result;
using measure::Role;

std::string subject(const Event& event) {
  return event.target.empty() ? event.event : event.target + " " + event.event;
}

std::string reason(const Event& event) {
  return event.detail.empty() ? "" : fmt::format(" ({})", event.detail);
}

std::string event_text(const Event& event) {
  switch (event.role) {
    case Role::fault:
      return fmt::format("**fault**: {}{}", subject(event), reason(event));
    case Role::repair:
      return fmt::format("**repair**: {}{}", subject(event), reason(event));
    case Role::detected:
      return fmt::format("**{} notices**: {}{}", event.source, subject(event), reason(event));
    case Role::restored:
      return fmt::format("**{} notices the return**: {}{}", event.source, subject(event),
                         reason(event));
    case Role::ready:
      return fmt::format("{} serves again{}", event.target.empty() ? event.source : event.target,
                         reason(event));
    case Role::info:
      break;
  }
  return fmt::format("{}: {}{}", event.source, subject(event), reason(event));
}

void add_outages(const Campaign& campaign, const Result& run, std::vector<Moment>& moments) {
  for (std::size_t i = 0; i < run.stories.size(); ++i) {
    measure::Tally tally;
    for (std::size_t phase = 0; phase < measure::phase_count; ++phase)
      tally.merge(run.tally(static_cast<measure::Phase>(phase), i));
    const std::string why = listed(failures_by_cause(tally, 3, 1));
    for (const measure::Outage& outage : run.stories[i].outages) {
      moments.push_back({outage.start, fmt::format("first {} request fails (in the whole run: {})",
                                                   campaign.plan.classes[i], why)});
      moments.push_back(
          {outage.end, fmt::format("last {} request fails, {} in {}", campaign.plan.classes[i],
                                   count_text(static_cast<double>(outage.failures)),
                                   time_text(outage.end - outage.start))});
    }
  }
}

const Event* first_of(const std::vector<Result>& results, Role role, bool after_repair) {
  for (const Result& run : results)
    for (const Event& event : run.events)
      if (event.role == role && event.time >= (after_repair ? run.fault_end : run.fault_start))
        return &event;
  return nullptr;
}

/// The step of a metric: "detected +4.2 s by haproxy@lb1 (why)".
std::string step(const Campaign& campaign, const char* metric, Role role, double offset) {
  const auto when = figure(campaign, metric);
  const Event* event = first_of(campaign.results, role, role == Role::restored);
  if (when.never == when.measured || !event) return fmt::format("never {}", metric);
  double sum = 0;
  std::size_t happened = 0;
  for (const double value : when.values)
    if (std::isfinite(value)) {
      sum += value;
      ++happened;
    }
  std::string text =
      fmt::format("{} +{} by {}{}", metric, time_text(offset + sum / static_cast<double>(happened)),
                  event->source, reason(*event));
  if (when.never > 0) text += fmt::format(" in {} of {} runs", happened, when.measured);
  return text;
}

std::string errors_end(const Campaign& campaign) {
  const auto recovery = figure(campaign, "recovery");
  if (recovery.never > 0)
    return fmt::format("errors do not end in {} of {} runs", recovery.never, recovery.measured);
  return recovery.mean > 0 ? fmt::format("errors end +{}", time_text(recovery.mean))
                           : std::string("no errors");
}

/// The mean date of the fault, or the mean time from the fault to the repair.
double mean_offset(const std::vector<Result>& results, bool repair) {
  double sum = 0;
  for (const Result& run : results) sum += repair ? run.fault_end.value : 2 * run.fault_start.value;
  for (const Result& run : results) sum -= run.fault_start;
  return sum / static_cast<double>(results.size());
}

}  // namespace

std::vector<Moment> timeline(const Campaign& campaign) {
  std::vector<Moment> moments;
  if (campaign.results.empty()) return moments;
  const Result& run = campaign.results.front();
  for (const Event& event : run.events) moments.push_back({event.time, event_text(event)});
  add_outages(campaign, run, moments);
  std::stable_sort(moments.begin(), moments.end(),
                   [](const Moment& a, const Moment& b) { return a.time < b.time; });
  return moments;
}

std::vector<std::string> failover(const Campaign& campaign) {
  if (campaign.faults.empty() || campaign.results.empty()) return {};
  const Result& run = campaign.results.front();
  struct Step {
    double order;
    std::string text;
  };
  const double repair = mean_offset(campaign.results, true);
  const bool repaired = run.fault_end < run.duration;
  std::vector<Step> steps;
  const auto detected = figure(campaign, "detected");
  const auto recovery = figure(campaign, "recovery");
  steps.push_back({detected.mean, step(campaign, "detected", Role::detected, 0)});
  steps.push_back({recovery.mean, errors_end(campaign)});
  if (repaired) steps.push_back({repair, fmt::format("repaired +{}", time_text(repair))});
  if (repaired && figure(campaign, "restored").measured > 0)
    steps.push_back({repair + figure(campaign, "restored").mean,
                     step(campaign, "restored", Role::restored, repair)});
  for (Step& step : steps)
    if (std::isnan(step.order)) step.order = repair;
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Step& a, const Step& b) { return a.order < b.order; });
  const FaultLine& fault = campaign.faults.front();
  std::vector<std::string> out{fmt::format("{} {} {}", fault.kind, fault.target,
                                           time_text(mean_offset(campaign.results, false)))};
  if (campaign.faults.size() > 1)
    out.back() += fmt::format(" and {} more", campaign.faults.size() - 1);
  for (Step& step : steps) out.push_back(std::move(step.text));
  return out;
}

}  // namespace spof::report
