#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "engine/activities.hpp"
#include "engine/agenda.hpp"
#include "engine/machine.hpp"
#include "engine/message.hpp"
#include "engine/platform.hpp"

namespace spof::engine {

class Wait;

/// Hears of the end of a parcel's way.
class Carrier {
 public:
  virtual ~Carrier() = default;
  virtual void arrived(const Parcel& parcel) = 0;
  virtual void lost(const Parcel& parcel) = 0;
};

/// Waits that end after one constant delay: a list in the order of their deadlines, linked through
/// the waits themselves, with one timer at its head. Costs no memory and no SimGrid
/// activity per wait, and a wait that ends otherwise leaves nothing behind. The line itself is gone
/// once its timer finds it empty: many delays (what is left of a deadline) occur only once.
class TimeoutLine {
 public:
  TimeoutLine(double after, class Kernel& kernel) : delay(after), kernel_(kernel) {}
  void add(Wait& wait);
  void remove(Wait& wait);
  const double delay;

 private:
  void arm();
  void fire();
  Kernel& kernel_;
  Wait* first_ = nullptr;
  Wait* last_ = nullptr;
  bool armed_ = false;
};

/// Parcels that take one constant time: a FIFO with one timer at its head.
class PacketLine {
 public:
  PacketLine(double after, class Kernel& kernel) : delay(after), kernel_(kernel) {}
  void add(const Parcel& parcel);
  const double delay;

 private:
  void fire();
  Kernel& kernel_;
  std::vector<std::pair<double, Parcel>> queue_;
  std::size_t gone_ = 0;  ///< so many at its head have arrived
  bool armed_ = false;
};

/// Lines by their delay. Those that are used all the time are found without a search.
template <class Line>
class Lines {
 public:
  Line& of(double delay, Kernel& kernel) {
    Line*& known = known_[place_of(delay)];
    if (!known || known->delay != delay)
      known = &all_.try_emplace(delay, delay, kernel).first->second;
    return *known;
  }
  void erase(double delay) {
    known_[place_of(delay)] = nullptr;
    all_.erase(delay);
  }

 private:
  static constexpr int bits = 6;
  static std::size_t place_of(double delay) {
    return std::bit_cast<std::uint64_t>(delay) * 0x9E3779B97F4A7C15U >> (64 - bits);
  }
  std::map<double, Line> all_;
  std::array<Line*, std::size_t{1} << bits> known_{};
};

/// The part of the engine that talks to SimGrid: starts activities, hears of their end. One in an
/// operating system's process, as SimGrid's own engine. All simulated daemons run from its
/// callbacks, in SimGrid's kernel context, where starting an activity needs no context switch.
class Kernel {
 public:
  /// Loads the platform. Throws std::runtime_error when it cannot be read.
  explicit Kernel(const PlatformSource& source);
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  Platform& platform() { return platform_; }
  void set_carrier(Carrier& carrier) { carrier_ = &carrier; }

  /// Runs the simulation up to this date.
  void run_until(Seconds horizon) { agenda_.run_until(horizon); }
  /// Calls `action` at a date (not before now), in kernel context. Of one date, whoever asked first
  /// comes first.
  void at(double date, std::function<void()> action) { agenda_.add(date, std::move(action)); }

  /// Sends a parcel on its way. Less than one segment travels as a timer of the path's latency,
  /// more as a transfer that shares the links' bandwidth. With `extra_delay` it is a timer, and so
  /// much longer on its way (a handshake's way back).
  void send(const Parcel& parcel, double extra_delay = 0);
  Activities& activities() { return activities_; }
  /// Actors were started or killed.
  void let_actors_run() { agenda_.let_actors_run(); }
  void add_timeout(double after, Wait& wait);

  /// A gauge of this name, "app@server1/threads"; what it is of sets it.
  Gauge& gauge(std::string name) { return gauges_.emplace_back(std::move(name)); }
  std::deque<Gauge>& gauges() { return gauges_; }
  /// Nothing of what a process had is taken any more.
  void clear_gauges(const std::string& process);

  std::uint64_t packets = 0;  ///< parcels that travelled as timers
  /// Leaves all work to SimGrid, and follows its clock: the same results within its precision,
  /// slower. For tests, to be set before the kernel is made; a platform with profiles is always so.
  static inline bool solve_all = false;

 private:
  friend class PacketLine;
  friend class TimeoutLine;
  void deliver(const Parcel& parcel, bool whole);
  Agenda agenda_;
  std::deque<Gauge> gauges_;
  Platform platform_;
  Activities activities_;
  Carrier* carrier_ = nullptr;
  Lines<TimeoutLine> timeouts_;
  Lines<PacketLine> wires_;
};

/// Largest payload of one segment on Ethernet: [TCP-12]'s MSS.
constexpr double segment_bytes = 1460;

}  // namespace spof::engine
