#include "analysis/matrix/finding.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

#include "analysis/causes/causes_site.hpp"
#include "analysis/database_failover.hpp"
#include "analysis/detection.hpp"
#include "analysis/kinds.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "measure/after_fault.hpp"
#include "measure/chronicle.hpp"

namespace spof::report {
namespace {

/// Fewer than one failure in two hundred is not what a failure does to a class, once settled.
constexpr double settled_noise = 0.005;

/// Requests due in the last quarter of the settled part are not asked: an answer after the repair
/// may be an answer that would have come anyway.
constexpr double undecided = 0.25;

/// Requests of one class that are due in the last part of the failure, and how many of them fail.
struct Settled {
  double requests = 0, failed = 0;
};

Settled settled_in(const Result& run, std::size_t request_class, double settled_for) {
  const double end = std::min<double>(run.fault_end, run.duration);
  const double begin = end - settled_for;
  const double last = end - undecided * settled_for;
  Settled sum;
  for (const WindowRow& row : run.windows) {
    if (row.request_class != request_class || row.start < begin || row.start + run.window > last)
      continue;
    sum.requests += static_cast<double>(row.requests);
    const bool failed = row.outcome != Outcome::ok;
    sum.failed += static_cast<double>(failed ? row.requests : row.after_repair);
  }
  return sum;
}

double outage_of(const Result& run, std::size_t request_class) {
  double span = 0;
  for (const Outage& outage : outages_of(run, request_class)) span += outage.end - outage.start;
  return span;
}

/// The part of phase `during` before the repair: what was struck may serve again only later.
double until_repair(const Result& run) {
  const double whole = std::min<double>(run.over, run.duration) - run.fault_start;
  const double part = std::min<double>(run.fault_end, run.duration) - run.fault_start;
  return whole > 0 ? std::min(1.0, part / whole) : 1;
}

ClassFinding class_finding(const Campaign& campaign, std::size_t i, const Harm& harm,
                           double settled_for) {
  ClassFinding one;
  one.name = harm.name;
  one.stalled = harm.stood_still || harm.crawled;
  one.p99_before = harm.p99_before;
  one.p99_during = harm.p99_during;
  for (const Result& run : campaign.results) {
    const Tally& during = run.tally(Phase::during, i);
    const Tally& after = run.tally(Phase::after, i);
    const Settled settled = settled_in(run, i, settled_for);
    one.settled.push_back(settled.requests > 0 ? settled.failed / settled.requests : 0);
    one.due.push_back(settled.requests);
    one.failed.push_back(static_cast<double>(during.bad() + after.bad()));
    one.slow.push_back(static_cast<double>(during.slow_ok + after.slow_ok));
    one.requests.push_back(static_cast<double>(during.requests()) * until_repair(run));
    one.outage.push_back(outage_of(run, i));
  }
  return one;
}

/// Who noticed first, in the first run in which somebody did before the repair.
std::string noticed_by(const Campaign& campaign) {
  for (const Result& run : campaign.results)
    if (const Event* event = first_notice(run); event && event->time <= run.fault_end)
      return event->source + ": " + subject(*event);
  return "";
}

/// Who found out, before the repair and in most runs.
std::vector<std::pair<std::string, double>> sights_of(const Campaign& campaign) {
  std::vector<std::pair<std::string, double>> all;
  for (const Discovery& one : discoveries(campaign))
    if (!one.saw.empty() && !one.late && 2 * one.runs >= campaign.results.size())
      all.emplace_back(one.who + ": " + one.saw, one.after);
  return all;
}

/// The mean of those runs in which it happened, at the latest then; infinite when it did in less
/// than half of them.
double usual(const Estimate& estimate, double latest = std::numeric_limits<double>::max()) {
  const std::vector<double> dates = happened(estimate.values, latest);
  return dates.empty() || dates.size() * 2 < estimate.measured ? never : mean(dates);
}

std::vector<double> sum(const Finding& finding, std::vector<double> ClassFinding::*values) {
  std::vector<double> total;
  for (const ClassFinding& one : finding.classes) {
    total.resize(std::max(total.size(), (one.*values).size()));
    for (std::size_t i = 0; i < (one.*values).size(); ++i) total[i] += (one.*values)[i];
  }
  return total;
}

/// What a seed has beyond the control's may be chance where the control has any: then it counts
/// only where the seeds agree.
void drop_chance(std::vector<double>& values, const std::vector<double>& control) {
  const bool comparable = mean(control) > 0 && mean(values) <= half_width(values);
  for (double& value : values) value = comparable ? 0 : std::max(0.0, value);
}

/// Of one class, what `control` has too.
void take_off(ClassFinding& one, const ClassFinding& control) {
  for (std::size_t seed = 0; seed < one.due.size(); ++seed) {
    const double share = control.settled[seed];
    double& settled = one.settled[seed];
    if (one.due[seed] == 0 && control.due[seed] > 0) settled = 1;
    settled = share < 1 ? (settled - share) / (1 - share) : 0;
    for (auto values : {&ClassFinding::due, &ClassFinding::requests})
      (one.*values)[seed] = std::max((one.*values)[seed], (control.*values)[seed]);
    for (auto values : {&ClassFinding::failed, &ClassFinding::slow, &ClassFinding::outage})
      (one.*values)[seed] -= (control.*values)[seed];
  }
  for (auto values :
       {&ClassFinding::settled, &ClassFinding::failed, &ClassFinding::slow, &ClassFinding::outage})
    drop_chance(one.*values, control.*values);
  one.stalled = one.stalled && !control.stalled;
  one.p99_before = std::max(one.p99_before, control.p99_during);
}

/// Requests of a run that fail; of those due once all has settled also those that users who wait do
/// not ask.
double unanswered(const Finding& finding) {
  double sum = 0;
  for (const ClassFinding& one : finding.classes) {
    const double share = finding.lasted > 0 ? finding.settled_for / finding.lasted : 0;
    const double settled = mean(one.settled_shares()) * share * mean(one.requests);
    sum += std::max(mean(one.failed), settled);
  }
  return sum;
}

/// Every member, const or not.
template <class X, class T>
concept Of = std::same_as<std::remove_const_t<X>, T>;
void members(Of<ClassFinding> auto& x, auto&& f) {
  f(x.name, x.settled, x.failed, x.slow, x.due, x.requests, x.outage, x.stalled, x.p99_before,
    x.p99_during);
}
void members(Of<Finding> auto& x, auto&& f) {
  f(x.target, x.kind, x.parts, x.lasted, x.settled_for, x.classes, x.detected, x.detected_by,
    x.sights, x.is_watched, x.notified, x.recovered, x.recovered_by, x.last_errors, x.lost,
    x.redispatched, x.lost_writes, x.phantom_writes, x.stale_reads, x.diverged_writes, x.acted_by,
    x.seen, x.left);
}

Json list_of(const auto& one) {
  Json list = Json::array();
  members(one, [&](const auto&... all) { (list.push_back(all), ...); });
  return list;
}
void take_list(const Json& list, auto& one) {
  std::size_t place = 0;
  members(one, [&](auto&... all) { (list.at(place++).get_to(all), ...); });
}

/// Who sent requests elsewhere, or took their address over, first; in the first run in which
/// somebody did before the repair.
std::string turned_by(const Campaign& campaign) {
  constexpr std::array turns{What::down, What::disabled, What::address_taken_over,
                             What::record_failed_over, What::rolled_back};
  for (const Result& run : campaign.results) {
    const CausalSite site(campaign, run);
    for (const Event& one : run.events)
      if (has(turns, one.what) && Span{run.fault_start, run.fault_end}.holds(one.time) &&
          !is_by_standby(site, one))
        return one.source;
  }
  return "";
}

/// A manager that failed over in most runs, a service manager that started what had crashed, or who
/// sent requests elsewhere.
std::string acted_by(const Campaign& campaign, const Finding& finding) {
  std::size_t restarted = 0;
  std::string manager;
  for (const Result& run : campaign.results) {
    if (const auto one = database_failover(campaign, run)) manager = one->manager;
    for (const Episode& episode : episodes_of(run.events))
      restarted += std::isfinite(episode.restarted) ? 1 : 0;
  }
  if (2 * failovers(campaign) > campaign.results.size()) return manager;
  if (restarted >= campaign.results.size() && restarted > 0) return "systemd";
  return finding.detected_by.empty() ? "" : turned_by(campaign);
}

/// The ways in which requests fail from the fault on, but for rare ones.
std::string seen_by_users(const Campaign& campaign) {
  constexpr double rare = 0.05;
  Tally all = total(campaign, Phase::during);
  all.merge(total(campaign, Phase::after));
  std::stable_sort(all.failures.begin(), all.failures.end(),
                   [](const auto& a, const auto& b) { return a.requests > b.requests; });
  std::string text;
  for (const Failure& one : all.failures)
    if (static_cast<double>(one.requests) >= rare * static_cast<double>(all.bad()))
      text += (text.empty() ? "" : ", ") + failure_name(one);
  return text;
}

}  // namespace

Fate ClassFinding::fate() const {
  if (mean(due) <= 0 && mean(failed) <= 0) return Fate::unmeasured;
  const double share = mean(settled_shares());
  if (share >= down_share) return Fate::down;
  if (share > settled_noise) return Fate::degraded;
  if (mean(failed) > 0) return Fate::interrupted;
  return stalled || is_slower(p99_before, p99_during) ? Fate::slow : Fate::untouched;
}

std::vector<double> ClassFinding::settled_shares() const {
  std::vector<double> shares;
  for (std::size_t seed = 0; seed < settled.size() && seed < due.size(); ++seed)
    if (due[seed] > 0) shares.push_back(settled[seed]);
  return shares;
}

Finding finding_of(const Campaign& campaign, std::string target, std::string kind,
                   double settled_for) {
  Finding finding;
  finding.settled_for = settled_for;
  finding.target = std::move(target);
  finding.kind = std::move(kind);
  std::vector<double> lasted;
  for (const Result& run : campaign.results)
    lasted.push_back(std::min<double>(run.fault_end, run.duration) - run.fault_start);
  finding.lasted = mean(lasted);
  const std::vector<Harm> all = harms(campaign);
  for (std::size_t i = 0; i < all.size(); ++i)
    finding.classes.push_back(class_finding(campaign, i, all[i], settled_for));
  // A check that fails after the repair has noticed what the failure left behind, not the failure.
  finding.detected = usual(figure(campaign, "detected"), finding.lasted);
  if (std::isfinite(finding.detected)) finding.detected_by = noticed_by(campaign);
  finding.sights = sights_of(campaign);
  finding.is_watched = campaign.plan.is_watched;
  if (finding.is_watched) finding.notified = usual(figure(campaign, "notified"), finding.lasted);
  finding.recovered = usual(figure(campaign, "recovery"));
  finding.recovered_by = errors_ended_by(campaign);
  for (const double value : figure(campaign, "recovery").values)
    if (value > 0 && std::isfinite(value)) finding.last_errors.push_back(value);
  finding.lost = figure(campaign, "lost_writes").values;
  finding.lost_writes = mean(finding.lost);
  finding.phantom_writes = figure(campaign, "phantom_writes").mean;
  finding.diverged_writes = figure(campaign, "diverged_writes").mean;
  finding.acted_by = acted_by(campaign, finding);
  finding.seen = seen_by_users(campaign);
  finding.left = left_to_do(campaign);
  const auto runs = static_cast<double>(std::max<std::size_t>(campaign.results.size(), 1));
  const Tally all_requests = total(campaign);
  finding.redispatched = static_cast<double>(all_requests.redispatched) / runs;
  finding.stale_reads = static_cast<double>(all_requests.stale) / runs;
  return finding;
}

Finding beyond(Finding finding, const Finding& control) {
  for (std::size_t i = 0; i < finding.classes.size(); ++i)
    take_off(finding.classes[i], control.classes.at(i));
  for (auto value : {&Finding::redispatched, &Finding::lost_writes, &Finding::phantom_writes,
                     &Finding::stale_reads, &Finding::diverged_writes})
    finding.*value = std::max(0.0, finding.*value - control.*value);
  return finding;
}

Finding of_seeds(Finding finding, std::size_t first, std::size_t count) {
  const auto keep = [&]<class Member>(Member& member) {
    if constexpr (std::same_as<Member, std::vector<double>>) {
      const auto kept = std::span(member).subspan(std::min(first, member.size()));
      member = Member(kept.begin(), kept.begin() + std::ptrdiff_t(std::min(count, kept.size())));
    }
  };
  for (ClassFinding& one : finding.classes) members(one, [&](auto&... all) { (keep(all), ...); });
  keep(finding.lost);
  return finding;
}

void to_json(Json& json, const ClassFinding& one) { json = list_of(one); }
void to_json(Json& json, const Finding& finding) { json = list_of(finding); }
void from_json(const Json& json, ClassFinding& one) { take_list(json, one); }
void from_json(const Json& json, Finding& finding) { take_list(json, finding); }

std::vector<double> failed_by_seed(const Finding& finding) {
  return sum(finding, &ClassFinding::failed);
}

std::vector<double> slow_by_seed(const Finding& finding) {
  return sum(finding, &ClassFinding::slow);
}

double settled_availability(const ClassFinding& one) {
  const std::vector<double> shares = one.settled_shares();
  return shares.empty() ? no_figure : 1 - mean(shares);
}

double settled_availability(const Finding& finding) {
  double good = 0, all = 0;
  for (const ClassFinding& one : finding.classes) {
    if (mean(one.due) <= 0) continue;
    good += settled_availability(one) * mean(one.requests);
    all += mean(one.requests);
  }
  return all > 0 ? good / all : no_figure;
}

Fate worst_fate(const Finding& finding) {
  Fate worst = Fate::unmeasured;
  for (const ClassFinding& one : finding.classes) worst = std::max(worst, one.fate());
  return worst;
}

bool fails_on(const Finding& finding) {
  return worst_fate(finding) == Fate::interrupted && !std::isfinite(finding.recovered);
}

bool loses_writes(const Finding& finding) { return finding.lost_writes >= 1; }

bool passes_unnoticed(const Finding& finding) {
  return worst_fate(finding) <= Fate::untouched && !loses_writes(finding);
}

std::vector<std::string> classes_down(const Finding& finding) {
  std::vector<std::string> down;
  for (const ClassFinding& one : finding.classes)
    if (one.fate() == Fate::down) down.push_back(one.name);
  return down;
}

double suffering(const Finding& finding) {
  const double due = std::max(mean(sum(finding, &ClassFinding::requests)), 1.0);
  return std::min(1.0, (unanswered(finding) + finding.lost_writes) / due);
}

bool hurts_more(const Finding& one, const Finding& other) {
  const auto key = [](const Finding& finding) {
    return std::pair(std::round(100 * suffering(finding)), mean(slow_by_seed(finding)));
  };
  return key(one) > key(other);
}

double interruption(const Finding& finding) {
  double longest = 0;
  for (const ClassFinding& one : finding.classes) longest = std::max(longest, mean(one.outage));
  return longest;
}

}  // namespace spof::report
