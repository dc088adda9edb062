#include "measure/expect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spof::measure {
namespace {

/// Numbers that differ by rounding only are equal; `never` is infinite and equals itself alone.
bool same(double a, double b) {
  if (std::isinf(a) || std::isinf(b)) return a == b;
  return std::fabs(a - b) <= 1e-12 * std::max(std::fabs(a), std::fabs(b));
}

bool holds(const Expectation& expectation, double value) {
  const double low = expectation.low;
  switch (expectation.comparison) {
    case Comparison::equal:
      return same(value, low);
    case Comparison::not_equal:
      return !same(value, low);
    case Comparison::less:
      return value < low && !same(value, low);
    case Comparison::at_most:
      return value < low || same(value, low);
    case Comparison::greater:
      return value > low && !same(value, low);
    case Comparison::at_least:
      return value > low || same(value, low);
    case Comparison::between:
      return (value > low || same(value, low)) &&
             (value < expectation.high || same(value, expectation.high));
  }
  return false;
}

bool is_about_every_run(const Expectation& expectation) {
  return expectation.comparison == Comparison::equal ||
         expectation.comparison == Comparison::not_equal;
}

Judged judge_every_run(Judged judged, const std::vector<Result>& results) {
  std::size_t broken = 0;
  std::uint64_t first = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const double value = judged.measured.values[i];
    if (std::isnan(value) || holds(judged.expectation, value)) continue;
    if (broken++ == 0) first = results[i].seed;
  }
  if (broken == 0) return judged;
  judged.judgement = Judgement::fail;
  if (results.size() > 1)
    judged.reason = fmt::format("not in {} of {} runs, first with seed {}", broken,
                                judged.measured.measured, first);
  return judged;
}

Judged judge_mean(Judged judged) {
  const Estimate& measured = judged.measured;
  if (!holds(judged.expectation, measured.mean)) {
    judged.judgement = Judgement::fail;
    if (measured.never > 0)
      judged.reason =
          fmt::format("never happened in {} of {} runs", measured.never, measured.measured);
  } else if (!holds(judged.expectation, measured.mean - measured.half_width) ||
             !holds(judged.expectation, measured.mean + measured.half_width)) {
    judged.judgement = Judgement::unknown;
    judged.reason = "the 95 % interval reaches beyond the limit: more runs (-n) would tell";
  }
  return judged;
}

}  // namespace

Judged judge(const Expectation& expectation, const std::vector<Result>& results) {
  Judged judged{expectation, estimate(expectation.query, results), Judgement::pass, ""};
  if (judged.measured.measured == 0) {
    judged.judgement = Judgement::fail;
    judged.reason = results.empty() ? "no run ended" : "nothing to measure";
    return judged;
  }
  return is_about_every_run(expectation) ? judge_every_run(std::move(judged), results)
                                         : judge_mean(std::move(judged));
}

}  // namespace spof::measure
