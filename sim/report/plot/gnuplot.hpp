#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "report/document.hpp"

namespace spof::report {

/// What becomes a script, NAME.gp, and the pictures that it draws, NAME.svg and NAME.png.
struct Drawing {
  std::string name;  ///< "timeline"
  ChartGroup charts;
};

/// What came of drawing.
struct Drawn {
  std::vector<std::string> files;  ///< paths, in the order of the drawings
  std::string error;               ///< one line for the user; empty on success
  bool absent = false;             ///< there is no gnuplot: only the scripts were written
};

/// What scripts can be made for.
inline const std::vector<std::string> picture_formats{"svg", "png"};

/// Runs gnuplot on a script of each, and gives all files their names in `folder` (made if need be)
/// at the end, when nothing failed: until then old ones stay as they were. Without gnuplot the
/// scripts alone are written, and `error` says what to install.
Drawn draw(const std::string& folder, const std::vector<Drawing>& drawings,
           const std::vector<std::string>& formats);

/// Runs `gnuplot SCRIPT` in `folder`, deaf to the user's gnuplotrc. Returns what went wrong in one
/// line, "" when nothing did; `absent` says that there is no gnuplot.
std::string run_gnuplot(const std::string& folder, const std::string& script, bool& absent);

/// A text as gnuplot reads it: in single quotes, line breaks as blanks.
std::string gnuplot_text(std::string_view text);
/// A number as gnuplot reads it, to six digits; what is not finite is "NaN".
std::string gnuplot_number(double value);

/// The text of a mark, which is a format to gnuplot.
std::string as_format(const std::string& text);
/// Range and marks of a chart's own axis.
std::string y_axis(const Chart& chart);

/// The beginning of a script: what it is (comment lines, without '#'), UTF-8, no user's style.
std::string gnuplot_head(std::string_view name, std::string_view what);
/// The variables `small` and `large` are fonts for `font`. `body` (indented commands of a plot,
/// drawn on `height` of 900 pixels' width), once for each format.
std::string gnuplot_loop(std::string_view name, const std::vector<std::string>& formats, int height,
                         std::string_view body);

}  // namespace spof::report
