#pragma once
#include <string>

#include "analysis/matrix/matrix.hpp"
#include "analysis/records/records.hpp"
#include "report/document.hpp"

namespace spof::report {

/// What a matrix found: parts by what their failures do, every failure worst first, what would
/// have helped, what a year costs.
Document matrix_page(const Matrix& matrix, Medium medium);
std::string matrix_csv(const Matrix& matrix);

/// For who is on call: each failure, whether anybody recovers from it but a person, how long users
/// are without, what is lost, what is seen, what to do.
Document runbook_page(const Matrix& matrix);

}  // namespace spof::report
