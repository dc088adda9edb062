#pragma once
#include "base/mistakes.hpp"
#include "scenario/scenario.hpp"

namespace spof::scenario {

/// What the fields alone cannot say: hosts and links exist, names lead somewhere, the topology is
/// one that can work, expectations parse. Adds to `mistakes`.
void check(const Scenario& scenario, Mistakes& mistakes);

}  // namespace spof::scenario
