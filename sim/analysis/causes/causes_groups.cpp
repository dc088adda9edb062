#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "analysis/causes/causes_failures.hpp"
#include "analysis/causes/causes_waits.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

using measure::Failure;
using measure::WindowRow;
using Why = measure::Cause;

By by_whom(const Failure& failure) {
  if (failure.outcome == Outcome::http_408) return By::haproxy;
  if (failure.cause == Why::none || failure.cause == Why::answer_cut ||
      failure.cause == Why::answer_stalled || failure.cause == Why::client_silent ||
      failure.outcome == Outcome::certificate)
    return By::client;
  if (failure.cause <= Why::rate_limited) return By::haproxy;
  if (failure.cause <= Why::no_live_upstream || failure.cause == Why::request_limited ||
      failure.cause == Why::body_too_large || failure.cause == Why::no_temp_file ||
      failure.cause == Why::asset_missing || failure.cause == Why::worker_connections)
    return By::nginx;
  return failure.cause == Why::injected ? By::injected : By::app;
}

/// When the requests of a row arrived: not outside the outages among which they are.
Span arrivals_of(const Result& run, const WindowRow& row) {
  const double begin = row.start, end = begin + run.window;
  const double least =
      row.phase == Phase::before || end + run.window <= run.fault_start ? 0 : run.fault_start.value;
  Span failing = no_span;
  for (const measure::Outage& outage : run.stories[row.request_class].outages)
    if (outage.start <= end && outage.end >= begin) failing.cover({outage.start, outage.end});
  if (failing.from > failing.until) failing = {begin, end};
  return {std::max(least, std::max(begin, failing.from)),
          std::max(least, std::min(end, failing.until))};
}

void cover_group(const FailureGroup& part, FailureGroup& group) {
  group.arrivals.cover(part.arrivals);
  group.under_way.cover(part.under_way);
}

bool is_alike(const FailureGroup& a, const FailureGroup& b) {
  return a.outcome == b.outcome && a.by == b.by && a.apps == b.apps && a.reason == b.reason;
}

/// Joins what is of one class to what ended alike.
void join_group(std::vector<FailureGroup>& groups, const FailureGroup& one) {
  const auto found =
      std::ranges::find_if(groups, [&](const FailureGroup& group) { return is_alike(group, one); });
  if (found == groups.end()) return groups.push_back(one);
  found->requests += one.requests;
  for (const auto& [cause, requests] : one.causes) found->causes[cause] += requests;
  if (found->indices.back() != one.indices.back()) {
    found->indices.push_back(one.indices.back());
    found->classes.emplace_back(one.classes.back().first, 0);
  }
  found->classes.back().second += one.requests;
  cover_group(one, *found);
}

/// Those applications that met a database which ailed, or wrote to a read-only one.
Names apps_of(const CausalSite& site, const FailureGroup& group, Why cause) {
  if (cause == Why::db_read_only) {
    Names writers;
    for (const Refusal& one : refusals_of(site, group)) {
      if (one.apps.empty()) return {};  // any may have
      append_new(writers, one.apps);
    }
    return writers;
  }
  Obstacles met = met_by(site, group, Purpose::read);
  if (cause == Why::db_refused || cause == Why::db_lost)  // no transaction does that
    std::erase_if(met,
                  [](const Obstacle& one) { return one.ailment->kind == What::open_transaction; });
  Names apps = froms(met);
  std::erase_if(apps, [](const std::string& name) { return section_of(name) != "app"; });
  return apps;
}

/// So many requests of a class that ended one way for one cause, at a time that is still to be
/// told.
FailureGroup group_of(const CausalSite& site, std::size_t index, const Failure& failure,
                      std::uint64_t requests) {
  return {.outcome = failure.outcome,
          .by = by_whom(failure),
          .requests = requests,
          .classes = {{site.campaign.plan.classes[index], requests}},
          .indices = {index},
          .causes = {{failure.cause, requests}}};
}

/// Adds it, once its time is known, to those that ended alike.
void add_told(const CausalSite& site, FailureGroup group, std::vector<FailureGroup>& groups) {
  const Why cause = group.causes.begin()->first;
  if (group.by == By::client) group.reason = reason_of(site, group, cause);
  if (group.by == By::app) group.apps = apps_of(site, group, cause);
  join_group(groups, group);
}

/// All requests of a class that ended one way for one cause. What clients saw by themselves is
/// told row by row: what broke first did not break what came later.
void add_group(const CausalSite& site, std::size_t index, const Failure& failure,
               std::vector<FailureGroup>& groups) {
  const Span dated{failure.first, failure.last};
  const bool is_dated = dated.from <= dated.until;
  FailureGroup whole = group_of(site, index, failure, failure.requests);
  std::vector<FailureGroup> parts;
  std::uint64_t in_rows = 0;
  for (const WindowRow& row : site.run.windows) {
    if (row.request_class != index || row.outcome != failure.outcome) continue;
    if (is_dated && !dated.meets({row.start, row.start + site.run.window})) continue;
    in_rows += row.requests;
    FailureGroup part = group_of(site, index, failure, row.requests);
    part.arrivals = arrivals_of(site.run, row);
    part.under_way = under_way(site.run, row);
    cover_group(part, whole);
    parts.push_back(std::move(part));
  }
  if (parts.empty()) {  // nothing is kept of when they were
    whole.under_way = {-never, never};
    whole.arrivals = {};
  }
  if (is_dated && !parts.empty()) {
    whole.arrivals = {std::max(whole.arrivals.from, dated.from),
                      std::min(whole.arrivals.until, dated.until)};
    whole.under_way.from = std::max(whole.under_way.from, dated.from);
  }
  // Who asks for a name may wait for what somebody else has asked.
  const bool at_door = failure.cause == Why::none && failure.outcome != Outcome::dns_failure;
  const bool by_row = at_door && in_rows == failure.requests && in_rows > 0;
  if (!by_row) parts = {std::move(whole)};
  for (FailureGroup& part : parts) add_told(site, std::move(part), groups);
}

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
  return measure::effect_of(one.ailment->kind).is_felt &&
         one.ailment->span().meets(group.under_way);
}

/// Servers that died while these were under way, by their lines.
Names died_of(const CausalSite& site, const FailureGroup& group) {
  Names dead;
  for (const Obstacle& one : met_by(site, group, Purpose::server))
    if (measure::effect_of(one.ailment->kind).ends_process &&
        one.ailment->from >= group.under_way.from)
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
    if (measure::is_of_host(own.kind) && own.until <= group.under_way.until)
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

std::vector<FailureGroup> failure_groups(const CausalSite& site) {
  std::vector<FailureGroup> groups;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    for (const Failure& failure : total(site.run, {}, i).failures)
      add_group(site, i, failure, groups);
  return groups;
}

std::vector<FailureGroup> groups_of_tries(const CausalSite& site) {
  std::vector<FailureGroup> groups;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i) {
    const Tally tally = from_the_fault(site.run, i);
    for (const Failure& failure : tally.tries) {
      FailureGroup group = group_of(site, i, failure, failure.requests);
      group.under_way = group.arrivals = {tally.tries_from, tally.tries_until};
      add_told(site, std::move(group), groups);
    }
  }
  return groups;
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

}  // namespace spof::report
