#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/agenda.hpp"

namespace spof::engine {

/// How much of something is taken, over time: threads, cores, a disk, a link, places in a queue.
/// Sums by window, of those windows alone in which anything was taken or waited; of very many each
/// is made of several.
class Gauge {
 public:
  struct Window {
    std::int64_t number = 0;  ///< begins at so many lengths
    double busy = 0;          ///< seconds, of all places; all taken: the window's length
    double full = 0;          ///< seconds in which no place was free
    double waiting = 0;       ///< seconds, of all that waited
  };
  explicit Gauge(std::string name) : name_(std::move(name)), length_(shortest) {}

  /// From now on so many of the places are taken, and so many wait for one.
  void set(double taken, double places, std::size_t waiting = 0) {
    settle(now());
    share_ = places > 0 ? std::min(taken / places, 1.0) : 0;
    waiting_ = static_cast<double>(waiting);
  }
  /// This much of it was taken, evenly since a date: bytes on a link, as the time that they take.
  void took(double since, double seconds) {
    const double until = std::max(now(), since + 1e-9);
    spread(since, until,
           [&](Window& window, double part) { window.busy += seconds * part / (until - since); });
  }
  /// Until this date; then it is complete.
  const std::vector<Window>& finish(double date) {
    settle(date);
    return windows_;
  }
  const std::string& name() const { return name_; }  ///< "app@server1/threads"

  double length() const { return length_; }  ///< of a window

  static inline double shortest = 1;  ///< the same, of a gauge that is made from now on

 private:
  void settle(double date) {
    if (share_ > 0 || waiting_ > 0)
      spread(since_, date, [&](Window& window, double part) {
        window.busy += share_ * part;
        if (share_ >= 1) window.full += part;
        window.waiting += waiting_ * part;
      });
    since_ = date;
  }
  template <class Add>
  void spread(double from, double until, Add add) {
    if (from >= until) return;
    if (from >= last_from_ && until <= last_until_)  // nearly always
      return add(windows_.back(), until - from);
    while (from < until) {
      if (windows_.size() > most) halve();
      auto number = static_cast<std::int64_t>(std::floor(from / length_));
      if (static_cast<double>(number + 1) * length_ <= from) ++number;  // rounding
      const double end = std::min(until, static_cast<double>(number + 1) * length_);
      add(window(number), end - from);
      from = end;
    }
    last_from_ = static_cast<double>(windows_.back().number) * length_;
    last_until_ = last_from_ + length_;
  }
  /// Nearly always the last one; a transfer may have begun some windows ago.
  Window& window(std::int64_t number) {
    auto at = windows_.end();
    while (at != windows_.begin() && (at - 1)->number >= number) --at;
    if (at == windows_.end() || at->number != number) at = windows_.insert(at, {.number = number});
    return *at;
  }
  void halve() {
    length_ *= 2;
    std::vector<Window> made;
    for (const Window& one : windows_) {
      if (made.empty() || made.back().number != one.number >> 1)
        made.push_back({.number = one.number >> 1});
      made.back().busy += one.busy;
      made.back().full += one.full;
      made.back().waiting += one.waiting;
    }
    windows_ = std::move(made);
    last_until_ = -1;
  }
  static constexpr std::size_t most = 4000;
  std::string name_;
  double length_;
  std::vector<Window> windows_;
  double last_from_ = 0, last_until_ = -1;  ///< of the last window
  double since_ = 0, share_ = 0, waiting_ = 0;
};

}  // namespace spof::engine
