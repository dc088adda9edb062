#pragma once
#include "analysis/campaign.hpp"
#include "report/text.hpp"

namespace spof::report {

/// What a table of phases is for: a page, a terminal (a phase is named once, capitals head it), or
/// a narrow terminal (without p90 and the maximum).
enum class Room { page, wide, narrow };

/// Requests, correct answers, failures and latency by phase and class, means of a run.
Table phase_table(const Campaign& campaign, Room room);

/// The classes' failures by phase: {"write during", "500 db_refused 598, timeout 2"}.
std::vector<std::pair<std::string, std::string>> failure_lines(const Campaign& campaign);

/// "0 lost, 2 phantom (failed for the client, but committed), 0 stale reads, lag up to 1.2 s (15
/// transactions)"; empty where there are no writes, no replicas and no stale reads.
std::string writes_line(const Campaign& campaign);

/// Failed requests per window, mean of the runs.
std::vector<double> failed_over_time(const Campaign& campaign);
/// The slowest class's p99 of correct answers per window in ms, mean of the runs.
std::vector<double> p99_over_time(const Campaign& campaign);

/// "20 runs x 120 s, seeds 1 to 20"
std::string runs_text(const Campaign& campaign);

/// "2 of 5 expectations failed", "4 of 5 expectations hold, 1 unknown", "all 5 expectations hold",
/// "no expectations".
std::string expectations_text(const Campaign& campaign);

}  // namespace spof::report
