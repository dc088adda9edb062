#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "analysis/records/stored_report.hpp"
#include "base/json.hpp"
#include "measure/summary.hpp"

namespace spof::report {

/// A parameter of the scenario, and the values it was given.
struct SweepParameter {
  std::string pointer;              ///< "/haproxy/retries"
  std::vector<std::string> values;  ///< as written
};

/// A question put to every point.
struct SweepColumn : MetricQuestion {
  Unit unit = Unit::count;
  measure::Better better = measure::Better::neither;
};

/// One combination of values. Lists have a value for each seed.
struct SweepPoint {
  std::vector<std::string> values;           ///< one for each parameter
  std::vector<std::vector<double>> numbers;  ///< for each column, as in measure::Metric
  std::vector<double> failed;                ///< share of the run's requests, 0 to 1
  std::vector<double> slow;                  ///< share answered later than 0.9 s, 0 to 1
  std::vector<double> lost;                  ///< acknowledged writes, a number for each run
  double duration = 0;                       ///< of a run, in seconds
};

/// A scenario run at every combination of its parameters' values, each with the same seeds.
struct Sweep {
  std::string name, title;  ///< of the scenario
  std::size_t runs = 0;     ///< of each point
  std::uint64_t seed = 0;   ///< the first
  std::vector<SweepParameter> parameters;
  std::vector<SweepColumn> columns;
  std::vector<SweepPoint> points;  ///< the last parameter changes fastest; at least one
  Json scenario;                   ///< before any parameter is set, with every default filled in
};

/// What is written before a value: the end of the parameter's pointer that none of the others has.
std::string short_name(const Sweep& sweep, std::size_t parameter);
/// "12 points × 5 runs × 120 s, seeds 1 to 5"; of points that differ in it "60 to 120 s"
std::string size_text(const Sweep& sweep);

Estimate estimate_at(const SweepPoint& point, std::size_t column);
/// Whether a column tells the points apart: the paired difference of some point to the one of the
/// smallest mean is beyond chance, or there is but one run of each and they differ. What never
/// happened in some run is judged as `spof compare` does.
bool differs(const Sweep& sweep, std::size_t column);

/// How users fare: fewer failed requests are better; where these are the same, fewer slow ones.
/// Acknowledged writes that are lost are told beside that.
/// Each point is held against that of the least mean, seed by seed, at 95 % with Holm's correction
/// for the number of points.
struct SweepVerdict {
  std::string text;  ///< a sentence or two
  /// Indices of points: the least mean, and the largest of those proven worse than it. Equal: none
  /// was.
  std::size_t best = 0, worst = 0;
};
SweepVerdict verdict(const Sweep& sweep);

}  // namespace spof::report
