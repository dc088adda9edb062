#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fields.hpp"
#include "cli/find_scenario.hpp"
#include "cli/output_folder.hpp"
#include "cli/progress.hpp"
#include "cli/shard_files.hpp"
#include "cli/verbs.hpp"
#include "plan/matrix_work.hpp"
#include "report/format.hpp"
#include "report/pages/matrix_page.hpp"

namespace spof::cli {
namespace {

using plan::MatrixPiece;
using plan::Stage;

PieceCommand command_of(const plan::MatrixWork& work, const MatrixArguments& arguments) {
  return {"matrix", work.file().name, arguments.output, arguments.shard,
          header_of("matrix", work.file(), echo_fields(arguments), work.size(), arguments.shard)};
}

std::string label(Stage stage, const std::string& name) {
  if (stage == Stage::failure) return "matrix " + name;
  return stage == Stage::trial ? "what might help" : "what does help";
}

ExitCode write(const report::Matrix& matrix, const MatrixArguments& arguments, Console& console) {
  const std::string folder = std::filesystem::path(arguments.output) / matrix.name;
  const report::Written written = report::write_files(
      folder, {{"matrix.json", report::matrix_json(matrix)},
               {"matrix.csv", report::matrix_csv(matrix)},
               {"matrix.md", in_markdown(matrix_page(matrix, report::Medium::markdown))},
               {"matrix.html", in_html(matrix_page(matrix, report::Medium::html))},
               {"runbook.md", in_markdown(runbook_page(matrix))}});
  if (!written.error.empty()) {
    console.complain("error: " + written.error);
    return simulator_failed;
  }
  if (arguments.quiet) return good;
  console.print(on_screen(matrix_page(matrix, report::Medium::screen), console.shows()));
  console.print(fmt::format(" wrote {}/matrix.{{json,csv,md,html}} and runbook.md\n", folder));
  return good;
}

/// The scenario of the arguments and what there is to break in it; nothing, and why, when there is
/// a mistake.
std::optional<plan::MatrixWork> prepare(const MatrixArguments& arguments, std::string& mistakes) {
  const std::vector<std::string> sets = all_sets(arguments.sets, arguments.runs, arguments.seed);
  std::vector<ScenarioFile> files = load_all({arguments.scenario}, sets, mistakes);
  mistakes += obstacle_to(arguments.output);
  if (!mistakes.empty()) return std::nullopt;
  plan::MatrixWork work(
      {sets, arguments.only, arguments.pairs, arguments.no_remedies, arguments.shard},
      std::move(files.front()));
  mistakes = work.names_nothing();
  if (!mistakes.empty()) return std::nullopt;
  return work;
}

}  // namespace

ExitCode finish(const MatrixArguments& arguments, plan::Parts& parts, Console& console) {
  std::string mistakes;
  const std::optional<plan::MatrixWork> work = prepare(arguments, mistakes);
  for (const Stage stage : plan::stages) {
    if (!mistakes.empty()) break;  // what a stage has to do follows from those before
    std::vector<std::string> names;
    for (const MatrixPiece& piece : work->pieces(stage, parts)) names.push_back(piece.name);
    mistakes = unfit(command_of(*work, arguments), names, parts);
    if (!mistakes.empty()) mistakes = "spof: error: " + mistakes + "\n";
  }
  if (!mistakes.empty()) {
    console.note(mistakes);
    return wrong_input;
  }
  return write(work->matrix(parts), arguments, console);
}

/// Failures first; then, for those that hurt, the changes that may help. Both are pieces that
/// survive an interruption.
ExitCode execute(const MatrixArguments& arguments, Console& console) {
  std::string mistakes;
  const std::optional<plan::MatrixWork> work = prepare(arguments, mistakes);
  if (!work) {
    console.note(mistakes);
    return wrong_input;
  }
  if (arguments.quiet) console.be_quiet();
  const plan::InterruptGuard guard;
  const PieceCommand command = command_of(*work, arguments);
  const std::unique_ptr<plan::Parts> parts = open_parts(command);
  std::size_t count = 0;
  for (const Stage stage : plan::stages) {
    const std::vector<MatrixPiece> pieces = work->pieces(stage, *parts);
    count += pieces.size();
    plan::VariantsEnd end;
    {
      ProgressBar bar(label(stage, command.name), console);
      end = work->run(pieces, *parts, options_of(arguments.jobs, bar));
    }
    if (end.end == plan::PoolEnd::interrupted)
      return say_pieces_interrupted(command, parts->size(), count, console);
    if (!end.failures.empty()) return say_pieces_failed(command, end.failures, console);
  }
  if (!arguments.shard.whole()) return say_part_done(command, count, arguments.quiet, console);
  const ExitCode code = write(work->matrix(*parts), arguments, console);
  if (code == good) parts->remove();
  return code;
}

}  // namespace spof::cli
