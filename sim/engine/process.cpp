#include "engine/process.hpp"

#include <simgrid/s4u.hpp>
#include <stdexcept>
#include <string>

namespace spof::engine {
namespace sg4 = simgrid::s4u;

// ---- Wait ---------------------------------------------------------------------------------------
void Wait::open() { token_ = process_.open_slot(*this); }

void Wait::close() {
  if (!is_open()) return;
  process_.close_slot(std::exchange(token_, {}));
  if (line_) line_->remove(*this);
}

void Wait::wake(const Message&) {
  process_.resume(waiter_);  // `this` may be gone afterwards
}

void Wait::limit(double after) {
  if (after > 0) process_.kernel().add_timeout(after, *this);
}

void Sleep::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  open();
  process_.kernel().at(until_, [token = token_] {
    if (token.process->find(token)) token.process->accept(token, Outcome::timed_out);
  });
}

// ---- Process: life cycle ------------------------------------------------------------------------
struct Process::Actor {
  sg4::ActorPtr actor;
  sg4::SemaphorePtr for_ever;
};

Process::Process(Kernel& kernel, std::string name, Machine& machine)
    : kernel_(kernel), name_(std::move(name)), machine_(machine), actor_(new Actor) {
  sg4::Host::on_state_change_cb([this](const sg4::Host& host) {
    if (&host == machine_.host() && !host.is_on()) fall(true);
  });
}
Process::~Process() = default;

void Process::boot() {
  boot_again_ = dying_;
  if (alive_ || dying_ || !machine_.is_on()) return;
  alive_ = fresh_ = true;
  hung_.clear();
  ++epoch_;
  spawn_actor();
  make_ready();
}

void Process::spawn_actor() {
  actor_->for_ever = sg4::Semaphore::create(0);
  // The actor runs later, perhaps only to die, when this may be another incarnation's date already.
  actor_->actor = sg4::Actor::create(name_, machine_.host(),
                                     [this, mine = epoch_, for_ever = actor_->for_ever] {
                                       // For deaths that came neither through kill() nor through
                                       // the machine. Runs on the dying actor, before its stack
                                       // unwinds, and twice after a reboot: flips flags, no more.
                                       sg4::this_actor::on_exit([this, mine](bool) {
                                         if (epoch_ == mine) fall(!machine_.is_on());
                                       });
                                       for_ever->acquire();
                                     });
  kernel_.let_actors_run();
}

void Process::kill(bool silently) {
  if (!alive_) return;
  fall(silently);
  actor_->actor->kill();
}

/// From now on nothing is delivered; what it leaves is cleared in kernel context, at this date.
void Process::fall(bool silently) {
  boot_again_ = false;
  if (!alive_) return;
  alive_ = fresh_ = false;
  dying_ = true;
  ++epoch_;
  kernel_.let_actors_run();
  kernel_.at(now(), [this, silently] { bury(silently); });
}

void Process::bury(bool silently) {
  jobs_.destroy_all();
  inbox_.clear();
  batch_.clear();
  ended(silently);
  dying_ = false;
  if (boot_again_) boot();
}

void Process::stop_running(Hold by) {
  if (alive_) hung_.add(by);
}

void Process::go_on(Hold by) {
  if (!alive_ || !hung_.any()) return;
  hung_.drop(by);
  wake_up();
}

void Process::go_on() {
  if (!alive_ || !hung_.any()) return;
  hung_.clear();
  wake_up();
}

void Process::wake_up() {
  if (is_hung()) return;
  if (!fresh_) resumed();
  make_ready();
}

// ---- Process: the event loop --------------------------------------------------------------------
namespace {
std::vector<Process*> ready_queue;  // whose turn it is, in order; one simulation per OS process
bool draining = false;

/// Time must go on: a loop that takes none would fill the memory, and say nothing.
void count_turn() {
  constexpr int most = 100'000'000;
  static double date = -1;
  static int turns = 0;
  if (now() != date) turns = 0;
  date = now();
  if (++turns > most)
    throw std::runtime_error("the clock stands still at " + std::to_string(date) +
                             " s: something happens again and again in no time");
}
}  // namespace

void Process::make_ready() {
  if (ready_ || is_hung()) return;
  ready_ = true;
  ready_queue.push_back(this);
  if (!draining) drain();
}

/// Every process with something in its inbox takes its turn, until none has.
void Process::drain() {
  draining = true;
  for (std::size_t i = 0; i < ready_queue.size(); ++i) {
    count_turn();
    ready_queue[i]->turn();
  }
  ready_queue.clear();
  draining = false;
}

void Process::turn() {
  ready_ = false;
  if (fresh_ && alive_) {
    fresh_ = false;
    started();
  }
  while (!inbox_.empty() && alive_ && !is_hung()) {
    batch_.swap(inbox_);
    for (std::size_t i = 0; i < batch_.size() && alive_; ++i) {
      if (is_hung()) {  // stopped by one of its own actions: the rest waits, before what came since
        inbox_.insert(inbox_.begin(), batch_.begin() + static_cast<std::ptrdiff_t>(i),
                      batch_.end());
        break;
      }
      const Message& message = batch_[i];
      if (message.kind != Message::wake) {
        requested(message);
      } else if (Wait* wait = find(message.token)) {
        wait->close();
        wait->wake(message);
      }
    }
    batch_.clear();
  }
}

void Process::accept(const Message& message) {
  if (!alive_) return;
  inbox_.push_back(message);
  make_ready();
}

Token Process::open_slot(Wait& wait) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  slots_[slot].wait = &wait;
  return {this, slot, slots_[slot].generation};
}

void Process::close_slot(const Token& token) {
  ++slots_[token.slot].generation;
  slots_[token.slot].wait = nullptr;
  free_slots_.push_back(token.slot);
}

}  // namespace spof::engine
