#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "analysis/campaign_of.hpp"
#include "base/append_new.hpp"
#include "base/fields.hpp"
#include "base/mistakes.hpp"
#include "cli/completion.hpp"
#include "cli/find_scenario.hpp"
#include "cli/output_folder.hpp"
#include "cli/progress.hpp"
#include "cli/provenance.hpp"
#include "cli/shard_files.hpp"
#include "cli/verbs.hpp"
#include "plan/campaign.hpp"
#include "report/format.hpp"
#include "report/pages/pages.hpp"

namespace spof::cli {
namespace {

std::vector<std::string> wanted_formats(const RunArguments& arguments, std::string& mistakes) {
  if (arguments.formats.empty()) return report::format_names(true);
  std::vector<std::string> names;
  for (const std::string& word : arguments.formats)
    if (const report::Format* const format = report::find_format(word))
      append_new(names, format->name);
    else
      mistakes += error_line(fmt::format("unknown format {}; {}", in_quotes(word),
                                         nearest(word, report::format_names(false))));
  return names;
}

/// A part keeps what the reports need, not every request.
std::string not_in_parts(const RunArguments& arguments, const std::vector<std::string>& formats) {
  if (arguments.shard.whole()) return "";
  std::string mistakes;
  if (has(formats, "requests"))
    mistakes += error_line("--shard keeps no single requests: no --format requests.csv with it");
  if (arguments.trace)
    mistakes += error_line("--shard keeps no single requests: no --trace with it");
  return mistakes;
}

/// A scenario as the next command names it: a shipped one by its name.
std::string asked(const ScenarioFile& file, const std::vector<std::string>& sets) {
  std::error_code ignored;
  const std::filesystem::path shipped = find_scenario(file.name);
  const bool is_shipped = std::filesystem::equivalent(shipped, file.path, ignored);
  std::string text = is_shipped ? file.name : file.path;
  for (const std::string& set : sets) text += " --set " + shell_quoted(set);
  return text;
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
    if (runs.end != plan::PoolEnd::interrupted) return conclude(file, std::move(runs));
    console_.complain(fmt::format("interrupted: {} of {} runs of {} had ended; nothing written",
                                  runs.runs.size(), file.loaded.scenario->runs, file.name));
    return was_interrupted;
  }

  /// Runs the seeds of one shard and keeps what came of them.
  ExitCode run_part(const ScenarioFile& file, const std::string& word) {
    const PieceCommand command = piece_command(file, word);
    const auto parts = open_parts(command);
    const auto all = plan::seeds_of(*file.loaded.scenario);
    std::vector<plan::SeededScenario> jobs;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (command.shard.does(i) && !parts->find(piece_name(all[i].seed))) jobs.push_back(all[i]);
    const std::size_t own = command.shard.turns(all.size());
    const plan::VariantsEnd end = simulate_part(file, jobs, *parts);
    if (const auto stop = say_stopped(command, end, parts->size(), own, console_)) return *stop;
    return say_part_done(command, own, arguments_.quiet, console_);
  }

  /// Reports runs that were made elsewhere.
  ExitCode put_together(const ScenarioFile& file, const plan::Parts& parts) {
    plan::CampaignRuns runs;
    const std::vector<std::string> names = mapped(plan::seeds_of(*file.loaded.scenario),
                                                  [](auto& job) { return piece_name(job.seed); });
    check_fit(piece_command(file, arguments_.scenarios.front()), names, parts);
    for (const std::string& name : names) {
      plan::JobResult<world::RunOutput> run;
      run.value.emplace().result = measure::unpacked(parts.find(name)->get_binary());
      runs.runs.push_back(std::move(run));
    }
    return conclude(file, std::move(runs));
  }

 private:
  ExitCode conclude(const ScenarioFile& file, plan::CampaignRuns runs) {
    const Json origin = provenance(arguments_.command_line, runs, jobs_);
    std::vector<measure::Result> results;
    std::vector<std::string> failed;
    for (std::size_t i = 0; i < runs.runs.size(); ++i)
      if (auto& run = runs.runs[i]; run.value)
        results.push_back(std::move(run.value->result));
      else
        failed.push_back(fmt::format("seed {}: {}", file.loaded.scenario->seed + i, run.failure));
    report::Campaign campaign = report::campaign_of(file, std::move(results), std::move(failed));
    campaign.asked = asked(file, arguments_.sets);
    campaign.provenance = origin;
    if (!campaign.failed_jobs.empty()) return say_failed(campaign);
    const report::Written written = write(campaign);
    const bool whole = written.error.empty() && !written.files.empty();
    if (!arguments_.quiet)
      console_.print(summary(campaign) +
                     (whole ? " " + wrote(folder_of(campaign.name), written.files) : ""));
    if (!written.error.empty()) {
      console_.complain("error: " + written.error);
      return simulator_failed;  // the next scenario runs all the same
    }
    return judged(campaign);
  }

  static std::string piece_name(std::uint64_t seed) { return fmt::format("seed {}", seed); }

  PieceCommand piece_command(const ScenarioFile& file, const std::string& word) const {
    RunArguments alone = arguments_;
    alone.scenarios = {word};
    alone.formats = formats_;
    return cli::piece_command("run", file, alone, echo_fields(alone),
                              static_cast<std::size_t>(file.loaded.scenario->runs));
  }

  plan::VariantsEnd simulate_part(const ScenarioFile& file,
                                  const std::vector<plan::SeededScenario>& jobs,
                                  plan::Parts& parts) {
    ProgressBar bar(file.name, console_);
    std::vector<std::string> failures;
    const plan::PoolEnd end = plan::run_each(
        jobs, options_of(jobs_, bar), [&](std::size_t job, plan::JobResult<world::RunOutput> run) {
          const std::uint64_t seed = jobs[job].seed;
          if (!run.value) return failures.push_back(fmt::format("seed {}: {}", seed, run.failure));
          measure::Packed bytes;
          measure::pack(run.value->result, bytes);
          parts.add(piece_name(seed), Json::binary(std::move(bytes)));
        });
    return {end, std::move(failures)};
  }

  plan::CampaignRuns simulate(const ScenarioFile& file) {
    ProgressBar bar(file.name, console_);
    const plan::Keep keep = has(formats_, "requests") ? plan::Keep::all
                            : arguments_.trace        ? plan::Keep::first
                                                      : plan::Keep::none;
    return plan::run_campaign(*file.loaded.scenario, options_of(jobs_, bar, keep));
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
    return report::terminal(campaign, console_.shows());
  }

  std::string folder_of(const std::string& name) const {
    return std::filesystem::path(arguments_.output) / name;
  }

  report::Written write(const report::Campaign& campaign) const {
    const std::string folder = folder_of(campaign.name);
    report::Written written = report::write_files(folder, formats_, campaign);
    if (!written.error.empty() || !arguments_.trace) return written;
    report::Written log = report::write_files(folder, {{"trace.log", report::trace_log(campaign)}});
    return {both(std::move(written.files), log.files), std::move(log.error)};
  }

  ExitCode judged(const report::Campaign& campaign) {
    ExitCode code = good;
    for (const measure::Judged& judged : campaign.expectations) {
      if (judged.judgement != measure::Judgement::fail) continue;
      code = expectation_failed;
      if (arguments_.quiet)
        console_.print(fmt::format("{}: failed: {}: {}\n", campaign.name, judged.expectation.text,
                                   report::measured_text(judged)));
    }
    return code;
  }

  const RunArguments& arguments_;
  std::vector<std::string> formats_;
  Console& console_;
  unsigned jobs_ = 1;
};

/// What a command is about, read and found to be good.
struct Checked {
  std::vector<std::string> formats;
  std::vector<ScenarioFile> files;
};

/// A CI server is told of a scenario that cannot be run, too, where nothing else is written.
void tell_mistakes(const RunArguments& arguments, const Checked& given) {
  if (!has(given.formats, "junit")) return;
  for (const ScenarioFile& file : given.files) {
    if (file.loaded.mistakes.empty()) continue;
    report::Campaign none;
    none.name = file.name;
    none.failed_jobs = {"scenario: " + file.loaded.mistakes};
    report::write_files(std::filesystem::path(arguments.output) / file.name, {"junit"}, none);
  }
}

Checked checked(const RunArguments& arguments) {
  std::string mistakes;
  Checked made;
  made.formats = wanted_formats(arguments, mistakes);
  mistakes += not_in_parts(arguments, made.formats);
  made.files = load_all(arguments.scenarios,
                        all_sets(arguments.sets, arguments.runs, arguments.seed), mistakes);
  mistakes += obstacle_to(arguments.output);
  tell_mistakes(arguments, made);
  refuse(mistakes);
  return made;
}

}  // namespace

/// Everything is checked before anything runs. Files come before the summary: a full disk behind
/// standard output costs no results. A scenario that fails does not keep the next from running; an
/// interruption does.
ExitCode execute(const RunArguments& arguments, Console& console) {
  Checked given = checked(arguments);
  if (arguments.quiet) console.be_quiet();
  const plan::InterruptGuard guard;
  Runner runner(arguments, std::move(given.formats), console);
  ExitCode code = good;
  for (std::size_t i = 0; i < given.files.size(); ++i) {
    const ScenarioFile& file = given.files[i];
    code = worse(code, arguments.shard.whole() ? runner.run(file)
                                               : runner.run_part(file, arguments.scenarios[i]));
    if (plan::interrupted()) code = was_interrupted;
    if (code == was_interrupted) break;
  }
  return code;
}

ExitCode finish(const RunArguments& arguments, plan::Parts& parts, Console& console) {
  Checked given = checked(arguments);
  return Runner(arguments, std::move(given.formats), console)
      .put_together(given.files.front(), parts);
}

}  // namespace spof::cli
