#pragma once
#include <string>
#include <vector>

#include "plan/breaks.hpp"

namespace spof::plan {

/// A change of configuration that may soften a failure. Whether it does is for a run to say.
struct Remedy {
  std::string name;  ///< in the component's own words: "option redispatch"
  int effort = 1;  ///< 1: a line or two of configuration; 2: some thought; 3: another machine's job
  std::vector<std::string> sets;  ///< as for --set
};

/// What is worth trying against a failure: changes that the scenario does not have yet and that
/// reach the part that broke; the smallest first. Never one that pays with durability.
std::vector<Remedy> remedies_for(const scenario::Scenario& scenario, const Break& what);

}  // namespace spof::plan
