#pragma once
#include <algorithm>

#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// A disk fills: by what the databases of the host commit, binary or relay log and data as one, and
/// by others who write (a log that nobody rotates). Full, it is as with `disk_full`; somebody
/// deletes files at the repair. Before that only the host's exporter tells of it; to it the disk is
/// half full when the run begins, twice as large as what is left to be filled.
struct DiskFills : Targeted {
  static constexpr const char* kind = "disk_fills";
  static constexpr const char* help =
      "the host's disk fills with what is committed and logged; full, commits wait";
  static constexpr TargetKind target_kind = TargetKind::host;
  Bytes free = 1e9;
  Bandwidth rate = 0;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "host with a database");
    visit("free", free, {.help = "space that is left when it strikes", .min = 0});
    visit("rate", rate, {.help = "what others write, beside its databases", .min = 0});
  }
  void strike(Switches& site, Hold by) const {
    engine::Machine& machine = site.machine(target);
    machine.filling.add(by, free);
    look(site, machine, by, free, machine.written);
  }
  void repair(Switches& site, Hold by) const {
    site.machine(target).filling.drop(by);
    site.machine(target).full_disk.drop(by);
  }

 private:
  /// Once a second, or when the others alone have filled it. Nobody writes while the host is off.
  void look(Switches& site, engine::Machine& machine, Hold by, double left, double before) const {
    if (!machine.filling.holds(by)) return;
    left -= machine.written - before;
    machine.filling.drop(by);
    machine.filling.add(by, std::max(0., left));
    if (left <= 0) return machine.full_disk.add(by);
    const double grows = machine.is_awake() ? rate.value : 0;
    const double span = grows > 0 ? std::min(1., left / grows) : 1;
    site.after(span, [this, &site, &machine, by, left = left - grows * span,
                      now = machine.written] { look(site, machine, by, left, now); });
  }
};

}  // namespace spof::fault
