#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "cli/find_scenario.hpp"
#include "cli/raw_loop.hpp"
#include "cli/verbs.hpp"
#include "plan/campaign.hpp"

namespace spof::cli {
namespace {

using scenario::Scenario;

struct BenchCase {
  std::string name;
  Scenario scenario;
};

double rate_of(const Scenario& scenario) {
  double sum = 0;
  for (const auto& [name, clients] : scenario.clients) sum += clients.rate;
  return sum;
}

/// As many requests per second as wanted, on a platform that is faster by the same factor: the
/// stack stays as busy as it was.
Scenario at_rate(Scenario scenario, double rate, double duration) {
  const double factor = rate / rate_of(scenario);
  for (auto& [name, clients] : scenario.clients) {
    clients.rate *= factor;
    for (auto& step : clients.profile) step.rate *= factor;
  }
  scenario.platform_scale *= factor;
  scenario.duration = duration;
  scenario.faults.clear();
  scenario.expect.clear();
  return scenario;
}

/// One web server of several dies for a third of the run.
Scenario with_crash(Scenario scenario) {
  fault::Crash crash;
  crash.target = "nginx@" + scenario.nginx.hosts.front().first;
  crash.when.at = scenario.duration / 3;
  crash.when.lasts = scenario.duration / 3;
  scenario.faults.emplace_back(crash);
  return scenario;
}

/// Every web server stops answering until so many requests wait. Nobody checks them.
Scenario with_pile(Scenario scenario, double pile) {
  for (const auto& [host, options] : scenario.nginx.hosts) {
    fault::Hang hang;
    hang.target = "nginx@" + host;
    hang.when.at = scenario.duration / 3;
    hang.when.lasts = pile / rate_of(scenario);
    scenario.faults.emplace_back(hang);
  }
  return scenario;
}

/// "10,000/s".
std::string rate_name(std::uint64_t rate) {
  std::string digits = std::to_string(rate);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits + "/s";
}

std::vector<BenchCase> cases_of(const Scenario& base, const BenchArguments& arguments) {
  std::vector<std::uint64_t> rates = arguments.rates;
  if (rates.empty()) rates = {100, 1'000, 10'000};
  std::vector<BenchCase> cases;
  for (const std::uint64_t rate : rates) {
    const double per_second = static_cast<double>(rate);
    const double duration = static_cast<double>(arguments.requests) / per_second;
    const Scenario calm = at_rate(base, per_second, std::max(duration, 1.0));
    cases.push_back({rate_name(rate), calm});
    if (!calm.nginx.hosts.empty()) cases.push_back({rate_name(rate) + ", crash", with_crash(calm)});
  }
  constexpr double pile = 10'000, pile_rate = 2'000;
  const double duration = std::max(static_cast<double>(arguments.requests) / pile_rate, 15.0);
  cases.push_back({rate_name(2'000) + ", hang: 10,000 wait",
                   with_pile(at_rate(base, pile_rate, duration), pile)});
  return cases;
}

double speed_of(const world::RunOutput& output) {
  return static_cast<double>(plan::requests_in(output.result)) /
         std::max(output.cost.cpu_seconds, 1e-9);
}

std::string row(const std::string& name, const world::RunOutput& output) {
  const world::Cost& cost = output.cost;
  const double requests = static_cast<double>(plan::requests_in(output.result));
  const auto each = [&](auto count) {
    return static_cast<double>(count) / std::max(requests, 1.0);
  };
  return fmt::format("  {:<30} {:>10.0f} {:>12.0f} {:>10.1f} {:>12.2f} {:>9.2f}\n", name, requests,
                     speed_of(output), cost.peak_memory_mb, each(cost.activities),
                     each(cost.timers));
}

}  // namespace

/// One case at a time: two would share caches and memory bandwidth.
ExitCode execute(const BenchArguments& arguments, Console& console) {
  std::string mistakes;
  const std::vector<ScenarioFile> files = load_all({arguments.scenario}, {}, mistakes);
  refuse(mistakes);
  const Scenario& base = *files.front().loaded.scenario;
  if (rate_of(base) <= 0)
    refuse(error_line("no clients with a rate of arrivals in " + files.front().path));
  console.print(fmt::format("  {:<30} {:>10} {:>12} {:>10} {:>12} {:>9}\n", "case", "requests",
                            "per CPU s", "peak MB", "activities", "timers") +
                fmt::format("  {:<30} {:>10} {:>12} {:>10} {:>12} {:>9}\n", "", "", "", "",
                            "per request", "each"));
  const plan::InterruptGuard guard;
  for (const BenchCase& one : cases_of(base, arguments)) {
    scenario::Scenario single = one.scenario;
    single.runs = 1;
    const plan::CampaignRuns runs = plan::run_campaign(single, {});
    if (runs.end == plan::PoolEnd::interrupted) return was_interrupted;
    if (!runs.runs.front().value)
      throw std::runtime_error(one.name + ": " + runs.runs.front().failure);
    const world::RunOutput& output = *runs.runs.front().value;
    console.print(row(one.name, output));
    if (!arguments.peers || !single.faults.empty()) continue;
    const double raw = raw_loop_speed(rate_of(single), arguments.requests);
    console.print(fmt::format("  {:<30} {:>10} {:>12.0f}   {:.2f} of it\n", "  raw event loop",
                              arguments.requests, raw, speed_of(output) / raw));
  }
  return good;
}

}  // namespace spof::cli
