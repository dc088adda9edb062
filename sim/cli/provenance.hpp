#pragma once
#include <string>

#include "base/json.hpp"
#include "plan/campaign.hpp"

namespace spof::cli {

/// The program and what it was built with.
Json versions();

/// What run.json says: where, when and how fast. Nothing of it is reproducible.
Json provenance(const std::string& command_line, const plan::CampaignRuns& campaign, unsigned jobs);

}  // namespace spof::cli
