#pragma once
#include <optional>
#include <string>
#include <vector>

#include "analysis/campaign.hpp"
#include "analysis/strips.hpp"
#include "base/record.hpp"

namespace spof::report {

/// Who found out that something was broken, by what it was told itself. A row of report.json.
struct Discovery {
  std::string failure = {};   ///< "crash of mysql@server1"
  std::string who = {};       ///< "haproxy@lb1", "prometheus@monitor", "customers"
  std::string saw = {};       ///< "server1 DOWN"; empty: nothing
  Figure after = never;       ///< seconds since it struck, mean of the runs in which it did
  std::uint64_t runs = 0;     ///< in which it did
  bool late = false;          ///< in all of them only after the repair
  std::string blind_to = {};  ///< of who saw nothing: where it looks; empty: that is not known
  void fields(auto& visit) {
    visit("failure", failure, {.help = "what was broken"});
    visit("who", who, {.help = "who looks at others, or had to bear it"});
    visit("saw", saw, {.help = "what it was told"});
    visit("after_s", after, {.help = "since it struck, mean of the runs in which it found out"});
    visit("runs", runs, {.help = "in which it did"});
    visit("late", late, {.help = "in all of them only after the repair"});
    visit("blind_to", blind_to, {.help = "where it looks, and so saw nothing"});
  }
};

/// For each failure all who look at others, the first first, and at the end those who saw nothing.
std::vector<Discovery> discoveries(const Campaign& campaign);

/// A run's failures as a strip: from when on who knew of them, and who had come. Failures that
/// overlap are one. All of it is up where nothing was broken. Events as those of `strips`.
Strip who_noticed(const std::vector<Event>& events, double duration);

/// Alerts that fired, a run: while something was broken (or, where nothing breaks at all, before or
/// while requests failed), after its repair, without any failure.
struct AlertCounts {
  double useful = 0, late = 0, needless = 0;
};
AlertCounts alerts(const Campaign& campaign);

/// Who told somebody of a failure: "monitoring", or without it "the first customer"; mean seconds
/// after it, of the runs in which they did.
struct Call {
  std::string who;
  double after = 0;
  std::string runs;  ///< " in 1 of 3 runs"; empty: in all
};
/// Who called in the most runs; of two the earlier. `since`: a date for each run, otherwise the
/// first fault.
std::optional<Call> call(const Campaign& campaign, const std::vector<double>& since = {});
/// An alert fired, and nobody was called.
bool alerts_nobody(const Campaign& campaign);
/// The first look of a manager of the databases that failed; nullptr: none did.
const Event* looked_in_vain(const Result& run);

}  // namespace spof::report
