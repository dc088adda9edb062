#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// Packets between two groups of hosts vanish; everybody else still hears everybody.
struct Partition {
  static constexpr const char* kind = "partition";
  static constexpr const char* help = "packets between two groups of hosts vanish, one way or both";
  static constexpr TargetKind target_kind = TargetKind::host_group;
  std::vector<std::string> from, to;
  bool one_way = false;
  Schedule when;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("from", from, {.help = "hosts on the one side", .required = true});
    visit("to", to, {.help = "hosts on the other", .required = true});
    visit("one_way", one_way, {.help = "only packets from `from` to `to` vanish"});
    when.fields(visit);
  }
  void strike(Switches& site, Hold by) const {
    for (const std::string& one : from)
      for (const std::string& other : to) {
        site.platform().block(by, site.machine(one), site.machine(other));
        if (!one_way) site.platform().block(by, site.machine(other), site.machine(one));
      }
  }
  void repair(Switches& site, Hold by) const { site.platform().mend(by); }
};

}  // namespace spof::fault
