#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mistakes.hpp"
#include "scenario/scenario.hpp"
#include "scenario/topology.hpp"

namespace spof::scenario {

// What `check` is made of, by the file that it is in. Each adds to `mistakes` what is wrong; what
// warns adds what may be so, with the remedy.

/// `there is no class "writes"; did you mean "write"?`
std::string there_is_no(std::string_view what, std::string_view name,
                        const std::vector<std::string>& allowed);

/// check_databases: one primary, whose replicas the others are, and managers that have something to
/// manage. Warns of a failover that loses or forks data.
void check_databases(const Scenario& scenario, Mistakes& mistakes);

/// check_firewall: rules name hosts and services that there are. `hosts`: of the platform; none:
/// not known.
void check_firewalls(const Scenario& scenario, const std::vector<std::string>& hosts,
                     Mistakes& mistakes);
/// Populations that attack come in the way their attack needs.
void check_attacks(const Scenario& scenario, Mistakes& mistakes);
/// Warns of each two that need each other and are kept apart by a firewall's rules. Limits count as
/// open doors; neighbours of a host are taken to be the hosts with daemons. And of rules that a
/// fault puts before a port where nobody is asked.
void warn_of_shut_doors(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);

/// check_modes: what passes requests and what passes connections: frontends and backends of load
/// balancers in mode http or tcp, their servers, and who connects to which of them.
void check_modes(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);

/// check_monitoring: monitors, what they scrape, their rules; who is called.
void check_monitoring(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);
/// Warns of what a monitor cannot see: what no rule asks for, failures that are over before `for`
/// is, probes that stop at Nginx, the machine it shares with what it watches.
void warn_of_blind_monitors(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);

/// check_operations: when each fault and each step of a plan has its turn, what is looked at
/// before, and kinds of random failures.
void check_operations(const Scenario& scenario, const Topology& topology,
                      const std::vector<std::string>& daemons, Mistakes& mistakes);
/// Applications and the release that goes to them.
void check_deploy(const std::string& pointer, const fault::Deploy& one, const Scenario& scenario,
                  const Topology& topology, Mistakes& mistakes);

/// check_replay: where a population replays a file: that it is there, and every line of it, for a
/// run has no way to say what is wrong with one.
void check_replay(const std::string& pointer, const stack::ClientsOptions& options,
                  const std::vector<std::string>& classes, Mistakes& mistakes);

/// check_tls: who speaks TLS can, and an eavesdropper sits on links that there are.
void check_tls(const Scenario& scenario, const std::vector<std::string>& links, Mistakes& mistakes);
/// Whether one of a daemon's ports does.
bool speaks_tls(const Scenario& scenario, const std::string& daemon);
/// Warns of certificates that end within the run, and of doors without TLS that passwords cross.
void warn_of_tls(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);

/// check_vrrp: what Keepalived is told: scripts, processes and peers exist, and the instances of
/// one address can agree on who has it. Warns of what Keepalived accepts and users regret.
void check_vrrp(const Scenario& scenario, const std::vector<std::string>& daemons,
                Mistakes& mistakes);
/// "10.0.0.100"
bool is_address(const std::string& text);

/// check_ways: every request that is made, and every page that a check asks for, must find who
/// answers it, and whoever talks needs a route: `unrouted` are the pairs of hosts without one.
/// Nginx needs a connection for each socket that it listens on, and one. [NG-1]
void check_ways(const Scenario& scenario, const Topology& topology,
                const std::vector<std::pair<std::string, std::string>>& unrouted,
                Mistakes& mistakes);
/// Warns of databases that admit fewer connections than applications keep. Those that come through
/// a load balancer are not counted.
void warn_of_connections(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);
/// Warns of daemons that answer requests and get none (a replica is no such: it keeps the data), and
/// of classes that ask the application and cost it nothing.
void warn_of_idle(const Scenario& scenario, const Topology& topology, Mistakes& mistakes);

}  // namespace spof::scenario
