#pragma once
#include <algorithm>

#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// A disk fills: by what the databases of the host commit, binary or relay log and data as one, and
/// by others who write (a log that nobody rotates). Full, it is as with `disk_full`; somebody
/// deletes files at the repair. Nothing is seen of it before.
struct DiskFills : Targeted {
  static constexpr const char* kind = "disk_fills";
  static constexpr const char* help =
      "the host's disk fills with what is committed and logged; full, commits fail";
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
    machine.filling.add(by);
    look(site, machine, by, free, machine.written);
  }
  void repair(Switches& site, Hold by) const {
    site.machine(target).filling.drop(by);
    site.machine(target).full_disk.drop(by);
  }

 private:
  /// Once a second, or when the others alone have filled it.
  void look(Switches& site, engine::Machine& machine, Hold by, double left, double before) const {
    if (!machine.filling.holds(by)) return;
    left -= machine.written - before;
    if (left <= 0) return machine.full_disk.add(by);
    const double span = rate > 0 ? std::min(1., left / rate) : 1;
    site.after(span, [this, &site, &machine, by, left = left - rate * span, now = machine.written] {
      look(site, machine, by, left, now);
    });
  }
};

}  // namespace spof::fault
