#include "plan/breaks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/survey.hpp"

namespace spof::plan {
namespace {

using scenario::Scenario;

using Names = std::vector<std::string>;

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The parts of a stack.
struct Parts {
  Names daemons;        ///< in the order of the scenario's sections
  Names hosts;          ///< with a daemon, in order of first mention
  Names databases;      ///< hosts with one
  Names links;          ///< by name
  Names without_names;  ///< without one of these a name server does not answer
};

template <class Options>
void add(Parts& parts, const char* kind, const scenario::Section<Options>& section) {
  for (const auto& [host, unused] : section.hosts) {
    parts.daemons.push_back(std::string(kind) + "@" + host);
    if (!has(parts.hosts, host)) parts.hosts.push_back(host);
  }
}

/// A link that is the card of machines with clients, and no daemon, is no part of the stack.
bool is_a_clients_own(const std::string& link, const Scenario& scenario, const Parts& parts,
                      const engine::Survey& survey) {
  bool of_clients = false, of_others = false;
  for (const auto& [host, card] : survey.cards) {
    if (card != link) continue;
    const auto& all = scenario.clients;
    const bool clients = !has(parts.hosts, host) &&
                         std::any_of(all.begin(), all.end(),
                                     [&host = host](auto& one) { return one.second.host == host; });
    (clients ? of_clients : of_others) = true;
  }
  return of_clients && !of_others;
}

Parts parts_of(const Scenario& scenario) {
  Parts parts;
  add(parts, "dns", scenario.dns);
  add(parts, "haproxy", scenario.haproxy);
  add(parts, "nginx", scenario.nginx);
  add(parts, "app", scenario.app);
  add(parts, "mysql", scenario.mysql);
  for (const auto& [host, unused] : scenario.mysql.hosts) parts.databases.push_back(host);
  const engine::Survey survey = engine::survey(scenario.platform_file);
  for (const std::string& link : survey.links)
    if (!is_a_clients_own(link, scenario, parts, survey)) parts.links.push_back(link);
  for (const auto& [host, unused] : scenario.dns.hosts) {
    parts.without_names.insert(parts.without_names.end(), {"dns@" + host, host});
    for (const auto& [owner, card] : survey.cards)
      if (owner == host) parts.without_names.push_back(card);
  }
  return parts;
}

template <class Kind>
Break one(const std::string& target, Kind fault = {}) {
  fault.target = target;
  return {target, Kind::kind, {fault}};
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
  return {one + " | " + other, fault::Partition::kind, {fault}};
}

/// The part's hardest failure.
Break gone(const std::string& part, const Parts& parts) {
  if (has(parts.daemons, part)) return one<fault::Crash>(part);
  if (has(parts.hosts, part)) return one<fault::PowerOff>(part);
  return one<fault::LinkDown>(part);
}

/// For how long clients remember what the part told them, when it is gone.
double remembered(const Break& what, const Parts& parts, const Scenario& scenario) {
  const bool is_gone = what.kind == fault::Crash::kind || what.kind == fault::Hang::kind ||
                       what.kind == fault::Error::kind || what.kind == fault::PowerOff::kind ||
                       what.kind == fault::LinkDown::kind;
  const double ttl = scenario.dns.common.ttl;
  return is_gone && has(parts.without_names, what.target) && ttl <= longest_memory ? ttl : 0;
}

bool is_on(const std::string& daemon, const std::string& host) {
  return daemon.ends_with("@" + host);
}

}  // namespace

std::vector<Break> breaks_of(const Scenario& scenario) {
  const Parts parts = parts_of(scenario);
  std::vector<Break> breaks;
  for (const std::string& daemon : parts.daemons) {
    breaks.push_back(one<fault::Crash>(daemon));
    breaks.push_back(one<fault::Hang>(daemon));
    breaks.push_back(one<fault::Slow>(daemon));
    breaks.push_back(one<fault::Error>(daemon));
  }
  for (const std::string& host : parts.hosts) {
    breaks.push_back(one<fault::PowerOff>(host));
    if (!has(parts.databases, host)) continue;
    breaks.push_back(slow_disk(host));
    breaks.push_back(one<fault::DiskFull>(host));
  }
  for (const std::string& link : parts.links) {
    breaks.push_back(one<fault::LinkDown>(link));
    breaks.push_back(one<fault::Latency>(link));
    breaks.push_back(one<fault::Loss>(link));
    breaks.push_back(one<fault::NarrowLink>(link));
  }
  for (std::size_t i = 0; i < parts.hosts.size(); ++i)
    for (std::size_t j = i + 1; j < parts.hosts.size(); ++j)
      breaks.push_back(partition(parts.hosts[i], parts.hosts[j]));
  for (Break& what : breaks) what.remembered = remembered(what, parts, scenario);
  return breaks;
}

Break nothing(const Scenario& scenario, double remembered) {
  const Parts parts = parts_of(scenario);
  fault::Slow fault;
  fault.target = parts.daemons.empty() ? scenario.clients.front().second.host : parts.daemons[0];
  fault.factor = 1;
  const std::string kind = remembered > 0 ? fmt::format("for {} s", remembered) : "control";
  return {"nothing", kind, {fault}, remembered};
}

std::vector<Break> pairs_of(const Scenario& scenario) {
  const Parts parts = parts_of(scenario);
  Names all = parts.daemons;
  all.insert(all.end(), parts.hosts.begin(), parts.hosts.end());
  all.insert(all.end(), parts.links.begin(), parts.links.end());
  std::vector<Break> pairs;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      if (is_on(all[i], all[j])) continue;
      const Break one = gone(all[i], parts), other = gone(all[j], parts);
      pairs.push_back(
          {one.target + " + " + other.target,
           one.kind == other.kind ? one.kind : one.kind + " + " + other.kind,
           {one.faults[0], other.faults[0]},
           std::max(remembered(one, parts, scenario), remembered(other, parts, scenario))});
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
  return scenario;
}

}  // namespace spof::plan
