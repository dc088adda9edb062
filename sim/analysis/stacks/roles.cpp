#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "analysis/kinds.hpp"
#include "analysis/stacks/stacks.hpp"
#include "base/append_new.hpp"
#include "stack/catalogue.hpp"

namespace spof::report {
namespace {

using scenario::Node;

constexpr const char *primary = "primary database", *replica = "replica";

/// What a kind of daemon is called, in the order in which a request meets them. Tiers give their
/// machines a name; the others only where there is nothing else on them.
struct Tier {
  std::string_view kind;
  const char* name;
  bool names_machines = true;
};
constexpr std::array tiers{Tier{stack::HaproxyOptions::kind, "load balancer"},
                           Tier{stack::NginxOptions::kind, "web server"},
                           Tier{stack::AppOptions::kind, "application server"},
                           Tier{stack::MysqlOptions::kind, primary},
                           Tier{stack::DnsOptions::kind, "name server"},
                           Tier{stack::DbManagerOptions::kind, "failover manager", false},
                           Tier{stack::PrometheusOptions::kind, "monitoring", false},
                           Tier{stack::AlertmanagerOptions::kind, "alert manager", false},
                           Tier{stack::ExporterOptions::kind, "exporter", false},
                           Tier{stack::KeepalivedOptions::kind, "Keepalived", false}};

bool copies(const Matrix& matrix, const std::string& daemon) {
  return std::ranges::any_of(matrix.topology.edges, [&](const scenario::Edge& edge) {
    return edge.from == daemon && edge.wire.purpose == stack::Purpose::source;
  });
}

std::string name_of(const Matrix& matrix, const std::string& daemon) {
  const std::string kind = section_of(daemon);
  if (kind == stack::MysqlOptions::kind && copies(matrix, daemon)) return replica;
  const auto tier = std::ranges::find(tiers, kind, &Tier::kind);
  return tier == tiers.end() ? kind : tier->name;
}

/// Of a machine: the tiers on it, or where there is none what else is.
std::vector<std::string> names_on(const Matrix& matrix, const std::string& host) {
  std::vector<std::string> names, others;
  for (const Tier& tier : tiers)
    for (const Node& node : matrix.topology.nodes)
      if (node.host == host && node.kind == tier.kind)
        append_new(tier.names_machines ? names : others, name_of(matrix, node.name));
  if (names.empty() && !others.empty()) names = {others.front()};
  return names;
}

/// The two machines of a partition, by their first roles; the same words whichever is named first.
StackRole between(const Matrix& matrix, const std::string& target) {
  std::vector<std::pair<std::size_t, std::string>> ends;
  std::vector<std::string> hosts;
  for (const Node& node : matrix.topology.nodes) append_new(hosts, node.host);
  for (const std::string& host : hosts) {
    if (!target.starts_with(host + " ") && !target.ends_with(" " + host)) continue;
    const auto names = names_on(matrix, host);
    const std::string name = names.empty() ? host : names.front();
    const auto place = std::ranges::find_if(tiers, [&](auto& tier) { return tier.name == name; });
    ends.emplace_back(place - tiers.begin(), name);
  }
  std::ranges::sort(ends);
  return {ends.size() == 2 ? fmt::format("{} and {}", ends[0].second, ends[1].second) : target,
          "apart"};
}

}  // namespace

std::vector<StackRole> roles_of(const Matrix& matrix, const std::string& target,
                                const std::string& kind) {
  if (kind == fault::Partition::kind) return {between(matrix, target)};
  const KnownKind* known = known_kind(kind);
  const auto aspect = [&](const char* usual) {
    return known && known->aspect ? known->aspect : usual;
  };
  if (target.find('@') != std::string::npos) return {{name_of(matrix, target), aspect("process")}};
  const std::string owner = machine_of_card(matrix, target);
  std::vector<std::string> names = names_on(matrix, owner.empty() ? target : owner);
  if (names.empty()) return {{target, owner.empty() ? "" : "network card"}};
  if (aspect("") == std::string_view("disk"))  // that of a database: nobody else waits for one
    std::erase_if(names,
                  [](const std::string& name) { return name != primary && name != replica; });
  std::vector<StackRole> roles;
  for (const std::string& name : names)
    roles.push_back({name, owner.empty() ? aspect("host") : "network card"});
  return roles;
}

bool plays(const Matrix& matrix, const std::string& base) {
  return std::ranges::any_of(matrix.topology.nodes, [&](const Node& node) {
    return node.listens() && name_of(matrix, node.name) == base;
  });
}

}  // namespace spof::report
