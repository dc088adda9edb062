#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// A cut cable: silence, and retransmissions once it is mended. Never an error. [TCP-1] [TCP-8]
struct LinkDown : Targeted {
  static constexpr const char* kind = "link_down";
  static constexpr const char* help =
      "packets over the link vanish; silence, then retransmission when healed";
  static constexpr TargetKind target_kind = TargetKind::link;
  engine::Direction direction = engine::Direction::both;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "link of the platform");
    visit("direction", direction,
          {.help = "packets to the host whose card it is, from it, or both"});
  }
  void strike(Switches& site, Hold by) const { site.platform().cut(by, target, direction); }
  void repair(Switches& site, Hold by) const { site.platform().mend(by); }
};

}  // namespace spof::fault
