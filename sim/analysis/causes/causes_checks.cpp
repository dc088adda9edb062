#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "analysis/causes/causes_site.hpp"
#include "analysis/detection.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/after_fault.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// When the last request that suffered was sent.
double harm_ended(const CausalSite& site) {
  double last = site.run.fault_start;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    last = std::max({last, failures_of(site, i).until, slow_answers(site, i).until});
  return last;
}

/// What checks of a kind ask, and how far that goes.
struct CheckWords {
  std::string_view kind;  ///< of a check, or who answers one by HTTP
  stack::RequestKind needs;
  const char* text;
};
constexpr CheckWords check_words[]{
    {"none", stack::RequestKind::static_file, "there are no health checks"},
    {"tcp", stack::RequestKind::static_file, "health checks only open a connection to the server"},
    {"nginx", stack::RequestKind::static_file,
     "health checks ask Nginx, and reach neither application nor database"},
    {"app", stack::RequestKind::page,
     "health checks ask the application, and do not reach the database"},
    {"primary", stack::RequestKind::write, "health checks reach the primary, and were answered"},
    {"database", stack::RequestKind::read, "health checks reach the database, and were answered"}};

const CheckWords& words_of_check(const CausalSite& site, const std::string& server) {
  std::string kind = site.server_setting(server, "/check/kind");
  if (kind == "httpchk") kind = site.server_setting(server, "/check/answered_by");
  for (const CheckWords& one : check_words)
    if (one.kind == (kind.empty() ? "none" : kind)) return one;
  return *std::rbegin(check_words);
}

/// Daemons among these that checks of this server ask.
Names asked(const CausalSite& site, const std::string& server, const Names& ailing) {
  Names found;
  const CheckWords& check = words_of_check(site, server);
  if (check.kind == "none") return found;
  for (const std::string& one : behind_line(site, server, check.needs))
    if (has(ailing, one)) append_new(found, one);
  return found;
}

/// Whoever is behind the servers of load balancers.
Names behind_servers(const CausalSite& site) {
  Names found;
  for (const std::string& server : site.campaign.topology.servers)
    for (const stack::RequestKind kind : {stack::RequestKind::read, stack::RequestKind::write})
      append_new(found, behind_line(site, server, kind));
  return found;
}

bool has_any(const Names& all, const Names& of) {
  return std::ranges::any_of(of, [&](const std::string& one) { return has(all, one); });
}

/// The same for all servers, or nothing.
const CheckWords* words_of_checks(const CausalSite& site) {
  const CheckWords* all = nullptr;
  for (const std::string& server : site.campaign.topology.servers) {
    const CheckWords& one = words_of_check(site, server);
    if (all && all != &one) return nullptr;
    all = &one;
  }
  return all;
}

/// Servers that an operator's command took out, where requests found no server; empty otherwise.
std::string taken_out(const CausalSite& site) {
  Names out;
  for (const Event& event : site.run.events)
    if (takes_out(event)) append_new(out, event.target);
  for (const Ailment& ailment : site.ailments)
    if (ailment.kind == What::weight && !ailment.beyond.empty())
      append_new(out, ailment.beyond.front());
  return site.run.total().failed_by(measure::Cause::no_server) > 0 ? listed(out) : "";
}

/// Those that some request may come to; if none does, all.
Names on_a_way(const CausalSite& site, const Names& daemons) {
  Names found = daemons;
  std::erase_if(found, [&](const std::string& daemon) {
    for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
      if (site.is_on_way(i, daemon)) return false;
    return true;
  });
  return found.empty() ? daemons : found;
}

/// Failures that nobody noticed for the same reason.
using Unnoticed = std::vector<const Ailment*>;

Names ailing_of(const CausalSite& site, const Unnoticed& ailments) {
  Names found;
  for (const Ailment* one : ailments) append_new(found, site.ailing(*one));
  return found;
}

/// Whether Keepalived only looks there for processes, which are there while they hang.
bool looks_for_processes(const CausalSite& site, const std::string& host) {
  const Json::json_pointer scripts("/keepalived/hosts/" + host + "/vrrp_script");
  return site.campaign.scenario.contains(scripts) &&
         std::ranges::all_of(site.campaign.scenario.at(scripts),
                             [](const Json& one) { return one.at("checks") == "process"; });
}

/// Why nobody was told of the death of load balancers.
std::string blind_to_balancers(const CausalSite& site, const Unnoticed& ailments) {
  const scenario::Topology& topology = site.campaign.topology;
  const Names ailing = ailing_of(site, ailments);
  const bool watched = std::ranges::any_of(topology.edges, [&](const scenario::Edge& edge) {
    const scenario::Node* from = topology.find(edge.from);
    const bool is_user = from && from->kind == "clients";  // redirected
    return edge.wire.purpose == Purpose::own && has(ailing, edge.wire.to) && !is_user;
  });
  const bool unseen = std::ranges::all_of(ailments, [&](const Ailment* one) {
    return one->kind == What::hang && looks_for_processes(site, host_of(one->target));
  });
  if (watched || !topology.names({"keepalived"}).empty())
    return unseen ? "nobody noticed: Keepalived asks whether the process is there, and it was"
                  : "nobody noticed";
  return topology.names({"haproxy"}).size() > 1
             ? "nobody checks the load balancers: clients go on with the addresses they know"
             : "nobody noticed: it is the only load balancer, and nothing checks it";
}

/// Whether a check may have failed for this: while it was there or just after, and of a server
/// whose checks ask somebody who ails; of any where nobody ails behind a server.
bool may_fail_check(const CausalSite& site, const Ailment& ailment, const Event& check) {
  constexpr double told_late = 3;  // a check that began before the end may be told after it
  if (check.time < ailment.from ||
      check.time > std::min(ailment.until, ailment.repaired) + told_late)
    return false;
  const Names ailing = site.ailing(ailment);
  return !asked(site, check.target, ailing).empty() || !has_any(behind_servers(site), ailing);
}

/// How many checks failed for one of these.
std::uint64_t failed_checks(const CausalSite& site, const Unnoticed& ailments) {
  return static_cast<std::uint64_t>(std::ranges::count_if(site.run.events, [&](const Event& event) {
    return event.what == What::check_failed &&
           std::ranges::any_of(
               ailments, [&](const Ailment* one) { return may_fail_check(site, *one, event); });
  }));
}

/// Checks that failed were too few.
std::string too_few_failed(const CausalSite& site, const Unnoticed& ailments) {
  const std::uint64_t failed = failed_checks(site, ailments);
  return site.filled(
      fmt::format("nobody noticed: {} {{check|checks}} failed, but never {} in a row (fall)",
                  failed,
                  site.server_setting(site.campaign.topology.servers.front(), "/check/fall")),
      failed);
}

/// Whether a daemon did nothing in all of this time.
bool was_out(const CausalSite& site, const std::string& daemon, const Span& time) {
  return std::ranges::any_of(site.ailments, [&](const Ailment& one) {
    return (one.ail() == Ail::dead || one.ail() == Ail::silent) && one.from <= time.from &&
           one.until >= time.until && site.troubles(one, daemon, "");
  });
}

/// Whether these only strike hosts of users, or their links.
bool is_of_users(const CausalSite& site, const Ailment& ailment) {
  bool any = false;
  for (const scenario::Node& node : site.campaign.topology.nodes) {
    if (node.host != ailment.target && !has(ailment.parts, node.host)) continue;
    if (node.kind != "clients") return false;
    any = true;
  }
  return any && ailment.beyond.empty();
}

/// Why health checks do not see these; empty: that is not known.
std::string reach_of_checks(const CausalSite& site, const Unnoticed& ailments) {
  const auto all_are = [&](const auto& so) {
    return std::ranges::all_of(ailments, [&](const Ailment* one) { return so(*one); });
  };
  const CheckWords* check = words_of_checks(site);
  if (!check) return "";
  const Names balancers = site.campaign.topology.names({"haproxy"});
  if (std::ranges::all_of(balancers, [&](const std::string& balancer) {
        return all_are([&](const Ailment& one) { return was_out(site, balancer, one.span()); });
      }))
    return listed(balancers) + " did not work itself then";
  if (all_are([&](const Ailment& one) { return is_of_users(site, one); }))
    return "no health check comes from where the users are";
  if (all_are([&](const Ailment& one) { return site.is_nobodys(one) && one.beyond.empty(); }))
    return "";
  if (all_are([](const Ailment& one) { return one.kind == What::partition; }))
    return std::string(check->text) + ", and the load balancer could reach both sides";
  const Names ailing = ailing_of(site, ailments);
  const bool any_asked = std::ranges::any_of(
      site.campaign.topology.servers,
      [&](const std::string& server) { return !asked(site, server, ailing).empty(); });
  const bool none_other = all_are([](const Ailment& one) { return one.ail() != Ail::other; });
  if (!any_asked || !none_other || check->kind == "tcp") return check->text;
  return all_are([](const Ailment& one) { return one.ail() == Ail::slow; })
             ? "health checks were slower, too, but answered within their interval"
             : "health checks went on being answered";
}

/// The same as a sentence.
std::string blind_to_servers(const CausalSite& site, const Unnoticed& ailments) {
  if (site.campaign.topology.servers.empty()) return "nobody noticed";
  const bool any_out = std::ranges::any_of(site.run.events, takes_out);
  const std::string why = reach_of_checks(site, ailments);
  return fmt::format("nobody noticed, {}{}",
                     any_out ? "no server went DOWN" : "every server stayed UP",
                     why.empty() ? "" : ": " + why);
}

/// Why nobody was told of failures that HAProxy's checks did not see: of load balancers, of name
/// servers, of all else. An operator's command is nobody's to notice, but for what it left.
std::vector<std::pair<std::string, Unnoticed>> words_of_blindness(const CausalSite& site) {
  Unnoticed balancers, names, behind, seen, commands;
  for (const Ailment& one : site.ailments) {
    const Names ailing = on_a_way(site, site.ailing(one));
    (ailing.empty() && one.kind != What::partition && section_of(one.target) == "haproxy" ? commands
     : are_all_of(ailing, {"haproxy", "keepalived"}) ? balancers
     : are_all_of(ailing, {"dns"})                   ? names
     : failed_checks(site, {&one}) > 0               ? seen
                                                     : behind)
        .push_back(&one);
  }
  std::vector<std::pair<std::string, Unnoticed>> told;
  if (const std::string out = taken_out(site); !out.empty()) {
    behind.insert(behind.end(), commands.begin(), commands.end());
    told.emplace_back("nobody noticed: no server was UP and in use while an operator had taken " +
                          out + " out, which no check looks at",
                      std::move(behind));
  } else if (!behind.empty()) {
    told.emplace_back(blind_to_servers(site, behind), behind);
  }
  if (!seen.empty()) told.emplace_back(too_few_failed(site, seen), seen);
  if (!balancers.empty()) told.emplace_back(blind_to_balancers(site, balancers), balancers);
  if (!names.empty()) told.emplace_back("nobody noticed: nothing checks the name server", names);
  std::erase_if(told, [](const auto& one) { return one.second.empty(); });
  if (told.empty() && !commands.empty()) told.emplace_back("nobody noticed", commands);
  return told;
}

/// Where somebody watches, systemd starts what died, or a manager looked in vain, that is no word
/// on what these saw.
std::string watched(const CausalSite& site, std::string words) {
  const std::string_view nobody = "nobody noticed";
  const bool managed = looked_in_vain(site.run);
  const bool restarted =
      std::ranges::any_of(site.ailments, [](const Ailment& one) { return one.came_back(); });
  if ((site.campaign.plan.is_watched || managed || restarted) && words.starts_with(nobody))
    words.replace(0, nobody.size(),
                  managed && !restarted ? "nobody acted on it" : "no check noticed");
  return words;
}

/// Those of load balancers after which clients asked nobody.
void add_silent_steps(const CausalSite& site, std::vector<Cause>& chain) {
  constexpr std::size_t most = 3;
  const auto steps = silent_steps(site);
  for (std::size_t i = 0; i < std::min(most, steps.size()); ++i) {
    const Event& one = *steps[i].event;
    chain.push_back(
        at(one.time, fmt::format("{}: {}{}, and nobody announced that {} was elsewhere now",
                                 one.source, subject(one), in_brackets(one), one.target)));
  }
}

/// Until when nobody noticed these.
double unnoticed_until(const CausalSite& site, const Unnoticed& ailments, bool all) {
  double end = 0;
  for (const Ailment* one : ailments) end = std::max(end, one->ended());
  if (all) end = std::max(site.ended(), harm_ended(site));
  return std::min<double>({end, site.run.fault_end, site.run.duration});
}

}  // namespace

bool are_all_of(const Names& daemons, const Names& sections) {
  return !daemons.empty() && std::ranges::all_of(daemons, [&](const auto& one) {
    return has(sections, section_of(one));
  });
}

Names behind_line(const CausalSite& site, const std::string& server, stack::RequestKind needs) {
  Names found;
  for (const std::string& there : site.campaign.topology.ends(Purpose::server, server))
    append_new(found, site.campaign.topology.reach(there, needs));
  return found;
}

Names blind_spots(const CausalSite& site, const std::string& server, const Span& time) {
  Unnoticed there;
  for (const Ailment& one : site.ailments)
    if (one.span().meets(time)) there.push_back(&one);
  const Names ailing = ailing_of(site, there);
  Names found;
  if (!asked(site, server, ailing).empty()) return found;
  for (const stack::RequestKind kind : {stack::RequestKind::read, stack::RequestKind::write})
    for (const std::string& one : behind_line(site, server, kind))
      if (has(ailing, one)) append_new(found, one);
  return found;
}

std::string reach_of_checks(const CausalSite& site, std::uint32_t strike) {
  Unnoticed struck;
  for (const Ailment& ailment : site.ailments)
    if (ailment.strike == strike && ailment.by.empty()) struck.push_back(&ailment);
  const Names ailing = ailing_of(site, struck);
  const Names behind = behind_servers(site);
  if (!ailing.empty() && !behind.empty() && !has_any(behind, ailing))
    return "it looks at its servers alone";
  return reach_of_checks(site, struck);
}

void add_checks(const CausalSite& site, bool harmed, std::vector<Cause>& chain) {
  const double start = std::max<double>(site.run.fault_start, 0);
  constexpr std::size_t most = 3;
  std::map<std::pair<std::string, Role>, std::size_t> told_of;
  const std::vector<SilentStep> steps = silent_steps(site);
  bool noticed = false;
  for (const Event& event : site.run.events) {
    if (event.time < start || (event.role() != Role::detected && event.role() != Role::restored))
      continue;
    noticed = noticed || (event.role() == Role::detected && !learns_again(site.run.events, event));
    // The stories of a manager and of who rolls a release out are told by themselves.
    if (event.what == What::primary_dead || event.what == What::rolled_back) continue;
    if (event.what == What::down || event.what == What::up) continue;  // so are servers
    if (std::ranges::find(steps, &event, &SilentStep::event) != steps.end()) continue;
    // What Keepalived or a name server noticed and did, a few times.
    if (++told_of[{event.source, event.role()}] <= most)
      chain.push_back(at(event.time, event.source + ": " + subject(event) + in_brackets(event),
                         event.role() == Role::restored));
  }
  add_servers(site, chain);
  add_silent_steps(site, chain);
  if (noticed || !harmed) return;
  const auto told = words_of_blindness(site);
  for (const auto& [words, ailments] : told)
    chain.push_back({told.size() == 1 ? start : ailments.front()->from,
                     unnoticed_until(site, ailments, told.size() == 1), watched(site, words)});
}

}  // namespace spof::report
