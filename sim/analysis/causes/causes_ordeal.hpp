#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/causes/causes_site.hpp"

namespace spof::report {

/// What a class went through, and from which fault on: its failures and late answers together.
struct Ordeal {
  std::string of;  ///< "write requests failed"
  double from = 0, until = 0;
  double seen = 0;        ///< when the last of their clients knew
  double mended = never;  ///< the repair that ended its failures
  /// So much earlier its last request may have come: late answers are known by windows.
  double loose = 0;
  std::size_t request_class = 0;
  std::vector<std::pair<double, double>> bad = {};  ///< in order; between them all was well

  double within(double begin, double end) const {
    double sum = 0, at = std::max(begin, from);
    for (const auto& [first, last] : bad) {
      const double stop = std::min({last, end, until}), start = std::max(first, at);
      if (stop <= start) continue;
      sum += stop - start;
      at = stop;
    }
    return sum;
  }
  double length() const { return within(from, until); }
};

/// That of the class that suffered longest in the first run.
Ordeal worst_ordeal(const CausalSite& site);

/// The first event of a kind from the first fault on.
const Event* first_of(const CausalSite& site, What what);
/// The first time in an ordeal that an address was given up in silence; nullopt: never.
std::optional<SilentStep> silence_in(const CausalSite& site, const Ordeal& ordeal);
/// What took servers out in a time: a check, or an operator; of several what came nearest to the
/// end of the ordeal.
const Event* removal_of(const CausalSite& site, const Ordeal& ordeal, const Span& time);

}  // namespace spof::report
