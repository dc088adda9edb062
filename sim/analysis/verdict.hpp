#pragma once
#include <optional>
#include <string>
#include <vector>

#include "analysis/campaign.hpp"
#include "base/record.hpp"

namespace spof::report {

/// What a campaign says, before any format gives it a shape.

/// All requests of these runs, or those in a phase or of a class.
Tally total(const Campaign& campaign, std::optional<Phase> phase = {},
            std::optional<std::size_t> request_class = {});
/// A class from the first fault of a run on; without a fault in the whole run.
Tally from_the_fault(const Result& run, std::size_t request_class);

/// The metric of this name over the seeds; it must exist.
Estimate figure(const Campaign& campaign, const char* metric, int request_class = -1);

/// The outages of a class from the fault on; of one that had begun before, what comes after it.
std::vector<Outage> outages_of(const Result& run, std::size_t request_class);

/// Of all requests those that failed, 0 to 1; of none 0.
double failing_share_of(const Tally& requests);

/// What a failure did to one request class, over the seeds.
struct Harm {
  std::string name;
  double failed = 0;       ///< requests per run, from the fault on
  double worst_share = 0;  ///< of the requests scheduled inside the outages, 0 to 1
  double outage = 0;     ///< seconds of all of a run, from the fault on; mean of runs that have one
  double outages = 0;    ///< their number; mean of these runs
  std::size_t runs = 0;  ///< with an outage
  bool lasts = false;    ///< until a repair or the end of the run: nothing took over
  bool unserved = false;     ///< so long nobody was answered: those who waited, only then
  bool in_flight = false;    ///< none failed but those under way when the fault struck
  bool as_before = false;    ///< failed before the fault, and while it was there no more than that
  double gap = 0;            ///< seconds without a correct answer, from the fault on
  double failed_in_gap = 0;  ///< of `failed`, those of outages that it meets
  bool late = false;         ///< answers came late that do not so before the fault
  double p99_before = 0;     ///< seconds, correct answers
  double p99_during = 0;
  bool stood_still = false;  ///< `gap` is too long; see `stalled_factor`
  bool crawled = false;      ///< `p99_during` is
};

/// The verdict in one word, of those in README.md, and in words.
struct Verdict {
  std::string word, text;
  /// Of a single point of failure: what was broken there, and the classes that it took down.
  std::vector<std::string> targets = {}, classes = {};
  void fields(auto& visit) {
    visit("word", word, {.help = "its kind", .required = true});
    visit("text", text, {.help = "in words", .required = true});
    visit("targets", targets, {.help = "of faults at a single point of failure"});
    visit("classes", classes, {.help = "that are down by it"});
  }
};
/// Of the requests inside the outages, and of the time until the repair that ended them or until
/// the last one: what makes a class down. Of those before the fault: what makes it failing.
inline constexpr double down_share = 0.9, lasting_share = 0.9, failing_share = 0.01;
/// Answers this many times slower (p99, during against before) are mentioned.
inline constexpr double slower_factor = 5;
inline bool is_slower(double before, double during) {
  return before > 0 && during > slower_factor * before;
}
/// A class is stalled if nobody got a correct answer, or the slowest hundredth of them took, longer
/// than this many times the p99 before and than so many seconds. Where nothing breaks the fastest
/// hundredth stands for what was before.
inline constexpr double stalled_factor = 10;
inline constexpr double stalled_least = 1;

Verdict verdict(const Campaign& campaign);
std::vector<Harm> harms(const Campaign& campaign);
using Harms = std::vector<const Harm*>;
/// "100 % of read and write requests failed for 32.4 s in all, in 2 outages a run": once what is so
/// of several. Of whom nothing failed how they stood still.
std::string harms_text(const Campaign& campaign, const Harms& harms);
/// "write stood still for 30.0 s", "p99 of read rose from 85.2 ms to 4.1 s"
std::string stalls_text(const Campaign& campaign, const Harms& harms);
/// What stood still is told by that alone: its outages, of those who did not wait, say too little.
bool is_told_by_gap(const Harm& harm);
/// What a fault has to do with what failed, came late or stood still.
enum class Part : std::uint8_t {
  none,    ///< nothing of that was from its strike until a while after its target worked again
  delays,  ///< it struck what watches, or calls people
  little,  ///< under `little_share` of what failed in outages, and under `failing_share` of what
           ///< was due while it lasted, of each class
  late,    ///< of what failed as little, but it made others late
  much,
};
struct Blame {
  Part part = Part::none;
  double share = 0;  ///< of what failed in outages, of the class in which that is most
  std::vector<std::string> classes;  ///< that it has much part in
};
inline constexpr double little_share = 0.05;
/// By fault, over all runs. Where no event tells of any: all have much part, for nobody can tell.
std::vector<Blame> blames(const Campaign& campaign);
/// When the first fault struck that has much part in it, and no small share, by run.
std::vector<double> begun(const Campaign& campaign, const std::vector<Blame>& blames);
/// Surges and attacks during which, or soon after, requests failed, came late, or nobody was
/// answered.
std::vector<std::string> surges_felt(const Campaign& campaign);
/// Attacks of a kind in a time.
std::vector<std::string> attacks_in(const Campaign& campaign, stack::Attack attack,
                                    const Span& time);
/// Of these, those that were there while something was broken.
std::vector<std::string> surges_beside(const Campaign& campaign);

/// One line of the causal timeline of the first run; equal events in a row are one line.
struct Moment {
  double time = 0;
  std::string text;  ///< with marks of Markdown
  std::string plain() const;
  void fields(auto& visit) {
    visit("time_s", Number(time), {.help = "when"});
    visit("text", plain(), {.help = "what"});
  }
};
std::vector<Moment> timeline(const Campaign& campaign);

/// The steps of the failover, over the seeds: "crash of mysql@server1 at 60.0 s", "detected +4.2 s
/// by haproxy@lb1: server1 DOWN (...)", "errors end +5.0 s, when ...". Empty without a fault.
std::vector<std::string> failover(const Campaign& campaign);
/// What ended the errors, in the first run that had any: "when haproxy@lb1 says server1 DOWN",
/// "with the repair of mysql@server1", "by themselves". Empty: there were none, or no end of them.
std::string errors_ended_by(const Campaign& campaign);

}  // namespace spof::report
