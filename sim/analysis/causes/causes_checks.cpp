#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "analysis/causes/causes_site.hpp"
#include "base/append_new.hpp"
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
  const char* kind;  ///< of a check, or who answers one by HTTP
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
    if (one.kind == kind) return one;
  return *std::rbegin(check_words);
}

/// The ailing daemons that checks of this server ask.
Names asked(const CausalSite& site, const std::string& server) {
  Names found;
  const CheckWords& check = words_of_check(site, server);
  if (check.kind == std::string("none")) return found;
  const scenario::Topology& topology = site.campaign.topology;
  const Names ailing = site.ailing();
  for (const scenario::Edge& edge : topology.edges)
    if (edge.wire.purpose == Purpose::server && edge.wire.label == server)
      for (const std::string& there : topology.behind(edge.wire))
        for (const std::string& one : topology.reach(there, check.needs))
          if (has(ailing, one)) append_new(found, one);
  return found;
}

bool all_in(const Names& daemons, const Names& sections) {
  return !daemons.empty() && std::ranges::all_of(daemons, [&](const auto& one) {
    return has(sections, section_of(one));
  });
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
    if (event.what == What::maint || event.what == What::drain) append_new(out, event.target);
  for (const Tally& tally : site.run.tallies)
    for (const measure::Failure& failure : tally.failures)
      if (failure.cause == measure::Cause::no_server) return listed(out);
  return "";
}

/// Why nobody was told of a failure that HAProxy's checks did not see.
std::string words_of_blindness(const CausalSite& site) {
  const scenario::Topology& topology = site.campaign.topology;
  const Names ailing = site.ailing();
  if (all_in(ailing, {"haproxy", "keepalived"})) {
    const bool watched = std::ranges::any_of(topology.edges, [&](const scenario::Edge& edge) {
      return edge.wire.purpose == Purpose::own && has(ailing, edge.wire.to);
    });
    if (watched || !topology.names({"keepalived"}).empty()) return "nobody noticed";
    return topology.names({"haproxy"}).size() > 1
               ? "nobody checks the load balancers: clients go on with the addresses they know"
               : "nobody noticed: it is the only load balancer, and nothing checks it";
  }
  if (all_in(ailing, {"dns"})) return "nobody noticed: nothing checks the name server";
  if (topology.servers.empty()) return "nobody noticed";
  if (const std::string out = taken_out(site); !out.empty())
    return "nobody noticed: no server was UP and in use while an operator had taken " + out +
           " out, which no check looks at";
  const CheckWords* same = words_of_checks(site);
  if (!same) return "nobody noticed, every server stayed UP";
  const CheckWords& check = *same;
  Names all_asked;
  for (const std::string& server : topology.servers)
    for (const std::string& one : asked(site, server)) append_new(all_asked, one);
  const auto failed = std::ranges::count_if(site.run.events, [&](const Event& event) {
    return event.what == What::check_failed && event.time >= site.run.fault_start;
  });
  if (failed > 0)
    return site.filled(
        fmt::format("nobody noticed: {} {{check|checks}} failed, but never {} in a "
                    "row (fall)",
                    failed, site.server_setting(topology.servers.front(), "/check/fall")),
        static_cast<std::uint64_t>(failed));
  const Ailment& first = site.ailments.front();
  const std::string blind = std::string("nobody noticed, every server stayed UP: ") + check.text;
  if (first.kind == What::partition)
    return blind + ", and the load balancer could reach both sides";
  if (all_asked.empty() || first.ail() == Ail::other || check.kind == std::string("tcp"))
    return blind;
  return first.ail() == Ail::slow
             ? "nobody noticed, every server stayed UP: health checks were slower, too, but "
               "answered within their interval"
             : "nobody noticed: health checks went on being answered";
}

/// Where somebody watches, that is no word on what he saw.
std::string blind_words(const CausalSite& site) {
  std::string words = words_of_blindness(site);
  const std::string_view nobody = "nobody noticed";
  if (site.campaign.plan.is_watched && words.starts_with(nobody))
    words.replace(0, nobody.size(), "no check noticed");
  return words;
}

/// " after 3 failed checks in 1.0 s (fastinter 500ms)": how many had failed in a row when a server
/// went DOWN, and what made the pause between them.
std::string row_of_checks(const CausalSite& site, const Event& down) {
  if (down.check.failure == measure::CheckFailure::errors) return "";
  const Event* first = &down;
  int row = 1;
  for (auto one = site.run.events.rbegin(); one != site.run.events.rend(); ++one) {
    if (one->time > down.time || one->source != down.source || one->target != down.target) continue;
    if (one->what != What::check_failed || one->figure != row) {
      if (&*one == &down) continue;
      break;
    }
    first = &*one;
    ++row;
  }
  const std::string inter = site.server_setting(down.target, "/check/inter");
  if (row == 1) return inter.empty() ? "" : " after 1 failed check";
  const std::string fast = site.server_setting(down.target, "/check/fastinter");
  return fmt::format(" after {} failed checks in {}, {}", row, time_text(down.time - first->time),
                     fast.empty() ? "inter " + inter : "fastinter " + fast);
}

/// Those that something ails and that some request may come to.
Names ailing_on_a_way(const CausalSite& site) {
  Names found = site.ailing();
  std::erase_if(found, [&](const std::string& daemon) {
    for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
      if (site.is_on_way(i, daemon)) return false;
    return true;
  });
  return found;
}

/// What one server went through.
struct Marks {
  std::vector<const Event*> down, up;
};

void add_down(const CausalSite& site, const std::string& server, const Marks& marks,
              std::vector<Cause>& chain) {
  const Event& first = *marks.down.front();
  std::string text = fmt::format("{} took {} DOWN{}{}", first.source, server,
                                 row_of_checks(site, first), in_brackets(first));
  if (marks.down.size() > 1) {
    const Event& last = marks.up.empty() ? *marks.down.back() : *marks.up.back();
    text += fmt::format(" and UP again when checks passed, {} times", marks.down.size());
    if (const Names unasked = ailing_on_a_way(site);
        asked(site, server).empty() && !unasked.empty())
      text += ", for they do not ask " + listed(unasked);
    chain.push_back({first.time, std::max(first.time, last.time), std::move(text)});
    return;
  }
  const bool none_left = std::ranges::any_of(site.run.events, [&](const Event& event) {
    return event.what == What::no_server && event.time == first.time;
  });
  const auto& edges = site.campaign.topology.edges;
  const bool database = std::ranges::any_of(edges, [&](const scenario::Edge& edge) {
    return edge.wire.leads_to_database() && edge.wire.label == server;
  });
  text += !none_left ? ": requests went elsewhere from here on"
          : database ? ": no database was left, connections were closed at once"
                     : ": no server was left, all requests got 503";
  chain.push_back({first.time, first.time, std::move(text)});
  for (const Event* up : marks.up)
    chain.push_back(
        {.from = up->time,
         .until = up->time,
         .text = fmt::format("{} took {} UP again{}", up->source, server, in_brackets(*up)),
         .detail = true});
}

/// What Keepalived or a name server noticed and did, a few times.
void add_taken(const Marks& marks, std::vector<Cause>& chain) {
  constexpr std::size_t most = 3;
  for (const auto* events : {&marks.down, &marks.up})
    for (std::size_t i = 0; i < std::min(most, events->size()); ++i) {
      const Event& one = *(*events)[i];
      chain.push_back({.from = one.time,
                       .until = one.time,
                       .text = one.source + ": " + subject(one) + in_brackets(one),
                       .detail = one.role() == Role::restored});
    }
}

}  // namespace

std::string reach_of_checks(const Campaign& campaign) {
  const CheckWords* words = words_of_checks(CausalSite(campaign));
  return words ? words->text : "";
}

void add_checks(const CausalSite& site, bool harmed, std::vector<Cause>& chain) {
  const double start = std::max<double>(site.run.fault_start, 0);
  std::map<std::string, Marks> marks;
  bool noticed = false;
  for (const Event& event : site.run.events) {
    if (event.time < start || (event.role() != Role::detected && event.role() != Role::restored))
      continue;
    noticed = noticed || event.role() == Role::detected;
    if (event.what == What::primary_dead) continue;  // a manager's story is told by itself
    const bool of_server = event.what == What::down || event.what == What::up;
    Marks& mark = marks[of_server ? event.target : event.source];
    (event.role() == Role::detected ? mark.down : mark.up).push_back(&event);
  }
  for (const auto& [whom, all] : marks)
    if (section_of(whom) != "")
      add_taken(all, chain);
    else if (!all.down.empty())
      add_down(site, whom, all, chain);
  if (!noticed && harmed && !site.ailments.empty())
    chain.push_back({start,
                     std::min<double>({std::max(site.ended(), harm_ended(site)), site.run.fault_end,
                                       site.run.duration}),
                     blind_words(site)});
}

}  // namespace spof::report
