#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "engine/machine.hpp"
#include "engine/message.hpp"
#include "engine/platform.hpp"

namespace simgrid::kernel::timer {
class Timer;
}

namespace spof::engine {

class Wait;
struct Operation;

/// The date of the simulation, in seconds.
double now();

/// A packet, or a train of them, between two machines. What it means is `net`'s business.
struct Parcel {
  const Machine* from = nullptr;
  const Machine* to = nullptr;
  std::uint64_t connection = 0;
  std::uint32_t address = 0;  ///< of what belongs to no connection: where it goes
  std::uint16_t port = 0;
  std::uint8_t what = 0;
  std::uint8_t side = 0;     ///< which end sent it
  std::uint8_t attempt = 0;  ///< retransmissions so far
  std::uint8_t flags = 0;
  double wire_bytes = 40;  ///< what is transferred; at a retransmission less than the body
  Outcome outcome = Outcome::ok;
  Body body{};
};
static_assert(std::is_trivially_destructible_v<Parcel>);

/// Hears of the end of a parcel's way.
class Carrier {
 public:
  virtual ~Carrier() = default;
  virtual void arrived(const Parcel& parcel) = 0;
  virtual void lost(const Parcel& parcel) = 0;
};

/// What is to happen at dates, in their order; at one date in the order in which it was asked for.
/// SimGrid's own timers come, at one date, in the order of their heap's shape, which every timer
/// changes, even one for a later date: this has one SimGrid timer, for its first date.
class Agenda {
 public:
  void add(double date, std::function<void()> action);

 private:
  struct Entry {
    double date;
    std::uint64_t number;
    std::function<void()> action;
    bool operator<(const Entry& other) const {  // the first on top of a heap
      return date != other.date ? date > other.date : number > other.number;
    }
  };
  void arm();
  void fire();
  std::vector<Entry> heap_;
  std::uint64_t added_ = 0;
  simgrid::kernel::timer::Timer* timer_ = nullptr;
  double armed_for_ = 0;
  bool firing_ = false;
};

/// Waits that end after one constant delay: a list in the order of their deadlines, linked through
/// the waits themselves, with one timer at its head. Costs no memory and no SimGrid
/// activity per wait, and a wait that ends otherwise leaves nothing behind. The line itself is gone
/// once its timer finds it empty: many delays (what is left of a deadline) occur only once.
class TimeoutLine {
 public:
  TimeoutLine(double delay, class Kernel& kernel) : delay_(delay), kernel_(kernel) {}
  void add(Wait& wait);
  void remove(Wait& wait);

 private:
  void arm();
  void fire();
  double delay_;
  Kernel& kernel_;
  Wait* first_ = nullptr;
  Wait* last_ = nullptr;
  bool armed_ = false;
};

/// Parcels that take one constant time: a FIFO with one timer at its head.
class PacketLine {
 public:
  PacketLine(double delay, class Kernel& kernel) : delay_(delay), kernel_(kernel) {}
  void add(const Parcel& parcel);

 private:
  void fire();
  double delay_;
  Kernel& kernel_;
  std::deque<std::pair<double, Parcel>> queue_;
  bool armed_ = false;
};

/// The part of the engine that talks to SimGrid: starts activities, hears of their end. One in an
/// operating system's process, as SimGrid's own engine. All simulated daemons run from its
/// callbacks, in SimGrid's kernel context, where starting an activity needs no context switch.
class Kernel {
 public:
  /// Loads the platform. Throws std::runtime_error when it cannot be read.
  explicit Kernel(const PlatformSource& source);
  ~Kernel();
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  Platform& platform() { return *platform_; }
  void set_carrier(Carrier& carrier) { carrier_ = &carrier; }

  /// Runs the simulation up to this date.
  void run_until(Seconds horizon);
  /// Calls `action` at a date (not before now), in kernel context. Of one date, whoever asked first
  /// comes first.
  void at(double date, std::function<void()> action);

  /// Sends a parcel on its way. Less than one segment travels as a timer of the path's latency,
  /// more as a SimGrid transfer that shares the links' bandwidth. With `extra_delay` it is a timer,
  /// and so much longer on its way (a handshake's way back).
  void send(const Parcel& parcel, double extra_delay = 0);
  /// Starts a computation; null if the host is off. `token` is woken at its end.
  Operation* execute(simgrid::s4u::Host* host, double amount, const Token& token);
  void cancel(Operation* operation);
  void add_timeout(double after, Wait& wait);

  std::uint64_t transfers = 0;     ///< SimGrid communications started
  std::uint64_t computations = 0;  ///< SimGrid executions started, on processors and disks
  std::uint64_t packets = 0;       ///< parcels that travelled as timers
  std::uint64_t in_service() const { return in_service_; }

 private:
  friend class PacketLine;
  friend class TimeoutLine;
  friend struct Completion;
  struct Graveyard;
  void deliver(const Parcel& parcel);
  void transfer(const Parcel& parcel);
  Operation* new_operation();
  void completed(Operation* operation, bool finished);
  Agenda agenda_;
  std::unique_ptr<Graveyard> graveyard_;
  std::unique_ptr<Platform> platform_;
  Carrier* carrier_ = nullptr;
  std::vector<std::unique_ptr<Operation>> operations_;
  std::vector<Operation*> free_;
  std::map<double, TimeoutLine> timeouts_;
  std::map<double, PacketLine> wires_;
  std::uint64_t in_service_ = 0;
};

/// Largest payload of one segment on Ethernet: [TCP-12]'s MSS.
constexpr double segment_bytes = 1460;

}  // namespace spof::engine
