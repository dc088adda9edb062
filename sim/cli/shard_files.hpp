#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cli/console.hpp"
#include "cli/find_scenario.hpp"
#include "plan/parts.hpp"
#include "plan/variants.hpp"

namespace spof::cli {

/// A command whose work falls into pieces (the seeds of a run, the points of a sweep, the cases of
/// a matrix), as its part file knows it. The file is
///
///     <output>/<scenario>/<verb>-<hash>.parts         to go on after an interruption
///     <output>/<scenario>/<verb>-<hash>-2of4.parts    what --shard 2/4 did
///
/// with a hash of 8 digits over everything that decides what the pieces are.
struct PieceCommand {
  std::string verb;    ///< "sweep"
  std::string name;    ///< of the scenario, and of its folder below `output`
  std::string output;  ///< as given by -o
  plan::Shard shard;
  Json header;  ///< see piece_command
};

/// Release and commit of this program, and a hash of its file: results of two builds must not be
/// mixed.
std::string program_name();

/// The command of a verb on a scenario. Its header, the first item of a part file: verb, format,
/// program, scenario with every default filled in, hashes of the files it names, `echoed` arguments
/// (their `fields()`), from which `spof merge` does the command again, how many `pieces` the shards
/// share out (a matrix's controls and changes come on top), and the shard.
PieceCommand piece_command(const std::string& verb, const ScenarioFile& file,
                           const PieceArguments& arguments, const Json& echoed, std::size_t pieces);

/// Opens the file of its pieces with what it holds already, and makes its folder. Throws
/// std::runtime_error, in words for the user.
std::unique_ptr<plan::Parts> open_parts(const PieceCommand& command);

/// What to say when the work on pieces was interrupted, or runs failed: `done` and `all` are those
/// of this shard. Nothing where it came to its end.
std::optional<ExitCode> say_stopped(const PieceCommand& command, const plan::VariantsEnd& end,
                                    std::size_t done, std::size_t all, Console& console);
/// What to say when a part of several is done.
ExitCode say_part_done(const PieceCommand& command, std::size_t pieces, bool quiet,
                       Console& console);

/// The second half of a command, when all its pieces are known: writes its files, prints its
/// summary. `spof merge` calls it with the pieces of several part files.
/// `arguments` are those remembered in the header, with `output` and `quiet` of the merge.
ExitCode finish(const RunArguments& arguments, plan::Parts& parts, Console& console);
ExitCode finish(const MatrixArguments& arguments, plan::Parts& parts, Console& console);
ExitCode finish(const SweepArguments& arguments, plan::Parts& parts, Console& console);

/// For `finish`: refuses `parts` that do not fit the command: the scenario was changed since, or
/// pieces are missing (`pieces`: the names of all, in their order).
void check_fit(const PieceCommand& command, const std::vector<std::string>& pieces,
               const plan::Parts& parts);

}  // namespace spof::cli
