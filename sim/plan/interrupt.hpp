#pragma once
#include <csignal>
#include <ctime>

struct pollfd;

namespace spof::plan {

/// While one of these lives, SIGINT, SIGTERM and SIGHUP no longer end the process: they are noted,
/// and whoever works in a loop asks `interrupted()`. A signal that was ignored before (nohup, or a
/// shell's background job) stays ignored. SIGCHLD gets its default meaning, because where it is
/// ignored children cannot be waited for. Nests; the outermost restores what was there. Not for use
/// by several threads.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

/// Whether such a signal came since the outermost guard was made.
bool interrupted();

/// Holds the three signals back, so that none can slip in between asking `interrupted()` and
/// falling asleep; `wait` lets them in.
class SignalsBlocked {
 public:
  SignalsBlocked();
  ~SignalsBlocked();
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

  /// poll() that a signal ends early. Returns the number of ready entries, 0 also when interrupted.
  int wait(pollfd* entries, std::size_t count, const timespec& timeout) const;

 private:
  sigset_t before_;
};

/// For a forked child: forgets the parent's handlers. Ctrl-C reaches every process of a terminal;
/// the child leaves it to the parent to decide what it means.
void reset_signals_in_child();

}  // namespace spof::plan
