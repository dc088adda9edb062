#pragma once
#include <string>
#include <vector>

#include "analysis/campaign.hpp"
#include "scenario/load.hpp"

namespace spof::report {

/// What the reports are made of: the runs of one scenario, and its expectations judged by them.
/// `failed_jobs`: runs that have no result, and why.
Campaign campaign_of(const scenario::ScenarioFile& file, std::vector<Result> results,
                     std::vector<std::string> failed_jobs);

/// The same without what only a file knows: results of one variant of a scenario.
Campaign campaign_of(const scenario::Scenario& scenario, std::vector<Result> results);

}  // namespace spof::report
