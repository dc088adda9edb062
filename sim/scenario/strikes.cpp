#include "scenario/strikes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "scenario/topology.hpp"

namespace spof::scenario {
namespace {

double span_of(const fault::Fault& fault) {
  if (const auto* restart = std::get_if<fault::RestartDaemon>(&fault)) return restart->down_for;
  const auto& lasts = fault::schedule_of(fault).lasts;
  return lasts ? double(*lasts) : INFINITY;
}

/// The narrowest window, from a second on, that leaves latency.csv readable and memory bounded.
double window_of(const Scenario& scenario) {
  if (scenario.window) return *scenario.window;
  for (const double width : {1., 2., 5., 10., 15., 30., 60., 120., 300., 600., 1800., 3600.})
    if (scenario.duration / width <= 1200) return width;
  return std::ceil(scenario.duration / 1200);
}

}  // namespace

std::vector<Strike> strikes_of(const Scenario& scenario, std::optional<std::uint64_t> seed) {
  std::vector<Strike> strikes;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const fault::Fault& fault = scenario.faults[i];
    const fault::Schedule& when = fault::schedule_of(fault);
    Random random(seed.value_or(0), fmt::format("fault/{}", i));
    const double span = span_of(fault);
    number += static_cast<std::uint32_t>(when.times);
    for (int time = 0; time < when.times; ++time) {
      const double shift = time == 0 ? 0 : time * (when.every ? double(*when.every) : 2 * span);
      const double begin = when.at + shift + (seed ? when.jitter * random.uniform() : 0);
      if (begin >= scenario.duration) break;
      strikes.push_back({&fault, begin, when.until ? *when.until + shift : begin + span,
                         number - static_cast<std::uint32_t>(when.times - time)});
    }
  }
  std::stable_sort(strikes.begin(), strikes.end(),
                   [](const Strike& a, const Strike& b) { return a.begin < b.begin; });
  return strikes;
}

measure::Plan plan_of(const Scenario& scenario, const std::vector<Strike>& strikes) {
  measure::Plan plan;
  for (const auto& [name, unused] : scenario.classes) plan.classes.push_back(name);
  for (const auto& [name, population] : scenario.clients) {
    plan.populations.push_back(name);
    plan.counted.push_back(!population.attacker);
    const auto& retry = population.retry;
    plan.patience =
        std::max<double>(plan.patience, (retry.attempts + 1) * (population.timeout + 1) +
                                            retry.attempts * retry.max_backoff);
  }
  plan.servers = topology_of(scenario).servers;
  plan.duration = scenario.duration;
  plan.window = window_of(scenario);
  plan.outage_gap = scenario.outage_gap;
  plan.strikes = strikes.size();
  return plan;
}

}  // namespace spof::scenario
