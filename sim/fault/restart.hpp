#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// `systemctl restart`: stopped, and started again `down_for` later, or when it has ended. Who was
/// down is started, too.
struct RestartDaemon : Targeted {
  static constexpr const char* kind = "restart";
  static constexpr const char* help =
      "systemctl restart: stopped in an orderly way, started again after down_for";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  Seconds down_for = 0.5;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "daemon, as nginx@server1");
    visit("down_for", down_for, {.help = "from the stop to the start", .min = 0});
  }
  void strike(Switches& site, Hold by) const {
    net::Daemon& daemon = site.daemon(target);
    site.stop(daemon, by);
    site.after(down_for, [&site, &daemon, by] {
      if (!daemon.is_stopping()) site.end(by);
      site.let_go(daemon, by);
      site.when_ended(daemon, [&site, &daemon, by] {
        site.end(by);
        site.start_anew(daemon);
      });
    });
  }
  void repair(Switches&, Hold) const {}
};

}  // namespace spof::fault
