#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "analysis/causes/causes_site.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

using measure::Failure;
using Why = measure::Cause;

/// Who gave up. The client where nobody says so.
enum class By { client, haproxy, nginx, app, injected };

By by_whom(const Failure& failure) {
  if (failure.outcome == Outcome::http_408) return By::haproxy;
  if (failure.cause == Why::none || failure.outcome == Outcome::certificate) return By::client;
  if (failure.cause <= Why::rate_limited) return By::haproxy;
  if (failure.cause <= Why::no_live_upstream || failure.cause == Why::request_limited ||
      failure.cause == Why::asset_missing)
    return By::nginx;
  return failure.cause == Why::injected ? By::injected : By::app;
}

/// All requests of one run that ended one way, given up by one party.
struct FailureGroup {
  Outcome outcome{};
  By by{};
  Names apps;  ///< that gave up, as far as known
  std::uint64_t requests = 0;
  std::vector<std::pair<std::string, std::uint64_t>> classes;
  std::vector<std::size_t> indices;
  std::map<Why, std::uint64_t> causes;
};

/// "nginx@server1 and nginx@server2"; `otherwise` where none is known.
std::string names_or(const Names& names, const std::string& otherwise) {
  return names.empty() ? otherwise : listed(names);
}

/// Silent databases that requests of these classes need: "app@server1 waited for mysql@server1".
std::string waiting(const CausalSite& site, const FailureGroup& group) {
  Names waits;
  bool all_need_it = true;
  for (const std::size_t i : group.indices) {
    const Obstacles silent = those_of(site.met(i, Purpose::read), Ail::silent);
    for (const Obstacle& one : silent) append_new(waits, one.from + " waited for " + one.to);
    all_need_it = all_need_it && !silent.empty();
  }
  if (waits.empty()) return "";
  return ", because " + listed(waits) + (all_need_it ? "" : ", with all of its threads");
}

/// How often HAProxy tries to connect, and why no other server was taken.
std::string tries(const CausalSite& site, const FailureGroup& group) {
  const Names ailing = tos(site.met(group.indices, Purpose::server));
  Names labels, others;
  for (const Obstacle& one : site.met(group.indices, Purpose::server))
    append_new(labels, one.edge->wire.label);
  for (const std::string& server : site.campaign.topology.servers)
    if (!has(labels, server)) others.push_back(server);
  const bool all_backup = std::ranges::all_of(others, [&](const std::string& one) {
    return site.server_setting(one, "/backup") == "true";
  });
  const std::string retries = site.value("haproxy/retries");
  std::string text = retries.empty() ? "" : fmt::format(" (of 1 + {} retries)", retries);
  if (site.value("haproxy/redispatch") == "false")
    text += ", all at the same server without redispatch";
  else if (!others.empty() && all_backup)
    text +=
        site.filled(fmt::format(", and {} is a backup, not used while {} {{counts|count}} as UP",
                                listed(others), listed(labels)),
                    labels.size());
  return text;
}

/// Where a health check was closed like the requests, it is a living Nginx that does so: only for
/// lack of connections. Else whoever died while they were under way.
std::string who_closed(const CausalSite& site, const FailureGroup& group) {
  Names full, dead;
  for (const Event& event : site.run.events)
    if (event.check.failure == measure::CheckFailure::closed) append_new(full, event.target);
  std::ranges::sort(full);
  for (const Obstacle& one : site.met(group.indices, Purpose::server))
    if (measure::effect_of(one.ailment->kind).ends_process) append_new(dead, one.edge->wire.label);
  if (full.empty())
    return names_or(dead, "their server") +
           (dead.empty() ? " closed the connection unanswered" : " died before it had answered");
  return site.filled(fmt::format(
      "Nginx of {} had no connection left, {{worker_connections=nginx/worker_connections}}, and "
      "closed; they were held by requests waiting for {}",
      listed(full),
      names_or(tos(those_of(site.met(Purpose::read), Ail::silent)), "the application")));
}

/// Whoever is hung takes connections and does not answer; otherwise there is no connection.
std::string upstream_patience(const CausalSite& site, const FailureGroup& group) {
  const Obstacles silent = those_of(site.met(group.indices, Purpose::upstream), Ail::silent);
  return site.filled(take_connections(silent)
                         ? "{proxy_read_timeout=nginx/proxy_read_timeout}"
                         : "{proxy_connect_timeout=nginx/proxy_connect_timeout}") +
         waiting(site, group);
}

/// A primary that started while its configuration has read_only, and nobody has changed that; or
/// whom a manager has made so.
std::string who_refuses(const CausalSite& site, const FailureGroup&) {
  for (const Event& event : site.run.events) {
    if (event.time < site.run.fault_start) continue;
    if (event.what == What::read_only)
      return fmt::format(": {} was made so at {:.1f} s", event.source, event.time);
    const bool starts = event.role() == Role::ready && event.source == event.target;
    if (starts && event.what != What::promoted && section_of(event.source) == "mysql" &&
        site.setting("/mysql/hosts/" + host_of(event.source) + "/read_only") == "true" &&
        site.setting("/mysql/hosts/" + host_of(event.source) + "/replica_of").empty())
      return fmt::format(
          ": {} started so, as its configuration says (read_only), and nobody made it writable",
          event.source);
  }
  return "";
}

/// Whose name is not known; what clients connect to, if that is one kind of daemon.
std::string somebody(const CausalSite& site, Purpose over) {
  constexpr std::array others{"", "the name server", "their server", "the application"};
  if (over != Purpose::door)
    return over < Purpose::read ? others[static_cast<std::size_t>(over)] : "the database";
  std::set<std::string> doors;
  for (const std::string& door : site.well(over, "")) doors.insert(section_of(door));
  if (doors.size() > 1) return "the server";
  if (doors.empty() || *doors.begin() == "haproxy") return "the load balancer";
  return *doors.begin() == "nginx" ? "the web server" : "the application";
}

/// What is sent over a connection that the one who has the address now never took is reset.
std::string who_reset(const CausalSite& site, const FailureGroup& group) {
  const Obstacles met = site.met(group.indices, Purpose::door), silent = those_of(met, Ail::silent);
  const Names dead = tos(those_of(met, Ail::dead));
  if (!dead.empty() && silent.empty())
    return site.filled(listed(dead) + " ended before {it|they} had answered", dead.size());
  for (const Event& event : site.run.events)
    if (!silent.empty() && silent.size() == met.size() && event.time >= site.run.fault_start &&
        event.what == What::address_taken_over)
      return site.filled(event.source + ", which took the address over, did not know {it|them}",
                         group.requests);
  return names_or(tos(met), somebody(site, Purpose::door)) + " broke the connection off";
}

/// A kind of failure, and how it is told. In its texts "%" are the daemons concerned: those that
/// ail so at the far end of a wire; if none does, those that ail otherwise, and then it is told as
/// `otherwise`, if that differs. Braces as in CausalSite::filled.
struct FailureKind {
  Outcome outcome;  ///< ok: any
  Why cause;
  Purpose over;
  Ail ail;
  const char* text;
  const char* otherwise = nullptr;
  std::string (*more)(const CausalSite&, const FailureGroup&) = nullptr;  ///< follows
  const char* ending = nullptr;  ///< how requests ended, if not with an answer
};

constexpr Outcome any = Outcome::ok;
constexpr FailureKind failure_kinds[]{
    // What a client can know by itself.
    {Outcome::refused, Why::none, Purpose::door, Ail::dead, "% {was|were} not running",
     "% refused connections", nullptr, "{was|were} refused"},
    {Outcome::unreachable, Why::none, Purpose::door, Ail::silent, "% did not answer", nullptr,
     nullptr, "got no connection"},
    {Outcome::connect_timeout, Why::none, Purpose::door, Ail::silent, "% did not answer", nullptr,
     nullptr, "got no connection"},
    {Outcome::reset, Why::none, Purpose::door, Ail::dead, "", nullptr, who_reset,
     "lost {its connection|their connections}"},
    {Outcome::closed, Why::none, Purpose::door, Ail::dead, "% ended before {it|they} had answered",
     "% closed the connection without an answer", nullptr,
     "lost {its connection|their connections}"},
    {Outcome::timeout, Why::none, Purpose::door, Ail::silent,
     "no answer within their {patience=clients/timeout}", nullptr, nullptr,
     "{was|were} given up by {its client|their clients}"},
    {Outcome::dns_failure, Why::none, Purpose::name, Ail::silent,
     "% did not answer, and what caches knew had expired after {ttl=dns/ttl}", nullptr, nullptr,
     "failed: the name did not resolve"},
    {Outcome::unfinished, Why::none, Purpose::door, Ail::silent, "nobody answered", nullptr,
     nullptr, "{was|were} still waiting when the run ended"},
    {Outcome::http_408, Why::none, Purpose::door, Ail::silent,
     "no request came within {timeout http-request=haproxy/timeout/http_request}"},
    {Outcome::certificate, Why::certificate_expired, Purpose::door, Ail::other,
     "the certificate had expired", nullptr, nullptr,
     "{was|were} given up before {it was|they were} sent"},
    {Outcome::certificate, Why::certificate_name, Purpose::door, Ail::other,
     "the certificate is for another name", nullptr, nullptr,
     "{was|were} given up before {it was|they were} sent"},
    {Outcome::certificate, Why::certificate_chain, Purpose::door, Ail::other,
     "the certificate's chain was incomplete", nullptr, nullptr,
     "{was|were} given up before {it was|they were} sent"},
    // What HAProxy says.
    {any, Why::no_server, Purpose::server, Ail::dead, "no server was UP"},
    {any, Why::connect_error, Purpose::server, Ail::dead, "% refused connections, in every try",
     "% could not be reached, in any try", tries},
    FailureKind{
        any, Why::connect_timeout, Purpose::server, Ail::silent,
        "% did not answer a connection within {timeout connect=haproxy/timeout/connect}, in any "
        "try",
        nullptr, tries},
    {any, Why::queue_timeout, Purpose::server, Ail::dead,
     "too long in its queue, {timeout queue=haproxy/timeout/queue}"},
    {any, Why::queue_full, Purpose::server, Ail::dead, "its queue was full (maxqueue)"},
    {any, Why::server_closed, Purpose::server, Ail::dead, "", nullptr, who_closed},
    {any, Why::server_timeout, Purpose::server, Ail::silent,
     "no answer within {timeout server=haproxy/timeout/server}", nullptr, waiting},
    {any, Why::marked_down, Purpose::server, Ail::dead,
     "their server was marked DOWN (on-marked-down shutdown-sessions)"},
    {any, Why::rate_limited, Purpose::door, Ail::other,
     "more requests of an address than its limit allows"},
    // Nginx.
    {any, Why::request_limited, Purpose::server, Ail::other,
     "more requests of an address than Nginx allows (limit_req, limit_conn)"},
    {any, Why::upstream_refused, Purpose::upstream, Ail::dead, "% refused connections",
     "% could not be reached"},
    {any, Why::upstream_closed, Purpose::upstream, Ail::dead, "% broke the connection off"},
    {any, Why::upstream_timeout, Purpose::upstream, Ail::silent, "% did not answer within ",
     nullptr, upstream_patience},
    {any, Why::no_live_upstream, Purpose::upstream, Ail::dead,
     "every upstream was out of use after max_fails errors"},
    // The application's database client.
    {any, Why::db_refused, Purpose::read, Ail::dead, "% refused connections",
     "% could not be reached"},
    FailureKind{
        any, Why::db_connect_timeout, Purpose::read, Ail::silent,
        "% did not answer a connection within {connect_timeout=app/database/connect_timeout}"},
    {any, Why::db_lost, Purpose::read, Ail::dead, "% broke the connection off"},
    {any, Why::db_timeout, Purpose::read, Ail::silent,
     "% did not answer within {read_timeout=app/database/read_timeout}"},
    {any, Why::db_connections, Purpose::read, Ail::other,
     "the database had no connection left, {max_connections=mysql/max_connections}"},
    {any, Why::db_read_only, Purpose::read, Ail::other,
     "the database they were sent to is read-only", nullptr, who_refuses},
    {any, Why::db_disk_full, Purpose::read, Ail::other, "the database's disk was full"},
    {any, Why::bad_release, Purpose::upstream, Ail::dead, "the release of % has a bug"},
    {any, Why::asset_missing, Purpose::server, Ail::other,
     "files of one release were asked from a server that has another"},
    {any, Why::schema_unknown, Purpose::read, Ail::other,
     "the release does not fit the schema of the database"},
    {any, Why::injected, Purpose::door, Ail::other, "a fault of kind error makes it answer so"},
};

std::string reason(const CausalSite& site, const FailureGroup& group, Why cause) {
  for (const FailureKind& kind : failure_kinds) {
    if (kind.cause != cause || (kind.outcome != any && kind.outcome != group.outcome)) continue;
    const Obstacles met = site.met(group.indices, kind.over), as_told = those_of(met, kind.ail);
    // For what hangs the kernel takes connections: it refuses none.
    const bool mixed = kind.ail == Ail::dead && !take_connections(those_of(met, Ail::silent));
    const bool sure = !kind.otherwise || (!as_told.empty() && !mixed);
    const Names names = tos(!sure || as_told.empty() ? met : as_told);
    std::string text = sure ? kind.text : kind.otherwise;
    if (const std::size_t at = text.find('%'); at != std::string::npos)
      text.replace(at, 1, names_or(names, somebody(site, kind.over)));
    text = site.filled(text, std::max<std::size_t>(1, names.size()));
    return kind.more ? text + kind.more(site, group) : text;
  }
  return "nobody answered";
}

/// "mysql@server1 refused connections (1 301); mysql@server1 broke the connection off (12)"
std::string reasons_text(const CausalSite& site, const FailureGroup& group) {
  std::vector<std::pair<Why, std::uint64_t>> order(group.causes.begin(), group.causes.end());
  std::ranges::stable_sort(order, std::greater{}, &std::pair<Why, std::uint64_t>::second);
  Names texts;
  for (const auto& [cause, requests] : order)
    texts.push_back(reason(site, group, cause) +
                    (order.size() > 1 ? fmt::format(" ({})", count_text(requests)) : ""));
  return fmt::format("{}", fmt::join(texts, "; "));
}

/// "were answered 500 by app@server1 and app@server2"
std::string ending(const CausalSite& site, const FailureGroup& group) {
  for (const FailureKind& kind : failure_kinds)
    if (kind.ending && kind.outcome == group.outcome)
      return site.filled(kind.ending, group.requests);
  Names struck;
  for (const Ailment& ailment : site.ailments)
    if (ailment.kind == What::error) append_new(struck, ailment.target);
  const std::string who = group.by == By::haproxy ? "HAProxy"
                          : group.by == By::nginx ? "Nginx"
                          : group.by == By::app   ? names_or(group.apps, "the application")
                                                  : names_or(struck, "a broken part");
  return fmt::format("{} answered {} by {}", group.requests == 1 ? "was" : "were",
                     word(group.outcome), who);
}

/// All failures of the first run, grouped.
std::vector<FailureGroup> groups_of(const CausalSite& site) {
  std::vector<FailureGroup> groups;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i) {
    const Tally sum = total(site.run, {}, static_cast<int>(i));
    for (const Failure& failure : sum.failures) {
      const By by = by_whom(failure);
      const Names apps = by == By::app ? froms(site.met(i, Purpose::read)) : Names{};
      auto group = std::ranges::find_if(groups, [&](const FailureGroup& g) {
        return g.outcome == failure.outcome && g.by == by && g.apps == apps;
      });
      if (group == groups.end())
        group = groups.insert(group, FailureGroup{failure.outcome, by, apps, 0, {}, {}, {}});
      group->requests += failure.requests;
      group->causes[failure.cause] += failure.requests;
      if (group->indices.empty() || group->indices.back() != i) {
        group->indices.push_back(i);
        group->classes.emplace_back(site.campaign.plan.classes[i], 0);
      }
      group->classes.back().second += failure.requests;
    }
  }
  return groups;
}

/// What died answered no more those that were under way; later ones are refused.
bool is_cut_off(const CausalSite& site, const FailureGroup& group) {
  if (site.ailments.size() != 1 || site.ailments.front().ail() != Ail::dead) return false;
  if (group.outcome == Outcome::reset || group.outcome == Outcome::closed) return true;
  return group.causes.size() == 1 && group.causes.begin()->first == Why::server_closed &&
         who_closed(site, group).find(" died ") != std::string::npos;
}

/// First and last arrival, as far as they are kept: those of the outages where a class failed in
/// no other way, else those of the windows.
Span span_of(const CausalSite& site, const FailureGroup& group) {
  const Result& run = site.run;
  if (is_cut_off(site, group)) return {run.fault_start, run.fault_start};
  Span span = no_span;
  for (const std::size_t i : group.indices) {
    const auto& outages = run.stories[i].outages;
    const double first = outages.empty() ? 0 : outages.front().start.value;
    const double last = outages.empty() ? run.duration.value : outages.back().end.value;
    for (const measure::WindowRow& row : run.windows) {
      if (row.request_class != i || row.outcome != group.outcome) continue;
      const double least = row.phase == Phase::before ? 0 : run.fault_start.value;
      const double end = row.start + run.window;
      span.cover(std::max(least, std::clamp<double>(row.start, first, last)),
                 std::max(least, std::clamp<double>(end, first, last)));
    }
  }
  return span.from <= span.until ? span : Span{};
}

/// What clients sent again is load of its own.
void add_retries(const CausalSite& site, std::vector<Cause>& chain) {
  std::uint64_t retries = 0, requests = 0;
  double last = site.run.fault_start;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i) {
    const Tally tally = from_the_fault(site, i);
    last = std::max(last, failures_of(site, i).until);
    retries += tally.client_retries;
    requests += tally.requests();
  }
  if (retries == 0 || site.run.fault_start < 0) return;
  chain.push_back({site.run.fault_start, last,
                   fmt::format("clients sent {} requests again, on top of {} new ones",
                               count_text(retries), count_text(requests))});
}

}  // namespace

std::string requests_text(const std::vector<std::pair<std::string, std::uint64_t>>& by_class) {
  Names parts;
  std::uint64_t all = 0;
  for (const auto& [name, requests] : by_class) {
    parts.push_back(count_text(requests) + " " + name);
    all += requests;
  }
  return listed(parts) + (all == 1 ? " request" : " requests");
}

void add_failures(const CausalSite& site, std::vector<Cause>& chain) {
  const auto groups = groups_of(site);
  std::uint64_t all = 0;
  for (const FailureGroup& group : groups) all += group.requests;
  for (const FailureGroup& group : groups) {
    const Span span = span_of(site, group);
    chain.push_back({.from = span.from,
                     .until = span.until,
                     .text = fmt::format("{} {}: {}", requests_text(group.classes),
                                         ending(site, group), reasons_text(site, group)),
                     .detail = group.requests * 100 <= all});
  }
  add_retries(site, chain);
}

}  // namespace spof::report
