#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "analysis/validation/validation.hpp"
#include "base/words.hpp"
#include "measure/chronicle.hpp"

namespace spof::report {
namespace {

using measure::Outcome;
using measure::What;

/// The measurement left its first seconds out; runs of a few seconds are measured whole.
constexpr double warm_up = 5, short_run = 10;
/// Successes that took about so many seconds count as a cluster, as in the measurement.
constexpr std::array cluster_seconds{1, 2, 3, 5, 18};
constexpr double cluster_begin = -0.05, cluster_end = 0.3;

/// The measurement's names for the ways to fail.
std::string kind_of(const measure::Sample& sample, const std::string& request_class) {
  const char letter = request_class.empty() ? '?' : request_class.front();
  if (sample.outcome == Outcome::http_500) {
    const measure::Cause cause = sample.cause;
    if (cause == measure::Cause::db_refused || cause == measure::Cause::db_connect_timeout)
      return fmt::format("500 {}:OperationalE:2003", letter);
    if (cause == measure::Cause::db_lost || cause == measure::Cause::db_timeout)
      return fmt::format("500 {}:OperationalE:2013", letter);
    return fmt::format("500 {}", word(cause));
  }
  switch (sample.outcome) {
    case Outcome::refused:
      return "c_refused";
    case Outcome::connect_timeout:
      return "timeout_connect";
    case Outcome::closed:
      return "eof";
    case Outcome::timeout:
      return "timeout_response";
    default:
      return word(sample.outcome);
  }
}

std::string cluster_of(double latency) {
  for (const int seconds : cluster_seconds) {
    if (latency >= seconds + cluster_begin && latency < seconds + cluster_end)
      return fmt::format("slow_at_{}s", seconds);
  }
  return "slow_elsewhere";
}

const char* phase_of(const Cut& cut, double arrival) {
  if (arrival < cut.warm_up) return nullptr;
  if (arrival < cut.fault) return "before";
  return arrival < cut.repair ? "during" : "after";
}

/// Collects the latencies of one kind, then their quantiles.
class Latencies {
 public:
  void add(const std::string& request_class, const std::string& prefix, double latency) {
    found_[{request_class, prefix}].push_back(latency * 1e3);
  }
  void finish(RunFacts& facts) {
    for (auto& [key, values] : found_) {
      std::ranges::sort(values);
      for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}}) {
        const double rank = std::ceil(share * static_cast<double>(values.size()));
        facts[{key.first, key.second + name + "_ms"}] = values[static_cast<std::size_t>(rank) - 1];
      }
      facts[{key.first, key.second + "n"}] = static_cast<double>(values.size());
      facts[{key.first, key.second + "max_ms"}] = values.back();
    }
  }

 private:
  std::map<std::pair<std::string, std::string>, std::vector<double>> found_;
};

void add_zeros(RunFacts& facts, const measure::Plan& plan) {
  for (const std::string& name : plan.classes) {
    for (const char* quantity : {"total", "failed", "slow_ok", "outage_s", "slow_elsewhere"}) {
      facts[{name, quantity}] = 0;
    }
    for (const int seconds : cluster_seconds)
      facts[{name, fmt::format("slow_at_{}s", seconds)}] = 0;
  }
}

void add_requests(RunFacts& facts, const measure::Result& result, const measure::Plan& plan,
                  const Cut& cut) {
  Latencies latencies;
  for (const measure::Sample& sample : result.samples) {
    if (!plan.counted[sample.population]) continue;
    const std::string& name = plan.classes[sample.request_class];
    const bool good = sample.outcome == Outcome::ok;
    const double latency = sample.end - sample.arrival;
    ++facts[{name, "total"}];
    if (!good) {
      ++facts[{name, "failed"}];
      ++facts[{name, "failed:" + kind_of(sample, name)}];
    } else if (latency > measure::slow_limit) {
      ++facts[{name, "slow_ok"}];
      ++facts[{name, cluster_of(latency)}];
    }
    const char* phase = phase_of(cut, sample.arrival);
    if (phase == nullptr) continue;
    latencies.add(name, fmt::format("{}{}", phase, good ? "_" : "_fail_"), latency);
    if (good) latencies.add("all", fmt::format("{}_", phase), latency);
  }
  latencies.finish(facts);
}

/// Times count from the fault, of what comes after the repair from there.
void add_events(RunFacts& facts, const measure::Result& result, const Cut& cut) {
  double first_told = never;
  for (const measure::Event& event : result.events) {
    const double time = event.time - cut.fault;
    if (time < 0) continue;
    const bool balancer = event.source.rfind("haproxy@", 0) == 0;
    const double since = event.time - (event.time < cut.repair ? cut.fault : cut.repair);
    if (balancer && event.what == What::down)
      facts.try_emplace({"lb", event.target + "_DOWN_s"}, time);
    if (balancer && (event.what == What::up || event.what == What::ready))
      facts.try_emplace({"lb", event.target + "_UP_s"}, since);
    if (measure::section_of(event.source) == "keepalived" && event.role() != measure::Role::ready)
      facts.try_emplace(
          {"vrrp", fmt::format("{}_{}_s", measure::host_of(event.source), word_of(event.what))},
          since);
    const std::string alert = fmt::format("alert {} {}", event.version, event.target);
    if (event.what == What::alert_firing) {
      facts.try_emplace({alert, "firing_s"}, time);
      if (event.figure > 0) facts.try_emplace({alert, "firing_minus_pending_s"}, event.figure);
    }
    if (event.what == What::notified && event.setting == 0) {
      first_told = std::min(first_told, time);
      facts.try_emplace({alert, "notify_minus_firing_s"}, event.figure);
      facts.try_emplace({alert, "told_after_first_s"}, time - first_told);
    }
    if (event.what == What::replication_started && time > 0)
      facts.try_emplace({"repl", "connected_again_s"}, time);
  }
}

/// How long the first outage was; of one that lasted until the repair, when it was over after that.
void add_outage(RunFacts& facts, const std::string& name, const measure::Outage& first,
                const Cut& cut) {
  constexpr double until = 0.5;  // the rarest class asks every few hundred milliseconds
  if (cut.by_failover || first.end < cut.repair - until) {
    facts[{name, "outage_s"}] = first.end - first.start;
  } else {
    facts.erase({name, "outage_s"});
    facts[{name, "outage_after_repair_s"}] = first.end - cut.repair;
  }
}

double surge(const scenario::Scenario& scenario) {
  double start = never;
  for (const auto& [name, clients] : scenario.clients) {
    if (clients.start > 0) start = std::min<double>(start, clients.start);
  }
  return start;
}

}  // namespace

Cut cut_of(const std::vector<Measured>& measured, const scenario::Scenario& scenario,
           const measure::Result& result) {
  Cut cut;
  cut.warm_up = result.duration > short_run ? warm_up : 0;
  const bool fault = result.fault_start >= 0;
  cut.fault = fault ? static_cast<double>(result.fault_start) : surge(scenario);
  double lasts = never;
  for (const Measured& row : measured)
    if (row.request_class == "run" && row.quantity == "repair_after_fault_s") lasts = row.mean;
  cut.repair = fault && lasts < never ? static_cast<double>(result.fault_end) : cut.fault + lasts;
  for (const measure::Event& event : result.events)
    if (event.what == What::failed_over) {
      cut.repair = event.time;
      cut.by_failover = true;
    }
  return cut;
}

RunFacts facts_of(const measure::Result& result, const measure::Plan& plan, const Cut& cut) {
  RunFacts facts;
  add_zeros(facts, plan);
  add_requests(facts, result, plan, cut);
  for (std::size_t i = 0; i < plan.classes.size(); ++i) {
    const auto& outages = result.stories[i].outages;
    if (!outages.empty()) add_outage(facts, plan.classes[i], outages.front(), cut);
  }
  add_events(facts, result, cut);
  if (result.skew >= 0) facts[{"deploy", "skew_window_s"}] = result.skew;
  if (cut.by_failover) facts[{"run", "repair_after_fault_s"}] = cut.repair - cut.fault;
  for (const measure::Holding& one : result.holdings) {
    const std::string host = measure::host_of(one.database);
    facts[{"writes", host + "_acked_missing"}] =
        static_cast<double>(one.is_primary ? result.writes.lost : one.lacks);
    facts[{"writes", host + "_failed_but_committed"}] =
        static_cast<double>(result.writes.phantom.number);
  }
  double behind = 0;
  for (const measure::Lag& lag : result.lags) behind = std::max(behind, lag.max_behind);
  facts[{"repl", "max_txn_behind"}] = behind;
  return facts;
}

}  // namespace spof::report
