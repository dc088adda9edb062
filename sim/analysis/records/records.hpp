#pragma once
#include <string>

#include "analysis/campaign.hpp"
#include "analysis/matrix/matrix.hpp"

namespace spof::report {

/// report.json: everything that a campaign says, for programs.
std::string report_json(const Campaign& campaign);

/// matrix.json, likewise.
std::string matrix_json(const Matrix& matrix);

/// The JSON Schema (draft 2020-12) of report.json.
Json report_schema();
/// The JSON Schema of matrix.json.
Json matrix_schema();

}  // namespace spof::report
