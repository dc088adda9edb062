#include <fmt/format.h>

#include <algorithm>

#include "base/append_new.hpp"
#include "base/words.hpp"
#include "scenario/check_parts.hpp"

namespace spof::scenario {
namespace {

using stack::FirewallOptions;
using Names = std::vector<std::string>;

void check_rules(const std::string& pointer, const FirewallOptions& options, const Names& hosts,
                 Mistakes& mistakes) {
  for (std::size_t i = 0; i < options.rules.size(); ++i) {
    const stack::FirewallRuleOptions& rule = options.rules[i];
    const std::string at = fmt::format("{}/rules/{}", pointer, i);
    if (!rule.from.empty() && !rule.to.empty())
      mistakes.add(at + "/to", "stands beside \"from\"; a rule has one of them");
    const bool is_host = !has(Names{"", "any", "network"}, rule.peer());
    if (is_host && !hosts.empty() && !has(hosts, rule.peer()))
      mistakes.add(at + (rule.is_outgoing() ? "/to" : "/from"),
                   fmt::format("the platform has no host \"{}\"; {}; or any, or network",
                               rule.peer(), nearest(rule.peer(), hosts)));
    if (!FirewallOptions::port_of(rule.service))
      mistakes.add(at + "/service",
                   fmt::format("\"{}\" is no service; allowed: haproxy, nginx, app, mysql, dns, "
                               "keepalived, http, https, ssh, vrrp, or a port",
                               rule.service));
    if (rule.rule != stack::Ruling::allow && (rule.rate > 0 || rule.connections > 0))
      mistakes.add(at + "/rule", "\"rate\" and \"connections\" are limits of what is allowed");
  }
}

class Doors {
 public:
  Doors(const Scenario& scenario, const Topology& topology, Mistakes& mistakes)
      : scenario_(scenario), topology_(topology), mistakes_(mistakes) {}

  void all() {
    for (const Edge& edge : topology_.edges) {
      const bool attacks = is_attack(edge.from);
      for (const std::string& there : topology_.behind(edge.wire))
        if (!attacks) way(edge.from, there, edge.wire.port);
    }
    for (const auto& [host, one] : scenario_.keepalived.hosts)
      for (const auto& [other, its] : scenario_.keepalived.hosts)
        for (const std::string& address : one.addresses())
          if (has(its.addresses(), address))
            way("keepalived@" + host, "keepalived@" + other, stack::KeepalivedOptions::port,
                is_unicast(one, address));
  }

 private:
  bool is_attack(const std::string& from) const {
    const auto* one = item_of(scenario_.clients, section_of(from));
    return one && one->attacks();
  }
  /// Adverts to a peer are answers to his own. [FW-8]
  static bool is_unicast(const stack::KeepalivedOptions& one, const std::string& address) {
    return std::ranges::any_of(one.instances(), [&](const auto& instance) {
      return has(instance.second->virtual_ipaddress, address) &&
             !instance.second->unicast_peer.empty();
    });
  }
  void way(const std::string& from, const std::string& to, std::uint16_t port,
           bool answers = false) {
    const std::string here = host_of(from), there = host_of(to);
    if (here == there || port == 0) return;  // 0: a ping, which passes
    for (const bool outgoing : {true, false}) {
      if (answers && !outgoing) continue;
      const std::string& host = outgoing ? here : there;
      const auto* wall = item_of(scenario_.firewall.hosts, host);
      if (!wall) continue;
      const std::string by = stopped_by(*wall, outgoing, outgoing ? there : here, port);
      const std::string told = fmt::format("{} cannot reach {} on port {}", from, to, port);
      if (by.empty() || has(told_, told)) continue;
      told_.push_back(told);
      mistakes_.warn(child_pointer("/firewall/hosts", host), fmt::format("{}: {}", told, by));
    }
  }
  /// The rule, or default, that stops it; empty: none.
  std::string stopped_by(const FirewallOptions& wall, bool outgoing, const std::string& peer,
                         std::uint16_t port) const {
    for (const stack::FirewallRuleOptions& rule : wall.all_rules()) {
      const bool neighbour = std::any_of(
          topology_.nodes.begin(), topology_.nodes.end(),
          [&](const Node& node) { return node.host == peer && node.kind != "clients"; });
      const bool fits = rule.peer() == "network"
                            ? neighbour
                            : has(Names{"", "any"}, rule.peer()) || rule.peer() == peer;
      const auto ports = FirewallOptions::port_of(rule.service).value_or(0);
      if (rule.is_outgoing() != outgoing || !fits || (ports != 0 && ports != port)) continue;
      const bool open = rule.rule == stack::Ruling::allow || rule.rule == stack::Ruling::limit;
      return open ? "" : fmt::format("stopped by \"{}\"", FirewallOptions::text_of(rule));
    }
    if ((outgoing ? wall.outgoing : wall.incoming) == stack::Policy::allow) return "";
    return "no rule allows it";
  }

  const Scenario& scenario_;
  const Topology& topology_;
  Mistakes& mistakes_;
  Names told_;
};

/// Ports at which daemons of a host are asked, or that they ask at: "8080 (nginx)".
Names ports_at(const Topology& topology, const std::string& host, bool incoming) {
  Names ports;
  for (const Edge& edge : topology.edges)
    for (const std::string& there : topology.behind(edge.wire))
      if (const bool is_daemon = !section_of(there).empty(); (!incoming   ? host_of(edge.from)
                                                              : is_daemon ? host_of(there)
                                                                          : edge.wire.host) == host)
        append_new(ports, fmt::format("{} ({})", edge.wire.port,
                                      is_daemon ? section_of(there) : "the host"));
  return ports;
}

/// Rules that a fault puts before a port at which nobody listens, or asks.
void warn_of_idle_rules(const Scenario& scenario, const Topology& topology, Mistakes& mistakes) {
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const auto* rule = std::get_if<fault::FirewallRule>(&scenario.faults[i]);
    if (!rule || rule->port == 0 || rule->port == stack::KeepalivedOptions::port) continue;
    const Names ports = ports_at(topology, rule->target, rule->incoming);
    const auto is_it = [&](const std::string& one) {
      return one.starts_with(std::to_string(rule->port) + " ");
    };
    if (std::ranges::none_of(ports, is_it))
      mistakes.warn(fmt::format("/faults/{}/port", i),
                    fmt::format("meets nobody: nothing {} at port {}, but at {}",
                                rule->incoming ? "is asked on " + rule->target
                                               : "on " + rule->target + " asks",
                                rule->port, ports.empty() ? "none" : listed(ports)));
  }
}

}  // namespace

void check_firewalls(const Scenario& scenario, const Names& hosts, Mistakes& mistakes) {
  const FirewallOptions& common = scenario.firewall.common;
  check_rules("/firewall", common, hosts, mistakes);
  for (const auto& [host, one] : scenario.firewall.hosts)
    if (one.rules != common.rules)
      check_rules(child_pointer("/firewall/hosts", host), one, hosts, mistakes);
}

void check_attacks(const Scenario& scenario, Mistakes& mistakes) {
  for (const auto& [name, one] : scenario.clients) {
    using stack::Attack;
    const std::string pointer = child_pointer("/clients", name);
    const bool closed = one.arrivals == stack::Arrivals::closed;
    if (one.attack == Attack::syn_flood && closed)
      mistakes.add(pointer + "/arrivals", "a syn_flood has a rate: poisson or constant");
    if ((one.attack == Attack::slowloris || one.attack == Attack::brute_force) && !closed)
      mistakes.add(pointer + "/arrivals", "must be \"closed\": so many `users` keep at it");
    if (one.attack == Attack::brute_force && one.connect_to.empty())
      mistakes.add(pointer + "/connect_to", "must name the database, as mysql@server1");
  }
}

void warn_of_shut_doors(const Scenario& scenario, const Topology& topology, Mistakes& mistakes) {
  warn_of_idle_rules(scenario, topology, mistakes);
  if (!scenario.firewall.hosts.empty()) Doors(scenario, topology, mistakes).all();
}

}  // namespace spof::scenario
