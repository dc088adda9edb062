#include <fmt/format.h>

#include "analysis/faults.hpp"
#include "analysis/matrix/response.hpp"
#include "base/words.hpp"
#include "report/pages/pages.hpp"

namespace spof::report {
namespace {

/// A page of its own for each failure that needs somebody, or that users feel.
Section page_of(const std::string& failure, const Response& response) {
  List list;
  list.lines = {"**Recovery** " + response.by, "**Outage** " + response.outage,
                "**Acknowledged writes lost** " + response.lost};
  for (const std::string& line : response.sees) list.lines.push_back("**You see** " + line);
  list.lines.push_back("**Do** " + response.does);
  if (!response.helps.empty())
    list.lines.push_back("**Would have helped** " + listed(response.helps));
  return {failure, {list}};
}

}  // namespace

Document runbook_page(const Matrix& matrix) {
  Document page{"Runbook of " + matrix.name};
  page.subtitle =
      fmt::format("each failure for {}, {} each; with the failures that hurt most first",
                  time_text(matrix.lasts), counted(matrix.runs, "run"));
  Table table{"tttr", {"failure", "recovery", "outage", "writes lost"}};
  Table quiet{"ttt", {"failure", "what is seen", "what to do"}};
  Blocks pages;
  for (const MatrixCase& one : matrix.cases) {
    const Response response = response_of(one);
    const std::string failure = fault_words(one.finding.kind, "`" + one.finding.target + "`");
    if (response.recovery == Recovery::none_needed && !loses_writes(one.finding)) {
      quiet.row({failure, listed(response.sees), response.does});
      continue;
    }
    table.row({failure, response.by, response.outage, response.lost});
    pages.emplace_back(page_of(failure, response));
  }
  page.blocks.emplace_back(std::move(table));
  page.blocks.emplace_back(Paragraph{
      "Acknowledged writes that are lost, mean of a run. `by itself`: time-outs and retries, or "
      "others who carry on. How long a repair takes on average is an assumption, or the "
      "scenario's: see `reliability`. What is seen: who found out and when, in the words of "
      "events.csv; what users get; what the logs of who gave up say.",
      true});
  append(page.blocks, std::move(pages));
  if (!quiet.rows.empty())
    page.blocks.emplace_back(Section{"What no user notices: repair it in time", {quiet}});
  return page;
}

}  // namespace spof::report
