// Random scenarios as SimGrid alone would run them: what is not given to its solver comes out as if
// it were. SPOF_SWEEP=20 tries 20 times as many.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "support/any_scenario.hpp"
#include "support/sweep.hpp"

using namespace spof;
using test::Trial;

namespace {

Trial trial_of(const test::AnyScenario& any) {
  Mistakes none;
  Trial trial{test::read_scenario(any.json, test::platform_of(any, "."), none), any.number,
              any.json.dump(), false, 0};
  return trial;
}

/// What costs always the same comes to its end at the date of others like it; which of them SimGrid
/// ends first is its own affair.
Trial without_ties(Trial trial) {
  const auto vary = [](Distribution& one) {
    if (one.law == Distribution::Law::constant && one.first > 0)
      one = Distribution::exponential(one.first);
  };
  for (auto& [name, one] : trial.scenario.classes)
    for (Distribution* cost : {&one.cpu.haproxy, &one.cpu.nginx, &one.cpu.app, &one.cpu.mysql,
                               &one.cpu.apply, &one.sleep})
      vary(*cost);
  for (auto& [name, one] : trial.scenario.clients)
    if (one.arrivals == stack::Arrivals::constant) one.arrivals = stack::Arrivals::poisson;
  for (auto& [name, one] : trial.scenario.nginx.hosts) vary(one.page_cpu);
  for (auto& [name, one] : trial.scenario.app.hosts) vary(one.page_cpu);
  for (auto& [name, one] : trial.scenario.mysql.hosts) vary(one.ping_cpu);
  for (auto& [name, one] : trial.scenario.dns.hosts) vary(one.cpu);
  return trial;
}

/// SimGrid lets a flow whose first byte is still under way begin when a latency changes.
bool changes_latency(const Trial& trial) {
  const auto& faults = trial.scenario.faults;
  return std::any_of(faults.begin(), faults.end(), [](const fault::Fault& one) {
    return std::holds_alternative<fault::Latency>(one);
  });
}

}  // namespace

// What happens at one date, like an answer and a time-out, has an order that SimGrid knows alone:
// a few go other ways from there.
TEST_CASE("random scenarios end as they do when SimGrid solves what is alone, too") {
  std::vector<Trial> trials;
  for (int number = 0; number < 100 * test::sweep_factor(); ++number) {
    const test::AnyScenario any = test::any_scenario(static_cast<std::uint64_t>(number));
    if (!any.is_valid || !any.platform.empty()) continue;
    const Trial trial = without_ties(trial_of(any));
    if (!changes_latency(trial)) trials.push_back(trial);
  }
  const std::vector<std::string> found = test::differences(trials, 1e-5);
  for (const std::string& one : found) UNSCOPED_INFO(one);
  CHECK(found.size() <= trials.size() / 20);
}
