#pragma once
#include "stack/alertmanager_options.hpp"
#include "stack/app_options.hpp"
#include "stack/db_manager_options.hpp"
#include "stack/dns_options.hpp"
#include "stack/exporter_options.hpp"
#include "stack/firewall_options.hpp"
#include "stack/haproxy_options.hpp"
#include "stack/keepalived_options.hpp"
#include "stack/mysql_options.hpp"
#include "stack/nginx_options.hpp"
#include "stack/operator_options.hpp"
#include "stack/prometheus_options.hpp"

namespace spof::stack {

/// Every component there is, as sections of a scenario: a new one is its header, a line and a word
/// here. Its options say the rest: `kind` and `about`, the `port` it listens on, `build`; if it has
/// them, the `addresses` that it may take over, and in `wires` whom it talks to.
template <template <class> class Section>
struct Catalogue {
  Section<DnsOptions> dns;
  Section<KeepalivedOptions> keepalived;
  Section<HaproxyOptions> haproxy;
  Section<NginxOptions> nginx;
  Section<AppOptions> app;
  Section<MysqlOptions> mysql;
  Section<DbManagerOptions> db_manager;
  Section<FirewallOptions> firewall;
  Section<ExporterOptions> exporter;
  Section<PrometheusOptions> prometheus;
  Section<AlertmanagerOptions> alertmanager;
  Section<OperatorOptions> people;

  /// Calls `use` with each section, in the order in which a request meets them.
  template <class Self, class Use>
  static void each(Self& self, Use use) {
    use(self.dns), use(self.keepalived), use(self.haproxy), use(self.nginx), use(self.app),
        use(self.mysql), use(self.db_manager), use(self.firewall), use(self.exporter),
        use(self.prometheus), use(self.alertmanager), use(self.people);
  }
};

}  // namespace spof::stack
