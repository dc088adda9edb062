#pragma once
#include <string>
#include <vector>

#include "report/campaign.hpp"

namespace spof::report {

/// A link of the causal chain from a fault to the last request that failed, in plain words:
/// "60.0-100.3 s: writes answered 500 by app@server1 and app@server2, because mysql@server1 refused
/// their connections".
struct Cause {
  double from = 0;   ///< seconds, of the first run
  double until = 0;  ///< not above `from`: a moment
  std::string text;
  bool dominant = false;  ///< the step that made most of the outage; one at most
};

/// What happened and why, in the first run; in order of time. Empty without a result.
std::vector<Cause> causes(const Campaign& campaign);

}  // namespace spof::report
