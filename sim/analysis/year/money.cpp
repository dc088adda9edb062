#include "analysis/year/money.hpp"

#include <algorithm>
#include <vector>

#include "base/append_new.hpp"
#include "scenario/topology.hpp"

namespace spof::report {
namespace {

constexpr double months = 12;

/// Of the hours a year in which each class is down.
std::optional<double> outages(const scenario::CostOptions& cost, const Yearly& year) {
  if (cost.outage_hour.empty() || year.classes.empty()) return {};
  double sum = 0;
  for (const auto& [name, price] : cost.outage_hour)
    if (const auto one = std::ranges::find(year.classes, name, &ClassYear::name);
        one != year.classes.end())
      sum += price * one->down.minutes() / 60;
  return sum;
}

}  // namespace

Money money_of(const scenario::Scenario& scenario, const Yearly& year) {
  const scenario::CostOptions& cost = scenario.cost;
  Money made{0, cost.currency, 0, outages(cost, year)};
  std::vector<std::string> machines;
  for (const scenario::Node& node : scenario::topology_of(scenario).nodes)
    if (node.listens()) append_new(machines, node.host);
  for (const std::string& host : machines) {
    const double* const own = scenario::item_of(cost.hosts, host);
    if (own ? *own > 0 : true) ++made.machines;
    if (!own && !cost.host)
      made.hosts.reset();
    else if (made.hosts)
      *made.hosts += months * (own ? *own : *cost.host);
  }
  return made;
}

}  // namespace spof::report
