#pragma once
#include <string>
#include <vector>

#include "base/mistakes.hpp"
#include "scenario/topology.hpp"

namespace spof::scenario {

/// Rules name hosts and services that there are. `hosts`: of the platform; none: not known.
void check_firewalls(const Scenario& scenario, const std::vector<std::string>& hosts,
                     Mistakes& mistakes);

/// Populations that attack come in the way their attack needs.
void check_attacks(const Scenario& scenario, Mistakes& mistakes);

/// Warns of each two that need each other and are kept apart by a firewall's rules. Limits count as
/// open doors; neighbours of a host are taken to be the hosts with daemons.
void warn_of_shut_doors(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);

}  // namespace spof::scenario
