#pragma once
#include <string>
#include <vector>

#include "engine/platform.hpp"
#include "measure/event.hpp"
#include "net/daemon.hpp"

namespace spof::fault {

using engine::Hold;

/// What a fault may touch: the machines and links, and each daemon's public switches. The world
/// implements it; names have been checked when the scenario was read.
class Switches {
 public:
  virtual ~Switches() = default;
  virtual engine::Platform& platform() = 0;
  virtual net::Network& network() = 0;
  virtual engine::Machine& machine(const std::string& host) = 0;
  virtual net::Daemon& daemon(const std::string& name) = 0;
  /// In the order of their start.
  virtual std::vector<net::Daemon*> daemons_on(const engine::Machine& machine) = 0;
  // A daemon is down until every fault that took it down has let it go, or until its service
  // manager or its host's boot sequence starts it.
  /// SIGKILL; its service manager, if it has one, will start it again.
  virtual void crash(net::Daemon& daemon, Hold by) = 0;
  /// The same by the kernel, which has no memory left for it.
  virtual void kill_for_memory(net::Daemon& daemon, Hold by) = 0;
  /// `systemctl stop`: its service manager leaves it alone.
  virtual void stop(net::Daemon& daemon, Hold by) = 0;
  /// An operator starts it, unless another fault still holds it down.
  virtual void let_go(net::Daemon& daemon, Hold by) = 0;
  /// Calls `action` when a daemon that stops has stopped, or now.
  virtual void when_ended(net::Daemon& daemon, std::function<void()> action) = 0;
  /// He does, whatever holds it down: what faults did to its process is over. Whether any did.
  virtual bool start_anew(net::Daemon& daemon) = 0;
  /// The boot sequence starts every daemon of a host, in the order of the site's own start.
  virtual void boot(engine::Machine& machine) = 0;
  /// Whoever repairs what is broken there, before its time or for good: ends every strike on that
  /// target that is in force. Whether there was one.
  virtual bool mend(const std::string& target) = 0;
  /// Ends a strike that is in force, as its repair would.
  virtual void end(Hold strike) = 0;
  /// What whoever acts on the site has to say, now.
  virtual void tell(measure::Event event) = 0;
  /// Load balancers in front of a host's web servers and applications, and their lines for it.
  virtual std::vector<std::pair<net::Daemon*, std::string>> lines_to(
      const engine::Machine& machine) = 0;
  /// Calls `action` so many seconds from now.
  virtual void after(Seconds delay, std::function<void()> action) = 0;
};

}  // namespace spof::fault
