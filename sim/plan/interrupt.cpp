#include "plan/interrupt.hpp"

#include <poll.h>

#include <array>
#include <cerrno>

namespace spof::plan {
namespace {

constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t signal_came = 0;
int guards = 0;
std::array<struct sigaction, ending_signals.size()> actions_before;
struct sigaction child_action_before;

void note_signal(int) { signal_came = 1; }

void take_over(int signal, struct sigaction& before) {
  sigaction(signal, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;
  struct sigaction ours {};
  ours.sa_handler = note_signal;
  ours.sa_flags = SA_RESTART;  // a report that is being written is written to its end
  sigemptyset(&ours.sa_mask);
  sigaction(signal, &ours, nullptr);
}

sigset_t set_of_ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : ending_signals) sigaddset(&set, signal);
  return set;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  if (guards++ > 0) return;
  signal_came = 0;
  for (std::size_t i = 0; i < ending_signals.size(); ++i) {
    take_over(ending_signals[i], actions_before[i]);
  }
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &standard, &child_action_before);
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
  const sigset_t set = set_of_ending_signals();
  sigprocmask(SIG_BLOCK, &set, &before_);
}

SignalsBlocked::~SignalsBlocked() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

int SignalsBlocked::wait(pollfd* entries, std::size_t count, const timespec& timeout) const {
  const int ready = ppoll(entries, count, &timeout, &before_);
  return ready < 0 ? 0 : ready;
}

void reset_signals_in_child() {
  for (const int signal : {SIGTERM, SIGHUP, SIGPIPE, SIGCHLD, SIGINT}) {
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    sigaction(signal, &standard, nullptr);
  }
  // Blocked rather than ignored: SimGrid installs a handler of its own for SIGINT.
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigprocmask(SIG_SETMASK, &set, nullptr);
}

}  // namespace spof::plan
