#pragma once
#include <string>
#include <vector>

namespace spof::report {

/// A range and its marks, as commands of gnuplot.

/// `set logscale`, range and tics of an axis ("x", "y") of latencies in ms, all above zero: from
/// one round number to another, "200 ms", "1 s".
std::string latency_axis(const std::string& axis, double least, double most);

/// Texts above a plot, each at its place on the x axis, in so many rows that none touches another.
struct PlacedLabel {
  double x = 0;  ///< share of the axis, 0 to 1
  std::string text;
  std::string color;
  std::size_t row = 0;       ///< 0 is the lowest
  bool to_the_left = false;  ///< of x: else it would leave the picture
};
/// Gives every label its row and side. `width` of the axis in letters.
void place(std::vector<PlacedLabel>& labels, double width);

}  // namespace spof::report
