#pragma once
#include <cmath>

namespace spof::net {

/// When the timers of a kernel run out: never early, and the longer the later, up to an eighth.
/// Linux keeps them in a wheel whose levels go in steps of 1, 8, 64, ... jiffies; the next step of
/// the level that a wait belongs to ends it. HZ is 250, as in Debian. [TCP-20]
class KernelTimers {
 public:
  /// The kernel runs for so long already when the run begins, seconds. One for all machines.
  explicit KernelTimers(double uptime = 0) : uptime_(uptime) {}

  /// The date at which a wait that began at a date ends; both in seconds.
  double end_of(double begin, double wait) const {
    const double now = std::floor((uptime_ + begin) * hz), jiffies = whole(wait) * hz;
    double step = 1;
    for (double most = 63; jiffies >= most; most *= 8) step *= 8;
    return (std::floor((now + jiffies) / step) + 1) * step / hz - uptime_;
  }
  /// In whole jiffies, seconds.
  static double whole(double wait) { return std::ceil(wait * hz - 1e-6) / hz; }

 private:
  static constexpr double hz = 250;
  double uptime_;
};

}  // namespace spof::net
