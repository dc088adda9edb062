#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// `set server be/NAME weight N` in HAProxy; as its file has it again at the repair, or with its
/// next start or reload. With 0 it gets nothing new, and is still shown UP. [HA-19]
struct Weight : Targeted {
  static constexpr const char* kind = "weight";
  static constexpr const char* help =
      "an operator gives a server another weight through HAProxy's runtime commands";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  std::string server;
  int weight = 0;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "the load balancer, as haproxy@lb1");
    visit("server", server, {.help = "name of its server line", .required = true});
    visit("weight", weight, {.help = "0: nothing new goes there", .min = 0, .max = 256});
  }
  std::string degree() const {
    return "an operator gave " + server + " the weight " + std::to_string(weight) + " at %";
  }
  void strike(Switches& site, Hold by) const {
    site.daemon(target).command("weight", server + " " + std::to_string(weight), by);
  }
  void repair(Switches& site, Hold by) const { site.daemon(target).command("weight", server, by); }
};

}  // namespace spof::fault
