#include "measure/chronicle.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/append_new.hpp"

namespace spof::measure {
namespace {

constexpr std::array effects{
    Effect{What::crash, Ail::dead, true, true, "crash"},
    Effect{What::hang, Ail::silent, false, true, "hang"},
    Effect{What::slow, Ail::slow, false, true, "slow"},
    Effect{What::error, Ail::other, false, true, "answers with errors"},
    Effect{What::power_off, Ail::silent, true, true, "no power"},
    Effect{What::link_down, Ail::silent, false, true, "cut"},
    Effect{What::partition, Ail::silent, false, true, "partition"},
    Effect{What::latency, Ail::slow, false, true, "added latency"},
    Effect{What::loss, Ail::slow, false, true, "packet loss"},
    Effect{What::bandwidth, Ail::slow, false, true, "lack of bandwidth"},
    Effect{What::disk_full, Ail::other, false, true, "full disk"},
    Effect{What::restart, Ail::dead, true, true, "restart"},
    Effect{What::stop, Ail::dead, true, true, "stopped"},
    Effect{What::maintenance, Ail::other, false, false, ""},
    Effect{What::reload, Ail::other, false, false, ""},
    Effect{What::firewall_rule, Ail::other, false, true, "firewall rule"},
    Effect{What::certificate_expiry, Ail::other, false, true, "certificate that ended"},
    Effect{What::deploy, Ail::dead, true, true, "new release"},
    Effect{What::disk_fills, Ail::other, false, true, "full disk"},
    Effect{What::memory_leak, Ail::dead, false, true, "lack of memory"},
    Effect{What::reboot, Ail::silent, true, true, "reboot"},
    Effect{What::weight, Ail::other, false, false, ""},
    Effect{What::clock, Ail::other, false, true, "wrong clock"},
    Effect{What::open_transaction, Ail::other, false, true, "open transaction"},
    Effect{What::command, Ail::other, false, false, ""},
};
static_assert(effects.size() == static_cast<std::size_t>(What::repaired));

}  // namespace

const Effect& effect_of(What kind) { return effects[static_cast<std::size_t>(kind)]; }

bool Episode::strikes(const std::string& daemon) const {
  const std::string host = host_of(daemon);
  return kind != What::partition &&
         (target == daemon || target == host || has(parts, daemon) || has(parts, host));
}

bool Episode::separates(const std::string& one, const std::string& other) const {
  return kind == What::partition &&
         ((has(parts, one) && has(beyond, other)) || (has(parts, other) && has(beyond, one)));
}

void Chronicle::hear(const Event& event) {
  if (event.role() == Role::repair) repair(event);
  if (event.role() == Role::ready) serve(event);
  if (event.what == What::started) restart(event);
  if (event.what == What::fenced) fence(event);
  if (event.role() == Role::fault) strike(event, "");
}

void Chronicle::strike(const Event& event, const std::string& by) {
  Episode episode{event.what, event.target, event.strike, event.parts, event.beyond, event.time};
  episode.by_clock =
      std::isfinite(event.figure) || (event.what == What::deploy && event.setting != 0);
  episode.by = by;
  episode.rule = event.rule;
  if (effect_of(event.what).ends_process)
    episode.awaited = is_of_host(event.what) || event.what == What::deploy
                          ? event.parts
                          : std::vector{event.target};
  if (effect_of(event.what).ends_process) end_transactions(episode);
  if (event.what == What::open_transaction && is_dead(event.target)) episode.until = event.time;
  ++in_force_;
  going_on_ += episode.is_over() ? 0 : 1;
  open_.push_back(episodes_.size());
  episodes_.push_back(std::move(episode));
}

/// They end with the process that has them.
void Chronicle::end_transactions(const Episode& death) {
  for (const std::size_t i : open_) {
    Episode& one = episodes_[i];
    if (one.kind != What::open_transaction || std::isfinite(one.until) ||
        !death.strikes(one.target))
      continue;
    const bool was_over = one.is_over();
    one.until = death.from;
    count(one, was_over, death.from);
  }
}

bool Chronicle::is_dead(const std::string& daemon) const {
  return std::ranges::any_of(open_, [&](std::size_t i) {
    const Episode& one = episodes_[i];
    return effect_of(one.kind).ends_process && std::isinf(one.until) && one.strikes(daemon);
  });
}

/// A manager that cuts the power of a host does to what runs there what any power failure does,
/// and nobody undoes it by the clock.
void Chronicle::fence(const Event& event) {
  const std::string host = host_of(event.target);
  const bool is_off = std::any_of(open_.begin(), open_.end(), [&](std::size_t i) {
    const Episode& one = episodes_[i];
    return one.kind == What::power_off && one.target == host && std::isinf(one.repaired);
  });
  if (event.version != "power_off" || is_off || episodes_.empty()) return;
  strike({.time = event.time,
          .what = What::power_off,
          .target = host,
          .figure = never,
          .strike = std::numeric_limits<std::uint32_t>::max(),
          .parts = event.parts},
         event.source);
}

/// More of it is known now.
void Chronicle::count(const Episode& episode, bool was_over, double now) {
  if (episode.is_over() == was_over) return;
  going_on_ = was_over ? going_on_ + 1 : going_on_ - 1;
  if (!was_over) last_end_ = now;
}

void Chronicle::repair(const Event& event) {
  const auto found = std::ranges::find_if(open_, [&](std::size_t i) {
    const Episode& episode = episodes_[i];
    return episode.strike == event.strike && episode.target == event.target &&
           std::isinf(episode.repaired);
  });
  if (found == open_.end()) return;
  Episode& episode = episodes_[*found];
  const bool was_over = episode.is_over();
  if (episode.kind == What::deploy && !event.parts.empty()) {  // they go back, which is a start too
    episode.until = never;
    episode.parts = episode.awaited = event.parts;
  }
  episode.faulty.clear();
  episode.repaired = last_repair_ = event.time;
  --in_force_;
  // What nobody is awaited from works again with the repair.
  if (std::isinf(episode.until) && episode.awaited.empty()) episode.until = event.time;
  count(episode, was_over, event.time);
  if (std::isfinite(episode.until)) open_.erase(found);
}

void Chronicle::restart(const Event& event) {
  for (const std::size_t i : open_) {
    Episode& episode = episodes_[i];
    if (episode.kind == What::crash && episode.target == event.target &&
        std::isinf(episode.restarted) && std::isinf(episode.repaired))
      episode.restarted = event.time;
  }
}

void Chronicle::serve(const Event& event) {
  std::erase_if(open_, [&](std::size_t i) {
    Episode& episode = episodes_[i];
    const bool of_host = is_of_host(episode.kind) && host_of(event.source) == episode.target;
    const bool revives = effect_of(episode.kind).ends_process || episode.kind == What::hang;
    const bool deploys = episode.kind == What::deploy;
    const bool itself = event.source == episode.target ||
                        (deploys && std::ranges::count(episode.parts, event.source) > 0);
    if (event.time <= episode.from || !revives || !(of_host || itself)) return false;
    const bool was_over = episode.is_over();
    std::erase(episode.awaited, event.source);
    if (deploys && event.what == What::deployed && std::isinf(episode.repaired)) {
      std::erase(episode.faulty, event.source);
      if (event.setting != 0) episode.faulty.push_back(event.source);
    }
    if (!episode.by.empty() && std::isinf(episode.repaired)) {  // somebody has switched it on
      episode.repaired = last_repair_ = event.time;
      --in_force_;
    }
    if (episode.awaited.empty() && std::isinf(episode.until)) episode.until = event.time;
    count(episode, was_over, event.time);
    return std::isfinite(episode.until) && std::isfinite(episode.repaired);
  });
}

std::vector<Episode> episodes_of(const std::vector<Event>& events) {
  Chronicle chronicle;
  for (const Event& event : events) chronicle.hear(event);
  return chronicle.episodes();
}

double works_again(const std::vector<Episode>& episodes, double repair) {
  double date = repair;
  for (const Episode& one : episodes)
    if (one.repaired == repair && std::isfinite(one.until)) date = std::max(date, one.until);
  return date;
}

std::string section_of(const std::string& daemon) {
  const std::size_t at = daemon.find('@');
  return at == std::string::npos ? "" : daemon.substr(0, at);
}

std::string host_of(const std::string& daemon) {
  const std::size_t at = daemon.rfind('@');
  return at == std::string::npos ? "" : daemon.substr(at + 1);
}

const Event* broken_since(const std::vector<Event>& events, const std::string& replica,
                          double date) {
  const Event* found = nullptr;
  for (const Event& event : events) {
    if (event.source != replica || event.time > date) continue;
    if (event.what == What::replication_broken)
      found = event.figure != 0 || event.setting > 0 ? &event : nullptr;
    if (event.what == What::replication_started || event.what == What::source_changed ||
        event.what == What::promoted || event.what == What::rebuilt)
      found = nullptr;
  }
  return found;
}

}  // namespace spof::measure
