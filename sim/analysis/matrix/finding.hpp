#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/campaign.hpp"
#include "base/json.hpp"

namespace spof::report {

/// How a request class came through a failure.
enum class Fate : std::uint8_t { unmeasured, untouched, slow, interrupted, degraded, down };
constexpr auto names(Fate) {
  return std::array{"unmeasured", "untouched", "slow", "interrupted", "degraded", "down"};
}

/// What one failure did to one request class. Lists have a value for each seed, in their order.
struct ClassFinding {
  std::string name;
  std::vector<double> settled;   ///< share without an answer once the defences had settled, 0 to 1
  std::vector<double> failed;    ///< requests, from the fault on
  std::vector<double> slow;      ///< correct answers later than 0.9 s, from the fault on
  std::vector<double> due;       ///< requests in the settled part, in which `settled` is measured
  std::vector<double> requests;  ///< due while the failure lasted
  std::vector<double> outage;    ///< seconds, all outages together; 0 where there was none
  bool stalled = false;          ///< see Harm: stood still, or crawled
  double p99_before = 0, p99_during = 0;  ///< seconds, correct answers

  /// - `down`: once all has settled, at least `down_share` of the requests fail.
  /// - `degraded`: some do. `interrupted`: none does any more, something took over.
  /// - `slow`: none ever failed, but the class stalled, or its p99 is `slower_factor` times that
  ///   before. `untouched`: none of this.
  /// - `unmeasured`: nobody asked for it when it counts.
  Fate fate() const;
  /// `settled` of those seeds in which somebody asks then; the others tell nothing.
  std::vector<double> settled_shares() const;
};

/// What a matrix keeps of the runs of one failure.
struct Finding {
  std::string target, kind;        ///< "mysql@server1", "crash"
  std::vector<std::string> parts;  ///< of a pair: its two targets
  double lasted = 0;               ///< seconds from fault to repair
  double settled_for = 0;          ///< the last of them: the stack's own defences have settled
  std::vector<ClassFinding> classes;
  double detected = 0;      ///< mean seconds after the fault; infinite: not before the repair
  std::string detected_by;  ///< "haproxy@lb1: server1 DOWN (...)"; empty: nobody
  /// Who found out what before the repair, in most runs, and mean seconds after the fault; the
  /// first first: "haproxy@lb1: server1 DOWN (...)", "prometheus@monitor: InstanceDown of server1".
  std::vector<std::pair<std::string, double>> sights;
  bool is_watched = false;   ///< there is monitoring, or somebody to be told
  double notified = 0;       ///< mean seconds until monitoring called somebody; as detected
  double recovered = 0;      ///< mean seconds from the fault to the last failure; infinite: never
  std::string recovered_by;  ///< what ended the errors, in words; empty: nothing failed
  /// Seconds from the fault to the last failure, of those runs in which some request failed that
  /// was not under way, and errors ended. When what failed is back some more may fail.
  std::vector<double> last_errors;
  std::vector<double> lost;  ///< acknowledged writes that are, by seed
  double redispatched = 0;   ///< requests that HAProxy moved to another server, mean of a run
  double lost_writes = 0, phantom_writes = 0, stale_reads = 0;  ///< mean of a run
  double diverged_writes = 0;
  std::string acted_by;  ///< who helped before the repair: "db_manager@witness", "systemd"; empty
  std::string seen;      ///< what users get, the most frequent first: "500 db_refused"
  std::string left;      ///< what a failover of the database leaves to do by hand
};

/// What one campaign with one failure shows. The settled part of the failure is its last so many
/// seconds.
Finding finding_of(const Campaign& campaign, std::string target, std::string kind,
                   double settled_for);

/// What a failure did beyond what `control`, the same seeds with nothing broken, shows: its own
/// failures and late answers taken off, seed by seed. Users who wait ask no more: what they would
/// have asked counts among the requests due, and where nobody asks any more once all has settled,
/// nobody is answered. What a stack that fails by itself has more of may be chance: it counts only
/// where it is proven (95 %). Both of the same classes and seeds.
Finding beyond(Finding finding, const Finding& control);

/// Its lists from the seed `first` (0: the first) on, so many at most. Means stay those of all.
Finding of_seeds(Finding finding, std::size_t first, std::size_t count);

/// As pieces of a matrix are kept for the same build of the program: lists of the members. What is
/// not what to_json made throws nlohmann::ordered_json::exception.
void to_json(Json& json, const ClassFinding& one);
void to_json(Json& json, const Finding& finding);
void from_json(const Json& json, ClassFinding& one);
void from_json(const Json& json, Finding& finding);

/// Sums over the classes, a value for each seed.
std::vector<double> failed_by_seed(const Finding& finding);
std::vector<double> slow_by_seed(const Finding& finding);

/// The share of requests that are answered once all has settled, of one class or of all; NaN where
/// there are none.
double settled_availability(const ClassFinding& one);
double settled_availability(const Finding& finding);

/// The worst fate of any class.
Fate worst_fate(const Finding& finding);
/// Something took over, and yet requests fail to the end of the run: what came back is in the way
/// until somebody mends it.
bool fails_on(const Finding& finding);
/// How long users were without: all outages together of the class that had most of them, in the
/// mean of the runs. Not how long the failure lasted, nor when the last error came.
double interruption(const Finding& finding);
/// Acknowledged writes are lost, in the mean one a run or more.
bool loses_writes(const Finding& finding);
/// No user notices it: no request fails or is late, or nobody asks, and it loses no writes.
bool passes_unnoticed(const Finding& finding);
/// The classes that are down for good.
std::vector<std::string> classes_down(const Finding& finding);

/// What users suffer, as a share of the requests due while it lasts, at most 1: requests that
/// failed, or once all has settled were not even asked by users who wait; acknowledged writes that
/// are lost.
double suffering(const Finding& finding);
/// Orders by it, in steps of a hundredth; then by slow answers.
bool hurts_more(const Finding& one, const Finding& other);

}  // namespace spof::report
