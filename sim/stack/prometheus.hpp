#pragma once
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "stack/component.hpp"
#include "stack/monitoring/alerting.hpp"
#include "stack/prometheus_options.hpp"

namespace spof::stack {

/// Prometheus: scrapes its targets over the network, each at an offset of its own [MON-2],
/// evaluates its rules, and sends alerts to an Alertmanager. It knows what it was answered.
class Prometheus final : public Component {
 public:
  Prometheus(Context& context, engine::Machine& machine, const PrometheusOptions& options);
  void wired(const std::vector<Wire>& wires) override;
  monitoring::SeriesStore& store() { return store_; }  ///< for who writes a run down

 protected:
  void started() override;
  Task<> serve(const Message& message) override;

 private:
  struct Target {
    std::string job, instance;
    net::Address address;
    const BlackboxOptions* probe = nullptr;         ///< null: a page is asked for
    std::vector<monitoring::Series*> present = {};  ///< series that it had last
    net::Socket kept = {};                          ///< over which it answered last
  };
  /// Dates at a fixed place in an interval, in milliseconds, as Prometheus counts.
  struct Clock {
    monitoring::Millis interval, offset;
    monitoring::Millis next() const;
  };
  Clock clock(const std::string& what, double interval) const;
  Task<> scrape_forever(Target& target);
  Task<> scrape(Target& target, monitoring::Millis date);
  Task<bool> ask_page(Target& target, double patience, MetricsPage* page);
  Task<MetricsPage> probe(const Target& target, double patience);
  bool comes_through(const engine::Machine& from, const engine::Machine& to);
  Task<double> get_page(const Target& target, double deadline, MetricsPage* page);
  Task<> evaluate_forever(monitoring::GroupRunner& group);
  void tell(const monitoring::Transition& change);
  Task<> send(net::Address manager, std::vector<monitoring::Alert> alerts);

  const PrometheusOptions& options_;
  monitoring::RulesFile rules_;
  monitoring::SeriesStore store_;
  std::deque<Target> targets_;
  std::deque<monitoring::GroupRunner> groups_;
  std::vector<net::Address> managers_;
  std::map<monitoring::Labels, double> since_;  ///< when each alert became what it is
};

}  // namespace spof::stack
