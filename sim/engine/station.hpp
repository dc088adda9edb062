#pragma once
#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

#include "base/options.hpp"
#include "base/units.hpp"
#include "engine/process.hpp"

namespace spof::engine {

/// A daemon that slept finds its caches cold, its processor in an idle state, and has a scheduler
/// to pass: the work that wakes it takes longer, the more so the longer it slept. What is found
/// queued when a thread is free pays nothing. [CPU-1]
struct Waking {
  double extra = 0;
  Seconds time = 5e-3;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("extra", extra,
          {.help = "after a long sleep work takes so many times its `cpu` longer (measured: 1.5)",
           .source = "CPU-1",
           .min = 0,
           .max = 100});
    visit("time", time,
          {.help = "what a daemon knew is forgotten with this time constant of sleep; and no more "
                   "than so much work is slowed down",
           .source = "CPU-1",
           .min = 1e-6,
           .max = 10});
  }
};

/// Threads that compute, or a disk's channels, and the daemon's own queue before them. SimGrid sees
/// only what is in service: its cost grows with the square of computations sharing a host.
class Station {
 public:
  Station(Process& owner, Processor* processor, int servers)
      : owner_(owner), processor_(processor), servers_(servers) {}
  class Use;
  /// Awaitable: `amount` flops or bytes of work.
  Use use(double amount);
  void clear() {
    busy_ = 0;
    slept_since_ = now();
    queue_.clear();
    measure();
  }
  void resize(int servers) {
    servers_ = servers;
    measure();
  }
  /// Tells the gauge OWNER/`what` how many of them are busy.
  void measured_as(const char* what) {
    gauge_ = &owner_.kernel().gauge(owner_.name() + "/" + what);
  }
  void set(const Waking& waking) { waking_ = waking; }
  int busy() const { return busy_; }
  std::size_t queued() const { return queue_.size(); }

 private:
  void release();
  /// What being woken adds to this work.
  double cold(double amount) const {
    if (busy_ > 0 || waking_.extra <= 0) return 0;
    const double time = waking_.time;
    return waking_.extra * std::min(amount, time * processor_->speed) *
           -std::expm1((slept_since_ - now()) / time);
  }
  void measure() {
    if (gauge_) gauge_->set(busy_, servers_, queue_.size());
  }
  Gauge* gauge_ = nullptr;
  Process& owner_;
  Processor* processor_;
  int servers_, busy_ = 0;
  double slept_since_ = 0;  ///< when the last of its threads had nothing more to do
  Waking waking_;
  std::deque<Token> queue_;
};

class Station::Use : public Wait {
 public:
  Use(Station& station, double amount) : Wait(station.owner_), station_(station), amount_(amount) {}
  ~Use() override { leave(); }
  bool await_ready() const { return amount_ <= 0; }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    open();
    if (station_.busy_ < station_.servers_) {
      amount_ += station_.cold(amount_);
      enter();
    } else {
      station_.queue_.push_back(token_);
    }
    station_.measure();
  }
  void await_resume() { leave(); }

 private:
  friend class Station;
  void enter() {
    ++station_.busy_;
    inside_ = true;
    operation_ = process_.kernel().activities().compute(*station_.processor_, amount_, token_);
  }
  void leave() {
    if (!std::exchange(inside_, false)) return;
    if (operation_) process_.kernel().activities().cancel(std::exchange(operation_, nullptr));
    station_.release();
  }
  Station& station_;
  double amount_;
  bool inside_ = false;
};

inline Station::Use Station::use(double amount) { return {*this, amount}; }

inline void Station::release() {
  if (owner_.is_dying()) return;
  --busy_;
  while (!queue_.empty() && busy_ < servers_) {
    Wait* next = owner_.find(queue_.front());
    queue_.pop_front();
    if (next) static_cast<Use*>(next)->enter();
  }
  if (busy_ == 0) slept_since_ = now();
  measure();
}

}  // namespace spof::engine
