#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "analysis/matrix/matrix.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// What a part takes down: "everything", "write", "write (read too: hang)"; "" for nothing. First
/// what the clean failure of it takes down, which is the first of its kinds; others may do more.
std::string taken_down(const MatrixRow& row, const std::vector<std::string>& kinds) {
  std::size_t all = 0;
  for (const Finding* finding : row.findings)
    if (finding) all = finding->classes.size();
  std::vector<std::string> first, more, how;
  for (std::size_t i = 0; i < row.findings.size(); ++i) {
    if (!row.findings[i]) continue;
    bool adds = false;
    for (const std::string& name : classes_down(*row.findings[i])) {
      if (has(first, name)) continue;
      adds = true;
      append_new(i == 0 ? first : more, name);
    }
    if (adds && i > 0) how.push_back(kinds[i]);
  }
  if (more.empty()) return classes_text(first, all);
  if (first.empty())
    return fmt::format("{} ({}{})", classes_text(more, all), listed(how),
                       row.findings[0] ? " only" : "");
  return fmt::format("{} ({} too: {})", listed(first), listed(more), listed(how));
}

/// The machine that a part is, runs on, or is the card of; "" of other links.
std::string machine_of(const Matrix& matrix, const std::string& target) {
  const auto& nodes = matrix.topology.nodes;
  const bool is_machine =
      std::ranges::any_of(nodes, [&](const auto& node) { return node.host == target; });
  if (is_machine) return target;
  std::string found = measure::host_of(target);
  for (const auto& [machine, card] : matrix.cards)
    if (card == target) found = found.empty() ? machine : "";  // of one machine alone
  return found;
}

std::size_t count(const Matrix& matrix, Fate fate) {
  return static_cast<std::size_t>(std::ranges::count_if(
      matrix.cases, [&](const MatrixCase& one) { return worst_fate(one.finding) == fate; }));
}

/// What the verdict does not know.
std::string verdict_caveats(const Matrix& matrix) {
  std::string text;
  if (worth_a_remedy(matrix.control))
    text += fmt::format(
        " With nothing broken {} requests a run fail and {} are late: the stack does not carry its "
        "load, and that is charged to no part.",
        count_text(mean(failed_by_seed(matrix.control))),
        count_text(mean(slow_by_seed(matrix.control))));
  if (const auto names = unasked(matrix); !names.empty())
    text += fmt::format(" Nobody asks for {} in that time: nothing is known of {}.", listed(names),
                        names.size() == 1 ? "it" : "them");
  if (matrix.left_out > 0)
    text += fmt::format(" {} other failures were not tried.", matrix.left_out);
  if (matrix.unforgotten > 0)
    text += fmt::format(
        " Names are remembered for {}, longer than failures take to settle: what a name server's "
        "failure does in the end is not in here (a longer --set /duration shows it).",
        time_text(matrix.unforgotten));
  return text;
}

}  // namespace

SinglePoints single_points(const Matrix& matrix) {
  SinglePoints points;
  std::map<std::string, std::vector<std::string>> by_daemons;  // what those of a machine take down

  for (const MatrixGrid& grid : grids(matrix))
    for (const MatrixRow& row : grid.rows) {
      const std::string what = taken_down(row, grid.kinds);
      if (what.empty()) continue;
      if (!grid.die) {
        value_at(points.struck, what).push_back(row.target);
        continue;
      }
      const auto down = down_for(row);
      const std::string machine = machine_of(matrix, row.target);
      auto& carried = by_daemons[machine];
      if (row.target.find('@') != std::string::npos) {
        for (const std::string& name : down) append_new(carried, name);
      } else if (!machine.empty() &&
                 std::ranges::all_of(down, [&](auto& name) { return has(carried, name); })) {
        append_new(points.carried, machine);
        continue;
      }
      const bool link = grid.kinds.front() == "link_down";
      value_at(link && machine.empty() ? points.outside : points.own, what).push_back(row.target);
    }
  for (const auto& [what, parts] : points.own)  // who is named himself is not said to go with one
    for (const std::string& part : parts) std::erase(points.carried, part);
  return points;
}

std::size_t SinglePoints::count() const {
  std::size_t parts = 0;
  for (const auto& [what, those] : own) parts += those.size();
  return parts;
}

std::string matrix_verdict(const Matrix& matrix) {
  const SinglePoints points = single_points(matrix);
  const auto told = [](const ByHarm& all) {
    std::vector<std::string> words;
    for (const auto& [what, parts] : all) words.push_back(listed(parts) + " for " + what);
    return fmt::format("{}", fmt::join(words, "; "));
  };
  const bool one = points.count() == 1;
  std::vector<std::string> machines;
  for (const auto& [what, parts] : points.own)
    for (const std::string& part : parts) append_new(machines, machine_of(matrix, part));
  const std::string with = points.carried.empty() ? ""
                           : points.carried.size() < machines.size()
                               ? "with the machine and network card of " + listed(points.carried)
                           : one ? "with its machine and network card"
                                 : "with their machines and network cards";
  std::string text = points.own.empty()
                         ? "No single point of failure was found."
                         : fmt::format("Single point{} of failure: {}{}.", one ? "" : "s",
                                       told(points.own), with.empty() ? "" : ", " + with);
  if (!points.outside.empty()) text += fmt::format(" Outside the stack: {}.", told(points.outside));
  if (!points.struck.empty())
    text += fmt::format(" A mistake or an attack takes down: {}.", told(points.struck));
  const std::size_t fine = count(matrix, Fate::untouched);
  const std::size_t brief =
      count(matrix, Fate::interrupted) -
      static_cast<std::size_t>(std::ranges::count_if(
          matrix.cases, [](const MatrixCase& of) { return fails_on(of.finding); }));
  const std::size_t all = matrix.cases.size();
  text += fmt::format(" Of {} failure{} {} pass{} without a user noticing", all,
                      all == 1 ? "" : "s", fine, fine == 1 ? "es" : "");
  if (brief == 1) text += ", and 1 ends by itself or by a check";
  if (brief > 1) text += fmt::format(", and {} end by themselves or by a check", brief);
  text += ".";
  return text + verdict_caveats(matrix);
}

}  // namespace spof::report
