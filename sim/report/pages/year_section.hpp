#pragma once
#include <string>
#include <vector>

#include "analysis/matrix/policy.hpp"
#include "analysis/year/money.hpp"
#include "analysis/year/yearly.hpp"
#include "report/document.hpp"

namespace spof::report {

/// "3 nines (3.8)", never rounded up; "no loss".
std::string nines_text(double unavailability);
/// "99.986 %": as many digits as the loss needs, never 100 when something is lost.
std::string availability_text(double unavailability);
/// "71 min"; a year's minutes keep their unit, so that they compare: "0.2 min", "1 250 min".
std::string minutes_text(double minutes);

/// "write: 71 min outage a year (9 years in 10: 12 to 190), 99.986 %, 3 nines (3.8)".
std::string yearly_line(const ClassYear& one);
/// Two sentences: the class that is down longest, and the component most to blame.
std::string yearly_verdict(const Yearly& year);
/// The year by class, the components that matter, what is left out, and what the figures assume.
Blocks year_section(const Yearly& year, Medium medium);
/// What machines and outages cost; nothing where no price is given.
Blocks money_section(const Money& money);
/// What the scenario's policy asks and what was found, with the margin; nothing without a policy.
Blocks policy_section(const std::vector<PolicyFinding>& policy);

}  // namespace spof::report
