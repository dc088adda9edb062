#include "cli/verbs.hpp"
namespace spof::cli {
ExitCode execute(const MatrixArguments&, Console&) { return simulator_failed; }
ExitCode execute(const SweepArguments&, Console&) { return simulator_failed; }
ExitCode execute(const CompareArguments&, Console&) { return simulator_failed; }
ExitCode execute(const PlotArguments&, Console&) { return simulator_failed; }
ExitCode execute(const MergeArguments&, Console&) { return simulator_failed; }
ExitCode execute(const CompletionArguments&, Console&) { return simulator_failed; }
ExitCode execute(const ManArguments&, Console&) { return simulator_failed; }
}  // namespace spof::cli
