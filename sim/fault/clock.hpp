#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// The clock of a host is wrong: it jumped (a battery that was empty, a virtual machine that was
/// restored), or nobody sets it any more and it drifts. Seen by who compares it with dates that
/// others have made: certificates [TLS-4], Seconds_Behind_Source [DB-11]. Timers do not go by it.
/// At the repair it is right.
struct Clock : Targeted {
  static constexpr const char* kind = "clock";
  static constexpr const char* help = "the clock of a host is wrong, or becomes so";
  static constexpr TargetKind target_kind = TargetKind::host;
  Seconds ahead = 0, behind = 0;
  double drift = 0;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "host of the platform");
    visit("ahead", ahead, {.help = "by so much", .min = 0});
    visit("behind", behind, {.help = "by so much", .min = 0});
    visit("drift", drift, {.help = "seconds that it gains in each second", .min = -1, .max = 1000});
  }
  void strike(Switches& site, Hold by) const {
    site.machine(target).drifts.add(by, {ahead - behind, drift, engine::now()});
  }
  void repair(Switches& site, Hold by) const { site.machine(target).drifts.drop(by); }
};

}  // namespace spof::fault
