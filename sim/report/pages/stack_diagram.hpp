#pragma once
#include "analysis/campaign.hpp"
#include "analysis/matrix/matrix.hpp"
#include "report/document.hpp"

namespace spof::report {

/// The stack with what broke in the first run, whom that reached, and how many requests failed.
Diagram stack_diagram(const Campaign& campaign);
/// The stack with what the matrix found about each part.
Diagram stack_diagram(const Matrix& matrix);

/// The file stack.svg.
std::string stack_svg(const Campaign& campaign);

}  // namespace spof::report
