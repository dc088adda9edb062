#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "analysis/causes/causes_site.hpp"
#include "analysis/database_failover.hpp"
#include "analysis/detection.hpp"
#include "analysis/faults.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "measure/after_fault.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// The first event of its kind in the first run that has one.
const Event* first_of(const std::vector<Result>& results, const auto& find) {
  for (const Result& run : results)
    if (const Event* event = find(run)) return event;
  return nullptr;
}

/// The mean of the runs in which it happened, and how many these are where it is not all.
std::string when_words(const Estimate& when, double offset) {
  const std::vector<double> dates = happened(when.values);
  return "+" + time_text(offset + mean(dates)) + in_runs(dates.size(), when.measured);
}

/// "detected +4.2 s by haproxy@lb1: server1 DOWN (why)"
std::string notice_words(const Event& event, const std::string& when) {
  if (event.what == What::primary_dead)
    return fmt::format("{} takes {} for dead {}{}", event.source, event.target, when,
                       in_brackets(event));
  return fmt::format("detected {} by {}: {}{}", when, event.source, subject(event),
                     in_brackets(event));
}

/// Whether somebody's checks took something out of service, and had it so to the end.
bool leaves_something_down(const Result& run) {
  return std::ranges::any_of(run.events, [&](const Event& down) {
    return down.what == What::down && std::ranges::none_of(run.events, [&](const Event& up) {
             return up.what == What::up && up.time > down.time && up.source == down.source &&
                    up.target == down.target;
           });
  });
}

/// "server1 UP again +23.2 s by haproxy@lb1 (why)". The event says no more than that: the server
/// may have been DOWN for another reason than the fault.
std::string restored(const Campaign& campaign, double offset) {
  const auto when = figure(campaign, "restored");
  const Event* event = first_of(campaign.results, measure::first_restored);
  if (when.never == when.measured || !event) return "nothing comes back UP";
  return fmt::format("{} again {} by {}{}", subject(*event), when_words(when, offset),
                     event->source, in_brackets(*event));
}

/// What an operator tells a component that can end errors.
bool is_command(const Event& event) {
  constexpr std::array commands{What::maint, What::drain, What::ready, What::read_write,
                                What::record_set};
  return has(commands, event.what) ||
         (event.what == What::write_to && event.version == "an operator");
}

/// A manager that takes a primary for dead ends nothing by that: its promotion does. A primary that
/// waits for no replica any more does, though it says so of itself alone, and so does one that
/// finds space on its disk, or whose schema is changed.
bool acts(const Event& event) {
  constexpr std::array inside{What::semi_sync_off, What::has_space, What::migrated};
  if (has(inside, event.what) || is_command(event)) return true;
  return event.role() != Role::info && event.role() != Role::fault &&
         event.what != What::primary_dead && !is_told_to_nobody(event);
}

/// Whether it says no more than that a command has been given.
bool is_end_of_command(const CausalSite& site, const Event& event) {
  return event.role() == Role::repair &&
         std::ranges::any_of(site.ailments, [&](const Ailment& one) {
           return one.kind == What::command && one.strike == event.strike;
         });
}

/// When the last request of a run arrived that failed.
double last_failure(const Result& run) {
  double last = -1;
  for (const ClassStory& story : run.stories) last = std::max<double>(last, story.last_failure);
  return last;
}

/// When the last client of a run knew that its request had failed, of outages that ended after a
/// date.
double last_seen(const Result& run, double since = -1) {
  double last = -1;
  for (const ClassStory& story : run.stories)
    for (const Outage& outage : story.outages)
      if (outage.end > since) last = std::max<double>(last, outage.last_seen);
  return last;
}

/// When the errors of a run began that ended last.
double last_began(const Result& run) {
  const Outage* found = nullptr;
  for (const ClassStory& story : run.stories)
    for (const Outage& outage : story.outages)
      if (!found || outage.end > found->end) found = &outage;
  return found ? found->start.value : -1;
}

/// The event nearest to a date, if it is not farther than the pause that ends an outage, and not
/// long `before` or `after` it. Of several at one time the last: a daemon serves again after the
/// repair. What came back before the errors began ended none.
const Event* event_near(const CausalSite& site, double date, double before, double after) {
  const Result& run = site.run;
  const double from = date - std::min<double>(before, run.outage_gap), began = last_began(run);
  return nearest_event(
      run.events,
      {std::max<double>(run.fault_start, from), date + std::min<double>(after, run.outage_gap)},
      date, [&](const Event& event) {
        return acts(event) && !is_by_standby(site, event) && !is_end_of_command(site, event) &&
               !(event.role() == Role::restored && event.time < began);
      });
}

/// Whether all who came in this time were answered in time: what ended the errors came before.
bool is_served(const Result& run, const Span& time) {
  bool any = false, late = false;
  for (const WindowRow& row : run.windows) {
    if (row.start < time.from || row.start + run.window > time.until) continue;
    any = true;
    late = late || row.outcome != Outcome::ok ||
           static_cast<double>(row.max) * 1e-6 > measure::slow_limit;
  }
  return any && !late;
}

/// The event that ended the errors of a run: near the arrival of the last request that failed (what
/// came long before that ended nothing), or else near the time when its client knew (what came
/// after that did not).
const Event* cure(const CausalSite& site) {
  constexpr double near = 1;
  const Result& run = site.run;
  const double last = last_failure(run);
  const double seen = last_seen(run, last - near);
  if (const Event* event = event_near(site, last, near, run.outage_gap)) return event;
  const Event* event = event_near(site, seen, run.outage_gap, near);
  if (event && !is_served(run, {last + near, event->time - near})) return event;
  const auto failing = std::ranges::find_if(
      run.stories, [&](const ClassStory& story) { return story.last_failure >= last; });
  const auto request_class = static_cast<std::size_t>(failing - run.stories.begin());
  return nobody_answered(run, request_class, {last, run.fault_end})
             ? event_near(site, run.fault_end, near, near)
             : nullptr;
}

/// Whether what failed near this event was only under way then, and failed with it or later: no
/// errors went on up to it.
bool only_in_flight(const Result& run, const Event& event) {
  if (event.role() != Role::repair && event.role() != Role::restored) return false;
  bool any = false;
  for (const ClassStory& story : run.stories)
    for (const Outage& outage : story.outages) {
      if (outage.end < event.time - run.outage_gap || outage.start > event.time) continue;
      if (outage.start <= event.time - run.outage_gap || outage.first_seen < event.time)
        return false;
      any = true;
    }
  return any;
}

std::string cure_words(const Result& run, const Event& event) {
  if (only_in_flight(run, event))
    return fmt::format("with requests under way {}",
                       event.role() == Role::repair
                           ? "at the repair of " + event.target
                           : fmt::format("when {} says {}", event.source, subject(event)));
  if (is_command(event))
    return fmt::format(
        "by the command {}{} to {}", word_of(event.what),
        event.target.empty() || event.target == event.source ? "" : " " + event.target,
        event.source);
  if (event.role() == Role::ready)
    return fmt::format("when {} {}{}", concerned(event), ready_words(event), in_brackets(event));
  if (event.role() == Role::repair) return fmt::format("with the repair of {}", event.target);
  if (event.what == What::migrated && event.figure != 0)
    return "when the change of the schema for version " + event.version + " was given up";
  if (event.what == What::migrated)
    return "when the schema of the database was that of version " + event.version;
  if (event.what == What::has_space)
    return fmt::format("when {} has space again{}", event.source, in_brackets(event));
  return fmt::format("when {} says {}", event.source, subject(event));
}

constexpr const char* by_themselves = "by themselves";

/// Why the errors of a run ended.
std::string end_words(const Campaign& campaign, const Result& run) {
  if (const Event* event = cure({campaign, run})) return cure_words(run, *event);
  constexpr double some = 0.1;
  const double last = last_failure(run);
  double due = 0, waited = 0;
  for (const WindowRow& row : run.windows) {
    if (row.start <= last || row.start >= run.fault_end) continue;
    due += static_cast<double>(row.requests);
    waited += static_cast<double>(row.after_repair);
  }
  return waited > some * due ? "and who came later waited until the repair" : by_themselves;
}

/// When the errors ended, and why.
std::string errors_end(const Campaign& campaign) {
  const auto recovery = figure(campaign, "recovery");
  if (recovery.never > 0)
    return fmt::format("errors do not end in {} of {} runs", recovery.never, recovery.measured);
  if (recovery.mean > 0) {
    std::vector<double> ends, seen;
    for (std::size_t i = 0; i < campaign.results.size(); ++i) {
      const Result& run = campaign.results[i];
      if (!(recovery.values[i] > 0)) continue;
      ends.push_back(recovery.values[i]);
      seen.push_back(last_seen(run) - run.fault_start);
    }
    std::string end = fmt::format("errors end +{}{}", time_text(mean(ends)),
                                  in_runs(ends.size(), campaign.results.size()));
    if (mean(seen) > mean(ends) + 1) end += fmt::format(", seen until +{}", time_text(mean(seen)));
    const std::string why = errors_ended_by(campaign);
    return end + ", " + why + (why == by_themselves ? ": no component acted then" : "");
  }
  double in_flight = 0;
  for (const Harm& harm : harms(campaign)) in_flight += harm.failed;
  if (in_flight == 0) return "no errors";
  return fmt::format("no errors but {} requests in flight", count_text(in_flight));
}

/// Of what followed, by time.
struct Followed {
  double order = 0;
  std::string text;
};

/// When a manager had made another database the primary, and for all; the mean of these runs.
struct Promotion : Followed {
  double told = 0;
};
std::optional<Promotion> promotion(const Campaign& campaign) {
  std::vector<double> dates, told;
  std::string who;
  for (const Result& run : campaign.results)
    if (const auto one = database_failover(campaign, run)) {
      dates.push_back(one->end_of(FailoverStep::promotion) - run.fault_start);
      told.push_back(one->end_of(FailoverStep::telling) - run.fault_start);
      who = one->new_primary;
    }
  if (dates.empty()) return std::nullopt;
  return Promotion{{mean(dates), fmt::format("{} promoted +{}{}", who, time_text(mean(dates)),
                                             in_runs(dates.size(), campaign.results.size()))},
                   mean(told)};
}

double mean_time_to_repair(const std::vector<Result>& results) {
  return mean(mapped(results, [](const Result& run) { return run.fault_end - run.fault_start; }));
}

/// Several repairs, of which only the last is a step.
bool strikes_differ(const Campaign& campaign) {
  const FaultLine& first = campaign.faults.front();
  return std::ranges::any_of(campaign.faults, [&](const FaultLine& fault) {
    return fault.until.value != first.until.value;
  });
}

/// " by operator@clients", where people repair.
std::string by_whom(const Result& run) {
  for (const Event& event : run.events)
    if (event.what == What::repaired_by && event.time == run.fault_end)
      return " by " + event.source;
  return "";
}

/// Which check of the stack noticed, and whom monitoring or customers told; the means. `otherwise`:
/// the date of what nobody could notice.
void add_detection(const Campaign& campaign, double otherwise, std::vector<Followed>& steps) {
  const auto when = figure(campaign, "detected");
  const Event* event = first_of(campaign.results, measure::first_notice);
  const bool by_checks = event && when.never < when.measured;
  const auto told = call(campaign);
  const std::string calls =
      told ? fmt::format("{} calls +{}{}", told->who, time_text(told->after), told->runs) : "";
  const double date = told && !std::isfinite(when.mean) ? told->after
                      : std::isnan(when.mean)           ? otherwise
                                                        : when.mean;
  // An operator's command is nothing to notice.
  if (std::ranges::any_of(campaign.faults,
                          [](const FaultLine& fault) { return fault.kind != "command"; }))
    steps.push_back({date, by_checks ? notice_words(*event, when_words(when, 0))
                           : told    ? "no check of the stack notices; " + calls
                           : alerts_nobody(campaign)
                               ? "no check of the stack notices; an alert reaches nobody"
                               : "nobody notices"});
  if (told && by_checks) steps.push_back({told->after, calls});
}

}  // namespace

std::string errors_ended_by(const Campaign& campaign) {
  const auto recovery = figure(campaign, "recovery");
  for (std::size_t i = 0; i < recovery.values.size(); ++i) {
    if (!(recovery.values[i] > 0) || !std::isfinite(recovery.values[i])) continue;
    return end_words(campaign, campaign.results[i]);
  }
  return "";
}

std::vector<std::string> failover(const Campaign& campaign) {
  if (campaign.faults.empty() || campaign.results.empty()) return {};
  const Result& run = campaign.results.front();
  const double repair = mean_time_to_repair(campaign.results);
  const bool repaired = run.fault_end < run.duration;
  const auto first_mean = [](const Estimate& when, double otherwise) {
    return std::isnan(when.mean) ? otherwise : when.mean;
  };
  std::vector<Followed> steps;
  add_detection(campaign, repair, steps);
  double end = first_mean(figure(campaign, "recovery"), repair);
  if (auto one = promotion(campaign)) {
    // The last request that failed came just before that which ended the errors.
    if (std::fabs(end - one->told) <= run.outage_gap) end = std::max(end, one->told);
    steps.push_back({one->order, std::move(one->text)});
  }
  steps.push_back({end, errors_end(campaign)});
  if (repaired)
    steps.push_back(
        {repair, fmt::format("{}{} +{}", strikes_differ(campaign) ? "last repair" : "repaired",
                             by_whom(run), time_text(repair))});
  const auto back = figure(campaign, "restored");
  const bool comes_back = back.never < back.measured;
  if (repaired && (comes_back || std::ranges::any_of(campaign.results, leaves_something_down)))
    steps.push_back({repair + first_mean(back, 0), restored(campaign, repair)});
  std::ranges::stable_sort(steps, {}, &Followed::order);
  std::vector<std::string> out{faults_words(campaign) + " " + strike_words(campaign)};
  for (Followed& step : steps) out.push_back(std::move(step.text));
  return out;
}

}  // namespace spof::report
