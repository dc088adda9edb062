#pragma once
#include <string>

#include "analysis/campaign.hpp"
#include "report/document.hpp"

namespace spof::report {

/// What the runs of a scenario show: verdict, what happened and why, expectations, figures by phase
/// and class, what became of writes. On a terminal the summary of `spof run`.
Document run_page(const Campaign& campaign, Medium medium);
std::string terminal(const Campaign& campaign, const TerminalOptions& options);

/// The figures at the top. Empty without a result.
Cards run_cards(const Campaign& campaign);

/// Latency and outcomes over time, over all runs; faults, detection and recovery in them; the
/// states of the components in the first run. Without times where there is no result.
ChartGroup run_charts(const Campaign& campaign);

/// How busy everything was, before, during and after; "62 %", "100 %, full 98 %, 12 wait".
Section run_utilisation(const Campaign& campaign);

/// The steps of failovers of the database; nothing where no manager failed over.
Blocks run_failover(const Campaign& campaign);

/// What became of writes: how many, which are lost, which database has what at the end.
Facts run_writes(const Campaign& campaign);
/// What firewalls stopped, a line for each rule that did.
std::vector<std::string> firewall_lines(const Campaign& campaign);
/// Who noticed what, and when; where somebody watches.
Blocks run_detection(const Campaign& campaign, Medium medium);
/// Of who speaks TLS, how often hands were shaken; what an eavesdropper could read. Nothing where
/// there is nothing.
Blocks run_exposure(const Campaign& campaign, Medium medium);

/// "during"; without a fault "all": there is no before.
const char* phase_name(const Campaign& campaign, std::size_t phase);

/// "20 runs x 120 s, seeds 1 to 20"
std::string runs_text(const Campaign& campaign);

/// "measured 87.10 % \u00b1 1.20 %, may be chance"
std::string measured_text(const measure::Judged& judged);
/// How many expectations were judged so.
std::size_t judged_as(const Campaign& campaign, measure::Judgement judgement);
/// "2 of 5 expectations failed", "4 of 5 expectations hold, 1 unknown", "all 5 expectations hold",
/// "no expectations".
std::string expectations_text(const Campaign& campaign);

}  // namespace spof::report
