#include "report/sweep/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "base/statistics.hpp"
#include "report/compare/compare_statistics.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

/// Fewer than this leave wide intervals.
constexpr std::size_t few_runs = 5;

/// The last `count` names of a pointer.
std::string ending(const std::string& pointer, std::size_t count) {
  std::size_t at = pointer.size();
  while (count-- > 0 && at > 0) at = pointer.rfind('/', at - 1);
  return pointer.substr(std::min(at + 1, pointer.size()));
}

using Shares = std::vector<double> SweepPoint::*;

/// The points with the least and the most of something bad.
struct Extremes {
  std::size_t best = 0, worst = 0;
  double least = 0, most = 0;
  Gap gap;

  /// With one run of each, chance is not told from effect.
  bool apart() const { return gap.interval ? gap.excludes_zero() : gap.mean > 0; }
};

std::vector<double> differences(const std::vector<double>& less, const std::vector<double>& more) {
  std::vector<double> all;
  for (std::size_t i = 0; i < std::min(less.size(), more.size()); ++i)
    all.push_back(more[i] - less[i]);
  return all;
}

Extremes extremes(const Sweep& sweep, Shares shares) {
  Extremes found;
  found.least = found.most = mean(sweep.points.front().*shares);
  for (std::size_t i = 1; i < sweep.points.size(); ++i) {
    const double value = mean(sweep.points[i].*shares);
    if (value < found.least) std::tie(found.best, found.least) = std::pair(i, value);
    if (value > found.most) std::tie(found.worst, found.most) = std::pair(i, value);
  }
  found.gap =
      paired_gap(differences(sweep.points[found.best].*shares, sweep.points[found.worst].*shares));
  return found;
}

/// "; 1s and 2s are not proven worse", for the points whose difference to the best may be chance.
std::string ties(const Sweep& sweep, const Extremes& found, Shares shares) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    if (i == found.best) continue;
    const Gap gap =
        paired_gap(differences(sweep.points[found.best].*shares, sweep.points[i].*shares));
    if (gap.interval ? !gap.excludes_zero() : gap.mean <= 0)
      names.push_back(point_text(sweep, sweep.points[i]));
  }
  if (names.empty()) return "";
  if (names.size() > 3)
    return fmt::format(" {} other points are not proven worse than the best.", names.size());
  return fmt::format(" Not proven worse than the best: {}.", listed(names));
}

/// "3.31 percentage points more (3.02 ... 3.60)."
std::string gap_text(const Gap& gap) {
  std::string text = fmt::format("{:.2f} percentage points more", gap.mean * 100);
  if (gap.interval)
    text += fmt::format(" ({:.2f} \u2026 {:.2f})", (gap.mean - gap.half_width) * 100,
                        (gap.mean + gap.half_width) * 100);
  return text;
}

SweepVerdict told_apart(const Sweep& sweep, const Extremes& found, Shares shares,
                        const char* what) {
  const std::string one_run =
      sweep.runs > 1 ? "" : " This is one run of each: chance is not told from effect.";
  return {fmt::format("Users suffer least with {}: {} of their requests {}; most with {}: {}, {}.",
                      point_text(sweep, sweep.points[found.best]), share_text(found.least), what,
                      point_text(sweep, sweep.points[found.worst]), share_text(found.most),
                      gap_text(found.gap)) +
              ties(sweep, found, shares) + one_run,
          found.best, found.worst};
}

}  // namespace

std::string column_text(const SweepColumn& column) {
  return column.metric + (column.about.empty() ? "" : "(" + column.about + ")") +
         (column.phase.empty() ? "" : " " + column.phase + " fault");
}

std::string short_name(const Sweep& sweep, std::size_t parameter) {
  const std::string& pointer = sweep.parameters[parameter].pointer;
  for (std::size_t count = 1;; ++count) {
    std::string name = ending(pointer, count);
    const bool whole = name.size() + 1 >= pointer.size();
    const auto same = std::count_if(
        sweep.parameters.begin(), sweep.parameters.end(),
        [&](const SweepParameter& other) { return ending(other.pointer, count) == name; });
    const bool is_index = name.find_first_not_of("0123456789") == std::string::npos;
    if (whole || (same == 1 && !is_index)) return name;
  }
}

std::string point_text(const Sweep& sweep, const SweepPoint& point) {
  std::string text;
  for (std::size_t i = 0; i < point.values.size(); ++i)
    text += (i == 0 ? "" : ", ") + short_name(sweep, i) + "=" + point.values[i];
  return text;
}

std::string size_text(const Sweep& sweep) {
  const std::string points =
      fmt::format("{} point{}", sweep.points.size(), sweep.points.size() == 1 ? "" : "s");
  if (sweep.runs == 1)
    return fmt::format("{} \u00d7 1 run \u00d7 {:g} s, seed {}", points, sweep.duration,
                       sweep.seed);
  return fmt::format("{} \u00d7 {} runs \u00d7 {:g} s, seeds {} to {}", points, sweep.runs,
                     sweep.duration, sweep.seed, sweep.seed + sweep.runs - 1);
}

measure::Estimate estimate_at(const SweepPoint& point, std::size_t column) {
  return measure::estimate_of(point.numbers[column]);
}

bool differs(const Sweep& sweep, std::size_t column) {
  const SweepPoint* low = nullptr;
  const SweepPoint* high = nullptr;
  double least = 0, most = 0;
  bool nothing = false;
  for (const SweepPoint& point : sweep.points) {
    const double value = estimate_at(point, column).mean;
    nothing = nothing || std::isnan(value);
    if (std::isnan(value)) continue;
    if (!low || value < least) std::tie(low, least) = std::pair(&point, value);
    if (!high || value > most) std::tie(high, most) = std::pair(&point, value);
  }
  if (!low || nothing) return low != nullptr;  // measured here and not there
  if (std::isinf(most)) return std::isfinite(least);
  std::vector<double> gaps;
  for (const double gap : differences(low->numbers[column], high->numbers[column]))
    if (std::isfinite(gap)) gaps.push_back(gap);
  const Gap gap = paired_gap(gaps);
  return gap.interval ? gap.excludes_zero() : most > least;
}

SweepVerdict verdict(const Sweep& sweep) {
  const Extremes failed = extremes(sweep, &SweepPoint::failed);
  if (failed.apart()) return told_apart(sweep, failed, &SweepPoint::failed, "fail");
  const Extremes slow = extremes(sweep, &SweepPoint::slow);
  std::string same;
  if (failed.most <= 0)
    same = "No request fails at any point.";
  else if (share_text(failed.least) == share_text(failed.most))
    same = fmt::format("{} of requests fail at every point.", share_text(failed.least));
  else
    same = fmt::format("{} to {} of requests fail: no point is proven better than another{}.",
                       share_text(failed.least), share_text(failed.most),
                       sweep.runs < few_runs ? "; more runs would tell more, as with -n 10" : "");
  if (!slow.apart()) return {same, 0, 0};
  SweepVerdict made = told_apart(sweep, slow, &SweepPoint::slow, "are answered later than 0.9 s");
  made.text = same + " " + made.text;
  return made;
}

}  // namespace spof::report
