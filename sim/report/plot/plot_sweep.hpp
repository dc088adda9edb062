#pragma once
#include <string>
#include <vector>

namespace spof::report {

/// One line of a panel: a value for each x.
struct SweepSeries {
  std::string name;                ///< in the key; may be empty where there is one
  std::vector<double> mean;        ///< not finite: no point there ("never", nothing to measure)
  std::vector<double> half_width;  ///< of the interval; empty, 0 or not finite: no bar
};

/// One metric over the parameter.
struct SweepPanel {
  std::string metric;        ///< "outage(write), s": the label of its axis
  bool logarithmic = false;  ///< values that are not above zero are left out then
  std::vector<SweepSeries> series;
};

/// What a sweep found: panels one above the other, all with the same x.
struct SweepPlot {
  std::string title;
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
