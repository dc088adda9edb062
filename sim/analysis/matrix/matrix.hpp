#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/matrix/finding.hpp"
#include "analysis/matrix/policy.hpp"
#include "analysis/year/money.hpp"
#include "analysis/year/yearly.hpp"
#include "base/record.hpp"
#include "base/statistics.hpp"
#include "scenario/scenario.hpp"
#include "scenario/topology.hpp"

namespace spof::report {

/// A change of configuration against a failure, and what a run with it showed; also in matrix.json.
struct RemedyFinding {
  std::string name;               ///< "option redispatch"
  int effort = 1;                 ///< see plan::Remedy
  std::vector<std::string> sets;  ///< as for --set
  Finding before, after;          ///< without and with it, of the same seeds
  void fields(auto& visit) {
    const auto failed = [](const Finding& one) { return Number(mean(failed_by_seed(one))); };
    const auto slow = [](const Finding& one) { return Number(mean(slow_by_seed(one))); };
    visit("name", name, {.help = "in words"});
    visit("effort", effort, {.help = "1: a line or two; 2: some thought; 3: a machine"});
    visit("set", sets, {.help = "what to give to --set"});
    visit("failed_before", failed(before), {.help = "requests, all classes, of the same seeds"});
    visit("slow_before", slow(before), {.help = "answers later than 0.9 s, of the same seeds"});
    visit("failed", failed(after), {.help = "requests that still fail, all classes"});
    visit("slow", slow(after), {.help = "answers later than 0.9 s, all classes"});
    visit("fate", worst_fate(after), {.help = "of the class that fares worst"});
  }
};

/// One failure and what helped against it.
struct MatrixCase {
  Finding finding;
  std::size_t tried = 0;                ///< changes that were run against it
  std::vector<RemedyFinding> remedies;  ///< those that helped: the smallest first, then the best
  double repair = 0;  ///< mean seconds until somebody has repaired it; 0: not known
};

/// What `spof matrix` found.
struct Matrix {
  std::string name, title;
  Json scenario;                                           ///< with every default filled in
  scenario::Topology topology;                             ///< who may talk to whom in it
  std::vector<std::pair<std::string, std::string>> cards;  ///< machines and their network cards
  std::size_t runs = 0;
  std::uint64_t seed = 0;
  double duration = 0;
  double strikes_at = 0, lasts = 0;  ///< seconds: when a failure begins, and how long most last
  double unforgotten = 0;    ///< seconds: how long names live, when failures settle sooner; or 0
  std::string severities;    ///< how hard slow, latency, loss and bandwidth struck
  Finding control;           ///< the same with nothing broken; taken off all others
  std::size_t left_out = 0;  ///< failures that the user did not ask for
  std::uint64_t proof_seed = 0;       ///< changes that helped were run with this seed first,
  std::size_t proof_runs = 0;         ///< and with so many
  std::vector<MatrixCase> cases;      ///< worst first
  std::vector<Finding> pairs;         ///< two parts together, worst first
  Yearly year;                        ///< what a year costs, from the rates in the scenario
  Money money;                        ///< and in money, from its prices
  std::vector<PolicyFinding> policy;  ///< its objectives, judged
};

/// Whether a change helped: over the same seeds a fifth fewer requests failed, more than chance
/// makes likely (95 %); or no more failed, and half of the slow answers were not slow or a fifth
/// fewer writes lost. Never if it loses more of them.
bool helped(const Finding& before, const Finding& after);
/// Of the writes that are lost, if any are, a fifth or more are not lost with it.
bool saves_writes(const RemedyFinding& remedy);
/// Whether a failure hurts enough to look for a change that helps.
bool worth_a_remedy(const Finding& finding);
/// Orders cases, and the remedies of each: the smallest that helped is first; behind it, if it left
/// over twice as many failures, the one that left fewest.
void rank(Matrix& matrix);

/// A part of the stack: its failures, in the order of the matrix's grid.
struct MatrixRow {
  std::string target;
  std::vector<const Finding*> findings;  ///< by kind of its grid; null: does not apply
  Fate worst = Fate::unmeasured;
};
/// Parts that fail in the same ways.
struct MatrixGrid {
  std::string title;               ///< "Daemons"
  std::vector<std::string> kinds;  ///< columns
  std::vector<MatrixRow> rows;     ///< worst first
  bool die = true;                 ///< the first kind is the death of a part
};
std::vector<MatrixGrid> grids(const Matrix& matrix);

/// "everything" if it is all of them, otherwise their names.
std::string classes_text(const std::vector<std::string>& some, std::size_t all);
/// The classes that some failure of the part takes down.
std::vector<std::string> down_for(const MatrixRow& row);
/// "0 %": answered once settled; "5.0 s": the interruption; "slow"; "ok"; "-": nobody asked;
/// "" does not apply.
std::string cell_text(const Finding* finding);
/// "YES: everything", "YES: write; read 50 %", "no".
std::string judgement(const MatrixRow& row);
/// "write down, read 50 % answered; 1 213 requests failed": one line for a failure.
std::string harm_line(const Finding& finding);
/// Who noticed and what ended it: "noticed after 4.6 s by haproxy@lb1: server1 DOWN; errors end
/// after 5.0 s, when ...". Where errors did not go on until the last of them, that one's date.
std::string mechanism_line(const Finding& finding);
/// "option redispatch: 1 213 failed -> 12"; "nothing that was tried helped (5 changes)".
std::string remedy_line(const MatrixCase& one);
/// The classes that nobody asks for when it counts, with nothing broken.
std::vector<std::string> unasked(const Matrix& matrix);
/// Parts by what they take down: "write", {"mysql@server1"}.
using ByHarm = std::vector<std::pair<std::string, std::vector<std::string>>>;
struct SinglePoints {
  ByHarm own;      ///< a daemon stands for the machine and the card that carry it and do no more
  ByHarm struck;   ///< no part that dies: by a mistake or an attack
  ByHarm outside;  ///< links that are nobody's card: the way to the users, a switch
  ByHarm carried;  ///< machines and cards that take down no more than their daemons, by machine
  std::size_t count() const;
};
SinglePoints single_points(const Matrix& matrix);
/// The failure that loses most acknowledged writes; nullptr: none loses any.
const Finding* worst_loss(const Matrix& matrix);
/// Which parts are single points of failure for what, and how many failures pass unnoticed.
std::string matrix_verdict(const Matrix& matrix);
/// How many failures of one part fare so.
std::size_t count(const Matrix& matrix, Fate fate);
/// The machine that a link is the network card of, and no other is; "": there is none.
std::string machine_of_card(const Matrix& matrix, const std::string& card);
/// Whether it is the hardest way to fail of a daemon, a host or a link: that in which pairs do.
bool is_gone(std::string_view kind);
/// Failures of two parts that take down a class that neither takes down alone.
std::vector<const Finding*> lost_redundancy(const Matrix& matrix);

/// What a year is made of: each failure's rate (see `scenario.reliability`) and simulated shape.
YearlyInput yearly_input(const Matrix& matrix, const scenario::Scenario& scenario);

}  // namespace spof::report
