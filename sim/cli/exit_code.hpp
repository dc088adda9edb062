#pragma once

namespace spof::cli {

/// What the program's end tells a script.
enum ExitCode : int {
  good = 0,
  expectation_failed = 1,  ///< the simulation went well, the stack did not
  wrong_input = 2,         ///< the scenario or the command line is wrong; nothing was run
  simulator_failed = 3,    ///< a run died, or results could not be written
  was_interrupted = 130,   ///< Ctrl-C, SIGTERM or SIGHUP
};

/// Of two things that happened, the one to tell.
constexpr ExitCode worse(ExitCode a, ExitCode b) { return a > b ? a : b; }

}  // namespace spof::cli
