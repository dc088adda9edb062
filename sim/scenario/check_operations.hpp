#pragma once
#include <string>
#include <vector>

#include "base/mistakes.hpp"
#include "scenario/scenario.hpp"
#include "scenario/topology.hpp"

namespace spof::scenario {

/// When each fault and each step of a plan has its turn, what is looked at before, and kinds of
/// random failures.
void check_operations(const Scenario& scenario, const Topology& topology,
                      const std::vector<std::string>& daemons, Mistakes& mistakes);

/// Applications and the release that goes to them.
void check_deploy(const std::string& pointer, const fault::Deploy& one, const Scenario& scenario,
                  const Topology& topology, Mistakes& mistakes);

}  // namespace spof::scenario
