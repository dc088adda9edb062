#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/quantity_text.hpp"
#include "report/pages/pages.hpp"

namespace spof::report {
namespace {

constexpr std::size_t most_lines = 8, most_panels = 12;

/// The values as numbers when all are counts, or all are quantities of one kind; else none.
std::vector<double> as_numbers(const std::vector<std::string>& values) {
  std::vector<double> numbers(values.size());
  constexpr const Dimension* counts = nullptr;
  for (const Dimension* kind : {counts, &dimension<Seconds>(), &dimension<Share>(),
                                &dimension<Rate>(), &dimension<Bytes>(), &dimension<Bandwidth>()}) {
    std::size_t read = 0;
    while (read < values.size() &&
           (kind ? parse_quantity(values[read], *kind, numbers[read]).empty()
                 : parse_number(values[read], numbers[read])))
      ++read;
    if (read == values.size()) return numbers;
  }
  return {};
}

/// What an axis counts in: shares as per cent, short times as milliseconds.
struct Axis {
  double factor;
  const char* unit;
};

Axis axis_of(const Unit unit, double largest) {
  if (unit == Unit::share) return {100, "%"};
  if (unit == Unit::count) return {1, ""};
  return largest < 1 ? Axis{1000, "ms"} : Axis{1, "s"};
}

/// `order`: of the first parameter's values, from left to right.
Chart chart_of(const Sweep& sweep, std::size_t column, const std::vector<std::size_t>& order) {
  const SweepColumn& what = sweep.columns[column];
  const std::size_t lines = sweep.points.size() / order.size();
  double largest = 0;
  for (const SweepPoint& point : sweep.points)
    if (const double mean = estimate_at(point, column).mean; std::isfinite(mean))
      largest = std::max(largest, mean);
  const Axis axis = axis_of(what.unit, largest);
  // No metric can be negative and no share above one, whatever an interval says.
  const double most = what.unit == Unit::share ? 1 : never;
  Chart chart{question_text(what), axis.unit, false, {}};
  if (what.better == measure::Better::higher) chart.top = most * axis.factor;
  for (std::size_t line = 0; line < lines; ++line) {
    Curve curve{"", {}, static_cast<int>(line)};
    for (std::size_t p = 1; p < sweep.parameters.size(); ++p)
      curve.name +=
          (p == 1 ? "" : ", ") + short_name(sweep, p) + "=" + sweep.points[line].values[p];
    for (const std::size_t i : order) {
      const Estimate made = estimate_at(sweep.points[i * lines + line], column);
      curve.values.push_back(made.mean * axis.factor);
      curve.low.push_back(std::max(made.mean - made.half_width, 0.0) * axis.factor);
      curve.high.push_back(std::min(made.mean + made.half_width, most) * axis.factor);
    }
    chart.curves.push_back(std::move(curve));
  }
  return chart;
}

/// Whether a chart has a point that is there, or one that is not.
bool has_dot(const Chart& chart, bool there) {
  return std::ranges::any_of(chart.curves, [=](const Curve& curve) {
    return std::ranges::any_of(curve.values, [=](double y) { return std::isfinite(y) == there; });
  });
}

/// Numbers so far apart that the small ones would lie on each other get a logarithmic axis.
bool is_crowded(const std::vector<double>& numbers) {
  if (numbers.size() < 3 || numbers.front() <= 0) return false;
  const double span = numbers.back() - numbers.front();
  for (std::size_t i = 1; i < numbers.size(); ++i)
    if (numbers[i] - numbers[i - 1] < 0.12 * span) return true;
  return false;
}

std::string subtitle_of(const Sweep& sweep, bool missing, std::size_t left_out) {
  std::string text =
      sweep.name + (sweep.runs == 1 ? ": one run at each point"
                                    : fmt::format(": means of {} runs at each point and their "
                                                  "95 % intervals",
                                                  sweep.runs));
  if (missing) text += "; no point: never, or nothing to measure";
  if (left_out > 0)
    text +=
        fmt::format("; {} more {} in sweep.csv", left_out, left_out == 1 ? "metric" : "metrics");
  return text;
}

}  // namespace

std::optional<ChartGroup> sweep_plot(const Sweep& sweep) {
  const SweepParameter& first = sweep.parameters.front();
  const std::size_t lines = sweep.points.size() / first.values.size();
  if (first.values.size() < 2 || lines > most_lines) return std::nullopt;
  ChartGroup plot;
  plot.title = sweep.title.empty() ? sweep.name : sweep.title;
  plot.axis = first.pointer;
  std::vector<double> numbers = as_numbers(first.values);
  const bool words = numbers.empty();  // evenly spaced
  for (std::size_t i = 0; words && i < first.values.size(); ++i)
    numbers.push_back(static_cast<double>(i));
  // Lines go from left to right, whatever the order in which the values were given.
  std::vector<std::size_t> order(first.values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return numbers[i]; });
  for (const std::size_t i : order) {
    plot.times.push_back(numbers[i]);
    plot.tics.emplace_back(numbers[i], first.values[i]);
  }
  plot.logarithmic = !words && is_crowded(plot.times);
  bool missing = false;
  std::size_t left_out = 0;
  for (std::size_t column = 0; column < sweep.columns.size(); ++column) {
    if (!differs(sweep, column)) continue;
    Chart chart = chart_of(sweep, column, order);
    if (!has_dot(chart, true) || plot.charts.size() == most_panels) {
      ++left_out;
      continue;
    }
    missing = missing || has_dot(chart, false);
    plot.charts.push_back(std::move(chart));
  }
  if (plot.charts.empty()) return std::nullopt;
  plot.subtitle = subtitle_of(sweep, missing, left_out);
  return plot;
}

}  // namespace spof::report
