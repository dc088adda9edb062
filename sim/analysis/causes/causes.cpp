#include "analysis/causes/causes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/causes/causes_site.hpp"

namespace spof::report {
namespace {

bool harmed(const CausalSite& site) {
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    if (failures_of(site, i).requests > 0 || slow_answers(site, i).requests > 0) return true;
  return std::ranges::any_of(site.run.lags, [](const Lag& lag) { return lag.max_lag >= 1; });
}

}  // namespace

std::string when_text(const Cause& cause) {
  return cause.until - cause.from < 0.05
             ? fmt::format("{:.1f} s", cause.from)
             : fmt::format("{:.1f}\u2013{:.1f} s", cause.from, cause.until);
}

std::vector<Cause> causes(const Campaign& campaign) {
  std::vector<Cause> chain;
  if (campaign.results.empty()) return chain;
  const CausalSite site(campaign);
  add_faults(site, chain);
  add_failures(site, chain);
  add_waits(site, chain);
  add_checks(site, harmed(site), chain);
  add_manager(site, chain);
  add_people(site, chain);
  add_data(site, chain);
  add_dominant(site, chain);
  std::ranges::stable_sort(chain, {}, &Cause::from);
  return chain;
}

}  // namespace spof::report
