#pragma once
#include <string>

#include "base/words.hpp"
#include "measure/summary.hpp"

namespace spof::measure {

/// A metric's number in its unit; "never" and "-".
std::string value_text(double value, Unit unit);
/// "98.45 ... 98.57", or nothing where there is no interval.
std::string interval_text(const Estimate& estimate, Unit unit);
/// "40.0 s ± 0.3"
std::string estimate_text(const Estimate& estimate, Unit unit);

}  // namespace spof::measure
