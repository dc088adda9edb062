#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "base/words.hpp"
#include "report/document.hpp"
#include "report/plot/gnuplot.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

// All lengths are pixels of a picture 900 wide, counted from its upper left corner.
constexpr int width = 900, right = 884, head_line = 22, legend_line = 18, panel_head = 30,
              panel_foot = 12, foot = 56, row_height = 17, strip_height = 24;
constexpr int letter = 7;  // the width of most, in the small font

/// Okabe and Ito, without the yellow that vanishes on white.
constexpr std::array<const char*, Curve::colors> colors{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                        "#e69f00", "#56b4e9", "#555555", "#000000"};

const char* picture_color(int color) {
  if (color == Curve::ok) return "#7fb3d3";
  if (color == Curve::failed) return "#d55e00";
  return colors[static_cast<std::size_t>(color) % colors.size()];
}

/// Colour and height say the same, for those who tell few colours apart.
struct SpellLook {
  State state;
  const char* color;
  double half_height;
};
constexpr std::array spell_looks{
    SpellLook{State::up, "#c4cad0", 0.12},        SpellLook{State::impaired, "#e69f00", 0.30},
    SpellLook{State::down, "#d55e00", 0.38},      SpellLook{State::starting, "#56b4e9", 0.22},
    SpellLook{State::unnoticed, "#cc79a7", 0.38}, SpellLook{State::noticed, "#a6cbe8", 0.38}};

/// As much of a text as fits in so many letters; empty when that says nothing.
std::string fitting(const std::string& text, double letters) {
  if (static_cast<double>(width_of(text)) <= letters) return text;
  const std::size_t end = std::min(text.find_first_of(":,"), text.find(" of "));
  if (end != std::string::npos && static_cast<double>(end) <= letters) return text.substr(0, end);
  return "";
}

double at(const std::vector<double>& values, std::size_t i) {
  return i < values.size() ? values[i] : std::nan("");
}

/// A text above the first chart, at its place on the axis.
struct PlacedLabel {
  double at;
  std::string text;
  int color;
  int from = 0, until = 0, x = 0, row = 0;  ///< pixels; row 0 is the lowest
};

/// Gives every label its row, so that none touches another, nor the lines down from higher ones.
int place(std::vector<PlacedLabel>& labels) {
  int rows = 0;
  // From the right: a label that has to go higher then leads its line past the others' beginnings.
  std::ranges::stable_sort(labels, std::greater{}, &PlacedLabel::x);
  for (auto label = labels.begin(); label != labels.end(); ++label) {
    const int length = letter * (static_cast<int>(width_of(label->text)) + 2);
    label->from = label->x + length > right + 20 ? label->x - length : label->x;
    label->until = label->from + length;
    const auto collides = [&](const PlacedLabel& other) {
      if (other.row == label->row) return label->from < other.until && other.from < label->until;
      return other.row < label->row ? label->x > other.from && label->x < other.until
                                    : other.x > label->from && other.x < label->until;
    };
    // One that turns back from the right edge may stand over a lower one in any row.
    const int most = static_cast<int>(labels.size());
    while (label->row < most && std::any_of(labels.begin(), label, collides)) ++label->row;
    rows = std::max(rows, label->row + 1);
  }
  return rows;
}

/// One picture: where everything is, and the commands that put it there.
class Sheet {
 public:
  explicit Sheet(const ChartGroup& group) : group_(group) {
    for (const Strip& strip : group.strips)
      left_ = std::max(left_, letter * static_cast<int>(width_of(strip.component)) + 16);
    const bool single = group.charts.size() == 1;
    panel_height_ = single ? 330 : group.charts.size() > 3 || !group.tics.empty() ? 104 : 180;
    int letters = 0;
    for (const auto& [place, text] : group.tics) letters += static_cast<int>(width_of(text)) + 2;
    columns_ = group.charts.size() > 3 && letters * letter < width / 2 - 80 ? 2 : 1;
    range();
    for (const ChartBand& band : group.bands) add_label(band.from, band.label, band.color);
    for (const ChartMark& mark : group.marks) add_label(mark.at, mark.label, mark.color);
    draw();
  }

  std::string script(const std::string& name, const std::vector<std::string>& formats) const {
    return gnuplot_head(name, group_.title) + data_ +
           fmt::format("px(x) = x / {}.0\npy(y) = 1 - y / {}.0\n\n", width, down_) +
           gnuplot_loop(name, formats, down_, body_ + "unset multiplot\n");
  }

 private:
  bool windows() const { return group_.tics.empty(); }
  /// Curves of the same names in every chart have one legend.
  bool one_legend() const {
    const auto same = [](const Curve& a, const Curve& b) {
      return a.name == b.name && a.color == b.color && a.dashed == b.dashed;
    };
    const auto& first = group_.charts.front().curves;
    return group_.charts.size() > 1 && std::ranges::all_of(group_.charts, [&](const Chart& chart) {
             return std::ranges::equal(first, chart.curves, same);
           });
  }

  void range() {
    if (windows()) {
      begin_ = group_.times.empty() ? 0 : group_.times.front();
      end_ = group_.end > begin_ ? group_.end : begin_ + 1;
      return;
    }
    begin_ = group_.tics.front().first;
    end_ = group_.tics.back().first;
    for (const Chart& chart : group_.charts)
      for (const Curve& curve : chart.curves)
        for (const double x : curve.x) end_ = std::max(end_, x);
    if (group_.logarithmic) {
      const double room = std::pow(end_ / begin_, 0.06);
      begin_ /= room;
      end_ *= room;
    } else {
      const double room = end_ > begin_ ? 0.06 * (end_ - begin_) : 0.5;
      begin_ -= room;
      end_ += room;
    }
  }

  /// What several results have in common is drawn once, in grey.
  void add_label(double at, const std::string& text, int color) {
    const double share = (at - begin_) / (end_ - begin_);
    if (share < 0 || share > 1 || text.empty()) return;
    const int x = left_ + static_cast<int>(share * (right - left_));
    for (PlacedLabel& label : labels_)
      if (label.text == text && std::abs(label.x - x) < 4) {
        label.color = Curve::grey;
        return;
      }
    labels_.push_back({at, text, color, 0, 0, x});
  }

  void text_at(int x, int y, const std::string& text, const char* how) {
    body_ += fmt::format("set label {} at screen px({}), screen py({}) {}\n", gnuplot_text(text), x,
                         y, how);
  }

  void heading(const std::string& text, std::size_t letters, const char* how) {
    for (const std::string& line : parts_of(wrapped(text, letters)))
      if (!line.empty()) text_at(20, down_ += head_line, line, how);
  }

  /// A stroke of a look and its name; returns where the next one may begin.
  int key(int x, const std::string& name, const char* color, double stroke, int dashes) {
    body_ += fmt::format(
        "set arrow from screen px({}), screen py({}) rto screen px(22), screen 0 nohead \\\n"
        "  dashtype {} linewidth {} linecolor rgb '{}'\n",
        x, down_, dashes, stroke, color);
    text_at(x + 28, down_, name, "font small");
    return x + letter * static_cast<int>(width_of(name)) + 44;
  }

  /// The keys of all curves that have names, from `x` on, in as many lines as it takes.
  void legend(const std::vector<Curve>& curves, int from, int until) {
    int x = from;
    for (const Curve& curve : curves) {
      if (curve.name.empty()) continue;
      const int length = letter * static_cast<int>(width_of(curve.name)) + 44;
      if (x > from && x + length > until) {
        x = from;
        down_ += legend_line;
      }
      x = key(x, curve.name, picture_color(curve.color),
              curve.filled   ? 7
              : curve.dashed ? 1.25
                             : 1.75,
              curve.dashed ? 2 : 1);
    }
  }

  void margins(int from, int until, int height) {
    body_ += fmt::format(
        "set lmargin at screen px({})\nset rmargin at screen px({})\n"
        "set tmargin at screen py({})\nset bmargin at screen py({})\n",
        from, until, down_, down_ + height);
  }

  std::string x_tics(bool named) const {
    const std::string label = "set xlabel " + gnuplot_text(named ? group_.axis : "") + "\n";
    if (windows())
      return label + fmt::format("set xtics nomirror format '{}' font small\n", named ? "%g" : "");
    std::string tics;
    for (const auto& [place, text] : group_.tics)
      tics += fmt::format("{}{} {}", tics.empty() ? "" : ", ",
                          gnuplot_text(named ? as_format(text) : ""), gnuplot_number(place));
    return label + fmt::format("set xtics ({}) nomirror font small\n", tics);
  }

  /// Bands behind a panel and lines through it; from the first one up to their labels.
  void across(bool first) {
    for (const ChartBand& band : group_.bands)
      if (std::max(band.from, begin_) < std::min(band.until, end_))
        body_ += fmt::format(
            "set object rectangle from {:.10g}, graph 0 to {:.10g}, graph 1 behind \\\n"
            "  fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder\n",
            std::max(band.from, begin_), std::min(band.until, end_));
    for (const PlacedLabel& label : labels_) {
      const int y = down_ - label.row * row_height;
      body_ += fmt::format(
          "set arrow from {0:.10g}, graph 0 to {0:.10g}, {1} nohead dashtype 2 linewidth 0.75 \\\n"
          "  linecolor rgb '{2}'\n",
          label.at, first ? fmt::format("screen py({})", y - 10) : "graph 1",
          picture_color(label.color));
      if (first)
        text_at(label.from + 4, y - 6, label.text,
                fmt::format("font small textcolor rgb '{}'", picture_color(label.color)).c_str());
    }
  }

  void draw() {
    body_ = fmt::format(
        "set multiplot\n{}set xrange [{:.10g}:{:.10g}]\nset ytics nomirror font small\n"
        "set border 3 linecolor rgb '#888888'\n"
        "set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1\n"
        "set errorbars small\nunset key\n",
        group_.logarithmic ? "set logscale x 10\n" : "", begin_, end_);
    heading(group_.title, 100, "font large");
    heading(group_.subtitle, 130, "font small textcolor rgb '#555555'");
    const bool shared = !group_.charts.empty() && one_legend();
    if (shared) {
      down_ += head_line;
      legend(group_.charts.front().curves, 20, width);
    }
    int row_top = down_ + 6, lowest = row_top;
    for (std::size_t i = 0; i < group_.charts.size(); ++i) {
      if (i % columns_ == 0) row_top = lowest;
      down_ = row_top;
      panel(i, shared);
      lowest = std::max(lowest, down_);
    }
    down_ = lowest;
    if (!group_.strips.empty()) strips();
    down_ += foot - panel_foot;
  }

  void panel(std::size_t index, bool shared) {
    const Chart& chart = group_.charts[index];
    const std::size_t column = index % columns_;
    const int from = columns_ == 1 ? left_ : column == 0 ? 70 : 524;
    const int until = columns_ == 2 && column == 0 ? 440 : right;
    down_ += panel_head - 12;
    text_at(from, down_, chart.title, "");
    if (!shared)
      legend(chart.curves, from + (letter + 1) * static_cast<int>(width_of(chart.title)) + 24,
             until);
    down_ += 12;
    if (index == 0) down_ += place(labels_) * row_height;
    margins(from, until, panel_height_);
    const bool lowest = group_.strips.empty() && index + columns_ >= group_.charts.size();
    body_ += x_tics(lowest) + y_axis(chart);
    across(index == 0);
    std::string plots;
    for (std::size_t i = 0; i < chart.curves.size(); ++i)
      plots += (plots.empty() ? "" : ", \\\n") +
               curve(chart, chart.curves[i], fmt::format("$chart{}_curve{}", index + 1, i + 1), i);
    body_ += (plots.empty() ? "plot NaN notitle" : "plot \\\n" + plots) +
             "\nunset label\nunset arrow\nunset object\n";
    down_ += panel_height_ + panel_foot;
  }

  /// Adds a curve's data, and returns the commands that draw it.
  std::string curve(const Chart& chart, const Curve& curve, const std::string& name,
                    std::size_t number) {
    const std::vector<double>& x = curve.x.empty() ? group_.times : curve.x;
    data_ += fmt::format("{} << EOD\n# {}, {}{}{}\n", name, group_.axis, chart.title,
                         curve.name.empty() ? "" : ": ", curve.name);
    for (std::size_t i = 0; i < x.size(); ++i) row(curve, x, i);
    data_ += "EOD\n\n";
    const std::string line =
        fmt::format("linewidth {} dashtype {} linecolor rgb '{}' notitle",
                    curve.dashed ? 1.25 : 1.75, curve.dashed ? 2 : 1, picture_color(curve.color));
    if (windows())
      return (curve.filled ? fmt::format("  {} with fillsteps fillstyle solid 0.3 noborder "
                                         "linecolor rgb '{}' notitle, \\\n",
                                         name, picture_color(curve.color))
                           : "") +
             fmt::format("  {} with steps {}", name, line);
    if (curve.low.empty())
      return fmt::format("  {} with linespoints pointtype 7 pointsize 0.3 {}", name, line);
    // Lines that coincide are told apart: every other one is dashed.
    const bool odd = number % 2 != 0;
    return fmt::format(
        "  {0} with lines linewidth 1.5{1} linecolor rgb '{2}' notitle, \\\n"
        "  {0} with yerrorbars pointtype 7 pointsize {3} linewidth 1.25 linecolor rgb '{2}' "
        "notitle",
        name, odd ? " dashtype (14, 10)" : "", picture_color(curve.color), odd ? 0.4 : 0.7);
  }

  /// A window's value lasts until the next one begins; where there is none the line ends.
  void row(const Curve& curve, const std::vector<double>& x, std::size_t i) {
    const double value = at(curve.values, i);
    if (!windows()) {
      const bool bar = std::isfinite(at(curve.low, i)) && std::isfinite(at(curve.high, i));
      data_ += fmt::format("{} {}", gnuplot_number(x[i]), gnuplot_number(value));
      if (!curve.low.empty())
        data_ += fmt::format(" {} {}", gnuplot_number(bar ? curve.low[i] : value),
                             gnuplot_number(bar ? curve.high[i] : value));
      data_ += "\n";
      return;
    }
    if (!std::isfinite(value)) return;
    data_ += fmt::format("{:.10g} {}\n", x[i], gnuplot_number(value));
    const bool last = i + 1 == x.size();
    if (last || !std::isfinite(at(curve.values, i + 1)))
      data_ += fmt::format("{:.10g} {}\n\n", last ? group_.end : x[i + 1], gnuplot_number(value));
  }

  void strips() {
    down_ += panel_head - 12;
    int x = left_;
    for (const SpellLook& look : spell_looks)
      if (occurs(group_.strips, look.state)) x = key(x, word(look.state), look.color, 9, 1);
    down_ += 16;
    const int height =
        strip_height * static_cast<int>(std::max<std::size_t>(group_.strips.size(), 2));
    margins(left_, right, height);
    data_ += "$spells << EOD\n# from, until (s), row, half height, colour, state, why\n";
    std::string tics;
    for (std::size_t i = 0; i < group_.strips.size(); ++i) strip(i, tics);
    data_ += "EOD\n\n";
    body_ += fmt::format("set ytics ({})\nset ytics scale 0 font small\nset yrange [{}:-0.6]\n",
                         tics, static_cast<double>(group_.strips.size()) - 0.4) +
             x_tics(true) +
             "set border 1\nset grid noy\n"
             "plot $spells using 1:3:1:2:($3-$4):($3+$4):5 with boxxyerror fillstyle solid 1 "
             "border linecolor rgb 'white' \\\n  linecolor rgb variable notitle\nunset "
             "label\nunset arrow\n";
    down_ += height + panel_foot;
  }

  void strip(std::size_t i, std::string& tics) {
    const Strip& strip = group_.strips[i];
    if (strip.spells.empty()) {  // the name of what those below it belong to
      body_ += fmt::format("set label {} at graph 0, first {} left offset 0.5,0\n",
                           gnuplot_text(strip.component), i);
      return;
    }
    tics +=
        fmt::format("{}{} {}", tics.empty() ? "" : ", \\\n  ", gnuplot_text(strip.component), i);
    for (const Spell& spell : strip.spells) {
      const SpellLook& look = spell_looks[static_cast<std::size_t>(spell.state)];
      data_ += fmt::format("{:.10g} {:.10g} {} {:g} 0x{} {} \"{}\"\n", spell.from, spell.until, i,
                           look.half_height, look.color + 1, word(spell.state), spell.words());
      const double room =
          (spell.until - spell.from) / (end_ - begin_) * (right - left_) / letter - 1;
      // The row's name says already who says so.
      const std::string why = fitting(spell.why, room);
      if (!why.empty())
        body_ += fmt::format("set label {} at {:.10g}, {} center front font small\n",
                             gnuplot_text(why), (spell.from + spell.until) / 2, i);
    }
  }

  const ChartGroup& group_;
  std::size_t columns_ = 1;
  int left_ = 80, panel_height_ = 180;
  int down_ = 0;  ///< how far down the picture is filled
  double begin_ = 0, end_ = 1;
  std::vector<PlacedLabel> labels_;
  std::string data_, body_;
};

}  // namespace

std::string in_gnuplot(const ChartGroup& group, const std::string& name,
                       const std::vector<std::string>& formats) {
  return Sheet(group).script(name, formats);
}

}  // namespace spof::report
