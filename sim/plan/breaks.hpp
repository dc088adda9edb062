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
  /// Seconds for which others live on what the part told them: the TTL of names, for a name
  /// server that is gone. 0: nobody does.
  double remembered = 0;
  /// The daemons that it strikes or cuts off, with their host or its network card, too.
  std::vector<std::string> daemons = {};
  /// Who comes while it lasts, and means harm; the fault then does nothing.
  Named<stack::ClientsOptions> attackers = {};
  std::string name() const { return target + " " + kind; }
  /// The targets of its faults.
  std::vector<std::string> parts() const;
};

/// When it strikes in a matrix: so late that the stack has settled, repaired so early that it can
/// recover. Shares of the run.
inline constexpr double strikes_after = 0.15;
inline constexpr double lasts_share = 0.5;
/// The last part of a failure that lasts so long, in which the stack's own defences have settled.
inline constexpr double settled_share = 0.4;
/// It is measured in whole windows, of which at least so many go into it.
inline constexpr int settled_windows = 10;
/// Seconds: what is remembered for longer is not waited for; the settled part then shows those who
/// have forgotten already.
inline constexpr double longest_memory = 600;

/// When a failure of a scenario strikes, how long it lasts, for how long of that all has settled,
/// and how long the run is; seconds. What is remembered comes on top: it is forgotten before the
/// settled part begins.
struct Times {
  double at, lasts, settled, duration;
};
Times times_of(const scenario::Scenario& scenario, const Break& what);

/// Every kind of failure of every part: daemons, the hosts they run on, those hosts' disks, links
/// (not those that only a client's machine has), partitions between any two of the hosts; of a
/// stack with a firewall, TLS or attackers also the wrong rule, the certificate that ends, and
/// floods of each daemon that clients connect to; what parts share (`shared`), as one. With the
/// default severity of each kind; operators' actions (restart, reload, maintenance) are no
/// failures. Parts in the order of the scenario, kinds in that of the catalogue.
std::vector<Break> breaks_of(const scenario::Scenario& scenario);

/// How hard those strike that have a measure: "slow: work takes 10 times as long; ...".
std::string severities();

/// Nothing: a fault without effect, at the dates of a failure that is remembered so long. What then
/// fails is no failure's doing.
Break nothing(const scenario::Scenario& scenario, double remembered);

/// Every two parts together, each gone in its hardest way: daemons crash, hosts lose power, links
/// are down. Not a part together with what it is on.
std::vector<Break> pairs_of(const scenario::Scenario& scenario);

/// The scenario with this in place of its own faults, and without its expectations. Windows wider
/// than what has settled allows become narrower; the run becomes longer where the failure is.
scenario::Scenario broken(scenario::Scenario scenario, const Break& what);

}  // namespace spof::plan
