#include "report/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/statistics.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

using measure::Judgement;
using measure::Outcome;
using measure::Phase;
using measure::Result;
using measure::Role;

/// The share of requests of a class that failed, of those scheduled in windows inside the outage,
/// or, when it is shorter than a window, in windows that it touches.
double share_inside(const Result& run, std::size_t request_class, const measure::Outage& outage) {
  std::array<double, 2> failed{}, all{};
  for (const measure::WindowRow& row : run.windows) {
    if (row.request_class != request_class) continue;
    const double end = row.start + run.window;
    if (end <= outage.start || row.start > outage.end) continue;
    const std::size_t whole = row.start >= outage.start && end <= outage.end ? 1 : 0;
    for (std::size_t i = 0; i <= whole; ++i) {
      all[i] += static_cast<double>(row.requests);
      if (row.outcome != Outcome::ok) failed[i] += static_cast<double>(row.requests);
    }
  }
  const std::size_t used = all[1] > 0 ? 1 : 0;
  return all[used] > 0 ? failed[used] / all[used] : 0;
}

/// The first outage of a class that reaches beyond the fault; nullptr: none.
const measure::Outage* first_outage(const Result& run, std::size_t request_class) {
  for (const measure::Outage& outage : run.stories[request_class].outages)
    if (run.fault_start < 0 || outage.end >= run.fault_start) return &outage;
  return nullptr;
}

Harm harm_of(const Campaign& campaign, std::size_t request_class) {
  Harm harm;
  harm.name = campaign.plan.classes[request_class];
  std::vector<double> shares, outages;
  std::size_t lasting = 0;
  for (const Result& run : campaign.results) {
    for (const Phase phase : {Phase::before, Phase::during, Phase::after})
      if (run.fault_start < 0 || phase != Phase::before)
        harm.failed += static_cast<double>(run.tally(phase, request_class).bad());
    const measure::Outage* outage = first_outage(run, request_class);
    if (!outage) continue;
    outages.push_back(outage->end - outage->start);
    shares.push_back(share_inside(run, request_class, *outage));
    const double fault = std::min<double>(run.fault_end, run.duration) - run.fault_start;
    lasting += run.fault_start >= 0 && outages.back() >= lasting_share * fault ? 1 : 0;
  }
  harm.failed /= static_cast<double>(std::max<std::size_t>(campaign.results.size(), 1));
  harm.worst_share = mean(shares);
  harm.outage = mean(outages);
  harm.lasts = lasting * 2 > campaign.results.size();
  return harm;
}

/// "mysql@server1", or all targets once.
std::string targets(const Campaign& campaign) {
  std::vector<std::string> found;
  for (const FaultLine& fault : campaign.faults)
    if (std::find(found.begin(), found.end(), fault.target) == found.end())
      found.push_back(fault.target);
  return found.empty() ? "the fault" : listed(found);
}

/// "crash of mysql@server1"
std::string what_happened(const Campaign& campaign) {
  if (campaign.faults.size() == 1)
    return fmt::format("{} of {}", campaign.faults[0].kind, campaign.faults[0].target);
  return fmt::format("faults of {}", targets(campaign));
}

std::string harm_text(const Harm& harm) {
  const std::string share = harm.worst_share == 1 ? "100 %" : share_text(harm.worst_share);
  return fmt::format("{} of {} requests failed for {}", share, harm.name, time_text(harm.outage));
}

/// What is to be said besides the failures: detection, writes, latency.
std::string remarks(const Campaign& campaign, bool any_failed) {
  std::string out;
  const auto detected = figure(campaign, "detected");
  if (any_failed && detected.measured > 0 && detected.never == detected.measured)
    out += " Nobody noticed.";
  const auto recovery = figure(campaign, "recovery");
  const auto& run = campaign.results.front();
  if (recovery.never > 0 && run.fault_end < run.duration)
    out += fmt::format(" In {} of {} runs requests still failed at the end, long after the repair.",
                       recovery.never, campaign.results.size());
  for (const auto& [metric, words] :
       {std::pair{"lost_writes", "acknowledged writes were lost"},
        std::pair{"phantom_writes", "writes failed for the client but were committed"}})
    if (const auto lost = figure(campaign, metric); lost.mean > 0)
      out += fmt::format(" {}{} {}.", campaign.results.size() > 1 ? "On average " : "",
                         count_text(lost.mean), words);
  const auto before = total(campaign, Phase::before, -1),
             during = total(campaign, Phase::during, -1);
  const double normal = static_cast<double>(before.ok.quantile(0.99));
  if (normal > 0 && static_cast<double>(during.ok.quantile(0.99)) > slower_factor * normal)
    out += fmt::format(" Correct answers became slow: p99 {} instead of {}.",
                       latency_text(during.ok.quantile(0.99), 1),
                       latency_text(before.ok.quantile(0.99), 1));
  return out;
}

Verdict without_fault(const std::vector<Harm>& all) {
  std::vector<std::string> failing;
  for (const Harm& harm : all)
    if (harm.failed > 0)
      failing.push_back(fmt::format("{} of {}", count_text(harm.failed), harm.name));
  if (failing.empty()) return {"healthy", "Healthy: no fault, and every request was answered."};
  return {"failing", fmt::format("Failing without a fault: {} requests a run.", listed(failing))};
}

/// The classes that are down, degraded, interrupted and untouched: texts.
struct Sorted {
  std::vector<std::string> down, down_names, degraded, interrupted, untouched;
};

Sorted sorted(const std::vector<Harm>& all) {
  Sorted made;
  for (const Harm& harm : all) {
    if (harm.failed <= 0) {
      made.untouched.push_back(harm.name);
    } else if (!harm.lasts) {
      made.interrupted.push_back(harm_text(harm));
    } else if (harm.worst_share >= down_share) {
      made.down.push_back(harm_text(harm));
      made.down_names.push_back(harm.name);
    } else {
      made.degraded.push_back(harm_text(harm));
    }
  }
  return made;
}

Verdict with_failures(const Campaign& campaign, const Sorted& classes) {
  std::vector<std::string> harmed = classes.down;
  harmed.insert(harmed.end(), classes.degraded.begin(), classes.degraded.end());
  harmed.insert(harmed.end(), classes.interrupted.begin(), classes.interrupted.end());
  Verdict made;
  if (!classes.down.empty()) {
    made = {"single point of failure", fmt::format("{} is a single point of failure for {}: ",
                                                   targets(campaign), listed(classes.down_names))};
  } else if (!classes.degraded.empty()) {
    made = {"degraded", fmt::format("Degraded by the {}: ", what_happened(campaign))};
  } else {
    made = {"interrupted", fmt::format("Interrupted by the {}: ", what_happened(campaign))};
  }
  made.text += listed(harmed);
  if (!classes.untouched.empty())
    made.text += fmt::format("; {} {} not affected", listed(classes.untouched),
                             classes.untouched.size() == 1 ? "was" : "were");
  made.text += ".";
  return made;
}

}  // namespace

measure::Tally total(const Campaign& campaign, std::optional<Phase> phase, int request_class) {
  measure::Tally sum;
  for (const Result& run : campaign.results)
    for (std::size_t p = 0; p < measure::phase_count; ++p)
      for (std::size_t i = 0; i < run.classes; ++i)
        if ((!phase || static_cast<std::size_t>(*phase) == p) &&
            (request_class < 0 || static_cast<std::size_t>(request_class) == i))
          sum.merge(run.tally(static_cast<Phase>(p), i));
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
  if (campaign.faults.empty()) return without_fault(all);
  const bool any = std::any_of(all.begin(), all.end(), [](const Harm& h) { return h.failed > 0; });
  Verdict made = any ? with_failures(campaign, sorted(all))
                     : Verdict{"survived", fmt::format("Survived the {}: no request failed.",
                                                       what_happened(campaign))};
  made.text += remarks(campaign, any);
  return made;
}

std::string failure_name(const measure::Failure& failure) {
  std::string name = names(Outcome{})[static_cast<std::size_t>(failure.outcome)];
  if (failure.cause != measure::Cause::none)
    name += std::string(" ") + names(measure::Cause{})[static_cast<std::size_t>(failure.cause)];
  return name;
}

std::vector<std::string> failures_by_cause(const measure::Tally& tally, std::size_t most,
                                           double runs) {
  auto failures = tally.failures;
  std::stable_sort(failures.begin(), failures.end(),
                   [](const auto& a, const auto& b) { return a.requests > b.requests; });
  std::vector<std::string> out;
  for (std::size_t i = 0; i < std::min(most, failures.size()); ++i)
    out.push_back(failure_name(failures[i]) + " " +
                  count_text(static_cast<double>(failures[i].requests) / runs));
  return out;
}

}  // namespace spof::report
