#include "analysis/causes/causes_failures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/faults.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {
using Why = measure::Cause;
constexpr std::string_view because = ", because ";

/// Databases that were silent to a group's requests of one class.
Obstacles silent_to(const CausalSite& site, const FailureGroup& group, std::size_t index) {
  FailureGroup one = group;
  one.indices = {index};
  return those_of(met_by(site, one, Purpose::read), Ail::silent);
}

std::string waited_inside(const CausalSite& site, const FailureGroup& group) {
  return site.waited_inside(group.indices, group.under_way);
}

/// Silent databases that requests of these classes need: "app@server1 waited for mysql@server1".
std::string waiting(const CausalSite& site, const FailureGroup& group) {
  Names waits;
  bool all_need_it = true;
  for (const std::size_t i : group.indices) {
    const Obstacles silent = silent_to(site, group, i);
    for (const Obstacle& one : silent) append_new(waits, one.from + " waited for " + one.to);
    if (silent.empty() && site.kind(i) != stack::RequestKind::static_file) all_need_it = false;
  }
  const std::string inside = waited_inside(site, group);
  if (waits.empty()) return inside;
  const bool too = !inside.empty() && !site.closed_tables(group.under_way).empty();
  if (too) waits.push_back(inside.substr(because.size()));
  return std::string(because) + listed(waits) + (all_need_it ? "" : ", with all of its threads");
}

/// Servers that were silent themselves, whom Nginx waited for longer than HAProxy for Nginx, and
/// who waited for a database, but not where the application gives up sooner than HAProxy.
std::string behind_server(const CausalSite& site, const FailureGroup& group) {
  Obstacles servers = those_of(met_by(site, group, Purpose::server), Ail::silent);
  std::erase_if(servers, [&](const Obstacle& one) {  // who came later got no connection to it
    return !take_connections({one}) && one.ailment->from < group.arrivals.from;
  });
  const double read_timeout = site.seconds("app/database/read_timeout");
  const bool gives_up = read_timeout > 0 && read_timeout < site.seconds("haproxy/timeout/server");
  const Obstacles silent = those_of(met_by(site, group, Purpose::upstream), Ail::silent);
  Names reasons;
  if (!silent.empty())
    reasons.push_back(listed(froms(silent)) + " waited for " + listed(tos(silent)));
  const bool is_long = servers.empty() || !gives_up;  // that it waits for a database
  if (const std::string text = is_long ? waiting(site, group) : waited_inside(site, group);
      !text.empty())
    reasons.push_back(text.substr(because.size()));
  if (!servers.empty())  // last, if it is about those alone that were there when it struck
    reasons.insert(take_connections(servers) ? reasons.begin() : reasons.end(),
                   told(tos(servers), servers, Ail::silent) + " did not answer");
  return reasons.empty() ? "" : std::string(because) + joined(reasons, ", and ");
}

/// How often HAProxy tries to connect, and why no other server was taken.
std::string tries(const CausalSite& site, const FailureGroup& group) {
  Names labels, others;
  for (const Obstacle& one : met_by(site, group, Purpose::server))
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
    text += fmt::format(", and {}{}, not used while {}{}", listed(others),
                        site.filled(" {is a backup|are backups}", others.size()), listed(labels),
                        site.filled(" {counts|count} as UP", labels.size()));
  return text;
}

/// What operators did to load balancers so that they may not use a server that is UP; a reload only
/// where they took nobody for DOWN.
std::string not_in_use(const CausalSite& site, const FailureGroup& group) {
  Names down;
  bool any_down = false;
  for (const Event& event : site.run.events) {
    if (event.time > group.under_way.until) break;
    any_down = any_down || event.what == What::down;
    if (event.what == What::down) append_new(down, event.target);
    if (event.what == What::up) std::erase(down, event.target);
  }
  std::map<What, Names> acts;
  for (const Ailment& one : site.ailments) {
    const bool may_be = one.kind == What::weight || one.kind == What::maintenance ||
                        (one.kind == What::reload && !any_down);
    if (may_be && section_of(one.target) == "haproxy" && one.span().meets(group.under_way))
      append_new(acts[one.kind], one.target);
  }
  Names texts;
  for (const auto& [kind, targets] : acts) texts.push_back(struck_words(word_of(kind), targets));
  if (texts.empty()) return "";
  if (!down.empty())
    texts.push_back(listed(down) +
                    site.filled(" {was|were} DOWN by {its|their} checks", down.size()));
  return " and in use: " + listed(texts);
}

/// Whoever is hung takes connections and does not answer; otherwise there is no connection.
std::string upstream_patience(const CausalSite& site, const FailureGroup& group) {
  const Obstacles silent = those_of(met_by(site, group, Purpose::upstream), Ail::silent);
  return site.filled(take_connections(silent)
                         ? "{proxy_read_timeout=nginx/proxy_read_timeout}"
                         : "{proxy_connect_timeout=nginx/proxy_connect_timeout}") +
         waiting(site, group);
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
constexpr const char* unsent = "{was|were} given up before {it was|they were} sent";
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
     "no answer within their {patience=clients/timeout}", nullptr, waited_inside,
     "{was|were} given up by {its client|their clients}"},
    {Outcome::dns_failure, Why::none, Purpose::name, Ail::silent,
     "% did not answer, and what caches knew had expired after {ttl=dns/ttl}", nullptr, nullptr,
     "failed: the name did not resolve"},
    {Outcome::unfinished, Why::none, Purpose::door, Ail::silent, "nobody answered", nullptr,
     waited_inside, "{was|were} still waiting when the run ended"},
    {Outcome::http_408, Why::none, Purpose::door, Ail::silent,
     "no request came within {timeout http-request=haproxy/timeout/http_request}"},
    {Outcome::certificate, Why::certificate_expired, Purpose::door, Ail::other, "the certificate ",
     nullptr, who_dates, unsent},
    {Outcome::certificate, Why::certificate_name, Purpose::door, Ail::other,
     "the certificate is for another name", nullptr, nullptr, unsent},
    {Outcome::certificate, Why::certificate_chain, Purpose::door, Ail::other,
     "the certificate's chain was incomplete", nullptr, nullptr, unsent},
    {Outcome::certificate, Why::certificate_early, Purpose::door, Ail::other,
     "by the clock of who looked at it the certificate's first day was still to come", nullptr,
     nullptr, unsent},
    // What HAProxy says.
    {any, Why::no_server, Purpose::server, Ail::dead, "no server was UP", nullptr, not_in_use},
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
     "no answer within {timeout server=haproxy/timeout/server}", nullptr, behind_server},
    {any, Why::marked_down, Purpose::server, Ail::dead,
     "their server went DOWN or into maintenance (on-marked-down shutdown-sessions)"},
    {any, Why::answer_cut, Purpose::server, Ail::dead, "", nullptr, who_cut},
    {any, Why::client_silent, Purpose::door, Ail::silent,
     "{its client|their clients} took no more of {the answer|the answers} within "
     "{timeout client=haproxy/timeout/client}"},
    {any, Why::answer_stalled, Purpose::server, Ail::silent,
     "no more of {the answer|the answers} came within {timeout server=haproxy/timeout/server}",
     nullptr, behind_server},
    {any, Why::rate_limited, Purpose::door, Ail::other,
     "more requests of an address than its limit allows"},
    // Nginx.
    {any, Why::request_limited, Purpose::server, Ail::other,
     "more requests of an address than Nginx allows (limit_req, limit_conn)", nullptr, one_bucket},
    {any, Why::body_too_large, Purpose::server, Ail::other,
     "their bodies are larger than {client_max_body_size=nginx/client_max_body_size}"},
    {any, Why::no_temp_file, Purpose::server, Ail::other,
     "its disk was full, and bodies above 16 kB go there first (client_body_buffer_size)"},
    {any, Why::upstream_refused, Purpose::upstream, Ail::dead, "% refused connections",
     "% could not be reached"},
    {any, Why::upstream_closed, Purpose::upstream, Ail::dead, "% broke the connection off"},
    {any, Why::upstream_timeout, Purpose::upstream, Ail::silent, "% did not answer within ",
     nullptr, upstream_patience},
    {any, Why::worker_connections, Purpose::server, Ail::other,
     "Nginx had no connection left for the application, "
     "{worker_connections=nginx/worker_connections}",
     nullptr, who_holds},
    {any, Why::no_live_upstream, Purpose::upstream, Ail::dead,
     "every upstream was out of use after max_fails errors"},
    // The application's database client.
    {any, Why::db_refused, Purpose::read, Ail::dead, "% refused connections",
     "% could not be reached"},
    FailureKind{
        any, Why::db_connect_timeout, Purpose::read, Ail::silent,
        "% did not answer a connection within {connect_timeout=app/database/connect_timeout}"},
    {any, Why::db_lost, Purpose::read, Ail::dead, "% broke the connection off",
     "% had ended before, and a kept connection to {it|them} fails once"},
    {any, Why::db_timeout, Purpose::read, Ail::silent,
     "% did not answer within {read_timeout=app/database/read_timeout}", nullptr, waited_inside},
    {any, Why::db_connections, Purpose::read, Ail::other,
     "the database had no connection left, {max_connections=mysql/max_connections}", nullptr,
     who_took},
    {any, Why::pool_timeout, Purpose::read, Ail::silent,
     "no connection of the application's pool was given back within "
     "{its timeout=app/database/pool/timeout}",
     nullptr, waited_inside},
    {any, Why::db_read_only, Purpose::read, Ail::other,
     "the database they were sent to is read-only", nullptr, who_refuses},
    {any, Why::certificate_expired, Purpose::read, Ail::other, "the certificate of the database ",
     nullptr, who_dates},
    {any, Why::certificate_early, Purpose::read, Ail::other,
     "by the clock of its host the first day of the database's certificate was still to come"},
    {any, Why::certificate_name, Purpose::read, Ail::other,
     "the certificate of the database is for another name"},
    {any, Why::certificate_chain, Purpose::read, Ail::other,
     "the chain of the database's certificate was incomplete"},
    {any, Why::bad_release, Purpose::upstream, Ail::dead, "the release of % has a bug"},
    {any, Why::asset_missing, Purpose::server, Ail::other,
     "files of one release were asked from a server that has another"},
    {any, Why::schema_unknown, Purpose::read, Ail::other,
     "the release does not fit the schema of the database"},
    {any, Why::injected, Purpose::door, Ail::other, "a fault of kind error makes it answer so"},
};

/// Who may have done what clients saw by themselves: silence refuses and closes nothing, and
/// death is not silent. Of several that may, nobody is named.
Names suspects(const Obstacles& met, Ail ail) {
  Names names;
  for (const Obstacle& one : met) {
    const Ail own = one.ailment->ail();
    if (ail == Ail::silent ? own != Ail::dead : own == Ail::dead || own == Ail::other)
      append_new(names, one.name());
  }
  return names.size() == 1 ? names : Names{};
}

/// The row of what failed in this way; nullptr: there is none.
const FailureKind* row_of(const FailureGroup& group, Why cause) {
  for (const FailureKind& kind : failure_kinds)
    if (kind.cause == cause && (kind.outcome == any || kind.outcome == group.outcome)) return &kind;
  return nullptr;
}

/// Databases whose process had ended before the first of these was sent. [APP-6]
Names ended_before(const CausalSite& site, const FailureGroup& group) {
  Obstacles ended = site.met(group.indices, Purpose::read);
  std::erase_if(ended, [&](const Obstacle& one) {
    return !effect_of(one.ailment->kind).ends_process || one.ailment->until >= group.under_way.from;
  });
  return tos(ended);
}

/// How a row is to be told, and of whom.
struct Wording {
  bool sure = true;  ///< as its text, else as `otherwise`
  Names names;
};

/// What clients saw by themselves.
Wording told_by_clients(const CausalSite& site, const FailureKind& kind, const FailureGroup& group,
                        Obstacles met) {
  if (kind.ail == Ail::silent)  // who has not the address is not asked
    std::erase_if(met, [&](const Obstacle& one) {
      return !may_have_address(site, one, {group.under_way.from, group.under_way.from});
    });
  Obstacles as_told = those_of(met, kind.ail);
  const bool at_end = kind.outcome == Outcome::closed;  // of the process
  if (at_end)
    std::erase_if(as_told,
                  [&](const Obstacle& one) { return one.ailment->from < group.under_way.from; });
  const bool by_rule = std::ranges::any_of(
      met, [](const Obstacle& one) { return one.ailment->kind == What::firewall_rule; });
  const bool sure = !kind.otherwise || (!as_told.empty() && (at_end || !by_rule));
  if (!sure || as_told.empty()) return {sure, suspects(met, kind.ail)};
  return {sure, tos(as_told)};
}

Wording told_of(const CausalSite& site, const FailureGroup& group, const FailureKind& kind) {
  Obstacles met = met_by(site, group, kind.over);
  std::erase_if(met, [&](const Obstacle& one) {  // a transaction refuses nobody, and ends nothing
    if (kind.cause == Why::bad_release) return one.ailment->kind != What::deploy;
    return kind.ail != Ail::silent && one.ailment->kind == What::open_transaction;
  });
  if (kind.cause == Why::none && kind.over == Purpose::door)
    return told_by_clients(site, kind, group, met);
  if (kind.cause == Why::db_lost)
    if (const Names proxies = proxies_of(site, group); !proxies.empty()) return {true, proxies};
  const Obstacles as_told = those_of(met, kind.ail);
  if (kind.cause == Why::db_lost) {
    const Names ended = ended_before(site, group);
    if (as_told.empty() && !ended.empty()) return {false, ended};
    return {true, tos(as_told.empty() ? met : as_told)};
  }
  // For what hangs the kernel takes connections: it refuses none.
  const bool mixed = kind.ail == Ail::dead && !take_connections(those_of(met, Ail::silent));
  const bool sure = !kind.otherwise || (!as_told.empty() && !mixed);
  return {sure, tos(!sure || as_told.empty() ? met : as_told)};
}

/// Why these got nowhere though nobody ailed whom they met: no room; empty: there was.
std::string missed_room(const CausalSite& site, const FailureGroup& group, Why cause) {
  const FailureKind* const kind = row_of(group, cause);
  const bool nobody_ailed =
      cause == Why::no_server  // one that does not ail is DOWN because its checks found no room
          ? !site.well(Purpose::server, "").empty()
          : kind && kind->ail == Ail::silent &&
                those_of(met_by(site, group, kind->over), Ail::silent).empty();
  return nobody_ailed ? no_room_words(site, group.indices, group.under_way) : "";
}

}  // namespace

const char* ending_of(Outcome outcome) {
  for (const FailureKind& kind : failure_kinds)
    if (kind.ending && kind.outcome == outcome) return kind.ending;
  return nullptr;
}

std::string reason_of(const CausalSite& site, const FailureGroup& group, Why cause) {
  const FailureKind* const row = row_of(group, cause);
  if (!row) return "why was not measured";
  const FailureKind& kind = *row;
  const auto [sure, names] = told_of(site, group, kind);
  if (kind.outcome == Outcome::connect_timeout)
    if (const std::string words = silent_step_words(site, group.arrivals); !words.empty())
      return (sure && !names.empty() ? listed(names) + " did not answer, and " : "") + words;
  const std::string next = cause == Why::db_lost ? who_is_next(site, group) : "";
  if (names.empty() && !next.empty()) return next;
  const std::string who = told(names, met_by(site, group, kind.over), kind.ail);
  std::string text = sure ? kind.text : kind.otherwise;
  // One request met one of them.
  const bool any_of_them = names.size() > 1 && group.causes.at(cause) == 1;
  if (const std::size_t at = text.find('%'); at != std::string::npos)
    text.replace(at, 1,
                 names.empty() ? somebody(site, kind.over) : (any_of_them ? "one of " : "") + who);
  text = site.filled(text, any_of_them ? 1 : std::max<std::size_t>(1, names.size()));
  if (kind.more) text += kind.more(site, group);
  if (!next.empty()) text += ", and " + next;
  const bool waited = kind.outcome == Outcome::timeout || cause == Why::server_timeout ||
                      cause == Why::pool_timeout;
  if (waited && !names.empty() && text.find("because") == text.npos)
    text += ", because " + who + " did not answer";
  const bool by_nobody =
      names.empty() && (kind.ail == Ail::silent || kind.outcome == Outcome::refused);
  if (!by_nobody) return text;
  const std::string behind = kind.outcome == Outcome::timeout ? waiting(site, group) : "";
  if (text.find("because") == text.npos) text += behind;
  if (const std::string words = unanswered_words(site, kind.over, group.indices, group.under_way);
      !words.empty())
    text += (behind.empty() ? ", because " : ", and ") + words;
  return text;
}

std::string no_room_for_most(const Campaign& campaign) {
  std::uint64_t all = 0, dropped = 0;
  Names reasons;
  const auto count = [&](const CausalSite& site, const FailureGroup& group) {
    all += group.requests;
    for (const auto& [cause, requests] : group.causes) {
      const std::string words = missed_room(site, group, cause);
      if (words.empty()) continue;
      dropped += requests;
      append_new(reasons, words);
    }
  };
  for (const Result& run : campaign.results) {
    const CausalSite site(campaign, run);
    for (const FailureGroup& group : failure_groups(site)) count(site, group);
  }
  return 2 * dropped > all ? listed(reasons) : "";
}

}  // namespace spof::report
