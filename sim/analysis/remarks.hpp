#pragma once
#include <string>
#include <vector>

#include "analysis/verdict.hpp"

namespace spof::report {

/// Whether most of what failed did so for this reason.
bool is_mostly(const Campaign& campaign, measure::Cause cause);
/// "14.3 s", "6.0 h"
std::string age_text(double seconds);
/// What was lost or read by others, and if nothing else was `harmed` what was stale: sentences, a
/// blank before each.
std::string losses(const Campaign& campaign, bool harmed);
/// What is to be said besides the failures: detection, writes, latency. `harmed`: something failed
/// or stood still.
std::string remarks(const Campaign& campaign, const std::vector<Blame>& blames, bool harmed,
                    bool p99_is_said);

}  // namespace spof::report
