#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/document.hpp"
#include "report/plot/gnuplot.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

/// A logarithmic axis from one round number to another, and no more marks than are read.
std::string latency_axis(double least, double most) {
  const bool narrow = most < 3 * least;
  std::vector<double> round;
  for (int exponent = -6; exponent < 13; ++exponent)
    for (int digit = 1; digit < 10; ++digit)
      if (narrow || digit == 1 || digit == 2 || digit == 5)
        round.push_back(digit * std::pow(10, exponent));
  auto low = std::ranges::upper_bound(round, least / 1.05);
  if (low != round.begin()) --low;
  auto high = std::lower_bound(low, round.end(), most * 1.05);
  if (high == round.end()) --high;
  if (high == low) high == round.begin() ? ++high : --low;
  std::string tics;
  for (auto tic = low; tic <= high; ++tic)
    if (high - low <= 9 || (tic - round.begin()) % 3 == 0)
      tics += fmt::format("{}'{:g} {}' {:g}", tics.empty() ? "" : ", ",
                          *tic >= 1000 ? *tic / 1000 : *tic, *tic >= 1000 ? "s" : "ms", *tic);
  return fmt::format("set logscale y 10\nset yrange [{:g}:{:g}]\nset ytics ({})\n", *low, *high,
                     tics);
}

}  // namespace

std::string as_format(const std::string& text) { return respelled(text, {{'%', "%%"}}); }

std::string y_axis(const Chart& chart) {
  double least = HUGE_VAL, most = 0;
  for (const Curve& curve : chart.curves)
    for (const auto* values : {&curve.values, &curve.low, &curve.high})
      for (const double value : *values)
        if (std::isfinite(value) && (value > 0 || !chart.logarithmic)) {
          least = std::min(least, value);
          most = std::max(most, value);
        }
  if (chart.logarithmic) return most > 0 ? latency_axis(least, most) : latency_axis(1, 100);
  std::string range = most > 0 ? "[0:*]" : "[0:1]";
  if (std::isfinite(chart.top))
    range = fmt::format("[{}:{}]", least < chart.top ? "*" : gnuplot_number(chart.top - 1),
                        gnuplot_number(chart.top));
  const std::string unit = chart.unit == "/s" ? "" : as_format(chart.unit);
  return fmt::format("unset logscale y\nset ytics autofreq format '%g{}{}'\nset yrange {}\n",
                     unit.empty() ? "" : " ", unit, range);
}

}  // namespace spof::report
