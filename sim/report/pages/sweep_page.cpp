#include "report/pages/sweep_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/statistics.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// More points than this, and the terminal shows the best and the worst of them.
constexpr std::size_t most_rows = 24, best_rows = 8, worst_rows = 8;

/// "5.1 s ± 0.2", "never (2 of 5)"
std::string cell(const measure::Estimate& made, measure::Unit unit) {
  if (made.never == 0 || made.never == made.values.size()) return estimate_text(made, unit);
  return fmt::format("never ({} of {})", made.never, made.values.size());
}

/// "write during"
std::string subject(const SweepColumn& column) {
  return column.about + (column.about.empty() || column.phase.empty() ? "" : " ") + column.phase;
}

/// Which columns tell the points apart, and which do not.
struct Columns {
  std::vector<std::size_t> different, same;
};

Columns split(const Sweep& sweep) {
  Columns columns;
  for (std::size_t i = 0; i < sweep.columns.size(); ++i)
    (differs(sweep, i) ? columns.different : columns.same).push_back(i);
  return columns;
}

/// "lost_writes 0; outage(static) 0 s ... 40 ms"
std::string same_text(const Sweep& sweep, const std::vector<std::size_t>& columns) {
  std::string text;
  for (const std::size_t column : columns) {
    const measure::Unit unit = sweep.columns[column].unit;
    double least = estimate_at(sweep.points.front(), column).mean, most = least;
    for (const SweepPoint& point : sweep.points) {
      const double value = estimate_at(point, column).mean;
      least = std::min(least, value);
      most = std::max(most, value);
    }
    const std::string low = value_text(least, unit), high = value_text(most, unit);
    text += (text.empty() ? "" : "; ") + column_text(sweep.columns[column]) + " " +
            (low == high ? low : low + " \u2026 " + high);
  }
  return text;
}

/// All points in order, or the best and the worst, best first.
std::vector<std::size_t> shown_points(const Sweep& sweep, Medium medium) {
  std::vector<std::size_t> order(sweep.points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() <= most_rows || medium != Medium::screen) return order;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    return std::pair(mean(sweep.points[i].failed), mean(sweep.points[i].slow));
  });
  order.erase(order.begin() + best_rows, order.end() - worst_rows);
  return order;
}

/// The values of the points, and their figures in these columns.
Table table_of(const Sweep& sweep, const std::vector<std::size_t>& points,
               const std::vector<std::size_t>& columns) {
  const std::size_t keys = sweep.parameters.size();
  Table table{std::string(keys + columns.size(), 'r'), {}};
  table.keys = keys;
  for (std::size_t i = 0; i < keys; ++i) table.heads.push_back(short_name(sweep, i));
  for (const std::size_t column : columns) {
    const std::string whom = subject(sweep.columns[column]);
    table.heads.push_back(sweep.columns[column].metric + (whom.empty() ? "" : "\n" + whom));
  }
  for (const std::size_t point : points) {
    std::vector<Cell> row(sweep.points[point].values.begin(), sweep.points[point].values.end());
    for (const std::size_t column : columns)
      row.emplace_back(cell(estimate_at(sweep.points[point], column), sweep.columns[column].unit));
    table.row(std::move(row));
  }
  return table;
}

}  // namespace

Document sweep_page(const Sweep& sweep, Medium medium) {
  const SweepVerdict made = verdict(sweep);
  Document page{"Sweep of " + sweep.name};
  page.subtitle = (sweep.title.empty() ? "" : sweep.title + "; ") + size_text(sweep) +
                  ", the same for every point";
  page.tone = made.best == made.worst ? Tone::good : Tone::warn;
  page.verdict = made.text;
  List parameters;
  for (std::size_t i = 0; i < sweep.parameters.size(); ++i)
    parameters.lines.push_back(fmt::format("{} = `{}`: {}", short_name(sweep, i),
                                           sweep.parameters[i].pointer,
                                           fmt::join(sweep.parameters[i].values, ", ")));
  page.blocks.emplace_back(std::move(parameters));
  const Columns columns = split(sweep);
  const auto points = shown_points(sweep, medium);
  if (!columns.different.empty())
    page.blocks.emplace_back(table_of(sweep, points, columns.different));
  if (points.size() < sweep.points.size())
    page.blocks.emplace_back(
        Paragraph{fmt::format("({} best and {} worst of {} points; sweep.csv has all)", best_rows,
                              worst_rows, sweep.points.size())});
  if (!columns.same.empty())
    page.blocks.emplace_back(
        Paragraph{"No difference proven: " + same_text(sweep, columns.same) + "."});
  page.blocks.emplace_back(
      Paragraph{"Means over the runs, \u00b1 half of their 95 % interval. Whether points differ is "
                "asked of the pairs with the same seed.",
                true});
  return page;
}

}  // namespace spof::report
