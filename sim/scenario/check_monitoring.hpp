#pragma once
#include "base/mistakes.hpp"

namespace spof::scenario {

struct Scenario;
struct Topology;

/// Monitors, what they scrape, their rules; who is called.
void check_monitoring(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);
/// Warns of what a monitor cannot see: what no rule asks for, failures that are over before `for`
/// is, probes that stop at Nginx, the machine it shares with what it watches.
void warn_of_blind_monitors(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);

}  // namespace spof::scenario
