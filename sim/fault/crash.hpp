#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// The process is gone, the host lives: resets, then refused connections. [TCP-3] [TCP-11]
struct Crash : Targeted {
  static constexpr const char* kind = "crash";
  static constexpr const char* help =
      "SIGKILL: the process is gone, the host alive; others see resets, then refused connections";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "daemon, as mysql@server1");
  }
  void strike(Switches& site, Hold by) const { site.crash(site.daemon(target), by); }
  void repair(Switches& site, Hold by) const { site.let_go(site.daemon(target), by); }
};

}  // namespace spof::fault
