#include "world/run.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "world/site.hpp"

namespace spof::world {
namespace {

/// One strike of one fault, with the dates this seed gave it.
struct Strike {
  const fault::Fault* fault;
  double begin;
  double end;  ///< infinite: never repaired
};

double span_of(const fault::Fault& fault) {
  if (const auto* restart = std::get_if<fault::RestartDaemon>(&fault)) return restart->down_for;
  const auto& lasts = fault::schedule_of(fault).lasts;
  return lasts ? double(*lasts) : INFINITY;
}

std::vector<Strike> strikes_of(const scenario::Scenario& scenario, std::uint64_t seed) {
  std::vector<Strike> strikes;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const fault::Fault& fault = scenario.faults[i];
    const fault::Schedule& when = fault::schedule_of(fault);
    Random random(seed, fmt::format("fault/{}", i));
    const double span = span_of(fault);
    const double every = when.every ? double(*when.every) : 2 * span;
    for (int time = 0; time < when.times; ++time) {
      const double begin = when.at + time * every + when.jitter * random.uniform();
      const double end = when.until ? *when.until + time * every : begin + span;
      if (begin < scenario.duration) strikes.push_back({&fault, begin, end});
    }
  }
  return strikes;
}

/// The narrowest window, from a second on, that leaves latency.csv readable and memory bounded.
double window_of(const scenario::Scenario& scenario) {
  if (scenario.window) return *scenario.window;
  for (const double width : {1., 2., 5., 10., 15., 30., 60., 120., 300., 600., 1800., 3600.})
    if (scenario.duration / width <= 1200) return width;
  return std::ceil(scenario.duration / 1200);
}

measure::Plan plan_of(const scenario::Scenario& scenario, const std::vector<Strike>& strikes,
                      bool keep_requests) {
  measure::Plan plan;
  for (const auto& [name, unused] : scenario.classes) plan.classes.push_back(name);
  for (const auto& [name, population] : scenario.clients) {
    plan.populations.push_back(name);
    plan.counted.push_back(!population.attacker);
    const auto& retry = population.retry;
    plan.patience = std::max<double>(
        plan.patience, (retry.attempts + 1) * (population.timeout + 1) + retry.attempts * retry.max_backoff);
  }
  if (!scenario.haproxy.hosts.empty())
    for (const auto& [name, unused] : scenario.haproxy.hosts.front().second.servers)
      plan.servers.push_back(name);
  plan.duration = scenario.duration;
  plan.window = window_of(scenario);
  plan.outage_gap = scenario.outage_gap;
  plan.keep_requests = keep_requests;
  for (const Strike& strike : strikes) {
    if (plan.fault_start < 0 || strike.begin < plan.fault_start) plan.fault_start = strike.begin;
    plan.fault_end = std::max<double>(plan.fault_end, std::min<double>(strike.end, scenario.duration));
  }
  return plan;
}

/// Arms every strike and its repair.
void arm(Site& site, measure::Recorder& recorder, const std::vector<Strike>& strikes) {
  for (const Strike& strike : strikes) {
    const auto say = [&recorder, fault = strike.fault](measure::Role role, std::string what, std::string detail) {
      recorder.event({engine::now(), "fault", std::move(what), fault::target_of(*fault), std::move(detail), role});
    };
    site.kernel().at(strike.begin, [&site, say, strike] {
      say(measure::Role::fault, fault::kind_of(*strike.fault),
          std::isfinite(strike.end) ? fmt::format("for {:.1f} s", strike.end - strike.begin) : "for good");
      std::visit([&](const auto& one) { one.strike(site); }, *strike.fault);
    });
    if (!std::isfinite(strike.end)) continue;
    site.kernel().at(strike.end, [&site, say, strike] {
      say(measure::Role::repair, "repaired", "the fault is taken away");
      std::visit([&](const auto& one) { one.repair(site); }, *strike.fault);
    });
  }
}

void sample_lag(Site& site, measure::Recorder& recorder, double until) {
  for (const auto& database : site.databases())
    if (database->is_replica())
      recorder.lag(engine::now(), database->name(), database->lag(), database->transactions_behind());
  if (engine::now() + 1 <= until)
    site.kernel().at(engine::now() + 1, [&site, &recorder, until] { sample_lag(site, recorder, until); });
}

Cost cost_of(Site& site) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  Cost cost;
  cost.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  cost.peak_memory_mb = static_cast<double>(usage.ru_maxrss) / 1024;
  cost.activities = site.kernel().transfers + site.kernel().computations;
  cost.timers = site.kernel().packets;
  return cost;
}

}  // namespace

RunOutput run(const scenario::Scenario& scenario, const RunOptions& options) {
  const std::vector<Strike> strikes = strikes_of(scenario, options.seed);
  const measure::Plan plan = plan_of(scenario, strikes, options.keep_requests);
  measure::Recorder recorder(plan);
  measure::Ledger ledger;
  // Never destroyed: SimGrid's signals keep pointers into it, and the process ends with the run.
  Site& site = *new Site(scenario, options.seed, recorder, ledger);
  site.boot();
  arm(site, recorder, strikes);
  site.kernel().at(0, [&] { sample_lag(site, recorder, scenario.duration); });
  // Arrivals end with the run; what is in progress then is given its time.
  const double horizon = scenario.duration + plan.patience;
  Leftovers leftovers;
  for (int i = 0; options.audit && i < 5; ++i)
    site.kernel().at(horizon - 0.37 * (i + 1),
                     [&] { keep_least(leftovers, count_leftovers(site, ledger)); });
  site.kernel().at(horizon, [&site] {
    for (const auto& clients : site.clients()) clients->close_books();
  });
  site.kernel().run_until(horizon + 1e-3);
  recorder.writes(ledger.writes());
  RunOutput output{recorder.finish(), cost_of(site), std::move(leftovers)};
  output.result.seed = options.seed;
  return output;
}

}  // namespace spof::world
