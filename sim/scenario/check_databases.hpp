#pragma once
#include "base/mistakes.hpp"
#include "scenario/scenario.hpp"

namespace spof::scenario {

/// One primary, whose replicas the others are, and managers that have something to manage. Warns,
/// with the remedy, of a failover that loses or forks data.
void check_databases(const Scenario& scenario, Mistakes& mistakes);

}  // namespace spof::scenario
