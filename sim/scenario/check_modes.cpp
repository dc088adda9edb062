#include <fmt/format.h>

#include <algorithm>

#include "base/append_new.hpp"
#include "scenario/check_parts.hpp"

namespace spof::scenario {
namespace {

using stack::Mode;
using stack::Purpose;

const char* word(Mode mode) { return names(mode)[static_cast<std::size_t>(mode)]; }

class Modes {
 public:
  Modes(const Scenario& scenario, const Topology& topology, Mistakes& mistakes)
      : scenario_(scenario), topology_(topology), mistakes_(mistakes) {}

  void all() {
    for (const auto& [host, options] : scenario_.haproxy.hosts) {
      for (const auto& [name, one] : options.all_frontends()) frontend(name, *one, host, options);
      servers("haproxy@" + host, options);
    }
    for (const Edge& edge : topology_.edges) listener(edge);
  }

 private:
  void once(const std::string& pointer, const std::string& what) {
    if (has(told_, pointer)) return;
    told_.push_back(pointer);
    mistakes_.add(pointer, what);
  }

  void frontend(const std::string& name, const stack::FrontendOptions& one, const std::string& host,
                const stack::HaproxyOptions& options) {
    const std::string at = name.empty() ? "/haproxy" : child_pointer("/haproxy/frontends", name);
    const auto backends = options.all_backends();
    for (const auto& [backend, to] : backends) {
      const bool rule =
          std::any_of(one.use_backend.begin(), one.use_backend.end(),
                      [&, &wanted = backend](const auto& use) { return use.backend == wanted; });
      const bool leads = backend == one.default_backend || rule ||
                         (one.default_backend.empty() && to == backends.front().second);
      if (leads && to->mode != one.mode)
        once(at + "/mode",
             fmt::format("{} leads to {}, in mode {}; both need the same mode", word(one.mode),
                         backend.empty() ? "the section's servers" : "backend " + backend,
                         word(to->mode)));
    }
    for (const Node& node : topology_.nodes)
      if (node.host == host && node.kind != stack::HaproxyOptions::kind &&
          has(node.ports, static_cast<std::uint16_t>(one.bind)))
        once(at + "/bind", fmt::format("{} listens on this port of {}", node.name, host));
    if (one.mode == Mode::http) return;
    if (one.stick_table.deny_above > 0)
      once(at + "/stick_table", "counts requests; mode tcp knows only connections");
    if (!one.use_backend.empty())
      once(at + "/use_backend", "tells requests apart; mode tcp knows only connections");
  }

  /// The wires to server lines are in the order of the lines.
  void servers(const std::string& daemon, const stack::HaproxyOptions& options) {
    const auto lines = options.server_lines();
    auto line = lines.begin();
    for (const Edge& edge : topology_.edges) {
      if (edge.from != daemon || edge.wire.purpose != Purpose::server) continue;
      const auto backends = options.all_backends();
      const auto backend = std::find_if(backends.begin(), backends.end(), [&](const auto& one) {
        return one.first == line->backend;
      });
      if (backend->second->cookie && backend->second->mode == Mode::tcp)
        once(edge.written.substr(0, edge.written.rfind("/servers/")) + "/cookie",
             "is for requests; mode tcp knows only connections");
      server(edge, *(line++)->options, backend->second->mode);
    }
  }
  void server(const Edge& edge, const stack::ServerOptions& one, Mode mode) {
    const bool database = edge.wire.leads_to_database();
    if (!topology_.find(edge.wire.to)) return;  // told already
    if (database != (mode == Mode::tcp))
      return once(edge.written, fmt::format("mode {} leads to {}, not to {}", word(mode),
                                            database ? "web servers and applications" : "databases",
                                            edge.wire.to));
    if (!database) return;
    if (one.checks().kind == stack::CheckKind::httpchk &&
        one.checks().answered_by < stack::AnsweredBy::database)
      once(edge.written + "/check/answered_by",
           "the page beside a database is answered by \"database\" (it answers) or \"primary\" (it "
           "takes writes)");
  }

  /// Applications get to databases through frontends of mode tcp, clients to sites through others.
  void listener(const Edge& edge) {
    const Purpose purpose = edge.wire.purpose;
    const bool to_database = purpose == Purpose::read || purpose == Purpose::write;
    if (!to_database && purpose != Purpose::door) return;
    for (const std::string& daemon : topology_.behind(edge.wire)) {
      const auto* options = item_of(scenario_.haproxy.hosts, host_of(daemon));
      if (section_of(daemon) != stack::HaproxyOptions::kind || !options) continue;
      for (const auto& [name, one] : options->all_frontends())
        if (one->bind == edge.wire.port && (one->mode == Mode::tcp) != to_database)
          once(edge.written,
               fmt::format("{}:{} is in mode {}", daemon, one->bind, word(one->mode)));
    }
  }

  const Scenario& scenario_;
  const Topology& topology_;
  Mistakes& mistakes_;
  std::vector<std::string> told_;
};

}  // namespace

void check_modes(const Scenario& scenario, const Topology& topology, Mistakes& mistakes) {
  Modes(scenario, topology, mistakes).all();
}

}  // namespace spof::scenario
