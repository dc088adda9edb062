#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/append_new.hpp"
#include "base/words.hpp"
#include "report/pages/pages.hpp"

namespace spof::report {
namespace {

/// "-298 min": so much less.
std::string saved_text(double minutes) {
  const std::string text = minutes_text(std::abs(minutes));
  if (text == "0 min") return text;
  return (minutes > 0 ? "-" : "+") + text;
}

bool any_money(const Stacks& stacks) {
  return std::ranges::any_of(stacks.matrices,
                             [](auto* one) { return one->money.all().has_value(); });
}

/// Each stack: its machines, its single points of failure, a year of it.
Table overview(const Stacks& stacks) {
  Table table{"lrr", {"stack", "machines", "single points of failure"}};
  table.keys = 1;
  for (const ClassYear& one : stacks.matrices.front()->year.classes)
    table.column('r', class_or_any(one.name) + " down a year");
  table.column('r', "failed requests a year");
  table.column('r', "lost writes, worst failure");
  const bool policy =
      std::ranges::any_of(stacks.matrices, [](auto* one) { return !one->policy.empty(); });
  if (policy) table.column('r', "objectives missed");
  for (const Matrix* one : stacks.matrices) {
    const std::size_t points = single_points(*one).count();
    std::vector<Cell> cells{one->name, std::to_string(one->money.machines),
                            Cell(std::to_string(points), points == 0 ? Tone::good : Tone::bad)};
    for (const ClassYear& other : stacks.matrices.front()->year.classes) {
      const auto& classes = one->year.classes;
      const auto known = std::ranges::find(classes, other.name, &ClassYear::name);
      cells.emplace_back(known == classes.end() ? "-" : minutes_text(known->down.minutes()));
    }
    cells.emplace_back(one->year.classes.empty()
                           ? "-"
                           : count_text(std::round(one->year.classes.back().failed_requests())));
    cells.emplace_back(count_text(std::round(lost_at_most(*one))));
    if (const auto missed = std::ranges::count_if(one->policy, &PolicyFinding::missed); policy)
      cells.emplace_back(fmt::format("{} of {}", missed, one->policy.size()),
                         missed > 0 ? Tone::bad : Tone::good);
    table.row(std::move(cells));
  }
  return table;
}

std::string changes_text(const std::vector<SpofChange>& changes) {
  const auto text = [](const SpofChange& one) { return change_text(one); };
  return changes.empty() ? "none" : joined(mapped(changes, text), "; ");
}

Table steps(const Stacks& stacks) {
  Table table{"ltt", {"step", "single points of failure it takes away", "and brings"}};
  table.stacked = true;
  for (const StackStep& step : stacks.steps)
    table.row({fmt::format("{} \u2192 {}", stacks.matrices[step.from]->name,
                           stacks.matrices[step.to]->name),
               Cell(changes_text(step.lost), step.lost.empty() ? Tone::plain : Tone::good),
               Cell(changes_text(step.gained), step.gained.empty() ? Tone::plain : Tone::bad)});
  return table;
}

/// What a step is worth: outage that it saves, for so much money.
Table values(const Stacks& stacks) {
  Table table{"lr", {"step", "machines"}};
  for (const auto& [name, unused] : stacks.steps.front().saved_min)
    table.column('r', class_or_any(name) + " down");
  table.column('r', "failed requests");
  table.keys = 1;
  const bool money = any_money(stacks);
  if (money)
    for (const char* head : {"its machines a year", "a minute less down", "altogether a year"})
      table.column('r', head);
  for (const StackStep& step : stacks.steps) {
    const Matrix& to = *stacks.matrices[step.to];
    std::vector<Cell> cells{fmt::format("{} \u2192 {}", stacks.matrices[step.from]->name, to.name),
                            fmt::format("{:+d}", step.machines)};
    for (const auto& [name, minutes] : step.saved_min) cells.emplace_back(saved_text(minutes));
    cells.emplace_back((step.saved_requests > 0 ? "-" : "+") +
                       count_text(std::round(std::abs(step.saved_requests))));
    if (money) {
      cells.emplace_back(money_text(step.hosts, to.money.currency, true));
      const double saved = step.saved_min.empty() ? 0 : step.saved_min.back().second;
      cells.emplace_back(step.hosts && *step.hosts > 0 && saved > 0
                             ? fmt::format("{:.3g} {}", *step.hosts / saved, to.money.currency)
                             : "-");
      cells.emplace_back(money_text(step.all, to.money.currency, true),
                         !step.all || std::abs(*step.all) < 0.5 ? Tone::plain
                         : *step.all < 0                        ? Tone::good
                                                                : Tone::bad);
    }
    table.row(std::move(cells));
  }
  return table;
}

Table costs(const Stacks& stacks) {
  Table table{"lrrrr",
              {"stack", "machines", "their price a year", "expected outage a year", "together"}};
  for (const Matrix* one : stacks.matrices) {
    const Money& money = one->money;
    table.row({one->name, std::to_string(money.machines), money_text(money.hosts, money.currency),
               money_text(money.outages, money.currency), money_text(money.all(), money.currency)});
  }
  return table;
}

bool passes_everywhere(const StackRow& row) {
  return std::ranges::all_of(row.cells, [](const StackCell& cell) {
    return !cell.finding || passes_unnoticed(*cell.finding);
  });
}

Section failures(const Stacks& stacks, Medium medium) {
  const std::size_t most = medium == Medium::screen ? 20 : stacks.rows.size();
  Table table{"ll", {"part", "failure"}};
  for (const Matrix* one : stacks.matrices) table.column('c', one->name);
  table.keys = 2;
  table.sortable = true;
  std::size_t fine = 0, more = 0;
  for (const StackRow& row : stacks.rows) {
    const bool passes = passes_everywhere(row), cut = !passes && table.rows.size() == most;
    fine += passes;
    more += cut;
    if (passes || cut) continue;
    std::vector<Cell> cells{row.role.text(), row.kind};
    for (const StackCell& cell : row.cells)
      cells.emplace_back(cell_text(cell), cell.finding ? tone_of(*cell.finding) : Tone::plain,
                         cell.finding
                             ? fmt::format("{} of {}: {}; {}", row.kind, cell.finding->target,
                                           harm_line(*cell.finding), mechanism_line(*cell.finding))
                             : "");
    table.row(std::move(cells));
  }
  Paragraph rest;
  if (more > 0)
    rest.text = fmt::format("and {} more that users notice in one of them: see stacks.md", more);
  Paragraph legend{
      fmt::format("{}SPOF: at least 90 % of these requests fail until somebody repairs it. "
                  "degraded: so many are answered until then. masked, 5.0 s: interrupted so long "
                  "in all, though the failure lasts on. masked: no user notices. fails on: when "
                  "what broke is back, requests fail until somebody mends that. lost: acknowledged "
                  "writes. no such part: the stack has none; -: it was not broken so. Of several "
                  "parts of one role the worst is told; a machine stands in the row of every tier "
                  "that it carries.",
                  fine == 0 ? ""
                            : counted(fine, "failure") + " that no user of any notices " +
                                  (fine == 1 ? "is" : "are") + " left out. "),
      true};
  return {"The same failure in each, worst first", {std::move(table), rest, legend}};
}

}  // namespace

Document stacks_page(const Stacks& stacks, Medium medium) {
  Document page{"Side by side: " + listed(mapped(stacks.matrices, &Matrix::name))};
  const Matrix& first = *stacks.matrices.front();
  page.subtitle = fmt::format("{} stacks, {} each of {} s", stacks.matrices.size(),
                              counted(first.runs, "run"), count_text(first.duration));
  page.verdict = stacks_verdict(stacks);
  page.blocks = {overview(stacks), Section{"What each step buys", {steps(stacks), values(stacks)}}};
  if (any_money(stacks)) page.blocks.emplace_back(Section{"What it costs", {costs(stacks)}});
  page.blocks.emplace_back(failures(stacks, medium));
  if (medium == Medium::html)
    for (const Matrix* one : stacks.matrices)
      page.blocks.emplace_back(
          Section{one->name, {Paragraph{matrix_verdict(*one)}, stack_diagram(*one)}});
  return page;
}

}  // namespace spof::report
