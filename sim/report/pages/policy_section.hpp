#pragma once
#include <vector>

#include "analysis/matrix/policy.hpp"
#include "analysis/year/money.hpp"
#include "report/document.hpp"

namespace spof::report {

/// What the scenario's policy asks and what was found, with the margin; nothing without a policy.
Blocks policy_section(const std::vector<PolicyFinding>& policy);
/// What machines and outages cost; nothing where no price is given.
Blocks money_section(const Money& money);

}  // namespace spof::report
