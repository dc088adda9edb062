#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plan/interrupt.hpp"

namespace spof::plan {

/// What a job sends back, as opaque bytes (CBOR, for example).
using Payload = std::vector<std::uint8_t>;

/// What became of a job: its value, or why there is none.
template <class T>
struct JobResult {
  std::optional<T> value;
  std::string failure;  ///< for the user; empty exactly when there is a value
};

/// How a list of jobs ended. A failed job does not end the list; an interruption does.
enum class PoolEnd { finished, interrupted };

/// What to run. Jobs are numbers, 0 to `count` - 1.
struct Work {
  std::size_t count = 0;
  /// Called in a child process of its own, so it may build a simulation engine, leak or crash. What
  /// it prints is not shown; should it fail, the end of it becomes part of the message.
  std::function<Payload(std::size_t index)> job;
  /// Called in this process, once for each job that ended, in job order whatever their timing.
  std::function<void(std::size_t index, JobResult<Payload> result)> deliver;
  /// Called in this process at every change and at least twice a second, for a progress line.
  std::function<void(std::size_t ended)> tick = {};
};

/// Runs every job in a forked child, at most `at_once` at a time.
///
/// A child that throws, dies by a signal, exits early or sends half a result is a failed job; the
/// others go on. SIGINT, SIGTERM and SIGHUP kill the children, and only theirs by process id; jobs
/// that had ended by then are delivered, as far as no earlier one is missing. When the machine
/// refuses a further process, the pool goes on with those it has; when it refuses the first, that
/// job fails. Should this process die, the kernel kills the children. No threads.
///
/// An exception of `deliver` or `tick` kills the children and passes through.
PoolEnd run_jobs(const Work& work, unsigned at_once);

/// Processors this process may use, at least 1.
unsigned usable_processors();

}  // namespace spof::plan
