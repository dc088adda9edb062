#include "plan/interrupt.hpp"

#include <poll.h>

#include <array>
#include <span>

namespace spof::plan {
namespace {

constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t signal_came = 0;
int guards = 0;
std::array<struct sigaction, ending_signals.size()> actions_before;
struct sigaction child_action_before;

void note_signal(int) { signal_came = 1; }

/// What is to be done at a signal from now on; `before`: what was done until now.
void set_handler(int signal, void (*handler)(int), struct sigaction* before = nullptr) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;  // a report that is being written is written to its end
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, before);
}

sigset_t set_of(std::span<const int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  if (guards++ > 0) return;
  signal_came = 0;
  for (std::size_t i = 0; i < ending_signals.size(); ++i) {
    sigaction(ending_signals[i], nullptr, &actions_before[i]);
    if (actions_before[i].sa_handler != SIG_IGN) set_handler(ending_signals[i], note_signal);
  }
  set_handler(SIGCHLD, SIG_DFL, &child_action_before);
}

InterruptGuard::~InterruptGuard() {
  if (--guards > 0) return;
  for (std::size_t i = 0; i < ending_signals.size(); ++i) {
    sigaction(ending_signals[i], &actions_before[i], nullptr);
  }
  sigaction(SIGCHLD, &child_action_before, nullptr);
}

bool interrupted() { return signal_came != 0; }

SignalsBlocked::SignalsBlocked() {
  const sigset_t set = set_of(ending_signals);
  sigprocmask(SIG_BLOCK, &set, &before_);
}

SignalsBlocked::~SignalsBlocked() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

int SignalsBlocked::wait(pollfd* entries, std::size_t count, const timespec& timeout) const {
  const int ready = ppoll(entries, count, &timeout, &before_);
  return ready < 0 ? 0 : ready;
}

void reset_signals_in_child() {
  for (const int signal : {SIGTERM, SIGHUP, SIGPIPE, SIGCHLD, SIGINT}) set_handler(signal, SIG_DFL);
  // Blocked rather than ignored: SimGrid installs a handler of its own for SIGINT.
  const sigset_t set = set_of(std::array{SIGINT});
  sigprocmask(SIG_SETMASK, &set, nullptr);
}

}  // namespace spof::plan
