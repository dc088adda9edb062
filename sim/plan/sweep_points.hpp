#pragma once
#include <functional>
#include <string>
#include <vector>

#include "analysis/sweep/sweep.hpp"
#include "scenario/load.hpp"

namespace spof::plan {

/// The points of a sweep, each a scenario that was read and checked.
struct SweepPoints {
  scenario::ScenarioFile base;  ///< without any of the parameters set
  std::vector<report::SweepParameter> parameters;
  std::vector<std::vector<std::string>> values;  ///< of each point, one for each parameter
  std::vector<scenario::Scenario> scenarios;     ///< of each point
};

/// More points than this are refused.
inline constexpr std::size_t most_points = 10'000;

/// What one point sets: "/haproxy/retries=3" for each parameter.
std::vector<std::string> sets_of(const std::vector<report::SweepParameter>& parameters,
                                 const std::vector<std::string>& values);

/// Reads each of `vary`; what is wrong with it, or with those of `sets` that no point would have,
/// goes to `mistakes`.
std::vector<report::SweepParameter> read_parameters(const std::vector<std::string>& vary,
                                                    const std::vector<std::string>& sets,
                                                    std::string& mistakes);

/// Reads the scenario with `sets` and with the values of every point. What is wrong with any of it
/// goes to `mistakes`, each thing once. `looked_at` is told how many points have been read.
SweepPoints read_points(scenario::ScenarioFile base, const std::vector<std::string>& sets,
                        std::vector<report::SweepParameter> parameters, std::string& mistakes,
                        const std::function<void(std::size_t done, std::size_t all)>& looked_at);

}  // namespace spof::plan
