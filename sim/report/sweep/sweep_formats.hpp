#pragma once
#include <optional>
#include <string>

#include "analysis/sweep/sweep.hpp"
#include "report/plot/plot_sweep.hpp"
#include "report/terminal.hpp"

namespace spof::report {

std::string sweep_terminal(const Sweep& sweep, const TerminalOptions& options);
std::string sweep_md(const Sweep& sweep);
/// Columns: scenario, a column for each parameter, metric, class, phase, mean, half_width, runs,
/// never. `class` is the server for metrics about one.
std::string sweep_csv(const Sweep& sweep);
std::string sweep_json(const Sweep& sweep);
/// Metrics that tell the points apart over the first parameter, a line for each combination of the
/// others; nothing where there is only one value, nothing differs, or there would be too many
/// lines.
std::optional<SweepPlot> sweep_plot(const Sweep& sweep);

}  // namespace spof::report
