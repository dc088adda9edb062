#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

namespace simgrid::kernel::timer {
class Timer;
}

namespace spof::engine {

/// What is to happen at dates, in their order; at one date in the order in which it was asked for.
/// It keeps the clock of the simulation. SimGrid's own clock goes along, step by step, only while
/// there is something for SimGrid to do: as long as none of its activities is in progress, the
/// agenda runs from date to date within one of SimGrid's timers, and SimGrid's clock stays behind.
class Agenda {
 public:
  /// `action` is called in SimGrid's kernel context. Not before now.
  void add(double date, std::function<void()> action);
  /// Calls `action` when SimGrid's clock shows this date, too: at once, or when what is due at this
  /// date is done.
  void with_simgrid(std::function<void()> action);
  /// So many activities of SimGrid more (or fewer) are in progress.
  void in_simgrid(int more) { in_simgrid_ += more; }
  /// Actors were started or killed: SimGrid runs them before the next date.
  void let_actors_run() { actors_wait_ = true; }
  /// SimGrid called on its own account: what it did happens at its date.
  static void catch_up();
  void run_until(double horizon);

 private:
  friend double now();
  struct Entry {
    double date = 0;
    std::uint64_t number = 0;
    Entry* below = nullptr;  ///< the first of those that come after it
    Entry* next = nullptr;   ///< of those after the same one
    std::function<void()> action = {};
    bool is_before(const Entry& other) const {
      return date != other.date ? date < other.date : number < other.number;
    }
  };
  static Entry* merged(Entry* one, Entry* other);
  void take_first();
  void arm();
  void fire();
  void run_what_is_due();
  inline static double clock_ = 0;  // one simulation per process of the operating system
  // A pairing heap: most of what is added is due before nearly all that waits already, and is then
  // compared with one entry, not with as many as a binary heap is deep.
  Entry* first_ = nullptr;
  std::deque<Entry> entries_;  // those in the heap, and the free ones
  Entry* free_ = nullptr;
  std::vector<std::function<void()>> for_simgrid_;
  std::uint64_t added_ = 0;
  int in_simgrid_ = 0;
  simgrid::kernel::timer::Timer* timer_ = nullptr;
  double armed_for_ = 0, horizon_ = 0;
  bool firing_ = false, actors_wait_ = false;
};

/// The date of the simulation, in seconds.
inline double now() { return Agenda::clock_; }

}  // namespace spof::engine
