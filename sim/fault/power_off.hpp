#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// The host is gone: silence, also while it boots. When it is back, resets for whoever still
/// believes in old connections, and its daemons start.
struct PowerOff : Targeted {
  static constexpr const char* kind = "power_off";
  static constexpr const char* help =
      "the host is gone: silence; after power returns it boots and starts its daemons";
  static constexpr TargetKind target_kind = TargetKind::host;
  Seconds boot_time = 30;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "host of the platform");
    visit("boot_time", boot_time, {.help = "from power to network and daemons", .min = 0});
  }
  void strike(Switches& site, Hold by) const {
    site.machine(target).no_power.add(by);
    site.machine(target).power(false);
  }
  void repair(Switches& site, Hold by) const {
    engine::Machine& machine = site.machine(target);
    machine.no_power.drop(by);
    if (machine.no_power.any()) return;
    site.after(boot_time, [&site, &machine, cuts = machine.power_cuts()] {
      if (machine.power_cuts() != cuts) return;  // the power failed again meanwhile
      machine.power(true);
      site.boot(machine);
    });
  }
};

}  // namespace spof::fault
