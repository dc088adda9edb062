#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "analysis/causes/causes_failures.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

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
  for (const Outage& outage : run.stories[row.request_class].outages)
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

/// All tries from the fault on that failed and were sent again by their clients.
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

/// "mysql@server1 refused connections (1 301); mysql@server1 broke the connection off (12)"
std::string reasons_text(const CausalSite& site, const FailureGroup& group) {
  std::vector<std::pair<Why, std::uint64_t>> order(group.causes.begin(), group.causes.end());
  std::ranges::stable_sort(order, std::greater{}, &std::pair<Why, std::uint64_t>::second);
  Names texts;
  for (const auto& [cause, requests] : order)
    texts.push_back(site.filled(group.reason.empty() ? reason_of(site, group, cause) : group.reason,
                                group.requests) +
                    (order.size() > 1 ? fmt::format(" ({})", count_text(requests)) : ""));
  return joined(texts, "; ");
}

/// Hosts of clients that ended while requests of a group were under way.
Names ended_with(const CausalSite& site, const FailureGroup& group) {
  Names hosts;
  for (const scenario::Node& node : site.campaign.topology.nodes)
    for (const Ailment& one : site.ailments)
      if (node.kind == "clients" && one.target == node.host && is_of_host(one.kind) &&
          group.under_way.holds(one.from))
        append_new(hosts, node.host);
  return hosts;
}

/// "were answered 500 by app@server1 and app@server2"
std::string ending(const CausalSite& site, const FailureGroup& group) {
  if (const char* without_answer = ending_of(group.outcome))
    return site.filled(without_answer, group.requests);
  Names struck;
  for (const Ailment& ailment : site.ailments)
    if (ailment.kind == What::error) append_new(struck, ailment.target);
  const Names apps = group.apps.size() <= group.requests ? group.apps : Names();
  const std::string who = group.by == By::haproxy ? "HAProxy"
                          : group.by == By::nginx ? "Nginx"
                          : group.by == By::app   ? apps.empty() ? "the application" : listed(apps)
                            : struck.empty() ? "a broken part"
                                                  : listed(struck);
  return fmt::format("{} answered {} by {}", group.requests == 1 ? "was" : "were",
                     word(group.outcome), who);
}

/// What died answered no more those that were under way; later ones are refused.
bool is_cut_off(const CausalSite& site, const FailureGroup& group) {
  if (site.ailments.size() != 1 || site.ailments.front().ail() != Ail::dead) return false;
  if (group.arrivals.from > site.run.fault_start) return false;
  if (group.outcome == Outcome::reset || group.outcome == Outcome::closed)
    return group.reason.find(" ended before ") != std::string::npos;
  return group.causes.size() == 1 && group.causes.begin()->first == Why::server_closed &&
         who_closed(site, group).ends_with(" died before it had answered");
}

/// "608 write requests were answered 502 by Nginx: app@server1 refused connections"
std::string told(const CausalSite& site, const FailureGroup& group,
                 const char* nouns = "{request|requests}") {
  const std::string requests = requests_text(group.classes, nouns);
  if (group.outcome == Outcome::unfinished)
    if (const Names gone = ended_with(site, group); !gone.empty())
      return requests + site.filled(" {was|were} under way when ", group.requests) + listed(gone) +
             ", where their clients were, went off";
  return fmt::format("{} {}: {}", requests, ending(site, group), reasons_text(site, group));
}

/// What clients sent again is load of its own. Why the tries failed is told of all but a few.
void add_retries(const CausalSite& site, std::vector<Cause>& chain) {
  Tally all;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    all.merge(from_the_fault(site.run, i));
  const std::uint64_t retries = all.client_retries();
  if (retries == 0 || site.run.fault_start < 0) return;
  const Span time{all.tries_from, all.tries_until};
  std::uint64_t due_meanwhile = 0;
  for (const WindowRow& row : site.run.windows)
    if (time.meets({row.start, row.start + site.run.window})) due_meanwhile += row.requests;
  Names texts;
  for (const FailureGroup& group : groups_of_tries(site))
    if (group.requests * 100 > retries) texts.push_back(told(site, group, "{try|tries}"));
  chain.push_back(
      {std::max<double>(all.tries_from, site.run.fault_start), all.tries_until,
       fmt::format("clients sent {} requests again, on top of {} new ones: {}", count_text(retries),
                   count_text(due_meanwhile), fmt::join(texts, "; "))});
}

}  // namespace

std::vector<FailureGroup> failure_groups(const CausalSite& site) {
  std::vector<FailureGroup> groups;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    for (const Failure& failure : site.run.total({}, i).failures)
      add_group(site, i, failure, groups);
  return groups;
}

void add_failures(const CausalSite& site, std::vector<Cause>& chain) {
  const auto groups = failure_groups(site);
  std::uint64_t all = 0;
  for (const FailureGroup& group : groups) all += group.requests;
  for (const FailureGroup& group : groups) {
    const Span span =
        is_cut_off(site, group) ? Span{site.run.fault_start, site.run.fault_start} : group.arrivals;
    chain.push_back({.from = span.from,
                     .until = span.until,
                     .text = told(site, group),
                     .detail = group.requests * 100 <= all,
                     .requests = group.requests});
  }
  add_retries(site, chain);
}

}  // namespace spof::report
