#include <fmt/format.h>

#include <algorithm>

#include "analysis/faults.hpp"
#include "report/matrix/matrix_formats.hpp"
#include "report/text.hpp"
#include "report/year/yearly_text.hpp"

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

std::vector<std::string> head_of(const MatrixGrid& grid, bool capitals) {
  std::vector<std::string> cells{capitals ? grid.title : ""};
  if (capitals)
    std::transform(cells[0].begin(), cells[0].end(), cells[0].begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  cells.insert(cells.end(), grid.kinds.begin(), grid.kinds.end());
  cells.emplace_back("single point of failure?");
  return cells;
}

Table table_of(const MatrixGrid& grid, bool capitals) {
  Table table("l" + std::string(grid.kinds.size(), 'r') + "l");
  table.row(head_of(grid, capitals));
  for (const MatrixRow& row : grid.rows) {
    std::vector<std::string> cells{row.target};
    for (const Finding* finding : row.findings) cells.push_back(cell_text(finding));
    cells.push_back(judgement(row));
    table.row(std::move(cells));
  }
  return table;
}

/// Cases worth a line of their own: somebody suffers.
std::vector<const MatrixCase*> harmful(const Matrix& matrix) {
  std::vector<const MatrixCase*> found;
  for (const MatrixCase& one : matrix.cases)
    if (worst_fate(one.finding) > Fate::untouched) found.push_back(&one);
  return found;
}

std::string named(const Finding& finding) { return fault_words(finding.kind, finding.target); }

std::string worst_lines(const Matrix& matrix, const TerminalOptions& options) {
  constexpr std::size_t most = 6;
  const auto all = harmful(matrix);
  std::string out;
  for (std::size_t i = 0; i < std::min(most, all.size()); ++i) {
    const Finding& finding = all[i]->finding;
    const std::string text = fmt::format("{}. {}: {}; {}.", i + 1, named(finding),
                                         harm_line(finding), mechanism_line(finding));
    out += " " + wrapped(text, options.width - 1, 4) + "\n";
    if (all[i]->tried > 0)
      out += "    " + wrapped("would help: " + remedy_line(*all[i]), options.width - 4, 8) + "\n";
  }
  if (all.size() > most)
    out += fmt::format(" and {} more that users notice: see matrix.md\n", all.size() - most);
  return out;
}

}  // namespace

std::string size_text(const Matrix& matrix) {
  const auto counted = [](std::size_t number, const char* what) {
    return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
  };
  std::string text = counted(matrix.cases.size(), "failure");
  if (!matrix.pairs.empty()) text += " and " + counted(matrix.pairs.size(), "pair");
  text += fmt::format(", {} run{} × {} s each, seed", matrix.runs, matrix.runs == 1 ? "" : "s",
                      count_text(matrix.duration));
  text += matrix.runs == 1 ? fmt::format(" {}", matrix.seed)
                           : fmt::format("s {} to {}", matrix.seed, matrix.seed + matrix.runs - 1);
  text += fmt::format("; each failure lasts {}, from {} on", time_text(matrix.lasts),
                      time_text(matrix.strikes_at));
  if (const double most = longest(matrix); most > 0)
    text += fmt::format(", those of name servers {}, until names are forgotten", time_text(most));
  return text + own_faults(matrix);
}

std::string legend_text(const Matrix& matrix) {
  const bool unmeasured = std::any_of(matrix.cases.begin(), matrix.cases.end(), [](auto& one) {
    return worst_fate(one.finding) == Fate::unmeasured;
  });
  return fmt::format(
      "0 %: of all requests answered, once the stack's own defences have settled; 5.0 s: until the "
      "errors ended though the failure lasted; slow: all answered, but late; ok: no user "
      "notices{}.",
      unmeasured ? "; -: nobody asks" : "");
}

std::string proof_text(const Matrix& matrix) {
  const bool tried = std::any_of(matrix.cases.begin(), matrix.cases.end(),
                                 [](const MatrixCase& one) { return one.tried > 0; });
  if (!tried) return "";
  if (matrix.proof_runs < 2)
    return "What would help was run once with each change: that shows much, and proves nothing.";
  return fmt::format(
      "What would help was run with each change, seeds {} to {}: a fifth fewer requests fail, or "
      "half as many are slow, with 95 % confidence for each change by itself.",
      matrix.proof_seed, matrix.proof_seed + matrix.proof_runs - 1);
}

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

std::string matrix_terminal(const Matrix& matrix, const TerminalOptions& options) {
  TerminalOptions room = options;
  room.width = std::max<std::size_t>(options.width, 60);
  std::string out = fmt::format(
      "{}\n\n",
      wrapped(fmt::format("matrix {}   {}", matrix.name, size_text(matrix)), room.width, 1));
  out += wrapped(matrix_verdict(matrix), room.width, 0) + "\n\n";
  for (const MatrixGrid& grid : grids(matrix)) out += table_of(grid, true).plain(1) + "\n";
  out += " " + wrapped(legend_text(matrix), room.width - 1, 1) +
         "\n\n WORST FIRST, by the share of requests without an answer\n";
  out += worst_lines(matrix, room);
  if (const std::string proof = proof_text(matrix); !proof.empty())
    out += " " + wrapped(proof, room.width - 1, 1) + "\n";
  if (const auto lost = lost_redundancy(matrix); !lost.empty()) {
    out += fmt::format("\n PAIRS that take down what neither does alone: {}\n", lost.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(6, lost.size()); ++i)
      out +=
          "    " +
          wrapped(fmt::format("{}: {}", named(*lost[i]), harm_line(*lost[i])), room.width - 4, 8) +
          "\n";
  }
  out += "\n";
  if (const std::string part = part_of_the_year(matrix); !part.empty())
    out += " " + wrapped(part, room.width - 1, 1) + "\n";
  out += yearly_text(matrix.year);
  return options.unicode ? out : to_ascii(out);
}

std::string matrix_md(const Matrix& matrix) {
  std::string out =
      fmt::format("# Failure matrix of {}\n\n**{}**\n\n", matrix.name, matrix_verdict(matrix));
  if (!matrix.title.empty()) out += fmt::format("Scenario: \"{}\". ", matrix.title);
  out += fmt::format("{}; worst first, by the share of requests without an answer.\n\n",
                     size_text(matrix));
  for (const MatrixGrid& grid : grids(matrix))
    out += fmt::format("## {}\n\n{}\n", grid.title, table_of(grid, false).markdown());
  out += legend_text(matrix) + "\n\n## Failures that users notice, worst first\n\n";
  const std::string proof = proof_text(matrix);
  Table noticed(proof.empty() ? "lll" : "llll");
  std::vector<std::string> heads{"failure", "harm", "who noticed, what ended it"};
  if (!proof.empty()) heads.emplace_back("smallest change that helps");
  noticed.row(std::move(heads));
  Table unnoticed("ll");
  unnoticed.row({"failure", "why"});
  for (const MatrixCase& one : matrix.cases) {
    std::vector<std::string> row{named(one.finding), mechanism_line(one.finding)};
    if (worst_fate(one.finding) <= Fate::untouched) {
      unnoticed.row(std::move(row));
      continue;
    }
    row.insert(row.begin() + 1, harm_line(one.finding));
    if (!proof.empty()) row.push_back(one.tried > 0 ? remedy_line(one) : "");
    noticed.row(std::move(row));
  }
  out += noticed.markdown() + "\n";
  if (!proof.empty()) out += proof + "\n\n";
  out += "## Failures that no user notices\n\n" + unnoticed.markdown();
  if (!matrix.pairs.empty()) {
    Table pairs("ll");
    pairs.row({"both gone", "harm"});
    for (const Finding* pair : lost_redundancy(matrix)) pairs.row({named(*pair), harm_line(*pair)});
    out += fmt::format("\n## Pairs that take down what neither part takes down alone\n\n{}",
                       pairs.markdown());
  }
  out += "\n## A year\n\n";
  if (const std::string part = part_of_the_year(matrix); !part.empty()) out += part + "\n\n";
  return out + yearly_markdown(matrix.year);
}

}  // namespace spof::report
