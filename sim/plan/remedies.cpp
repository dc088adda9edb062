#include "plan/remedies.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <string_view>

namespace spof::plan {
namespace {

using scenario::Scenario;

/// What a remedy looks at: which part broke, how, and what is configured now.
class Patient {
 public:
  Patient(const Scenario& of, const Break& what) : scenario(of), what_(what) {}

  bool breaks(std::initializer_list<std::string_view> kinds) const {
    return std::find(kinds.begin(), kinds.end(), what_.kind) != kinds.end();
  }
  /// The failure is silence or slowness: somebody waits.
  bool lets_wait() const {
    return breaks({"hang", "slow", "power_off", "link_down", "partition", "loss", "slow disk"});
  }
  bool is(std::string_view daemon_kind) const {
    return what_.target.starts_with(std::string(daemon_kind) + "@");
  }
  bool is_daemon() const { return what_.target.find('@') != std::string::npos; }
  /// "mysql" of "mysql@server1"
  std::string daemon_kind() const { return what_.target.substr(0, what_.target.find('@')); }

  /// The part is a daemon of this kind, or a host, a link or a partition that cuts one off.
  template <class Options>
  bool reaches(std::string_view kind, const scenario::Section<Options>& section) const {
    if (is_daemon()) return is(kind);
    return std::any_of(section.hosts.begin(), section.hosts.end(),
                       [&](const auto& host) { return names(host.first); });
  }
  bool reaches_balancer() const { return reaches("haproxy", scenario.haproxy); }
  bool reaches_names() const { return reaches("dns", scenario.dns); }
  bool reaches_database() const { return reaches("mysql", scenario.mysql); }
  bool reaches_application() const { return reaches("app", scenario.app); }
  /// Behind a load balancer, which could notice it or go around it.
  bool is_behind_balancer() const {
    const bool partition = breaks({"partition"});
    return !scenario.haproxy.hosts.empty() &&
           (partition || (!reaches_balancer() && !reaches_names()));
  }

  const stack::HaproxyOptions& haproxy() const { return scenario.haproxy.hosts.front().second; }
  const stack::ServerOptions& server() const {
    const auto& servers = haproxy().servers;
    return servers.empty() ? haproxy().default_server : servers.front().second;
  }
  const Scenario& scenario;

 private:
  /// The target has this host's name as a whole word: "server1" in "server1-nic", not in
  /// "server10".
  bool names(const std::string& host) const {
    const std::string& target = what_.target;
    const auto ends_word = [&](std::size_t at) {
      return at >= target.size() || !std::isalnum(static_cast<unsigned char>(target[at]));
    };
    for (std::size_t at = target.find(host); at != std::string::npos;
         at = target.find(host, at + 1))
      if ((at == 0 || ends_word(at - 1)) && ends_word(at + host.size())) return true;
    return false;
  }

  const Break& what_;
};

using Sets = std::vector<std::string>;

/// One remedy: its name, and the changes it makes; none where it does not apply.
struct Row {
  const char* name;
  int effort;
  Sets (*sets)(const Patient&);
};

template <class Options>
bool nobody_restarts(const scenario::Section<Options>& section) {
  return std::all_of(section.hosts.begin(), section.hosts.end(), [](const auto& host) {
    return host.second.service.restart == stack::Restart::no;
  });
}

Sets restart(const Patient& patient) {
  if (!patient.breaks({"crash"})) return {};
  const std::string kind = patient.daemon_kind();
  const Scenario& now = patient.scenario;
  const bool missing = (kind == "haproxy" && nobody_restarts(now.haproxy)) ||
                       (kind == "nginx" && nobody_restarts(now.nginx)) ||
                       (kind == "app" && nobody_restarts(now.app)) ||
                       (kind == "mysql" && nobody_restarts(now.mysql)) ||
                       (kind == "dns" && nobody_restarts(now.dns));
  if (!missing) return {};
  // What Debian's units give HAProxy and MariaDB. [HA-42] [DB-6]
  return {fmt::format("/{}/service/restart=always", kind),
          fmt::format("/{}/service/restart_sec={}", kind, kind == "mysql" ? "5s" : "100ms")};
}

Sets redispatch(const Patient& patient) {
  if (!patient.is_behind_balancer() || patient.haproxy().redispatch) return {};
  return {"/haproxy/redispatch=true"};
}

Sets some_checks(const Patient& patient) {
  if (!patient.is_behind_balancer() || patient.server().check.kind != stack::CheckKind::none)
    return {};
  return {"/haproxy/default_server/check/kind=httpchk"};
}

Sets frequent_checks(const Patient& patient) {
  const stack::CheckOptions* check =
      patient.is_behind_balancer() ? &patient.server().check : nullptr;
  if (!check || check->kind == stack::CheckKind::none || check->inter <= 0.5) return {};
  return {"/haproxy/default_server/check/inter=500ms"};
}

Sets checks_through_application(const Patient& patient) {
  if (!patient.is_behind_balancer() ||
      !(patient.reaches_application() || patient.reaches_database()))
    return {};
  const stack::CheckOptions& check = patient.server().check;
  const bool shallow =
      check.kind != stack::CheckKind::httpchk || check.answered_by == stack::AnsweredBy::nginx;
  if (!shallow) return {};
  return {"/haproxy/default_server/check/kind=httpchk",
          "/haproxy/default_server/check/answered_by=app"};
}

Sets checks_through_database(const Patient& patient) {
  if (!patient.is_behind_balancer() || !patient.reaches_database()) return {};
  const stack::CheckOptions& check = patient.server().check;
  if (check.kind == stack::CheckKind::httpchk && check.answered_by == stack::AnsweredBy::database)
    return {};
  return {"/haproxy/default_server/check/kind=httpchk",
          "/haproxy/default_server/check/answered_by=database"};
}

Sets observe(const Patient& patient) {
  if (!patient.is_behind_balancer() || patient.server().observe != stack::Observe::none) return {};
  if (!patient.breaks({"error", "crash", "hang", "disk_full"})) return {};
  return {"/haproxy/default_server/observe=layer7", "/haproxy/default_server/on_error=mark-down"};
}

Sets shutdown_sessions(const Patient& patient) {
  const bool already = !patient.is_behind_balancer() ||
                       patient.server().on_marked_down == stack::OnMarkedDown::shutdown_sessions;
  if (already || !patient.lets_wait()) return {};
  return {"/haproxy/default_server/on_marked_down=shutdown-sessions"};
}

Sets short_timeouts(const Patient& patient) {
  if (!patient.is_behind_balancer() || !patient.lets_wait()) return {};
  Sets sets;
  if (patient.haproxy().timeout.connect > 1) sets.emplace_back("/haproxy/timeout/connect=1s");
  if (patient.haproxy().timeout.server > 5) sets.emplace_back("/haproxy/timeout/server=5s");
  return sets;
}

Sets database_timeouts(const Patient& patient) {
  if (!patient.reaches_database() || !patient.lets_wait() || patient.scenario.app.hosts.empty())
    return {};
  const auto& client = patient.scenario.app.hosts.front().second.database;
  Sets sets;
  if (client.connect_timeout > 2) sets.emplace_back("/app/database/connect_timeout=2s");
  if (client.read_timeout.value_or(Seconds(3)) > 2)
    sets.emplace_back("/app/database/read_timeout=2s");
  return sets;
}

Sets read_from(const Patient& patient, stack::ReadFrom from, const char* word) {
  const Scenario& now = patient.scenario;
  if (!patient.reaches_database() || now.app.hosts.empty() || now.mysql.hosts.size() < 2) return {};
  if (now.app.hosts.front().second.database.read_from == from) return {};
  return {fmt::format("/app/database/read_from={}", word)};
}

Sets least_connections(const Patient& patient) {
  if (!patient.is_behind_balancer() || patient.haproxy().balance == stack::Balance::leastconn)
    return {};
  if (!patient.breaks({"slow", "hang", "latency", "loss", "bandwidth"})) return {};
  return {"/haproxy/balance=leastconn"};
}

Sets several_upstreams(const Patient& patient) {
  const Scenario& now = patient.scenario;
  if (!patient.reaches_application() || now.nginx.hosts.empty() || now.app.hosts.size() < 2)
    return {};
  if (now.nginx.hosts.front().second.upstream.size() > 1) return {};
  Sets apps;
  for (const auto& [host, unused] : now.app.hosts) apps.push_back("\"app@" + host + "\"");
  return {fmt::format("/nginx/upstream=[{}]", fmt::join(apps, ","))};
}

/// The last host with a web server that has none of this kind yet.
template <class Options>
std::string free_host(const Scenario& now, const scenario::Section<Options>& section) {
  std::string found;
  for (const auto& [host, unused] : now.nginx.hosts)
    if (std::none_of(section.hosts.begin(), section.hosts.end(),
                     [&host = host](const auto& taken) { return taken.first == host; }))
      found = host;
  return found;
}

Sets second_balancer(const Patient& patient) {
  const Scenario& now = patient.scenario;
  const std::string host = free_host(now, now.haproxy);
  const auto& addresses = now.dns.common.addresses;
  const bool named = addresses.size() == 1 && addresses[0].starts_with("haproxy@");
  if (!patient.reaches_balancer() || patient.breaks({"partition"}) || !named || host.empty())
    return {};
  return {fmt::format("/haproxy/hosts/{}={{}}", host),
          fmt::format("/dns/addresses=[\"{}\",\"haproxy@{}\"]", addresses[0], host)};
}

Sets second_name_server(const Patient& patient) {
  const Scenario& now = patient.scenario;
  const std::string host = free_host(now, now.dns);
  if (!patient.reaches_names() || now.dns.hosts.size() != 1 || host.empty()) return {};
  return {fmt::format("/dns/hosts/{}={{}}", host)};
}

constexpr std::array rows{
    Row{"systemd restarts it", 1, restart},
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
    Row{"reads from the replica", 2,
        [](const Patient& p) { return read_from(p, stack::ReadFrom::replica, "replica"); }},
    Row{"reads from any database", 2,
        [](const Patient& p) { return read_from(p, stack::ReadFrom::any, "any"); }},
    Row{"Nginx knows every application server", 2, several_upstreams},
    Row{"a second load balancer", 3, second_balancer},
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
