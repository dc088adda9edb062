#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "measure/plan.hpp"
#include "measure/result.hpp"

namespace spof::measure {

/// What a metric's number is.
enum class Unit { share, seconds, count };
constexpr auto names(Unit) { return std::array{"share", "s", "count"}; }

/// Which of two numbers of a metric an operator would rather have. `neither`: it says how the stack
/// worked, not how well (a retry is a cost and a cure), or what was asked of it.
enum class Better { lower, higher, neither };
constexpr auto names(Better) { return std::array{"lower", "higher", "neither"}; }

/// Whom a metric may ask about: one request class or all, one server, a daemon or host or all of
/// them, or the run.
enum class About { classes, server, part, run };

struct Query;

/// Requests, and the story around them, as a metric looks at them.
struct Sight {
  const Result& run;
  const Query& asked;
  Tally tally;  ///< of the asked phase and class
};

/// A question that a run answers with one number. Not a number: nothing to measure (no request, no
/// fault). Infinity: never happened.
struct Metric {
  const char* name;
  About about;
  bool phases;  ///< may be asked of one phase
  Unit unit;
  Better better;
  const char* help;
  double (*measure)(const Sight&);
};

/// The table of all metrics: a row here is all it takes to add one.
std::span<const Metric> metrics();
/// nullptr when there is none of this name. "failed.503" finds `failed.PART`.
const Metric* find_metric(const std::string& name);

/// A metric asked of somebody at some time.
struct Query {
  const Metric* metric = nullptr;
  /// Of `failed.PART` an outcome ("503") or a cause ("connect_error"), of About::part a daemon or
  /// host.
  std::string part = {};
  int request_class = -1;  ///< -1: all
  int server = -1;
  std::optional<Phase> phase = {};  ///< none: the whole run
};

/// "failed.503"
std::string metric_name(const Query& query);

/// The number for one run.
double value_of(const Query& query, const Result& result);

/// A number over seeds.
struct Estimate {
  double mean = 0;        ///< over the runs that had something to measure; not a number if none had
  double half_width = 0;  ///< of the 95 % confidence interval (Student); 0 for one run
  std::vector<double> values;  ///< one per run, as in Metric
  std::size_t measured = 0;    ///< runs with something to measure
  std::size_t never = 0;  ///< of these, runs in which it never happened; then the mean is infinite
};
Estimate estimate(const Query& query, const std::vector<Result>& results);
/// The same from the values of the runs.
Estimate estimate_of(std::vector<double> values);

/// Every question that the table allows for these classes and servers; `failed.PART` only for what
/// occurred.
std::vector<Query> all_queries(const Plan& plan, const std::vector<Result>& results);

}  // namespace spof::measure
