#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/year/yearly.hpp"
#include "base/record.hpp"
#include "scenario/scenario.hpp"

namespace spof::report {

struct Matrix;

/// What an objective asks for.
enum class Asked : std::uint8_t { availability, rto, rpo };
constexpr auto names(Asked) { return std::array{"availability", "RTO", "RPO"}; }

/// One thing that a scenario's policy asks, and what the matrix found. Also in matrix.json.
struct PolicyFinding {
  Asked asked{};
  std::string request_class;  ///< of an RPO those that write
  std::string disruption;     ///< "process"; "process, host" or "any" of an availability
  double objective = 0;       ///< a share of the year; seconds
  double found = 0;           ///< that of the worst failure
  std::string failure;        ///< which that is: "crash of mysql@server1"; "" of an availability
  std::string why;            ///< "repaired by hand", "12 writes"; may be empty
  bool tried = false;         ///< some such failure was run; else nothing is known

  bool met() const {
    return asked == Asked::availability ? found >= objective : found <= objective;
  }
  bool missed() const { return tried && !met(); }
  /// How much better than asked it is, in the unit of the objective; negative: missed by so much.
  double margin() const {
    return asked == Asked::availability ? found - objective : objective - found;
  }
  void fields(auto& visit) {
    visit("asked", asked, {.help = "what"});
    visit("class", request_class, {.help = "of requests"});
    visit("disruption", disruption, {.help = "kind of failure"});
    visit("objective", Number(objective), {.help = "a share of the year, or seconds"});
    visit("found", Number(found), {.help = "the same, of the worst failure"});
    visit("margin", Number(margin()), {.help = "how much better; negative: it is missed"});
    visit("tried", tried, {.help = "false: no such failure was run, and nothing is known"});
    visit("met", tried && met(), {.help = "true, if tried"});
    visit("failure", failure, {.help = "the worst"});
    visit("why", why, {.help = "in words"});
  }
};

/// The kind of disruption that a failure is.
scenario::Disruption disruption_of(const scenario::Scenario& scenario, const std::string& target,
                                   const std::string& kind);

/// Everything the policy asks, in its order: for each objective each class, and each kind of
/// disruption. `input` is what the matrix's year is made of (see yearly_input), whose times of
/// repair are those of failures that nothing else ends. An RTO is held against the longest of the
/// runs, an RPO against the mean of the writes lost, as the time in which so many are acknowledged.
std::vector<PolicyFinding> judged_by(const scenario::Scenario& scenario, const Matrix& matrix,
                                     const YearlyInput& input);

/// "30.0 s", "25 min", "99.95 %".
std::string objective_text(const PolicyFinding& one, double value);
/// "2 of 6 objectives missed, most of all the RTO of write (process): 30.0 s asked, 25 min found,
/// crash of mysql@server1."; "" without a policy.
std::string policy_verdict(const std::vector<PolicyFinding>& policy);

}  // namespace spof::report
