#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// `systemctl reload`: a new process takes over the listening sockets, the old one finishes what it
/// has begun. HAProxy forgets what its checks had learnt. [HA-40] [HA-19]
struct Reload : Targeted {
  static constexpr const char* kind = "reload";
  static constexpr const char* help =
      "systemctl reload: nothing is dropped, but HAProxy believes every server UP again";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  std::string default_backend;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "daemon, as haproxy@lb1");
    visit("default_backend", default_backend,
          {.help = "HAProxy: its file names another one now; at the repair it is as it was, and "
                   "reloaded again",
           .otherwise = "the file is the same"});
  }
  std::string degree() const {
    return default_backend.empty()
               ? ""
               : "{was|were} reloaded with " + default_backend + " as {its|their} default backend";
  }
  void strike(Switches& site, Hold by) const { configure(site, default_backend, by); }
  void repair(Switches& site, Hold by) const {
    if (!default_backend.empty()) configure(site, "", by);
  }

 private:
  void configure(Switches& site, const std::string& backend, Hold by) const {
    net::Daemon& daemon = site.daemon(target);
    if (!default_backend.empty()) daemon.command("configure", backend, by);
    daemon.command("reload", target, by);
  }
};

}  // namespace spof::fault
