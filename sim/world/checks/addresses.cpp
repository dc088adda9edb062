#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include "base/append_new.hpp"
#include "scenario/topology.hpp"
#include "stack/keepalived/keepalived.hpp"
#include "world/checks/checks.hpp"

namespace spof::world {
namespace {

constexpr double look_every = 0.1;

struct Watch {
  Site& site;
  std::vector<scenario::MovingAddress> may_have;
  double until;
  Wrong& wrong;
  /// Who waits for an address that nobody has, since which start of its daemon, and since when.
  std::map<const stack::VrrpInstance*, std::pair<std::uint32_t, double>> waiting = {};
};

/// Whether some host has it; and none may that is not configured to.
bool is_owned(Watch& watch, const std::string& address) {
  net::Fabric& fabric = watch.site.network().fabric();
  bool owned = false;
  for (engine::Machine& one : watch.site.platform().machines()) {
    if (!one.is_on() || !fabric.host(one).owns(fabric.ip(address))) continue;
    owned = true;
    const bool may = std::ranges::any_of(watch.may_have, [&](const auto& other) {
      return other.address == address && other.host == one.name();
    });
    watch.wrong.add(!may, "addresses",
                    fmt::format("{} has {}, which it may not", one.name(), address));
  }
  return owned;
}

void check_patience(Watch& watch, const stack::Keepalived& daemon,
                    const stack::VrrpInstance& instance) {
  constexpr double grain = look_every + 0.01;
  const bool is_awake = daemon.is_alive() && !daemon.is_hung() && daemon.machine().is_awake();
  const bool ownerless = std::ranges::none_of(instance.options().virtual_ipaddress,
                                              [&](auto& one) { return is_owned(watch, one); });
  if (!is_awake || !ownerless || std::isinf(instance.patience())) {
    watch.waiting.erase(&instance);
    return;
  }
  const double now = engine::now();
  auto& [epoch, since] = watch.waiting.try_emplace(&instance, daemon.epoch(), now).first->second;
  if (epoch != daemon.epoch()) std::tie(epoch, since) = std::pair(daemon.epoch(), now);
  watch.wrong.add(
      now - since > instance.patience() + grain, "addresses",
      fmt::format("{} has waited since {} for an address that nobody has", daemon.name(), since));
}

void look(const std::shared_ptr<Watch>& watch) {
  for (const stack::Keepalived* one : watch->site.all<stack::Keepalived>())
    for (const stack::VrrpInstance& instance : one->instances())
      check_patience(*watch, *one, instance);
  const double next = engine::now() + look_every;
  if (next <= watch->until) watch->site.kernel().at(next, [watch] { look(watch); });
}

}  // namespace

void watch_addresses(Site& site, const scenario::Scenario& scenario, Wrong& wrong) {
  const auto watch = std::make_shared<Watch>(
      Watch{site, topology_of(scenario).addresses, scenario.duration, wrong});
  if (!watch->may_have.empty()) site.kernel().at(0, [watch] { look(watch); });
}

}  // namespace spof::world
