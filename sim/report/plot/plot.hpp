#pragma once
#include <string>
#include <vector>

#include "analysis/strips.hpp"
#include "report/plot/plot_data.hpp"

namespace spof::report {

/// Plots as gnuplot scripts, their data inline. One result is drawn in full; of several the same
/// things are drawn over each other, a colour for each, their names in the key. `formats` as in
/// gnuplot.hpp; the pictures are NAME.svg and so on, NAME being the kind's.

/// Latency of correct answers, and requests per second by outcome, over time.
struct TimelinePlot {
  std::string name;  ///< of the result
  TimelineData data;
  std::vector<Band> bands;
  std::vector<Mark> marks;
};
std::string timeline_script(const std::vector<TimelinePlot>& plots,
                            const std::vector<std::string>& formats);

/// Latency of correct answers by quantile, on an axis that gives each further nine the same room.
struct QuantilesPlot {
  std::string name;
  std::vector<QuantileCurve> curves;
};
std::string quantiles_script(const std::vector<QuantilesPlot>& plots,
                             const std::vector<std::string>& formats);

/// What each component was able to do, of one run.
struct StatesPlot {
  std::string name;
  std::string seed;  ///< of the run; may be empty
  std::vector<Strip> strips;
};
std::string states_script(const std::vector<StatesPlot>& plots,
                          const std::vector<std::string>& formats);

}  // namespace spof::report
