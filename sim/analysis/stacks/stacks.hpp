#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/compare/compare.hpp"
#include "analysis/matrix/matrix.hpp"
#include "base/record.hpp"

/// Several stacks beside each other: the same failures of parts of the same role, and what each
/// step from one stack to the next buys. `fields()` are what stacks.json has of it.
namespace spof::report {

/// What a part is in a stack, in words that are the same for every stack: `mysql@server1` of one
/// and `mysql@db1` of another are both the process of the primary database.
struct StackRole {
  std::string base;  ///< "primary database"; of what is nobody's, its own name
  /// "process", "host", "network card", "disk", "certificate", ...; "" of what is nobody's.
  std::string aspect;
  /// "primary database: process"; "link internet".
  std::string text() const { return aspect.empty() ? base : base + ": " + aspect; }
  bool operator==(const StackRole&) const = default;
};

/// The roles of what breaks in a way in a matrix. A daemon has one. A machine, and its network
/// card, has that of each tier that it carries: where all are on one machine, its failure stands in
/// every tier's row. A partition lies between the first roles of its two machines. Roles follow
/// from who talks to whom when the scenario begins: a database that copies from another is a
/// replica.
std::vector<StackRole> roles_of(const Matrix& matrix, const std::string& target,
                                const std::string& kind);

/// Whether some part of the stack has a role of this base, as far as daemons go.
bool plays(const Matrix& matrix, const std::string& base);

/// What a failure of a role did in one stack: of several parts that play it, the worst.
struct StackCell {
  const Finding* finding = nullptr;  ///< null: no such part, or none was broken so
  bool has_part = false;             ///< the stack has one
  std::uint64_t parts = 0;           ///< so many play the role and were broken in this way
  void fields(auto& visit);
};
/// "SPOF: write", "degraded: 51 %", "masked, 2.6 s", "slow", "masked", each with ", 12 lost"; "12
/// lost"; "no such part".
std::string cell_text(const StackCell& cell);

void StackCell::fields(auto& visit) {
  const Finding nothing, &found = finding ? *finding : nothing;
  visit("has_part", has_part, {.help = "false: the stack has no such part"});
  visit("parts", parts, {.help = "so many were broken in this way; 0: none can be"});
  visit("component", found.target, {.help = "of these the one whose failure hurts most"});
  visit("text", cell_text(*this), {.help = "in words"});
  visit("fate", worst_fate(found), {.help = "of the class that fares worst"});
  visit("down_for", classes_down(found),
        {.help = "classes that are down once the stack has settled"});
  visit("settled_availability", Figure(settled_availability(found)),
        {.help = "of all classes together, 0..1"});
  visit("interrupted_s", Figure(finding ? interruption(found) : no_figure),
        {.help = "all outages together of the class that had most, a run"});
  visit("recovered_s", Figure(finding ? found.recovered : no_figure),
        {.help = "from the fault to the last failed request, though others were answered before"});
  visit("lost_writes", Number(found.lost_writes), {.help = "acknowledged, but gone, a run"});
}

struct StackRow {
  StackRole role;
  std::string kind;
  std::vector<StackCell> cells;  ///< one for each stack
  Fate worst = Fate::unmeasured;
  void fields(auto& visit) {
    visit("part", role.text(), {.help = "by its role: \"load balancer: process\""});
    visit("kind", kind, {.help = "of failure"});
    visit("stacks", cells, {.help = "in the order of the stacks"});
  }
};

/// What single points of failure a step takes away or brings, by what they are in a stack.
struct SpofChange {
  std::string base;                  ///< "load balancer"
  std::vector<std::string> aspects;  ///< "process", "host"; none for what has none
  std::vector<std::string> classes;  ///< for which, in any way
  bool proven = true;                ///< false: it may be chance
  bool with_part = false;            ///< the part itself is new, or gone
  void fields(auto& visit) {
    visit("part", base, {.help = "by its role"});
    visit("aspects", aspects, {.help = "of it: process, host, network card, ..."});
    visit("classes", classes, {.help = "of requests, that it takes down"});
    visit("proven", proven, {.help = "beyond chance; of what only one stack has always"});
    visit("with_part", with_part, {.help = "only one of the two has the part, or this aspect"});
  }
};

/// A class, and the minutes of outage that it has less in a year.
struct SavedOutage : std::pair<std::string, double> {
  using std::pair<std::string, double>::pair;
  void fields(auto& visit) {
    visit("class", first, {.help = "request class, or all"});
    visit("outage_min", Number(second), {.help = "a year less; negative: more"});
  }
};

/// From one stack to another.
struct StackStep {
  std::size_t from = 0, to = 0;  ///< places in Stacks::matrices
  std::vector<SpofChange> lost, gained;
  std::vector<SavedOutage> saved_min;  ///< by class
  double saved_requests = 0;           ///< failed requests a year less
  int machines = 0;                    ///< more
  std::optional<double> hosts, all;    ///< money a year more, of machines and altogether
};

struct Stacks {
  std::vector<const Matrix*> matrices;
  std::vector<StackRow> rows;  ///< worst first
  std::vector<StackStep> steps;
};

/// `from_first`: each is a step from the first, not from the one before. The matrices must outlive
/// what is returned. Single points of failure are told from chance as in the comparison of two
/// matrices (compare.hpp).
Stacks side_by_side(const std::vector<const Matrix*>& matrices, bool from_first);

/// Acknowledged writes that the failure loses which loses most of them, a run.
double lost_at_most(const Matrix& stack);
/// "load balancer (process, host) for read and write".
std::string change_text(const SpofChange& change);
/// From the first to the last: what was bought. Where all are compared with the first: how each is.
std::string stacks_verdict(const Stacks& stacks);

}  // namespace spof::report
