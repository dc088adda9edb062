#pragma once
#include <algorithm>

#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// `systemctl reboot`, for a kernel: its daemons are stopped in an orderly way, the last to start
/// first; when all have ended, or after 90 s (DefaultTimeoutStopSec), the host is silent until it
/// has booted and starts them again. Over then, by itself.
struct Reboot : Targeted {
  static constexpr const char* kind = "reboot";
  static constexpr const char* help =
      "systemctl reboot: its daemons are stopped, then it is silent, boots and starts them";
  static constexpr TargetKind target_kind = TargetKind::host;
  Seconds boot_time = 30;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "host of the platform");
    visit("boot_time", boot_time,
          {.help = "from the end of its last daemon until the first is started", .min = 0});
  }
  void strike(Switches& site, Hold by) const {
    engine::Machine& machine = site.machine(target);
    auto daemons = site.daemons_on(machine);
    std::ranges::reverse(daemons);
    for (net::Daemon* one : daemons) site.stop(*one, by);
    go_down(site, machine, by, 90);
  }
  void repair(Switches&, Hold) const {}

 private:
  void go_down(Switches& site, engine::Machine& machine, Hold by, double patience) const {
    constexpr double look_again = 0.1;
    const bool ended = std::ranges::none_of(site.daemons_on(machine),
                                            [](const auto* one) { return one->is_alive(); });
    if (!ended && patience > 0)
      return site.after(look_again, [this, &site, &machine, by, left = patience - look_again] {
        go_down(site, machine, by, left);
      });
    // What the last one said on its end has left the card by then.
    site.after(look_again, [this, &site, &machine, by] { power_off(site, machine, by); });
  }
  void power_off(Switches& site, engine::Machine& machine, Hold by) const {
    machine.no_power.add(by);
    machine.power(false);
    site.after(boot_time, [&site, &machine, by, cuts = machine.power_cuts()] {
      machine.no_power.drop(by);
      site.end(by);
      if (machine.no_power.any() || machine.power_cuts() != cuts) return;
      machine.power(true);
      site.boot(machine);
    });
  }
};

}  // namespace spof::fault
