#include "report/plot/plot_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/plot/gnuplot.hpp"

namespace spof::report {
namespace {

std::string data_of(const SweepPlot& plot, const SweepSeries& series, const std::string& name,
                    const std::string& metric) {
  std::string out = fmt::format("${} << EOD\n# x, mean, half width of its interval: {} {}\n", name,
                                metric, series.name);
  for (std::size_t i = 0; i < plot.x.size(); ++i) {
    const double mean = i < series.mean.size() ? series.mean[i] : std::nan("");
    const double half = i < series.half_width.size() ? series.half_width[i] : 0;
    out +=
        fmt::format("{} {} {}\n",
                    gnuplot_number(plot.numbers.empty() ? static_cast<double>(i) : plot.numbers[i]),
                    gnuplot_number(mean), gnuplot_number(std::isfinite(half) ? half : 0));
  }
  return out + "EOD\n\n";
}

std::string x_axis(const SweepPlot& plot) {
  std::string tics;
  double first = 0, last = static_cast<double>(plot.x.size()) - 1;
  if (!plot.numbers.empty()) {
    first = *std::min_element(plot.numbers.begin(), plot.numbers.end());
    last = *std::max_element(plot.numbers.begin(), plot.numbers.end());
  }
  for (std::size_t i = 0; i < plot.x.size(); ++i)
    tics +=
        fmt::format("{}{} {}", i == 0 ? "" : ", ", gnuplot_text(plot.x[i]),
                    plot.numbers.empty() ? fmt::format("{}", i) : gnuplot_number(plot.numbers[i]));
  const double room = last > first ? 0.06 * (last - first) : 0.5;
  return fmt::format("set xrange [{}:{}]\nset xtics ({}) nomirror\n", gnuplot_number(first - room),
                     gnuplot_number(last + room), tics);
}

}  // namespace

std::string sweep_script(const std::string& name, const SweepPlot& plot,
                         const std::vector<std::string>& formats) {
  constexpr int head = 60, panel_height = 200, foot = 60;
  const std::size_t panels = std::max<std::size_t>(plot.panels.size(), 1);
  const int height = head + panel_height * static_cast<int>(panels) + foot;
  std::string data;
  std::string body = x_axis(plot) +
                     "set ytics nomirror\n"
                     "set border 3 linecolor rgb '#888888'\n"
                     "set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1\n"
                     "set errorbars small\n"
                     "set key at graph 1, graph 1.08 right horizontal samplen 2 font small\n" +
                     fmt::format("set multiplot layout {},1 title {} font large\n", panels,
                                 gnuplot_text(plot.title));
  for (std::size_t p = 0; p < plot.panels.size(); ++p) {
    const SweepPanel& panel = plot.panels[p];
    body += fmt::format("set ylabel {}\n{}\n", gnuplot_text(panel.metric),
                        panel.logarithmic ? "set logscale y 10\nset yrange [*:*]"
                                          : "unset logscale y\nset yrange [*:*]");
    if (p + 1 == plot.panels.size())
      body += fmt::format("set xlabel {}\n", gnuplot_text(plot.x_label));
    std::string commands;
    for (std::size_t s = 0; s < panel.series.size(); ++s) {
      const SweepSeries& series = panel.series[s];
      const std::string block = fmt::format("panel{}_series{}", p + 1, s + 1);
      data += data_of(plot, series, block, panel.metric);
      const std::string title =
          series.name.empty() ? "notitle" : "title " + gnuplot_text(series.name);
      commands += fmt::format(
          "{0}  ${1} with lines linewidth 1.25 linecolor rgb '{2}' notitle, \\\n"
          "  ${1} with yerrorbars pointtype 7 pointsize 0.6 linewidth 1.25 linecolor rgb '{2}' {3}",
          s == 0 ? "" : ", \\\n", block, series_color(s), title);
    }
    body += commands.empty() ? "set multiplot next\n" : "plot \\\n" + commands + "\n";
  }
  return gnuplot_head(name, plot.title) + data +
         gnuplot_loop(name, formats, height, body + "unset multiplot\n");
}

}  // namespace spof::report
