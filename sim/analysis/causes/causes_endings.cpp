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
      if (node.kind == "clients" && one.target == node.host && measure::is_of_host(one.kind) &&
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
  for (const measure::WindowRow& row : site.run.windows)
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
