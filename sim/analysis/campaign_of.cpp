#include "analysis/campaign_of.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "analysis/faults.hpp"
#include "measure/chronicle.hpp"
#include "measure/expect.hpp"
#include "scenario/strikes.hpp"

namespace spof::report {
namespace {

using scenario::Scenario;

/// Whether an order takes something away; a restore does where nothing has struck that database.
bool takes_away(const fault::Command& command, const std::vector<FaultLine>& before) {
  const std::string host = host_of(command.target);
  if (command.command == fault::Order::restore)
    return std::ranges::none_of(before, [&](const FaultLine& one) {
      return one.kind != fault::Command::kind &&
             (one.target == command.target || one.target == host || one.target == host + "'s disk");
    });
  return command.command == fault::Order::read_only ||
         command.command == fault::Order::stop_replica ||
         command.command == fault::Order::stop_applier;
}

std::vector<FaultLine> faults_in(const Scenario& scenario,
                                 const std::vector<scenario::Strike>& strikes) {
  constexpr std::size_t most = 1000;
  std::vector<FaultLine> lines;
  bool broken = false;  // most orders after that are the answer to it
  for (const scenario::Strike& strike : std::span(strikes).first(std::min(strikes.size(), most))) {
    const fault::Fault& fault = *strike.fault;
    FaultLine line{.kind = fault::kind_of(fault),
                   .target = fault::name_of(fault),
                   .at = strike.begin,
                   .strike = strike.number,
                   .degree = fault::degree_of(fault),
                   .waits = strike.waits,
                   .server = fault::server_of(fault)};
    const auto* command = std::get_if<fault::Command>(&fault);
    const bool takes = command && takes_away(*command, lines);
    line.mends = command && (command->command == fault::Order::repair ||
                             (broken && !takes && command->command != fault::Order::switch_over));
    broken = broken || takes || (!command && is_felt(line));
    if (command && command->command == fault::Order::repair &&
        scenario::item_of(scenario.operations, line.target))
      line.degree = "the step \"%\" was ended";
    if (std::isfinite(strike.end) && !line.waits) line.until = strike.end;
    lines.push_back(std::move(line));
  }
  return lines;
}

/// The scenario was checked when it was read: an expectation that does not parse now is our error.
Judged judged(const std::string& text, const measure::Plan& plan,
              const std::vector<Result>& results) {
  const measure::Parsed<measure::Expectation> parsed =
      measure::parse_expectation(text, {plan.classes, plan.servers, plan.parts});
  if (!parsed.made) throw std::logic_error("expectation \"" + text + "\": " + parsed.what);
  return measure::judge(*parsed.made, results);
}

/// From the first step that is above the first until one that is not.
Span surge_in(const std::vector<stack::RateStep>& profile) {
  Span time{0, never};
  for (const stack::RateStep& step : profile) {
    const bool higher = step.rate > profile.front().rate;
    if (higher && time.from == 0) time.from = step.at;
    if (!higher && time.from > 0) time.until = std::min<double>(time.until, step.at);
  }
  return time;
}

}  // namespace

std::string setting_of(const Campaign& campaign, const std::string& pointer) {
  const Json::json_pointer at(pointer);
  if (!campaign.scenario.contains(at)) return "";
  const Json& value = campaign.scenario.at(at);
  return value.is_null() ? "" : value.is_string() ? value.get<std::string>() : value.dump();
}

Campaign campaign_of(const Scenario& scenario, std::vector<Result> results) {
  Campaign campaign;
  campaign.name = scenario.name;
  campaign.title = scenario.title;
  campaign.description = scenario.description;
  campaign.topology = scenario::topology_of(scenario);
  const auto strikes = scenario::strikes_of(scenario, std::nullopt);
  campaign.faults = faults_in(scenario, strikes);
  for (const auto& [name, clients] : scenario.clients) {
    if (clients.attacks())
      campaign.surges.push_back({(clients.attacker ? "the flood of " : "the attack of ") + name,
                                 {clients.start, clients.stop.value_or(never)},
                                 clients.attack});
    else if (clients.profile.size() > 1)
      campaign.surges.push_back({"the surge of " + name, surge_in(clients.profile)});
  }
  if (scenario.random_failures) campaign.surges.push_back({by_chance_name});
  campaign.plan = scenario::plan_of(scenario, strikes);
  campaign.results = std::move(results);
  return campaign;
}

Campaign campaign_of(const scenario::ScenarioFile& file, std::vector<Result> results,
                     std::vector<std::string> failed_jobs) {
  const Scenario& scenario = *file.loaded.scenario;
  Campaign campaign = campaign_of(scenario, std::move(results));
  campaign.name = campaign.asked = file.name;
  campaign.scenario = file.loaded.resolved;
  campaign.failed_jobs = std::move(failed_jobs);
  for (const std::string& text : scenario.expect)
    campaign.expectations.push_back(judged(text, campaign.plan, campaign.results));
  return campaign;
}

}  // namespace spof::report
