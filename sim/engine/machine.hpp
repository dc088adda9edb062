#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/in_force.hpp"
#include "engine/resource.hpp"

namespace simgrid::s4u {
class Host;
}

namespace spof::engine {

/// What computes: the cores of a host, or a disk. Both are SimGrid hosts: a disk is one whose speed
/// is bytes per second, because SimGrid 3.32's own Io leaks about 260 bytes an operation.
struct Processor : Resource {
  explicit Processor(simgrid::s4u::Host* host);
  Processor(const Processor&) = delete;
  Processor& operator=(const Processor&) = delete;
  simgrid::s4u::Host* host;
  double speed;  ///< of one core, flops (a disk: bytes) per second
  Resources itself{this};
};

/// A computer of the platform: its cores, and its disk.
class Machine {
 public:
  Machine(std::string name, std::uint16_t index, simgrid::s4u::Host* host, Processor* cpu,
          Processor* disk)
      : name_(std::move(name)), index_(index), host_(host), cpu_(cpu), disk_(disk) {}
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  const std::string& name() const { return name_; }
  std::uint16_t index() const { return index_; }
  bool is_on() const { return on_; }
  /// How often it has been switched on: a connection made before a reboot means nothing after it.
  std::uint32_t boots() const { return boots_; }
  /// How often its power has failed, whether it was on or not.
  std::uint32_t power_cuts() const { return power_cuts_; }
  int cores() const { return cpu_->places; }
  /// Its network card is one end of a veth pair (host property `nic` = `veth`): when the other end
  /// is down, sending fails at once on this machine.
  bool has_veth() const;
  bool has_disk() const { return disk_ != nullptr; }
  /// Bytes per second; 0 without a disk.
  double disk_speed() const { return disk_ ? disk_->speed : 0; }

  /// Cuts the power, or restores it. Its processes die silently; restored, none of them is started.
  void power(bool on);

  /// How much longer than usual a computation takes (1: as declared), and a disk access.
  double cpu_slowdown() const { return slow_cpu.times(1 / speed); }
  double disk_slowdown() const { return slow_disk.times(1 / speed); }
  /// No space left: what writes to this machine's disk fails.
  bool is_disk_full() const { return full_disk.any(); }

  /// Somebody runs there, and may write.
  bool is_awake() const { return on_ && !frozen.any(); }

  double speed = 1;  ///< of processor and disk, against what the platform file says
  /// What faults have done to it; `no_power` is not all of is_on(), for a machine boots.
  InForce<double> slow_cpu, slow_disk;
  InForce<> full_disk, no_power;
  InForce<double> filling;  ///< the disk, which will be full some day: bytes that are left
  double disk_size = 0;     ///< bytes; 0: a common one. Half of it is free where nothing fills it
  double written = 0;       ///< bytes that the databases here have committed or applied
  /// Releases of a code base whose files a web server finds here, each by its number.
  std::vector<std::uint16_t> assets;
  /// Its clock is wrong: by so much, and by more and more.
  struct Drift {
    double offset = 0, rate = 0, since = 0;
  };
  InForce<Drift> drifts;
  /// Seconds that its clock is ahead.
  double clock_error(double date) const {
    double sum = 0;
    drifts.each([&](const Drift& one) { sum += one.offset + one.rate * (date - one.since); });
    return sum;
  }
  InForce<> frozen;  ///< as a virtual machine while it moves: its processes stand still

  simgrid::s4u::Host* host() const { return host_; }  ///< of its network card
  Processor* cpu() const { return cpu_; }             ///< usually its own; see platforms/README.md
  Processor* disk() const { return disk_; }

 private:
  std::string name_;
  std::uint16_t index_;
  simgrid::s4u::Host* host_;
  Processor* cpu_;
  Processor* disk_;
  bool on_ = true;
  std::uint32_t boots_ = 1;
  std::uint32_t power_cuts_ = 0;
};

}  // namespace spof::engine
