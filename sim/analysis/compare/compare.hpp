#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "analysis/records/stored_report.hpp"
#include "base/paired.hpp"

namespace spof::report {

/// The metrics that the user asked for with `--metric`; none: all of them.
class Selection {
 public:
  Selection() = default;
  /// Each text is a metric, "outage", or what an expectation may say before its condition,
  /// "latency.p99(read) during fault". Without a class it stands for every class, without a phase
  /// for every phase. What is wrong is added to `mistakes`, one line each.
  Selection(const std::vector<std::string>& texts, const std::vector<std::string>& classes,
            const std::vector<std::string>& servers, std::vector<std::string>& mistakes);

  bool all() const { return wanted_.empty(); }
  bool takes(const MetricQuestion& question) const;

 private:
  std::vector<MetricQuestion> wanted_;  ///< an empty member stands for any
};

/// What breaking one component in one way did to one request class.
struct Breakage : ClassFailure {
  std::string verdict;  ///< a word of Verdict, "single point of failure" among them
  auto operator<=>(const Breakage&) const = default;
};

/// Single points of failure of a report or a matrix and of another one, each list sorted.
struct SpofChanges {
  std::vector<Breakage> gained;  ///< only in the second, which the first broke too
  std::vector<Breakage> lost;    ///< only in the first; `verdict` is that of the second
  std::vector<Breakage> kept;
  /// Single points of failure of one side whose component the other never broke in this way: there
  /// nothing is known of them.
  std::vector<Breakage> only_tested_first, only_tested_second;
};
SpofChanges spof_changes(const std::vector<Breakage>& first, const std::vector<Breakage>& second);

/// What a report says: each fault with each class. A class that the verdict does not name as hit by
/// a single point of failure gets the verdict "" there, and the report's word elsewhere. What a
/// matrix says: each failure of one part with each class; the verdict of a class that is not down
/// is its fate.
std::vector<Breakage> breaks_of(const StoredReport& report);

/// A class that fares differently after the same failure in two matrices.
struct FateChange {
  StoredFate a, b;
};
/// The classes of a failure together; failures that got worse for a class first, then the worst.
std::vector<FateChange> fate_changes(const StoredReport& a, const StoredReport& b);

/// The same failure and class.
bool same_place(const ClassFailure& a, const ClassFailure& b);
/// A failure in words, each once: "crash of mysql@server1".
std::string failure_text(const ClassFailure& one);
/// The failures of `in` that `out` never tried.
std::vector<std::string> failures_only_in(const StoredReport& in, const StoredReport& out);

/// What became of a metric from one report to the other.
enum class ChangeFinding {
  same,          ///< equal in every run
  better,        ///< the 95 % interval of the difference is on the good side of 0
  worse,         ///< on the bad side
  differs,       ///< the interval excludes 0, but neither side is better
  unproven,      ///< it includes 0: no difference proven
  no_interval,   ///< they differ, but fewer than two runs, or pairs of runs, tell of it
  not_measured,  ///< one side had nothing to measure
};
constexpr auto names(ChangeFinding) {
  return std::array{"same",     "better",      "worse",       "differs",
                    "unproven", "no_interval", "not_measured"};
}

/// One metric in both reports. `a` and `b` are means over the runs that were compared; infinite
/// when it never happened in one of them, not a number when there was nothing to measure.
struct MetricChange {
  MetricQuestion question;
  Unit unit = Unit::count;
  measure::Better better = measure::Better::neither;
  double a = 0, b = 0;
  std::size_t used_a = 0, used_b = 0;    ///< runs with something to measure, of those compared
  std::size_t never_a = 0, never_b = 0;  ///< of these, runs in which it never happened
  /// B - A; where it never happened in runs of one side only (`by_never`), of the share of runs in
  /// which it never happened.
  Gap gap;
  bool by_never = false;
  ChangeFinding finding = ChangeFinding::same;
  /// Chance of such a difference where there is none, after Holm's correction for all metrics of
  /// this comparison that know a better side and differ in any run; 1 for all others, and where
  /// only the seeds differ.
  double corrected = 1;

  bool good_or_bad() const {
    return finding == ChangeFinding::better || finding == ChangeFinding::worse;
  }
  /// Better or worse, and also in view of how many metrics were looked at.
  bool proven() const { return good_or_bad() && corrected <= 0.05; }
  /// Large enough to be told first: a tenth of a point of a share, a twentieth of anything else.
  bool is_large() const;
};

/// How the runs of two reports belong together.
struct SeedPairing {
  bool paired = true;  ///< seed by seed; false: all runs of one against all of the other
  std::vector<std::pair<std::size_t, std::size_t>> places;  ///< of the pairs, as places in `seeds`
  std::size_t runs_a = 0, runs_b = 0;                       ///< that are compared
  /// Neither has an interval: one run, or one pair.
  bool alone() const { return runs_a < 2 || runs_b < 2; }
};

/// A value of the scenario that is not the same.
struct ScenarioChange {
  std::string pointer;
  std::string a, b;        ///< as JSON in one line; empty: absent
  std::size_t copies = 0;  ///< further places that inherit it
};
/// Title, description, expectations, number of runs and first seed are left out; a value that
/// servers or hosts inherit is told once.
std::vector<ScenarioChange> scenario_changes(const Json& a, const Json& b);

/// Requests that fail in one way in one report and in the other never.
struct FailureChange {
  std::string name;                  ///< "503 connect_error"
  std::vector<std::string> classes;  ///< with such failures
  double per_run = 0;
};

/// One report against another, the base.
struct Contrast {
  const StoredReport* a = nullptr;  ///< the base
  const StoredReport* b = nullptr;
  std::string label_a = std::string(1, 'A'), label_b;  ///< "A", "B"
  bool selected = false;                               ///< the user asked for certain metrics
  SeedPairing pairing;
  /// Not one seed in common, of one scenario and one version: whatever differs is chance, and
  /// nothing is proven.
  bool only_seeds_differ = false;
  std::vector<MetricChange> rows;  ///< in the order of the table of metrics
  std::vector<ScenarioChange> scenario;
  std::vector<std::string> warnings;  ///< what is not comparable
  SpofChanges spofs;
  std::vector<FateChange> fates;  ///< of matrices
  /// Of matrices: settled availability of each failure of one part and class that is a single point
  /// of failure in either, corrected among themselves. Tells those gained and lost from chance.
  std::vector<MetricChange> settled;
  std::vector<FailureChange> failures_gained, failures_lost;  ///< sorted by name
};

/// Whether a single point of failure that only one side has is more than chance.
enum class SpofProof {
  proven,       ///< settled availability differs at 95 %, after Holm's correction
  chance,       ///< it does not, or not in that direction
  one_run,      ///< one run, or pair of runs, tells of it
  not_stored,   ///< a matrix.json of an earlier version has no value for each run
  not_a_matrix  ///< reports: the word of each verdict, without a test
};
constexpr auto names(SpofProof) {
  return std::array{"proven", "chance", "one_run", "not_stored", "not_a_matrix"};
}
/// Of one of `spofs.gained` or `spofs.lost`.
SpofProof proof_of(const Contrast& contrast, const Breakage& change);
/// The row of `settled` about this break; nullptr: there is none.
const MetricChange* settled_row(const Contrast& contrast, const Breakage& change);

/// Compares all metrics that the selection takes; of a matrix what all classes together lose in
/// each failure, and single classes only where the selection asks for metrics. Two reports or two
/// matrices. The reports must outlive what is returned.
/// `label` is what the second is called; the first is "A".
Contrast contrast(const StoredReport& a, const StoredReport& b, const Selection& selection,
                  const std::string& label = "B");

/// Everything that one `spof compare` compares.
struct Contrasts {
  /// By scenario, and for each one the other results in the order given, against the first.
  std::vector<Contrast> list;
  std::vector<std::string> one_sided;  ///< scenarios that only one of two results has, in words
};
/// Two results or more, the first is the base; they must outlive what is returned. One report is
/// compared with one report, a matrix with a matrix, a folder of several scenarios with another,
/// each with that of its name; a mixture is added to `mistakes`, and so is a pair without anything
/// in common.
Contrasts compare_results(const std::vector<StoredResult>& results, const Selection& selection,
                          std::vector<std::string>& mistakes);

/// What is not comparable in two reports, or not known to be; one sentence each. Needs the pairing.
std::vector<std::string> warnings_of(const Contrast& contrast);

/// "seeds 1 to 5", "seeds 1, 4 and 9", "seed 7"
std::string seeds_text(const std::vector<std::uint64_t>& seeds);

}  // namespace spof::report
