#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/append_new.hpp"
#include "base/mistakes.hpp"
#include "scenario/scenario.hpp"
#include "scenario/topology.hpp"

namespace spof::scenario {
namespace {

using stack::Purpose;
using stack::RequestKind;

class Builder {
 public:
  explicit Builder(const Scenario& scenario) : scenario_(scenario) {}

  Topology build() {
    for (const auto& [name, one] : scenario_.clients)
      made_.nodes.push_back({name + "@" + one.host, "clients", one.host, {}});
    scenario_.each_section([this](const auto& section) { daemons(section); });
    for (const auto& [name, one] : scenario_.clients) clients(name, one);
    for (const auto& [host, one] : scenario_.dns.hosts)
      if (one.health_check)
        for (const std::string& address : one.all_addresses())
          connect("dns@" + host, Purpose::own, address);
    for (const auto& [host, one] : scenario_.keepalived.hosts) scripts(host, one);
    for (const auto& [host, one] : scenario_.haproxy.hosts) balancer(host, one);
    for (const auto& [host, one] : scenario_.nginx.hosts) web_server(host, one);
    for (const auto& [host, one] : scenario_.app.hosts) application(host, one.database);
    for (const auto& [host, one] : scenario_.db_manager.hosts) manager("db_manager@" + host, one);
    for (const auto& [host, unused] : scenario_.exporter.hosts) exporter(host);
    for (const auto& [host, one] : scenario_.prometheus.hosts) monitor("prometheus@" + host, one);
    for (const auto& [host, unused] : scenario_.alertmanager.hosts)
      for (const std::string& who : made_.names({stack::OperatorOptions::kind}))
        connect("alertmanager@" + host, Purpose::own, who);
    for (const auto& [host, unused] : scenario_.people.hosts) person("operator@" + host);
    for (const auto& [host, one] : scenario_.mysql.hosts)
      if (!one.replica_of.empty())
        connect("mysql@" + host, Purpose::source, "mysql@" + one.replica_of);
    scenario_.each_section([this](const auto& section) { own_wires(section); });
    redirects();
    proxies();
    return std::move(made_);
  }

 private:
  template <class Options>
  void daemons(const Section<Options>& section) {
    for (const auto& [host, one] : section.hosts)
      made_.nodes.push_back(
          {fmt::format("{}@{}", Options::kind, host), Options::kind, host, ports_of(one)});
    for (const auto& [host, options] : section.hosts)
      if constexpr (requires(Options one) { one.instances(); })
        for (const auto& [name, instance] : options.instances())
          for (const std::string& address : instance->virtual_ipaddress)
            made_.addresses.push_back({address, host, instance->priority});
      else if constexpr (requires(Options one) { one.addresses(); })
        for (const std::string& address : options.addresses())
          made_.addresses.push_back({address, host});
  }

  /// What a component's options say by themselves: daemons and ports.
  template <class Options>
  void own_wires(const Section<Options>& section) {
    for (const auto& [host, options] : section.hosts)
      if constexpr (requires(Options one) { one.wires(); })
        for (const auto& [to, port] : options.wires())
          connect(fmt::format("{}@{}", Options::kind, host), Purpose::own, to,
                  child_pointer(fmt::format("/{}/hosts", Options::kind), host))
              .port = port;
  }

  template <class Options>
  static std::vector<std::uint16_t> ports_of(const Options&) {
    return {Options::port};
  }
  static std::vector<std::uint16_t> ports_of(const stack::AppOptions& options) {
    return {options.port, options.control_port};
  }
  static std::vector<std::uint16_t> ports_of(const stack::ExporterOptions& options) {
    return {options.port, options.mysqld_port, options.nginx_port};
  }
  static std::vector<std::uint16_t> ports_of(const stack::HaproxyOptions& options) {
    std::vector<std::uint16_t> ports;
    for (const auto& [name, one] : options.all_frontends())
      ports.push_back(static_cast<std::uint16_t>(one->bind));
    return ports;
  }

  /// `place`: a daemon, "haproxy@lb1", one of its ports, "haproxy@lb1:8404", or an address and a
  /// port, "10.0.0.100:80".
  stack::Wire& connect(const std::string& from, Purpose purpose, const std::string& place,
                       const std::string& written = "") {
    const std::size_t colon = place.rfind(':');
    const std::string bare = place.substr(0, colon);
    const bool is_daemon = bare.find('@') != std::string::npos;
    stack::Wire wire{purpose, is_daemon ? bare : place, host_of(bare), 0, "", -1};
    const Node* there = made_.find(wire.to);
    if (there && there->listens()) wire.port = there->ports.front();
    if (colon != std::string::npos) {
      if (!is_daemon) wire.host = bare;
      std::from_chars(place.data() + colon + 1, place.data() + place.size(), wire.port);
    }
    return made_.edges.emplace_back(Edge{from, std::move(wire), written}).wire;
  }

  /// They know their door, or ask a name server for it: each answers with its own addresses.
  void clients(const std::string& name, const stack::ClientsOptions& options) {
    const std::string from = name + "@" + options.host;
    const auto& dns = scenario_.dns;
    if (!options.connect_to.empty())
      connect(from, Purpose::door, options.connect_to,
              child_pointer("/clients", name) + "/connect_to");
    else if (dns.hosts.empty())
      doors(from, dns.common, "/dns");
    else
      for (const auto& [host, one] : dns.hosts) {
        const bool own = one.all_addresses() != dns.common.all_addresses();
        connect(from, Purpose::name, "dns@" + host);
        doors(from, one, own ? child_pointer("/dns/hosts", host) : "/dns");
      }
  }
  /// Where frontends send those on who come to them.
  void redirects() {
    std::vector<Edge> led;
    for (const Edge& edge : made_.edges)
      for (const std::string& there : made_.behind(edge.wire))
        if (const auto* balancer = item_of(scenario_.haproxy.hosts, host_of(there));
            balancer && edge.wire.purpose == Purpose::door)
          for (const auto& [name, one] : balancer->all_frontends())
            if (one->bind == edge.wire.port && one->redirect_scheme_https) {
              led.push_back({edge.from, edge.wire, ""});
              led.back().wire.purpose = Purpose::own;
              led.back().wire.port = static_cast<std::uint16_t>(*one->redirect_scheme_https);
            }
    for (Edge& edge : led) made_.edges.push_back(std::move(edge));
  }
  /// Load balancers ask databases for what applications ask them for.
  void proxies() {
    for (Edge& line : made_.edges) {
      const auto is_asked = [&](Purpose purpose) {
        return std::ranges::any_of(made_.edges, [&](const Edge& edge) {
          return edge.wire.purpose == purpose && has(made_.behind(edge.wire), line.from);
        });
      };
      if (!line.wire.leads_to_database()) continue;
      line.wire.reads = is_asked(Purpose::read);
      line.wire.writes = is_asked(Purpose::write);
    }
  }
  void doors(const std::string& from, const stack::DnsOptions& options,
             const std::string& pointer) {
    for (std::size_t i = 0; i < options.addresses.size(); ++i)
      connect(from, Purpose::door, options.addresses[i],
              fmt::format("{}/addresses/{}", pointer, i));
    for (std::size_t i = 0; i < options.standby.size(); ++i)
      connect(from, Purpose::door, options.standby[i], fmt::format("{}/standby/{}", pointer, i));
  }

  /// The database that begins as the primary first.
  void manager(const std::string& name, const stack::DbManagerOptions& options) {
    for (const bool replicas : {false, true})
      for (const auto& [host, one] : scenario_.mysql.hosts) {
        if (one.replica_of.empty() == replicas) continue;
        connect(name, Purpose::own, "mysql@" + host);
        if (options.fencing == stack::Fencing::address)
          connect(name, Purpose::own, "mysql@" + host).port = options.ssh;
        if (!options.virtual_address.empty())
          made_.addresses.push_back({options.virtual_address, host});
      }
    if (options.repoint > stack::Repoint::dns) return;
    for (const auto& [host, unused] : scenario_.app.hosts)
      connect(name, Purpose::own, fmt::format("app@{}:{}", host, stack::AppOptions::control_port));
  }

  /// On its own host.
  void exporter(const std::string& host) {
    for (const char* kind : {stack::MysqlOptions::kind, stack::NginxOptions::kind})
      if (const std::string beside = fmt::format("{}@{}", kind, host); made_.find(beside))
        connect("exporter@" + host, Purpose::own, beside);
  }

  /// The pages that it scrapes, what it probes, whom it tells of alerts.
  void monitor(const std::string& name, const stack::PrometheusOptions& options) {
    for (const std::string& target : scraped(options))
      connect(name, Purpose::own, page_of(target)).label = target;
    for (const auto& [probe, one] : options.probes)
      connect(name, Purpose::own, one.target + (one.prober == stack::Prober::icmp ? ":0" : ""))
          .label = "probe/" + probe;
    for (const std::string& manager : made_.names({stack::AlertmanagerOptions::kind}))
      if (options.alertmanager.empty() || options.alertmanager == manager)
        connect(name, Purpose::own, manager);
  }
  /// HAProxy's is its own; of databases, Nginx and hosts it is an exporter's.
  static std::string page_of(const std::string& target) {
    using Exporter = stack::ExporterOptions;
    const std::string kind = section_of(target);
    if (kind == stack::HaproxyOptions::kind)
      return fmt::format("{}:{}", target, stack::HaproxyOptions::metrics_port);
    const std::uint16_t port = kind == stack::MysqlOptions::kind   ? Exporter::mysqld_port
                               : kind == stack::NginxOptions::kind ? Exporter::nginx_port
                                                                   : Exporter::port;
    return fmt::format("exporter@{}:{}", kind.empty() ? target : host_of(target), port);
  }
  /// Unless it is told what: all that there is.
  std::vector<std::string> scraped(const stack::PrometheusOptions& options) const {
    if (!options.targets.empty()) return options.targets;
    std::vector<std::string> all = made_.names({stack::HaproxyOptions::kind});
    for (const auto& [host, unused] : scenario_.exporter.hosts) {
      all.push_back(host);
      for (const char* kind : {stack::MysqlOptions::kind, stack::NginxOptions::kind})
        if (const std::string beside = fmt::format("{}@{}", kind, host); made_.find(beside))
          all.push_back(beside);
    }
    return all;
  }

  /// He may look at everything that answers, at replicas last, and log in to every host.
  void person(const std::string& name) {
    std::vector<std::string> hosts;
    std::vector<std::string> daemons =
        made_.names({"dns", "haproxy", "nginx", "app", "mysql", "exporter", "prometheus"});
    std::stable_partition(daemons.begin(), daemons.end(), [&](const std::string& daemon) {
      const auto* database = item_of(scenario_.mysql.hosts, host_of(daemon));
      return section_of(daemon) != stack::MysqlOptions::kind || database->replica_of.empty();
    });
    for (const std::string& daemon : daemons) {
      stack::Wire& wire = connect(name, Purpose::own, daemon);
      if (section_of(daemon) == stack::HaproxyOptions::kind)
        wire.port = stack::HaproxyOptions::metrics_port;
      if (const auto* balancer = item_of(scenario_.haproxy.hosts, host_of(daemon));
          balancer && section_of(daemon) == stack::HaproxyOptions::kind)
        for (const auto& [unused, frontend] : balancer->all_frontends())
          if (frontend->tls)
            connect(name, Purpose::own, fmt::format("{}:{}", daemon, frontend->bind));
      append_new(hosts, host_of(daemon));
    }
    for (const std::string& host : hosts)
      connect(name, Purpose::own, fmt::format("{}:{}", host, stack::OperatorOptions::ssh));
  }

  /// A script's page is one of its own host.
  void scripts(const std::string& host, const stack::KeepalivedOptions& options) {
    for (const auto& [name, script] : options.vrrp_script) {
      if (script.checks == stack::ScriptKind::process) continue;
      const bool role = script.checks == stack::ScriptKind::primary;
      const auto port = role ? stack::MysqlOptions::port : static_cast<std::uint16_t>(script.port);
      for (const Node& node : made_.nodes)
        if (node.host == host && has(node.ports, port))
          connect("keepalived@" + host, Purpose::own, fmt::format("{}:{}", node.name, port));
    }
  }

  void balancer(const std::string& host, const stack::HaproxyOptions& options) {
    const stack::HaproxyOptions& common = scenario_.haproxy.common;
    for (const auto& line : options.server_lines()) {
      const stack::BackendOptions* backend =
          line.backend.empty() ? &common : item_of(common.backends, line.backend);
      const stack::ServerOptions* shared = backend ? item_of(backend->servers, line.name) : nullptr;
      std::string section = shared && shared->address == line.options->address
                                ? "/haproxy"
                                : child_pointer("/haproxy/hosts", host);
      if (!line.backend.empty()) section = child_pointer(section + "/backends", line.backend);
      const std::string& address = line.options->address;
      stack::Wire& wire = connect("haproxy@" + host, Purpose::server,
                                  address.empty() ? "nginx@" + line.name : address,
                                  child_pointer(section + "/servers", line.name));
      append_new(made_.servers, line.label);
      wire.label = line.label;
      const auto* database = item_of(scenario_.mysql.hosts, wire.host);
      wire.to_replica = wire.leads_to_database() && database && !database->replica_of.empty();
      wire.index =
          static_cast<int>(std::ranges::find(made_.servers, line.label) - made_.servers.begin());
    }
  }

  /// Unless it names others, the application of its own host.
  void web_server(const std::string& host, const stack::NginxOptions& options) {
    const auto& common = scenario_.nginx.common.upstream;
    const std::string section =
        options.upstream == common ? "/nginx" : child_pointer("/nginx/hosts", host);
    for (std::size_t i = 0; i < options.upstream.size(); ++i)
      connect("nginx@" + host, Purpose::upstream, options.upstream[i],
              fmt::format("{}/upstream/{}", section, i));
    if (options.upstream.empty() && made_.find("app@" + host))
      connect("nginx@" + host, Purpose::upstream, "app@" + host);
  }

  /// Unless it is told where, writes go to the first database that is no replica. [APP-7]
  void application(const std::string& host, const stack::DatabaseClientOptions& options) {
    std::string primary = options.primary, written;
    if (!primary.empty())
      written =
          (primary == scenario_.app.common.database.primary ? "/app"
                                                            : child_pointer("/app/hosts", host)) +
          "/database/primary";
    std::vector<std::string> replicas;
    for (const auto& [name, one] : scenario_.mysql.hosts) {
      if (!one.replica_of.empty()) replicas.push_back("mysql@" + name);
      if (one.replica_of.empty() && primary.empty()) primary = "mysql@" + name;
    }
    if (primary.empty()) return;
    std::vector<std::string> readers = {primary};
    const std::string own = "mysql@" + host;
    if (options.read_from == stack::ReadFrom::replica && !replicas.empty()) readers = replicas;
    if (options.read_from == stack::ReadFrom::any)
      readers = made_.names({stack::MysqlOptions::kind});
    if (options.read_from == stack::ReadFrom::local && made_.find(own)) readers = {own};
    connect("app@" + host, Purpose::write, primary, written);
    for (const std::string& reader : readers)
      connect("app@" + host, Purpose::read, reader, reader == primary ? written : "");
  }

  const Scenario& scenario_;
  Topology made_;
};

}  // namespace

Topology topology_of(const Scenario& scenario) { return Builder(scenario).build(); }

}  // namespace spof::scenario
