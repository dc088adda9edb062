#pragma once
#include <string>
#include <vector>

#include "measure/ledger.hpp"
#include "measure/result.hpp"
#include "scenario/scenario.hpp"
#include "stack/haproxy/server.hpp"
#include "stack/monitoring/alertmanager.hpp"
#include "world/leftovers.hpp"
#include "world/site.hpp"

/// What must be so in every run, whatever the scenario, each in a file of its own. With
/// RunOptions::check a run is held against all of them; each mistake is the simulator's, none the
/// user's. A line begins with the invariant's name: "requests: 17 ended twice".
namespace spof::world {

/// What was found; after the first few of an invariant no more are told.
class Wrong {
 public:
  void add(bool is_wrong, const char* invariant, const std::string& what);
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

/// Of requests that were kept: each begins once and ends once, in no other way than it can.
void check_requests(const measure::Result& result, Wrong& wrong);
/// Time does not go back: requests in the order of their ends, events in that of their dates.
void check_time(const measure::Result& result, Wrong& wrong);
/// Each acknowledged write was committed, and is on the primary's history or counted as lost.
void check_writes(const scenario::Scenario& scenario, const measure::Result& result,
                  const measure::Histories& histories, Wrong& wrong);
/// Phases, windows and kept requests count the same; quantiles are in order.
void check_figures(const measure::Plan& plan, const measure::Result& result, Wrong& wrong);
/// Shares are between 0 and 1.
void check_shares(const measure::Plan& plan, const measure::Result& result, Wrong& wrong);
/// Who is told is told of what fired, and who repairs was called, came, and decided to.
void check_people(const measure::Result& result, Wrong& wrong);
/// From now on no Alertmanager may tell of a group sooner than its group_interval allows. [MON-5]
void watch_pages(Site& site, Wrong& wrong);
/// The same for two notifications of one group, one after the other.
void check_interval(const stack::monitoring::Notification& before,
                    const stack::monitoring::Notification& now, double group_interval,
                    Wrong& wrong);
/// Now, and every tenth of a second: an address that can move is at hosts only that may have it,
/// and nobody's for no longer than a backup that runs waits for it. [VR-2]
void watch_addresses(Site& site, const scenario::Scenario& scenario, Wrong& wrong);
/// Nobody is still waited for when the books are closed, and the dead hold nothing.
void check_leftovers(const Leftovers& left, Wrong& wrong);

/// Where a stack that has settled still has coroutines, requests and connections: what every daemon
/// counts, the network counts, too. For runs in which all was repaired long before their end.
void check_connections(const Leftovers& left, Wrong& wrong);

/// From now on no load balancer may give a new request to a server that it has taken out. [HA-25]
/// [HA-12]
void watch_servers(Site& site, Wrong& wrong);
/// The same for one server.
void check_assignment(const stack::Server& server, Wrong& wrong);

/// Now, and every tenth of a second until then: a replica has applied no more than it received, and
/// what it has received is what somebody wrote.
void watch_replicas(Site& site, const measure::Histories& histories, double until, Wrong& wrong);
/// The same for one database.
void check_replica(const std::string& name, const measure::Histories& histories,
                   measure::LogEnd applied, measure::LogEnd received, Wrong& wrong);

}  // namespace spof::world
