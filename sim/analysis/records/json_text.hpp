#pragma once
#include <string>

#include "base/json.hpp"

namespace spof::report {

/// A number as reports write it: six decimals (a microsecond, a millionth of a share), the same on
/// every machine. "never" for infinity, null for nothing.
Json rounded(double value);

/// An object as text. A member that is a list of objects has one of them a line, which reads best
/// for short ones.
std::string laid_out(const Json& report);

}  // namespace spof::report
