#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

enum class Mode : std::uint8_t { maint, drain };
constexpr auto names(Mode) { return std::array{"maint", "drain"}; }

/// An operator's command to HAProxy: `set server be/NAME state maint` (or drain), and `ready` at
/// the repair, which puts it back whatever took it out meanwhile. [HA-19]
struct Maintenance : Targeted {
  static constexpr const char* kind = "maintenance";
  static constexpr const char* help =
      "an operator takes a server out through HAProxy's runtime commands; ready at the repair";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  std::string server;
  Mode mode = Mode::maint;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "the load balancer, as haproxy@lb1");
    visit("server", server, {.help = "name of its server line", .required = true});
    visit("mode", mode,
          {.help = "maint: no traffic, no checks; drain: no new traffic, checks go on"});
  }
  std::string degree() const { return "an operator took " + server + " out at %"; }
  void strike(Switches& site, Hold by) const {
    site.daemon(target).command(names(mode)[static_cast<std::size_t>(mode)], server, by);
  }
  void repair(Switches& site, Hold by) const { site.daemon(target).command("ready", server, by); }
};

}  // namespace spof::fault
