#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "measure/result.hpp"
#include "scenario/scenario.hpp"
#include "world/leftovers.hpp"

namespace spof::world {

struct RunOptions {
  std::uint64_t seed = 1;
  bool keep_requests =
      false;           ///< every request and HAProxy log line in the result: for tests and traces
  bool audit = false;  ///< count what is left at the end, tell who dialled whom: for tests
  bool check = false;  ///< hold the run against all that must be so in any run; with keep_requests
};

/// What one run cost this machine. Not part of a report: it differs from run to run.
struct Cost {
  double cpu_seconds = 0;
  double peak_memory_mb = 0;
  std::uint64_t activities = 0;  ///< SimGrid transfers and computations started
  std::uint64_t timers = 0;      ///< messages that travelled as timers
};

struct RunOutput {
  measure::Result result;
  Cost cost;
  Leftovers leftovers;                                         ///< only with RunOptions::audit
  std::set<std::pair<std::string, std::string>> dialled = {};  ///< who, "HOST:PORT"; with audit
  std::vector<std::string> wrong = {};  ///< with check: what no run may show, see checks/
};

/// Builds the stack of `scenario` and runs it once. SimGrid allows one engine in a process, so this
/// may be called once in each; plan::Pool calls it in forked children. Throws std::runtime_error
/// with a message for the user when the platform cannot be used.
RunOutput run(const scenario::Scenario& scenario, const RunOptions& options);

}  // namespace spof::world
