#include <algorithm>
#include <utility>

#include "base/quantity_text.hpp"
#include "report/sweep/sweep.hpp"

namespace spof::report {
namespace {

constexpr std::size_t most_lines = 8, most_panels = 8;

/// The values as numbers when all are counts, or all are quantities of one kind; else none.
std::vector<double> as_numbers(const std::vector<std::string>& values) {
  const auto read = [&](auto parse) {
    std::vector<double> numbers;
    for (const std::string& value : values) {
      double number = 0;
      if (!parse(value, number)) return std::vector<double>();
      numbers.push_back(number);
    }
    return numbers;
  };
  const auto quantity = [](const Dimension& dimension) {
    return [&dimension](const std::string& text, double& number) {
      return parse_quantity(text, dimension, number).empty();
    };
  };
  std::vector<double> numbers =
      read([](const std::string& text, double& number) { return parse_number(text, number); });
  for (const Dimension* each : {&dimension<Seconds>(), &dimension<Share>(), &dimension<Rate>(),
                                &dimension<Bytes>(), &dimension<Bandwidth>()})
    if (numbers.empty()) numbers = read(quantity(*each));
  return numbers;
}

/// Short enough for an axis: "availability(write) during", "outage(read), s".
std::string axis_text(const SweepColumn& column) {
  SweepColumn brief = column;
  brief.phase.clear();
  return column_text(brief) + (column.phase.empty() ? "" : " " + column.phase) +
         (column.unit == measure::Unit::seconds ? ", s" : "");
}

/// `order`: of the first parameter's values, from left to right.
SweepPanel panel_of(const Sweep& sweep, std::size_t column, const std::vector<std::size_t>& order) {
  const SweepColumn& what = sweep.columns[column];
  const std::size_t lines = sweep.points.size() / order.size();
  SweepPanel panel{axis_text(what), false, {}};
  for (std::size_t line = 0; line < lines; ++line) {
    SweepSeries series;
    for (std::size_t p = 1; p < sweep.parameters.size(); ++p)
      series.name +=
          (p == 1 ? "" : ", ") + short_name(sweep, p) + "=" + sweep.points[line].values[p];
    for (const std::size_t i : order) {
      const measure::Estimate made = estimate_at(sweep.points[i * lines + line], column);
      series.mean.push_back(made.mean);
      series.half_width.push_back(made.half_width);
    }
    panel.series.push_back(std::move(series));
  }
  return panel;
}

}  // namespace

std::optional<SweepPlot> sweep_plot(const Sweep& sweep) {
  const SweepParameter& first = sweep.parameters.front();
  const std::size_t lines = sweep.points.size() / first.values.size();
  if (first.values.size() < 2 || lines > most_lines) return std::nullopt;
  SweepPlot plot;
  plot.title = sweep.name;
  plot.x_label = first.pointer;
  plot.numbers = as_numbers(first.values);
  // Lines go from left to right, whatever the order in which the values were given.
  std::vector<std::size_t> order(first.values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  if (!plot.numbers.empty())
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return plot.numbers[a] < plot.numbers[b];
    });
  std::sort(plot.numbers.begin(), plot.numbers.end());
  for (const std::size_t i : order) plot.x.push_back(first.values[i]);
  for (std::size_t column = 0; column < sweep.columns.size(); ++column) {
    if (!differs(sweep, column) || plot.panels.size() == most_panels) continue;
    plot.panels.push_back(panel_of(sweep, column, order));
  }
  if (plot.panels.empty()) return std::nullopt;
  return plot;
}

}  // namespace spof::report
