#pragma once
#include "base/options.hpp"
#include "stack/service_options.hpp"

namespace spof::stack {

/// What a monitor asks on a host beside its daemons: node_exporter, and where there is a database
/// or an Nginx, mysqld_exporter and the Nginx exporter. One process here, three in reality.
struct ExporterOptions {
  static constexpr const char* kind = "exporter";
  static constexpr const char* about = "who tells a monitor of a host and its daemons";
  static constexpr std::uint16_t port = 9100, mysqld_port = 9104, nginx_port = 9113;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const ExporterOptions& options);
  ServiceOptions service;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("service", service, {.help = "its service manager"});
  }
};

}  // namespace spof::stack
