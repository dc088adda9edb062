#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "base/append_new.hpp"
#include "base/fields.hpp"
#include "base/words.hpp"
#include "cli/find_scenario.hpp"
#include "cli/output_folder.hpp"
#include "cli/progress.hpp"
#include "cli/shard_files.hpp"
#include "cli/verbs.hpp"
#include "plan/matrix_work.hpp"
#include "report/pages/pages.hpp"

namespace spof::cli {
namespace {

using plan::MatrixTask;
using plan::MatrixWork;
using plan::Stage;

/// The command of one matrix, alone or one of several: what is known of it is kept by itself.
PieceCommand command_of(const MatrixWork& work, MatrixArguments arguments,
                        const std::string& scenario) {
  arguments.scenarios = {scenario};
  return piece_command("matrix", work.file(), arguments, echo_fields(arguments), work.size());
}

/// What is under way, and of how many such.
std::string label(Stage stage, const std::string& name, bool no_remedies) {
  const std::string what = stage == Stage::failure ? "matrix " + name
                           : stage == Stage::trial ? "what might help"
                                                   : "what does help";
  const auto place = std::ranges::find(plan::stages, stage) - plan::stages.begin();
  return no_remedies ? what : fmt::format("{} ({} of {})", what, place + 1, plan::stages.size());
}

void write(const report::Matrix& matrix, const MatrixArguments& arguments, Console& console) {
  const std::string folder = std::filesystem::path(arguments.output) / matrix.name;
  const std::string runbook = in_markdown(runbook_page(matrix));
  write_into(folder, {{"matrix.json", report::matrix_json(matrix)},
                      {"matrix.csv", report::matrix_csv(matrix)},
                      {"matrix.md", in_markdown(matrix_page(matrix, report::Medium::markdown))},
                      {"matrix.html", in_html(matrix_page(matrix, report::Medium::html))},
                      {"runbook.md", runbook}});
  if (arguments.quiet) return;
  if (arguments.runbook) return console.print(runbook);
  if (arguments.scenarios.size() == 1)
    console.print(on_screen(matrix_page(matrix, report::Medium::screen), console.shows()));
  console.print(fmt::format(" wrote {}/matrix.{{json,csv,md,html}} and runbook.md\n", folder));
}

/// 1 when an objective of a policy is missed.
ExitCode judged(const std::vector<report::Matrix>& all, Console& console) {
  ExitCode code = good;
  for (const report::Matrix& one : all)
    if (std::ranges::any_of(one.policy, &report::PolicyFinding::missed)) {
      console.complain(fmt::format("{}: {}", one.name, report::policy_verdict(one.policy)));
      code = expectation_failed;
    }
  return code;
}

/// Each by itself, and several also side by side.
void write_results(const std::vector<report::Matrix>& all, const MatrixArguments& arguments,
                   Console& console) {
  for (const report::Matrix& one : all) write(one, arguments, console);
  if (all.size() == 1) return;
  const auto matrices = mapped(all, [](const report::Matrix& one) { return &one; });
  const report::Stacks stacks = report::side_by_side(matrices, arguments.from_first);
  write_into(arguments.output,
             {{"stacks.json", report::stacks_json(stacks)},
              {"stacks.md", in_markdown(stacks_page(stacks, report::Medium::markdown))},
              {"stacks.html", in_html(stacks_page(stacks, report::Medium::html))}});
  if (arguments.quiet || arguments.runbook) return;
  console.print("\n" + on_screen(stacks_page(stacks, report::Medium::screen), console.shows()));
  console.print(fmt::format(" wrote {}/stacks.{{json,md,html}}\n", arguments.output));
}

/// A glob has to name something in one of the stacks.
std::string names_nothing(const std::vector<MatrixWork>& works) {
  std::string mistakes;
  for (const std::string& glob : works.front().unmatched())
    if (std::ranges::all_of(works, [&](auto& work) { return has(work.unmatched(), glob); }))
      mistakes += works.front().names_nothing(glob);
  return mistakes;
}

/// The scenarios of the arguments and what there is to break in them.
std::vector<MatrixWork> prepare(const MatrixArguments& arguments) {
  std::string mistakes;
  const std::vector<std::string> sets = all_sets(arguments.sets, arguments.runs, arguments.seed);
  std::vector<ScenarioFile> files = load_all(arguments.scenarios, sets, mistakes);
  mistakes += obstacle_to(arguments.output);
  if (arguments.scenarios.size() > 1 && !arguments.shard.whole())
    mistakes += error_line("--shard is for one scenario, not for several side by side");
  refuse(mistakes);
  std::vector<MatrixWork> works;
  for (ScenarioFile& file : files)
    works.emplace_back(plan::MatrixOrder{sets, arguments.only, arguments.pairs,
                                         arguments.no_remedies, arguments.shard},
                       std::move(file));
  refuse(names_nothing(works));
  return works;
}

/// What is made together: matrices, their commands, what is known of each.
struct Matrices {
  std::vector<MatrixWork> works;
  std::vector<PieceCommand> commands = {};
  std::vector<std::unique_ptr<plan::Parts>> parts = {};

  std::vector<MatrixTask> tasks() const {
    std::vector<MatrixTask> all;
    for (std::size_t i = 0; i < works.size(); ++i) all.push_back({&works[i], parts[i].get()});
    return all;
  }
};

/// Failures first; then, for those that hurt, the changes that may help. Both are pieces that
/// survive an interruption. Nothing when every piece is known.
std::optional<ExitCode> run_all(const Matrices& all, const MatrixArguments& arguments,
                                Console& console) {
  const PieceCommand& command = all.commands.front();
  const std::size_t number = all.works.size();
  const std::string name = number == 1 ? command.name : fmt::format("of {} stacks", number);
  std::size_t count = 0;
  for (const Stage stage : plan::stages) {
    for (const MatrixTask& task : all.tasks())
      count += task.work->pieces(stage, *task.parts).size();
    plan::VariantsEnd end;
    {
      ProgressBar bar(label(stage, name, arguments.no_remedies), console);
      end = plan::run_stage(all.tasks(), stage, options_of(arguments.jobs, bar));
    }
    std::size_t done = 0;
    for (const auto& parts : all.parts) done += parts->size();
    if (const auto stop = say_stopped(command, end, done, count, console)) return stop;
  }
  if (arguments.shard.whole()) return std::nullopt;
  return say_part_done(command, count, arguments.quiet, console);
}

}  // namespace

ExitCode finish(const MatrixArguments& arguments, plan::Parts& parts, Console& console) {
  const std::vector<MatrixWork> works = prepare(arguments);
  for (const Stage stage : plan::stages)  // what one has to do follows from those before
    check_fit(command_of(works.front(), arguments, arguments.scenarios.front()),
              names_in(works.front().pieces(stage, parts)), parts);
  const std::vector<report::Matrix> matrices{works.front().matrix(parts)};
  write_results(matrices, arguments, console);
  return judged(matrices, console);
}

ExitCode execute(const MatrixArguments& arguments, Console& console) {
  Matrices all{prepare(arguments)};
  if (arguments.quiet) console.be_quiet();
  const plan::InterruptGuard guard;
  for (std::size_t i = 0; i < all.works.size(); ++i) {
    all.commands.push_back(command_of(all.works[i], arguments, arguments.scenarios[i]));
    all.parts.push_back(open_parts(all.commands.back()));
  }
  if (const auto stop = run_all(all, arguments, console)) return *stop;
  const std::vector<report::Matrix> matrices =
      mapped(all.tasks(), [](auto& task) { return task.work->matrix(*task.parts); });
  write_results(matrices, arguments, console);
  for (const auto& parts : all.parts) parts->remove();
  return judged(matrices, console);
}

}  // namespace spof::cli
