#pragma once
#include <string>

#include "analysis/campaign.hpp"
#include "analysis/matrix/matrix.hpp"
#include "analysis/stacks/stacks.hpp"

namespace spof::report {

/// report.json: everything that a campaign says, for programs.
std::string report_json(const Campaign& campaign);

/// matrix.json, likewise.
std::string matrix_json(const Matrix& matrix);

/// stacks.json: several matrices side by side.
std::string stacks_json(const Stacks& stacks);

/// The JSON Schema (draft 2020-12) of report.json.
Json report_schema();
/// The JSON Schema of matrix.json.
Json matrix_schema();
/// The JSON Schema of stacks.json.
Json stacks_schema();

}  // namespace spof::report
