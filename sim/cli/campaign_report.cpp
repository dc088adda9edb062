#include "cli/campaign_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include "measure/expect.hpp"

namespace spof::cli {
namespace {

using scenario::Scenario;

/// How long a fault lasts; negative: it is never repaired.
double span_of(const fault::Fault& fault) {
  if (const auto* restart = std::get_if<fault::RestartDaemon>(&fault)) return restart->down_for;
  return fault::schedule_of(fault).lasts.value_or(-1);
}

/// The strikes of a fault as planned: without the jitter that each seed draws for itself.
void add_strikes(const fault::Fault& fault, std::vector<report::FaultLine>& lines) {
  constexpr int most = 1000;  // of a fault that strikes without end
  const fault::Schedule& when = fault::schedule_of(fault);
  const double span = span_of(fault);
  const double every = when.every.value_or(2 * span);
  for (int i = 0; i < std::min(when.times, most); ++i) {
    report::FaultLine line;
    line.kind = fault::kind_of(fault);
    line.target = fault::target_of(fault);
    line.at = when.at + i * every;
    if (span >= 0) line.until = line.at + span;
    lines.push_back(std::move(line));
  }
}

/// The names behind the indices of a result; the rest of the plan differs from seed to seed.
measure::Plan names_in(const Scenario& scenario) {
  measure::Plan plan;
  plan.duration = scenario.duration;
  for (const auto& [name, unused] : scenario.classes) plan.classes.push_back(name);
  for (const auto& [name, unused] : scenario.clients) plan.populations.push_back(name);
  if (scenario.haproxy.hosts.empty()) return plan;
  for (const auto& [name, unused] : scenario.haproxy.hosts.front().second.servers) {
    plan.servers.push_back(name);
  }
  return plan;
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
  campaign.plan = names_in(scenario);
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
