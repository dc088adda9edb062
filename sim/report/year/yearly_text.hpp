#pragma once
#include <string>

#include "analysis/year/yearly.hpp"

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
/// One screen for a terminal: the verdict, the year by class, the components that matter, what is
/// left out.
std::string yearly_text(const Yearly& year);
/// What the figures assume and leave out, to be said beside them.
std::string yearly_caveats(const Yearly& year);
/// The same for report pages.
std::string yearly_markdown(const Yearly& year);

}  // namespace spof::report
