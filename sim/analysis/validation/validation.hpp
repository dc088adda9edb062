#pragma once
#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "measure/plan.hpp"
#include "measure/result.hpp"
#include "scenario/scenario.hpp"

namespace spof::report {

/// A line of measured.csv: what the real stack did, mean and standard deviation of `n` runs.
struct Measured {
  std::string case_name, request_class, quantity;
  double mean = 0, sd = 0;
  int n = 0;
};

/// Reads measured.csv, sorted by case. A mistake is one line in `mistakes`, the file's name first.
std::vector<Measured> read_measured(std::string_view text, const std::string& file,
                                    std::string& mistakes);

/// Where the phases of one run lie, as in the measurement: requests scheduled before `warm_up` are
/// in no phase, those before `fault` are `before`, those before `repair` are `during`.
struct Cut {
  double warm_up = 0, fault = 0, repair = 0;
  bool by_failover = false;  ///< the repair is the end of one, not a date of the case
};

/// A case without a fault has one where a second population arrives. Where the measurement knows no
/// repair there is none.
Cut cut_of(const std::vector<Measured>& measured, const scenario::Scenario& scenario,
           const measure::Result& result);

/// What is to be held against measured.csv, of one run: by class and quantity.
using RunFacts = std::map<std::pair<std::string, std::string>, double>;

/// Needs a result with Plan::keep_requests.
RunFacts facts_of(const measure::Result& result, const measure::Plan& plan, const Cut& cut);

/// The goal that a quantity has to meet.
enum class Goal { kinds, count, time, latency, order, replication, none };
constexpr auto names(Goal) {
  return std::array{"kinds", "count", "time", "latency", "order", "replication", "none"};
}

enum class Fit { within, outside, reported };
constexpr auto names(Fit) { return std::array{"within", "outside", "reported"}; }

/// One quantity, measured and simulated, side by side.
struct Compared {
  Measured measured;  ///< n 0: never seen in the measurement
  Goal goal = Goal::none;
  std::vector<double> simulated;  ///< of the runs that have it
  double mean = 0, sd = 0;        ///< of the simulated
  double tolerance = 0;           ///< how far apart the means may be
  Fit verdict = Fit::reported;
  std::string why;
  std::string mechanism;  ///< of what is outside, by explain()
};

/// All of one case: what was measured, and what only the simulation has.
std::vector<Compared> compare(const std::vector<Measured>& measured,
                              const std::vector<RunFacts>& runs);

/// What the model would need for some quantities, and why it is not there.
struct Mechanism {
  std::string name, text;  ///< the text is Markdown
};

/// All cases, and the seeds they ran with.
struct Validation {
  std::vector<Compared> rows;
  std::size_t runs = 0;               ///< of each case
  std::vector<std::string> left_out;  ///< cases that were measured and not run, and why
  std::vector<Mechanism> mechanisms;  ///< those that explain something outside
  std::vector<std::string> stale;     ///< statements about nothing that is outside
};

/// What stands for a mechanism where nobody has stated one.
constexpr const char* unexplained = "unexplained";

/// A line of outside.csv: quantities that are outside the goal for one reason. The first four are
/// globs; `why` is Compared::why, so that a statement holds for errors of one direction only.
struct Statement {
  std::string case_name = {}, request_class = {}, quantity = {}, why = {}, mechanism = {};
  int line = 0;
};

/// What is said about quantities outside the goal.
struct Statements {
  std::vector<Statement> rows;  ///< the first that fits counts
  std::vector<Mechanism> mechanisms;
};

/// Reads outside.csv, and mechanisms.md: a heading `## NAME` and a text for each. A mistake is one
/// line in `mistakes`, the name of outside.csv first.
Statements read_statements(std::string_view outside, const std::string& file,
                           std::string_view mechanisms, std::string& mistakes);

/// Gives every quantity outside its mechanism. `whole`: every case ran, often enough to call a
/// statement stale that fits nothing.
void explain(Validation& validation, const Statements& statements, bool whole);

/// Whether no quantity is outside the goal.
bool all_within(const Validation& validation);
/// How many quantities outside a mechanism explains.
std::size_t outside_for(const Validation& validation, const std::string& mechanism);

}  // namespace spof::report
