#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "analysis/faults.hpp"
#include "analysis/matrix/matrix.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// What a part takes down: "everything", "write (hang only)", "write (read too: hang)"; "" for
/// nothing. First what the clean failure of it takes down; others may do more.
std::string taken_down(const MatrixRow& row, const std::vector<std::string>& kinds) {
  std::size_t all = 0;
  std::vector<std::string> first;
  ByHarm more;  // the kinds that do, by what they add
  for (std::size_t i = 0; i < row.findings.size(); ++i) {
    if (!row.findings[i]) continue;
    all = row.findings[i]->classes.size();
    auto down = classes_down(*row.findings[i]);
    if (i == 0) first = down;
    std::erase_if(down, [&](const std::string& name) { return has(first, name); });
    if (!down.empty()) value_at(more, classes_text(down, all)).push_back(kinds[i]);
  }
  std::vector<std::string> words;
  for (const auto& [what, how] : more)
    words.push_back(!first.empty()         ? fmt::format("{} too: {}", what, listed(how))
                    : row.findings.front() ? fmt::format("{} ({} only)", what, listed(how))
                                           : fmt::format("{} ({})", what, listed(how)));
  if (first.empty()) return listed(words);
  return words.empty() ? classes_text(first, all)
                       : fmt::format("{} ({})", listed(first), fmt::join(words, "; "));
}

/// The machine that a part is, runs on, or is the card of; "" of other links.
std::string machine_of(const Matrix& matrix, const std::string& target) {
  const auto& nodes = matrix.topology.nodes;
  const bool is_machine =
      std::ranges::any_of(nodes, [&](const auto& node) { return node.host == target; });
  if (is_machine) return target;
  const std::string host = host_of(target);
  return host.empty() ? machine_of_card(matrix, target) : host;
}

/// The machines and cards that go with daemons: ", with their machines and network cards"; "".
std::string with_machines(const Matrix& matrix, const SinglePoints& points, std::size_t machines) {
  std::vector<std::string> whole, parts;
  for (const auto& [machine, carried] : points.carried) {
    std::vector<std::string> all{machine};
    for (const auto& [host, card] : matrix.cards)
      if (host == machine) all.push_back(card);
    if (carried == all)
      whole.push_back(machine);
    else
      parts.insert(parts.end(), carried.begin(), carried.end());
  }
  if (whole.empty() && parts.empty()) return "";
  if (whole.size() == machines)
    return points.count() == 1 ? ", with its machine and network card"
                               : ", with their machines and network cards";
  if (!whole.empty())
    parts.insert(parts.begin(), "the machine and network card of " + listed(whole));
  return ", with " + listed(parts);
}

auto count(const Matrix& matrix, bool (*is)(const Finding&)) {
  return std::ranges::count_if(matrix.cases, is, &MatrixCase::finding);
}

/// " 3 lose acknowledged writes, most of all the cut of link server1-nic: 267 a run."
std::string losses_text(const Matrix& matrix) {
  const Finding* const most = worst_loss(matrix);
  if (!most) return "";
  const auto losing = count(matrix, loses_writes);
  return fmt::format(" {} lose{} acknowledged writes, {}the {}: {} a run.", losing,
                     losing == 1 ? "s" : "", losing == 1 ? "" : "most of all ",
                     fault_words(most->kind, most->target), count_text(most->lost_writes));
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

const Finding* worst_loss(const Matrix& matrix) {
  const Finding* most = nullptr;
  for (const MatrixCase& one : matrix.cases)
    if (loses_writes(one.finding) && (!most || one.finding.lost_writes > most->lost_writes))
      most = &one.finding;
  return most;
}

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
        std::vector<std::string> how;  // of what dies otherwise only
        for (std::size_t i = 0; i < row.findings.size(); ++i)
          if (row.findings[i] && !classes_down(*row.findings[i]).empty())
            how.push_back(grid.kinds[i]);
        const bool dies = has(how, grid.kinds.front()) || !row.findings.front();
        value_at(points.carried, machine)
            .push_back(row.target + (dies ? "" : fmt::format(" ({} only)", listed(how))));
        continue;
      }
      const bool link = grid.kinds.front() == "link_down";
      value_at(link && machine.empty() ? points.outside : points.own, what).push_back(row.target);
    }
  for (const auto& [what, parts] : points.own)  // who is named himself is not said to go with one
    for (const std::string& part : parts)
      std::erase_if(points.carried, [&](const auto& one) { return one.first == part; });
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
  std::set<std::string> machines;
  for (const auto& [what, parts] : points.own)
    for (const std::string& part : parts) machines.insert(machine_of(matrix, part));
  const std::string with = with_machines(matrix, points, machines.size());
  std::string text = points.own.empty() ? "No single point of failure was found."
                                        : fmt::format("Single point{} of failure: {}{}.",
                                                      one ? "" : "s", told(points.own), with);
  if (!points.outside.empty()) text += fmt::format(" Outside the stack: {}.", told(points.outside));
  if (!points.struck.empty())
    text += fmt::format(" A mistake or an attack takes down: {}.", told(points.struck));
  const auto fine =
      count(matrix, [](const Finding& of) { return worst_fate(of) == Fate::untouched; });
  const auto brief = count(matrix, [](const Finding& of) {
    return worst_fate(of) == Fate::interrupted && !fails_on(of);
  });
  const std::size_t all = matrix.cases.size();
  text += fmt::format(" Of {} failure{} {} pass{} without a user noticing", all,
                      all == 1 ? "" : "s", fine, fine == 1 ? "es" : "");
  if (brief == 1) text += ", and 1 ends by itself or by a check";
  if (brief > 1) text += fmt::format(", and {} end by themselves or by a check", brief);
  text += ".";
  return text + losses_text(matrix) + verdict_caveats(matrix);
}

}  // namespace spof::report
