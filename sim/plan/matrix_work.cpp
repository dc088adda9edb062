#include "plan/matrix_work.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <utility>

#include "analysis/campaign_of.hpp"
#include "base/append_new.hpp"
#include "base/mistakes.hpp"
#include "engine/survey.hpp"

namespace spof::plan {
namespace {

constexpr int trial_runs = 1, proof_runs = 3;

std::string name_of(const Break& what, const Remedy& remedy, Stage stage) {
  return fmt::format("{} / {}{}", what.name(), remedy.name, stage == Stage::trial ? " ?" : "");
}

report::Finding piece_of(const Parts& parts, const std::string& name) {
  const Json* const piece = parts.find(name);
  if (!piece) throw std::logic_error("the piece \"" + name + "\" is missing");
  return piece->get<report::Finding>();
}

}  // namespace

MatrixWork::MatrixWork(MatrixOrder order, scenario::ScenarioFile file)
    : order_(std::move(order)), file_(std::move(file)) {
  std::vector<Break> pairs;
  if (order_.pairs) pairs = pairs_of(scenario());
  for (const Break& pair : pairs)
    if (wanted(pair))
      for (const fault::Fault& half : pair.faults)
        halves_.insert(fmt::format("{} {}", fault::target_of(half), fault::kind_of(half)));
  take_wanted(breaks_of(scenario()));
  singles_ = breaks_.size();
  take_wanted(std::move(pairs));
  controls_.try_emplace(0, nothing(scenario(), 0));
  for (const Break& what : breaks_)
    controls_.try_emplace(what.remembered, nothing(scenario(), what.remembered));
}

std::vector<std::string> MatrixWork::unmatched() const {
  std::vector<std::string> globs = order_.only;
  std::erase_if(globs, [&](const std::string& glob) { return matched_.contains(glob); });
  return globs;
}

std::string MatrixWork::names_nothing(const std::string& glob) const {
  return fmt::format(
      "spof: error: --only {}: nothing in {} is called so; there {} {}, each followed by a "
      "kind of failure, as in '* crash'{}\n",
      in_quotes(glob), file_.name, parts_.size() == 1 ? "is" : "are", fmt::join(parts_, ", "),
      order_.pairs ? ", and pairs: \"A + B\"" : "");
}

std::vector<MatrixPiece> MatrixWork::pieces(Stage stage, const Parts& parts) const {
  std::vector<MatrixPiece> all;
  if (stage == Stage::failure)
    for (const auto& [remembered, nothing] : controls_) all.push_back({nothing.name(), &nothing});
  for (std::size_t i = 0; i < breaks_.size(); ++i) {
    const Break& what = breaks_[i];
    if (!order_.shard.does(i)) continue;
    if (stage == Stage::failure)
      all.push_back({what.name(), &what});
    else if (i < singles_)
      add_remedies(all, stage, what, parts);
  }
  return all;
}

Json MatrixWork::reduced(const MatrixPiece& piece, const scenario::Scenario& run,
                         std::vector<measure::Result> results) const {
  report::Campaign campaign = report::campaign_of(run, std::move(results));
  campaign.scenario = file_.loaded.resolved;
  const Break& what = *piece.what;
  const double settled = times_of(scenario(), what).settled;
  report::Finding finding = report::finding_of(campaign, what.target, what.kind, settled);
  if (what.faults.size() > 1) finding.parts = what.parts();
  return Json(finding);
}

report::Matrix MatrixWork::matrix(const Parts& parts) const {
  report::Matrix made;
  made.name = file_.name;
  made.title = scenario().title;
  made.scenario = file_.loaded.resolved;
  made.topology = scenario::topology_of(scenario());
  made.cards = engine::survey(scenario().platform_source()).cards;
  made.severities = severities();
  made.runs = static_cast<std::size_t>(scenario().runs);
  made.seed = scenario().seed;
  made.duration = scenario().duration;
  const Times times = times_of(scenario(), controls_.at(0));
  made.strikes_at = times.at;
  made.lasts = times.lasts;
  const double ttl = scenario().dns.common.ttl;
  if (!scenario().dns.hosts.empty() && ttl > longest_memory && ttl > times.lasts - times.settled)
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
  const report::YearlyInput input = report::yearly_input(made, scenario());
  for (std::size_t i = 0; i < made.cases.size(); ++i)
    made.cases[i].repair = input.modes[i].mean_repair_s;
  made.year = report::yearly(input);
  made.money = report::money_of(scenario(), made.year);
  made.policy = report::judged_by(scenario(), made, input);
  return made;
}

void MatrixWork::take_wanted(std::vector<Break> all) {
  for (Break& one : all) {
    if (one.faults.size() == 1 && (parts_.empty() || parts_.back() != one.target))
      parts_.push_back(one.target);
    if (wanted(one) || halves_.count(one.name()))
      breaks_.push_back(std::move(one));
    else
      ++left_out_;
  }
}

bool MatrixWork::wanted(const Break& one) {
  bool any = order_.only.empty();
  for (const std::string& glob : order_.only)
    for (const std::string& text : {one.name(), one.target})
      if (fnmatch(glob.c_str(), text.c_str(), 0) == 0) {
        any = true;
        matched_.insert(glob);
      }
  return any;
}

/// The changes worth a trial against a failure.
std::vector<Remedy> MatrixWork::remedies(const Break& what, const report::Finding& found) const {
  if (order_.no_remedies || !report::worth_a_remedy(found)) return {};
  return remedies_for(scenario(), what);
}

/// A proof that repeats the trial's seed would find again what chance showed there.
Runs MatrixWork::runs_of(Stage stage) const {
  if (stage == Stage::trial) return {0, trial_runs};
  const int all = scenario().runs;
  return all > trial_runs + 1 ? Runs{trial_runs, std::min(proof_runs, all - trial_runs)}
                              : Runs{0, all};
}

void MatrixWork::add_remedies(std::vector<MatrixPiece>& all, Stage stage, const Break& what,
                              const Parts& parts) const {
  for (Remedy& remedy : remedies(what, finding(parts, what)))
    if (stage == Stage::trial || comparison(what, remedy, Stage::trial, parts).helped())
      all.push_back({name_of(what, remedy, stage), &what, std::move(remedy), runs_of(stage)});
}

MatrixWork::Comparison MatrixWork::comparison(const Break& what, const Remedy& remedy, Stage stage,
                                              const Parts& parts) const {
  const auto of_stage = [&, runs = runs_of(stage)](report::Finding one) {
    return report::of_seeds(std::move(one), static_cast<std::size_t>(runs.first),
                            static_cast<std::size_t>(runs.count));
  };
  return {of_stage(finding(parts, what)),
          report::beyond(piece_of(parts, name_of(what, remedy, stage)),
                         of_stage(control_of(parts, what)))};
}

scenario::Scenario MatrixWork::scenario_of(const MatrixPiece& piece) const {
  if (piece.remedy.sets.empty()) return broken(scenario(), *piece.what);
  scenario::Loaded loaded = scenario::load(file_.path, both(order_.sets, piece.remedy.sets));
  if (!loaded.scenario)
    throw std::logic_error("remedy \"" + piece.remedy.name + "\": " + loaded.mistakes);
  loaded.scenario->runs = piece.runs.count;
  loaded.scenario->seed += static_cast<std::uint64_t>(piece.runs.first);
  return broken(*std::move(loaded.scenario), *piece.what);
}

report::Finding MatrixWork::control_of(const Parts& parts, const Break& what) const {
  return piece_of(parts, controls_.at(what.remembered).name());
}

/// What the failure shows beyond the run with nothing broken.
report::Finding MatrixWork::finding(const Parts& parts, const Break& what) const {
  return report::beyond(piece_of(parts, what.name()), control_of(parts, what));
}

report::MatrixCase MatrixWork::case_of(const Break& what, report::Finding found,
                                       const Parts& parts) const {
  report::MatrixCase made{std::move(found), 0, {}};
  for (Remedy& remedy : remedies(what, made.finding)) {
    ++made.tried;
    if (!comparison(what, remedy, Stage::trial, parts).helped()) continue;
    Comparison proof = comparison(what, remedy, Stage::proof, parts);
    if (proof.helped())
      made.remedies.push_back({remedy.name, remedy.effort, std::move(remedy.sets),
                               std::move(proof.before), std::move(proof.after)});
  }
  return made;
}

VariantsEnd run_stage(const std::vector<MatrixTask>& tasks, Stage stage,
                      const CampaignOptions& options) {
  struct Job {
    const MatrixWork* work;
    MatrixPiece piece;
    scenario::Scenario scenario;
  };
  std::deque<Job> jobs;
  std::vector<Variant> variants;
  for (const MatrixTask& task : tasks)
    for (MatrixPiece& piece : task.work->pieces(stage, *task.parts)) {
      if (task.parts->find(piece.name)) continue;
      jobs.push_back({task.work, piece, task.work->scenario_of(piece)});
      variants.push_back({piece.name, &jobs.back().scenario, task.parts,
                          tasks.size() > 1 ? task.work->file().name : ""});
    }
  const auto reduce = [&](std::size_t i, std::vector<measure::Result> results) {
    return jobs[i].work->reduced(jobs[i].piece, jobs[i].scenario, std::move(results));
  };
  Parts unused;
  return run_variants(variants, reduce, unused, options);
}

}  // namespace spof::plan
