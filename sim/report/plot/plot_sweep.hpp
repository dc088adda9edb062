#pragma once
#include <limits>
#include <string>
#include <vector>

namespace spof::report {

/// One line of a panel: a value for each x.
struct SweepSeries {
  std::string name;          ///< in the legend; may be empty where there is one
  std::vector<double> mean;  ///< not finite: no point there ("never", nothing to measure)
  /// Ends of the mean's interval; empty or not finite: no bar.
  std::vector<double> low = {}, high = {};
};

/// One metric over the parameter.
struct SweepPanel {
  std::string metric;  ///< its title: "outage(write)"
  std::string unit;    ///< behind the numbers of its axis: "s"; may be empty
  /// Finite: nothing can be larger, the axis ends there and begins where the values do. Else the
  /// axis begins at zero.
  double top = std::numeric_limits<double>::infinity();
  std::vector<SweepSeries> series;  ///< in every panel the same names in the same order
};

/// What a sweep found: panels of the same x in one column, or in two where they are many.
struct SweepPlot {
  std::string title;
  std::string subtitle;         ///< what the points and bars are
  std::string x_label;          ///< "/haproxy/default_server/check/inter"
  std::vector<std::string> x;   ///< as the user wrote the values: "500ms", "true"
  std::vector<double> numbers;  ///< the same as numbers, rising; empty: words, evenly spaced
  std::vector<SweepPanel> panels;
};

/// A gnuplot script that draws NAME.FORMAT for each of `formats` ("svg", "png"), its data inline;
/// hand it to draw() of gnuplot.hpp.
std::string sweep_script(const std::string& name, const SweepPlot& plot,
                         const std::vector<std::string>& formats);

}  // namespace spof::report
