#include "report/plot/plot_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "measure/words.hpp"
#include "report/plot/gnuplot.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

// All lengths are in pixels of a picture 900 wide, counted from its upper left corner.
constexpr int width = 900, head_line = 22, legend_line = 18, panel_head = 30, plot_height = 104,
              panel_foot = 12, foot = 62;
constexpr int letter = 7;  // the width of most, in the small font
constexpr std::size_t title_letters = 100;

double at(const std::vector<double>& values, std::size_t i) {
  return i < values.size() ? values[i] : std::nan("");
}

double x_at(const SweepPlot& plot, std::size_t i) {
  return plot.numbers.empty() ? static_cast<double>(i) : plot.numbers[i];
}

std::string data_of(const SweepPlot& plot, const SweepSeries& series, const std::string& name,
                    const std::string& metric) {
  std::string out = fmt::format("${} << EOD\n# x, mean, ends of its interval: {}{}{}\n", name,
                                metric, series.name.empty() ? "" : " ", series.name);
  for (std::size_t i = 0; i < plot.x.size(); ++i) {
    const double mean = at(series.mean, i);
    const bool bar = std::isfinite(at(series.low, i)) && std::isfinite(at(series.high, i));
    out += fmt::format("{} {} {} {}\n", gnuplot_number(x_at(plot, i)), gnuplot_number(mean),
                       gnuplot_number(bar ? series.low[i] : mean),
                       gnuplot_number(bar ? series.high[i] : mean));
  }
  return out + "EOD\n\n";
}

/// Numbers so far apart that the small ones would lie on each other get a logarithmic axis.
bool is_crowded(const std::vector<double>& numbers) {
  if (numbers.size() < 3 || numbers.front() <= 0) return false;
  double least = numbers.back() - numbers.front();
  for (std::size_t i = 1; i < numbers.size(); ++i)
    least = std::min(least, numbers[i] - numbers[i - 1]);
  return least < 0.12 * (numbers.back() - numbers.front());
}

std::string x_range(const SweepPlot& plot) {
  if (plot.x.empty()) return "";
  double first = x_at(plot, 0), last = x_at(plot, plot.x.size() - 1);
  const bool logarithmic = is_crowded(plot.numbers);
  if (logarithmic) {
    const double room = std::pow(last / first, 0.06);
    first /= room;
    last *= room;
  } else {
    const double room = last > first ? 0.06 * (last - first) : 0.5;
    first -= room;
    last += room;
  }
  return fmt::format("{}set xrange [{}:{}]\n", logarithmic ? "set logscale x 10\n" : "",
                     gnuplot_number(first), gnuplot_number(last));
}

std::string x_tics(const SweepPlot& plot, bool named) {
  std::string tics;
  for (std::size_t i = 0; i < plot.x.size(); ++i)
    tics += fmt::format("{}{} {}", tics.empty() ? "" : ", ", gnuplot_text(named ? plot.x[i] : ""),
                        gnuplot_number(x_at(plot, i)));
  return fmt::format("set xtics ({}) nomirror font small\n", tics);
}

std::string y_axis(const SweepPanel& panel) {
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (const SweepSeries& series : panel.series)
    for (const auto* values : {&series.mean, &series.low, &series.high})
      for (const double value : *values)
        if (std::isfinite(value)) {
          least = std::min(least, value);
          most = std::max(most, value);
        }
  std::string range = most > 0 ? "[0:*]" : "[0:1]";
  if (std::isfinite(panel.top))
    range = fmt::format("[{}:{}]", least < panel.top ? "*" : gnuplot_number(panel.top - 1),
                        gnuplot_number(panel.top));
  return fmt::format("set format y '%g{}{}'\nset yrange {}\n", panel.unit.empty() ? "" : " ",
                     panel.unit == "%" ? "%%" : panel.unit, range);
}

/// Where everything is.
class Sheet {
 public:
  explicit Sheet(const SweepPlot& plot) : plot_(plot), title_(wrapped_title(plot.title)) {
    std::size_t letters = 0;
    for (const std::string& value : plot.x) letters += width_of(value) + 2;
    columns_ =
        plot.panels.size() > 3 && static_cast<int>(letters) * letter < width / 2 - 80 ? 2 : 1;
    rows_ = std::max<std::size_t>((plot.panels.size() + columns_ - 1) / columns_, 1);
    place_legend();
  }

  int height() const {
    const int panels = static_cast<int>(rows_) * (panel_head + plot_height + panel_foot);
    return top_ + panels - panel_foot + foot;
  }

  /// Title, legend and the name of the parameter.
  std::string words() const {
    std::string out;
    int line = 0;
    for (const std::string& text : title_) out += label(20, head_line * ++line, text, "font large");
    if (!plot_.subtitle.empty())
      out += label(20, head_line * ++line, plot_.subtitle, "font small textcolor rgb '#555555'");
    out += legend_;
    return out + label(width / 2, height() - 16, plot_.x_label, "center");
  }

  /// Commands before the plot of a panel.
  std::string panel(std::size_t index) const {
    const std::size_t column = index % columns_, row = index / columns_;
    const int left = columns_ == 1 ? 80 : column == 0 ? 70 : 524;
    const int right = columns_ == 2 && column == 0 ? 440 : 884;
    const int upper =
        top_ + panel_head + static_cast<int>(row) * (panel_head + plot_height + panel_foot);
    return fmt::format(
               "set lmargin at screen {:.4f}\nset rmargin at screen {:.4f}\n"
               "set tmargin at screen {:.4f}\nset bmargin at screen {:.4f}\n",
               x(left), x(right), y(upper), y(upper + plot_height)) +
           x_tics(plot_, index + columns_ >= plot_.panels.size()) +
           label(left, upper - 15, plot_.panels[index].metric, "");
  }

 private:
  static double x(int pixels) { return static_cast<double>(pixels) / width; }
  double y(int pixels) const { return 1 - static_cast<double>(pixels) / height(); }

  std::string label(int left, int down, const std::string& text, const char* how) const {
    return fmt::format("set label {} at screen {:.4f}, screen {:.4f} {}\n", gnuplot_text(text),
                       x(left), y(down), how);
  }

  static std::vector<std::string> wrapped_title(const std::string& title) {
    std::vector<std::string> lines(1);
    for (const char each : wrapped(title, title_letters, 0))
      each == '\n' ? lines.emplace_back() : lines.back() += each;
    return lines;
  }

  void place_legend() {
    struct Entry {
      int left, down;
      std::size_t series;
    };
    std::vector<Entry> entries;
    top_ = head_line * static_cast<int>(title_.size() + (plot_.subtitle.empty() ? 0 : 1));
    int left = width;
    for (std::size_t s = 0; !plot_.panels.empty() && s < plot_.panels[0].series.size(); ++s) {
      const std::string& name = plot_.panels[0].series[s].name;
      if (name.empty()) continue;
      const int length = letter * static_cast<int>(width_of(name)) + 36;
      if (entries.empty() || left + length > width) {
        top_ += entries.empty() ? legend_line + 4 : legend_line;
        left = 24;
      }
      entries.push_back({left, top_, s});
      left += length;
    }
    top_ += 4;
    // The height of the picture, and with it every share of it, is known only now.
    for (const Entry& entry : entries)
      legend_ += label(entry.left, entry.down, plot_.panels[0].series[entry.series].name,
                       fmt::format("font small offset 0.6,0 point pointtype 7 pointsize 0.8 "
                                   "linecolor rgb '{}'",
                                   series_color(entry.series))
                           .c_str());
  }

  const SweepPlot& plot_;
  std::vector<std::string> title_;
  std::size_t columns_ = 1, rows_ = 1;
  int top_ = 0;  ///< of the panels
  std::string legend_;
};

/// Lines that coincide are told apart: every other one is dashed.
std::string lines(const SweepPanel& panel, std::size_t number) {
  std::string commands;
  for (std::size_t s = 0; s < panel.series.size(); ++s)
    commands += fmt::format(
        "{0}  $panel{1}_series{2} with lines linewidth 1.5 linecolor rgb '{3}'{4} notitle, \\\n"
        "  $panel{1}_series{2} with yerrorbars pointtype 7 pointsize {5} linewidth 1.25 "
        "linecolor rgb '{3}' notitle",
        s == 0 ? "" : ", \\\n", number, s + 1, series_color(s),
        s % 2 == 0 ? "" : " dashtype (14, 10)", s % 2 == 0 ? 0.7 : 0.4);
  return commands.empty() ? "set multiplot next\n" : "plot \\\n" + commands + "\n";
}

}  // namespace

std::string sweep_script(const std::string& name, const SweepPlot& plot,
                         const std::vector<std::string>& formats) {
  const Sheet sheet(plot);
  std::string data;
  std::string body = x_range(plot) +
                     "set ytics nomirror font small\n"
                     "set border 3 linecolor rgb '#888888'\n"
                     "set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1\n"
                     "set errorbars small\n"
                     "unset key\n"
                     "set multiplot\n" +
                     sheet.words();
  for (std::size_t p = 0; p < plot.panels.size(); ++p) {
    const SweepPanel& panel = plot.panels[p];
    for (std::size_t s = 0; s < panel.series.size(); ++s)
      data += data_of(plot, panel.series[s], fmt::format("panel{}_series{}", p + 1, s + 1),
                      panel.metric);
    body += sheet.panel(p) + y_axis(panel) + lines(panel, p + 1) + "unset label\n";
  }
  return gnuplot_head(name, plot.title) + data +
         gnuplot_loop(name, formats, sheet.height(), body + "unset multiplot\n");
}

}  // namespace spof::report
