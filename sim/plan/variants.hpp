#pragma once
#include <functional>
#include <string>
#include <vector>

#include "plan/campaign.hpp"
#include "plan/parts.hpp"

namespace spof::plan {

/// A scenario to be run with its seeds as one piece of a larger work: a cell of a matrix, a point
/// of a sweep.
struct Variant {
  std::string name;  ///< unique among its siblings
  const scenario::Scenario* scenario = nullptr;
  Parts* kept = nullptr;  ///< where; null: with the others
  std::string of = {};    ///< of which of several works, in messages
};

/// What the work keeps of a variant: results (in order of seeds) to a value, small and made of
/// nothing but them.
using Reduce = std::function<Json(std::size_t variant, std::vector<measure::Result> results)>;

struct VariantsEnd {
  PoolEnd end = PoolEnd::finished;
  std::vector<std::string> failures;  ///< "NAME, seed 3: why"; such a variant is not kept
};

/// Runs all seeds of every variant that `parts` does not have, all in one pool, and keeps what
/// `reduce` makes of each there. A variant's results live until it is reduced: memory does not grow
/// with their number.
VariantsEnd run_variants(const std::vector<Variant>& variants, const Reduce& reduce, Parts& parts,
                         const CampaignOptions& options);

}  // namespace spof::plan
