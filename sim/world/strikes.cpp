#include "world/strikes.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "measure/chronicle.hpp"
#include "world/sight.hpp"

namespace spof::world {
namespace {

using scenario::Strike;

using Cards = std::vector<std::pair<std::string, std::string>>;  // link, and whose it is

Cards cards_of(engine::Platform& platform) {
  Cards cards;
  for (const engine::Machine& machine : platform.machines())
    for (const std::string& link : platform.cards_of(machine))
      cards.emplace_back(link, machine.name());
  return cards;
}

/// A strike as an event; that of its repair differs by what happened.
measure::Event event_of(Site& site, const Strike& strike, const Cards& cards) {
  measure::Event event;
  event.source = "fault";
  event.what = fault::what_of(*strike.fault);
  event.target = fault::name_of(*strike.fault);
  event.figure = strike.end - strike.begin;
  const auto& until = fault::schedule_of(*strike.fault).until;
  event.setting = until && until->somebody_sees_to_it() ? 1 : 0;
  event.strike = strike.number;
  event.version = strike.step;
  if (const auto* partition = std::get_if<fault::Partition>(strike.fault.get())) {
    event.parts = partition->from;
    event.beyond = partition->to;
  }
  if (const auto* rule = std::get_if<fault::FirewallRule>(strike.fault.get())) {
    event.rule = {.drops = rule->verdict == net::Verdict::drop,
                  .refuses = rule->verdict > net::Verdict::drop,
                  .incoming = rule->incoming,
                  .established = rule->established,
                  .port = rule->port};
    if (!rule->peer.empty()) event.beyond = {rule->peer};
  }
  if (const auto* weight = std::get_if<fault::Weight>(strike.fault.get());
      weight && weight->weight == 0)
    event.beyond = {weight->server};
  if (const auto* slow = std::get_if<fault::Slow>(strike.fault.get()); slow && slow->is_disk())
    event.beyond = {slow->target};
  if (const auto* deploy = std::get_if<fault::Deploy>(strike.fault.get()))
    event.parts = deploy->targets;
  const bool is_link = std::visit(
      [](const auto& one) { return one.target_kind == fault::TargetKind::link; }, *strike.fault);
  for (const auto& [link, host] : cards)
    if (is_link && link == event.target) event.parts.push_back(host);
  const bool whole_host =
      measure::is_of_host(event.what) ||
      (event.what == measure::What::hang && event.target.find('@') == std::string::npos);
  if (whole_host)
    for (const net::Daemon* daemon : site.daemons_on(site.machine(event.target)))
      event.parts.push_back(daemon->name());
  return event;
}

}  // namespace

Strikes::Strikes(Site& site, measure::Recorder& recorder, const std::vector<Strike>& strikes,
                 double duration)
    : site_(site), recorder_(recorder), duration_(duration) {
  const Cards cards = cards_of(site.platform());
  for (const Strike& strike : strikes) {
    acts_.push_back({strike, event_of(site, strike, cards)});
    if (const auto* fills = std::get_if<fault::DiskFills>(strike.fault.get())) {
      double& size = site.machine(fills->target).disk_size;
      size = std::max(size, 2 * fills->free.value);
    }
  }
  for (Act& act : acts_) {
    const bool follows = !act.strike.schedule().after.empty();
    if (follows) continue;
    if (act.strike.waits) {
      give_turn(act, act.strike.begin);
      continue;
    }
    site.kernel().at(act.strike.begin, [this, &act] { begin(act); });
    arm_end(act);
  }
  site.mender = [this](const Site::Which& which) {
    bool found = false;
    for (Act& act : acts_)
      if (act.in_force &&
          (which(*act.strike.fault) || (act.strike.written && which(*act.strike.written))))
        end(act), found = true;
    return found;
  };
  site.ender = [this](fault::Hold strike) {
    for (Act& act : acts_)
      if (act.strike.number == strike) end(act);
  };
}

void Strikes::arm_end(Act& act) {
  if (std::isfinite(act.strike.end) && !fault::ends_itself(*act.strike.fault))
    site_.kernel().at(act.strike.end, [this, &act] { end(act); });
}

void Strikes::give_turn(Act& act, double delay) {
  act.has_turn = true;
  site_.after(delay, [this, &act] { look(act); });
}

void Strikes::look(Act& act) {
  constexpr double look_again = 1;
  if (engine::now() >= duration_) return;
  const auto& when = act.strike.schedule().when;
  if (when && !missing(site_, *when).empty())
    return site_.after(look_again, [this, &act] { look(act); });
  const double lasts = act.strike.end - act.strike.begin;
  const bool has_date = act.strike.schedule().until.has_value();
  if (!has_date) act.strike.end = engine::now() + lasts;
  act.event.figure = act.strike.end - engine::now();
  begin(act);
  arm_end(act);
}

/// A process that does not run cannot hang, and on a host that does not nobody types.
bool Strikes::is_in_vain(const Act& act) const {
  const auto* hang = std::get_if<fault::Hang>(act.strike.fault.get());
  const auto* restart = std::get_if<fault::RestartDaemon>(act.strike.fault.get());
  if (hang) return !hang->is_host() && !site_.daemon(hang->target).is_alive();
  if (!restart) return false;
  const engine::Machine& machine = site_.daemon(restart->target).machine();
  return !machine.is_on() || machine.frozen.any();
}

void Strikes::begin(Act& act) {
  act.is_done = true;
  if (is_in_vain(act))
    recorder_.event({.time = engine::now(),
                     .source = "fault",
                     .what = measure::What::struck_in_vain,
                     .target = act.event.target,
                     .version = fault::kind_of(*act.strike.fault)});
  else
    strike(act);
  if (act.strike.step.empty()) return;
  for (Act& next : acts_)
    if (next.strike.schedule().after == act.strike.step && !next.has_turn)
      give_turn(next, next.strike.schedule().delay);
}

void Strikes::strike(Act& act) {
  say(act, fault::what_of(*act.strike.fault));
  act.in_force = true;
  if (const auto* command = std::get_if<fault::Command>(act.strike.fault.get());
      command && command->command == fault::Order::repair)
    end_step(command->target);
  std::visit([&](const auto& one) { one.strike(site_, act.strike.number); }, *act.strike.fault);
}

void Strikes::end_step(const std::string& step) {
  for (Act& act : acts_)
    if (act.strike.step == step) end(act);
}

void Strikes::tell_not_done() {
  for (const Act& act : acts_) {
    if (!act.strike.waits || act.is_done) continue;
    const auto& when = act.strike.schedule().when;
    std::string reason = "\"" + act.strike.schedule().after + "\" was not either";
    if (act.has_turn) reason = when ? missing(site_, *when) : "";
    if (reason.empty()) reason = "its turn came after the end";
    recorder_.event({.time = engine::now(),
                     .source = "plan",
                     .what = measure::What::not_done,
                     .target = act.strike.step,
                     .version = std::move(reason)});
  }
}

void Strikes::end(Act& act) {
  if (!std::exchange(act.in_force, false)) return;
  // An application that the roll-out had not reached has nothing to go back to.
  if (std::holds_alternative<fault::Deploy>(*act.strike.fault))
    std::erase_if(act.event.parts, [&](const std::string& app) {
      return !site_.daemon(app).release.holds(act.strike.number);
    });
  say(act, measure::What::repaired);
  std::visit([&](const auto& one) { one.repair(site_, act.strike.number); }, *act.strike.fault);
}

void Strikes::say(const Act& act, measure::What what) {
  measure::Event now = act.event;
  now.time = engine::now();
  now.what = what;
  recorder_.event(std::move(now));
}

}  // namespace spof::world
