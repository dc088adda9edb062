#include "analysis/stacks/stacks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "analysis/records/stored_report.hpp"
#include "base/append_new.hpp"
#include "base/words.hpp"

namespace spof::report {
namespace {

using Names = std::vector<std::string>;

bool fares_worse(const Finding& one, const Finding& other) {
  if (worst_fate(one) != worst_fate(other)) return worst_fate(one) > worst_fate(other);
  return hurts_more(one, other);
}

StackRow& row_at(std::vector<StackRow>& rows, const StackRole& role, const std::string& kind,
                 std::size_t stacks) {
  for (StackRow& row : rows)
    if (row.role == role && row.kind == kind) return row;
  return rows.emplace_back(StackRow{role, kind, std::vector<StackCell>(stacks), {}});
}

/// The failure of the row that hurts most in any stack.
const Finding& worst_of(const StackRow& row) {
  const Finding* worst = nullptr;
  for (const StackCell& cell : row.cells)
    if (cell.finding && (!worst || fares_worse(*cell.finding, *worst))) worst = cell.finding;
  return *worst;  // a row has at least one
}

std::vector<StackRow> rows_of(const std::vector<const Matrix*>& matrices) {
  std::vector<StackRow> rows;
  for (std::size_t i = 0; i < matrices.size(); ++i)
    for (const MatrixCase& one : matrices[i]->cases)
      for (const StackRole& role : roles_of(*matrices[i], one.finding.target, one.finding.kind)) {
        StackRow& row = row_at(rows, role, one.finding.kind, matrices.size());
        StackCell& cell = row.cells[i];
        ++cell.parts;
        if (!cell.finding || fares_worse(one.finding, *cell.finding)) cell.finding = &one.finding;
        row.worst = std::max(row.worst, worst_fate(one.finding));
      }
  for (StackRow& row : rows)
    for (std::size_t i = 0; i < matrices.size(); ++i)
      row.cells[i].has_part = row.cells[i].parts > 0 || plays(*matrices[i], row.role.base);
  std::ranges::stable_sort(rows, [](const StackRow& a, const StackRow& b) {
    return fares_worse(worst_of(a), worst_of(b));
  });
  return rows;
}

bool worse(const StoredFate& one, const StoredFate& other) {
  return std::tuple(one.fate, -one.availability) > std::tuple(other.fate, -other.availability);
}

/// A matrix as the comparison reads it, with roles in place of parts: of those that play one, and
/// of one class, the worst.
StoredReport by_role(const Matrix& matrix) {
  const StoredReport whole = stored_report(matrix);
  StoredReport made = whole;
  made.metrics.clear();
  made.fates.clear();
  for (const StoredFate& fate : whole.fates) {
    if (fate.pair) continue;
    for (const StackRole& role : roles_of(matrix, fate.component, fate.kind)) {
      StoredFate renamed = fate;
      renamed.component = role.text();
      const auto known = std::ranges::find_if(
          made.fates, [&](const StoredFate& other) { return same_place(renamed, other); });
      if (known == made.fates.end())
        made.fates.push_back(std::move(renamed));
      else if (worse(renamed, *known))
        *known = std::move(renamed);
    }
  }
  return made;
}

/// Adds breaks to what is known of their parts: "load balancer: host" to "load balancer".
void add(std::vector<SpofChange>& changes, const std::vector<Breakage>& breaks,
         const Contrast& contrast, bool with_part) {
  for (const Breakage& one : breaks) {
    const std::size_t colon = one.component.rfind(": ");
    const std::string base = one.component.substr(0, colon);
    const bool proven = with_part || proof_of(contrast, one) == SpofProof::proven;
    auto known = std::ranges::find_if(changes, [&](const SpofChange& change) {
      return change.base == base && change.with_part == with_part;
    });
    if (known == changes.end())
      known = changes.insert(changes.end(), {base, {}, {}, false, with_part});
    if (colon != std::string::npos) append_new(known->aspects, one.component.substr(colon + 2));
    append_new(known->classes, one.request_class);
    known->proven = known->proven || proven;
  }
}

std::optional<double> more(const std::optional<double>& from, const std::optional<double>& to) {
  if (!from || !to) return {};
  return *to - *from;
}

StackStep step_of(const std::vector<const Matrix*>& matrices, const std::vector<StoredReport>& all,
                  std::size_t from, std::size_t to) {
  const Matrix &a = *matrices[from], &b = *matrices[to];
  StackStep step{from, to, {}, {}, {}, 0, 0, {}, {}};
  const Contrast made = contrast(all[from], all[to], {});
  add(step.lost, made.spofs.lost, made, false);
  add(step.lost, made.spofs.only_tested_first, made, true);
  add(step.gained, made.spofs.gained, made, false);
  add(step.gained, made.spofs.only_tested_second, made, true);
  for (const ClassYear& one : a.year.classes)
    for (const ClassYear& other : b.year.classes)
      if (one.name == other.name) {
        step.saved_min.emplace_back(one.name, one.down.minutes() - other.down.minutes());
        if (one.name == "all")
          step.saved_requests = one.failed_requests() - other.failed_requests();
      }
  step.machines = static_cast<int>(b.money.machines) - static_cast<int>(a.money.machines);
  if (a.money.currency == b.money.currency) {
    step.hosts = more(a.money.hosts, b.money.hosts);
    step.all = more(a.money.all(), b.money.all());
  }
  return step;
}

std::optional<double> minutes_down(const Matrix& stack) {
  for (const ClassYear& one : stack.year.classes)
    if (one.name == "all") return one.down.minutes();
  return {};
}

/// "16 of 79": failures of one part that take something down.
std::string down_text(const Matrix& stack) {
  return fmt::format("{} of {}", count(stack, Fate::down), stack.cases.size());
}

/// Of steps that all begin at the first stack: what it is like, and each of the others, the one
/// that is down least before the rest.
std::string beside_text(std::vector<const Matrix*> stacks) {
  const auto year = [](const Matrix* one) {
    return fmt::format("{:.0f} min a year", minutes_down(*one).value_or(0));
  };
  std::string text =
      fmt::format("{}: {} failures take something down, a class is down {}.", stacks.front()->name,
                  down_text(*stacks.front()), year(stacks.front()));
  stacks.erase(stacks.begin());
  std::ranges::stable_sort(stacks, {}, [](const Matrix* one) { return minutes_down(*one); });
  for (const Matrix* one : stacks)
    text += fmt::format(" {}: {}, {}.", one->name, down_text(*one), year(one));
  return text;
}

}  // namespace

Stacks side_by_side(const std::vector<const Matrix*>& matrices, bool from_first) {
  Stacks made{matrices, rows_of(matrices), {}};
  std::vector<StoredReport> stored;
  for (const Matrix* one : matrices) stored.push_back(by_role(*one));
  for (std::size_t i = 1; i < matrices.size(); ++i)
    made.steps.push_back(step_of(matrices, stored, from_first ? 0 : i - 1, i));
  return made;
}

double lost_at_most(const Matrix& stack) {
  const Finding* const worst = worst_loss(stack);
  return worst ? worst->lost_writes : 0;
}

std::string cell_text(const StackCell& cell) {
  if (!cell.finding) return cell.has_part ? "-" : "no such part";
  const Finding& finding = *cell.finding;
  std::string text;
  switch (worst_fate(finding)) {
    case Fate::unmeasured:
      return "nobody asks";
    case Fate::down:
      text = "SPOF: " + classes_text(classes_down(finding), finding.classes.size());
      break;
    case Fate::degraded:
      text = "degraded: " + cell_text(&finding);
      break;
    case Fate::slow:
      text = "slow";
      break;
    case Fate::interrupted:
      text = "masked, " + cell_text(&finding);
      break;
    case Fate::untouched:
      if (loses_writes(finding)) return cell_text(&finding);
      text = "masked";
  }
  if (loses_writes(finding)) text += fmt::format(", {} lost", count_text(finding.lost_writes));
  return text;
}

std::string change_text(const SpofChange& change) {
  return fmt::format(
      "{}{} for {}{}{}", change.base,
      change.aspects.empty() ? "" : fmt::format(" ({})", fmt::join(change.aspects, ", ")),
      listed(change.classes), change.with_part ? ", which the other does not have" : "",
      change.proven ? "" : "; may be chance");
}

std::string stacks_verdict(const Stacks& stacks) {
  const Matrix &first = *stacks.matrices.front(), &last = *stacks.matrices.back();
  if (stacks.steps.size() > 1 && stacks.steps[1].from == 0) return beside_text(stacks.matrices);
  std::string text = fmt::format("From {} to {}: {} failures that take something down become {}",
                                 first.name, last.name, down_text(first), down_text(last));
  const auto before = minutes_down(first), after = minutes_down(last);
  if (before && after)
    text += fmt::format(", {:.0f} min a year with a class down become {:.0f}", *before, *after);
  if (const double lost = lost_at_most(first), then = lost_at_most(last); lost + then > 0)
    text += fmt::format(", {} acknowledged writes lost by the worst failure become {}",
                        count_text(lost), count_text(then));
  return text + fmt::format(", {} become{} {}.", counted(first.money.machines, "machine"),
                            first.money.machines == 1 ? "s" : "", last.money.machines);
}

}  // namespace spof::report
