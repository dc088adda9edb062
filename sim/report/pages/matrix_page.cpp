#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/faults.hpp"
#include "base/statistics.hpp"
#include "base/words.hpp"
#include "report/pages/pages.hpp"

namespace spof::report {
namespace {

/// How long those failures last that last longer than most; 0 if none does.
double longest(const Matrix& matrix) {
  double most = 0;
  for (const MatrixCase& one : matrix.cases)
    if (one.finding.lasted > 1.01 * matrix.lasts) most = std::max(most, one.finding.lasted);
  return most;
}

/// Failures of the scenario's own, which are no part of a matrix.
std::string own_faults(const Matrix& matrix) {
  const auto faults = matrix.scenario.find("faults");
  return faults == matrix.scenario.end() || faults->empty()
             ? ""
             : "; the scenario's own faults are left out";
}

/// How much was run, and when each failure strikes.
std::string size_text(const Matrix& matrix) {
  std::string text = counted(matrix.cases.size(), "failure");
  if (!matrix.pairs.empty()) text += " and " + counted(matrix.pairs.size(), "pair");
  text += fmt::format(", {} × {} s each, {}; each failure lasts {}, from {} on",
                      counted(matrix.runs, "run"), count_text(matrix.duration),
                      seed_range(matrix.seed, matrix.seed + matrix.runs - 1),
                      time_text(matrix.lasts), time_text(matrix.strikes_at));
  if (const double most = longest(matrix); most > 0)
    text += fmt::format(", those of name servers {}, until names are forgotten", time_text(most));
  return text + own_faults(matrix);
}

/// What a cell of a grid means.
std::string legend_text(const Matrix& matrix) {
  const auto any = [&](auto holds) {
    return std::ranges::any_of(matrix.cases, holds, &MatrixCase::finding);
  };
  const bool unmeasured = any([](auto& one) { return worst_fate(one) == Fate::unmeasured; });
  const bool loses =
      any([](auto& one) { return worst_fate(one) == Fate::untouched && loses_writes(one); });
  return fmt::format(
      "0 %: of all requests answered, once the stack's own defences have settled; 5.0 s: all "
      "outages together of the class that had most, though the failure lasted on; slow: all "
      "answered, but late; ok: no user notices{}{}{}. How hard: {}.",
      unmeasured ? "; -: nobody asks" : "",
      any(fails_on) ? "; fails on: something took over, and requests fail when what broke is back"
                    : "",
      loses ? "; 12 lost: so many acknowledged writes, and no user notices" : "",
      matrix.severities);
}

/// How it was found out what helps; "" if nothing was tried.
std::string proof_text(const Matrix& matrix) {
  if (std::ranges::all_of(matrix.cases, [](auto& one) { return one.tried == 0; })) return "";
  if (matrix.proof_runs < 2)
    return "What would help was run once with each change: that shows much, and proves nothing.";
  return fmt::format(
      "What would help was run with each change, seeds {} to {}: a fifth fewer requests fail, or "
      "half as many are slow, with 95 % confidence for each change by itself.",
      matrix.proof_seed, matrix.proof_seed + matrix.proof_runs - 1);
}

/// What the figures of a year are of, when not of everything.
std::string part_of_the_year(const Matrix& matrix) {
  std::string text;
  if (matrix.left_out > 0)
    text = fmt::format(
        "Only of the failures that were tried; {} others are missing, so a year is worse.",
        matrix.left_out);
  if (const auto names = unasked(matrix); !names.empty())
    text += fmt::format("{}Of {} nothing is known, as if nothing were ever lost.",
                        text.empty() ? "" : " ", listed(names));
  return text;
}

Table grid_table(const MatrixGrid& grid) {
  Table table{"l" + std::string(grid.kinds.size(), 'c') + "l", {""}};
  std::ranges::copy(grid.kinds, std::back_inserter(table.heads));
  table.heads.emplace_back(grid.die ? "single point of failure?" : "takes the site down?");
  table.stacked = true;
  for (const MatrixRow& row : grid.rows) {
    std::vector<Cell> cells{row.target};
    for (const Finding* finding : row.findings)
      cells.push_back(finding ? Cell(cell_text(finding), tone_of(*finding),
                                     harm_line(*finding) + "; " + mechanism_line(*finding))
                              : Cell(""));
    cells.emplace_back(judgement(row), row.worst == Fate::down ? Tone::bad : Tone::plain);
    table.row(std::move(cells));
  }
  return table;
}

/// In the steps that failures are ordered by.
std::string suffering_text(const Finding& finding) {
  const double share = std::round(100 * suffering(finding));
  return share < 1 && suffering(finding) > 0 ? "< 1 %" : fmt::format("{:.0f} %", share);
}

/// Every failure; a terminal has the worst that users notice.
Section failures(const Matrix& matrix, Medium medium) {
  constexpr std::size_t most = 6;
  const bool tried = !proof_text(matrix).empty();
  const bool watched = matrix.control.is_watched;
  Table table{"lrrt", {"failure", "unanswered", "failed", "harm"}};
  if (watched) table.column('r', "monitoring calls after");
  table.column('t', "who noticed, what ended it");
  if (tried) table.column('t', "smallest change that helps");
  table.sortable = table.stacked = true;
  std::size_t more = 0;
  for (const MatrixCase& one : matrix.cases) {
    const Finding& finding = one.finding;
    const bool noticed = !passes_unnoticed(finding);
    if (medium == Medium::screen && (!noticed || table.rows.size() == most)) {
      more += noticed ? 1 : 0;
      continue;
    }
    const double failed = mean(failed_by_seed(finding));
    std::vector<Cell> row{Cell(fault_words(finding.kind, finding.target), tone_of(finding)),
                          Cell(suffering_text(finding), suffering(finding)),
                          Cell(count_text(failed), failed), harm_line(finding)};
    if (watched)
      row.emplace_back(std::isfinite(finding.notified) ? time_text(finding.notified) : "never",
                       finding.notified);
    row.emplace_back(mechanism_line(finding));
    if (one.tried > 0) row.emplace_back(remedy_line(one));
    table.row(std::move(row));
  }
  Paragraph rest;
  if (more > 0) rest.text = fmt::format("and {} more that users notice: see matrix.md", more);
  Paragraph legend{
      "Unanswered: of the requests due while it lasts; what fails after it, lost writes, and what "
      "users who wait for an answer do not ask, count too. Interrupted: all outages of a class "
      "together, each from its first to its last failed request.",
      true};
  return {"Worst first, by the share of requests without an answer, then by late ones",
          {std::move(table), rest, legend, Paragraph{proof_text(matrix), true}}};
}

Section pairs(const Matrix& matrix, Medium medium) {
  const auto lost = lost_redundancy(matrix);
  const std::size_t most = medium == Medium::screen ? 6 : lost.size();
  List list;
  for (std::size_t i = 0; i < std::min(most, lost.size()); ++i)
    list.lines.push_back(
        fmt::format("{}: {}", fault_words(lost[i]->kind, lost[i]->target), harm_line(*lost[i])));
  if (lost.size() > most) list.lines.push_back(fmt::format("and {} more", lost.size() - most));
  if (lost.empty()) list.lines.emplace_back("none");
  return {"Pairs that take down what neither part takes down alone", {list}};
}

Cards cards(const Matrix& matrix) {
  const auto of_all = [&](auto some) { return fmt::format("{} of {}", some, matrix.cases.size()); };
  const std::size_t down = count(matrix, Fate::down);
  Cards all{{"take something down", of_all(down), "failures of one part",
             down > 0 ? Tone::bad : Tone::good},
            {"pass unnoticed by users", of_all(count(matrix, Fate::untouched))}};
  for (const ClassYear& one : matrix.year.classes)
    all.push_back({class_or_any(one.name) + " down in a year", minutes_text(one.down.minutes()),
                   nines_text(one.down.expected)});
  return all;
}

}  // namespace

Tone tone_of(Fate fate) {
  if (fate == Fate::unmeasured) return Tone::plain;
  if (fate == Fate::untouched) return Tone::good;
  return fate == Fate::down ? Tone::bad : Tone::warn;
}

Tone tone_of(const Finding& finding) {
  const Fate fate = worst_fate(finding);
  return fate == Fate::untouched && loses_writes(finding) ? Tone::bad : tone_of(fate);
}

Document matrix_page(const Matrix& matrix, Medium medium) {
  Document page{"Failure matrix of " + matrix.name};
  if (!matrix.title.empty()) page.subtitle = "\"" + matrix.title + "\"; ";
  page.subtitle += size_text(matrix);
  page.verdict = matrix_verdict(matrix);
  page.blocks = {stack_diagram(matrix), cards(matrix)};
  for (const MatrixGrid& grid : grids(matrix))
    page.blocks.emplace_back(Section{grid.title, {grid_table(grid)}});
  const std::size_t points = single_points(matrix).count();
  page.tag =
      points == 0 ? "no single point of failure" : counted(points, "single point") + " of failure";
  page.tone = points == 0 ? Tone::good : Tone::bad;
  page.blocks.emplace_back(Paragraph{legend_text(matrix), true});
  page.blocks.emplace_back(failures(matrix, medium));
  if (!matrix.pairs.empty()) page.blocks.emplace_back(pairs(matrix, medium));
  Section year{"A year", {Paragraph{part_of_the_year(matrix)}}};
  append(year.blocks, year_section(matrix.year, medium));
  append(year.blocks, money_section(matrix.money));
  append(page.blocks, {std::move(year), Section{"Policy", policy_section(matrix.policy)},
                       Source{"The scenario, with every default", matrix.scenario.dump(2)}});
  return page;
}

}  // namespace spof::report
