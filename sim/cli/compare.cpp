#include <fmt/format.h>

#include <algorithm>

#include "base/append_new.hpp"
#include "base/mistakes.hpp"
#include "cli/output_folder.hpp"
#include "cli/verbs.hpp"
#include "report/pages/compare/compare_words.hpp"

namespace spof::cli {
namespace {

/// The metrics asked for, in the words of any of the reports.
report::Selection selection_of(const CompareArguments& arguments,
                               const std::vector<report::StoredResult>& results,
                               std::vector<std::string>& mistakes) {
  std::vector<std::string> classes, servers;
  for (const report::StoredResult& result : results)
    for (const auto& [name, report] : result.reports) {
      for (const std::string& one : report.classes) append_new(classes, one);
      for (const report::StoredMetric& metric : report.metrics)
        if (!metric.question.server.empty()) append_new(servers, metric.question.server);
    }
  return {arguments.metrics, classes, servers, mistakes};
}

std::string written(const report::Contrasts& contrasts, const CompareArguments& arguments,
                    const Console& console) {
  using report::Medium;
  if (arguments.format == "md") return in_markdown(compare_page(contrasts, Medium::markdown));
  if (arguments.format == "json") return report::compare_json(contrasts);
  if (arguments.format == "html") return in_html(compare_page(contrasts, Medium::html));
  return on_screen(compare_page(contrasts, Medium::screen),
                   arguments.output.empty() ? console.shows() : report::TerminalOptions{});
}

/// Single points of failure gained, a line each: those beyond chance, or the others.
std::string gained(const report::Contrast& contrast, bool proven) {
  std::string list;
  if (!contrast.a->matrix) return list;
  for (const report::Breakage& one : contrast.spofs.gained)
    if ((report::proof_of(contrast, one) == report::SpofProof::proven) == proven)
      list += fmt::format("\n  {} {} is a single point of failure for {}", one.component, one.kind,
                          one.request_class);
  return list;
}

/// Says what got worse; 1 if anything is proven to have.
ExitCode judged(const report::Contrasts& contrasts, Console& console) {
  ExitCode code = good;
  for (const report::Contrast& contrast : contrasts.list) {
    const auto rows = report::proven_worse(contrast);
    if (const std::string doubtful = gained(contrast, false); !doubtful.empty())
      console.complain(
          fmt::format("in {} but not in {}; it may be chance and is no failure here:{}",
                      contrast.b->path, contrast.a->path, doubtful));
    std::string list = gained(contrast, true);
    if (rows.empty() && list.empty()) continue;
    code = expectation_failed;
    for (const report::MetricChange* row : rows)
      list += fmt::format("\n  {} {} -> {}", report::question_text(row->question),
                          report::side_text(*row, false), report::side_text(*row, true));
    console.complain(
        fmt::format("worse in {} than in {}:{}", contrast.b->path, contrast.a->path, list));
  }
  return code;
}

/// Comparisons that --fail-if-worse could never fail: with one run each nothing is proven.
void check_runs(const report::Contrasts& contrasts, std::vector<std::string>& mistakes) {
  for (const report::Contrast& contrast : contrasts.list) {
    const auto differs = [](const std::vector<report::MetricChange>& rows) {
      return std::ranges::any_of(rows, [](const report::MetricChange& row) {
        return row.finding == report::ChangeFinding::no_interval;
      });
    };
    if (contrast.pairing.alone() && (differs(contrast.rows) || differs(contrast.settled)))
      mistakes.push_back(fmt::format(
          "error: --fail-if-worse needs two runs or more of {} and of {}: one proves nothing",
          contrast.a->path, contrast.b->path));
  }
}

ExitCode complain_of(const std::vector<std::string>& mistakes, Console& console) {
  for (const std::string& mistake : mistakes) console.complain(mistake);
  return wrong_input;
}

}  // namespace

ExitCode execute(const CompareArguments& arguments, Console& console) {
  std::vector<std::string> mistakes;
  std::vector<report::StoredResult> results;
  if (arguments.results.size() < 2)
    mistakes.push_back(fmt::format("error: {} alone cannot be compared: two results or more",
                                   in_quotes(arguments.results.front())));
  if (!arguments.output.empty())
    if (const std::string wrong = obstacle_to_file(arguments.output); !wrong.empty())
      mistakes.push_back("error: " + wrong);
  for (const std::string& path : arguments.results)
    results.push_back(report::read_stored_result(find_result(path), mistakes));
  // A class of a report that could not be read would be said to be unknown.
  if (!mistakes.empty()) return complain_of(mistakes, console);
  const report::Selection selection = selection_of(arguments, results, mistakes);
  const report::Contrasts contrasts = report::compare_results(results, selection, mistakes);
  if (mistakes.empty() && arguments.fail_if_worse) check_runs(contrasts, mistakes);
  if (!mistakes.empty()) return complain_of(mistakes, console);
  const std::string text = written(contrasts, arguments, console);
  const std::filesystem::path file = arguments.output;
  if (file.empty())
    console.print(text);
  else
    write_into(file.parent_path(), {{file.filename(), text}});
  return arguments.fail_if_worse ? judged(contrasts, console) : good;
}

}  // namespace spof::cli
