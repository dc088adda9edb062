#include <algorithm>

#include "analysis/causes/causes_site.hpp"
#include "analysis/verdict.hpp"

namespace spof::report {
namespace {

constexpr std::uint64_t worth_telling = 5;  // fewer late answers are no story
constexpr std::size_t most_spells = 6;      // more of them are one

}  // namespace

std::vector<Suffered> late_windows(const CausalSite& site, std::size_t request_class) {
  std::vector<Suffered> found;
  const double start = std::max<double>(site.run.fault_start, 0);
  for (const measure::WindowRow& row : site.run.windows) {
    const double end = row.start + site.run.window;
    const bool before = site.run.fault_start >= 0 && row.phase == Phase::before;
    if (row.request_class != request_class || row.slow == 0 || before) continue;
    const bool in_flight = end < start;  // sent long before the fault, and under way when it struck
    found.push_back({{in_flight ? row.start.value : std::max<double>(row.start, start), end},
                     row.slow,
                     static_cast<double>(row.max) * 1e-6,
                     row.slow_again});
  }
  return found;
}

Suffered slow_answers(const CausalSite& site, std::size_t request_class) {
  Suffered span{no_span};
  for (const Suffered& one : late_windows(site, request_class)) span.add(one);
  if (span.requests < worth_telling) return {};
  span.until = std::min<double>(span.until, site.run.duration);
  return span;
}

std::vector<Suffered> slow_spells(const CausalSite& site, std::size_t request_class) {
  const Suffered all = slow_answers(site, request_class);
  std::vector<Suffered> spells;
  if (all.requests == 0) return spells;
  for (const Suffered& one : late_windows(site, request_class))
    if (!spells.empty() && one.from <= spells.back().until + site.run.outage_gap)
      spells.back().add(one);
    else
      spells.push_back(one);
  spells.back().until = std::min(spells.back().until, all.until);
  std::erase_if(spells, [](const Suffered& one) { return one.requests < worth_telling; });
  if (spells.empty() || spells.size() > most_spells) return {all};
  return spells;
}

bool nobody_answered(const Result& run, std::size_t request_class, const Span& time) {
  return time.from < time.until &&
         std::ranges::none_of(run.windows, [&](const measure::WindowRow& row) {
           return row.request_class == request_class && row.start > time.from &&
                  row.start + run.window <= time.until && row.requests > row.after_repair;
         });
}

Suffered failures_of(const CausalSite& site, std::size_t request_class) {
  Suffered span{no_span};
  for (const measure::Outage& outage : outages_of(site.run, request_class)) {
    span.cover({outage.start, outage.end});
    span.requests += outage.failures;
  }
  return span.requests == 0 ? Suffered{} : span;
}

}  // namespace spof::report
