#include <fmt/format.h>

#include <map>
#include <tuple>

#include "measure/plan.hpp"
#include "world/checks/checks.hpp"

namespace spof::world {
namespace {

/// Of what phase, class and outcome.
using Key = std::tuple<std::size_t, std::size_t, std::size_t>;
using Counts = std::map<Key, std::uint64_t>;

void compare(const Counts& one, const Counts& other, const char* what, Wrong& wrong) {
  for (const auto& [key, count] : one) {
    const auto found = other.find(key);
    const std::uint64_t theirs = found == other.end() ? 0 : found->second;
    wrong.add(count != theirs, "figures",
              fmt::format("{}: {} and {} requests of phase {}, class {}, outcome {}", what, count,
                          theirs, std::get<0>(key), std::get<1>(key), std::get<2>(key)));
  }
}

void check_quantiles(const Histogram& times, Wrong& wrong) {
  if (times.count() == 0) return;
  std::uint64_t last = 0;
  for (const double share : {0.0, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const std::uint64_t now = times.quantile(share);
    wrong.add(now < last, "figures", fmt::format("quantile {}: {} after {}", share, now, last));
    last = now;
  }
  wrong.add(last > times.max(), "figures", fmt::format("{} beyond the maximum", last));
}

}  // namespace

void check_figures(const measure::Plan& plan, const measure::Result& result, Wrong& wrong) {
  Counts tallied, in_windows, kept;
  for (std::size_t phase = 0; phase < measure::phase_count; ++phase)
    for (std::size_t one = 0; one < result.classes; ++one) {
      const measure::Tally& tally = result.tally(static_cast<measure::Phase>(phase), one);
      for (std::size_t outcome = 0; outcome < measure::outcome_count; ++outcome)
        if (tally.outcomes[outcome] > 0) tallied[{phase, one, outcome}] = tally.outcomes[outcome];
      std::uint64_t failures = 0;
      for (const measure::Failure& failure : tally.failures) failures += failure.requests;
      wrong.add(failures != tally.bad(), "figures", "the causes do not sum up to the failures");
      wrong.add(tally.ok.count() != tally.good() || tally.failed.count() != tally.bad(), "figures",
                "latencies of more or fewer requests than there are");
      check_quantiles(tally.ok, wrong);
      check_quantiles(tally.failed, wrong);
    }
  for (const measure::WindowRow& row : result.windows) {
    in_windows[{static_cast<std::size_t>(row.phase), row.request_class,
                static_cast<std::size_t>(row.outcome)}] += row.requests;
    wrong.add(row.p50 > row.p90 || row.p90 > row.p99 || row.p99 > row.max, "figures",
              fmt::format("quantiles of the window at {}", double(row.start)));
    wrong.add(row.after_repair > row.requests, "figures", "more requests outlast the repair");
  }
  compare(tallied, in_windows, "phases and windows", wrong);
  compare(in_windows, tallied, "windows and phases", wrong);
  if (result.samples.empty()) return;
  // Phases of requests are the recorder's to say: here by class and outcome alone.
  Counts by_class;
  for (const auto& [key, count] : tallied)
    by_class[{0, std::get<1>(key), std::get<2>(key)}] += count;
  for (const measure::Sample& one : result.samples)
    if (plan.counted.empty() || plan.counted[one.population])
      ++kept[{0, one.request_class, static_cast<std::size_t>(one.outcome)}];
  compare(by_class, kept, "phases and requests", wrong);
  compare(kept, by_class, "requests and phases", wrong);
}

}  // namespace spof::world
