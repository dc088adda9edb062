#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/mistakes.hpp"
#include "cli/campaign_report.hpp"
#include "cli/find_scenario.hpp"
#include "cli/progress.hpp"
#include "cli/provenance.hpp"
#include "cli/trace.hpp"
#include "cli/verbs.hpp"
#include "plan/campaign.hpp"
#include "report/format.hpp"
#include "report/terminal.hpp"

namespace spof::cli {
namespace {

/// "json" and "report.json" are the same; "" when there is no such format.
std::string format_named(const std::string& word) {
  for (const report::Format& format : report::formats()) {
    if (word == format.name || word == format.file) return format.name;
  }
  return "";
}

std::vector<std::string> wanted_formats(const RunArguments& arguments, std::string& mistakes) {
  if (arguments.formats.empty()) return report::format_names(true);
  std::vector<std::string> names;
  for (const std::string& word : arguments.formats) {
    const std::string name = format_named(word);
    if (name.empty()) {
      mistakes += fmt::format("spof: error: unknown format {}; {}\n", in_quotes(word),
                              nearest(word, report::format_names(false)));
    } else if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return names;
}

/// -n and --seed are values of the scenario, so that its report says what was run.
std::vector<std::string> all_sets(const RunArguments& arguments) {
  std::vector<std::string> sets = arguments.sets;
  if (arguments.runs) sets.push_back(fmt::format("/runs={}", *arguments.runs));
  if (arguments.seed) sets.push_back(fmt::format("/seed={}", *arguments.seed));
  return sets;
}

/// Why no results can be put there, "" if nothing is in the way: asked before hours of simulation.
std::string obstacle(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::path nearest_there = std::filesystem::absolute(folder);
  while (!std::filesystem::exists(nearest_there, error) && nearest_there.has_relative_path()) {
    nearest_there = nearest_there.parent_path();
  }
  const bool usable = std::filesystem::is_directory(nearest_there, error);
  if (usable && access(nearest_there.c_str(), W_OK | X_OK) == 0) return "";
  return fmt::format("spof: error: cannot write results to {}: {}: {}\n", folder.string(),
                     nearest_there.string(), std::strerror(usable ? errno : ENOTDIR));
}

/// Everything that is the same for all scenarios of one command.
class Runner {
 public:
  Runner(const RunArguments& arguments, std::vector<std::string> formats, Console& console)
      : arguments_(arguments), formats_(std::move(formats)), console_(console) {
    jobs_ = arguments.jobs > 0 ? arguments.jobs : plan::usable_processors();
  }

  ExitCode run(const ScenarioFile& file) {
    plan::CampaignRuns runs = simulate(file);
    if (runs.end == plan::PoolEnd::interrupted) return say_interrupted(file, runs);
    const Json origin = provenance(arguments_.command_line, runs, jobs_);
    const report::Campaign campaign = campaign_of(file, std::move(runs), origin);
    if (!campaign.failed_jobs.empty()) return say_failed(campaign);
    const report::Written written = write(campaign);
    if (!arguments_.quiet) console_.print(summary(campaign) + files_line(campaign, written));
    if (!written.error.empty()) {
      console_.complain("error: " + written.error);
      return simulator_failed;
    }
    return judged(campaign);
  }

 private:
  plan::CampaignRuns simulate(const ScenarioFile& file) {
    ProgressBar bar(file.name, console_);
    plan::CampaignOptions options;
    options.at_once = jobs_;
    options.keep = keep();
    options.progress = [&](const plan::Progress& progress) { bar(progress); };
    return plan::run_campaign(*file.loaded.scenario, options);
  }

  plan::Keep keep() const {
    const bool all = std::find(formats_.begin(), formats_.end(), "requests") != formats_.end();
    if (all) return plan::Keep::all;
    return arguments_.trace ? plan::Keep::first : plan::Keep::none;
  }

  ExitCode say_interrupted(const ScenarioFile& file, const plan::CampaignRuns& runs) {
    console_.complain(fmt::format("interrupted: {} of {} runs of {} had ended; nothing written",
                                  runs.runs.size(), file.loaded.scenario->runs, file.name));
    return was_interrupted;
  }

  /// The runs that went well are shown, but files of a part could be taken for the whole.
  ExitCode say_failed(const report::Campaign& campaign) {
    const std::size_t failed = campaign.failed_jobs.size();
    if (!arguments_.quiet && !campaign.results.empty()) console_.print(summary(campaign));
    console_.complain(fmt::format("error: {}: {} of {} runs failed, nothing written; {}",
                                  campaign.name, failed, failed + campaign.results.size(),
                                  campaign.failed_jobs.front()));
    return simulator_failed;
  }

  std::string summary(const report::Campaign& campaign) const {
    return report::terminal(campaign, {console_.width(), console_.utf8(), console_.color()});
  }

  std::string folder_of(const std::string& name) const {
    return std::filesystem::path(arguments_.output) / name;
  }

  report::Written write(const report::Campaign& campaign) const {
    const std::string folder = folder_of(campaign.name);
    report::Written written = report::write_files(folder, formats_, campaign);
    if (written.error.empty() && arguments_.trace) {
      written.files.push_back(folder + "/trace.log");
      written.error = write_whole(written.files.back(), trace_log(campaign));
    }
    return written;
  }

  std::string files_line(const report::Campaign& campaign, const report::Written& written) const {
    if (!written.error.empty() || written.files.empty()) return "";
    std::vector<std::string> names;
    for (const std::string& file : written.files) {
      names.push_back(std::filesystem::path(file).filename());
    }
    return fmt::format(" wrote {}/{{{}}}\n", folder_of(campaign.name), fmt::join(names, ","));
  }

  ExitCode judged(const report::Campaign& campaign) {
    ExitCode code = good;
    for (const measure::Judged& judged : campaign.expectations) {
      if (judged.judgement != measure::Judgement::fail) continue;
      code = expectation_failed;
      if (arguments_.quiet) {
        console_.print(fmt::format("{}: failed: {}\n", campaign.name, judged.expectation.text));
      }
    }
    return code;
  }

  const RunArguments& arguments_;
  std::vector<std::string> formats_;
  Console& console_;
  unsigned jobs_ = 1;
};

}  // namespace

/// Everything is checked before anything runs. Files come before the summary: a full disk behind
/// standard output costs no results. A scenario that fails does not keep the next from running; an
/// interruption does.
ExitCode execute(const RunArguments& arguments, Console& console) {
  std::string mistakes;
  std::vector<std::string> formats = wanted_formats(arguments, mistakes);
  const std::vector<ScenarioFile> files =
      load_all(arguments.scenarios, all_sets(arguments), mistakes);
  mistakes += obstacle(arguments.output);
  if (!mistakes.empty()) {
    console.note(mistakes);
    return wrong_input;
  }
  if (arguments.quiet) console.be_quiet();
  const plan::InterruptGuard guard;
  Runner runner(arguments, std::move(formats), console);
  ExitCode code = good;
  for (const ScenarioFile& file : files) {
    code = worse(code, runner.run(file));
    if (plan::interrupted()) code = was_interrupted;
    if (code == was_interrupted) break;
  }
  return code;
}

}  // namespace spof::cli
