#pragma once
#include <string>

#include "analysis/campaign.hpp"
#include "base/json.hpp"
#include "cli/find_scenario.hpp"
#include "plan/campaign.hpp"

namespace spof::cli {

/// The same without what only a file knows: results of one variant of a scenario.
report::Campaign campaign_of(const scenario::Scenario& scenario,
                             std::vector<measure::Result> results);

/// What the reports are made of: the runs of one scenario, and its expectations judged by them.
report::Campaign campaign_of(const ScenarioFile& file, plan::CampaignRuns runs, Json provenance);

}  // namespace spof::cli
