#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// No space left on the host's disk: commits fail, reads and static files are served.
struct DiskFull : Targeted {
  static constexpr const char* kind = "disk_full";
  static constexpr const char* help = "no space left on the host's disk: commits fail, reads go on";
  static constexpr TargetKind target_kind = TargetKind::host;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "host with a database");
  }
  void strike(Switches& site, Hold by) const { site.machine(target).full_disk.add(by); }
  void repair(Switches& site, Hold by) const { site.machine(target).full_disk.drop(by); }
};

}  // namespace spof::fault
