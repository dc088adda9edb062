#include "analysis/sweep/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/append_new.hpp"
#include "base/paired.hpp"
#include "base/statistics.hpp"
#include "measure/words.hpp"

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
using Values = std::vector<double>;

/// Which of these differences from the least are beyond chance, after Holm's correction for their
/// number; with one run of each, where chance is not told from effect, all that are more than 0.
/// Of several runs a single pair that has values proves nothing.
std::vector<bool> beyond_chance(const std::vector<Gap>& gaps, std::size_t runs) {
  std::vector<double> chances;
  for (const Gap& gap : gaps) chances.push_back(gap.interval ? gap.p : 1);
  const std::vector<double> corrected = holm(chances);
  std::vector<bool> proven;
  for (std::size_t i = 0; i < gaps.size(); ++i)
    proven.push_back(gaps[i].interval ? gaps[i].excludes_zero() && corrected[i] <= 0.05
                                      : runs == 1 && gaps[i].mean > 0);
  return proven;
}

/// As `spof compare` judges: in how many runs it never happened; only where that is the same, run
/// for run, how late it was in the others.
Gap gap_between(const Values& less, const Values& more) {
  const Values nevers = differences(as_never(less), as_never(more));
  const bool same = std::ranges::all_of(nevers, [](double gap) { return gap == 0; });
  return paired_gap(same ? differences(less, more) : nevers);
}

/// How bad it is: never in more of the runs, then later in the others.
std::pair<double, double> order_of(const Estimate& estimate) {
  return {static_cast<double>(estimate.never) / static_cast<double>(estimate.measured),
          mean(happened(estimate.values))};
}

/// All points against the one with the least of something bad.
struct Ranking {
  std::size_t best = 0;   ///< the least mean
  std::size_t worst = 0;  ///< of those proven worse the largest mean; `best`: none is
  std::vector<double> means;
  std::vector<Gap> gaps;      ///< to the best, by point
  std::vector<bool> differs;  ///< proven worse than the best, by point

  double most() const { return *std::ranges::max_element(means); }
};

Ranking ranking(const Sweep& sweep, Shares shares) {
  Ranking made;
  for (const SweepPoint& point : sweep.points) made.means.push_back(mean(point.*shares));
  made.best = static_cast<std::size_t>(std::ranges::min_element(made.means) - made.means.begin());
  std::vector<Gap> others;
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    made.gaps.push_back(
        paired_gap(differences(sweep.points[made.best].*shares, sweep.points[i].*shares)));
    if (i != made.best) others.push_back(made.gaps.back());
  }
  made.differs = beyond_chance(others, sweep.runs);
  made.differs.insert(made.differs.begin() + static_cast<std::ptrdiff_t>(made.best), false);
  made.worst = made.best;
  for (std::size_t i = 0; i < sweep.points.size(); ++i)
    if (made.differs[i] && (made.worst == made.best || made.means[i] > made.means[made.worst]))
      made.worst = i;
  return made;
}

/// "retries=0, redispatch=true"
std::string point_text(const Sweep& sweep, const SweepPoint& point) {
  std::string text;
  for (std::size_t i = 0; i < point.values.size(); ++i)
    text += (i == 0 ? "" : ", ") + short_name(sweep, i) + "=" + point.values[i];
  return text;
}

/// " Not proven worse than the best: inter=1s, inter=2s.", for the points whose difference to it
/// may be chance.
std::string ties(const Sweep& sweep, const Ranking& found) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < sweep.points.size(); ++i)
    if (i != found.best && !found.differs[i]) names.push_back(point_text(sweep, sweep.points[i]));
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

SweepVerdict told_apart(const Sweep& sweep, const Ranking& found, const char* what) {
  const std::string one_run =
      sweep.runs > 1 ? "" : " This is one run of each: chance is not told from effect.";
  const bool is_most = found.means[found.worst] >= found.most();
  return {
      fmt::format("Users suffer least with {}: {} of their requests {}; {} with {}: {}, {}.",
                  point_text(sweep, sweep.points[found.best]), share_text(found.means[found.best]),
                  what, is_most ? "most" : "of the points proven worse in this, most",
                  point_text(sweep, sweep.points[found.worst]),
                  share_text(found.means[found.worst]), gap_text(found.gaps[found.worst])) +
          ties(sweep, found) + one_run,
      found.best, found.worst};
}

/// Where acknowledged writes are lost, beside what the points do to requests.
void tell_losses(const Sweep& sweep, SweepVerdict& made) {
  const Ranking lost = ranking(sweep, &SweepPoint::lost);
  if (lost.worst == lost.best) return;
  const auto count_with = [&](std::size_t point) {
    return fmt::format("with {} {}", point_text(sweep, sweep.points[point]),
                       count_text(lost.means[point]));
  };
  if (made.best != made.worst && lost.differs[made.best]) {
    made.text += fmt::format(" But there {} acknowledged writes a run are lost, {}.",
                             count_text(lost.means[made.best]), count_with(lost.best));
    return;
  }
  made.text += fmt::format(" Acknowledged writes that are lost, a run: {}, {}.",
                           count_with(lost.best), count_with(lost.worst));
  if (made.best == made.worst) std::tie(made.best, made.worst) = std::pair(lost.best, lost.worst);
}

/// "60", or "60 to 120" seconds.
std::string duration_text(const Sweep& sweep) {
  const auto [least, most] = std::ranges::minmax_element(sweep.points, {}, &SweepPoint::duration);
  return least->duration < most->duration
             ? fmt::format("{:g} to {:g}", least->duration, most->duration)
             : fmt::format("{:g}", least->duration);
}

/// What the points do to requests.
SweepVerdict verdict_on_requests(const Sweep& sweep) {
  const Ranking failed = ranking(sweep, &SweepPoint::failed);
  const Ranking slow = ranking(sweep, &SweepPoint::slow);
  if (failed.worst != failed.best) {
    SweepVerdict made = told_apart(sweep, failed, "fail");
    // Who waits instead of failing suffers, too.
    if (slow.differs[failed.best] && slow.means[failed.best] - slow.means[slow.best] >
                                         failed.means[failed.worst] - failed.means[failed.best])
      made.text += fmt::format(
          " But there {} are answered later than 0.9 s, with {} only {}: more of them than fail.",
          share_text(slow.means[failed.best]), point_text(sweep, sweep.points[slow.best]),
          share_text(slow.means[slow.best]));
    return made;
  }
  const std::string least = share_text(failed.means[failed.best]), most = share_text(failed.most());
  std::string same;
  if (failed.most() <= 0)
    same = "No request fails at any point.";
  else if (least == most)
    same = fmt::format("{} of requests fail at every point.", least);
  else
    same = fmt::format("{} to {} of requests fail, which may be chance: fewest with {}{}.", least,
                       most, point_text(sweep, sweep.points[failed.best]),
                       sweep.runs < few_runs ? "; more runs would tell more, as with -n 10" : "");
  if (slow.worst == slow.best) return {same, 0, 0};
  SweepVerdict made = told_apart(sweep, slow, "are answered later than 0.9 s");
  made.text = same + " " + made.text;
  return made;
}

}  // namespace

std::string short_name(const Sweep& sweep, std::size_t parameter) {
  const std::string& pointer = sweep.parameters[parameter].pointer;
  for (std::size_t count = 1;; ++count) {
    std::string name = ending(pointer, count);
    const bool whole = name.size() + 1 >= pointer.size();
    const auto same = std::ranges::count_if(sweep.parameters, [&](const SweepParameter& other) {
      return ending(other.pointer, count) == name;
    });
    const bool is_index = name.find_first_not_of("0123456789") == std::string::npos;
    if (whole || (same == 1 && !is_index)) return name;
  }
}

std::string size_text(const Sweep& sweep) {
  return fmt::format("{} \u00d7 {} \u00d7 {} s, {}", counted(sweep.points.size(), "point"),
                     counted(sweep.runs, "run"), duration_text(sweep),
                     seed_range(sweep.seed, sweep.seed + sweep.runs - 1));
}

Estimate estimate_at(const SweepPoint& point, std::size_t column) {
  return measure::estimate_of(point.numbers[column]);
}

bool differs(const Sweep& sweep, std::size_t column) {
  const SweepPoint* low = nullptr;
  std::pair<double, double> least;
  bool nothing = false;
  for (const SweepPoint& point : sweep.points) {
    const Estimate estimate = estimate_at(point, column);
    nothing = nothing || estimate.measured == 0;
    if (estimate.measured == 0) continue;
    const auto order = order_of(estimate);
    if (!low || order < least) std::tie(low, least) = std::pair(&point, order);
  }
  if (!low || nothing) return low != nullptr;  // measured here and not there
  std::vector<Gap> gaps;
  for (const SweepPoint& point : sweep.points)
    if (&point != low) gaps.push_back(gap_between(low->numbers[column], point.numbers[column]));
  const std::vector<bool> proven = beyond_chance(gaps, sweep.runs);
  return has(proven, true);
}

SweepVerdict verdict(const Sweep& sweep) {
  SweepVerdict made = verdict_on_requests(sweep);
  tell_losses(sweep, made);
  return made;
}

}  // namespace spof::report
