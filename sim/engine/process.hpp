#pragma once
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/kernel.hpp"
#include "engine/task.hpp"

namespace spof::engine {

/// Base of everything a coroutine can wait for. Lives in the coroutine's frame, so that destroying
/// the frame withdraws the wait; the world outside knows only its token.
class Wait {
 public:
  explicit Wait(Process& process) : process_(process) {}
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;
  virtual ~Wait() { close(); }
  /// The answer has come (its slot is closed already): resumes the coroutine.
  virtual void wake(const Message& answer);

 protected:
  void open();
  void close();
  bool is_open() const { return token_.process != nullptr; }
  /// Wakes it with Outcome::timed_out unless it ends before; not positive: never.
  void limit(double after);
  Process& process_;
  Token token_;
  std::coroutine_handle<> waiter_;
  Operation* operation_ =
      nullptr;  ///< the computation in progress; the kernel forgets it at its end

 private:
  friend class Activities;
  friend class Process;
  friend class TimeoutLine;
  TimeoutLine* line_ = nullptr;
  Wait* before_ = nullptr;
  Wait* after_ = nullptr;
  double deadline_ = 0;
};

/// A daemon: one SimGrid actor pinned to its machine, and an event loop. A Process outlives its
/// incarnations: killed and booted again it has a new epoch, and nothing of the old one reaches it.
/// The actor is the life of the process; the loop itself runs from the kernel's callbacks.
class Process {
 public:
  Process(Kernel& kernel, std::string name, Machine& machine);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  virtual ~Process();

  /// Starts it; nothing happens if it runs already or its machine is off.
  void boot();
  /// SIGKILL. `silently`: the machine died with it, nobody is told.
  void kill(bool silently = false);
  /// SIGSTOP and SIGCONT: what arrives meanwhile waits, until nobody stops it any more. It ends
  /// with the process.
  void stop_running(Hold by);
  void go_on(Hold by);
  /// SIGCONT, whoever stopped it.
  void go_on();

  bool is_alive() const { return alive_; }
  bool is_hung() const { return hung_.any() || machine_.frozen.any(); }
  /// Its machine is frozen no more.
  void thaw() {
    if (alive_) wake_up();
  }
  std::uint32_t epoch() const { return epoch_; }
  const std::string& name() const { return name_; }
  Machine& machine() const { return machine_; }
  Kernel& kernel() { return kernel_; }
  std::size_t jobs() const { return jobs_.size(); }
  std::size_t open_waits() const { return slots_.size() - free_slots_.size(); }
  /// How much longer than usual its own computations take (faults of kind `slow`).
  InForce<double> slow;
  double slowdown() const { return slow.times(1); }

  /// Into the inbox; the loop runs when whoever is running now has paused.
  void accept(const Message& message);
  void accept(const Token& token, Outcome outcome = Outcome::ok) {
    accept({.token = token, .outcome = outcome});
  }
  /// Null if that wait is over.
  Wait* find(const Token& token) const {
    const Slot& slot = slots_[token.slot];
    return slot.generation == token.generation ? slot.wait : nullptr;
  }

  /// Drops the waits at the head of a list that are over.
  void prune(std::deque<Token>& list) const {
    while (!list.empty() && !find(list.front())) list.pop_front();
  }

  Token open_slot(Wait& wait);
  void close_slot(const Token& token);
  void resume(std::coroutine_handle<> waiter) { jobs_.run(waiter); }
  void start(Task<> job) { jobs_.start(std::move(job)); }
  void cancel(Jobs::Handle job) { jobs_.destroy(job); }
  bool is_dying() const { return dying_; }

 protected:
  /// A fresh incarnation: reset the state, start the background jobs.
  virtual void started() = 0;
  /// A request has arrived on a connection, or a datagram.
  virtual void requested(const Message& request) = 0;
  /// It runs again after a hang: kernel-side queues may move.
  virtual void resumed() {}
  /// Kernel context, same date as the death, after its coroutines are gone: the operating system
  /// closes what the process had open, or nothing does when the machine died (`silently`).
  virtual void ended(bool silently) = 0;

 private:
  struct Slot {
    std::uint32_t generation = 0;
    Wait* wait = nullptr;
  };
  void spawn_actor();
  void fall(bool silently);
  void bury(bool silently);
  void wake_up();
  void make_ready();
  void turn();
  static void drain();
  Kernel& kernel_;
  std::string name_;
  Machine& machine_;
  struct Actor;
  std::unique_ptr<Actor> actor_;
  std::vector<Message> inbox_, batch_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  Jobs jobs_;
  std::uint32_t epoch_ = 0;
  bool fresh_ = false, ready_ = false;
  bool alive_ = false, dying_ = false, boot_again_ = false;
  InForce<> hung_;
};

/// Waits for a time, or for whoever wakes `token()`. Outcome::timed_out: the time has come.
class Sleep : public Wait {
 public:
  Sleep(Process& process, double until) : Wait(process), until_(until) {}
  bool await_ready() const { return until_ <= now(); }
  void await_suspend(std::coroutine_handle<> waiter);
  Outcome await_resume() const { return outcome_; }
  void wake(const Message& answer) override {
    outcome_ = answer.outcome;
    Wait::wake(answer);
  }

 private:
  double until_;
  Outcome outcome_ = Outcome::timed_out;
};

/// Waits in a list until somebody takes it from there and wakes it, or for at most `limit` seconds
/// (not positive: for ever).
class Enlisted : public Wait {
 public:
  Enlisted(Process& process, std::deque<Token>& list, double patience = 0)
      : Wait(process), list_(list), patience_(patience) {}
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    open();
    list_.push_back(token_);
    limit(patience_);
  }
  Outcome await_resume() {
    if (outcome_ == Outcome::timed_out) process_.prune(list_);
    return outcome_;
  }
  void wake(const Message& answer) override {
    outcome_ = answer.outcome;
    Wait::wake(answer);
  }

 private:
  std::deque<Token>& list_;
  double patience_;
  Outcome outcome_ = Outcome::ok;
};

/// Waits until somebody wakes the token stored in `who`, or for at most `limit` seconds.
class Nap : public Wait {
 public:
  Nap(Process& process, Token& who, double limit = 0) : Wait(process), who_(who), limit_(limit) {}
  ~Nap() override { forget(); }
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    open();
    who_ = mine_ = token_;
    limit(limit_);
  }
  Outcome await_resume() {
    forget();
    return outcome_;
  }
  void wake(const Message& answer) override {
    outcome_ = answer.outcome;
    Wait::wake(answer);
  }

 private:
  void forget() {
    if (process_.is_dying()) return;
    if (who_.slot == mine_.slot && who_.generation == mine_.generation) who_ = {};
  }
  Token& who_;
  Token mine_;
  double limit_;
  Outcome outcome_ = Outcome::ok;
};

}  // namespace spof::engine
