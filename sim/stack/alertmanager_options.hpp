#pragma once
#include "base/distribution.hpp"
#include "stack/monitoring/routing_options.hpp"
#include "stack/service_options.hpp"

namespace spof::stack {

/// An Alertmanager, and the way of what it says to who is to know it. Not modelled: a cluster of
/// them, silences, what it remembers over a restart.
struct AlertmanagerOptions : AlertRoutingOptions {
  static constexpr const char* kind = "alertmanager";
  static constexpr const char* about = "who puts alerts together, and tells people";
  static constexpr std::uint16_t port = 9093;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const AlertmanagerOptions& options);
  Distribution delivery = Distribution::constant(2);
  Share delivery_failures = 0;
  ServiceOptions service;
  template <class Visitor>
  void fields(Visitor& visit) {
    AlertRoutingOptions::fields(visit);
    visit("delivery", delivery,
          {.help = "from the notification until a telephone rings (assumed)", .source = "MON-6"});
    visit("delivery_failures", delivery_failures,
          {.help = "share of attempts that the provider of messages refuses: tried again, each "
                   "time half as long again later",
           .min = 0,
           .max = 1});
    visit("service", service, {.help = "its service manager"});
  }
};

}  // namespace spof::stack
