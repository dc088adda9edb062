#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// A narrower way.
struct NarrowLink : Targeted {
  static constexpr const char* kind = "bandwidth";
  static constexpr const char* help = "the link carries only a part of its bandwidth";
  static constexpr TargetKind target_kind = TargetKind::link;
  Share left = 0.1;
  engine::Direction direction = engine::Direction::both;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "link of the platform");
    visit("left", left, {.help = "share of the bandwidth that is left", .min = 1e-6, .max = 1});
    visit("direction", direction,
          {.help = "packets to the host whose card it is, from it, or both"});
  }
  void strike(Switches& site, Hold by) const {
    site.platform().scale_bandwidth(by, target, direction, left);
  }
  void repair(Switches& site, Hold by) const { site.platform().mend(by); }
};

}  // namespace spof::fault
