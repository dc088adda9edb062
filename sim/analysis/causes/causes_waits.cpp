#include "analysis/causes/causes_waits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "analysis/causes/causes_failures.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// Somebody waited for a silent daemon: how they call themselves, and after what they try another,
/// if there is one. Whoever is hung takes connections, and nobody tries another.
struct Silence {
  Purpose over;
  const char* who;  ///< nullptr: the daemons at the near end
  const char* until;
};
constexpr Silence silences[]{
    {Purpose::name, "their clients", "{timeout=dns/timeout}"},
    {Purpose::door, "their clients", "{connect_timeout=clients/connect_timeout}"},
    {Purpose::server, "HAProxy", "{timeout connect=haproxy/timeout/connect}"},
    {Purpose::upstream, nullptr, "{proxy_connect_timeout=nginx/proxy_connect_timeout}"},
    {Purpose::read, nullptr, nullptr}};

/// How long who waits does so at most; 0: that is not known. Clients that say nothing wait as long
/// as their kernel. [TCP-1]
double patience(const Silence& kind, const Wait& wait) {
  constexpr double kernels = 127;
  const std::string braced = kind.until;  // "{name=path}"
  const std::size_t equals = braced.find('=');
  const double seconds = wait.site.seconds(braced.substr(equals + 1, braced.size() - equals - 2));
  return seconds == 0 && kind.over == Purpose::door ? kernels : seconds;
}

constexpr double no_neighbour = 3;  // seconds until a kernel finds that one is gone [TCP-6]

/// Whether the late answers of a wait were late enough to have been given up and sent to another:
/// after the time-out of who waited, or when his kernel found that a neighbour is gone. Or who was
/// silent may have answered them himself.
bool may_have_waited(const Silence& kind, const Wait& wait, const Obstacles& silent) {
  return wait.slowest() >= std::min(no_neighbour, patience(kind, wait)) ||
         std::ranges::any_of(silent, [&](const Obstacle& one) {
           return one.ailment->until <= wait.span.until + wait.slowest();
         });
}

std::string silence_words(const Silence& kind, const Wait& wait) {
  const Obstacles silent = wait.met(kind.over, Ail::silent);
  if (silent.empty()) return "";
  std::string text = fmt::format("{} waited for {}, which did not answer",
                                 kind.who ? kind.who : listed(froms(silent)),
                                 told(tos(silent), silent, Ail::silent));
  if (!kind.until || take_connections(silent)) return text;
  const Names others = wait.site.well(kind.over, silent.front().from);
  const bool all_back = std::ranges::all_of(
      silent, [&](const Obstacle& one) { return one.ailment->until < wait.site.run.duration; });
  const bool gave_up = wait.slowest() >= patience(kind, wait);
  const bool stayed =
      kind.over == Purpose::door && all_back && !gave_up && wait.slowest() > no_neighbour + 1;
  if (!others.empty() && !stayed) {
    if (!may_have_waited(kind, wait, silent)) return "";
    return text + (gave_up ? ", for " + wait.site.filled(kind.until) : "") +
           (kind.over == Purpose::server ? "" : ", and then asked " + listed(others));
  }
  if (kind.over == Purpose::door && all_back)
    text += fmt::format(" (TCP sends again after {})", sent_again_after(wait));
  return text;
}

/// Which active servers a load balancer had left in use beside this one when it had fewest, in a
/// span of time.
Names fewest_up(const CausalSite& site, const Obstacle& dead, const Span& span) {
  const auto backend = [](const scenario::Edge& edge) {
    return edge.written.substr(0, edge.written.rfind('/'));
  };
  const auto set_to = [&](const scenario::Edge& edge, const char* pointer, const char* value) {
    return site.server_setting(edge.wire.label, pointer) == value;
  };
  Names up;
  for (const scenario::Edge& edge : site.campaign.topology.edges)
    if (edge.from == dead.from && edge.wire.purpose == Purpose::server &&
        backend(edge) == backend(*dead.edge) && !set_to(edge, "/backup", "true") &&
        !(edge.wire.to_replica && set_to(edge, "/check/answered_by", "primary")))
      up.push_back(edge.wire.label);
  const Names all = up;
  Names fewest = up;
  for (const Event& event : site.run.events) {
    if (event.source != dead.from || event.time > span.until || !has(all, event.target)) continue;
    if (event.what == What::down || takes_out(event)) std::erase(up, event.target);
    if (event.what == What::up || event.what == What::ready) append_new(up, event.target);
    if (event.time < span.from || (!up.empty() && up.size() < fewest.size())) fewest = up;
  }
  return fewest;
}

/// Dead servers of HAProxy that late requests may have been sent to, and again: those that it
/// counts itself, and databases, whose connections have no requests.
Obstacles tried_again(const Wait& wait) {
  Obstacles dead;
  if (wait.tally.retries > 0) dead = wait.met(Purpose::server, Ail::dead);
  for (Obstacle& one : wait.met(Purpose::read, Ail::dead))
    if (one.edge->wire.leads_to_database() && wait.site.value("haproxy/retries") != "0")
      dead.push_back(std::move(one));
  return dead;
}

/// What leads a request to one server, whoever else there is, up to its last try. [HA-27] [HA-47]
std::string tie(const CausalSite& site) {
  return site.value("haproxy/cookie") == "true"      ? "their cookie"
         : site.value("haproxy/balance") == "source" ? "the hash of their address"
                                                     : "";
}

/// A refusal costs no time but the pause before the same server is tried again, or the last one.
std::string refused_words(const Wait& wait) {
  Obstacles dead = tried_again(wait);
  if (dead.empty() || !wait.met(Purpose::server, Ail::silent).empty()) return "";
  Names last;
  const std::string tied_by = tie(wait.site);
  if (wait.site.value("haproxy/redispatch") != "false" && tied_by.empty()) {
    last = fewest_up(wait.site, dead.front(), wait.span);
    if (last.size() > 1) return "";
  }
  std::erase_if(dead, [&](const Obstacle& one) {
    return !last.empty() && one.edge->wire.label != last.front();
  });
  if (dead.empty()) return "";
  return fmt::format("{} refused them, and HAProxy waits 1 s before each further try{}",
                     told(tos(dead), dead, Ail::dead),
                     !last.empty()      ? ": no other server was UP and in use"
                     : !tied_by.empty() ? ": " + tied_by + " led there"
                                        : "");
}

/// It listens before its workers have imported the application.
std::string starting_words(const Wait& wait) {
  Names starting;
  for (const Purpose over : {Purpose::door, Purpose::server, Purpose::upstream})
    for (const Obstacle& one : wait.met(over, Ail::dead)) {
      const double start = std::min(one.ailment->restarted, one.ailment->repaired);
      if (section_of(one.to) == "app" && wait.span.until > start &&
          wait.span.from >= start - wait.slowest() &&
          wait.site.started_anew(one.to, {one.ailment->from, INFINITY}))
        append_new(starting, one.to);
    }
  if (starting.empty()) return spent_words(wait);
  return listed(starting) + wait.site.filled(
                                " {was|were} starting, and {takes|take} connections "
                                "before {its|their} workers serve",
                                starting.size());
}

/// Applications that ask a database: the near end of a wire, or those who come by a load balancer.
Names applications_of(const CausalSite& site, const std::string& from) {
  if (section_of(from) == "app") return {from};
  Names found;
  for (const scenario::Edge& edge : site.campaign.topology.edges)
    if (section_of(edge.from) == "app" && has(site.campaign.topology.behind(edge.wire), from))
      append_new(found, edge.from);
  return found;
}

/// Applications whose threads all wait for a silent database on behalf of other classes. By
/// elimination: these need no silent database, or not even those that need none were answered.
std::string starved_words(const Wait& wait) {
  const CausalSite& site = wait.site;
  if (!wait.beyond_files()) return "";
  const Obstacles own = wait.met(Purpose::read, Ail::silent);
  if (!own.empty() && site.run.stories[wait.request_class].longest_gap <= measure::slow_limit)
    return "";
  const Names waiting = froms(site.met(wait.request_class, Purpose::read));
  Names texts;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    for (const Obstacle& one : those_of(site.met(i, Purpose::read), Ail::silent))
      for (const std::string& holder : applications_of(site, one.from))
        if (!has(waiting, holder))
          append_new(texts, held_text(holder, site.campaign.plan.classes[i], one.to));
  if (texts.empty()) return held_words(wait);
  return joined(texts, "; ");
}

/// What is slow on a class's way, and what may be: a link that is nobody's card, a disk.
std::string slow_words(const Wait& wait) {
  const auto kind = wait.site.kind(wait.request_class);
  const std::string& name = wait.site.campaign.plan.classes[wait.request_class];
  const std::string from_disk = wait.site.setting("/classes/" + name + "/from_disk");
  const bool uses_disks =
      kind == stack::RequestKind::write || (from_disk != "" && from_disk != "0%");
  std::vector<const Ailment*> slow;
  for (const Silence& way : silences)
    for (const Obstacle& one : wait.met(way.over, Ail::slow))
      append_new<const Ailment*>(slow, one.ailment);
  for (const Ailment& one : wait.site.ailments)
    if (one.ail() == Ail::slow && wait.site.is_nobodys(one) && (one.beyond.empty() || uses_disks))
      append_new<const Ailment*>(slow, &one);
  std::map<std::string, Names> texts;
  for (const Ailment* one : slow)
    append_new(
        texts[slowness(one->kind) + (one->kind == What::loss ? ", which TCP sends again" : "")],
        one->target);
  Names told;
  for (const auto& [what, names] : texts) told.push_back(listed(names) + what);
  return listed(told);
}

/// A link that is nobody's card, and was silent while these were sent.
std::string lost_words(const Wait& wait) {
  Names links;
  for (const Ailment& one : wait.site.ailments)
    if (one.ail() == Ail::silent && wait.site.is_nobodys(one) && one.span().meets(wait.span))
      append_new(links, one.target);
  return links.empty() ? ""
                       : fmt::format(
                             "what was sent over {} was lost, and TCP sends again at growing "
                             "intervals",
                             listed(links));
}

/// What held up writes, to those who write, and to those who find the writers' threads taken;
/// nothing to those who need no application.
std::string held_by(const Wait& wait, const std::string& writes) {
  const auto kind = wait.beyond_files();
  return !kind ? ""
         : kind == stack::RequestKind::write
             ? writes
             : "all threads of the application were held by writes: " + writes;
}

/// A primary that waits at each commit for a replica that answers nothing.
std::string acknowledgement_words(const Wait& wait) {
  const CausalSite& site = wait.site;
  Names primaries;
  for (const Event& event : site.run.events)
    if (event.what == What::semi_sync_off && event.time >= wait.span.from &&
        event.time <= wait.span.until + wait.slowest())
      append_new(primaries, event.source);
  if (primaries.empty()) return "";
  return held_by(wait,
                 fmt::format("{} waited at each commit for a replica that did not answer, for "
                             "semi_sync_timeout ({})",
                             listed(primaries), site.own(primaries.front(), "semi_sync_timeout")));
}

/// A migration that kept a table to itself.
std::string migration_words(const Wait& wait) {
  const Span time{wait.span.from, wait.span.until + wait.slowest()};
  if (const Names closed = wait.site.closed_tables(time); !closed.empty()) {
    const auto kind = wait.beyond_files();
    if (!kind) return "";
    return (*kind < stack::RequestKind::read ? "all threads of the application were held: " : "") +
           closed_words(closed);
  }
  const Names locking = wait.site.locking(time);
  if (locking.empty()) return "";
  return held_by(wait, listed(locking) + " changed the schema, and locked a table");
}

/// A primary whose log waits for space.
std::string space_words(const Wait& wait) {
  const Names full = wait.site.without_space(wait.span);
  if (full.empty()) return "";
  return held_by(wait, listed(full) +
                           " waited at each commit for space on its disk, and looked for "
                           "it every 60 s");
}

/// A kind of reason for late answers: what it says of a class, if that is so; else nothing.
using WaitKind = std::string (*)(const Wait&);
constexpr std::array wait_kinds{refused_words,   moving_words,  stepped_words,
                                starting_words,  starved_words, acknowledgement_words,
                                migration_words, space_words,   lost_words,
                                slow_words,      full_words,    busy_words,
                                crowd_words,     queue_words};

std::string wait_words(const Wait& wait) {
  Names reasons;
  const char* again = "sent again by their clients after a failure";
  if (wait.span.again == wait.span.requests) return again;
  if (wait.span.again > 0)
    reasons.push_back(fmt::format("{} of them were {}", count_text(wait.span.again), again));
  for (const Silence& kind : silences) append_new(reasons, silence_words(kind, wait));
  for (const WaitKind words : wait_kinds) append_new(reasons, words(wait));
  std::erase(reasons, "");
  if (reasons.empty()) return "what they waited for was not measured";
  return joined(reasons, "; ");
}

/// From when on a load balancer may have asked a dead server: after an operator had taken it out,
/// not before he put it back.
double asked_from(const CausalSite& site, const Obstacle& one, double until) {
  double from = one.ailment->from;
  bool is_out = false;
  for (const Event& event : site.run.events) {
    if (event.source != one.from || event.target != one.edge->wire.label || event.time > until)
      continue;
    if (takes_out(event)) is_out |= event.time <= from;
    if (event.what != What::ready) continue;
    if (std::exchange(is_out, false)) from = std::max<double>(from, event.time);
  }
  return is_out ? until : from;
}

/// Requests that lost no time by a try at a server that was down.
void add_sent_on(const CausalSite& site, std::vector<Cause>& chain) {
  std::uint64_t moved = 0;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i) {
    if (slow_answers(site, i).requests > 0) return;
    const Tally tally = from_the_fault(site.run, i);
    const std::uint64_t in_vain = tally.failed_by(measure::Cause::connect_error);
    moved += tally.redispatched - std::min(tally.redispatched, in_vain);
  }
  const Obstacles dead = those_of(site.met(Purpose::server), Ail::dead);
  if (moved == 0 || dead.empty()) return;
  Span span = no_span;
  for (const Obstacle& one : dead) {
    const double until = std::min<double>(costs_until(site, one), site.run.duration);
    span.cover({std::min(asked_from(site, one, until), until), until});
  }
  chain.push_back({span.from, span.until,
                   fmt::format("{} requests were refused by {}, and HAProxy sent them to another "
                               "server at once (redispatch)",
                               count_text(moved), listed(tos(dead)))});
}

}  // namespace

std::string sent_again_after(const Wait& wait) {
  constexpr std::array dates{1, 3, 7, 15, 31};
  Names reached{"1"};
  for (const int date : dates)
    if (date > 1 && date <= wait.slowest()) reached.push_back(std::to_string(date));
  return listed(reached) + " s";
}

double costs_until(const CausalSite& site, const Obstacle& one) {
  const Purpose over = one.edge->wire.purpose;
  const bool only_refuses = one.ailment->kind == What::crash && std::isinf(one.ailment->until);
  const bool may_cost = one.ailment->ail() != Ail::other || one.ailment->rule.refuses;
  if (!may_cost || (only_refuses && over > Purpose::server)) return 0;
  if (over == Purpose::server)
    for (const Event& event : site.run.events)
      if (event.what == What::down && event.source == one.from &&
          event.target == one.edge->wire.label && event.time >= one.ailment->from)
        return event.time;
  return std::min(one.ailment->until, one.asked_until);
}

std::optional<stack::RequestKind> Wait::beyond_files() const {
  const auto kind = site.kind(request_class);
  return kind == stack::RequestKind::static_file ? std::nullopt : kind;
}

Obstacles Wait::met(Purpose over, Ail ail) const {
  Obstacles found = those_of(site.met(request_class, over), ail);
  std::erase_if(found, [&](const Obstacle& one) {
    const Span both{std::max(one.ailment->from, span.from),
                    std::min(one.ailment->until, span.until)};
    return one.ailment->from > span.until || costs_until(site, one) < span.from ||
           (over == Purpose::door && !may_have_address(site, one, both));
  });
  return found;
}

void add_waits(const CausalSite& site, std::vector<Cause>& chain) {
  add_load(site, chain);
  add_sent_on(site, chain);
  struct Told {
    std::string why;
    Suffered span;
    std::vector<std::pair<std::string, std::uint64_t>> classes;
  };
  std::vector<Told> all;
  const auto is_told_by = [](const Told& one, const std::string& why, const Suffered& spell) {
    return one.why == why && one.span.meets(spell);
  };
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    for (const Suffered& spell : slow_spells(site, i)) {
      const Wait wait{site, i, spell, from_the_fault(site.run, i)};
      const std::string why = wait_words(wait);
      auto one = std::ranges::find_if(
          all, [&](const Told& known) { return is_told_by(known, why, spell); });
      if (one == all.end()) one = all.insert(one, {why, {no_span}, {}});
      one->span.add(spell);
      value_at(one->classes, site.campaign.plan.classes[i]) += spell.requests;
    }
  for (const Told& one : all)
    chain.push_back({one.span.from, one.span.until,
                     fmt::format("{} were answered late, up to {}: {}", requests_text(one.classes),
                                 time_text(one.span.slowest), one.why)});
}

}  // namespace spof::report
