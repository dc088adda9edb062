#include "twist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/append_new.hpp"
#include "scenario/topology.hpp"

namespace spof::test {
namespace {

using scenario::Scenario;

/// Strikes after the end, or has no effect: where no other error is in force, which it would
/// replace.
Twist vain(const Scenario& scenario) {
  const auto is_error = [](const fault::Fault& one) {
    return std::holds_alternative<fault::Error>(one);
  };
  const bool errs =
      std::ranges::any_of(scenario.faults, is_error) ||
      std::ranges::any_of(scenario.operations,
                          [&](const auto& one) { return is_error(one.second); }) ||
      (scenario.random_failures && has(scenario.random_failures->kinds, fault::Error::kind));
  if (errs || scenario.seed % 2 == 0) {
    fault::Crash crash;
    crash.target = "haproxy@lb1";
    crash.when.at = scenario.duration + 0.5;
    return {{crash}, ""};
  }
  fault::Error none;
  none.target = "haproxy@lb1";
  none.when.at = scenario.duration / 3;
  none.share = 0;
  return {{none}, ""};
}

/// A rule for everybody on each host, which also meets what stays there: nobody is answered.
Twist walled(const Scenario& scenario, const scenario::Topology& topology) {
  Twist made{{}, "walls"};
  std::set<std::string> hosts;
  for (const scenario::Node& node : topology.nodes)
    if (node.kind != "clients") hosts.insert(node.host);
  for (const std::string& host : hosts) {
    fault::FirewallRule rule;
    rule.target = host;
    rule.when.at = 0;
    rule.established = true;
    made.faults.emplace_back(rule);
  }
  made.shut_out.assign(scenario.clients.size(), true);
  return made;
}

bool is_tls_only(const Scenario& scenario, const std::string& daemon) {
  const auto* balancer = scenario::item_of(scenario.haproxy.hosts, measure::host_of(daemon));
  if (!balancer || !daemon.starts_with(stack::HaproxyOptions::kind)) return false;
  return std::ranges::all_of(balancer->all_frontends(), [](const auto& one) {
    return one.second->tls || one.second->redirect_scheme_https;
  });
}

Twist expired(const Scenario& scenario, const scenario::Topology& topology) {
  Twist made{{}, "certificates"};
  for (const scenario::Node& node : topology.nodes) {
    if (!is_tls_only(scenario, node.name)) continue;
    fault::CertificateExpiry end;
    end.target = node.name;
    end.when.at = 0;
    made.faults.emplace_back(end);
  }
  for (const auto& [name, one] : scenario.clients) {
    bool sealed = one.verify;
    for (const stack::Wire& wire : topology.wires_of(name + "@" + one.host))
      if (wire.purpose == stack::Purpose::door)
        for (const std::string& door : topology.behind(wire))
          sealed = sealed && is_tls_only(scenario, door);
    made.shut_out.push_back(sealed);
  }
  return made;
}

}  // namespace

std::string Twist::broken_by(const std::vector<measure::Sample>& samples) const {
  for (const measure::Sample& one : samples)
    if (one.outcome == measure::Outcome::ok && one.population < shut_out.size() &&
        shut_out[one.population])
      return fmt::format("{}: request {} was answered at {}", name, one.id, one.end.value);
  return "";
}

Twist twist_of(const Scenario& scenario) {
  const scenario::Topology topology = topology_of(scenario);
  Twist twist = scenario.seed % 3 == 0   ? expired(scenario, topology)
                : scenario.seed % 3 == 1 ? walled(scenario, topology)
                                         : vain(scenario);
  return std::ranges::count(twist.shut_out, true) > 0 ? twist : vain(scenario);
}

}  // namespace spof::test
