#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "base/units.hpp"
#include "stack/haproxy_options.hpp"
#include "stack/service_options.hpp"

namespace spof::stack {

enum class Prober : std::uint8_t { http, tcp, icmp };
constexpr auto names(Prober) { return std::array{"http", "tcp", "icmp"}; }

/// A look from outside, as the blackbox exporter takes it, here from where the monitor stands.
struct BlackboxOptions {
  Prober prober = Prober::http;
  std::string target;
  AnsweredBy page = AnsweredBy::nginx;
  std::string request_class;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit(
        "prober", prober,
        {.help = "http: a page, and a certificate that is good; tcp: a connection; icmp: a ping"});
    visit("target", target,
          {.help = "a daemon, as haproxy@lb1, or an address that can move with a port, as "
                   "10.0.0.100:80; of icmp a host",
           .required = true});
    visit("page", page, {.help = "http: who has to work for it"});
    visit("class", request_class,
          {.help = "http: the class of requests whose way through HAProxy it takes",
           .otherwise = "the first one"});
  }
};

/// A Prometheus server. Not modelled: its own processor time and disk, service discovery,
/// relabelling, remote storage, what it remembers of alerts over a restart.
struct PrometheusOptions {
  static constexpr const char* kind = "prometheus";
  static constexpr const char* about = "who asks them all, and raises alerts";
  static constexpr std::uint16_t port = 9090;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const PrometheusOptions& options);
  Seconds scrape_interval = 15, evaluation_interval = 15;
  std::optional<Seconds> scrape_timeout;
  std::vector<std::string> targets;
  Named<BlackboxOptions> probes;
  std::string rules;
  std::string alertmanager;
  ServiceOptions service;

  /// Not a field: where `rules` leads, seen from the file that says it.
  std::string rules_file;

  double timeout() const {
    return scrape_timeout.value_or(scrape_interval < 10 ? scrape_interval : Seconds(10));
  }

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("scrape_interval", scrape_interval,
          {.help = "from one scrape of a target to the next (its own default: 1m; 15s is that of "
                   "the shipped configuration)",
           .source = "MON-1",
           .min = 0.1});
    visit("scrape_timeout", scrape_timeout,
          {.help = "a scrape that takes longer has failed",
           .source = "MON-1",
           .otherwise = "10s, or scrape_interval where that is shorter",
           .min = 0.01});
    visit("evaluation_interval", evaluation_interval,
          {.help = "from one evaluation of the rules to the next, as scrape_interval",
           .source = "MON-1",
           .min = 0.1});
    visit("targets", targets,
          {.help = "what it scrapes: daemons, as haproxy@lb1 (its own page), mysql@server1, "
                   "nginx@server1, and hosts, as lb1; but for HAProxy's each needs an exporter on "
                   "its host",
           .otherwise = "every HAProxy, and all that exporters tell of"});
    visit("probes", probes, {.help = "looks from outside, by name, which is their instance"});
    visit("rules", rules,
          {.help = "a rules file of Prometheus, relative to the scenario", .otherwise = "none"});
    visit("alertmanager", alertmanager,
          {.help = "where its alerts go, as alertmanager@monitor", .otherwise = "every one"});
    visit("service", service, {.help = "its service manager"});
  }
};

}  // namespace spof::stack
