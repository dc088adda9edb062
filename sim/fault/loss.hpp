#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// Packets are lost by chance, and retransmitted. [TCP-8]
struct Loss : Targeted {
  static constexpr const char* kind = "loss";
  static constexpr const char* help = "a share of packets over the link is lost and sent again";
  static constexpr TargetKind target_kind = TargetKind::link;
  Share share = 0.01;
  engine::Direction direction = engine::Direction::both;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "link of the platform");
    visit("share", share, {.help = "of packets, in each direction concerned", .min = 0, .max = 1});
    visit("direction", direction,
          {.help = "packets to the host whose card it is, from it, or both"});
  }
  void strike(Switches& site, Hold by) const {
    site.platform().add_loss(by, target, direction, share);
  }
  void repair(Switches& site, Hold by) const { site.platform().mend(by); }
};

}  // namespace spof::fault
