#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "base/fields.hpp"
#include "base/words.hpp"
#include "cli/output_folder.hpp"
#include "cli/progress.hpp"
#include "cli/shard_files.hpp"
#include "cli/verbs.hpp"
#include "plan/sweep_work.hpp"
#include "report/format.hpp"
#include "report/pages/pages.hpp"
#include "report/plot/gnuplot.hpp"

namespace spof::cli {
namespace {

using plan::SweepWork;

/// Nothing when it was interrupted.
SweepWork work_of(const SweepArguments& arguments, Console& console) {
  std::string mistakes;
  const auto show = [&](std::size_t done, std::size_t all) {
    if (all > 50) console.show_progress(fmt::format(" checking points  {}/{}", done, all));
  };
  const std::vector<std::string> sets = all_sets(arguments.sets, arguments.runs, arguments.seed);
  auto parameters = plan::read_parameters(arguments.vary, sets, mistakes);
  std::vector<ScenarioFile> files = load_all({arguments.scenario}, sets, mistakes);
  plan::SweepPoints points;
  if (mistakes.empty())
    points =
        plan::read_points(std::move(files.front()), sets, std::move(parameters), mistakes, show);
  console.show_progress("");
  mistakes += obstacle_to(arguments.output);
  if (plan::interrupted()) return {};
  refuse(mistakes);
  SweepWork work = plan::sweep_work(std::move(points), arguments.metrics, mistakes);
  refuse(mistakes);
  return work;
}

PieceCommand command_of(const SweepArguments& arguments, const SweepWork& work) {
  return piece_command("sweep", work.points.base, arguments, echo_fields(arguments),
                       work.points.scenarios.size());
}

/// Runs those points of the command's shard that `parts` does not have. Nothing when all points are
/// known, and the results can be written.
std::optional<ExitCode> run_points(const PieceCommand& command, const SweepWork& work,
                                   const std::vector<plan::Variant>& variants, plan::Parts& parts,
                                   const SweepArguments& arguments, Console& console) {
  std::vector<plan::Variant> own;
  std::vector<std::size_t> points;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if (!command.shard.does(i)) continue;
    own.push_back(variants[i]);
    points.push_back(i);
  }
  plan::VariantsEnd end;
  {
    ProgressBar bar("sweep of " + command.name, console);
    end = plan::run_variants(
        own,
        [&](std::size_t i, const std::vector<measure::Result>& results) {
          return figures(work, points[i], results);
        },
        parts, options_of(arguments.jobs, bar));
  }
  if (const auto stop = say_stopped(command, end, parts.size(), own.size(), console)) return stop;
  if (command.shard.whole()) return std::nullopt;
  return say_part_done(command, own.size(), arguments.quiet, console);
}

/// Files first, then the summary: a full disk behind standard output costs no results.
void conclude(const report::Sweep& sweep, const SweepArguments& arguments, Console& console) {
  const std::string folder = std::filesystem::path(arguments.output) / sweep.name;
  report::Written written = report::write_files(
      folder, {{"sweep.csv", report::sweep_csv(sweep)},
               {"sweep.json", report::sweep_json(sweep)},
               {"sweep.md", in_markdown(sweep_page(sweep, report::Medium::markdown))}});
  std::string hint;
  if (const auto plot = report::sweep_plot(sweep); plot && written.error.empty()) {
    const report::Drawn drawn = report::draw(folder, {{"sweep", *plot}}, report::picture_formats);
    std::ranges::copy(drawn.files, std::back_inserter(written.files));
    (drawn.absent ? hint : written.error) = drawn.error;
  } else if (written.error.empty()) {
    // Pictures of an earlier sweep would be taken for this one's.
    for (const char* end : {".gp", ".svg", ".png"}) {
      std::error_code ignored;
      std::filesystem::remove(std::filesystem::path(folder) / (std::string("sweep") + end),
                              ignored);
    }
  }
  if (!arguments.quiet) {
    console.print(on_screen(sweep_page(sweep, report::Medium::screen), console.shows()));
    if (!written.files.empty()) console.print("\n " + wrote(folder, written.files));
    if (!hint.empty()) console.complain(hint);
  }
  if (!written.error.empty()) throw std::runtime_error(written.error);
}

}  // namespace

ExitCode execute(const SweepArguments& arguments, Console& console) {
  if (arguments.quiet) console.be_quiet();
  const plan::InterruptGuard guard;
  const SweepWork work = work_of(arguments, console);
  if (plan::interrupted()) {
    console.complain("interrupted: nothing has run yet");
    return was_interrupted;
  }
  const std::vector<plan::Variant> variants = variants_of(work);
  const PieceCommand command = command_of(arguments, work);
  const auto parts = open_parts(command);
  if (const auto stop = run_points(command, work, variants, *parts, arguments, console))
    return *stop;
  conclude(sweep_of(work, variants, *parts), arguments, console);
  parts->remove();
  return good;
}

ExitCode finish(const SweepArguments& arguments, plan::Parts& parts, Console& console) {
  const SweepWork work = work_of(arguments, console);
  const std::vector<plan::Variant> variants = variants_of(work);
  check_fit(command_of(arguments, work), names_in(variants), parts);
  conclude(sweep_of(work, variants, parts), arguments, console);
  return good;
}

}  // namespace spof::cli
