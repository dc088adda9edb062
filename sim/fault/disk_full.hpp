#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// No space left on the host's disk: commits wait, and whoever looks for space does so every 60 s;
/// no client gets an error [DB-23]. Reads and static files are served, as long as the application
/// has threads that no write holds. Not modelled: a table that has no free page left and must grow
/// (error 1114, "table is full", at once); a server without a binary log, whose commits go on into
/// a redo log that has its space already; a start or an orderly stop of the database meanwhile;
/// other daemons' logs.
struct DiskFull : Targeted {
  static constexpr const char* kind = "disk_full";
  static constexpr const char* help = "no space left on the host's disk: commits wait, reads go on";
  static constexpr TargetKind target_kind = TargetKind::host;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "host with a database");
  }
  void strike(Switches& site, Hold by) const { site.machine(target).full_disk.add(by); }
  void repair(Switches& site, Hold by) const { site.machine(target).full_disk.drop(by); }
};

}  // namespace spof::fault
