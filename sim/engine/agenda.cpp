#include "engine/agenda.hpp"

#include <algorithm>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <utility>

namespace spof::engine {
using simgrid::kernel::timer::Timer;
using simgrid::s4u::Engine;

void Agenda::add(double date, std::function<void()> action) {
  if (!free_) free_ = &entries_.emplace_back();
  Entry& one = *std::exchange(free_, free_->next);
  one.date = date;
  one.number = added_++;
  one.below = one.next = nullptr;
  one.action = std::move(action);
  first_ = first_ ? merged(first_, &one) : &one;
  if (!firing_) arm();
}

/// The later one goes below the other.
Agenda::Entry* Agenda::merged(Entry* one, Entry* other) {
  if (other->is_before(*one)) std::swap(one, other);
  other->next = std::exchange(one->below, other);
  return one;
}

/// What is below it is merged by pairs, then the pairs from the last to the first.
void Agenda::take_first() {
  Entry* pairs = nullptr;
  for (Entry* left = first_->below; left;) {
    Entry* const one = left;
    Entry* const other = one->next;
    left = other ? other->next : nullptr;
    Entry* const pair = other ? merged(one, other) : one;
    pair->next = std::exchange(pairs, pair);
  }
  first_ = pairs;
  for (Entry* left = pairs ? pairs->next : nullptr; left;)
    first_ = merged(first_, std::exchange(left, left->next));
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
  if (!first_ && for_simgrid_.empty()) return;
  const double next = for_simgrid_.empty() ? first_->date : clock_;
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
    if (!first_ || first_->date > horizon_) break;
    clock_ = first_->date;
  }
  firing_ = false;
  arm();
}

void Agenda::run_what_is_due() {
  while (first_ && first_->date <= clock_) {
    Entry& one = *first_;
    take_first();
    one.action();
    one.action = nullptr;
    one.next = std::exchange(free_, &one);
  }
}

}  // namespace spof::engine
