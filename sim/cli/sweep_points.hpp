#pragma once
#include <functional>
#include <string>
#include <vector>

#include "cli/find_scenario.hpp"
#include "report/sweep/sweep_formats.hpp"

namespace spof::cli {

/// The points of a sweep, each a scenario that was read and checked.
struct SweepPoints {
  ScenarioFile base;  ///< without any of the parameters set
  std::vector<report::SweepParameter> parameters;
  std::vector<std::vector<std::string>> values;  ///< of each point, one for each parameter
  std::vector<scenario::Scenario> scenarios;     ///< of each point
};

/// More points than this are refused.
inline constexpr std::size_t most_points = 10'000;

/// Reads "/haproxy/retries=0,1,3". A comma in quotes or brackets, as in lognormal(1ms, 0.2), is
/// part of a value. Returns what is wrong, "" when nothing is; then only is `out` written.
std::string read_vary(const std::string& text, report::SweepParameter& out);

/// Every combination of values, the last parameter changing fastest.
std::vector<std::vector<std::string>> grid(const std::vector<report::SweepParameter>& parameters);

/// Reads `word` with `sets` and with the values of every point of `vary`. What is wrong with any of
/// it goes to `mistakes`, each thing once. `looked_at` is told how many points have been read.
SweepPoints read_points(const std::string& word, const std::vector<std::string>& sets,
                        const std::vector<std::string>& vary, std::string& mistakes,
                        const std::function<void(std::size_t done, std::size_t all)>& looked_at);

}  // namespace spof::cli
