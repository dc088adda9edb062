#pragma once
#include "analysis/campaign.hpp"
#include "world/checks/checks.hpp"

namespace spof::test {

/// report.json, latency.csv and requests.csv of a run say the same, report.json is what it says it
/// is, its quantiles are in order and its shares shares.
void check_reports(const report::Campaign& campaign, world::Wrong& wrong);

}  // namespace spof::test
