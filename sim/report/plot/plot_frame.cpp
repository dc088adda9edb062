#include "report/plot/plot_frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/plot/gnuplot.hpp"

namespace spof::report {
namespace {

constexpr double left = 0.11, right = 0.975;  // ends of the x axis, shares of the width
// Pixels of a picture 900 wide.
constexpr int row_height = 17, title_height = 46, key_height = 26, panel_height = 200,
              panel_gap = 14, foot_height = 48;
constexpr double letters = 125;  // of a label, from one end of the x axis to the other

}  // namespace

void Frame::cover(double start, double end) {
  start_ = empty_ ? start : std::min(start_, start);
  end_ = empty_ ? end : std::max(end_, end);
  empty_ = false;
}

void Frame::add(const std::vector<Band>& bands, const std::vector<Mark>& marks, const char* color) {
  for (const Band& band : bands) {
    add_label(band.from, band.label, color);
    const std::pair part{std::max(band.from, start_), std::min(band.until, end_)};
    const bool there = std::any_of(bands_.begin(), bands_.end(), [&](const auto& other) {
      return std::fabs(other.first - part.first) + std::fabs(other.second - part.second) < 1e-3;
    });
    if (part.first < part.second && !there) bands_.push_back(part);
  }
  for (const Mark& mark : marks) add_label(mark.time, mark.label, color);
}

void Frame::add_label(double time, const std::string& text, const char* color) {
  constexpr double same_place = 0.004;
  const double share = (time - start_) / (end_ - start_);
  if (share < 0 || share > 1) return;
  const auto found = std::find_if(labels_.begin(), labels_.end(), [&](const PlacedLabel& label) {
    return label.text == text && std::fabs(label.x - share) < same_place;
  });
  if (found == labels_.end())
    labels_.push_back({share, text, color});
  else
    found->color = line_color;
}

void Frame::arrange() {
  place(labels_, letters);
  for (const PlacedLabel& label : labels_) rows_ = std::max(rows_, label.row + 1);
}

int Frame::top(std::size_t panel) const {
  return title_height + static_cast<int>(rows_) * row_height + key_height +
         static_cast<int>(panel) * (panel_height + key_height + panel_gap);
}

int Frame::height() const { return top(panels - 1) + panel_height + foot_height; }

double Frame::y(int pixels) const { return 1 - static_cast<double>(pixels) / height(); }

std::string Frame::begin(const std::string& title, const std::string& subtitle) const {
  std::string out = fmt::format(
      "set multiplot\n"
      "set lmargin at screen {}\nset rmargin at screen {}\n"
      "set xrange [{:.10g}:{:.10g}]\n"
      "set xtics nomirror format ''\nset ytics nomirror\n"
      "set border 3 linecolor rgb '#888888'\n"
      "set grid x y linecolor rgb '#dddddd' linewidth 0.5 dashtype 1\n"
      "set label 1001 {} at screen 0.5, screen {:.4f} center font large\n"
      "set label 1002 {} at screen 0.5, screen {:.4f} center font small textcolor rgb '#666666'\n",
      left, right, start_, end_, gnuplot_text(title), y(16), gnuplot_text(subtitle), y(36));
  for (const auto& [from, until] : bands_)
    out += fmt::format(
        "set object rectangle from {:.10g}, graph 0 to {:.10g}, graph 1 behind \\\n"
        "  fillcolor rgb '#e8e8e8' fillstyle solid 1 noborder\n",
        from, until);
  return out + lines();
}

/// Lines through the first panel up to their labels.
std::string Frame::lines() const {
  std::string out;
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const PlacedLabel& label = labels_[i];
    const double top_y = y(top(0) - key_height - static_cast<int>(label.row + 1) * row_height + 4);
    const double text_y = y(top(0) - key_height - static_cast<int>(label.row) * row_height - 8);
    out += fmt::format(
        "set arrow {0} from {1:.10g}, graph 0 to {1:.10g}, screen {2:.4f} nohead \\\n"
        "  dashtype 2 linewidth 0.75 linecolor rgb '{3}'\n"
        "set label {0} {4} at {1:.10g}, screen {5:.4f} {6} offset {7},0 font small \\\n"
        "  textcolor rgb '{3}'\n",
        i + 1, x(label.x), top_y, label.color, gnuplot_text(label.text), text_y,
        label.to_the_left ? "right" : "left", label.to_the_left ? "-0.5" : "0.5");
  }
  return out;
}

std::string Frame::panel(std::size_t index, const std::string& label) const {
  std::string out;
  if (index == 1) {
    out += "unset label\nunset logscale y\nset ytics autofreq format '%g'\nset yrange [0:*]\n";
    for (std::size_t i = 0; i < labels_.size(); ++i)
      out += fmt::format("set arrow {0} from {1:.10g}, graph 0 to {1:.10g}, graph 1 nohead front\n",
                         i + 1, x(labels_[i].x));
  }
  out += fmt::format(
      "set tmargin at screen {:.4f}\nset bmargin at screen {:.4f}\n"
      "set key at graph 1, screen {:.4f} right center horizontal Left reverse samplen 2 font "
      "small\n"
      "set ylabel {}\n",
      y(top(index)), y(top(index) + panel_height), y(top(index) - key_height / 2),
      gnuplot_text(label));
  if (index + 1 == panels) out += "set xtics format '%g'\nset xlabel 'time, s'\n";
  return out;
}

}  // namespace spof::report
