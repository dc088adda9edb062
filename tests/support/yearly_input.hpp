#pragma once
#include <string>
#include <utility>
#include <vector>

#include "report/pages/pages.hpp"

namespace spof::test {

inline constexpr double minute = 60, hour = 3600, day = 86400;

/// A failure after which this share of requests fails until the repair; half or more is "down".
inline report::FailureMode mode(std::string component, double per_year, double repair,
                                double share = 1) {
  return {std::move(component),           "crash", per_year, repair, 0, true,
          {{{share, 0, share >= 0.5, 0}}}};
}

inline report::YearlyInput input(std::vector<report::FailureMode> modes) {
  return {{{"write", 10}}, std::move(modes), {}, 0};
}

inline report::FailurePair pair(std::size_t first, std::size_t second, double share = 1) {
  return {first, second, 0, false, {{{share, 0, share >= 0.5, 0}}}};
}

/// MTTR / (MTBF + MTTR).
inline double unavailability(const report::FailureMode& one) {
  const double mtbf = report::year_s / one.per_year;
  return one.mean_repair_s / (mtbf + one.mean_repair_s);
}

}  // namespace spof::test
