#pragma once
#include "base/mistakes.hpp"

namespace spof::scenario {

struct Scenario;
struct Topology;

/// Monitors, what they scrape, their rules; who is called.
void check_monitoring(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);

}  // namespace spof::scenario
