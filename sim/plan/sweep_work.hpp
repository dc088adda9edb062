#pragma once
#include <optional>
#include <string>
#include <vector>

#include "analysis/sweep/sweep.hpp"
#include "measure/expect.hpp"
#include "plan/sweep_points.hpp"
#include "plan/variants.hpp"

namespace spof::plan {

/// A column, and what it asks of each point: nothing where the point has no such class or server.
struct SweepQuestion {
  report::SweepColumn column;
  std::vector<std::optional<measure::Query>> by_point;
};

/// Everything about a sweep that is known before it runs.
struct SweepWork {
  SweepPoints points;
  std::vector<SweepQuestion> questions;
};

/// `metrics`: as the user asks; none: what users notice first, then the failover, then what it is
/// made of. One that makes sense at no point is a mistake.
SweepWork sweep_work(SweepPoints points, const std::vector<std::string>& metrics,
                     std::string& mistakes);

/// The points as pieces, which the work must outlive.
std::vector<Variant> variants_of(const SweepWork& work);
/// What is kept of a point.
Json figures(const SweepWork& work, std::size_t point, const std::vector<measure::Result>& results);
/// Every point must be known.
report::Sweep sweep_of(const SweepWork& work, const std::vector<Variant>& variants,
                       const Parts& parts);

}  // namespace spof::plan
