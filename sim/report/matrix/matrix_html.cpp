#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/faults.hpp"
#include "base/statistics.hpp"
#include "report/html/html_page.hpp"
#include "report/matrix/matrix_formats.hpp"
#include "report/year/yearly_text.hpp"

namespace spof::report {
namespace {

Tone tone_of(Fate fate) {
  switch (fate) {
    case Fate::unmeasured:
      return Tone::plain;
    case Fate::untouched:
      return Tone::good;
    case Fate::slow:
    case Fate::interrupted:
    case Fate::degraded:
      return Tone::warn;
    case Fate::down:
      return Tone::bad;
  }
  return Tone::plain;
}

HtmlTable table_of(const MatrixGrid& grid) {
  std::vector<std::string> heads{"part"};
  heads.insert(heads.end(), grid.kinds.begin(), grid.kinds.end());
  heads.emplace_back("single point of failure?");
  HtmlTable table("l" + std::string(grid.kinds.size(), 'c') + "l", heads);
  for (const MatrixRow& row : grid.rows) {
    std::vector<Cell> cells{row.target};
    for (const Finding* finding : row.findings)
      cells.push_back(finding ? Cell(cell_text(finding), tone_of(worst_fate(*finding)),
                                     harm_line(*finding) + "; " + mechanism_line(*finding))
                              : Cell(""));
    cells.push_back(Cell(judgement(row), row.worst == Fate::down ? Tone::bad : Tone::plain));
    table.row(std::move(cells));
  }
  return table.stacked();
}

Cell number(double value, std::string text) {
  Cell cell(std::move(text));
  cell.key = value;
  return cell;
}

HtmlTable failures_table(const Matrix& matrix) {
  const bool remedies = std::any_of(matrix.cases.begin(), matrix.cases.end(),
                                    [](const MatrixCase& one) { return one.tried > 0; });
  std::vector<std::string> heads{"part", "failure", "failed", "harm", "who noticed, what ended it"};
  if (remedies) heads.emplace_back("smallest change that helps");
  HtmlTable table(remedies ? "llrttt" : "llrtt", heads);
  for (const MatrixCase& one : matrix.cases) {
    const Finding& finding = one.finding;
    const double failed = mean(failed_by_seed(finding));
    std::vector<Cell> cells{finding.target, Cell(finding.kind, tone_of(worst_fate(finding))),
                            number(failed, count_text(failed)), harm_line(finding),
                            mechanism_line(finding)};
    if (remedies) cells.emplace_back(one.tried > 0 ? remedy_line(one) : "");
    table.row(std::move(cells));
  }
  return table.sortable().stacked();
}

std::vector<Card> cards(const Matrix& matrix) {
  std::vector<Card> all;
  const std::size_t count = matrix.cases.size();
  std::size_t down = 0, fine = 0;
  for (const MatrixCase& one : matrix.cases) {
    down += worst_fate(one.finding) == Fate::down ? 1 : 0;
    fine += worst_fate(one.finding) == Fate::untouched ? 1 : 0;
  }
  all.push_back({"take something down", fmt::format("{} of {}", down, count),
                 "failures of one part", down > 0 ? Tone::bad : Tone::good});
  all.push_back({"pass unnoticed by users", fmt::format("{} of {}", fine, count), "", Tone::plain});
  for (const ClassYear& one : matrix.year.classes)
    all.push_back({one.name == "all" ? "any down in a year" : one.name + " down in a year",
                   minutes_text(one.down.minutes()), nines_text(one.down.expected), Tone::plain});
  return all;
}

std::string html_year(const Yearly& year) {
  HtmlTable classes("lrlrr", {"class", "outage a year", "5 to 95 % of years", "time available",
                              "failed requests"});
  for (const ClassYear& one : year.classes)
    classes.row({one.name, number(one.down.minutes(), minutes_text(one.down.minutes())),
                 fmt::format("{} to {}", minutes_text(one.down.year_low * year_s / 60),
                             minutes_text(one.down.year_high * year_s / 60)),
                 number(one.down.expected, availability_text(one.down.expected) + ", " +
                                               nines_text(one.down.expected)),
                 number(one.failed_requests(), count_text(one.failed_requests()))});
  HtmlTable parts("lrrr", {"part", "failures a year", "share of all failed requests",
                           "outage saved if it never failed"});
  for (const ComponentYear& one : year.components)
    parts.row({Cell(one.name, one.single_point ? Tone::bad : Tone::plain),
               number(one.failures, fmt::format("{:.2f}", one.failures)),
               number(one.share_of_failed.back(), share_text(one.share_of_failed.back())),
               number(one.saved_down_s.back(), minutes_text(one.saved_down_s.back() / 60))});
  return classes.stacked().html() + parts.sortable().stacked().html() +
         html_paragraph(yearly_caveats(year), true);
}

}  // namespace

std::string matrix_html(const Matrix& matrix) {
  HtmlPage page;
  page.title = "Failure matrix of " + matrix.name;
  if (!matrix.title.empty()) page.subtitle = "\"" + matrix.title + "\"; ";
  page.subtitle += size_text(matrix);
  std::size_t points = 0;
  for (const MatrixGrid& grid : grids(matrix)) {
    for (const MatrixRow& row : grid.rows) points += row.worst == Fate::down ? 1 : 0;
    page.body += html_section(grid.title, table_of(grid).html());
  }
  page.tag = points == 0
                 ? "no single point of failure"
                 : fmt::format("{} single point{} of failure", points, points == 1 ? "" : "s");
  page.tone = points == 0 ? Tone::good : Tone::bad;
  page.verdict = matrix_verdict(matrix);
  page.body = html_cards(cards(matrix)) + page.body;
  page.body += html_paragraph(legend_text(matrix), true);
  page.body += html_section("Every failure, worst first", failures_table(matrix).html());
  if (const std::string proof = proof_text(matrix); !proof.empty())
    page.body += html_paragraph(proof, true);
  if (!matrix.pairs.empty()) {
    HtmlTable pairs("ll", {"both gone", "harm"});
    for (const Finding* pair : lost_redundancy(matrix))
      pairs.row({fault_words(pair->kind, pair->target), harm_line(*pair)});
    page.body +=
        html_section("Pairs that take down what neither part takes down alone", pairs.html());
  }
  const std::string part = part_of_the_year(matrix);
  page.body += html_section(
      "A year", (part.empty() ? "" : html_paragraph(part, true)) + html_year(matrix.year));
  page.body += html_source("The scenario, with every default", matrix.scenario.dump(2));
  return html_page(page);
}

}  // namespace spof::report
