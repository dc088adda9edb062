#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/append_new.hpp"
#include "base/quantity_text.hpp"
#include "base/words.hpp"
#include "scenario/check_parts.hpp"
#include "stack/monitored.hpp"
#include "stack/monitoring/alertmanager.hpp"
#include "stack/monitoring/exported.hpp"
#include "stack/monitoring/rules_file.hpp"

namespace spof::scenario {
namespace {

using Names = std::vector<std::string>;

class Monitoring {
 public:
  Monitoring(const Scenario& scenario, const Topology& topology, Mistakes& mistakes)
      : scenario_(scenario), topology_(topology), mistakes_(mistakes) {}

  void monitor(const std::string& host, const stack::PrometheusOptions& options) {
    const std::string pointer = child_pointer("/prometheus/hosts", host);
    if (options.timeout() > options.scrape_interval)
      mistakes_.add("/prometheus/scrape_timeout", "must not be longer than \"scrape_interval\"");
    for (const stack::Wire& wire : topology_.wires_of("prometheus@" + host)) watched(pointer, wire);
    if (!options.alertmanager.empty() && !topology_.find(options.alertmanager))
      mistakes_.add(pointer + "/alertmanager",
                    fmt::format("there is no \"{}\"", options.alertmanager));
    for (const auto& [name, probe] : options.probes)
      if (!probe.request_class.empty() && !item_of(scenario_.classes, probe.request_class))
        mistakes_.add(child_pointer("/prometheus/probes", name) + "/class",
                      fmt::format("there is no class \"{}\"", probe.request_class));
    if (options.rules.empty() || has(read_, options.rules)) return;
    read_.push_back(options.rules);
    const std::string& file = options.rules_file.empty() ? options.rules : options.rules_file;
    if (std::filesystem::is_regular_file(file))
      stack::monitoring::read_rules(file, mistakes_);
    else
      mistakes_.add("/prometheus/rules", fmt::format("there is no file \"{}\"", file));
  }

  /// What has to name somebody, and does.
  void person(const std::string& host, const stack::OperatorOptions& options) {
    for (std::size_t i = 0; i < options.runbook.size(); ++i) {
      const stack::RunbookEntry& entry = options.runbook[i];
      const std::string pointer = fmt::format("/operator/runbook/{}", i);
      const bool needs =
          entry.action == stack::Action::promote || entry.action == stack::Action::read_write ||
          entry.action == stack::Action::renew || entry.action == stack::Action::set_record;
      const Names kinds = kinds_for(entry.action);
      const bool is_daemon = !kinds.empty();
      if (needs && entry.target.empty()) mistakes_.add(pointer + "/target", "must name a daemon");
      if (entry.action == stack::Action::set_record && entry.object.empty())
        mistakes_.add(pointer + "/object", "must name one of the name server's addresses");
      if (!entry.target.empty() && is_daemon && !topology_.find(entry.target))
        mistakes_.add(pointer + "/target",
                      fmt::format("there is no daemon \"{}\" for operator@{}", entry.target, host));
      else if (!entry.target.empty() && is_daemon && !has(kinds, section_of(entry.target)))
        mistakes_.add(pointer + "/target",
                      fmt::format("nobody can do that to \"{}\"; allowed: a {}", entry.target,
                                  fmt::join(kinds, ", ")));
      else if (!section_of(entry.target).empty() &&
               (entry.action == stack::Action::reboot || entry.action == stack::Action::call))
        mistakes_.add(pointer + "/target", "must name a host");
      else if (!entry.target.empty() && !is_daemon && !has(topology_.parts(), entry.target))
        mistakes_.add(pointer + "/target", fmt::format("there is no \"{}\"", entry.target));
    }
  }

 private:
  /// What can be done to whom; empty: to a host, too, or to a link.
  static Names kinds_for(stack::Action action) {
    switch (action) {
      case stack::Action::restart:
        return {"haproxy",    "nginx",      "app",      "mysql",        "dns",
                "keepalived", "db_manager", "exporter", "alertmanager", "prometheus"};
      case stack::Action::promote:
      case stack::Action::read_write:
      case stack::Action::start_replica:
        return {"mysql"};
      case stack::Action::renew:
        return {"haproxy", "nginx"};
      case stack::Action::set_record:
        return {"dns"};
      default:
        return {};
    }
  }
  /// Who is asked is there, and tells of what is meant.
  void watched(const std::string& pointer, const stack::Wire& wire) {
    const bool is_probe = wire.label.starts_with("probe/");
    const bool is_there = topology_.find(wire.to) || topology_.behind(wire) != Names{wire.to};
    if (is_probe) {
      if (!is_there && !wire.to.ends_with(":0"))  // a ping
        mistakes_.add(child_pointer("/prometheus/probes", wire.label.substr(6)) + "/target",
                      fmt::format("there is no \"{}\"", wire.to));
      return;
    }
    const bool is_daemon = wire.label.find('@') != std::string::npos;
    if (is_daemon && !has(Names{"haproxy", "mysql", "nginx"}, section_of(wire.label)))
      mistakes_.add(pointer,
                    fmt::format("no exporter tells of {}; allowed: a haproxy, mysql or nginx, or a "
                                "host",
                                wire.label));
    else if (is_daemon && !topology_.find(wire.label))
      mistakes_.add(pointer, fmt::format("there is no \"{}\" to watch", wire.label));
    else if (!is_there)
      mistakes_.add(pointer, fmt::format("there is no {} to ask about {}", wire.to, wire.label));
  }
  const Scenario& scenario_;
  const Topology& topology_;
  Mistakes& mistakes_;
  Names read_;
};

/// What one monitor is blind to.
class Blindness {
 public:
  Blindness(const Scenario& scenario, const Topology& topology, const std::string& host,
            const stack::PrometheusOptions& options, Mistakes& mistakes)
      : scenario_(scenario),
        topology_(topology),
        host_(host),
        options_(options),
        mistakes_(mistakes) {
    Mistakes told_before;
    rules_ = stack::monitoring::read_rules(
        options.rules_file.empty() ? options.rules : options.rules_file, told_before);
    for (const auto& group : rules_.groups)
      for (const auto& rule : group.rules)
        for (const auto& selector : rule.query.selectors()) {
          ask(selector.name());
          ask_whom(selector);
        }
  }

  void tell() {
    shares_its_machine();
    if (options_.rules.empty())
      return mistakes_.warn("/prometheus", "has no \"rules\": nobody is ever told");
    nobody_hears();
    asks_in_vain();
    probes();
    unwatched();
    patience();
  }

 private:
  /// A series that a rule reads.
  void ask(const std::string& name) {
    const auto& exported = stack::monitoring::exported_series;
    bool is_there = name.empty() || std::ranges::find(exported, name) != exported.end();
    for (const auto& group : rules_.groups)
      for (const auto& rule : group.rules) is_there = is_there || rule.record == name;
    append_new(is_there ? asked_ : nowhere_, name);
  }
  /// Labels that none of its targets has; of what a rule records they may be other ones.
  void ask_whom(const stack::monitoring::Selector& selector) {
    const auto& exported = stack::monitoring::exported_series;
    if (std::ranges::find(exported, selector.name()) == exported.end()) return;
    for (const char* label : {"job", "instance"}) {
      Names there;
      for (const stack::Wire& wire : topology_.wires_of("prometheus@" + host_))
        if (const auto value = stack::labels_of_target(wire).get(label); !value.empty())
          append_new(there, value);
      for (const stack::monitoring::Matcher& one : selector.matchers)
        if (one.label == label && std::ranges::none_of(there, [&](const std::string& value) {
              return one.fits({{label, value}});
            }))
          append_new(strangers_, fmt::format("{}=\"{}\", but {}", label, one.value, listed(there)));
    }
  }
  void asks_in_vain() {
    for (const std::string& one : strangers_)
      mistakes_.warn("/prometheus/rules", "nothing that is asked here has " + one);
    if (!nowhere_.empty())
      mistakes_.warn("/prometheus/rules",
                     fmt::format("nothing here exports {}: a rule that asks for it sees nothing",
                                 fmt::join(nowhere_, ", ")));
  }
  void shares_its_machine() {
    constexpr std::array own{"clients", "prometheus", "alertmanager", "exporter", "operator"};
    for (const Node& node : topology_.nodes)
      if (node.host == host_ && std::ranges::find(own, node.kind) == own.end())
        return mistakes_.warn(
            child_pointer("/prometheus/hosts", host_),
            fmt::format("is on the machine of {}: when that dies nobody tells", node.name));
  }
  static bool leads_to_people(const stack::AlertmanagerOptions& options) {
    const auto leads = [](const auto& route) {
      return route.receiver == stack::OperatorOptions::kind;
    };
    return leads(options) ||
           std::ranges::any_of(options.routes, [&](const auto& one) { return leads(one.second); });
  }
  void nobody_hears() {
    if (scenario_.alertmanager.hosts.empty())
      mistakes_.warn("/prometheus", "there is no \"alertmanager\": its alerts reach nobody");
    else if (scenario_.people.hosts.empty())
      mistakes_.warn("/alertmanager", "there is no \"operator\": nobody comes when it calls");
    else if (!leads_to_people(scenario_.alertmanager.common))
      mistakes_.warn("/alertmanager/receiver",
                     "no route leads to the receiver \"operator\": nobody is called");
  }
  bool some_probe_asks_beyond_nginx() const {
    return std::ranges::any_of(options_.probes, [](const auto& one) {
      return one.second.prober == stack::Prober::http &&
             one.second.page != stack::AnsweredBy::nginx;
    });
  }
  void probes() {
    if (!options_.probes.empty() && !some_probe_asks_beyond_nginx())
      mistakes_.warn("/prometheus/probes",
                     "ask for nothing behind Nginx: without the application and the database they "
                     "are good all the same");
  }
  /// By an exporter's metrics, or by `up` where it is asked at all; an application, which has none,
  /// by a probe that needs it.
  bool is_watched(const Node& node, const Names& scraped) const {
    if (node.kind == stack::AppOptions::kind)
      return has(asked_, "probe_success") && some_probe_asks_beyond_nginx();
    return has(scraped, node.name) && std::ranges::any_of(asked_, [&](const std::string& metric) {
             return metric == "up" || metric.starts_with(node.kind + "_");
           });
  }
  void unwatched() {
    Names scraped, blind;
    for (const stack::Wire& wire : topology_.wires_of("prometheus@" + host_))
      scraped.push_back(wire.label);
    constexpr std::array kinds{"haproxy", "nginx", "app", "mysql"};
    for (const Node& node : topology_.nodes)
      if (std::ranges::find(kinds, node.kind) != kinds.end() && !is_watched(node, scraped))
        blind.push_back(node.name);
    if (!blind.empty())
      mistakes_.warn("/prometheus/rules",
                     fmt::format("no rule watches {}", fmt::join(blind, ", ")));
  }
  /// Where each failure of the scenario has its end by the clock.
  void patience() {
    double longest = 0;
    for (const fault::Fault& fault : scenario_.faults) {
      const fault::Schedule& when = fault::schedule_of(fault);
      const double until = when.until ? when.until->date - when.at.value_or(0) : never;
      longest = std::max(longest, when.lasts ? double(*when.lasts) : until);
    }
    Names late;
    for (const auto& group : rules_.groups)
      for (const auto& rule : group.rules)
        if (!rule.alert.empty() && stack::monitoring::to_seconds(rule.hold) > longest)
          late.push_back(rule.alert);
    if (longest > 0 && !late.empty())
      mistakes_.warn("/prometheus/rules",
                     fmt::format("the failures last {} at most, less than the \"for\" of {}",
                                 to_text(Seconds(longest)), fmt::join(late, ", ")));
  }

  const Scenario& scenario_;
  const Topology& topology_;
  const std::string& host_;
  const stack::PrometheusOptions& options_;
  Mistakes& mistakes_;
  stack::monitoring::RulesFile rules_;
  Names asked_, nowhere_, strangers_;
};

}  // namespace

void warn_of_blind_monitors(const Scenario& scenario, const Topology& topology,
                            Mistakes& mistakes) {
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const fault::Schedule& when = fault::schedule_of(scenario.faults[i]);
    const bool waits = when.until && when.until->somebody_sees_to_it() &&
                       !std::holds_alternative<fault::Deploy>(scenario.faults[i]);
    if (waits && scenario.people.hosts.empty())
      mistakes.warn(fmt::format("/faults/{}/until", i),
                    "there is no \"operator\": only a command repairs it");
  }
  for (const auto& [host, one] : scenario.prometheus.hosts)
    Blindness(scenario, topology, host, one, mistakes).tell();
}

void check_monitoring(const Scenario& scenario, const Topology& topology, Mistakes& mistakes) {
  Monitoring monitoring(scenario, topology, mistakes);
  for (const auto& [host, one] : scenario.prometheus.hosts) monitoring.monitor(host, one);
  for (const auto& [host, one] : scenario.people.hosts) monitoring.person(host, one);
  if (!scenario.alertmanager.hosts.empty())
    stack::monitoring::check_routing(scenario.alertmanager.common, "/alertmanager", mistakes);
}

}  // namespace spof::scenario
