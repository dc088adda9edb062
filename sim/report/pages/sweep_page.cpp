#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/append_new.hpp"
#include "base/paired.hpp"
#include "base/record.hpp"
#include "base/statistics.hpp"
#include "measure/words.hpp"
#include "report/pages/pages.hpp"

namespace spof::report {
namespace {

/// More points than this, and the terminal shows the best and the worst of them.
constexpr std::size_t most_rows = 24, best_rows = 8, worst_rows = 8;

/// "5.1 s ± 0.2", "never (2 of 5)"
std::string cell(const Estimate& made, Unit unit) {
  if (made.never == 0 || made.never == made.values.size()) return estimate_text(made, unit);
  return fmt::format("never ({} of {})", made.never, made.values.size());
}

/// "write during"
std::string subject(const SweepColumn& column) {
  return column.about() + (column.about().empty() || column.phase.empty() ? "" : " ") +
         column.phase;
}

/// "lost_writes 0", "outage(static) 0 s ... 40 ms"
std::string range_text(const Sweep& sweep, std::size_t column) {
  const Unit unit = sweep.columns[column].unit;
  double least = estimate_at(sweep.points.front(), column).mean, most = least;
  for (const SweepPoint& point : sweep.points) {
    const double value = estimate_at(point, column).mean;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  const std::string low = value_text(least, unit), high = value_text(most, unit);
  return question_text(sweep.columns[column]) + " " + (low == high ? low : low + " \u2026 " + high);
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
  Table table;
  table.keys = keys;
  for (std::size_t i = 0; i < keys; ++i) table.column('r', short_name(sweep, i));
  for (const std::size_t column : columns) {
    const std::string whom = subject(sweep.columns[column]);
    table.column('r', sweep.columns[column].metric + (whom.empty() ? "" : "\n" + whom));
  }
  for (const std::size_t point : points) {
    std::vector<Cell> row(sweep.points[point].values.begin(), sweep.points[point].values.end());
    for (const std::size_t column : columns)
      row.emplace_back(cell(estimate_at(sweep.points[point], column), sweep.columns[column].unit));
    table.row(std::move(row));
  }
  return table;
}

/// Against the first point, seed by seed.
Json difference(const Sweep& sweep, const SweepPoint& point, std::size_t column) {
  const auto gaps = differences(sweep.points.front().numbers[column], point.numbers[column]);
  if (gaps.empty()) return nullptr;
  const Gap gap = paired_gap(gaps);
  return {{"mean", rounded(gap.mean)},
          {"half_width_95", gap.interval ? rounded(gap.half_width) : Json(nullptr)},
          {"pairs", gaps.size()}};
}

Json row(const Sweep& sweep, std::size_t index, std::size_t column) {
  const SweepColumn& what = sweep.columns[column];
  const Estimate made = estimate_at(sweep.points[index], column);
  Json out{{"point", index}, {"metric", what.metric}};
  if (!what.about().empty()) out["class"] = what.about();
  if (!what.phase.empty()) out["phase"] = what.phase;
  out["unit"] = word(what.unit);
  out["mean"] = rounded(made.mean);
  out["half_width_95"] = rounded(made.half_width);
  out["never"] = made.never;
  out["values"] = mapped(made.values, rounded);
  if (index > 0) out["minus_first_point"] = difference(sweep, sweep.points[index], column);
  return out;
}

Json values_json(const Sweep& sweep, const SweepPoint& point) {
  Json out = Json::object();
  for (std::size_t i = 0; i < point.values.size(); ++i)
    out[sweep.parameters[i].pointer] = point.values[i];
  return out;
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
  std::vector<std::size_t> different;
  std::string same;
  for (std::size_t i = 0; i < sweep.columns.size(); ++i)
    if (differs(sweep, i))
      different.push_back(i);
    else
      same += (same.empty() ? "No difference proven: " : "; ") + range_text(sweep, i);
  const auto points = shown_points(sweep, medium);
  Paragraph rest;
  if (points.size() < sweep.points.size())
    rest.text = fmt::format("({} best and {} worst of {} points; sweep.csv has all)", best_rows,
                            worst_rows, sweep.points.size());
  page.blocks = {std::move(parameters)};
  if (!different.empty()) page.blocks.emplace_back(table_of(sweep, points, different));
  append(
      page.blocks,
      {rest, Paragraph{same.empty() ? "" : same + "."},
       Paragraph{"Means over the runs, \u00b1 half of their 95 % interval. Whether points differ "
                 "is asked of the pairs with the same seed.",
                 true}});
  return page;
}

std::string sweep_json(const Sweep& sweep) {
  const SweepVerdict made = verdict(sweep);
  const auto parameter = [](const SweepParameter& one) {
    return Json{{"pointer", one.pointer}, {"values", one.values}};
  };
  const auto point = [&](const SweepPoint& one) { return values_json(sweep, one); };
  Json metrics = Json::array();
  for (std::size_t i = 0; i < sweep.points.size(); ++i)
    for (std::size_t column = 0; column < sweep.columns.size(); ++column)
      metrics.push_back(row(sweep, i, column));
  return laid_out({{"format", 1},
                   {"name", sweep.name},
                   {"title", sweep.title},
                   {"verdict", {{"text", made.text}, {"best", made.best}, {"worst", made.worst}}},
                   {"runs", sweep.runs},
                   {"seed", sweep.seed},
                   {"parameters", mapped(sweep.parameters, parameter)},
                   {"points", mapped(sweep.points, point)},
                   {"metrics", metrics},
                   {"scenario", sweep.scenario}});
}

}  // namespace spof::report
