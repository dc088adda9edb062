#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "scenario/scenario.hpp"

namespace spof::test {

/// One run to make twice.
struct Trial {
  scenario::Scenario scenario;
  std::uint64_t seed = 1;
  std::string name;  ///< what is broken, when
  bool settles =
      true;  ///< all is repaired and grows well again: what is left must be as in a quiet run
  double well_from = 0;  ///< requests that arrive from here on must succeed
};

/// A busy stack of every component, small enough that everything fills: short backlogs, few
/// threads, queues before the servers, checks, a replica. Settles within `settling` seconds of a
/// repair; nobody comes in the last ten, in which what is kept idle goes. `variant` 0: a connection per request, threads; 1: keep-alive, one request per process,
/// shutdown-sessions; 2: keep-alive, abortonclose, Unix sockets, no synchronous flush.
scenario::Scenario busy_stack(int variant);
inline constexpr int variants = 3;
inline constexpr double settling = 8;

/// Dates at which something happens when this scenario runs undisturbed.
std::vector<double> dates_of_events(const scenario::Scenario& scenario, std::uint64_t seed);

/// A fault of any kind on any target of the busy stack. Switching off the clients is among them
/// only if `clients_too`: they do not come back.
fault::Fault any_fault(Random& random, const fault::Schedule& when, bool clients_too = false);
/// Every kind on every target.
std::vector<fault::Fault> every_fault(const fault::Schedule& when);
std::string words(const fault::Fault& fault);

/// Runs each trial twice, in processes of their own; returns a line per trial that crashed, was not
/// the same both times, whose books do not balance, or that left something behind.
std::vector<std::string> troubles(const std::vector<Trial>& trials);

/// Runs each trial twice, once with everything left to SimGrid; returns a line per trial in which a
/// request ends otherwise, or at a date that differs by more than `precision` seconds.
std::vector<std::string> differences(const std::vector<Trial>& trials, double precision);

/// How many times more than usual to try: environment variable SPOF_SWEEP, 1 without it.
int sweep_factor();

}  // namespace spof::test
