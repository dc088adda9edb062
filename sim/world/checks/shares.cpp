#include <fmt/format.h>

#include "measure/plan.hpp"
#include "measure/summary.hpp"
#include "world/checks/checks.hpp"

namespace spof::world {

void check_shares(const measure::Plan& plan, const measure::Result& result, Wrong& wrong) {
  constexpr double grain = 1e-9;
  const auto share = [&](const std::string& of, double value) {
    wrong.add(value < 0 || value > 1 + grain, "shares", fmt::format("{} is {}", of, value));
  };
  for (const measure::Query& query : measure::all_queries(plan, {result}))
    if (query.metric->unit == measure::Unit::share)
      share(measure::metric_name(query), measure::value_of(query, result));
  for (const measure::Load& load : result.loads) {
    const measure::Usage usage = result.usage(load, {});
    share(load.part + " " + load.what + " taken", usage.taken);
    share(load.part + " " + load.what + " full", usage.full);
    wrong.add(usage.waiting < 0, "shares", load.part + " has fewer than none waiting");
  }
}

}  // namespace spof::world
