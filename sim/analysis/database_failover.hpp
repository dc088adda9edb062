#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/campaign.hpp"
#include "base/record.hpp"

namespace spof::report {

/// What a failover of the database consists of, one after the other.
enum class FailoverStep : std::uint8_t {
  detection,     ///< from the fault until its manager takes the primary for dead
  retrying,      ///< until it is not given up any more, for want of a replica
  response,      ///< until the person who was called acts
  fencing,       ///< until the old primary can do no harm, or that was tried
  promotion,     ///< until a replica takes writes: what its applier had left, the order itself
  telling,       ///< until whoever writes has been told, as far as the manager does that
  reconnection,  ///< until the last write that failed, if the manager was done before
};
constexpr auto names(FailoverStep) {
  return std::array{"detection", "retrying", "response",    "fencing",
                    "promotion", "telling",  "reconnection"};
}
inline constexpr std::size_t failover_steps = names(FailoverStep{}).size();

/// The first failover that a manager completed in a run.
struct DatabaseFailover {
  std::string manager;  ///< "db_manager@witness"
  std::string old_primary, new_primary;
  double struck = 0;  ///< the last fault before its first look in vain; none: that look
  std::array<double, failover_steps> ends{};  ///< of each step; never before that of the last one
  /// It was none: what ailed the old primary when it was taken for dead, "it hung". Empty: it was
  /// dead, or reached by nobody.
  std::string alive = {};
  /// When the new primary gave up waiting for a replica at each commit, if writes failed until
  /// then; never: it did not.
  double went_alone = never;
  std::string held_up = {};   ///< the manager itself, before it noticed: "hang of witness"
  std::string given_up = {};  ///< why it was before: "no replica answers"; empty: it was not
  bool is_cut = false;        ///< another failure struck while writes still failed

  double end_of(FailoverStep step) const { return ends[static_cast<std::size_t>(step)]; }
};
std::optional<DatabaseFailover> database_failover(const Campaign& campaign, const Result& run);

/// A step over the runs with a failover; the last is all of them together. A row of report.json.
struct FailoverPhase {
  std::string step;
  Figure best, mean, worst;  ///< seconds; never: writes fail to the end
  Figure share;              ///< of all steps together; not a number where these have no end
  std::string option;        ///< of the scenario, which decides how long it takes
  void fields(auto& visit) {
    visit("step", step, {.help = "of the failover, in order of time; the last: all together"});
    visit("best_s", best, {.help = "shortest of all runs"});
    visit("mean_s", mean, {.help = "mean of the runs with a failover"});
    visit("worst_s", worst, {.help = "longest of all runs"});
    visit("share", share, {.help = "of all steps together, 0..1"});
    visit("option", option, {.help = "which options decide it, and what they are set to"});
  }
};
/// Steps that took no time in any run are left out. Empty: no run has a failover.
std::vector<FailoverPhase> failover_phases(const Campaign& campaign);
/// Of writes that fail after all of these steps: " Writes failed again ...". Empty: none do.
std::string failed_again(const Campaign& campaign);
/// Whether another database became the primary, by whomever.
bool promotes(const Campaign& campaign);
/// In how many runs there is one.
std::size_t failovers(const Campaign& campaign);

/// How many acknowledged writes a database of a run has, or had, that the primary has not; of the
/// primary itself none: what it lost is nowhere.
double only_on(const Result& run, const std::string& database);

/// Hosts whose power a manager has cut, and nobody has given back.
std::vector<std::string> hosts_off(const Result& run);

/// What a verdict says of a manager's deeds: who was promoted, whether the old primary was dead,
/// what was written beside the new one, which machine is off now. Each sentence behind a blank.
std::string failover_remarks(const Campaign& campaign);

/// What the first failover leaves to do by hand: "make mysql@server1 a replica of mysql@server2".
/// Empty: there is none.
std::string left_to_do(const Campaign& campaign);

}  // namespace spof::report
