#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// The process is stopped, its ports are open: the kernel accepts connections and data, nobody
/// answers.
struct Hang : Targeted {
  static constexpr const char* kind = "hang";
  static constexpr const char* help =
      "SIGSTOP: ports open, connections accepted by the kernel, no answer; SIGCONT at the repair";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "daemon, as mysql@server1");
  }
  void strike(Switches& site, Hold by) const { site.daemon(target).stop_running(by); }
  void repair(Switches& site, Hold by) const { site.daemon(target).go_on(by); }
};

}  // namespace spof::fault
