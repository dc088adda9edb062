#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "analysis/validation/validation.hpp"

namespace spof::report {

/// What stands for a mechanism where nobody has stated one.
constexpr const char* unexplained = "unexplained";

/// A line of outside.csv: quantities that are outside the goal for one reason. The first four are
/// globs; `why` is Compared::why, so that a statement holds for errors of one direction only.
struct Statement {
  std::string case_name = {}, request_class = {}, quantity = {}, why = {}, mechanism = {};
  int line = 0;
};

/// What is said about quantities outside the goal.
struct Statements {
  std::vector<Statement> rows;  ///< the first that fits counts
  std::vector<Mechanism> mechanisms;
};

/// Reads outside.csv, and mechanisms.md: a heading `## NAME` and a text for each. A mistake is one
/// line in `mistakes`, the name of outside.csv first.
Statements read_statements(std::string_view outside, const std::string& file,
                           std::string_view mechanisms, std::string& mistakes);

/// Gives every quantity outside its mechanism. `whole`: every case ran, often enough to call a
/// statement stale that fits nothing.
void explain(Validation& validation, const Statements& statements, bool whole);

/// How many quantities outside a mechanism explains.
std::size_t outside_for(const Validation& validation, const std::string& mechanism);

}  // namespace spof::report
