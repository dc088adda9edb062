#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <deque>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/mistakes.hpp"
#include "cli/campaign_report.hpp"
#include "cli/find_scenario.hpp"
#include "cli/output_folder.hpp"
#include "cli/progress.hpp"
#include "cli/shard_files.hpp"
#include "cli/verbs.hpp"
#include "plan/breaks.hpp"
#include "plan/remedies.hpp"
#include "report/format.hpp"
#include "report/matrix/matrix_formats.hpp"

namespace spof::cli {
namespace {

/// What a piece of a matrix is: a failure; the same with a change against it, tried with one seed;
/// and with so many as show whether it helps, if the trial was promising. A fifth of the failures
/// is a large effect.
enum class Stage { failure, trial, proof };
constexpr std::array stages{Stage::failure, Stage::trial, Stage::proof};
constexpr int trial_runs = 1, proof_runs = 3;

/// Which runs of the scenario's.
struct Runs {
  int first = 0, count = std::numeric_limits<int>::max();
};

struct Piece {
  std::string name;
  const plan::Break* what;
  plan::Remedy remedy = {};
  Runs runs = {};
};

/// All of one matrix: what is to be run, what is known, what comes of it.
class Work {
 public:
  Work(const MatrixArguments& arguments, ScenarioFile file)
      : arguments_(arguments), file_(std::move(file)) {
    std::vector<plan::Break> pairs;
    if (arguments.pairs) pairs = plan::pairs_of(scenario());
    for (const plan::Break& pair : pairs)
      if (wanted(pair))
        for (const fault::Fault& half : pair.faults)
          halves_.insert(fmt::format("{} {}", fault::target_of(half), fault::kind_of(half)));
    take_wanted(plan::breaks_of(scenario()));
    singles_ = breaks_.size();
    take_wanted(std::move(pairs));
    controls_.try_emplace(0, plan::nothing(scenario(), 0));
    for (const plan::Break& what : breaks_)
      controls_.try_emplace(what.remembered, plan::nothing(scenario(), what.remembered));
  }

  /// What is wrong with --only, a line for each that names nothing; "" if all do.
  std::string names_nothing() const {
    std::string mistakes;
    for (const std::string& glob : arguments_.only)
      if (!matched_.count(glob))
        mistakes += fmt::format(
            "spof: error: --only {}: nothing in {} is called so; there {} {}, each followed by a "
            "kind of failure{}\n",
            in_quotes(glob), file_.name, parts_.size() == 1 ? "is" : "are", fmt::join(parts_, ", "),
            arguments_.pairs ? ", and pairs: \"A + B\"" : "");
    return mistakes;
  }

  PieceCommand command() const {
    return {"matrix", file_.name, arguments_.output, arguments_.shard,
            header_of("matrix", file_, remembered(arguments_), breaks_.size(), arguments_.shard)};
  }

  /// The pieces of a stage, of this shard; those of the stages before must be known.
  std::vector<Piece> pieces(Stage stage, const plan::Parts& parts) const {
    std::vector<Piece> all;
    if (stage == Stage::failure)
      for (const auto& [remembered, nothing] : controls_) all.push_back({nothing.name(), &nothing});
    for (std::size_t i = 0; i < breaks_.size(); ++i) {
      const plan::Break& what = breaks_[i];
      if (!arguments_.shard.does(i)) continue;
      if (stage == Stage::failure)
        all.push_back({what.name(), &what});
      else if (i < singles_)
        add_remedies(all, stage, what, parts);
    }
    return all;
  }

  /// Runs those pieces that `parts` does not have.
  plan::VariantsEnd run(const std::vector<Piece>& pieces, plan::Parts& parts,
                        const std::string& label, Console& console) const {
    std::deque<scenario::Scenario> scenarios;
    std::vector<plan::Variant> variants;
    for (const Piece& piece : pieces)
      if (!parts.find(piece.name))
        scenarios.push_back(scenario_of(piece));
      else
        scenarios.emplace_back();
    for (std::size_t i = 0; i < pieces.size(); ++i)
      variants.push_back({pieces[i].name, &scenarios[i]});
    const auto reduce = [&](std::size_t i, std::vector<measure::Result> results) {
      const report::Campaign campaign = campaign_of(scenarios[i], std::move(results));
      const plan::Break& what = *pieces[i].what;
      const double settled = plan::times_of(scenario(), what).settled;
      report::Finding finding = report::finding_of(campaign, what.target, what.kind, settled);
      if (what.faults.size() > 1) finding.parts = what.parts();
      return Json(finding);
    };
    ProgressBar bar(label, console);
    plan::CampaignOptions options;
    options.at_once = arguments_.jobs > 0 ? arguments_.jobs : plan::usable_processors();
    options.progress = [&](const plan::Progress& progress) { bar(progress); };
    return plan::run_variants(variants, reduce, parts, options);
  }

  /// Everything must be known.
  report::Matrix matrix(const plan::Parts& parts) const {
    report::Matrix made;
    made.name = file_.name;
    made.title = scenario().title;
    made.scenario = file_.loaded.resolved;
    made.runs = static_cast<std::size_t>(scenario().runs);
    made.seed = scenario().seed;
    made.duration = scenario().duration;
    const plan::Times times = plan::times_of(scenario(), controls_.at(0));
    made.strikes_at = times.at;
    made.lasts = times.lasts;
    const double ttl = scenario().dns.common.ttl;
    if (!scenario().dns.hosts.empty() && ttl > plan::longest_memory &&
        ttl > times.lasts - times.settled)
      made.unforgotten = ttl;
    made.left_out = left_out_;
    made.control = piece_of(parts, controls_.at(0).name());
    made.proof_seed = made.seed + static_cast<std::uint64_t>(runs_of(Stage::proof).first);
    made.proof_runs = static_cast<std::size_t>(runs_of(Stage::proof).count);
    for (std::size_t i = 0; i < breaks_.size(); ++i) {
      report::Finding found = finding(parts, breaks_[i]);
      if (i >= singles_)
        made.pairs.push_back(std::move(found));
      else
        made.cases.push_back(case_of(breaks_[i], std::move(found), parts));
    }
    report::rank(made);
    made.year = report::yearly(report::yearly_input(made, scenario()));
    return made;
  }

 private:
  const scenario::Scenario& scenario() const { return *file_.loaded.scenario; }

  void take_wanted(std::vector<plan::Break> all) {
    for (plan::Break& one : all) {
      if (one.faults.size() == 1 && (parts_.empty() || parts_.back() != one.target))
        parts_.push_back(one.target);
      if (wanted(one) || halves_.count(one.name()))
        breaks_.push_back(std::move(one));
      else
        ++left_out_;
    }
  }

  bool wanted(const plan::Break& one) {
    bool any = arguments_.only.empty();
    for (const std::string& glob : arguments_.only)
      for (const std::string& text : {one.name(), one.target})
        if (fnmatch(glob.c_str(), text.c_str(), 0) == 0) {
          any = true;
          matched_.insert(glob);
        }
    return any;
  }

  static std::string name_of(const plan::Break& what, const plan::Remedy& remedy, Stage stage) {
    return fmt::format("{} / {}{}", what.name(), remedy.name, stage == Stage::trial ? " ?" : "");
  }

  /// The changes worth a trial against a failure.
  std::vector<plan::Remedy> remedies(const plan::Break& what, const report::Finding& found) const {
    if (arguments_.no_remedies || !report::worth_a_remedy(found)) return {};
    return plan::remedies_for(scenario(), what);
  }

  /// A proof that repeats the trial's seed would find again what chance showed there.
  Runs runs_of(Stage stage) const {
    if (stage == Stage::trial) return {0, trial_runs};
    const int all = scenario().runs;
    return all > trial_runs + 1 ? Runs{trial_runs, std::min(proof_runs, all - trial_runs)}
                                : Runs{0, all};
  }

  void add_remedies(std::vector<Piece>& all, Stage stage, const plan::Break& what,
                    const plan::Parts& parts) const {
    for (plan::Remedy& remedy : remedies(what, finding(parts, what)))
      if (stage == Stage::trial || comparison(what, remedy, Stage::trial, parts).helped())
        all.push_back({name_of(what, remedy, stage), &what, std::move(remedy), runs_of(stage)});
  }

  /// Without and with the change, of the stage's seeds.
  struct Comparison {
    report::Finding before, after;
    bool helped() const { return report::helped(before, after); }
  };
  Comparison comparison(const plan::Break& what, const plan::Remedy& remedy, Stage stage,
                        const plan::Parts& parts) const {
    const auto [first, count] = runs_of(stage);
    const auto of_stage = [first = static_cast<std::size_t>(first),
                           count = static_cast<std::size_t>(count)](report::Finding one) {
      return report::of_seeds(std::move(one), first, count);
    };
    return {of_stage(finding(parts, what)),
            report::beyond(piece_of(parts, name_of(what, remedy, stage)),
                           of_stage(control_of(parts, what)))};
  }

  scenario::Scenario scenario_of(const Piece& piece) const {
    if (piece.remedy.sets.empty()) return plan::broken(scenario(), *piece.what);
    std::vector<std::string> sets = all_sets(arguments_.sets, arguments_.runs, arguments_.seed);
    sets.insert(sets.end(), piece.remedy.sets.begin(), piece.remedy.sets.end());
    scenario::Loaded loaded = scenario::load(file_.path, sets);
    if (!loaded.scenario)
      throw std::logic_error("remedy \"" + piece.remedy.name + "\": " + loaded.mistakes);
    loaded.scenario->runs = piece.runs.count;
    loaded.scenario->seed += static_cast<std::uint64_t>(piece.runs.first);
    return plan::broken(*std::move(loaded.scenario), *piece.what);
  }

  static report::Finding piece_of(const plan::Parts& parts, const std::string& name) {
    const Json* const piece = parts.find(name);
    if (!piece) throw std::logic_error("the piece \"" + name + "\" is missing");
    return piece->get<report::Finding>();
  }

  report::Finding control_of(const plan::Parts& parts, const plan::Break& what) const {
    return piece_of(parts, controls_.at(what.remembered).name());
  }

  /// What the failure shows beyond the run with nothing broken.
  report::Finding finding(const plan::Parts& parts, const plan::Break& what) const {
    return report::beyond(piece_of(parts, what.name()), control_of(parts, what));
  }

  report::MatrixCase case_of(const plan::Break& what, report::Finding found,
                             const plan::Parts& parts) const {
    report::MatrixCase made{std::move(found), 0, {}};
    for (plan::Remedy& remedy : remedies(what, made.finding)) {
      ++made.tried;
      if (!comparison(what, remedy, Stage::trial, parts).helped()) continue;
      Comparison proof = comparison(what, remedy, Stage::proof, parts);
      if (proof.helped())
        made.remedies.push_back({remedy.name, remedy.effort, std::move(remedy.sets),
                                 std::move(proof.before), std::move(proof.after)});
    }
    return made;
  }

  const MatrixArguments& arguments_;
  ScenarioFile file_;
  std::map<double, plan::Break> controls_;  ///< nothing broken, by Break::remembered
  std::vector<plan::Break> breaks_;         ///< single failures, then pairs
  std::size_t singles_ = 0;
  std::size_t left_out_ = 0;        ///< by --only
  std::vector<std::string> parts_;  ///< what can break
  std::set<std::string> matched_;   ///< those of --only that name something
  std::set<std::string> halves_;    ///< of the pairs, which tell something beside their halves only
};

std::string label(Stage stage, const std::string& name) {
  if (stage == Stage::failure) return "matrix " + name;
  return stage == Stage::trial ? "what might help" : "what does help";
}

ExitCode write(const report::Matrix& matrix, const MatrixArguments& arguments, Console& console) {
  const std::string folder = std::filesystem::path(arguments.output) / matrix.name;
  const report::Written written =
      report::write_files(folder, {{"matrix.json", report::matrix_json(matrix)},
                                   {"matrix.csv", report::matrix_csv(matrix)},
                                   {"matrix.md", report::matrix_md(matrix)},
                                   {"matrix.html", report::matrix_html(matrix)}});
  if (!written.error.empty()) {
    console.complain("error: " + written.error);
    return simulator_failed;
  }
  if (arguments.quiet) return good;
  console.print(
      report::matrix_terminal(matrix, {console.width(), console.utf8(), console.color()}));
  console.print(fmt::format(" wrote {}/matrix.{{json,csv,md,html}}\n", folder));
  return good;
}

/// The scenario of the arguments and what there is to break in it; nothing, and why, when there is
/// a mistake.
std::optional<Work> prepare(const MatrixArguments& arguments, std::string& mistakes) {
  std::vector<ScenarioFile> files = load_all(
      {arguments.scenario}, all_sets(arguments.sets, arguments.runs, arguments.seed), mistakes);
  mistakes += obstacle_to(arguments.output);
  if (!mistakes.empty()) return std::nullopt;
  Work work(arguments, std::move(files.front()));
  mistakes = work.names_nothing();
  if (!mistakes.empty()) return std::nullopt;
  return work;
}

}  // namespace

ExitCode finish(const MatrixArguments& arguments, plan::Parts& parts, Console& console) {
  std::string mistakes;
  const std::optional<Work> work = prepare(arguments, mistakes);
  for (const Stage stage : stages) {
    if (!mistakes.empty()) break;  // what a stage has to do follows from those before
    std::vector<std::string> names;
    for (const Piece& piece : work->pieces(stage, parts)) names.push_back(piece.name);
    mistakes = unfit(work->command(), names, parts);
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
  const std::optional<Work> work = prepare(arguments, mistakes);
  if (!work) {
    console.note(mistakes);
    return wrong_input;
  }
  if (arguments.quiet) console.be_quiet();
  const plan::InterruptGuard guard;
  const PieceCommand command = work->command();
  const std::unique_ptr<plan::Parts> parts = open_parts(command);
  std::size_t count = 0;
  for (const Stage stage : stages) {
    const std::vector<Piece> pieces = work->pieces(stage, *parts);
    count += pieces.size();
    const plan::VariantsEnd end = work->run(pieces, *parts, label(stage, command.name), console);
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
