#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// A daemon leaks memory until the kernel kills it (SIGKILL), and so does every new process of it
/// that somebody starts, or workers that a reload puts in the place of the old ones [APP-13], until
/// the leak is mended. Who is stopped (SIGSTOP) allocates nothing. That a host swaps before is not
/// modelled.
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
    watch(site, site.daemon(target), by, lives(site.daemon(target)), 0);
  }
  void repair(Switches& site, Hold by) const {
    site.daemon(target).leaking.drop(by);
    site.let_go(site.daemon(target), by);
  }

 private:
  static std::uint32_t lives(const net::Daemon& daemon) { return daemon.epoch() + daemon.reloads; }
  /// Once a second; another life begins with nothing.
  void watch(Switches& site, net::Daemon& daemon, Hold by, std::uint32_t life,
             double leaked) const {
    if (!daemon.leaking.holds(by)) return;
    if (lives(daemon) != life) leaked = 0;
    if (daemon.is_alive() && leaked >= free) site.kill_for_memory(daemon, by);
    leaked += daemon.is_hung() ? 0 : rate.value;
    site.after(1, [this, &site, &daemon, by, life = lives(daemon), leaked] {
      watch(site, daemon, by, life, leaked);
    });
  }
};

}  // namespace spof::fault
