#pragma once
#include <string>
#include <vector>

#include "engine/platform.hpp"
#include "net/daemon.hpp"

namespace spof::fault {

/// What a fault may touch: the machines and links, and each daemon's public switches. The world
/// implements it; names have been checked when the scenario was read.
class Switches {
 public:
  virtual ~Switches() = default;
  virtual engine::Platform& platform() = 0;
  virtual net::Network& network() = 0;
  virtual engine::Machine& machine(const std::string& host) = 0;
  virtual net::Daemon& daemon(const std::string& name) = 0;
  /// Every daemon on a host, in the order of their start.
  virtual std::vector<net::Daemon*> daemons_on(const engine::Machine& machine) = 0;
  /// SIGKILL; its service manager, if it has one, will start it again.
  virtual void crash(net::Daemon& daemon) = 0;
  /// An operator or the boot sequence starts it (nothing happens if it runs).
  virtual void start(net::Daemon& daemon) = 0;
  /// Calls `action` so many seconds from now.
  virtual void after(Seconds delay, std::function<void()> action) = 0;
};

}  // namespace spof::fault
