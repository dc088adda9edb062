#pragma once
#include <optional>
#include <string>
#include <vector>

#include "analysis/campaign.hpp"
#include "analysis/matrix/matrix.hpp"
#include "analysis/matrix/policy.hpp"
#include "analysis/records/records.hpp"
#include "analysis/stacks/stacks.hpp"
#include "analysis/sweep/sweep.hpp"
#include "analysis/validation/validation.hpp"
#include "analysis/year/money.hpp"
#include "analysis/year/yearly.hpp"
#include "report/document.hpp"

namespace spof::report {

// The pages and their parts, and the files that go with them.

/// What the runs of a scenario show: verdict, what happened and why, expectations, figures by phase
/// and class, what became of writes. On a terminal the summary of `spof run`.
Document run_page(const Campaign& campaign, Medium medium);
std::string terminal(const Campaign& campaign, const TerminalOptions& options);

/// The figures at the top. Empty without a result.
Cards run_cards(const Campaign& campaign);

/// Latency and outcomes over time, over all runs; faults, detection and recovery in them; the
/// states of the components in the first run. Without times where there is no result.
ChartGroup run_charts(const Campaign& campaign);

/// How busy everything was, before, during and after; "62 %", "100 %, full 98 %, 12 wait".
Section run_utilisation(const Campaign& campaign);

/// The steps of failovers of the database; nothing where no manager failed over.
Blocks run_failover(const Campaign& campaign);

/// What became of writes: how many, which are lost, which database has what at the end.
Facts run_writes(const Campaign& campaign);
/// What firewalls stopped, a line for each rule that did.
std::vector<std::string> firewall_lines(const Campaign& campaign);
/// Who noticed what, and when; where somebody watches.
Blocks run_detection(const Campaign& campaign, Medium medium);
/// Of who speaks TLS, how often hands were shaken; what an eavesdropper could read. Nothing where
/// there is nothing.
Blocks run_exposure(const Campaign& campaign, Medium medium);

/// "during"; without a fault "all": there is no before.
const char* phase_name(const Campaign& campaign, std::size_t phase);

/// "measured 87.10 % \u00b1 1.20 %, may be chance"
std::string measured_text(const Judged& judged);
/// How many expectations were judged so.
std::size_t judged_as(const Campaign& campaign, Judgement judgement);
/// "2 of 5 expectations failed", "4 of 5 expectations hold, 1 unknown", "all 5 expectations hold",
/// "no expectations".
std::string expectations_text(const Campaign& campaign);

/// Good for untouched, bad for down, plain where nothing was measured, else warn.
Tone tone_of(Fate fate);
Tone tone_of(const Finding& finding);

/// What a matrix found: parts by what their failures do, every failure worst first, what would
/// have helped, what a year costs.
Document matrix_page(const Matrix& matrix, Medium medium);
std::string matrix_csv(const Matrix& matrix);

/// For who is on call: each failure, whether anybody recovers from it but a person, how long users
/// are without, what is lost, what is seen, what to do.
Document runbook_page(const Matrix& matrix);

/// Several stacks side by side: what each step buys and costs, a year of each, every failure by the
/// role of the part that breaks; HTML has the picture of each.
Document stacks_page(const Stacks& stacks, Medium medium);

/// "3 nines (3.8)", never rounded up; "no loss".
std::string nines_text(double unavailability);
/// "99.986 %": as many digits as the loss needs, never 100 when something is lost.
std::string availability_text(double unavailability);
/// "71 min"; a year's minutes keep their unit, so that they compare: "0.2 min", "1 250 min".
std::string minutes_text(double minutes);

/// "write: 71 min outage a year (9 years in 10: 12 to 190), 99.986 %, 3 nines (3.8)".
std::string yearly_line(const ClassYear& one);
/// The year by class, the components that matter, what is left out, and what the figures assume.
Blocks year_section(const Yearly& year, Medium medium);
/// Whose outage of a year it is: a class's, or that of "any".
std::string class_or_any(const std::string& class_of_year);
/// "1 200 EUR"; so much `more` with its sign, "+1 200 EUR"; "-" where it is not known.
std::string money_text(const std::optional<double>& amount, const std::string& currency,
                       bool more = false);
/// What machines and outages cost; nothing where no price is given.
Blocks money_section(const Money& money);
/// What the scenario's policy asks and what was found, with the margin; nothing without a policy.
Blocks policy_section(const std::vector<PolicyFinding>& policy);

/// The verdict, the points by what tells them apart, and the rest in a line.
Document sweep_page(const Sweep& sweep, Medium medium);
/// Columns: scenario, a column for each parameter, metric, class, phase, mean, half_width, runs,
/// never. `class` is the server for metrics about one.
std::string sweep_csv(const Sweep& sweep);
std::string sweep_json(const Sweep& sweep);
/// Metrics that tell the points apart over the first parameter, a line for each combination of the
/// others; nothing where there is only one value, nothing differs, or there would be too many
/// lines.
std::optional<ChartGroup> sweep_plot(const Sweep& sweep);

/// "411 of 460 quantities within the goal; outside: ..."
std::string verdict_of(const Validation& validation);
/// "Why: neighbours 40, check_phase 1; unexplained 0."; "" when nothing is outside.
std::string explained(const Validation& validation);
/// Verdict, what is outside and why, then the quantities of each case: on a terminal those that a
/// goal judges.
Document validation_page(const Validation& validation, Medium medium);
std::string validation_csv(const Validation& validation);
/// Draws validation.svg from validation.csv.
std::string validation_gnuplot();

/// The stack with what broke in the first run, whom that reached, and how many requests failed.
Diagram stack_diagram(const Campaign& campaign);
/// The stack with what the matrix found about each part.
Diagram stack_diagram(const Matrix& matrix);

}  // namespace spof::report
