#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/append_new.hpp"
#include "base/words.hpp"
#include "scenario/check_parts.hpp"

namespace spof::scenario {
namespace {

using Names = std::vector<std::string>;

class Ways {
 public:
  Ways(const Scenario& scenario, const Topology& topology, Mistakes& mistakes)
      : scenario_(scenario), topology_(topology), mistakes_(mistakes) {}

  void of_clients() {
    for (const auto& [population, clients] : scenario_.clients)
      for (const auto& [name, one] : scenario_.classes)
        if (makes(clients, name, one))
          way(child_pointer("/classes", name) + "/kind", population + "@" + clients.host, one.kind);
  }
  void of_checks() {
    for (const auto& [host, balancer] : scenario_.haproxy.hosts) {
      const auto lines = balancer.server_lines();
      for (const Edge& edge : topology_.edges) {
        if (edge.wire.purpose != stack::Purpose::server || host_of(edge.from) != host) continue;
        const auto line = std::ranges::find_if(
            lines, [&](const auto& one) { return one.label == edge.wire.label; });
        const stack::CheckOptions& check = line->options->checks();
        if (check.kind == stack::CheckKind::httpchk)
          way(edge.written + "/check/answered_by", edge.wire.to, needs_of(check.answered_by));
      }
    }
  }

 private:
  static bool makes(const stack::ClientsOptions& clients, const std::string& name,
                    const stack::RequestClass& one) {
    if (clients.attack != stack::Attack::none) return false;
    const double* own = item_of(clients.mix, name);
    return clients.mix.empty() ? one.mix > 0 : own && *own > 0;
  }
  void way(const std::string& pointer, const std::string& from, stack::RequestKind kind) {
    const Names reached = topology_.reach(from, kind);
    const bool known =
        std::ranges::all_of(reached, [&](auto& name) { return topology_.find(name); });
    if (!known || kind == stack::RequestKind::static_file || has(told_, pointer) ||
        topology_.is_answered(from, kind))
      return;
    told_.push_back(pointer);
    const bool application = std::ranges::any_of(
        reached, [](auto& name) { return section_of(name) == stack::AppOptions::kind; });
    mistakes_.add(pointer, fmt::format("needs {}, and {} reaches none",
                                       application ? "a database" : "an application server", from));
  }

  const Scenario& scenario_;
  const Topology& topology_;
  Mistakes& mistakes_;
  Names told_;
};

}  // namespace

void check_ways(const Scenario& scenario, const Topology& topology,
                const std::vector<std::pair<std::string, std::string>>& unrouted,
                Mistakes& mistakes) {
  Ways ways(scenario, topology, mistakes);
  ways.of_clients();
  ways.of_checks();
  // SimGrid ends a run in which two talk without a route.
  Names lost;
  for (const auto& [one, other] : unrouted)
    if (std::ranges::any_of(topology.edges, [&, &one = one, &other = other](const Edge& edge) {
          const Names ends = topology.behind(edge.wire);
          const std::string from = host_of(edge.from);
          return (from == one || from == other) &&
                 std::ranges::any_of(ends, [&](const std::string& end) {
                   return host_of(end) == (from == one ? other : one);
                 });
        }))
      lost.push_back(fmt::format("{} and {}", one, other));
  if (!lost.empty())
    mistakes.add("/platform",
                 fmt::format("there is no route between {}; a host needs one to its switch: see "
                             "platforms/README.md",
                             fmt::join(lost, ", ")));
  for (const auto& [host, nginx] : scenario.nginx.hosts)
    for (const auto& [name, unused] : nginx.upstream_servers)
      if (!has(nginx.upstream, name))
        mistakes.add_at_key(
            child_pointer(child_pointer("/nginx/hosts", host) + "/upstream_servers", name),
            there_is_no("upstream", name, nginx.upstream));
  for (const auto& [host, nginx] : scenario.nginx.hosts)
    if (nginx.worker_connections <= nginx.listens)
      mistakes.add(
          child_pointer("/nginx/hosts", host) + "/worker_connections",
          fmt::format("is {0}, not enough for {1}: Nginx does not start; at least {2} (each "
                      "listening socket and the channel to the master take one)",
                      nginx.worker_connections,
                      counted(static_cast<std::size_t>(nginx.listens), "listening socket"),
                      nginx.listens + 1));
}

void warn_of_connections(const Scenario& scenario, const Topology& topology, Mistakes& mistakes) {
  for (const auto& [host, database] : scenario.mysql.hosts) {
    int kept = 0;
    Names counted;
    for (const Edge& edge : topology.edges) {
      const stack::Purpose purpose = edge.wire.purpose;
      if (purpose != stack::Purpose::read && purpose != stack::Purpose::write) continue;
      const stack::AppOptions* app = item_of(scenario.app.hosts, host_of(edge.from));
      if (!app || !app->database.persistent || !has(topology.behind(edge.wire), "mysql@" + host) ||
          (app->database.one_connection && has(counted, edge.from)))
        continue;
      counted.push_back(edge.from);
      kept += app->processes * (app->worker_class == stack::WorkerClass::sync ? 1 : app->threads);
    }
    if (kept > database.max_connections)
      mistakes.warn(child_pointer("/mysql/hosts", host) + "/max_connections",
                    fmt::format("is {}; applications keep up to {} connections open (one for "
                                "reads and one for writes of each thread): the others get error "
                                "1040",
                                database.max_connections, kept));
  }
}

void warn_of_idle(const Scenario& scenario, const Topology& topology, Mistakes& mistakes) {
  Names reached;
  for (const Node& node : topology.nodes)
    if (!node.listens()) reached.push_back(node.name);
  for (std::size_t i = 0; i < reached.size(); ++i)
    for (const stack::Wire& wire : topology.wires_of(reached[i]))
      for (const std::string& end : topology.behind(wire)) append_new(reached, end);
  for (const Node& node : topology.nodes) {
    const bool answers = has(Names{"haproxy", "nginx", "app", "mysql", "dns"}, node.kind);
    const auto wires = topology.wires_of(node.name);
    const bool copies = std::ranges::any_of(
        wires, [](const stack::Wire& wire) { return wire.purpose == stack::Purpose::source; });
    std::string unused;
    for (const MovingAddress& one : topology.addresses)
      if (one.host == node.host && node.kind == "haproxy" && unused.empty())
        unused = fmt::format(
            "; nor does anybody come by {} ({{\"dns\": {{\"addresses\": [\"{}:{}\"]}}}})",
            one.address, one.address, node.ports.front());
    if (answers && !copies && !has(reached, node.name))
      mistakes.warn(child_pointer(fmt::format("/{}/hosts", node.kind), node.host),
                    fmt::format("no client's request gets to {}: no name, balancer or other "
                                "daemon leads there{}",
                                node.name, unused));
  }
  for (const auto& [name, one] : scenario.classes)
    if (one.kind != stack::RequestKind::static_file && one.mix > 0 && one.cpu.app.mean() == 0 &&
        one.sleep.mean() == 0)
      mistakes.warn(child_pointer("/classes", name) + "/cpu/app",
                    "is 0s, the default: however much comes, no process of the application gets "
                    "busy by it; measured for one that reads a row: 0.83ms");
}

}  // namespace spof::scenario
