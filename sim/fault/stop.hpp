#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// `systemctl stop`: each daemon ends as it does when it is asked to. Nginx and the application
/// finish what they have begun; HAProxy and the database close at once.
struct Stop : Targeted {
  static constexpr const char* kind = "stop";
  static constexpr const char* help =
      "systemctl stop: ends in an orderly way; started again at the repair";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "daemon, as nginx@server1");
  }
  void strike(Switches& site, Hold by) const { site.stop(site.daemon(target), by); }
  void repair(Switches& site, Hold by) const { site.let_go(site.daemon(target), by); }
};

}  // namespace spof::fault
