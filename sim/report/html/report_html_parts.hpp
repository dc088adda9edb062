#pragma once
#include <vector>

#include "analysis/campaign.hpp"
#include "report/html/html_page.hpp"

namespace spof::report {

/// The figures at the top of report.html. Empty without a result.
std::vector<Card> report_cards(const Campaign& campaign);

/// Latency and outcomes over time, over all runs; faults, detection and recovery in them; the
/// states of the components in the first run. Without times where there is no result.
ChartGroup report_charts(const Campaign& campaign);

}  // namespace spof::report
