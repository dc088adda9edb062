#pragma once
#include "base/mistakes.hpp"
#include "scenario/topology.hpp"

namespace spof::scenario {

/// What passes requests and what passes connections: frontends and backends of load balancers in
/// mode http or tcp, their servers, and who connects to which of them.
void check_modes(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);

}  // namespace spof::scenario
