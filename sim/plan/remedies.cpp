#include "plan/remedies.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include "base/append_new.hpp"
#include "base/words.hpp"
#include "scenario/topology.hpp"

namespace spof::plan {
namespace {

using scenario::Scenario;
using stack::CheckKind;
using stack::Mode;
using App = stack::AppOptions;
using Backend = stack::BackendOptions;
using Server = stack::ServerOptions;

/// What a remedy looks at: which part broke, how, and what is configured now.
class Patient {
 public:
  Patient(const Scenario& of, const Break& what) : scenario(of), what_(what) {}

  bool breaks(std::initializer_list<std::string_view> kinds) const {
    return has(kinds, what_.kind);
  }
  /// The failure is silence or slowness: somebody waits.
  bool lets_wait() const {
    return breaks(
        {"hang", "slow", "power_off", "link_down", "partition", "loss", "slow disk", "disk_full"});
  }
  /// A daemon of this kind is struck or cut off.
  bool reaches(std::string_view kind) const {
    return std::ranges::any_of(
        what_.daemons, [&](const auto& daemon) { return scenario::section_of(daemon) == kind; });
  }
  bool reaches_balancer() const { return reaches(stack::HaproxyOptions::kind); }
  bool reaches_names() const { return reaches(stack::DnsOptions::kind); }
  bool reaches_database() const { return reaches(stack::MysqlOptions::kind); }
  bool reaches_application() const { return reaches(stack::AppOptions::kind); }
  /// Of the daemon that is the part.
  std::string daemon_kind() const { return scenario::section_of(what_.target); }

  /// A load balancer that could notice it or go around it, of which `wrong` is true.
  template <class Wrong>
  bool balancer(Wrong wrong) const {
    if (!breaks({"partition"}) && (reaches_balancer() || reaches_names())) return false;
    return std::ranges::any_of(scenario.haproxy.hosts, [&](const auto& one) {
      return wrong(one.second) && sends_to_it("haproxy@" + one.first);
    });
  }
  /// A server line of such a load balancer.
  template <class Wrong>
  bool server(Wrong wrong) const {
    return backend([&](const stack::BackendOptions& one) { return any(one.servers, wrong); });
  }
  /// A backend of such a load balancer that passes requests. (What leads to databases has lines of
  /// its own, which the section's defaults do not change.)
  template <class Wrong>
  bool backend(Wrong wrong) const {
    return balancer([&](const stack::HaproxyOptions& one) {
      return any(one.all_backends(),
                 [&](const Backend* each) { return each->mode == Mode::http && wrong(*each); });
    });
  }
  /// Lines to databases start from the section's, too, and need another check.
  bool has_tcp() const {
    return any(scenario.haproxy, [](const stack::HaproxyOptions& one) {
      return any(one.all_backends(), [](const Backend* each) { return each->mode == Mode::tcp; });
    });
  }
  template <class Item, class Wrong>
  static bool any(const Named<Item>& items, Wrong wrong) {
    return std::ranges::any_of(items, [&](const auto& one) { return wrong(one.second); });
  }
  template <class Options, class Wrong>
  static bool any(const scenario::Section<Options>& section, Wrong wrong) {
    return any(section.hosts, wrong);
  }
  const Scenario& scenario;

 private:
  /// What breaks no daemon, as a link between networks, may be in anybody's way.
  bool sends_to_it(const std::string& balancer) const {
    for (const auto kind : {stack::RequestKind::read, stack::RequestKind::write})
      for (const std::string& daemon : topology_.reach(balancer, kind))
        if (has(what_.daemons, daemon)) return true;
    return what_.daemons.empty();
  }

  const Break& what_;
  const scenario::Topology topology_ = scenario::topology_of(scenario);
};

using Sets = std::vector<std::string>;

constexpr const char* shared_address = "10.0.0.100";

/// One remedy: its name, and the changes it makes; none where it does not apply.
struct Row {
  const char* name;
  int effort;
  Sets (*sets)(const Patient&);
};

Sets restart(const Patient& patient) {
  if (!patient.breaks({"crash"})) return {};
  const std::string kind = patient.daemon_kind();
  bool missing = false;
  patient.scenario.each_section([&]<class Options>(const scenario::Section<Options>& section) {
    const auto restarts = [](const Options& one) {
      return one.service.restart != stack::Restart::no;
    };
    missing = missing || (kind == Options::kind && !Patient::any(section, restarts));
  });
  if (!missing) return {};
  // What Debian's units give HAProxy and MariaDB. [HA-42] [DB-6]
  return {fmt::format("/{}/service/restart=always", kind),
          fmt::format("/{}/service/restart_sec={}", kind, kind == "mysql" ? "5s" : "100ms")};
}

Sets redispatch(const Patient& patient) {
  if (!patient.backend([](const Backend& one) { return !one.redispatch; })) return {};
  return {"/haproxy/redispatch=true"};
}

Sets some_checks(const Patient& patient) {
  if (patient.has_tcp()) return {};
  if (!patient.server([](const Server& one) { return one.checks().kind == CheckKind::none; }))
    return {};
  return {"/haproxy/default_server/check/kind=httpchk"};
}

Sets frequent_checks(const Patient& patient) {
  const auto rare = [](const Server& one) {
    return one.checks().kind != CheckKind::none && one.checks().inter > 0.5;
  };
  if (!patient.server(rare)) return {};
  return {"/haproxy/default_server/check/inter=500ms"};
}

/// Also instead of checks that ask the database, which take down what can do without it.
Sets checks_through_application(const Patient& patient) {
  const auto otherwise = [](const Server& one) {
    return one.checks().kind != CheckKind::httpchk || one.checks().answered_by != stack::AnsweredBy::app;
  };
  if (!(patient.reaches_application() || patient.reaches_database()) || patient.has_tcp() ||
      !patient.server(otherwise))
    return {};
  return {"/haproxy/default_server/check/kind=httpchk",
          "/haproxy/default_server/check/answered_by=app"};
}

Sets checks_through_database(const Patient& patient) {
  const auto shallow = [](const Server& one) {
    return one.checks().kind != CheckKind::httpchk ||
           one.checks().answered_by < stack::AnsweredBy::database;
  };
  if (!patient.reaches_database() || patient.has_tcp() || !patient.server(shallow)) return {};
  return {"/haproxy/default_server/check/kind=httpchk",
          "/haproxy/default_server/check/answered_by=database"};
}

Sets observe(const Patient& patient) {
  if (!patient.breaks({"error", "crash", "hang", "disk_full"})) return {};
  if (!patient.server([](const Server& one) { return one.observe == stack::Observe::none; }))
    return {};
  return {"/haproxy/default_server/observe=layer7", "/haproxy/default_server/on_error=mark-down"};
}

Sets shutdown_sessions(const Patient& patient) {
  const auto keeps = [](const Server& one) {
    return one.on_marked_down == stack::OnMarkedDown::none;
  };
  if (!patient.lets_wait() || !patient.server(keeps)) return {};
  return {"/haproxy/default_server/on_marked_down=shutdown-sessions"};
}

Sets short_timeouts(const Patient& patient) {
  if (!patient.lets_wait()) return {};
  Sets sets;
  if (patient.backend([](const Backend& one) { return one.timeout.connect > 1; }))
    sets.emplace_back("/haproxy/timeout/connect=1s");
  if (patient.backend([](const Backend& one) { return one.timeout.server > 5; }))
    sets.emplace_back("/haproxy/timeout/server=5s");
  return sets;
}

Sets database_timeouts(const Patient& patient) {
  if (!patient.reaches_database() || !patient.lets_wait()) return {};
  const auto& apps = patient.scenario.app;
  Sets sets;
  if (Patient::any(apps, [](const App& one) { return one.database.connect_timeout > 2; }))
    sets.emplace_back("/app/database/connect_timeout=2s");
  if (Patient::any(
          apps, [](const App& one) { return one.database.read_timeout.value_or(Seconds(3)) > 2; }))
    sets.emplace_back("/app/database/read_timeout=2s");
  return sets;
}

template <stack::ReadFrom From>
Sets read_from(const Patient& patient) {
  const Scenario& now = patient.scenario;
  if (!patient.reaches_database() || now.mysql.hosts.size() < 2) return {};
  if (!Patient::any(now.app, [](const App& one) { return one.database.read_from != From; }))
    return {};
  return {fmt::format("/app/database/read_from={}", word(From))};
}

Sets least_connections(const Patient& patient) {
  if (!patient.breaks({"slow", "hang", "latency", "loss", "bandwidth"})) return {};
  if (!patient.backend([](const Backend& one) { return one.balance != stack::Balance::leastconn; }))
    return {};
  return {"/haproxy/balance=leastconn"};
}

Sets several_upstreams(const Patient& patient) {
  const Scenario& now = patient.scenario;
  if (!patient.reaches_application() || now.app.hosts.size() < 2) return {};
  if (!Patient::any(now.nginx, [](const auto& one) { return one.upstream.size() < 2; })) return {};
  const Sets apps = mapped(now.app.hosts, [](auto& one) { return "\"app@" + one.first + "\""; });
  return {fmt::format("/nginx/upstream=[{}]", fmt::join(apps, ","))};
}

/// A process that hangs or answers with errors is there all the same. [VR-5]
Sets asking_script(const Patient& patient) {
  const Scenario& now = patient.scenario;
  const auto asks = [](const stack::VrrpScript& one) {
    return one.checks == stack::ScriptKind::http;
  };
  if (!patient.reaches_balancer() || !patient.breaks({"hang", "error"}) ||
      now.keepalived.hosts.empty() || Patient::any(now.keepalived.common.vrrp_script, asks))
    return {};
  const stack::HaproxyOptions& balancer = now.haproxy.hosts.front().second;
  Sets sets{fmt::format(R"(/keepalived/vrrp_script/asks={{"checks":"http","port":{},"fall":2}})",
                        balancer.all_frontends().front().second->bind)};
  for (const auto& [host, pair] : now.keepalived.hosts)
    for (const auto& [name, one] : pair.instances()) {
      const Sets others =
          mapped(one->track_script, [](const auto& script) { return ",\"" + script + "\""; });
      sets.push_back(fmt::format(R"(/keepalived/hosts/{}{}/track_script=["asks"{}])", host,
                                 name.empty() ? "" : "/vrrp_instance/" + name,
                                 fmt::join(others, "")));
    }
  return sets;
}

/// The last host with a web server that has none of this kind yet.
template <class Options>
std::string free_host(const Scenario& now, const scenario::Section<Options>& section) {
  std::string found;
  for (const auto& [host, unused] : now.nginx.hosts)
    if (!scenario::item_of(section.hosts, host)) found = host;
  return found;
}

/// A pair with one address, on a machine of its own: the owner's first recommendation.
Sets second_balancer(const Patient& patient) {
  const Scenario& now = patient.scenario;
  const auto& addresses = now.dns.common.addresses;
  const bool single = addresses.size() == 1 && addresses[0].starts_with("haproxy@") &&
                      now.haproxy.hosts.size() == 1 && now.keepalived.hosts.empty();
  if (!patient.reaches_balancer() || patient.breaks({"partition"}) || !single) return {};
  const auto& [host, balancer] = now.haproxy.hosts.front();
  const std::string other =
      host.ends_with('1') ? host.substr(0, host.size() - 1) + "2" : host + "-2";
  if (scenario::item_of(now.hosts, other)) return {};
  return {
      fmt::format(R"(/hosts/{}={{"like":"{}"}})", other, host),
      fmt::format("/haproxy/hosts/{}={{}}", other),
      fmt::format(R"(/dns/addresses=["{}:{}"])", shared_address, balancer.bind),
      fmt::format(R"(/keepalived={{"virtual_ipaddress":["{}"],"track_process":{{"haproxy":{{}}}},)"
                  R"("vrrp_script":{{"page":{{"checks":"http","port":{},"fall":2}}}},)"
                  R"("track_script":["page"],)"
                  R"("hosts":{{"{}":{{"priority":101}},"{}":{{"priority":100}}}}}})",
                  shared_address, balancer.bind, host, other)};
}

/// A script on a machine of its own, where there is a replica: the owner's second one.
Sets database_failover(const Patient& patient) {
  const Scenario& now = patient.scenario;
  constexpr const char* witness = "db-witness";
  if (!patient.reaches_database() || now.mysql.hosts.size() < 2 || now.haproxy.hosts.empty() ||
      !now.db_manager.hosts.empty() || scenario::item_of(now.hosts, witness))
    return {};
  return {fmt::format(R"(/hosts/{}={{"like":"{}"}})", witness, now.haproxy.hosts.front().first),
          fmt::format(R"(/db_manager={{"hosts":{{"{}":{{}}}}}})", witness), "/mysql/read_only=true",
          "/mysql/net_timeout=4s", "/mysql/connect_retry=1s"};
}

Sets second_name_server(const Patient& patient) {
  const Scenario& now = patient.scenario;
  const std::string host = free_host(now, now.dns);
  if (!patient.reaches_names() || now.dns.hosts.size() != 1 || host.empty()) return {};
  return {fmt::format("/dns/hosts/{}={{}}", host)};
}

constexpr std::array rows{
    Row{"systemd restarts it", 1, restart},
    Row{"Keepalived's script asks HAProxy for a page", 1, asking_script},
    Row{"option redispatch", 1, redispatch},
    Row{"option httpchk", 1, some_checks},
    Row{"check inter 500ms", 1, frequent_checks},
    Row{"checks answered by the application", 1, checks_through_application},
    Row{"checks that reach the database", 1, checks_through_database},
    Row{"observe layer7 on-error mark-down", 1, observe},
    Row{"on-marked-down shutdown-sessions", 1, shutdown_sessions},
    Row{"timeout connect 1s, server 5s", 1, short_timeouts},
    Row{"database client times out after 2s", 1, database_timeouts},
    Row{"balance leastconn", 1, least_connections},
    Row{"reads from the replica", 2, read_from<stack::ReadFrom::replica>},
    Row{"reads from any database", 2, read_from<stack::ReadFrom::any>},
    Row{"Nginx knows every application server", 2, several_upstreams},
    Row{"a second load balancer", 3, second_balancer},
    Row{"automatic failover of the database", 3, database_failover},
    Row{"a second name server", 3, second_name_server},
};

}  // namespace

std::vector<Remedy> remedies_for(const Scenario& scenario, const Break& what) {
  const Patient patient(scenario, what);
  std::vector<Remedy> remedies;
  for (const Row& row : rows)
    if (Sets sets = row.sets(patient); !sets.empty())
      remedies.push_back({row.name, row.effort, std::move(sets)});
  return remedies;
}

}  // namespace spof::plan
