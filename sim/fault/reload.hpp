#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// `systemctl reload`: a new process takes over the listening sockets, the old one finishes what it
/// has begun. HAProxy forgets what its checks had learnt. [HA-40] [HA-19]
struct Reload : Targeted {
  static constexpr const char* kind = "reload";
  static constexpr const char* help =
      "systemctl reload: nothing is dropped, but HAProxy believes every server UP again";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "daemon, as haproxy@lb1");
  }
  void strike(Switches& site, Hold by) const { site.daemon(target).command("reload", target, by); }
  void repair(Switches&, Hold) const {}
};

}  // namespace spof::fault
