#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// A process that is stopped: its ports are open, the kernel accepts connections and data, nobody
/// answers. Or a host that is frozen, as a virtual machine while it moves: its daemons stand still,
/// and its kernel says nothing either.
struct Hang : Targeted {
  static constexpr const char* kind = "hang";
  static constexpr const char* help =
      "SIGSTOP: ports open, connections accepted by the kernel, no answer; SIGCONT at the repair; "
      "of a host: frozen as a whole, silence";
  static constexpr TargetKind target_kind = TargetKind::daemon_or_host;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "daemon, as mysql@server1, or a host");
  }
  void strike(Switches& site, Hold by) const {
    if (!is_host()) return site.daemon(target).stop_running(by);
    site.machine(target).frozen.add(by);
    site.platform().isolate(by, site.machine(target));
  }
  void repair(Switches& site, Hold by) const {
    if (!is_host()) return site.daemon(target).go_on(by);
    site.platform().mend(by);
    site.machine(target).frozen.drop(by);
    for (net::Daemon* one : site.daemons_on(site.machine(target))) one->thaw();
  }
  bool is_host() const { return target.find('@') == std::string::npos; }
};

}  // namespace spof::fault
