#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "base/units.hpp"
#include "engine/platform_source.hpp"
#include "engine/station.hpp"
#include "fault/catalogue.hpp"
#include "scenario/cost.hpp"
#include "scenario/policy.hpp"
#include "scenario/reliability.hpp"
#include "scenario/shared.hpp"
#include "stack/catalogue.hpp"
#include "stack/clients_options.hpp"
#include "stack/request_class.hpp"

namespace spof::scenario {

/// What a named list has under a name; null: nothing.
template <class T>
const T* item_of(const Named<T>& items, const std::string& name) {
  for (const auto& [one, item] : items)
    if (one == name) return &item;
  return nullptr;
}

/// The names in it.
template <class T>
std::vector<std::string> names_of(const Named<T>& items) {
  std::vector<std::string> names;
  for (const auto& [name, unused] : items) names.push_back(name);
  return names;
}

/// One kind of daemon: what all of them share, and on which hosts they run, each with its
/// deviations.
template <class OptionStruct>
struct Section {
  using Options = OptionStruct;
  Options common;
  Named<Options> hosts;
  template <class Visitor>
  void fields(Visitor& visit) {
    common.fields(visit);
    visit("hosts", Derived{hosts, common},
          {.help = "hosts that run one, by name; each may differ in any of the options above"});
  }
};

/// How Linux opens connections. [TCP-1]
enum class SynSchedule : std::uint8_t { linux_6_1, linux_6_5 };
constexpr auto names(SynSchedule) { return std::array{"linux-6.1", "linux-6.5"}; }

/// Somebody who listens.
struct EavesdropperOptions {
  std::vector<std::string> links;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("links", links, {.help = "on these links of the platform", .otherwise = "all"});
  }
};

/// Failures that come when they come. [AV-2]
struct RandomFailures {
  double times = 1;
  std::vector<std::string> kinds{"crash", "hang", "power_off"};
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("times", times,
          {.help = "the rates of \"reliability\", so many times as high", .min = 0, .max = 1e9});
    visit(
        "kinds", kinds,
        {.help = "kinds of faults, with their default severity, of every daemon and host that has "
                 "a rate, and of links that \"rates\" names"});
  }
};

/// A scenario file: what is about the run, and a section for each component of the catalogue.
struct Scenario : stack::Catalogue<Section> {
  Scenario();
  Scenario(const Scenario&);
  Scenario(Scenario&&) noexcept;
  Scenario& operator=(const Scenario&);
  Scenario& operator=(Scenario&&) noexcept;
  ~Scenario();
  std::string title;
  std::string description;
  std::string platform;
  double platform_scale = 1;
  Named<engine::HostOptions> hosts;
  Seconds duration = 120;
  int runs = 5;
  std::uint64_t seed = 1;
  std::optional<Seconds> window;
  Seconds outage_gap = 3;
  SynSchedule syn_schedule = SynSchedule::linux_6_1;
  engine::Waking waking;
  Named<stack::RequestClass> classes;
  Named<stack::ClientsOptions> clients;
  std::optional<EavesdropperOptions> eavesdropper;
  Named<SharedOptions> shared;
  std::vector<fault::Fault> faults;
  Named<fault::Fault> operations;
  std::optional<RandomFailures> random_failures;
  Reliability reliability;
  CostOptions cost;
  std::vector<Objective> policy;
  std::vector<std::string> expect;

  /// Not a field: where `platform` leads, seen from the file that says it.
  std::string platform_file;
  /// The machines and networks it runs on.
  engine::PlatformSource platform_source() const { return {platform_file, hosts, platform_scale}; }
  /// Not a field: the file's name without folder and ending, in UTF-8.
  std::string name;

  /// Calls `use` with every section of daemons, in the order in which a request meets them.
  template <class Use>
  void each_section(Use use) const {
    each(*this, use);
  }

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("title", title, {.help = "what it shows, in one line", .required = true});
    visit("description", description, {.help = "the story, for people"});
    visit("platform", platform,
          {.help = "SimGrid platform file, relative to the scenario", .required = true});
    visit(
        "platform_scale", platform_scale,
        {.help = "multiplies every speed and bandwidth of the platform", .min = 1e-3, .max = 1e6});
    visit("hosts", hosts, {.help = "computers beside those of the platform file, by name"});
    visit("duration", duration, {.help = "simulated time", .min = 0.001, .max = 3.2e7});
    visit("runs", runs, {.help = "how many seeds; -n overrides", .min = 1, .max = 100000});
    visit("seed", seed, {.help = "the first seed; --seed overrides"});
    visit("window", window,
          {.help = "width of a window of latency.csv",
           .otherwise = "1s, or more when that would give over 1,200 windows",
           .min = 0.001});
    visit("outage_gap", outage_gap,
          {.help = "so long without a failure ends an outage, if 20 requests were answered in it",
           .min = 0.001});
    visit("syn_schedule", syn_schedule,
          {.help = "when an unanswered SYN is sent again", .source = "TCP-1"});
    visit("waking", waking, {.help = "what it costs a daemon to be woken; unless set, nothing"});
    visit("classes", classes, {.help = "classes of requests, by name", .required = true});
    visit("clients", clients, {.help = "populations of clients, by name", .required = true});
    each(*this, [&]<class Options>(Section<Options>& section) {
      visit(Options::kind, section, {.help = Options::about});
    });
    visit("eavesdropper", eavesdropper,
          {.help = "somebody who listens: counts what passes readable", .otherwise = "nobody"});
    visit("shared", shared,
          {.help = "what several parts have in common, by name: a fault can be aimed at it"});
    visit("faults", faults, {.help = "what breaks"});
    visit("operations", operations,
          {.help = "a plan: what somebody does, steps by name, each as a fault is written"});
    visit("random_failures", random_failures,
          {.help = "failures and repairs drawn from the rates of \"reliability\"; each seed's are "
                   "others",
           .source = "AV-2",
           .otherwise = "none"});
    visit("reliability", reliability,
          {.help = "how often things fail; changes a run only with \"random_failures\", else what "
                   "`spof matrix` says of a year"});
    visit("cost", cost, {.help = "prices; changes no run, only what `spof matrix` says"});
    visit("policy", policy,
          {.help = "objectives that `spof matrix` holds the stack against; changes no run"});
    visit("expect", expect, {.help = "what must come out of it; see `spof list metrics`"});
  }
};

}  // namespace spof::scenario
