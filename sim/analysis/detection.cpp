#include "analysis/detection.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "analysis/faults.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "measure/chronicle.hpp"

namespace spof::report {
namespace {

using measure::Episode;
using measure::Event;
using measure::Result;
using measure::Role;
using measure::What;

/// Whether somebody learns by it that something is wrong, from others and not by command.
bool finds_out(const Event& event) {
  if (event.role() == Role::detected) return true;
  return (event.what == What::replication_stopped && event.setting == 0) ||
         event.what == What::alert_firing || event.what == What::customers_complained;
}

std::string finder(const Event& event) {
  return event.what == What::customers_complained ? "customers" : event.source;
}

std::string saw(const Event& event) {
  if (event.what == What::alert_firing) return event.version + " of " + event.target;
  if (event.what == What::customers_complained) return sentence(event);
  return subject(event);
}

/// Those of a stack who look at others.
std::vector<std::string> watchers(const Campaign& campaign) {
  std::vector<std::string> found;
  for (const auto& node : campaign.topology.nodes)
    for (const char* kind : {"haproxy", "keepalived", "db_manager", "prometheus"})
      if (node.kind == kind) found.push_back(node.name);
  return found;
}

/// What one of them found out in all runs.
struct Found {
  std::string who, saw;
  std::vector<double> after;
  bool late = true;
};

void add(std::vector<Found>& all, const Event& event, const Episode& episode) {
  const std::string who = finder(event);
  auto one = std::ranges::find(all, who, &Found::who);
  if (one == all.end()) one = all.insert(all.end(), {who, saw(event), {}});
  one->after.push_back(event.time - episode.from);
  one->late = one->late && event.time > episode.repaired;
}

/// The first that each of them found out in one run, before the next failure.
void look(std::vector<Found>& all, const Result& run, const Episode& episode, double until) {
  std::vector<std::string> told;
  for (const Event& event : run.events) {
    if (event.time < episode.from || event.time >= until || !finds_out(event)) continue;
    if (has(told, finder(event))) continue;
    told.push_back(finder(event));
    add(all, event, episode);
  }
}

/// When the failure after it strikes that is no part of it.
double next_strike(const Campaign& campaign, const Result& run, const Episode& episode) {
  double next = run.duration;
  for (std::size_t i = 0; i < campaign.faults.size(); ++i)
    if (const auto other = strike_in(campaign, run, i); other && other->from > episode.repaired)
      next = std::min(next, other->from);
  return next;
}

}  // namespace

std::vector<Discovery> discoveries(const Campaign& campaign) {
  std::vector<Discovery> rows;
  for (std::size_t i = 0; i < campaign.faults.size(); ++i) {
    const FaultLine& fault = campaign.faults[i];
    std::vector<Found> all;
    bool breaks = false;
    for (const Result& run : campaign.results)
      if (const auto episode = strike_in(campaign, run, i)) {
        breaks = breaks || measure::effect_of(episode->kind).is_felt;
        look(all, run, *episode, next_strike(campaign, run, *episode));
      }
    if (!breaks && all.empty()) continue;  // an operator's act is nothing to find out
    std::ranges::stable_sort(all, {}, [](const Found& one) { return mean(one.after); });
    const std::string failure = fault_words(fault.kind, fault.target);
    for (const Found& one : all)
      rows.push_back({failure, one.who, one.saw, mean(one.after), one.after.size(), one.late});
    for (const std::string& who : watchers(campaign))
      if (std::ranges::find(all, who, &Found::who) == all.end()) rows.push_back({failure, who, ""});
  }
  return rows;
}

AlertCounts alerts(const Campaign& campaign) {
  AlertCounts counts;
  const auto runs = static_cast<double>(std::max<std::size_t>(1, campaign.results.size()));
  for (const Result& run : campaign.results) {
    const auto episodes = measure::episodes_of(run.events);
    for (const Event& event : run.events) {
      if (event.what != What::alert_firing) continue;
      const auto in_force = [&](const Episode& one) {
        return one.from <= event.time && event.time < one.repaired;
      };
      const auto was = [&](const Episode& one) { return one.from <= event.time; };
      (std::ranges::any_of(episodes, in_force) ? counts.useful
       : std::ranges::any_of(episodes, was)    ? counts.late
                                               : counts.needless) += 1 / runs;
    }
  }
  return counts;
}

}  // namespace spof::report
