#pragma once
#include <optional>
#include <string>

#include "analysis/sweep/sweep.hpp"
#include "report/document.hpp"

namespace spof::report {

/// The verdict, the points by what tells them apart, and the rest in a line.
Document sweep_page(const Sweep& sweep, Medium medium);
/// Columns: scenario, a column for each parameter, metric, class, phase, mean, half_width, runs,
/// never. `class` is the server for metrics about one.
std::string sweep_csv(const Sweep& sweep);
std::string sweep_json(const Sweep& sweep);
/// Metrics that tell the points apart over the first parameter, a line for each combination of the
/// others; nothing where there is only one value, nothing differs, or there would be too many
/// lines.
std::optional<ChartGroup> sweep_plot(const Sweep& sweep);

}  // namespace spof::report
