#pragma once
#include <string>
#include <vector>

#include "scenario/scenario.hpp"

namespace spof::plan {

/// One thing that can go wrong with one part of a scenario's stack.
struct Break {
  std::string target;  ///< "mysql@server1", "server1", "server1-nic", "server1 | server2"
  std::string kind;    ///< "crash"; "slow disk" for that of a host
  std::vector<fault::Fault> faults;  ///< one; two for a pair
  std::string name() const { return target + " " + kind; }
};

/// When it strikes in a matrix: so late that the stack has settled, repaired so early that it can
/// recover. Shares of the run.
inline constexpr double strikes_after = 0.15;
inline constexpr double lasts_share = 0.5;
/// The last part of the failure, in which the stack's own defences have settled (but for its very
/// end, see report::finding_of).
inline constexpr double settled_share = 0.4;
/// It is measured in whole windows, of which at least so many go into it.
inline constexpr int settled_windows = 10;

/// Every kind of failure of every part: daemons, the hosts they run on, those hosts' disks, links
/// (not those that only a client's machine has), and partitions between any two of the hosts. With
/// the default severity of each kind; operators' actions (restart, reload, maintenance) are no
/// failures. Parts in the order of the scenario, kinds in that of the catalogue.
std::vector<Break> breaks_of(const scenario::Scenario& scenario);

/// Nothing: a fault without effect at the same dates. What then fails is no failure's doing.
Break nothing(const scenario::Scenario& scenario);

/// Every two parts together, each gone in its hardest way: daemons crash, hosts lose power, links
/// are down. Not a part together with what it is on.
std::vector<Break> pairs_of(const scenario::Scenario& scenario);

/// The scenario with this in place of its own faults, and without its expectations. Windows wider
/// than what has settled allows become narrower.
scenario::Scenario broken(scenario::Scenario scenario, const Break& what);

}  // namespace spof::plan
