#pragma once
#include "cli/arguments.hpp"
#include "cli/console.hpp"

/// One function for each verb, each in the file of its name. They print their results, and throw
/// what is wrong with the input; other exceptions are failures of the simulator.
namespace spof::cli {

ExitCode execute(const Answer& answer, Console& console);
ExitCode execute(const RunArguments& arguments, Console& console);
ExitCode execute(const CheckArguments& arguments, Console& console);
ExitCode execute(const ListArguments& arguments, Console& console);
ExitCode execute(const NewArguments& arguments, Console& console);
ExitCode execute(const SchemaArguments& arguments, Console& console);
ExitCode execute(const VersionArguments& arguments, Console& console);
ExitCode execute(const BenchArguments& arguments, Console& console);
ExitCode execute(const ValidateArguments& arguments, Console& console);
ExitCode execute(const MatrixArguments& arguments, Console& console);
ExitCode execute(const SweepArguments& arguments, Console& console);
ExitCode execute(const CompareArguments& arguments, Console& console);
ExitCode execute(const PlotArguments& arguments, Console& console);
ExitCode execute(const MergeArguments& arguments, Console& console);
ExitCode execute(const CompletionArguments& arguments, Console& console);
ExitCode execute(const ManArguments& arguments, Console& console);

}  // namespace spof::cli
