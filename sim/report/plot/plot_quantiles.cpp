#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/plot/gnuplot.hpp"
#include "report/plot/plot.hpp"
#include "report/plot/plot_axes.hpp"

namespace spof::report {
namespace {

/// One line of the picture.
struct Line {
  const QuantileCurve* curve;
  std::string title, style;
};

bool has_phase(const std::vector<QuantileCurve>& curves, std::string_view phase) {
  return std::any_of(curves.begin(), curves.end(),
                     [&](const QuantileCurve& curve) { return curve.phase == phase; });
}

/// The curves over all classes where there are such, else all curves.
std::vector<const QuantileCurve*> chosen(const std::vector<QuantileCurve>& curves) {
  std::vector<const QuantileCurve*> some, all;
  for (const QuantileCurve& curve : curves) {
    all.push_back(&curve);
    if (curve.request_class == all_classes) some.push_back(&curve);
  }
  return some.empty() ? all : some;
}

std::string title_of(const QuantileCurve& curve, bool with_class) {
  std::string title;
  if (curve.phase == "before") title = "before the failure";
  if (curve.phase == "during") title = "during the failure";
  if (curve.phase == "after") title = "after the failure";
  if (title.empty()) title = curve.phase;
  if (!with_class || curve.request_class.empty()) return title;
  return title.empty() ? curve.request_class : curve.request_class + ", " + title;
}

/// One result: a colour for each phase; classes differ by their dashes.
std::vector<Line> single(const QuantilesPlot& plot) {
  constexpr std::array<std::string_view, 3> phases{"before", "during", "after"};
  std::vector<std::string> classes, others;
  const auto index = [](std::vector<std::string>& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    const auto at = static_cast<std::size_t>(found - names.begin());
    if (found == names.end()) names.push_back(name);
    return at;
  };
  const auto curves = chosen(plot.curves);
  const bool healthy = !has_phase(plot.curves, "during") && !has_phase(plot.curves, "after");
  const bool with_class = curves.front()->request_class != all_classes;
  std::vector<Line> lines;
  for (const QuantileCurve* curve : curves) {
    const auto phase = std::find(phases.begin(), phases.end(), curve->phase);
    const std::size_t color = phase == phases.end()
                                  ? phases.size() + index(others, curve->phase)
                                  : static_cast<std::size_t>(phase - phases.begin());
    const bool plain = healthy && curve->phase == "before" && !with_class;
    lines.push_back(
        {curve, plain ? "all requests" : title_of(*curve, with_class),
         fmt::format("linewidth 1.75 dashtype {} linecolor rgb '{}'",
                     index(classes, curve->request_class) % 5 + 1, series_color(color))});
  }
  return lines;
}

/// Several results: a colour for each. What the failure did is drawn in full, what was before it
/// as dots.
std::vector<Line> overlay(const std::vector<QuantilesPlot>& plots) {
  std::vector<Line> lines;
  for (std::size_t i = 0; i < plots.size(); ++i) {
    const auto curves = chosen(plots[i].curves);
    const bool failure = has_phase(plots[i].curves, "during");
    const bool with_class = curves.size() > 1 && curves.front()->request_class != all_classes;
    for (const QuantileCurve* curve : curves) {
      if (failure && curve->phase == "after") continue;
      const bool dotted = failure && curve->phase == "before";
      const std::string title = title_of(*curve, with_class);
      lines.push_back({curve, plots[i].name + (title.empty() ? "" : ", ") + title,
                       fmt::format("linewidth {} dashtype {} linecolor rgb '{}'",
                                   dotted ? "1.25" : "1.75", dotted ? 3 : 1, series_color(i))});
    }
  }
  return lines;
}

constexpr double last_nine = 1e7;  ///< 1/(1-q) at the end of the longest axis

std::string share_axis(double widest) {
  std::string tics = "'0 %%' 1, '50 %%' 2, '90 %%' 10, '99 %%' 100";
  std::string share = "99.9";
  for (double x = 1000; x <= last_nine * 1.01; x *= 10, share += '9')
    tics += fmt::format(", '{} %%' {:g}", share, x);
  return fmt::format("set logscale x 10\nset xrange [1:{:g}]\nset xtics ({})\n", widest, tics);
}

}  // namespace

std::string quantiles_script(const std::vector<QuantilesPlot>& plots,
                             const std::vector<std::string>& formats) {
  const std::vector<Line> lines = plots.size() > 1 ? overlay(plots) : single(plots.front());
  std::string data, commands;
  double widest = 10, least = HUGE_VAL, most = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    data += fmt::format("$curve{} << EOD\n# quantile, latency (ms): {}\n", i + 1, lines[i].title);
    for (const auto& [quantile, ms] : lines[i].curve->points) {
      data += fmt::format("{:.10g} {}\n", quantile, gnuplot_number(ms));
      const double x = quantile < 1 ? 1 / (1 - quantile) : 0;
      if (x > 0 && x <= last_nine) widest = std::max(widest, x);
      if (ms <= 0) continue;
      least = std::min(least, ms);
      most = std::max(most, ms);
    }
    data += "EOD\n\n";
    commands += fmt::format(
        "  $curve{} using (nines($1)):2 with linespoints pointtype 7 "
        "pointsize 0.3 {} title {}{}\n",
        i + 1, lines[i].style, gnuplot_text(lines[i].title), i + 1 < lines.size() ? ", \\" : "");
  }
  if (most <= 0) least = 1, most = 100;
  const std::string title = plots.size() > 1 ? "Latency of correct answers"
                                             : plots.front().name + ": latency of correct answers";
  const std::string body = fmt::format("set title {} font large\n", gnuplot_text(title)) +
                           share_axis(widest * 1.15) + latency_axis("y", least, most) +
                           "set xlabel 'share of requests that were at least as fast'\n"
                           "set ylabel 'latency'\n"
                           "set xtics nomirror\nset ytics nomirror\n"
                           "set border 3 linecolor rgb '#888888'\n"
                           "set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1\n"
                           "set key top left Left reverse samplen 2 opaque\n"
                           "plot \\\n" +
                           commands;
  return gnuplot_head("quantiles", title) + data +
         "# The place of a quantile on the axis: each further nine has the same room.\n"
         "nines(q) = q < 1 ? 1.0 / (1.0 - q) : NaN\n\n" +
         gnuplot_loop("quantiles", formats, 480, body);
}

}  // namespace spof::report
