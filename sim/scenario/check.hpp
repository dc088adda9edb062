#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/mistakes.hpp"
#include "scenario/scenario.hpp"

namespace spof::scenario {

/// What the fields alone cannot say: hosts and links exist, names lead somewhere, the topology is
/// one that can work, expectations parse. Adds to `mistakes`.
void check(const Scenario& scenario, Mistakes& mistakes);

/// `there is no class "writes"; did you mean "write"?`
std::string there_is_no(std::string_view what, std::string_view name,
                        const std::vector<std::string>& allowed);

}  // namespace spof::scenario
