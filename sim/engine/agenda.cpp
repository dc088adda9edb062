#include "engine/agenda.hpp"

#include <algorithm>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <utility>

namespace spof::engine {
using simgrid::kernel::timer::Timer;
using simgrid::s4u::Engine;

void Agenda::add(double date, std::function<void()> action) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(actions_.size()));
    actions_.emplace_back();
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  actions_[slot] = std::move(action);
  heap_.push_back({date, added_++, slot});
  std::push_heap(heap_.begin(), heap_.end());
  if (!firing_) arm();
}

void Agenda::with_simgrid(std::function<void()> action) {
  if (Engine::get_clock() >= clock_) return action();
  for_simgrid_.push_back(std::move(action));
  if (!firing_) arm();
}

void Agenda::catch_up() { clock_ = std::max(clock_, Engine::get_clock()); }

void Agenda::run_until(double horizon) {
  horizon_ = horizon;
  // Not an actor that sleeps until then: it would die with its host, and every daemon with it.
  Engine::get_instance()->run_until(horizon);
  catch_up();
}

/// SimGrid's own timers come, at one date, in the order of their heap's shape, which every timer
/// changes, even one for a later date: there is one, for the next date.
void Agenda::arm() {
  if (heap_.empty() && for_simgrid_.empty()) return;
  const double next = for_simgrid_.empty() ? heap_.front().date : clock_;
  if (timer_ && armed_for_ <= next) return;
  if (timer_) timer_->remove();
  armed_for_ = std::max(next, Engine::get_clock());
  timer_ = Timer::set(armed_for_, [this] { fire(); });
}

void Agenda::fire() {
  timer_ = nullptr;
  firing_ = true;
  actors_wait_ = false;
  catch_up();
  for (const auto& action : std::exchange(for_simgrid_, {})) action();
  for (run_what_is_due(); in_simgrid_ == 0 && !actors_wait_; run_what_is_due()) {
    if (heap_.empty() || heap_.front().date > horizon_) break;
    clock_ = heap_.front().date;
  }
  firing_ = false;
  arm();
}

void Agenda::run_what_is_due() {
  while (!heap_.empty() && heap_.front().date <= clock_) {
    const std::uint32_t slot = heap_.front().action;
    std::pop_heap(heap_.begin(), heap_.end());
    heap_.pop_back();
    const std::function<void()> action = std::exchange(actions_[slot], nullptr);
    free_.push_back(slot);
    action();
  }
}

}  // namespace spof::engine
