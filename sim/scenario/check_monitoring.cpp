#include "scenario/check_monitoring.hpp"

#include <fmt/format.h>

#include "base/append_new.hpp"
#include "scenario/scenario.hpp"
#include "scenario/topology.hpp"
#include "stack/monitoring/alertmanager.hpp"
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
    if (options.scrape_timeout > options.scrape_interval)
      once("/prometheus/scrape_timeout", "must not be longer than \"scrape_interval\"");
    for (const stack::Wire& wire : topology_.wires_of("prometheus@" + host)) {
      const bool named = wire.label.find('@') == std::string::npos || topology_.find(wire.label);
      if (topology_.find(wire.to) && named) continue;
      const Names behind = topology_.behind(wire);
      if (behind != Names{wire.to} || wire.port == 0) continue;
      once(pointer, named ? fmt::format("there is no {} to ask about {}", wire.to, wire.label)
                          : fmt::format("there is no \"{}\" to watch", wire.label));
    }
    if (!options.alertmanager.empty() && !topology_.find(options.alertmanager))
      once(pointer + "/alertmanager", fmt::format("there is no \"{}\"", options.alertmanager));
    for (const auto& [name, probe] : options.probes)
      if (!probe.request_class.empty() && !item_of(scenario_.classes, probe.request_class))
        once(child_pointer("/prometheus/probes", name) + "/class",
             fmt::format("there is no class \"{}\"", probe.request_class));
    if (options.rules.empty() || has(read_, options.rules)) return;
    read_.push_back(options.rules);
    monitoring_rules(options);
  }

  /// What has to name somebody, and does.
  void person(const std::string& host, const stack::OperatorOptions& options) {
    for (std::size_t i = 0; i < options.runbook.size(); ++i) {
      const stack::RunbookEntry& entry = options.runbook[i];
      const std::string pointer = fmt::format("/operator/runbook/{}", i);
      const bool needs = entry.action == stack::Action::promote ||
                         entry.action == stack::Action::renew ||
                         entry.action == stack::Action::set_record;
      const bool is_daemon = needs || entry.action == stack::Action::restart;
      if (needs && entry.target.empty()) once(pointer + "/target", "must name a daemon");
      if (entry.action == stack::Action::set_record && entry.object.empty())
        once(pointer + "/object", "must name one of the name server's addresses");
      if (!entry.target.empty() && is_daemon && !topology_.find(entry.target))
        once(pointer + "/target",
             fmt::format("there is no daemon \"{}\" for operator@{}", entry.target, host));
      else if (!entry.target.empty() && !is_daemon && !has(topology_.parts(), entry.target))
        once(pointer + "/target", fmt::format("there is no \"{}\"", entry.target));
    }
  }

 private:
  void monitoring_rules(const stack::PrometheusOptions& options) {
    stack::monitoring::read_rules(options.rules_file.empty() ? options.rules : options.rules_file,
                                  mistakes_);
  }
  void once(const std::string& pointer, const std::string& what) {
    if (has(told_, pointer + what)) return;
    told_.push_back(pointer + what);
    mistakes_.add(pointer, what);
  }
  const Scenario& scenario_;
  const Topology& topology_;
  Mistakes& mistakes_;
  Names told_, read_;
};

}  // namespace

void check_monitoring(const Scenario& scenario, const Topology& topology, Mistakes& mistakes) {
  Monitoring monitoring(scenario, topology, mistakes);
  for (const auto& [host, one] : scenario.prometheus.hosts) monitoring.monitor(host, one);
  for (const auto& [host, one] : scenario.people.hosts) monitoring.person(host, one);
  if (!scenario.alertmanager.hosts.empty())
    stack::monitoring::check_routing(scenario.alertmanager.common, "/alertmanager", mistakes);
}

}  // namespace spof::scenario
