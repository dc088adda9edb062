#include "scenario/strikes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "measure/chronicle.hpp"
#include "scenario/topology.hpp"

namespace spof::scenario {
namespace {

double span_of(const fault::Fault& fault) {
  if (const auto* command = std::get_if<fault::Command>(&fault);
      command && command->command == fault::Order::repair)
    return 0;
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

/// Seconds from the repair until what a fault struck serves, as far as the scenario says.
double revival_of(const Scenario& scenario, const fault::Fault& fault) {
  if (!measure::effect_of(fault::what_of(fault)).ends_process) return 0;
  const auto* power_off = std::get_if<fault::PowerOff>(&fault);
  const bool replays = power_off || std::holds_alternative<fault::Crash>(fault);
  const std::string target = fault::target_of(fault);
  double longest = 0;
  scenario.each_section([&](const auto& section) {
    for (const auto& daemon : section.hosts) {
      const std::string& host = daemon.first;
      const auto& options = daemon.second;
      if (target != (power_off ? host : fmt::format("{}@{}", options.kind, host))) continue;
      double starts = options.service.start_time;
      if constexpr (requires { options.import_time; })
        starts += options.boot_time + options.import_time;
      if constexpr (requires { options.redo; })
        starts += options.start_time + (replays ? options.redo / options.recovery_speed : 0);
      longest = std::max(longest, starts);
    }
  });
  return longest + (power_off ? double(power_off->boot_time) : 0);
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
    std::vector<std::shared_ptr<const fault::Fault>> parts;
    for (fault::Fault& part : parts_of(scenario, fault))
      parts.push_back(std::make_shared<fault::Fault>(std::move(part)));
    const auto each = static_cast<std::uint32_t>(parts.size());
    const std::uint32_t first = number;
    number += static_cast<std::uint32_t>(when.times) * each;
    for (int time = 0; time < when.times; ++time) {
      const double shift = time == 0 ? 0 : time * (when.every ? double(*when.every) : 2 * span);
      const double begin = when.at + shift + (seed ? when.jitter * random.uniform() : 0);
      if (begin >= scenario.duration) break;
      for (std::uint32_t k = 0; k < each; ++k)
        strikes.push_back({parts[k], &fault, begin,
                           when.until ? when.until->date + shift : begin + span,
                           first + static_cast<std::uint32_t>(time) * each + k});
    }
  }
  std::ranges::stable_sort(strikes, {}, &Strike::begin);
  return strikes;
}

void check_strikes(const Scenario& scenario, Mistakes& mistakes) {
  constexpr int most = 10'000;
  std::int64_t strikes = 0;
  for (const fault::Fault& fault : scenario.faults) strikes += fault::schedule_of(fault).times;
  if (strikes > most)
    mistakes.add("/faults", fmt::format("strike {} times in all; at most {}", strikes, most));
}

void warn_of_unseen_repairs(const Scenario& scenario, Mistakes& mistakes) {
  const auto strikes = strikes_of(scenario, std::nullopt);
  for (const fault::Fault& fault : scenario.faults) {
    const auto last = std::find_if(strikes.rbegin(), strikes.rend(),
                                   [&](const Strike& strike) { return strike.written == &fault; });
    if (last == strikes.rend() || std::isinf(last->end)) continue;
    const fault::Schedule& when = fault::schedule_of(fault);
    const double repaired = last->end + (when.until ? 0 : double(when.jitter));
    const double serves = repaired + revival_of(scenario, fault);
    if (serves >= scenario.duration)
      mistakes.warn(fmt::format("/faults/{}", &fault - scenario.faults.data()),
                    fmt::format("{} of {} is repaired at {:.1f} s, what it struck works again at "
                                "{:.1f} s: the run ends at {:.1f} s, before that can be seen",
                                fault::kind_of(fault), fault::target_of(fault), repaired, serves,
                                double(scenario.duration)));
  }
}

measure::Plan plan_of(const Scenario& scenario, const std::vector<Strike>& strikes) {
  measure::Plan plan;
  for (const auto& [name, unused] : scenario.classes) plan.classes.push_back(name);
  for (const auto& [name, population] : scenario.clients) {
    plan.populations.push_back(name);
    plan.counted.push_back(!population.attacks());
    const auto& retry = population.retry;
    plan.patience =
        std::max<double>(plan.patience, (retry.attempts + 1) * (population.timeout + 1) +
                                            retry.attempts * retry.max_backoff);
  }
  const Topology topology = topology_of(scenario);
  plan.servers = topology.servers;
  plan.parts = topology.parts();
  plan.duration = scenario.duration;
  plan.window = window_of(scenario);
  plan.outage_gap = scenario.outage_gap;
  plan.strikes = strikes.size();
  plan.is_watched = !scenario.prometheus.hosts.empty() || !scenario.people.hosts.empty();
  return plan;
}

}  // namespace spof::scenario
