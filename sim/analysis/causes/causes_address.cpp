#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "analysis/causes/causes_waits.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// An event may tell of several addresses.
bool is_about(const Event& event, const std::string& address) {
  return (" " + event.target + " ").find(" " + address + " ") != std::string::npos;
}

/// Somebody says that he has an address: whoever sends to it sends there from then on.
constexpr bool announces(const Event& event) {
  return moves_address(event) || event.what == What::rival_heard;
}

/// Somebody who meets this asks for what an event is about.
bool is_asked_for(const CausalSite& site, const Event& event, const auto& meets) {
  return std::ranges::any_of(site.campaign.topology.edges, [&](const scenario::Edge& edge) {
    return meets(edge) && is_about(event, edge.wire.host);
  });
}

/// It gave all of its addresses up for something that it tracks, or its host is gone or cut off
/// from everybody.
bool is_without_address(const CausalSite& site, const std::string& host, double date) {
  bool faulty = false;
  for (const Event& event : site.run.events) {
    if (event.time > date) break;
    if (event.source != "keepalived@" + host) continue;
    if (event.what == What::vrrp_fault) faulty = true;
    if (moves_address(event)) faulty = false;
  }
  return faulty || std::ranges::any_of(site.ailments, [&](const Ailment& one) {
           const bool all_of_it =
               is_of_host(one.kind) || one.kind == What::link_down || one.kind == What::hang;
           return all_of_it && one.from <= date && one.until >= date &&
                  one.strikes("keepalived@" + host);
         });
}

/// The master of before has heard it, and has given way.
bool is_followed(const CausalSite& site, const Event& taken) {
  for (const Event& event : site.run.events) {
    if (event.time < taken.time || event.target != taken.target || &event == &taken) continue;
    if (event.what == What::vrrp_backup && event.figure > 0) return event.source != taken.source;
    if (moves_address(event)) return false;
  }
  return false;
}

/// Since when nobody had an address until this event: who had it gave it up, or his host died, and
/// who took it next heard no master; nullopt: somebody had it.
std::optional<double> given_up_before(const CausalSite& site, const Event& taken) {
  const bool hears_none = taken.what == What::address_taken_over && taken.figure <= 0 &&
                          taken.setting == 0 && taken.version.empty();
  if (!hears_none) return std::nullopt;
  std::optional<double> found;
  double moved = -1;
  for (const Event& event : site.run.events) {
    if (event.time >= taken.time) break;
    if (event.target != taken.target) continue;
    if (event.what == What::vrrp_fault &&
        owner_of(site, taken.target, event.time) == host_of(event.source))
      found = event.time;
    if (!moves_address(event)) continue;
    found = std::nullopt;
    moved = event.time;
  }
  for (const Ailment& one : site.ailments)
    if (!found && is_of_host(one.kind) && one.from > moved && one.from < taken.time &&
        owner_of(site, taken.target, one.from) == one.target)
      found = one.from;
  for (const Ailment& one : site.ailments)  // Keepalived drops an address as it starts
    if (!found && section_of(one.target) == "keepalived" && one.until > moved &&
        one.until < taken.time && owner_of(site, taken.target, one.until) == host_of(one.target))
      found = one.until;
  return found;
}

/// The host whose priority for an address is the highest; empty: of none, or of several.
std::string first_owner(const CausalSite& site, const std::string& address) {
  std::string owner;
  int best = 0;
  for (const auto& one : site.campaign.topology.addresses) {
    if (one.address != address) continue;
    if (one.priority == best) owner.clear();  // nobody knows
    if (one.priority > best) owner = one.host;
    best = std::max(best, one.priority);
  }
  return owner;
}

/// An address came to another host, and nobody had it meanwhile.
bool left_a_gap(const CausalSite& site, const Event& event) {
  if (event.what == What::address_taken_back) return true;
  if (event.what != What::address_taken_over) return false;
  return event.setting != 0 || is_followed(site, event) ||
         std::ranges::any_of(rivals(site, event), [&](const auto& host) {
           return is_without_address(site, host, event.time);
         });
}

}  // namespace

/// By Keepalived's events, or before any by the priorities.
std::string owner_of(const CausalSite& site, const std::string& address, double date) {
  std::string owner = first_owner(site, address);
  double since = -1;
  for (const Event& event : site.run.events)
    if (event.time <= date && announces(event) && is_about(event, address)) {
      owner = host_of(event.source);
      since = event.time;
    }
  // Who gave it up in silence is still sent to for a while, and then whom he had heard.
  for (const SilentStep& step : silent_steps(site))
    if (step.until <= date && step.event->time >= since && is_about(*step.event, address))
      owner = step.owner;
  return owner;
}

std::string unmoved_words(const CausalSite& site, const Event& event) {
  constexpr double longest = 10;  // that a takeover may take
  const std::string owner = host_of(event.source);
  if (owner_of(site, event.target, event.time) != owner) return "";
  for (const Event& one : site.run.events)
    if (announces(one) && is_about(one, event.target) && host_of(one.source) != owner &&
        one.time > event.time && one.time <= event.time + longest)
      return "";
  for (const auto& one : site.campaign.topology.addresses) {
    const std::string standby = "keepalived@" + one.host;
    const bool is_struck = std::ranges::any_of(site.ailments, [&](const Ailment& ailment) {
      return (ailment.strikes(standby) || ailment.strikes(one.host)) &&
             ailment.from <= event.time + longest && ailment.until > event.time;
    });
    if (one.address != event.target || one.host == owner || is_struck) continue;
    const std::string stays =
        fmt::format("{} stayed with {}, which failed its own check", event.target, owner);
    if (one.priority <= event.figure)
      return fmt::format("{}: its priority was still {} against the {} of {} (weight)", stays,
                         event.figure, one.priority, standby);
    if (site.own(standby, "nopreempt") == "true")
      return fmt::format("{}: {} has {} against {}, but leaves a master in peace (nopreempt)",
                         stays, standby, one.priority, event.figure);
  }
  return "";
}

bool is_by_standby(const CausalSite& site, const Event& event) {
  if (section_of(event.source) != "haproxy") return false;
  for (const auto& edge : site.campaign.topology.edges)
    if (edge.wire.purpose == Purpose::door)
      if (const std::string owner = owner_of(site, edge.wire.host, event.time); !owner.empty())
        return owner != host_of(event.source);
  return false;
}

bool may_have_address(const CausalSite& site, const Obstacle& one, const Span& time) {
  const auto may = [&](double date) {
    const std::string owner = owner_of(site, one.edge->wire.host, date);
    return owner.empty() || owner == host_of(one.to);
  };
  return may(time.from) || std::ranges::any_of(site.run.events, [&](const Event& event) {
           return announces(event) && time.holds(event.time) && may(event.time);
         });
}

Names rivals(const CausalSite& site, const Event& event) {
  Names hosts;
  for (const auto& one : site.campaign.topology.addresses)
    if (is_about(event, one.address) && one.host != host_of(event.source))
      append_new(hosts, one.host);
  return hosts;
}

bool is_door(const CausalSite& site, const Event& event) {
  return is_asked_for(
      site, event, [](const scenario::Edge& edge) { return edge.wire.purpose == Purpose::door; });
}

bool comes_by(const CausalSite& site, const Event& event, std::size_t request_class) {
  const auto kind = site.kind(request_class);
  return is_asked_for(site, event, [&](const scenario::Edge& edge) {
    return site.is_on_way(request_class, edge.from) &&
           (!kind || scenario::carries(edge.wire, *kind));
  });
}

std::vector<SilentStep> silent_steps(const CausalSite& site) {
  constexpr double forgotten = 45 + 5 + 3;  // [TCP-6]
  std::vector<SilentStep> steps;
  std::map<std::string, std::string> announced;  // who was the last to say that he has an address
  std::map<std::string, Names> masters;
  for (const Event& event : site.run.events) {
    if (announces(event)) {
      announced[event.target] = event.source;
      append_new(masters[event.target], event.source);
      for (SilentStep& step : steps)
        if (step.event->target == event.target)
          step.until = std::min<double>(step.until, event.time);
    }
    const bool hears_better = event.what == What::vrrp_backup && event.figure > 0;
    if ((!hears_better && event.what != What::vrrp_fault) || !is_door(site, event)) continue;
    if (masters[event.target].empty() || masters[event.target] == Names{event.source})
      append_new(masters[event.target], "keepalived@" + first_owner(site, event.target));
    std::erase(masters[event.target], event.source);
    const bool is_beside = std::ranges::any_of(masters[event.target], [&](const auto& other) {
      return std::ranges::none_of(site.ailments, [&](const Ailment& one) {
        return one.span().holds(event.time) && one.strikes(other);
      });
    });
    if (announced[event.target] != event.source || (!hears_better && !is_beside)) continue;
    const Names others = rivals(site, event);
    steps.push_back({&event, others.size() == 1 ? others.front() : "", event.time + forgotten});
  }
  constexpr double at_once = 0.01;  // the other one announced itself all the same
  std::erase_if(steps,
                [](const SilentStep& step) { return step.until - step.event->time < at_once; });
  return steps;
}

std::string silent_step_words(const CausalSite& site, const Span& span) {
  std::map<std::string, std::vector<SilentStep>> by_source;
  for (const SilentStep& step : silent_steps(site))
    if (span.meets({step.event->time, step.until}))
      by_source[step.event->source + " " + step.event->target].push_back(step);
  Names texts;
  for (const auto& [unused, steps] : by_source) {
    const Event &first = *steps.front().event, &last = *steps.back().event;
    const std::string more =
        steps.size() == 1
            ? ""
            : fmt::format(", and {} more until {}",
                          steps.size() == 2 ? "once" : fmt::format("{} times", steps.size() - 1),
                          time_text(last.time));
    texts.push_back(fmt::format(
        "what was sent to {} still went to {}, which had given it up in silence at {}{} ({} had "
        "it, and announced nothing)",
        first.target, host_of(first.source), time_text(first.time), more,
        steps.front().owner.empty() ? "another one" : steps.front().owner));
  }
  return joined(texts, "; ");
}

Names moves(const CausalSite& site, std::size_t request_class, const Span& span) {
  Names addresses, hosts, texts;
  const std::vector<SilentStep> steps = silent_steps(site);
  for (const Event& event : site.run.events) {
    const bool ends_silence = std::ranges::any_of(steps, [&](const SilentStep& step) {
      return step.until == event.time && step.event->target == event.target;
    });
    if (event.time < span.from || !moves_address(event) || ends_silence ||
        !comes_by(site, event, request_class))
      continue;
    if (const auto since = given_up_before(site, event)) {
      if (*since <= span.until)
        append_new(texts, fmt::format("nobody had {} from {:.1f} to {:.1f} s", event.target, *since,
                                      event.time));
    } else if (event.time <= span.until && left_a_gap(site, event)) {
      append_new(addresses, event.target);
      append_new(hosts, host_of(event.source));
    }
  }
  if (!hosts.empty()) texts.insert(texts.begin(), listed(addresses) + " moved to " + listed(hosts));
  return texts;
}

std::string moving_words(const Wait& wait) {
  const Names texts = moves(wait.site, wait.request_class, wait.span);
  if (texts.empty()) return "";
  return fmt::format("{}, and what was sent to where it was no more TCP sends again after {}",
                     fmt::join(texts, ", "), sent_again_after(wait));
}

std::string stepped_words(const Wait& wait) {
  const std::string words = silent_step_words(wait.site, wait.span);
  return words.empty() ? "" : words + ", and TCP sends again after " + sent_again_after(wait);
}

}  // namespace spof::report
