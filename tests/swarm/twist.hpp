#pragma once
#include <string>
#include <vector>

#include "measure/sample.hpp"
#include "scenario/scenario.hpp"

namespace spof::test {

/// What is done to a scenario in one more run, and what must come of it, whatever the scenario.
struct Twist {
  std::vector<fault::Fault> faults;  ///< after its own
  std::string name;                  ///< of the invariant; empty: no request may end otherwise
  std::vector<bool> shut_out = {};   ///< by population: none of its requests may be answered

  /// The first request that was answered all the same, as a line; empty: none.
  std::string broken_by(const std::vector<measure::Sample>& samples) const;
};

/// By the scenario's seed: a fault that comes after the end, or has no effect; or, where it can be
/// tried, rules that drop all that comes to any host but the clients' [FW-1], or certificates that
/// have ended at every load balancer, where nothing is to be had but over TLS [TLS-4].
Twist twist_of(const scenario::Scenario& scenario);

}  // namespace spof::test
