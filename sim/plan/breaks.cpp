#include "plan/breaks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/append_new.hpp"
#include "engine/survey.hpp"
#include "scenario/check_parts.hpp"

namespace spof::plan {
namespace {

using scenario::Scenario;

using Names = std::vector<std::string>;

/// The parts of a stack.
struct StackParts {
  Names daemons;    ///< in the order of the scenario's sections
  Names hosts;      ///< with a daemon, in order of first mention
  Names databases;  ///< hosts with one
  Names walls;      ///< hosts with a firewall
  Names doors;      ///< daemons that clients connect to
  Names links;      ///< by name
  std::vector<std::pair<std::string, std::string>> cards;  ///< hosts and their links
};

/// A link that is the card of machines with clients, and no daemon, is no part of the stack.
bool is_a_clients_own(const std::string& link, const Names& of_clients, const StackParts& parts) {
  bool clients = false, others = false;
  for (const auto& [host, card] : parts.cards)
    if (card == link) (has(of_clients, host) && !has(parts.hosts, host) ? clients : others) = true;
  return clients && !others;
}

StackParts parts_of(const Scenario& scenario) {
  StackParts parts;
  Names of_clients;
  const scenario::Topology topology = scenario::topology_of(scenario);
  for (const scenario::Node& node : topology.nodes) {
    if (!node.listens()) {
      of_clients.push_back(node.host);
      continue;
    }
    // Rules do not die; a wrong one is what breaks a firewall.
    if (node.kind == stack::FirewallOptions::kind)
      parts.walls.push_back(node.host);
    else
      parts.daemons.push_back(node.name);
    append_new(parts.hosts, node.host);
    if (node.kind == stack::MysqlOptions::kind) parts.databases.push_back(node.host);
  }
  for (const std::string& door : topology.ends(stack::Purpose::door))
    if (has(parts.daemons, door)) parts.doors.push_back(door);
  const engine::Survey survey = engine::survey(scenario.platform_source());
  parts.cards = survey.cards;
  for (const std::string& link : survey.links)
    if (!is_a_clients_own(link, of_clients, parts)) parts.links.push_back(link);
  return parts;
}

/// What a fault names: daemons, hosts, links.
Names places_of(const fault::Fault& fault) {
  return std::visit(
      [](const auto& one) {
        if constexpr (requires { one.from; }) {
          return both(one.from, one.to);
        } else if constexpr (requires { one.targets; }) {
          return one.targets;
        } else {
          return Names{one.target};
        }
      },
      fault);
}

Names struck_by(const Break& what, const StackParts& parts, const Scenario& scenario) {
  Names struck;
  for (const fault::Fault& fault : what.faults) {
    Names places;
    for (const fault::Fault& part : scenario::parts_of(scenario, fault))
      for (std::string& place : places_of(part)) places.push_back(std::move(place));
    for (const auto& [host, card] : parts.cards)
      if (has(places, card)) places.push_back(host);
    for (const std::string& daemon : parts.daemons)
      if (has(places, daemon) || has(places, scenario::host_of(daemon))) append_new(struck, daemon);
  }
  return struck;
}

template <class Kind>
Break one(const std::string& target, Kind fault = {}) {
  fault.target = target;
  return {target, Kind::kind, {fault}};
}

template <class... Kinds>
void add(std::vector<Break>& breaks, const std::string& target) {
  (breaks.push_back(one<Kinds>(target)), ...);
}

Break slow_disk(const std::string& host) {
  fault::Slow fault;
  fault.target = host;
  fault.resource = fault::Resource::disk;
  return {host, "slow disk", {fault}};
}

Break partition(const std::string& one, const std::string& other) {
  fault::Partition fault;
  fault.from = {one};
  fault.to = {other};
  return {fault::target_of(fault), fault::Partition::kind, {fault}};
}

/// The first that mean no harm.
const stack::ClientsOptions& visitors(const Scenario& scenario) {
  const auto found =
      std::ranges::find_if(scenario.clients, [](auto& one) { return !one.second.attacks(); });
  return (found == scenario.clients.end() ? scenario.clients.begin() : found)->second;
}

/// Somebody outside, where the first visitors are.
Break attack(const std::string& door, const char* kind, const Scenario& scenario,
             stack::ClientsOptions attackers) {
  fault::Slow nothing;
  nothing.target = door;
  nothing.factor = 1;
  attackers.host = visitors(scenario).host;
  attackers.connect_to = door;
  attackers.attacker = true;
  return {door, kind, {nothing}, 0, {}, {{"attackers", std::move(attackers)}}};
}

/// A thousand SYNs a second from everywhere; one more connection than HAProxy takes, each of which
/// never ends its request; ten times the visitors' requests from twenty addresses.
void add_attacks(std::vector<Break>& breaks, const std::string& door, const Scenario& scenario) {
  stack::ClientsOptions syns, slow, many;
  syns.attack = stack::Attack::syn_flood;
  syns.rate = 1000;
  syns.addresses = 65536;
  breaks.push_back(attack(door, "syn flood", scenario, syns));
  slow.attack = stack::Attack::slowloris;
  slow.arrivals = stack::Arrivals::closed;
  slow.think_time = Distribution::exponential(1);
  slow.users = slow.addresses = stack::HaproxyOptions().maxconn + 1000;
  breaks.push_back(attack(door, "slowloris", scenario, slow));
  many.rate = 10 * visitors(scenario).rate;
  many.addresses = 20;
  many.timeout = 5;
  breaks.push_back(attack(door, "http flood", scenario, many));
}

/// A stack of whose security somebody has thought.
bool is_about_security(const Scenario& scenario, const StackParts& parts) {
  return !parts.walls.empty() || std::ranges::any_of(parts.daemons, [&](auto& one) {
    return scenario::speaks_tls(scenario, one);
  }) || std::ranges::any_of(scenario.clients, [](auto& one) { return one.second.attacks(); });
}

/// The part's hardest failure.
Break gone(const std::string& part, const StackParts& parts) {
  if (has(parts.daemons, part)) return one<fault::Crash>(part);
  if (has(parts.hosts, part)) return one<fault::PowerOff>(part);
  return one<fault::LinkDown>(part);
}

/// For how long clients remember what the part told them, when it is gone.
double remembered(const Break& what, const Scenario& scenario) {
  const bool is_gone = what.kind == fault::Crash::kind || what.kind == fault::Hang::kind ||
                       what.kind == fault::Error::kind || what.kind == fault::PowerOff::kind ||
                       what.kind == fault::LinkDown::kind;
  double longest = 0;
  for (const std::string& daemon : what.daemons)
    if (is_gone && scenario::section_of(daemon) == stack::DnsOptions::kind)
      longest = std::max<double>(
          longest, scenario::item_of(scenario.dns.hosts, scenario::host_of(daemon))->ttl);
  return longest <= longest_memory ? longest : 0;
}

/// Completes it by what follows from its faults.
Break told(Break what, const StackParts& parts, const Scenario& scenario) {
  what.daemons = struck_by(what, parts, scenario);
  what.remembered = remembered(what, scenario);
  return what;
}

}  // namespace

std::vector<std::string> Break::parts() const { return mapped(faults, fault::target_of); }

std::vector<Break> breaks_of(const Scenario& scenario) {
  const StackParts parts = parts_of(scenario);
  std::vector<Break> breaks;
  for (const std::string& daemon : parts.daemons) {
    add<fault::Crash, fault::Hang>(breaks, daemon);
    // Nobody asks Keepalived for anything, nor a manager of databases.
    if (const std::string kind = scenario::section_of(daemon);
        kind == stack::KeepalivedOptions::kind || kind == stack::DbManagerOptions::kind)
      continue;
    add<fault::Slow, fault::Error>(breaks, daemon);
  }
  for (const std::string& host : parts.hosts) {
    add<fault::PowerOff>(breaks, host);
    if (!has(parts.databases, host)) continue;
    breaks.push_back(slow_disk(host));
    add<fault::DiskFull>(breaks, host);
  }
  for (const std::string& host : parts.walls) add<fault::FirewallRule>(breaks, host);
  for (const std::string& daemon : parts.daemons)
    if (scenario::speaks_tls(scenario, daemon)) add<fault::CertificateExpiry>(breaks, daemon);
  if (is_about_security(scenario, parts))
    for (const std::string& door : parts.doors) add_attacks(breaks, door, scenario);
  for (const std::string& link : parts.links)
    add<fault::LinkDown, fault::Latency, fault::Loss, fault::NarrowLink>(breaks, link);
  for (std::size_t i = 0; i < parts.hosts.size(); ++i)
    for (std::size_t j = i + 1; j < parts.hosts.size(); ++j)
      breaks.push_back(partition(parts.hosts[i], parts.hosts[j]));
  for (const auto& [name, group] : scenario.shared)
    breaks.push_back({name, group.kind, {*scenario::fault_of(group.kind, name)}});
  for (Break& what : breaks) what = told(std::move(what), parts, scenario);
  return breaks;
}

std::string severities() {
  return fmt::format(
      "slow: work takes {:g} times as long, on a slow disk that of the disk; latency: {:g} ms more "
      "each way; loss: {:g} % of the packets; bandwidth: {:g} % of it is left",
      fault::Slow{}.factor, 1e3 * fault::Latency{}.add, 100 * fault::Loss{}.share,
      100 * fault::NarrowLink{}.left);
}

Break nothing(const Scenario& scenario, double remembered) {
  const StackParts parts = parts_of(scenario);
  fault::Slow fault;
  fault.target = parts.daemons.empty() ? scenario.clients.front().second.host : parts.daemons[0];
  fault.factor = 1;
  const std::string kind = remembered > 0 ? fmt::format("for {} s", remembered) : "control";
  return {"nothing", kind, {fault}, remembered};
}

std::vector<Break> pairs_of(const Scenario& scenario) {
  const StackParts parts = parts_of(scenario);
  const Names all = both(both(parts.daemons, parts.hosts), parts.links);
  std::vector<Break> pairs;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      if (scenario::host_of(all[i]) == all[j]) continue;
      const Break one = told(gone(all[i], parts), parts, scenario);
      const Break other = told(gone(all[j], parts), parts, scenario);
      pairs.push_back({one.target + " + " + other.target,
                       one.kind == other.kind ? one.kind : one.kind + " + " + other.kind,
                       {one.faults[0], other.faults[0]},
                       std::max(one.remembered, other.remembered)});
    }
  return pairs;
}

Times times_of(const Scenario& scenario, const Break& what) {
  const double usual = lasts_share * scenario.duration;
  return {strikes_after * scenario.duration, usual + what.remembered, settled_share * usual,
          scenario.duration + what.remembered};
}

Scenario broken(Scenario scenario, const Break& what) {
  const Times times = times_of(scenario, what);
  scenario.faults = what.faults;
  scenario.operations.clear();
  scenario.random_failures.reset();
  scenario.expect.clear();
  const double widest = times.settled / settled_windows;
  if (scenario.window.value_or(1) > widest) scenario.window = widest;
  for (fault::Fault& fault : scenario.faults)
    std::visit(
        [&](auto& one) {
          one.when = {};
          one.when.at = times.at;
          one.when.lasts = times.lasts;
          // A phase of the checks of its own in every run.
          one.when.jitter = std::min<double>(2, scenario.duration / 60);
        },
        fault);
  scenario.duration = times.duration;
  // What the stack bears by itself is asked; who is called comes too late.
  for (auto& [host, person] : scenario.people.hosts)
    person.respond = person.respond_at_night = Distribution::constant(2 * times.duration);
  if (!visitors(scenario).attacks())
    std::erase_if(scenario.clients, [](auto& one) { return one.second.attacks(); });
  for (auto [name, attackers] : what.attackers) {
    attackers.start = times.at;
    attackers.stop = times.at + times.lasts;
    while (scenario::item_of(scenario.clients, name)) name += "'";
    scenario.clients.emplace_back(name, std::move(attackers));
  }
  return scenario;
}

}  // namespace spof::plan
