#include "cli/campaign_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "measure/expect.hpp"
#include "world/plan.hpp"

namespace spof::cli {
namespace {

using scenario::Scenario;

/// The strikes of a fault as planned: without the jitter that each seed draws for itself.
void add_strikes(const fault::Fault& fault, std::vector<report::FaultLine>& lines) {
  constexpr int most = 1000;  // of a fault that strikes without end
  const fault::Schedule& when = fault::schedule_of(fault);
  const double every = when.every ? *when.every : when.lasts ? 2 * *when.lasts : 0.0;
  for (int i = 0; i < std::min(when.times, most); ++i) {
    report::FaultLine line;
    line.kind = fault::kind_of(fault);
    line.target = fault::target_of(fault);
    line.at = when.at + i * every;
    if (when.lasts) line.until = line.at + *when.lasts;
    lines.push_back(std::move(line));
  }
}

std::vector<report::FaultLine> faults_of(const Scenario& scenario) {
  std::vector<report::FaultLine> lines;
  for (const fault::Fault& fault : scenario.faults) add_strikes(fault, lines);
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return lines;
}

/// The scenario was checked when it was read: an expectation that does not parse now is our error.
measure::Judged judged(const std::string& text, const measure::Plan& plan,
                       const std::vector<measure::Result>& results) {
  const measure::ParsedExpectation parsed =
      measure::parse_expectation(text, {plan.classes, plan.servers});
  if (!parsed.expectation) throw std::logic_error("expectation \"" + text + "\": " + parsed.what);
  return measure::judge(*parsed.expectation, results);
}

}  // namespace

report::Campaign campaign_of(const ScenarioFile& file, plan::CampaignRuns runs, Json provenance) {
  const Scenario& scenario = *file.loaded.scenario;
  report::Campaign campaign;
  campaign.name = file.name;
  campaign.title = scenario.title;
  campaign.description = scenario.description;
  campaign.scenario = file.loaded.resolved;
  campaign.faults = faults_of(scenario);
  campaign.plan = world::plan_of(scenario);
  campaign.provenance = std::move(provenance);
  std::uint64_t seed = scenario.seed;
  for (auto& run : runs.runs) {
    if (run.value) campaign.results.push_back(std::move(run.value->result));
    if (!run.value) campaign.failed_jobs.push_back(fmt::format("seed {}: {}", seed, run.failure));
    ++seed;
  }
  for (const std::string& text : scenario.expect) {
    campaign.expectations.push_back(judged(text, campaign.plan, campaign.results));
  }
  return campaign;
}

}  // namespace spof::cli
