#pragma once
#include <string>
#include <vector>

#include "report/compare.hpp"

namespace spof::report {

/// What is not comparable in two reports, or not known to be; one sentence each. Needs the pairing.
std::vector<std::string> warnings_of(const Contrast& contrast);

/// "seeds 1 to 5", "seeds 1, 4 and 9", "seed 7"
std::string seeds_text(const std::vector<std::uint64_t>& seeds);

}  // namespace spof::report
