#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/mistakes.hpp"
#include "scenario/topology.hpp"

namespace spof::scenario {

/// Every request that is made, and every page that a check asks for, must find who answers it, and
/// whoever talks needs a route: `unrouted` are the pairs of hosts without one.
void check_ways(const Scenario& scenario, const Topology& topology,
                const std::vector<std::pair<std::string, std::string>>& unrouted,
                Mistakes& mistakes);

/// Warns of daemons that answer requests and get none. A replica is no such: it keeps the data.
void warn_of_idle(const Topology& topology, Mistakes& mistakes);

}  // namespace spof::scenario
