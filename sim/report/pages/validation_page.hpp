#pragma once
#include <string>

#include "analysis/validation/validation.hpp"
#include "report/document.hpp"

namespace spof::report {

/// "411 of 460 quantities within the goal; outside: ..."
std::string verdict_of(const Validation& validation);
/// "Why: neighbours 40, check_phase 1; unexplained 0."; "" when nothing is outside.
std::string explained(const Validation& validation);
/// Verdict, what is outside and why, then the quantities of each case: on a terminal those that a
/// goal judges.
Document validation_page(const Validation& validation, Medium medium);
std::string validation_csv(const Validation& validation);
/// Draws validation.svg from validation.csv.
std::string validation_gnuplot();

}  // namespace spof::report
