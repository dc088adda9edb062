#pragma once
#include <string>

#include "analysis/matrix/matrix.hpp"
#include "analysis/records/records.hpp"
#include "report/terminal.hpp"

namespace spof::report {

/// How much was run, and when each failure strikes.
std::string size_text(const Matrix& matrix);
/// What a cell of a grid means.
std::string legend_text(const Matrix& matrix);
/// How it was found out what helps; "" if nothing was tried.
std::string proof_text(const Matrix& matrix);
/// What the figures of a year are of, when not of everything.
std::string part_of_the_year(const Matrix& matrix);

std::string matrix_terminal(const Matrix& matrix, const TerminalOptions& options);
std::string matrix_md(const Matrix& matrix);
std::string matrix_csv(const Matrix& matrix);
std::string matrix_html(const Matrix& matrix);

}  // namespace spof::report
