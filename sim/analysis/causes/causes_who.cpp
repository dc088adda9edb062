#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

#include "analysis/causes/causes_failures.hpp"
#include "analysis/causes/causes_waits.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// An address went to another host, as Keepalived tells: by whom.
std::string moved_text(const Event& event) {
  return event.source + ", which took the address " +
         (event.what == What::address_taken_over ? "over" : "back") + ", did not know {it|them}";
}

/// The same of all addresses of doors, or of databases, that moved while a group was under way.
Names moved_texts(const CausalSite& site, const FailureGroup& group, bool of_doors) {
  Names texts;
  for (const Event& event : site.run.events)
    if (section_of(event.source) == "keepalived" && moves_address(event) &&
        group.under_way.holds(event.time) && is_door(site, event) == of_doors &&
        std::ranges::any_of(group.indices, [&](auto i) { return comes_by(site, event, i); }))
      append_new(texts, moved_text(event));
  return texts;
}

const char* const moved_often = "who had the address next did not know {it|them}";

/// Whether an obstacle was there while they were under way, and could be felt.
bool is_met(const FailureGroup& group, const Obstacle& one) {
  return effect_of(one.ailment->kind).is_felt && one.ailment->span().meets(group.under_way);
}

/// Servers that died while these were under way, by their lines.
Names died_of(const CausalSite& site, const FailureGroup& group) {
  Names dead;
  for (const Obstacle& one : met_by(site, group, Purpose::server))
    if (effect_of(one.ailment->kind).ends_process && one.ailment->from >= group.under_way.from)
      append_new(dead, one.edge->wire.label);
  return dead;
}

/// Servers that had no connection left while a group was under way, or closed a health check, and
/// lived.
Names full_servers(const CausalSite& site, const FailureGroup& group) {
  constexpr double next_check = 1;  // a check that began before a death may be told after the start
  Names full;
  const Obstacles all = site.met(Purpose::server);
  for (const Event& event : site.run.events) {
    if (event.what == What::connections_taken && section_of(event.source) == "nginx" &&
        group.under_way.holds(event.time))
      append_new(full, host_of(event.source));
    if (event.check.failure != measure::CheckFailure::reset) continue;
    const bool died = std::ranges::any_of(all, [&](const Obstacle& one) {
      return one.edge->wire.label == event.target && one.ailment->ail() == Ail::dead &&
             one.ailment->from <= event.time && event.time <= one.ailment->until + next_check;
    });
    if (!died && group.under_way.holds(event.time)) append_new(full, event.target);
  }
  std::ranges::sort(full);
  return full;
}

/// A time in which a database took no writes.
struct ReadOnly {
  std::string database;
  double from = 0, until = INFINITY;
  enum class Because { command, start, replica } because{};
  std::string source = {};  ///< of a replica

  std::string words() const {
    std::string text =
        database + (because == Because::start ? " started so, as its configuration says (read_only)"
                    : because == Because::command ? fmt::format(" was made so at {:.1f} s", from)
                                                  : " was a replica of " + source);
    if (std::isfinite(until))
      text += fmt::format(", until {:.1f} s", until);
    else if (because == Because::start)
      text += ", and nobody made it writable";
    return text;
  }
};

std::vector<ReadOnly> read_only_times(const CausalSite& site) {
  using Because = ReadOnly::Because;
  std::vector<ReadOnly> times;
  const auto is_set = [&](const std::string& database) {
    return site.own(database, "read_only") == "true";
  };
  for (const auto& edge : site.campaign.topology.edges)
    if (edge.wire.purpose == Purpose::source && is_set(edge.from))
      times.push_back({edge.from, 0, INFINITY, Because::replica, edge.wire.to});
  for (const Event& event : site.run.events) {
    if (section_of(event.source) != "mysql") continue;
    const bool starts = event.what == What::serving || event.what == What::accepting ||
                        event.what == What::recovered;
    const bool turns = event.what == What::read_only || event.what == What::read_write ||
                       event.what == What::promoted || starts;
    if (!turns) continue;
    for (ReadOnly& one : times)
      if (one.database == event.source && std::isinf(one.until)) one.until = event.time;
    const bool by_start = starts && is_set(event.source);
    if (event.what == What::read_only || by_start)
      times.push_back(
          {event.source, event.time, INFINITY, by_start ? Because::start : Because::command});
  }
  return times;
}

/// Applications that sent their writes to a database in a time. Behind a proxy or an address that
/// moves it may be any of them: nothing.
std::optional<Names> writers_to(const CausalSite& site, const std::string& database,
                                const Span& time) {
  Names found;
  bool any = false;
  for (const auto& edge : site.campaign.topology.edges) {
    if (edge.wire.purpose != Purpose::write) continue;
    if (section_of(edge.wire.to) != "mysql") return {};
    any = true;
    std::string target = edge.wire.to;
    bool writes = false;
    for (const Event& event : site.run.events) {
      if (event.source != edge.from || event.what != What::write_to || event.time > time.until)
        continue;
      writes = writes || (target == database && event.time >= time.from);
      target = event.target;
    }
    if (writes || target == database) append_new(found, edge.from);
  }
  return any ? std::optional(found) : std::nullopt;
}

/// Whether a load balancer had taken the server at the end of a wire DOWN before a time, and not UP
/// until its end.
bool is_down(const CausalSite& site, const scenario::Edge& edge, const Span& time) {
  const Event* last = last_event(site.run.events, {-never, time.until}, [&](const Event& event) {
    return event.source == edge.from && event.target == edge.wire.label &&
           (event.what == What::down || event.what == What::up);
  });
  return last && last->what == What::down && last->time <= time.from;
}

/// Whether writes may have got to a database in a time, where a proxy decides or an address that
/// moves: a replica must have it, others may be sent to still.
bool may_be_asked(const CausalSite& site, const ReadOnly& one, const Span& time) {
  const auto& topology = site.campaign.topology;
  return std::ranges::any_of(topology.edges, [&](const scenario::Edge& edge) {
    return scenario::carries(edge.wire, stack::RequestKind::write) &&
           has(topology.behind(edge.wire), one.database) && !is_down(site, edge, time) &&
           (one.because != ReadOnly::Because::replica ||
            may_have_address(site, {edge.from, one.database, &edge, nullptr}, time));
  });
}

/// Whom a manager had made the primary in place of this one by a date; empty: nobody.
std::string primary_beside(const CausalSite& site, const std::string& database, double date) {
  const Event* over = last_event(site.run.events, {-never, date}, [](const Event& event) {
    return event.what == What::failed_over;
  });
  return over && over->target != database ? over->target : "";
}

/// Requests that ended as those of a group were under way in a time.
bool has_failures(const CausalSite& site, const FailureGroup& group, const Span& time) {
  return std::ranges::any_of(site.run.windows, [&](const WindowRow& row) {
    return row.outcome == group.outcome && has(group.indices, row.request_class) &&
           under_way(site.run, row).meets(time);
  });
}

}  // namespace

std::string who_holds(const CausalSite& site, const FailureGroup& group) {
  if (const Names slow = attacks_in(site.campaign, stack::Attack::slowloris, group.under_way);
      !slow.empty())
    return "; they were held by " + listed(slow);
  Obstacles waited_for = those_of(site.met(Purpose::read), Ail::silent);
  std::erase_if(waited_for, [&](const Obstacle& one) { return !is_met(group, one); });
  const Names names = tos(waited_for);
  return "; they were held by requests waiting for " +
         (names.empty() ? "the application" : listed(names));
}

std::string who_closed(const CausalSite& site, const FailureGroup& group) {
  Names texts;
  const Names dead = died_of(site, group);
  if (!dead.empty()) texts.push_back(listed(dead) + " died before it had answered");
  if (const Names full = full_servers(site, group); !full.empty())
    texts.push_back(site.filled(fmt::format(
        "Nginx of {} had no connection left, {{worker_connections=nginx/worker_connections}}, "
        "and closed{}",
        listed(full), who_holds(site, group))));
  if (texts.empty()) return "their server closed the connection unanswered";
  return joined(texts, ", and ");
}

std::string who_took(const CausalSite& site, const FailureGroup& group) {
  const Names takers = attacks_in(site.campaign, stack::Attack::brute_force, group.under_way);
  return takers.empty() ? "" : ": " + listed(takers) + " took them";
}

std::string who_cut(const CausalSite& site, const FailureGroup& group) {
  const Names dead = died_of(site, group);
  return (dead.empty() ? "their server" : listed(dead)) + " ended in the middle of the answer";
}

std::string who_dates(const CausalSite& site, const FailureGroup& group) {
  const bool by_wrong_clock = std::ranges::any_of(site.ailments, [&](const Ailment& one) {
    return one.kind == What::clock && one.span().meets(group.under_way);
  });
  return by_wrong_clock ? "had expired by the clock of who looked at it" : "had expired";
}

std::string one_bucket(const CausalSite& site, const FailureGroup&) {
  const bool is_behind =
      std::ranges::any_of(site.campaign.topology.edges, [](const scenario::Edge& edge) {
        return edge.wire.purpose == Purpose::server && section_of(edge.wire.to) == "nginx";
      });
  if (!is_behind || site.value("nginx/real_ip") == "true") return "";
  return "; to it they all have the load balancer's address (real_ip is off)";
}

/// What is sent over a connection that the one who has the address now never took is reset, and so
/// is what a process had not read at its end. Only one of these has happened: else nobody is named.
std::string who_reset(const CausalSite& site, const FailureGroup& group) {
  Names reasons, ended;
  for (const Obstacle& one : met_by(site, group, Purpose::door)) {
    const Ailment& own = *one.ailment;
    if (own.ail() == Ail::dead && own.from >= group.under_way.from) append_new(ended, one.name());
    if (is_of_host(own.kind) && own.until <= group.under_way.until)
      append_new(reasons, host_of(one.to) + ", which had booted, did not know {it|them}");
    if (own.kind == What::firewall_rule) append_new(reasons, "");
  }
  if (!ended.empty())
    reasons.push_back(
        site.filled(listed(ended) + " ended before {it|they} had answered", ended.size()));
  const auto other = reasons.size();
  append_new(reasons, moved_texts(site, group, true));
  if (reasons.size() == 1 && !reasons.front().empty()) return reasons.front();
  if (reasons.size() > 1 && other == 0) return moved_often;
  const Names doors = site.campaign.topology.ends(Purpose::door);
  return (doors.size() == 1 ? doors.front() : somebody(site, Purpose::door)) +
         " broke the connection off";
}

std::string who_is_next(const CausalSite& site, const FailureGroup& group) {
  const Names texts = moved_texts(site, group, false);
  return texts.empty() ? "" : texts.size() == 1 ? texts.front() : moved_often;
}

std::string somebody(const CausalSite& site, Purpose over) {
  constexpr std::array others{"", "the name server", "their server", "the application"};
  if (over != Purpose::door)
    return over < Purpose::read ? others[static_cast<std::size_t>(over)] : "the database";
  Names open = site.well(over, "");
  if (open.empty()) open = site.campaign.topology.ends(over);  // all of them ail
  std::set<std::string> doors;
  for (const std::string& door : open) doors.insert(section_of(door));
  if (doors.size() > 1) return "the server";
  if (doors.empty() || *doors.begin() == "haproxy") return "the load balancer";
  return *doors.begin() == "nginx" ? "the web server" : "the application";
}

Obstacles met_by(const CausalSite& site, const FailureGroup& group, Purpose over) {
  Obstacles met = site.met(group.indices, over);
  std::erase_if(met, [&](const Obstacle& one) { return !is_met(group, one); });
  // What a balancer had taken for DOWN it asked no more, if it asked another one that ails.
  Obstacles asked = met;
  std::erase_if(asked, [&](const Obstacle& one) {
    const double until = over == Purpose::server ? costs_until(site, one) : never;
    return until > 0 && until < group.under_way.from;
  });
  return asked.empty() ? met : asked;
}

Names proxies_of(const CausalSite& site, const FailureGroup& group) {
  Names proxies;
  for (const auto& edge : site.campaign.topology.edges) {
    const bool is_way = std::ranges::any_of(group.indices, [&](std::size_t i) {
      const auto kind = site.kind(i);
      return kind && section_of(edge.from) == "app" && scenario::carries(edge.wire, *kind);
    });
    if (!is_way) continue;
    if (section_of(edge.wire.to) != "haproxy") return {};
    append_new(proxies, edge.wire.to);
  }
  return proxies;
}

std::vector<Refusal> refusals_of(const CausalSite& site, const FailureGroup& group) {
  std::vector<Refusal> found;
  for (const ReadOnly& one : read_only_times(site)) {
    const Span time{std::max(one.from, group.under_way.from),
                    std::min(one.until, group.under_way.until)};
    if (time.from > time.until || !has_failures(site, group, time)) continue;
    const auto writers = writers_to(site, one.database, time);
    if (writers ? writers->empty() : !may_be_asked(site, one, time)) continue;
    const std::string primary = primary_beside(site, one.database, time.from);
    const std::string untold = " {was|were} not told that " + primary + " was the primary";
    found.push_back({writers.value_or(Names{}),
                     primary.empty() || !writers
                         ? one.words()
                         : fmt::format("{}{}, and went on with {}", listed(*writers),
                                       site.filled(untold, writers->size()), one.database)});
  }
  return found;
}

std::string who_refuses(const CausalSite& site, const FailureGroup& group) {
  Names texts;
  for (const Refusal& one : refusals_of(site, group)) append_new(texts, one.words);
  return texts.empty() ? "" : ": " + joined(texts, ", then ");
}

}  // namespace spof::report
