#include "report/plot/plot_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "measure/words.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

std::string tic_text(double ms) {
  return ms >= 1000 ? fmt::format("{:g} s", ms / 1000) : fmt::format("{:g} ms", ms);
}

}  // namespace

std::string latency_axis(const std::string& axis, double least, double most) {
  const bool narrow = most < 3 * least;
  std::vector<double> round;
  for (int exponent = -6; exponent < 13; ++exponent)
    for (int digit = 1; digit < 10; ++digit)
      if (narrow || digit == 1 || digit == 2 || digit == 5)
        round.push_back(digit * std::pow(10, exponent));
  auto low = std::upper_bound(round.begin(), round.end(), least / 1.05);
  if (low != round.begin()) --low;
  auto high = std::lower_bound(low, round.end(), most * 1.05);
  if (high == round.end()) --high;
  if (high == low) high == round.begin() ? ++high : --low;
  const bool decades_only = high - low > 9;
  std::string tics;
  for (auto tic = low; tic <= high; ++tic) {
    if (decades_only && (tic - round.begin()) % 3 != 0) continue;
    tics += fmt::format("{}'{}' {:g}", tics.empty() ? "" : ", ", tic_text(*tic), *tic);
  }
  return fmt::format("set logscale {0} 10\nset {0}range [{1:g}:{2:g}]\nset {0}tics ({3})\n", axis,
                     *low, *high, tics);
}

void place(std::vector<PlacedLabel>& labels, double width) {
  struct Taken {
    double from, until, x;
    std::size_t row;
  };
  std::vector<Taken> placed;
  std::size_t rows = 0;
  // From the right: a label that has to go higher then leads its line past the others' beginnings.
  std::stable_sort(labels.begin(), labels.end(),
                   [](const PlacedLabel& a, const PlacedLabel& b) { return a.x > b.x; });
  for (PlacedLabel& label : labels) {
    const double length = (static_cast<double>(width_of(label.text)) + 2) / width;
    label.to_the_left = label.x + length > 1.03;
    const double from = label.to_the_left ? label.x - length : label.x;
    const auto collides = [&](const Taken& other) {
      const auto over = [](double x, double begin, double end) { return x > begin && x < end; };
      if (other.row == label.row) return from < other.until && other.from < from + length;
      return other.row < label.row ? over(label.x, other.from, other.until)
                                   : over(other.x, from, from + length);
    };
    for (label.row = 0; label.row < rows; ++label.row)
      if (std::none_of(placed.begin(), placed.end(), collides)) break;
    placed.push_back({from, from + length, label.x, label.row});
    rows = std::max(rows, label.row + 1);
  }
}

}  // namespace spof::report
