#pragma once
#include <string>
#include <vector>

#include "analysis/campaign.hpp"

namespace spof::report {

/// Who found out that something was broken, by what it was told itself.
struct Discovery {
  std::string failure;   ///< "crash of mysql@server1"
  std::string who;       ///< "haproxy@lb1", "prometheus@monitor", "customers"
  std::string saw;       ///< "server1 DOWN"; empty: nothing
  double after = 0;      ///< seconds since it struck, mean of the runs in which it did
  std::size_t runs = 0;  ///< in which it did
  bool late = false;     ///< in all of them only after the repair
};

/// For each failure all who look at others, the first first, and at the end those who saw nothing.
std::vector<Discovery> discoveries(const Campaign& campaign);

/// Alerts that fired, a run: while something was broken, after its repair, without any failure.
struct AlertCounts {
  double useful = 0, late = 0, needless = 0;
};
AlertCounts alerts(const Campaign& campaign);

}  // namespace spof::report
