#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/compare/compare.hpp"
#include "analysis/matrix/matrix.hpp"
#include "analysis/stacks/roles.hpp"

/// Several stacks beside each other: the same failures of parts of the same role, and what each
/// step from one stack to the next buys.
namespace spof::report {

/// What a failure of a role did in one stack: of several parts that play it, the worst.
struct StackCell {
  const Finding* finding = nullptr;  ///< null: no such part, or none was broken so
  bool has_part = false;             ///< the stack has one
  std::size_t parts = 0;             ///< so many play the role and were broken in this way
};

struct StackRow {
  StackRole role;
  std::string kind;
  std::vector<StackCell> cells;  ///< one for each stack
  Fate worst = Fate::unmeasured;
};

/// What single points of failure a step takes away or brings, by what they are in a stack.
struct SpofChange {
  std::string base;                  ///< "load balancer"
  std::vector<std::string> aspects;  ///< "process", "host"; none for what has none
  std::vector<std::string> classes;  ///< for which, in any way
  bool proven = true;                ///< false: it may be chance
  bool with_part = false;            ///< the part itself is new, or gone
};

/// From one stack to another.
struct StackStep {
  std::size_t from = 0, to = 0;  ///< places in Stacks::matrices
  std::vector<SpofChange> lost, gained;
  std::vector<std::pair<std::string, double>> saved_min;  ///< outage a year less, by class
  double saved_requests = 0;                              ///< failed requests a year less
  int machines = 0;                                       ///< more
  std::optional<double> hosts, all;  ///< money a year more, of machines and altogether
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

/// "SPOF: write", "degraded: 51 %", "masked, 2.6 s", "slow", "masked"; "no such part".
std::string cell_text(const StackCell& cell);
/// "load balancer (process, host) for read and write".
std::string change_text(const SpofChange& change);
/// From the first to the last: what was bought. Where all are compared with the first: how each is.
std::string stacks_verdict(const Stacks& stacks);

}  // namespace spof::report
