#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/causes/causes_parts.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::Outcome;
using Why = measure::Cause;

/// Why requests failed, in words of the configuration.
class Reasons {
 public:
  explicit Reasons(const CausalSite& site) : site_(site) {}

  /// "mysql@server1 refused connections (1 301); mysql@server1 broke the connection off (12)"
  std::string text(const FailureGroup& group) const {
    std::vector<std::pair<Why, std::uint64_t>> order(group.causes.begin(), group.causes.end());
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string text;
    for (const auto& [cause, requests] : order) {
      if (!text.empty()) text += "; ";
      text += cause == Why::none ? client_reason(group) : reason(cause, group);
      if (order.size() > 1) text += fmt::format(" ({})", count_text(static_cast<double>(requests)));
    }
    return text;
  }

 private:
  std::vector<std::string> databases(const FailureGroup& group) const {
    std::vector<std::string> found;
    for (const std::size_t i : group.indices)
      for (const Need& need : site_.needs(i)) append_new(found, need.database);
    return found;
  }

  /// Those that ail of the daemons that clients connect to; none: what these are.
  std::vector<std::string> doors() const {
    std::vector<std::string> struck;
    std::set<std::string> sections;
    const scenario::Topology& topology = site_.campaign.topology;
    for (const scenario::Edge& edge : topology.edges) {
      if (edge.wire.purpose != stack::Purpose::door) continue;
      for (const std::string& door : topology.behind(edge.wire)) {
        sections.insert(section_of(door));
        if (site_.ails(door, host_of(edge.from))) append_new(struck, door);
      }
    }
    if (!struck.empty()) return struck;
    if (sections.size() > 1) return {"the server"};
    const std::string section = sections.empty() ? "haproxy" : *sections.begin();
    return {section == "nginx" ? "the web server"
            : section == "app" ? "the application"
                               : "the load balancer"};
  }

  /// What the client itself could know.
  std::string client_reason(const FailureGroup& group) const {
    const std::vector<std::string> asked = doors();
    const std::string names = listed(asked);
    switch (group.outcome) {
      case Outcome::refused:
        return names + (asked.size() == 1 ? " was not running" : " were not running");
      case Outcome::unreachable:
      case Outcome::connect_timeout:
        return names + " did not answer";
      case Outcome::reset:
      case Outcome::closed:
        return names + " ended before " + (asked.size() == 1 ? "it" : "they") + " had answered";
      case Outcome::timeout:
        return "no answer within " + patience();
      case Outcome::dns_failure:
        return fmt::format("{} did not answer, and what caches knew had expired (ttl {})",
                           names_of(site_.ailing("dns"), "the name server"),
                           site_.setting("/dns/ttl", "passed"));
      default:
        return "nobody answered";
    }
  }

  std::string patience() const {
    std::string all;
    for (const std::string& name : site_.campaign.plan.populations) {
      const std::string one = site_.setting("/clients/" + name + "/timeout");
      if (!all.empty() && one != all) return "their patience";
      all = one;
    }
    return all.empty() ? "their patience" : "their patience of " + all;
  }

  std::string setting(const std::string& pointer, const char* name) const {
    const std::string value = site_.setting(pointer);
    return value.empty() ? name : fmt::format("{} ({})", name, value);
  }

  std::string reason(Why cause, const FailureGroup& group) const {
    if (by_whom(cause) == By::haproxy) return haproxy_reason(cause, group);
    const std::string app = names_of(site_.ailing("app"), "the application");
    const std::string database = names_of(databases(group), "the database");
    switch (cause) {
      case Why::upstream_refused:
        return app + " refused connections";
      case Why::upstream_closed:
        return app + " broke the connection off";
      case Why::upstream_timeout:
        return app + " did not answer within " +
               setting("/nginx/proxy_read_timeout", "proxy_read_timeout");
      case Why::no_live_upstream:
        return "every upstream was out of use after max_fails errors";
      case Why::db_refused:
        return database + " refused connections";
      case Why::db_connect_timeout:
        return database + " did not answer a connection within " +
               setting("/app/database/connect_timeout", "connect_timeout");
      case Why::db_lost:
        return database + " broke the connection off";
      case Why::db_timeout:
        return database + " did not answer within " +
               setting("/app/database/read_timeout", "read_timeout");
      case Why::db_connections:
        return "the database had no connection left, " +
               setting("/mysql/max_connections", "max_connections");
      case Why::db_read_only:
        return "the database they were sent to is read-only";
      case Why::db_disk_full:
        return "the database's disk was full";
      default:
        return "a fault of kind error makes it answer so";
    }
  }

  std::string haproxy_reason(Why cause, const FailureGroup& group) const {
    switch (cause) {
      case Why::no_server:
        return "no server was UP";
      case Why::connect_error:
      case Why::connect_timeout:
        return no_connection(cause);
      case Why::queue_timeout:
        return "too long in its queue, " + setting("/haproxy/timeout/queue", "timeout queue");
      case Why::queue_full:
        return "its queue was full (maxqueue)";
      case Why::server_closed:
        return closed_reason();
      case Why::server_timeout:
        return timeout_reason(group);
      case Why::marked_down:
        return "their server was marked DOWN (on-marked-down shutdown-sessions)";
      default:
        return "more requests of an address than its limit allows";
    }
  }

  /// Servers that cannot be reached, and why no other was tried.
  std::string no_connection(Why cause) const {
    std::vector<std::string> ailing, names, others;
    bool all_backup = true;
    for (const std::string& server : site_.campaign.topology.servers) {
      if (const Ailment* ailment = site_.ails_server(server)) {
        ailing.push_back(server);
        names.push_back(ailment->ail() == Ail::dead ? ailment->target : server);
        continue;
      }
      others.push_back(server);
      all_backup = all_backup && site_.server_setting(server, "/backup") == "true";
    }
    const std::string server = names_of(ailing, "their server");
    std::string text = cause == Why::connect_error
                           ? names_of(names, "their server") + " refused connections, in every try"
                           : fmt::format("{} did not answer a connection within {}, in any try",
                                         names_of(names, "their server"),
                                         setting("/haproxy/timeout/connect", "timeout connect"));
    if (const std::string retries = site_.setting("/haproxy/retries"); !retries.empty())
      text += fmt::format(" (of 1 + {} retries)", retries);
    if (site_.setting("/haproxy/redispatch") == "false")
      text += ", all at the same server without redispatch";
    else if (!others.empty() && all_backup)
      text += fmt::format(", and {} is a backup, not used while {} counts as UP", listed(others),
                          server);
    return text;
  }

  /// A connection is held from its acceptance to its answer, and Nginx itself is quick.
  std::string holders() const {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < site_.campaign.plan.classes.size(); ++i)
      for (const Need& need : site_.needs(i))
        if (need.ailment->ail() == Ail::silent) append_new(found, need.database);
    return names_of(found, "the application");
  }

  /// Where a health check was closed like the requests, it is a living Nginx that does so: only for
  /// lack of connections. Else whoever died while they were under way.
  std::string closed_reason() const {
    const std::vector<std::string> full = full_servers(site_);
    std::vector<std::string> dead;
    for (const std::string& server : site_.campaign.topology.servers)
      if (const Ailment* ailment = site_.ails_server(server);
          ailment && (ailment->ail() == Ail::dead || ailment->kind == measure::What::power_off))
        dead.push_back(server);
    if (full.empty() && !dead.empty()) return listed(dead) + " died before it had answered";
    const std::string whose = names_of(full, "a server");
    const std::string each = site_.setting("/nginx/worker_connections");
    const std::string workers = site_.setting("/nginx/worker_processes");
    const std::string limit = each.empty() ? ""
                              : workers.empty()
                                  ? fmt::format(" ({} for each worker)", each)
                                  : fmt::format(" ({} workers \u00d7 {})", workers, each);
    return fmt::format(
        "Nginx of {} had no connection left{} and closed; they were held by requests waiting for "
        "{}",
        whose, limit, holders());
  }

  std::string timeout_reason(const FailureGroup& group) const {
    std::string text = "no answer within " + setting("/haproxy/timeout/server", "timeout server");
    std::vector<std::string> waits;
    bool all_need_it = true;
    for (const std::size_t i : group.indices) {
      bool needs_it = false;
      for (const Need& need : site_.needs(i)) {
        if (need.ailment->ail() != Ail::silent) continue;
        needs_it = true;
        append_new(waits, fmt::format("{} waited for {}", need.app, need.database));
      }
      all_need_it = all_need_it && needs_it;
    }
    if (waits.empty()) return text;
    return text + ", because " + listed(waits) + (all_need_it ? "" : ", with all of its threads");
  }

  const CausalSite& site_;
};

}  // namespace

By by_whom(Why cause) {
  if (cause == Why::none) return By::client;
  if (cause <= Why::rate_limited) return By::haproxy;
  if (cause <= Why::no_live_upstream) return By::nginx;
  return cause == Why::injected ? By::injected : By::app;
}

std::string names_of(const std::vector<std::string>& daemons, const std::string& otherwise) {
  return daemons.empty() ? otherwise : listed(daemons);
}

std::vector<std::string> full_servers(const CausalSite& site) {
  std::vector<std::string> full;
  for (const Event& event : site.run.events)
    if (event.check.failure == measure::CheckFailure::closed) append_new(full, event.target);
  std::sort(full.begin(), full.end());
  return full;
}

std::string reasons_text(const CausalSite& site, const FailureGroup& group) {
  return Reasons(site).text(group);
}

}  // namespace spof::report
