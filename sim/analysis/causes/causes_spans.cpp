#include <algorithm>

#include "analysis/causes/causes_site.hpp"
#include "analysis/verdict.hpp"

namespace spof::report {
namespace {

constexpr std::uint64_t worth_telling = 5;  // fewer late answers are no story
constexpr double late = measure::slow_limit * 1e6;

}  // namespace

std::vector<std::pair<double, double>> late_windows(const CausalSite& site,
                                                    std::size_t request_class) {
  std::vector<std::pair<double, double>> found;
  const double start = std::max<double>(site.run.fault_start, 0);
  for (const measure::WindowRow& row : site.run.windows) {
    const double end = row.start + site.run.window;
    if (row.request_class != request_class || row.outcome != Outcome::ok ||
        static_cast<double>(row.max) <= late)
      continue;
    if (end > start)
      found.emplace_back(std::max<double>(row.start, start), end);
    else if (row.phase == Phase::during &&
             end < start)  // sent long before, and still under way then
      found.emplace_back(row.start, end);
  }
  return found;
}

Suffered slow_answers(const CausalSite& site, std::size_t request_class) {
  Suffered span{no_span, from_the_fault(site.run, request_class).slow_ok};
  for (const auto& [from, until] : late_windows(site, request_class)) span.cover({from, until});
  if (span.requests < worth_telling || span.from > span.until) return {};
  span.until = std::min<double>(span.until, site.run.duration);
  return span;
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
