#pragma once
#include <array>
#include <cstddef>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/matrix/matrix.hpp"
#include "plan/breaks.hpp"
#include "plan/remedies.hpp"
#include "plan/variants.hpp"
#include "scenario/load.hpp"

namespace spof::plan {

/// What a piece of a matrix is: a failure; the same with a change against it, tried with one seed;
/// and with so many as show whether it helps, if the trial was promising. A fifth of the failures
/// is a large effect. A stage follows from the pieces of those before.
enum class Stage { failure, trial, proof };
inline constexpr std::array stages{Stage::failure, Stage::trial, Stage::proof};

/// Which runs of the scenario's.
struct Runs {
  int first = 0, count = std::numeric_limits<int>::max();
};

/// One failure, alone or with a change against it.
struct MatrixPiece {
  std::string name;
  const Break* what;
  Remedy remedy = {};
  Runs runs = {};
};

/// What of a matrix is wanted.
struct MatrixOrder {
  std::vector<std::string> sets;  ///< with which the scenario was read
  std::vector<std::string> only;  ///< globs of failures and parts; none: all
  bool pairs = false, no_remedies = false;
  Shard shard = {};
};

/// All of one matrix: what is to be run, what is known, what comes of it.
class MatrixWork {
 public:
  MatrixWork(MatrixOrder order, scenario::ScenarioFile file);

  const scenario::ScenarioFile& file() const { return file_; }
  /// How many failures there are, for all shards together.
  std::size_t size() const { return breaks_.size(); }
  /// Those of `only` that name nothing here.
  std::vector<std::string> unmatched() const;
  /// What is wrong with such a one: a line.
  std::string names_nothing(const std::string& glob) const;
  /// The pieces of a stage, of this shard; those of the stages before must be known.
  std::vector<MatrixPiece> pieces(Stage stage, const Parts& parts) const;
  /// What is run for a piece, and what is kept of its runs.
  scenario::Scenario scenario_of(const MatrixPiece& piece) const;
  Json reduced(const MatrixPiece& piece, const scenario::Scenario& run,
               std::vector<measure::Result> results) const;
  /// Everything must be known.
  report::Matrix matrix(const Parts& parts) const;

 private:
  /// Without and with a change, of the stage's seeds.
  struct Comparison {
    report::Finding before, after;
    bool helped() const { return report::helped(before, after); }
  };

  const scenario::Scenario& scenario() const { return *file_.loaded.scenario; }
  void take_wanted(std::vector<Break> all);
  bool wanted(const Break& one);
  std::vector<Remedy> remedies(const Break& what, const report::Finding& found) const;
  Runs runs_of(Stage stage) const;
  void add_remedies(std::vector<MatrixPiece>& all, Stage stage, const Break& what,
                    const Parts& parts) const;
  Comparison comparison(const Break& what, const Remedy& remedy, Stage stage,
                        const Parts& parts) const;
  report::Finding control_of(const Parts& parts, const Break& what) const;
  report::Finding finding(const Parts& parts, const Break& what) const;
  report::MatrixCase case_of(const Break& what, report::Finding found, const Parts& parts) const;

  MatrixOrder order_;
  scenario::ScenarioFile file_;
  std::map<double, Break> controls_;  ///< nothing broken, by Break::remembered
  std::vector<Break> breaks_;         ///< single failures, then pairs
  std::size_t singles_ = 0;
  std::size_t left_out_ = 0;        ///< by --only
  std::vector<std::string> parts_;  ///< what can break
  std::set<std::string> matched_;   ///< those of --only that name something
  std::set<std::string> halves_;    ///< of the pairs, which tell something beside their halves only
};

/// One of several matrices that are made together, and what is known of it.
struct MatrixTask {
  const MatrixWork* work = nullptr;
  Parts* parts = nullptr;
};

/// Runs those pieces of a stage that the parts do not have, of all matrices in one pool.
VariantsEnd run_stage(const std::vector<MatrixTask>& tasks, Stage stage,
                      const CampaignOptions& options);

}  // namespace spof::plan
