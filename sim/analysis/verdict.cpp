#include "analysis/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/database_failover.hpp"
#include "analysis/detection.hpp"
#include "analysis/faults.hpp"
#include "base/statistics.hpp"
#include "measure/after_fault.hpp"
#include "measure/chronicle.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// The share that failed, of all that were scheduled inside these outages.
double share_inside(const std::vector<measure::Outage>& outages) {
  double failed = 0, all = 0;
  for (const measure::Outage& one : outages) {
    failed += static_cast<double>(one.failures);
    all += static_cast<double>(one.failures + one.answered);
  }
  return all > 0 ? failed / all : 0;
}

/// The longest gap in service, if it reaches beyond the fault.
double gap_of(const Result& run, std::size_t request_class) {
  const measure::ClassStory& story = run.stories[request_class];
  return story.gap_start + story.longest_gap > run.fault_start ? story.longest_gap.value : 0;
}

/// How slow correct answers became: see `stalled_factor`.
void judge_speed(const Campaign& campaign, int request_class, Harm& harm) {
  const bool breaks = !campaign.faults.empty();
  const auto before = total(campaign, Phase::before, request_class);
  const auto during = breaks ? total(campaign, Phase::during, request_class) : before;
  if (during.ok.count() == 0) return;
  const auto quantile = [](const Tally& of, double share) {
    return of.ok.count() > 0 ? static_cast<double>(of.ok.quantile(share)) / 1e6 : 0;
  };
  harm.p99_before = quantile(before, 0.99);
  harm.p99_during = quantile(during, 0.99);
  const double usual = breaks ? harm.p99_before : quantile(before, 0.01);
  const double limit = std::max(stalled_least, stalled_factor * usual);
  harm.stood_still = harm.gap > limit;
  harm.crawled = harm.p99_during > limit;
}

/// Whether requests failed here and there from a fault to its end: no outages with service between
/// them, but a share that fails.
bool are_scattered(const std::vector<measure::Outage>& outages, double from, double until) {
  constexpr double few = 10, long_pause = 0.25;  // failures in each; of the time
  double failures = 0, pause = 0, last = from;
  for (const measure::Outage& one : outages) {
    failures += static_cast<double>(one.failures);
    pause = std::max(pause, one.start - last);
    last = one.end;
  }
  pause = std::max(pause, until - last);
  return outages.size() > 1 && failures < few * static_cast<double>(outages.size()) &&
         pause <= long_pause * (until - from);
}

/// The last failure that struck before an outage was felt: what had been broken for long, and
/// borne, is not what began it.
double struck_before(const Result& run, double felt) {
  double last = run.fault_start;
  for (const measure::Episode& one : measure::episodes_of(run.events))
    if (one.by.empty() && measure::may_end_service(one.kind) && one.from <= felt)
      last = std::max(last, one.from);
  return last;
}

/// What came after an outage and waited, and nobody was answered, up to the repair that ended it:
/// seconds, at most as long as the outage itself.
double waited_on(const Result& run, std::size_t request_class, const measure::Outage& last,
                 double mended) {
  const measure::ClassStory& story = run.stories[request_class];
  const double until = std::min<double>(last.last_seen, mended);
  const bool nobody = story.gap_start <= last.end && story.gap_start + story.longest_gap >= until;
  return mended < never && nobody ? std::clamp<double>(until - last.end, 0, last.end - last.start)
                                  : 0;
}

double failing_share_of(const Tally& requests) {
  return static_cast<double>(requests.bad()) / std::max(1.0, double(requests.requests()));
}

/// Whether requests still failed, here and there at least, when the fault struck.
bool was_failing(const Result& run, std::size_t request_class) {
  constexpr double long_pause = 0.25;  // of the time
  double since = -1, last = -1;
  for (const measure::Outage& one : run.stories[request_class].outages) {
    if (one.start >= run.fault_start) break;
    if (since < 0) since = one.start;
    last = one.end;
  }
  return since >= 0 && run.fault_start - last <= long_pause * (run.fault_start - since);
}

/// Whether a fault made nothing worse, but for what chance does.
bool fails_as_before(const Campaign& campaign, int request_class) {
  for (const Result& run : campaign.results)
    if (!was_failing(run, static_cast<std::size_t>(request_class))) return false;
  const double before = failing_share_of(total(campaign, Phase::before, request_class));
  const Tally during = total(campaign, Phase::during, request_class);
  const double chance = std::sqrt(before * (1 - before) / std::max(1.0, double(during.requests())));
  return before >= failing_share && failing_share_of(during) <= before + 2 * chance;
}

Harm harm_of(const Campaign& campaign, std::size_t request_class) {
  Harm harm;
  harm.name = campaign.plan.classes[request_class];
  std::vector<double> shares, spans, numbers, gaps;
  std::size_t lasting = 0;
  for (const Result& run : campaign.results) {
    for (const Phase phase : {Phase::before, Phase::during, Phase::after})
      if (run.fault_start < 0 || phase != Phase::before)
        harm.failed += static_cast<double>(run.tally(phase, request_class).bad());
    gaps.push_back(gap_of(run, request_class));
    const auto outages = outages_of(run, request_class);
    if (outages.empty()) continue;
    double mended = never, until = 0, span = 0;
    double broken = 0;  // from what began an outage to the repair that ended it, of all together
    for (const measure::Outage& outage : outages) {
      span += outage.end - outage.start;
      const double struck = std::max(until, struck_before(run, outage.first_seen));
      mended = measure::repair_that_ended(run, outage.end, outage.last_seen);
      until = std::min<double>({run.fault_end, run.duration, mended});
      broken += std::max(0.0, until - struck);
    }
    const double struck = struck_before(run, outages.front().first_seen);
    const bool scattered = run.fault_start >= 0 && are_scattered(outages, struck, until);
    if (scattered) span = outages.back().end - outages.front().start;
    spans.push_back(span);
    numbers.push_back(scattered ? 1 : static_cast<double>(outages.size()));
    shares.push_back(scattered ? failing_share_of(run.tally(Phase::during, request_class))
                               : share_inside(outages));
    const double unserved = span + waited_on(run, request_class, outages.back(), mended);
    const bool lasts = scattered || unserved >= lasting_share * broken;
    lasting += run.fault_start >= 0 && lasts ? 1 : 0;
  }
  harm.failed /= static_cast<double>(std::max<std::size_t>(campaign.results.size(), 1));
  harm.worst_share = mean(shares);
  harm.outage = mean(spans);
  harm.outages = mean(numbers);
  harm.runs = spans.size();
  harm.in_flight = harm.failed > 0 && harm.runs == 0;
  harm.lasts = lasting * 2 > campaign.results.size();
  harm.gap = mean(gaps);
  judge_speed(campaign, static_cast<int>(request_class), harm);
  harm.as_before = fails_as_before(campaign, static_cast<int>(request_class));
  return harm;
}

std::string stall_text(const Campaign& campaign, const Harm& harm) {
  if (harm.stood_still) return fmt::format("{} stood still for {}", harm.name, time_text(harm.gap));
  if (harm.p99_before == 0 || campaign.faults.empty())
    return fmt::format("p99 of {} is {}", harm.name, time_text(harm.p99_during));
  return fmt::format("p99 of {} rose from {} to {}", harm.name, time_text(harm.p99_before),
                     time_text(harm.p99_during));
}

/// "100 % of read requests failed for 32.4 s in 2 outages"
std::string harm_text(const Campaign& campaign, const Harm& harm) {
  const bool all_runs = harm.runs == campaign.results.size();
  const std::string where =
      all_runs ? "" : fmt::format(" in {} of {} runs", harm.runs, campaign.results.size());
  constexpr double a_moment = 0.1;  // no share of so few says anything
  if (harm.outage < a_moment && harm.stood_still)
    return fmt::format("{}, and {} failed", stall_text(campaign, harm), count_text(harm.failed));
  if (harm.outage < a_moment)
    return fmt::format("{} {} request{} failed{}", count_text(harm.failed), harm.name,
                       harm.failed == 1 ? "" : "s", campaign.results.size() > 1 ? " a run" : "");
  const std::string share = harm.worst_share == 1 ? "100 %" : share_text(harm.worst_share);
  std::string text =
      fmt::format("{} of {} requests failed for {}", share, harm.name, time_text(harm.outage));
  if (harm.outages > 1)
    text += fmt::format(" in all, in {} outages{}", count_text(harm.outages),
                        campaign.results.size() > 1 ? " a run" : "");
  return text + where;
}

}  // namespace

std::vector<measure::Outage> outages_of(const Result& run, std::size_t request_class) {
  std::vector<measure::Outage> found;
  for (measure::Outage outage : run.stories[request_class].outages) {
    if (run.fault_start >= 0 && outage.end < run.fault_start) continue;
    outage.start = std::max(outage.start, run.fault_start);
    found.push_back(outage);
  }
  return found;
}

namespace {

std::string unnoticed(const Campaign& campaign) {
  if (const auto told = call(campaign))
    return fmt::format(" No check of the stack noticed; {} called after {}{}.", told->who,
                       time_text(told->after), told->runs);
  return alerts_nobody(campaign) ? " No check of the stack noticed; an alert reached nobody."
                                 : " Nobody noticed.";
}

/// What is to be said besides the failures: detection, writes, latency.
std::string remarks(const Campaign& campaign, bool harmed, bool p99_is_said) {
  std::string out;
  const auto before = total(campaign, Phase::before, -1),
             during = total(campaign, Phase::during, -1);
  const double normal = static_cast<double>(before.ok.quantile(0.99));
  const double limit = normal > 0 ? slower_factor * normal : stalled_least * 1e6;
  const bool slow = during.ok.count() > 0 && static_cast<double>(during.ok.quantile(0.99)) > limit;
  const auto detected = figure(campaign, "detected");
  if ((harmed || slow) && detected.measured > 0 && detected.never == detected.measured)
    out += unnoticed(campaign);
  const auto recovery = figure(campaign, "recovery");
  const auto& run = campaign.results.front();
  if (recovery.never > 0 && run.fault_end < run.duration)
    out += fmt::format(" In {} of {} runs requests still failed at the end, {}.", recovery.never,
                       campaign.results.size(),
                       run.over < run.duration
                           ? time_text(run.duration - run.over) + " after all worked again"
                           : "when not all that was repaired served again");
  const bool again = figure(campaign, "client_retries").mean > 0;
  for (const auto& [metric, words] :
       {std::pair{"lost_writes", "acknowledged {write was|writes were} lost"},
        std::pair{"phantom_writes",
                  again
                      ? "{try at a write was|tries at a write were} committed that the client had "
                        "given up"
                      : "{write|writes} failed for the client but {was|were} committed"}})
    if (const auto lost = figure(campaign, metric); lost.mean > 0)
      out += fmt::format(" {}{} {}.", campaign.results.size() > 1 ? "On average " : "",
                         count_text(lost.mean), in_number(words, lost.mean == 1 ? 1 : 2));
  out += failover_remarks(campaign) + unfinished_words(campaign);
  if (slow && normal > 0 && !p99_is_said)
    out += fmt::format(" Correct answers became slow: p99 {} instead of {}.",
                       time_text(static_cast<double>(during.ok.quantile(0.99)) / 1e6),
                       time_text(normal / 1e6));
  return out;
}

/// Whether most of what failed did so because a certificate had ended.
bool is_by_certificate(const Campaign& campaign) {
  const Tally all = total(campaign, std::nullopt, -1);
  std::uint64_t expired = 0;
  for (const measure::Failure& one : all.failures)
    if (one.cause == measure::Cause::certificate_expired) expired += one.requests;
  return 2 * expired > all.bad();
}

Verdict without_fault(const Campaign& campaign, const std::vector<Harm>& all) {
  std::vector<std::string> failing, stalled;
  for (const Harm& harm : all) {
    if (harm.failed > 0) failing.push_back(harm_text(campaign, harm));
    if (harm.stood_still ? harm.failed == 0 : harm.crawled)
      stalled.push_back(stall_text(campaign, harm));
  }
  if (failing.empty() && stalled.empty())
    return {"healthy", "Healthy: no fault, and every request was answered."};
  const std::string why = !campaign.surges.empty()      ? "under " + listed(campaign.surges)
                          : is_by_certificate(campaign) ? "since a certificate expired"
                                                        : "without a fault";
  if (failing.empty())
    return {"stalled", fmt::format("Stalled {}: no request failed, but {}.", why, listed(stalled))};
  return {"failing", fmt::format("Failing {}: {}{}{}.", why, listed(failing),
                                 stalled.empty() ? "" : "; ", listed(stalled))};
}

/// What failed although nothing was broken yet, if that is more than a few: "" otherwise.
std::string failing_before(const Campaign& campaign) {
  std::vector<std::string> failing;
  for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
    const double share = failing_share_of(total(campaign, Phase::before, static_cast<int>(i)));
    if (share >= failing_share)
      failing.push_back(fmt::format("{} of {}", share_text(share), campaign.plan.classes[i]));
  }
  return listed(failing);
}

/// The classes that are down, degraded, interrupted, lost requests in flight, stalled, untouched,
/// or were failing and still are.
struct Sorted {
  std::vector<std::string> down, down_names, degraded, interrupted, in_flight, stalled, untouched,
      as_before;
  bool crawled = false;  ///< a class is stalled by its p99
};

Sorted sorted(const Campaign& campaign, const std::vector<Harm>& all) {
  Sorted made;
  for (const Harm& harm : all) {
    if (harm.as_before) {
      made.as_before.push_back(harm.name);
      continue;
    }
    if (harm.failed > 0 && !harm.in_flight) {
      const bool down = harm.lasts && harm.worst_share >= down_share;
      auto& list = down ? made.down : harm.lasts ? made.degraded : made.interrupted;
      list.push_back(harm_text(campaign, harm));
      if (down) made.down_names.push_back(harm.name);
      continue;
    }
    const bool stalled = harm.stood_still || harm.crawled;
    if (stalled) made.stalled.push_back(stall_text(campaign, harm));
    if (stalled && !harm.stood_still) made.crawled = true;
    if (harm.in_flight)
      made.in_flight.push_back(fmt::format("{} {}", count_text(harm.failed), harm.name));
    const bool slower = harm.p99_before > 0 && harm.p99_during > slower_factor * harm.p99_before;
    if (!stalled && !harm.in_flight && !slower) made.untouched.push_back(harm.name);
  }
  return made;
}

/// What struck, and what went on meanwhile: "crash of mysql@server1 under the flood of bots".
std::string happening(const Campaign& campaign) {
  return faults_words(campaign) +
         (campaign.surges.empty() ? "" : " under " + listed(campaign.surges));
}

/// "; static was not affected; read failed as before."
std::string the_others(const Sorted& classes) {
  std::string text;
  if (!classes.untouched.empty())
    text += fmt::format("; {} {} not affected", listed(classes.untouched),
                        classes.untouched.size() == 1 ? "was" : "were");
  if (!classes.as_before.empty())
    text += fmt::format("; {} failed as before", listed(classes.as_before));
  return text + ".";
}

Verdict with_failures(const Campaign& campaign, const Sorted& classes) {
  std::vector<std::string> harmed = classes.down;
  harmed.insert(harmed.end(), classes.degraded.begin(), classes.degraded.end());
  harmed.insert(harmed.end(), classes.interrupted.begin(), classes.interrupted.end());
  const std::string what = happening(campaign);
  const auto parts = broken_parts(campaign);
  Verdict made;
  const bool broke = std::ranges::any_of(campaign.faults, [](const FaultLine& fault) {
    const auto kind = measure::what_of(fault.kind, measure::Role::fault);
    return kind && measure::effect_of(*kind).is_felt;
  });
  if (!classes.down.empty() && parts.size() == 1 && broke) {
    made = {"single point of failure", fmt::format("{} is a single point of failure for {}: ",
                                                   parts[0], listed(classes.down_names))};
  } else if (!classes.down.empty()) {
    made = {"down", fmt::format("Taken down by the {}: ", what)};
  } else if (!classes.degraded.empty()) {
    made = {"degraded", fmt::format("Degraded by the {}: ", what)};
  } else {
    made = {"interrupted", fmt::format("Interrupted by the {}: ", what)};
  }
  made.text += listed(harmed);
  if (!classes.stalled.empty()) made.text += "; " + listed(classes.stalled);
  if (!classes.in_flight.empty())
    made.text += fmt::format("; requests in flight that failed: {}", listed(classes.in_flight));
  made.text += the_others(classes);
  return made;
}

/// No request failed, or none but those that were under way when the fault struck.
Verdict without_failures(const Campaign& campaign, const Sorted& classes) {
  const std::string failed =
      classes.in_flight.empty()
          ? classes.as_before.empty() ? "no request failed" : "no more requests failed than before"
          : fmt::format("only requests in flight failed ({}{})", listed(classes.in_flight),
                        campaign.results.size() > 1 ? " a run" : "");
  const std::string what = happening(campaign);
  if (classes.stalled.empty())
    return {"survived", fmt::format("Survived the {}: {}.", what, failed)};
  return {"stalled", fmt::format("Stalled by the {}: {}, but {}{}", what, failed,
                                 listed(classes.stalled), the_others(classes))};
}

}  // namespace

Tally total(const Result& run, std::optional<Phase> phase, int request_class) {
  Tally sum;
  for (std::size_t p = 0; p < measure::phase_count; ++p)
    for (std::size_t i = 0; i < run.classes; ++i)
      if ((!phase || static_cast<std::size_t>(*phase) == p) &&
          (request_class < 0 || static_cast<std::size_t>(request_class) == i))
        sum.merge(run.tally(static_cast<Phase>(p), i));
  return sum;
}

Tally total(const Campaign& campaign, std::optional<Phase> phase, int request_class) {
  Tally sum;
  for (const Result& run : campaign.results) sum.merge(total(run, phase, request_class));
  return sum;
}

measure::Estimate figure(const Campaign& campaign, const char* metric, int request_class) {
  return measure::estimate({.metric = measure::find_metric(metric), .request_class = request_class},
                           campaign.results);
}

std::vector<Harm> harms(const Campaign& campaign) {
  std::vector<Harm> all;
  for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i)
    all.push_back(harm_of(campaign, i));
  return all;
}

Verdict verdict(const Campaign& campaign) {
  if (campaign.results.empty()) return {"no result", "No run ended: there is no result."};
  const auto all = harms(campaign);
  if (campaign.faults.empty()) return without_fault(campaign, all);
  const std::string before = failing_before(campaign);
  const Sorted classes = sorted(campaign, all);
  const bool any = std::ranges::any_of(
      all, [](const Harm& h) { return h.failed > 0 && !h.in_flight && !h.as_before; });
  const bool harmed = any || !classes.stalled.empty();
  Verdict made = any ? with_failures(campaign, classes) : without_failures(campaign, classes);
  if (!before.empty())
    made = {"failing",
            fmt::format("Failing before the {}: {} requests failed while nothing was "
                        "broken{}. {}",
                        faults_words(campaign), before,
                        harmed ? ", so what follows is not its doing alone" : "", made.text)};
  made.text += remarks(campaign, harmed, classes.crawled);
  return made;
}

}  // namespace spof::report
