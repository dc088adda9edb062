#include "scenario/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/append_new.hpp"
#include "engine/survey.hpp"
#include "measure/expect.hpp"
#include "scenario/check_parts.hpp"
#include "scenario/strikes.hpp"

namespace spof::scenario {
namespace {

using Names = std::vector<std::string>;

/// One pass over a scenario; each function looks at one thing and adds what is wrong.
class Check {
 public:
  Check(const Scenario& scenario, Mistakes& mistakes) : scenario_(scenario), mistakes_(mistakes) {}

  void all() {
    platform();
    scenario_.each_section([this](const auto& one) { section(one); });
    haproxy();
    wires();
    disks();
    check_modes(scenario_, topology_, mistakes_);
    check_databases(scenario_, mistakes_);
    check_vrrp(scenario_, daemons_, mistakes_);
    check_firewalls(scenario_, has_platform() ? survey_.hosts : Names{}, mistakes_);
    names();
    classes();
    clients();
    check_attacks(scenario_, mistakes_);
    check_ways(scenario_, topology_, survey_.unrouted, mistakes_);
    check_tls(scenario_, survey_.links, mistakes_);
    check_monitoring(scenario_, topology_, mistakes_);
    for (std::size_t i = 0; i < scenario_.faults.size(); ++i)
      fault(fmt::format("/faults/{}", i), scenario_.faults[i]);
    for (const auto& [name, step] : scenario_.operations)
      fault(child_pointer("/operations", name), step);
    check_operations(scenario_, topology_, daemons_, mistakes_);
    check_strikes(scenario_, mistakes_);
    RatedParts parts{daemons_, survey_.hosts, survey_.links, has_platform()};
    check_shared(scenario_, parts, mistakes_);
    parts.shared = names_of(scenario_.shared);
    check_reliability(scenario_.reliability, parts, mistakes_);
    check_cost(scenario_, has_platform() ? survey_.hosts : Names{}, mistakes_);
    check_policy(scenario_, mistakes_);
    expectations();
    if (!mistakes_.empty()) return;
    warn_of_idle(scenario_, topology_, mistakes_);
    warn_of_connections(scenario_, topology_, mistakes_);
    warn_of_unseen_repairs(scenario_, mistakes_);
    warn_of_shut_doors(scenario_, topology_, mistakes_);
    warn_of_tls(scenario_, topology_, mistakes_);
    warn_of_blind_monitors(scenario_, topology_, mistakes_);
  }

 private:
  void known(const std::string& pointer, const char* what, const std::string& name,
             const Names& allowed) {
    if (has(allowed, name)) return;
    if (name.empty() && !mistakes_.empty()) return;  // the reader has said what is missing
    if (std::string_view(what).starts_with("host") && has(daemons_, name))
      return mistakes_.add(pointer, fmt::format("a host is needed: {} runs on \"{}\"", name,
                                                measure::host_of(name)));
    Names there = allowed;  // on a host of that name
    std::erase_if(there, [&](const std::string& one) { return !one.ends_with("@" + name); });
    mistakes_.add(pointer, there.empty() ? there_is_no(what, name, allowed)
                                         : fmt::format("there is no {} \"{}\"; that host has {}",
                                                       what, name, fmt::join(there, ", ")));
  }
  void platform() {
    survey_ = engine::survey(scenario_.platform_source());
    if (!survey_.error.empty()) mistakes_.add("/platform", survey_.error);
    for (const Mistake& mistake : survey_.mistakes) mistakes_.add(mistake);
  }
  bool has_platform() const { return survey_.error.empty() && survey_.mistakes.empty(); }

  template <class Options>
  void section(const Section<Options>& section) {
    Names examples = names_of(section.hosts);
    std::erase_if(examples, [&](const std::string& host) { return !has(survey_.hosts, host); });
    examples.insert(examples.end(), survey_.hosts.begin(), survey_.hosts.end());
    for (const auto& [host, unused] : section.hosts) {
      daemons_.push_back(fmt::format("{}@{}", Options::kind, host));
      if (!has_platform() || examples.empty() || has(survey_.hosts, host)) continue;
      mistakes_.add_at_key(
          child_pointer(fmt::format("/{}/hosts", Options::kind), host),
          fmt::format("the platform has no host \"{0}\"; {1}; or declare it: \"hosts\": "
                      "{{ \"{0}\": {{ \"like\": \"{2}\" }} }}",
                      host, nearest(host, survey_.hosts), examples.front()));
    }
  }
  void haproxy() {
    for (const auto& [host, options] : scenario_.haproxy.hosts) {
      if (options.server_lines().size() > 10'000) once("/haproxy/servers", "at most 10000 servers");
      for (const auto& [name, one] : options.all_backends())
        if (one->servers.empty())
          once(part("backends", name) + "/servers", "a load balancer needs at least one server");
      std::vector<int> ports;
      for (const auto& [name, one] : options.all_frontends()) {
        rules(part("frontends", name), *one, names_of(options.backends));
        if (has(ports, one->bind))
          once(part("frontends", name) + "/bind", "another frontend has this port");
        ports.push_back(one->bind);
      }
    }
  }
  static std::string part(const char* parts, const std::string& name) {
    return name.empty() ? "/haproxy" : child_pointer(fmt::format("/haproxy/{}", parts), name);
  }
  void once(const std::string& pointer, const std::string& what) {
    if (has(told_, pointer)) return;
    told_.push_back(pointer);
    mistakes_.add(pointer, what);
  }
  void rules(const std::string& pointer, const stack::FrontendOptions& frontend,
             const Names& backends) {
    if (has(told_, pointer)) return;
    told_.push_back(pointer);
    if (!frontend.default_backend.empty())
      known(pointer + "/default_backend", "backend", frontend.default_backend, backends);
    for (std::size_t i = 0; i < frontend.use_backend.size(); ++i) {
      const stack::UseBackend& rule = frontend.use_backend[i];
      const std::string at = fmt::format("{}/use_backend/{}", pointer, i);
      known(at + "/backend", "backend", rule.backend, backends);
      for (std::size_t k = 0; k < rule.classes.size(); ++k)
        known(fmt::format("{}/classes/{}", at, k), "class of requests", rule.classes[k],
              names_of(scenario_.classes));
    }
  }

  /// What a scenario names to connect to must be there; each name is told of once.
  void wires() {
    for (const Edge& edge : topology_.edges) {
      if (edge.written.empty() || has(told_, edge.written)) continue;
      told_.push_back(edge.written);
      if (edge.wire.purpose == stack::Purpose::own ||
          topology_.behind(edge.wire) != Names{edge.wire.to})
        continue;
      const bool upstream = edge.wire.purpose == stack::Purpose::upstream;
      const auto* from = item_of(scenario_.clients, measure::section_of(edge.from));
      const bool guesses = from && from->attack == stack::Attack::brute_force;
      Names there_are = topology_.names(guesses ? Names{"mysql"} : allowed(edge.wire.purpose));
      if (edge.wire.purpose != stack::Purpose::server && !upstream && !guesses)
        add_doors(there_are);
      known(edge.written, upstream ? "application" : "daemon", edge.wire.to, there_are);
      const Node* there = topology_.find(edge.wire.to);
      if (there && there->listens() && !has(there->ports, edge.wire.port))
        mistakes_.add(edge.written, fmt::format("{} does not listen there; its ports are {}",
                                                there->name, fmt::join(there->ports, ", ")));
    }
  }
  /// Addresses that can move, with the ports of load balancers that may be behind them.
  void add_doors(Names& doors) const {
    for (const auto& [address, host, priority] : topology_.addresses)
      if (const Node* balancer = topology_.find("haproxy@" + host))
        for (const std::uint16_t port : balancer->ports)
          append_new(doors, fmt::format("{}:{}", address, port));
  }
  static Names allowed(stack::Purpose purpose) {
    if (purpose == stack::Purpose::upstream) return {"app"};
    if (purpose == stack::Purpose::server) return {"nginx", "app", "mysql"};
    if (purpose == stack::Purpose::write || purpose == stack::Purpose::read)
      return {"haproxy", "mysql"};
    return {"haproxy", "nginx", "app"};
  }

  /// They write.
  void disks() {
    for (const auto& [host, unused] : scenario_.mysql.hosts)
      if (has_platform() && has(survey_.hosts, host) && !has(survey_.with_disk, host))
        mistakes_.add(child_pointer("/mysql/hosts", host),
                      "a database needs a disk; its host has none: \"disk\" in /hosts, or a "
                      "property in the platform");
  }
  void names() {
    if (!needs_dns()) return checked_addresses();
    standbys();
    addresses("/dns/addresses", scenario_.dns.common.addresses);
    for (const auto& [host, options] : scenario_.dns.hosts)
      if (options.addresses != scenario_.dns.common.addresses)
        addresses(child_pointer("/dns/hosts", host) + "/addresses", options.addresses);
  }
  /// Also when no client asks for the name, its provider looks whether the addresses serve.
  void checked_addresses() {
    for (const Edge& edge : topology_.edges) {
      const Names ends = topology_.behind(edge.wire);
      if (section_of(edge.from) == stack::DnsOptions::kind &&
          std::none_of(ends.begin(), ends.end(), [&](auto& end) { return topology_.find(end); }))
        once(child_pointer("/dns/hosts", host_of(edge.from)) + "/health_check",
             fmt::format("there is no \"{}\" to check", edge.wire.to));
    }
  }
  /// Nobody would ever answer with it.
  void standbys() {
    const bool set = std::ranges::any_of(scenario_.faults, [](auto& one) {
      const auto* command = std::get_if<fault::Command>(&one);
      return command && command->command == fault::Order::set_record;
    });
    const stack::DnsOptions& dns = scenario_.dns.common;
    if (!dns.standby.empty() && !dns.health_check && !set)
      mistakes_.warn("/dns/standby",
                     "is never answered with: a \"health_check\" or the command set_record would");
  }
  void addresses(const std::string& pointer, const Names& given) {
    if (given.empty()) mistakes_.add(pointer, "a name needs at least one address");
    if (given.size() > 16) mistakes_.add(pointer, "at most 16 addresses, and 15 standbys");
  }
  bool needs_dns() const {
    return std::ranges::any_of(scenario_.clients,
                               [](const auto& one) { return one.second.connect_to.empty(); });
  }
  void classes() {
    if (scenario_.classes.empty())
      mistakes_.add("/classes", "at least one class of requests is needed");
    if (scenario_.classes.size() > 250) mistakes_.add("/classes", "at most 250 classes");
    double total = 0;
    for (const auto& [name, one] : scenario_.classes) {
      total += one.mix;
      if (name == "all")
        mistakes_.add_at_key(child_pointer("/classes", name),
                             "reports call all classes together so; allowed: any other name");
    }
    if (!scenario_.classes.empty() && total <= 0)
      mistakes_.add("/classes", "every \"mix\" is 0: no request would ever be made");
  }

  void clients() {
    if (scenario_.clients.empty()) mistakes_.add("/clients", "at least one population is needed");
    if (scenario_.clients.size() > 100) mistakes_.add("/clients", "at most 100 populations");
    for (const auto& [name, one] : scenario_.clients) {
      const std::string pointer = child_pointer("/clients", name);
      if (has_platform()) known(pointer + "/host", "host of the platform", one.host, survey_.hosts);
      double total = one.mix.empty() ? 1 : 0;
      for (const auto& [wanted, weight] : one.mix) {
        known(child_pointer(pointer + "/mix", wanted), "class", wanted,
              names_of(scenario_.classes));
        total += weight;
      }
      if (total <= 0)
        mistakes_.add(pointer + "/mix", "every weight is 0: no request would be made");
      check_replay(pointer, one, names_of(scenario_.classes), mistakes_);
      for (std::size_t i = 1; i < one.profile.size(); ++i)
        if (one.profile[i].at <= one.profile[i - 1].at)
          mistakes_.add(fmt::format("{}/profile/{}/at", pointer, i),
                        "must be later than the step before");
    }
  }

  void fault(const std::string& pointer, const fault::Fault& fault) {
    if (!group_of(scenario_, fault))
      std::visit([&](const auto& one) { target(pointer, one); }, fault);
    const fault::Schedule& when = fault::schedule_of(fault);
    if (when.at && *when.at + when.delay + when.jitter >= scenario_.duration)
      mistakes_.add(pointer + "/at", "must be, with its delay and jitter, before the end, " +
                                         to_text(scenario_.duration));
    if (when.until && when.lasts)
      mistakes_.add(pointer + "/until", "stands beside \"for\"; give one of them");
    if (when.until && when.until->date <= when.at.value_or(0) + when.jitter)
      mistakes_.add(pointer + "/until", "must be later than \"at\" and its \"jitter\"");
    const bool restart = std::holds_alternative<fault::RestartDaemon>(fault);
    if (when.times > 1 && !when.lasts && !when.until && !restart)
      mistakes_.add(pointer + "/times",
                    "a fault that is never repaired cannot strike again; give it a \"for\"");
    if (when.times > 1 && (restart || when.until) && !when.every)
      mistakes_.add(pointer + "/times", "needs \"every\": from one strike to the next");
  }
  template <class One>
  void target(const std::string& pointer, const One& one) {
    using fault::TargetKind;
    if constexpr (One::target_kind == TargetKind::host_group) {
      group(pointer + "/from", one.from);
      group(pointer + "/to", one.to);
      for (const std::string& host : one.from)
        if (has(one.to, host))
          mistakes_.add(pointer + "/to", fmt::format("\"{}\" is on both sides", host));
    } else {
      const bool daemon = One::target_kind == TargetKind::daemon ||
                          (One::target_kind == TargetKind::daemon_or_host &&
                           one.target.find('@') != std::string::npos);
      if (daemon) known(pointer + "/target", "daemon", one.target, daemons_);
      if constexpr (requires { one.server; })
        known(pointer + "/server", "server", one.server, lines_of(one.target));
      if constexpr (requires { one.default_backend; })
        if (const auto* balancer = item_of(scenario_.haproxy.hosts, measure::host_of(one.target));
            !one.default_backend.empty())
          known(pointer + "/default_backend", "backend", one.default_backend,
                balancer ? names_of(balancer->backends) : Names{});
      if (daemon) return;
      if (!has_platform()) return;
      if constexpr (requires { one.peer; })
        if (!one.peer.empty())
          known(pointer + "/peer", "host in the platform", one.peer, survey_.hosts);
      if (One::target_kind == TargetKind::link)
        known(pointer + "/target", "link in the platform", one.target, survey_.links);
      else
        known(pointer + "/target", "host in the platform", one.target, survey_.hosts);
    }
  }
  Names lines_of(const std::string& balancer) const {
    Names found;
    for (const stack::Wire& wire : topology_.wires_of(balancer))
      if (wire.purpose == stack::Purpose::server) found.push_back(wire.label);
    return found;
  }
  static void struck_by(const fault::Fault& fault, Names& targets) {
    if (std::holds_alternative<fault::Command>(fault)) return;
    append_new(targets, fault::target_of(fault));
    if (const auto* deploy = std::get_if<fault::Deploy>(&fault))
      for (const std::string& one : deploy->targets) append_new(targets, one);
  }
  Names struck() const {
    Names targets;
    for (const fault::Fault& fault : scenario_.faults) struck_by(fault, targets);
    for (const auto& [name, step] : scenario_.operations) {
      append_new(targets, name);
      struck_by(step, targets);
    }
    return targets;
  }
  void target(const std::string& pointer, const fault::Command& one) {
    for (const auto& [name, is_given] : {std::pair("/for", one.when.lasts.has_value()),
                                         std::pair("/until", one.when.until.has_value())})
      if (is_given)
        mistakes_.add(pointer + name, "a command is not taken back: that is another command");
    if (one.command == fault::Order::repair)
      return known(pointer + "/target", "fault of", one.target, struck());
    if (one.command == fault::Order::set_record) {
      known(pointer + "/target", "name server", one.target,
            topology_.names({stack::DnsOptions::kind}));
      const auto* dns = item_of(scenario_.dns.hosts, measure::host_of(one.target));
      return dns ? known(pointer + "/object", "such address", one.object, dns->all_addresses())
                 : void();
    }
    using fault::Order;
    const auto [whom, kind] =
        one.command == Order::write_to      ? std::pair("application", stack::AppOptions::kind)
        : one.command == Order::switch_over ? std::pair("manager", stack::DbManagerOptions::kind)
                                            : std::pair("database", stack::MysqlOptions::kind);
    known(pointer + "/target", whom, one.target, topology_.names({kind}));
    const bool names_database =
        one.command == Order::write_to || one.command == Order::switch_over ||
        one.command == Order::change_source || one.command == Order::rebuild;
    if (one.command == Order::restore)
      if (const auto* its = item_of(scenario_.mysql.hosts, measure::host_of(one.target));
          its && !its->backup)
        mistakes_.add(pointer + "/command", "there is no \"backup\" of it to restore");
    if (names_database) {
      known(pointer + "/object", "database", one.object,
            topology_.names({stack::MysqlOptions::kind}));
      if (one.object == one.target)
        mistakes_.add(pointer + "/object", "a database cannot replicate from itself");
    } else if (!one.object.empty()) {
      mistakes_.add(pointer + "/object", "this command has none");
    }
  }
  void target(const std::string& pointer, const fault::Deploy& one) {
    check_deploy(pointer, one, scenario_, topology_, mistakes_);
  }
  void group(const std::string& pointer, const Names& hosts) {
    if (hosts.empty()) mistakes_.add(pointer, "needs at least one host");
    for (std::size_t i = 0; i < hosts.size() && has_platform(); ++i)
      known(fmt::format("{}/{}", pointer, i), "host in the platform", hosts[i], survey_.hosts);
  }

  void expectations() {
    const measure::Vocabulary words{names_of(scenario_.classes), topology_.servers,
                                    topology_.parts()};
    for (std::size_t i = 0; i < scenario_.expect.size(); ++i) {
      const auto parsed = measure::parse_expectation(scenario_.expect[i], words);
      if (!parsed.made)
        mistakes_.add(fmt::format("/expect/{}", i),
                      fmt::format("column {} of the text: {}", parsed.column, parsed.what));
    }
  }

  const Scenario& scenario_;
  Mistakes& mistakes_;
  const Topology topology_ = topology_of(scenario_);
  engine::Survey survey_;
  Names daemons_;
  Names told_;  ///< pointers to what was looked at already
};

}  // namespace

void check(const Scenario& scenario, Mistakes& mistakes) { Check(scenario, mistakes).all(); }

std::string there_is_no(std::string_view what, std::string_view name,
                        const std::vector<std::string>& allowed) {
  return fmt::format("there is no {} {}; {}", what, in_quotes(name),
                     allowed.empty() ? "there is none at all" : nearest(name, allowed));
}

}  // namespace spof::scenario
