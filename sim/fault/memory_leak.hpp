#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// A daemon leaks memory until the kernel kills it (SIGKILL), and so does every new process of it
/// that somebody starts, until the leak is mended. That a host swaps before is not modelled.
struct MemoryLeak : Targeted {
  static constexpr const char* kind = "memory_leak";
  static constexpr const char* help =
      "a daemon grows until the kernel kills it, and again whenever it has been started";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  Bytes free = 1e9;
  Bandwidth rate = 1e6;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "daemon, as app@server1");
    visit("free", free, {.help = "memory that is left to a process when it begins", .min = 1});
    visit("rate", rate, {.help = "what it leaks", .min = 1});
  }
  void strike(Switches& site, Hold by) const {
    site.daemon(target).leaking.add(by);
    watch(site, site.daemon(target), by, site.daemon(target).epoch(), 0);
  }
  void repair(Switches& site, Hold by) const {
    site.daemon(target).leaking.drop(by);
    site.let_go(site.daemon(target), by);
  }

 private:
  /// Once a second; a process of another epoch begins with nothing.
  void watch(Switches& site, net::Daemon& daemon, Hold by, std::uint32_t epoch,
             double leaked) const {
    if (!daemon.leaking.holds(by)) return;
    if (daemon.epoch() != epoch) leaked = 0;
    if (daemon.is_alive() && leaked >= free) site.crash(daemon, by);
    site.after(1, [this, &site, &daemon, by, epoch = daemon.epoch(), leaked = leaked + rate] {
      watch(site, daemon, by, epoch, leaked);
    });
  }
};

}  // namespace spof::fault
