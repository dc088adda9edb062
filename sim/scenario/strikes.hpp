#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/mistakes.hpp"
#include "measure/plan.hpp"
#include "scenario/scenario.hpp"

namespace spof::scenario {

/// One strike of one fault, on one part.
struct Strike {
  std::shared_ptr<const fault::Fault> fault;
  const fault::Fault* written;  ///< as in the scenario, perhaps aimed at a group; null: drawn
  double begin;
  double end;                ///< infinite: never repaired
  std::uint32_t number = 0;  ///< the same for every seed
  std::string step = {};     ///< of a plan
  /// It waits for another step, or until something is seen: `begin` is the earliest that can be.
  bool waits = false;
  const fault::Schedule& schedule() const { return fault::schedule_of(*fault); }
};

/// Every strike within the run, sorted by its beginning, with the jitter that this seed draws;
/// without a seed as the file says, without jitter; one for each part of a group. Points into the
/// scenario.
std::vector<Strike> strikes_of(const Scenario& scenario, std::optional<std::uint64_t> seed);

/// What a recorder must know: names by index, window, how many strikes.
measure::Plan plan_of(const Scenario& scenario, const std::vector<Strike>& strikes);

/// Not too many.
void check_strikes(const Scenario& scenario, Mistakes& mistakes);

/// Warns of repairs whose effect no run shows, because it ends before what was struck serves again,
/// and of strikes after its end.
void warn_of_unseen_repairs(const Scenario& scenario, Mistakes& mistakes);

}  // namespace spof::scenario
