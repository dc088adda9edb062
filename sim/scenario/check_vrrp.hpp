#pragma once
#include <string>
#include <vector>

#include "base/mistakes.hpp"
#include "scenario/scenario.hpp"

namespace spof::scenario {

/// What Keepalived is told: scripts, processes and peers exist, and the instances of one address
/// can agree on who has it. Warns, with the remedy, of what Keepalived accepts and users regret.
void check_vrrp(const Scenario& scenario, const std::vector<std::string>& daemons,
                Mistakes& mistakes);

/// "10.0.0.100"
bool is_address(const std::string& text);

}  // namespace spof::scenario
