#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// A longer way.
struct Latency : Targeted {
  static constexpr const char* kind = "latency";
  static constexpr const char* help = "every packet over the link takes longer";
  static constexpr TargetKind target_kind = TargetKind::link;
  Seconds add = 0.025;
  engine::Direction direction = engine::Direction::both;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "link of the platform");
    visit("add", add, {.help = "one way, in each direction concerned", .min = 0});
    visit("direction", direction,
          {.help = "packets to the host whose card it is, from it, or both"});
  }
  void strike(Switches& site, Hold by) const {
    site.platform().add_latency(by, target, direction, add);
  }
  void repair(Switches& site, Hold by) const { site.platform().mend(by); }
};

}  // namespace spof::fault
