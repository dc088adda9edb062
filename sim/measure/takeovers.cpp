#include "measure/takeovers.hpp"

#include <algorithm>

#include "base/append_new.hpp"
#include "measure/chronicle.hpp"

namespace spof::measure {
namespace {

const char* const balancer = "haproxy@";

/// Hosts whose load balancer nobody gets an answer from while this lasts.
std::vector<std::string> silenced_by(const Episode& episode,
                                     const std::vector<std::string>& unplugged) {
  std::vector<std::string> hosts;
  const bool is_host = is_of_host(episode.kind) || episode.kind == What::hang;
  if (episode.target.starts_with(balancer) && effect_of(episode.kind).is_felt)
    hosts.push_back(host_of(episode.target));
  for (const std::string& part : episode.parts) {
    if (is_host && part.starts_with(balancer)) hosts.push_back(host_of(part));
    if (episode.kind == What::link_down && has(unplugged, part)) hosts.push_back(part);
  }
  return hosts;
}

/// Somebody else dropped the address when its card lost the link, and has not got it back.
bool is_dropped(const std::vector<Event>& events, const Event& taken) {
  const Event* last = nullptr;
  for (const Event& event : events) {
    if (&event == &taken) break;
    if (event.target == taken.target && event.source != taken.source &&
        (event.what == What::vrrp_fault || event.role() == Role::restored ||
         event.what == What::address_taken_over))
      last = &event;
  }
  return last && last->what == What::vrrp_fault && last->version == "link";
}

}  // namespace

bool is_takeover(const Event& event) {
  // No master was heard, and none gave it up. Nor is it the address of a database.
  const bool first = event.figure == 0 && event.setting == 0;
  return event.what == What::address_taken_over && !first;
}

Takeovers takeovers_of(const std::vector<Event>& events) {
  std::vector<std::string> unplugged;  // hosts that noticed it of their own card
  for (const Event& event : events)
    if (event.what == What::vrrp_fault) append_new(unplugged, host_of(event.source));
  const std::vector<Episode> episodes = episodes_of(events);
  Takeovers found;
  for (const Event& event : events) {
    if (!is_takeover(event)) continue;
    ++found.all;
    const bool needed =
        is_dropped(events, event) || std::ranges::any_of(episodes, [&](const Episode& one) {
          const auto hosts = silenced_by(one, unplugged);
          const bool elsewhere = std::ranges::any_of(
              hosts, [&](const std::string& host) { return host != host_of(event.source); });
          return elsewhere && one.from <= event.time && one.until > event.time &&
                 one.until - event.time > event.figure;
        });
    found.needless += !needed;
  }
  return found;
}

}  // namespace spof::measure
