#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "analysis/validation/validation.hpp"
#include "base/file_text.hpp"
#include "base/mistakes.hpp"
#include "cli/find_scenario.hpp"
#include "cli/output_folder.hpp"
#include "cli/progress.hpp"
#include "cli/verbs.hpp"
#include "plan/campaign.hpp"
#include "report/format.hpp"
#include "report/pages/pages.hpp"
#include "report/plot/gnuplot.hpp"
#include "scenario/strikes.hpp"

namespace spof::cli {
namespace {

namespace fs = std::filesystem;
using report::Measured;
using scenario::Scenario;

/// With fewer seeds a quantity may be within by chance, and what explains it is not called stale.
constexpr std::size_t enough_runs = 10;

/// One measured case and the scenario that describes it.
struct Case {
  std::string name;
  std::vector<Measured> measured;
  ScenarioFile file;
};

/// tests/reality here, or in the clone.
fs::path default_folder() {
  std::error_code error;
  const fs::path here = "tests/reality";
  return fs::exists(here / "measured.csv", error) ? here : clone() / here;
}

std::vector<std::vector<Measured>> by_case(std::vector<Measured> rows, const std::string& glob) {
  std::vector<std::vector<Measured>> cases;
  for (Measured& row : rows) {
    if (!glob.empty() && fnmatch(glob.c_str(), row.case_name.c_str(), 0) != 0) continue;
    if (cases.empty() || cases.back().front().case_name != row.case_name) cases.emplace_back();
    cases.back().push_back(std::move(row));
  }
  return cases;
}

/// NAME.json; or, for NAME-RATE, NAME.json with so many requests a second.
Case load_case(const fs::path& folder, std::vector<Measured> measured, std::size_t runs,
               std::string& mistakes) {
  Case one;
  one.name = measured.front().case_name;
  one.measured = std::move(measured);
  fs::path path = folder / (one.name + ".json");
  std::vector<std::string> sets{fmt::format("/runs={}", runs)};
  const std::size_t dash = one.name.rfind('-');
  std::error_code error;
  if (!fs::exists(path, error) && dash != std::string::npos) {
    path = folder / (one.name.substr(0, dash) + ".json");
    sets.push_back(fmt::format("/clients/load/rate={}/s", one.name.substr(dash + 1)));
  }
  if (!fs::exists(path, error)) return one;
  std::vector<ScenarioFile> files = load_all({path}, sets, mistakes);
  if (!files.empty()) one.file = std::move(files.front());
  return one;
}

/// Runs a case and adds what came of it, unless it was interrupted.
void run(const Case& one, unsigned jobs, report::Validation& validation, Console& console) {
  if (!one.file.loaded.scenario)
    return validation.left_out.push_back(one.name + ": no scenario describes it");
  ProgressBar bar(one.name, console);
  const Scenario& scenario = *one.file.loaded.scenario;
  const plan::CampaignRuns runs =
      plan::run_campaign(scenario, options_of(jobs, bar, plan::Keep::all));
  if (runs.end == plan::PoolEnd::interrupted) return;
  const measure::Plan plan =
      scenario::plan_of(scenario, scenario::strikes_of(scenario, std::nullopt));
  std::vector<report::RunFacts> facts;
  for (const auto& job : runs.runs) {
    if (!job.value) throw std::runtime_error(one.name + ": " + job.failure);
    const measure::Result& result = job.value->result;
    facts.push_back(report::facts_of(result, plan, cut_of(one.measured, scenario, result)));
  }
  std::ranges::move(report::compare(one.measured, facts), std::back_inserter(validation.rows));
}

ExitCode write(const report::Validation& validation, const fs::path& folder, Console& console) {
  const report::Written written = report::write_files(
      folder,
      {{"validation.csv", report::validation_csv(validation)},
       {"validation.md", in_markdown(validation_page(validation, report::Medium::markdown))},
       {"validation.gnuplot", report::validation_gnuplot()}});
  if (!written.error.empty()) {
    console.complain("error: " + written.error);
    return simulator_failed;
  }
  bool absent = false;
  const std::string wrong = report::run_gnuplot(folder, "validation.gnuplot", absent);
  if (!wrong.empty()) console.complain("no validation.svg: " + wrong);
  return good;
}

}  // namespace

ExitCode execute(const ValidateArguments& arguments, Console& console) {
  const fs::path folder = arguments.folder.empty() ? default_folder() : fs::path(arguments.folder);
  const std::string file = folder / "measured.csv";
  std::error_code error;
  if (!fs::exists(file, error))
    refuse(
        error_line(fmt::format("there is no {}: `spof validate DIR` needs measurements "
                               "(tests/reality of the source tree; not installed)",
                               file)));
  std::string mistakes;
  std::vector<Case> cases;
  for (auto& rows :
       by_case(report::read_measured(file_text(file), file, mistakes), arguments.glob)) {
    cases.push_back(load_case(folder, std::move(rows), arguments.runs, mistakes));
  }
  // What is said about quantities outside. A folder without these files says nothing.
  const fs::path outside = folder / "outside.csv";
  const report::Statements statements = report::read_statements(
      file_text(outside), outside, file_text(folder / "mechanisms.md"), mistakes);
  const fs::path output = fs::path(arguments.output) / "validation";
  mistakes += obstacle_to(output);
  if (mistakes.empty() && cases.empty())
    mistakes =
        error_line(fmt::format("no case in {} is called {}", file, in_quotes(arguments.glob)));
  refuse(mistakes);
  const plan::InterruptGuard guard;
  report::Validation validation;
  validation.runs = arguments.runs;
  for (const Case& one : cases) {
    run(one, arguments.jobs, validation, console);
    if (plan::interrupted()) return was_interrupted;
  }
  report::explain(validation, statements, arguments.glob.empty() && arguments.runs >= enough_runs);
  const ExitCode written = write(validation, output, console);
  console.print(on_screen(validation_page(validation, report::Medium::screen), console.shows()));
  return worse(written, all_within(validation) ? good : expectation_failed);
}

}  // namespace spof::cli
