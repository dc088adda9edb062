#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "base/record.hpp"
#include "base/units.hpp"

/// From "what does this failure cost" to "what does a year cost": the rates of failures and repairs
/// joined with the simulated shape of each failure. Pure arithmetic, nothing is simulated here. The
/// model and its assumptions are in README.md.
namespace spof::report {

/// 8 766 hours, as in availability tables: 365.25 days.
inline constexpr double year_s = 31557600;

/// What one failure does to one class of requests, in one run.
struct Shape {
  double settled_share = 0;  ///< of requests that fail once the stack's defences have settled, 0..1
  double transient_s = 0;    ///< failed share times time outside the settled part: before it, and
                             ///< after the repair
  bool settled_down = false;      ///< in the settled part the class counts as down
  double transient_outage_s = 0;  ///< time outside the settled part in which it does
};

/// By class, in the order of YearlyInput::classes, then by seed. A class without a seed is not
/// affected; seed k of one failure belongs with seed k of another (a shorter list begins again).
using Shapes = std::vector<std::vector<Shape>>;

/// One way in which one component fails.
struct FailureMode {
  std::string component, kind;  ///< "mysql@server1", "crash"
  double per_year = 0;          ///< failures in a year of working
  double mean_repair_s = 0;     ///< exponential repairs of this mean
  double settle_s = 0;          ///< from the failure until the defences have settled
  bool single_point = false;    ///< the matrix calls it a single point of failure
  Shapes classes;
  std::string assumption = {};  ///< the default that its rate is; modes of one are wrong together
  double within = 1;            ///< the rate is right within this factor
};

/// Two modes (by index) broken at the same time, as simulated.
struct FailurePair {
  std::size_t first = 0, second = 0;
  double settle_s = 0;
  bool twins = false;  ///< equal parts, which a common cause takes together
  Shapes classes;      ///< the transient counts for common causes only
};

/// A class of requests.
struct RequestFlow {
  std::string name;
  double per_second = 0;
};

/// All that a year is made of.
struct YearlyInput {
  std::vector<RequestFlow> classes;
  std::vector<FailureMode> modes;
  std::vector<FailurePair> pairs;
  double common_cause = 0;  ///< share of a part's failures that strike its twin as well (beta)
};

/// A figure of a year, as a share of it: of its time, or of its requests.
struct YearShare {
  double expected = 0;
  /// Where the expectation lies by what is known: the 95 % interval over the seeds, and each rate
  /// wrong by its factor, all independent of each other. Not a number: one seed, and rates given.
  double low = 0, high = 0;
  double year_low = 0, year_high = 0;  ///< 5 % and 95 % of single years lie below: 9 years in 10
  double minutes() const { return expected * year_s / 60; }
};

/// How one class, or all together, fares.
struct ClassYear {
  std::string name;  ///< "all" for all together
  double per_second = 0;
  YearShare down;    ///< of the time: the class is down; of "all": at least one class is
  YearShare failed;  ///< of the requests
  double failed_requests() const { return failed.expected * per_second * year_s; }
};

/// What one component has to do with it; lists by class, "all" last. Also in matrix.json.
struct ComponentYear {
  std::string name;
  bool single_point = false;
  double failures = 0;                  ///< a year, in all counted ways
  std::vector<double> share_of_down;    ///< 0..1, of the class's down time; 0 where there is none
  std::vector<double> share_of_failed;  ///< 0..1, of its failed requests
  std::vector<double> saved_down_s;     ///< down time a year less if it never failed
  std::vector<double> saved_requests;   ///< failed requests a year less
  void fields(auto& visit) {
    visit("component", name, {.help = "daemon, host or link"});
    visit("single_point", single_point, {.help = "a single point of failure"});
    visit("failures", Number(failures), {.help = "a year"});
    visit("share_of_outage", numbers(share_of_down), {.help = "0..1, by class"});
    visit("share_of_failed", numbers(share_of_failed), {.help = "0..1, by class"});
    visit("saved_outage_min", numbers(saved_down_s, 60),
          {.help = "less if it never failed, by class"});
    visit("saved_requests", numbers(saved_requests), {.help = "failed requests less, by class"});
  }
};

struct Yearly {
  std::vector<ClassYear> classes;         ///< in the order of the input, then "all"
  std::vector<ComponentYear> components;  ///< by their share of all failed requests, largest first
  /// The default rate that the outage of all classes hangs on most, and that outage with this rate
  /// divided and multiplied by its factor; "" if the scenario gives all of them.
  std::string hangs_on = {};
  double within = 1, hangs_low = 0, hangs_high = 0;
  bool with_pairs = false;  ///< false: no double failures; a lower bound
  double common_cause = 0;
};

/// The expectation in closed form, the spread of single years by drawing years of independent
/// alternating renewal processes from named streams: the same input gives the same bytes. Modes of
/// rate 0 count for nothing. Throws std::out_of_range when a pair names a mode that is not there.
Yearly yearly(const YearlyInput& input);

/// -log10 of the unavailability; infinite when nothing is lost, 0 when everything is.
double nines(double unavailability);

}  // namespace spof::report
