#include <fmt/format.h>

#include "analysis/verdict.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

constexpr double a_moment = 0.1;  // seconds: no share of what failed in it says anything

/// " (502 failed)", " (502 failed, 3 at other times)"
std::string in_and_beside(const Harm& harm) {
  const double beside = harm.failed - harm.failed_in_gap;
  if (beside < 0.1) return fmt::format(" ({} failed)", count_text(harm.failed));
  return harm.failed_in_gap < 0.1 ? fmt::format(" ({} failed at other times)", count_text(beside))
                                  : fmt::format(" ({} failed, {} at other times)",
                                                count_text(harm.failed_in_gap), count_text(beside));
}

}  // namespace

std::string stall_text(const Campaign& campaign, const Harm& harm) {
  if (harm.stood_still) return fmt::format("{} stood still for {}", harm.name, time_text(harm.gap));
  if (harm.p99_before == 0 || campaign.faults.empty())
    return fmt::format("p99 of {} is {}", harm.name, time_text(harm.p99_during));
  return fmt::format("p99 of {} rose from {} to {}", harm.name, time_text(harm.p99_before),
                     time_text(harm.p99_during));
}

bool is_told_by_gap(const Harm& harm) {
  const double least = harm.worst_share >= down_share ? 2 * harm.outage : harm.outage;
  return harm.stood_still && (harm.outage < a_moment || (harm.unserved && harm.gap > least));
}

std::string harm_text(const Campaign& campaign, const Harm& harm) {
  if (is_told_by_gap(harm)) return stall_text(campaign, harm) + in_and_beside(harm);
  if (harm.outage < a_moment)
    return fmt::format("{} {} request{} failed{}", count_text(harm.failed), harm.name,
                       harm.failed == 1 ? "" : "s", campaign.results.size() > 1 ? " a run" : "");
  const std::string share = harm.worst_share == 1 ? "100 %" : share_text(harm.worst_share);
  std::string text =
      fmt::format("{} of {} requests failed for {}", share, harm.name, time_text(harm.outage));
  if (harm.outages > 1)
    text += fmt::format(" in all, in {} outages{}", count_text(harm.outages),
                        campaign.results.size() > 1 ? " a run" : "");
  return text + in_runs(harm.runs, campaign.results.size());
}

}  // namespace spof::report
