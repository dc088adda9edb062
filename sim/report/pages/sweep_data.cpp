#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/paired.hpp"
#include "base/record.hpp"
#include "base/words.hpp"
#include "report/pages/sweep_page.hpp"

namespace spof::report {
namespace {

/// Against the first point, seed by seed.
Json difference(const Sweep& sweep, const SweepPoint& point, std::size_t column) {
  std::vector<double> gaps;
  const auto& base = sweep.points.front().numbers[column];
  for (std::size_t i = 0; i < std::min(base.size(), point.numbers[column].size()); ++i) {
    const double gap = point.numbers[column][i] - base[i];
    if (std::isfinite(gap)) gaps.push_back(gap);
  }
  if (gaps.empty()) return nullptr;
  const Gap gap = paired_gap(gaps);
  return {{"mean", rounded(gap.mean)},
          {"half_width_95", gap.interval ? rounded(gap.half_width) : Json(nullptr)},
          {"pairs", gaps.size()}};
}

Json row(const Sweep& sweep, std::size_t index, std::size_t column) {
  const SweepColumn& what = sweep.columns[column];
  const measure::Estimate made = estimate_at(sweep.points[index], column);
  Json out{{"point", index}, {"metric", what.metric}};
  if (!what.about.empty()) out["class"] = what.about;
  if (!what.phase.empty()) out["phase"] = what.phase;
  out["unit"] = word(what.unit);
  out["mean"] = rounded(made.mean);
  out["half_width_95"] = rounded(made.half_width);
  out["never"] = made.never;
  out["values"] = Json::array();
  for (const double value : made.values) out["values"].push_back(rounded(value));
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

std::string sweep_json(const Sweep& sweep) {
  const SweepVerdict made = verdict(sweep);
  Json parameters = Json::array(), points = Json::array(), metrics = Json::array();
  for (const SweepParameter& parameter : sweep.parameters)
    parameters.push_back({{"pointer", parameter.pointer}, {"values", parameter.values}});
  for (const SweepPoint& point : sweep.points) points.push_back(values_json(sweep, point));
  for (std::size_t i = 0; i < sweep.points.size(); ++i)
    for (std::size_t column = 0; column < sweep.columns.size(); ++column)
      metrics.push_back(row(sweep, i, column));
  return laid_out({{"format", 1},
                   {"name", sweep.name},
                   {"title", sweep.title},
                   {"verdict", {{"text", made.text}, {"best", made.best}, {"worst", made.worst}}},
                   {"runs", sweep.runs},
                   {"seed", sweep.seed},
                   {"parameters", parameters},
                   {"points", points},
                   {"metrics", metrics},
                   {"scenario", sweep.scenario}});
}

}  // namespace spof::report
