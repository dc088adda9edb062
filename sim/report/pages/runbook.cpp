#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

#include "analysis/faults.hpp"
#include "base/words.hpp"
#include "report/pages/matrix_page.hpp"

namespace spof::report {
namespace {

/// What undoes a kind of failure.
struct Act {
  std::string_view kind, words;  ///< "%": the part
};
constexpr std::array acts{Act{"crash", "start %"},
                          Act{"hang", "kill and start %"},
                          Act{"error", "start % again, or take its last release back"},
                          Act{"slow", "find what slows %"},
                          Act{"power_off", "switch % on"},
                          Act{"slow disk", "replace the disk of %"},
                          Act{"disk_full", "make room on the disk of %"},
                          Act{"firewall_rule", "take the rule out of the filter of %"},
                          Act{"certificate_expiry", "renew the certificate and reload %"},
                          Act{"syn flood", "SYN cookies on the host of %"},
                          Act{"slowloris", "a timeout http-request for %"},
                          Act{"http flood", "a limit for each address at %"}};

std::string repair_of(const Finding& finding) {
  for (const Act& act : acts)
    if (act.kind == finding.kind) {
      std::string text(act.words);
      return text.replace(text.find('%'), 1, "`" + finding.target + "`");
    }
  return "mend `" + finding.target + "`";
}

bool by_hand(const Finding& finding) {
  return worst_fate(finding) >= Fate::degraded ||
         (worst_fate(finding) == Fate::interrupted && !std::isfinite(finding.recovered));
}

std::string recovery(const Finding& finding) {
  if (by_hand(finding))
    return finding.acted_by.empty() ? "by hand"
                                    : "by hand; `" + finding.acted_by + "` does not suffice";
  if (worst_fate(finding) <= Fate::untouched)
    return finding.lost_writes < 1 ? "none needed" : "users notice nothing, and writes are lost";
  return finding.acted_by.empty() ? "by itself" : "automatic: `" + finding.acted_by + "`";
}

/// How long users are without: until somebody repairs it, or until it is taken over.
std::string outage(const Finding& finding) {
  if (by_hand(finding)) {
    const std::string down = listed(classes_down(finding));
    return down.empty() ? "until the repair, in part" : "until the repair: " + down;
  }
  if (worst_fate(finding) == Fate::interrupted) return cell_text(&finding);
  return worst_fate(finding) == Fate::slow ? "none, but slow" : "none";
}

std::string lost(const Finding& finding) {
  if (finding.lost_writes <= 0) return "0";
  return count_text(finding.lost_writes) +
         (finding.diverged_writes > 0
              ? fmt::format(", {} beside the new primary", count_text(finding.diverged_writes))
              : "");
}

std::string seen(const Finding& finding) {
  std::string text = finding.detected_by.empty() ? "no check"
                                                 : fmt::format("`{}` after {}", finding.detected_by,
                                                               time_text(finding.detected));
  return finding.seen.empty() ? text : text + "; users: " + finding.seen;
}

std::string to_do(const MatrixCase& one) {
  std::string text = one.finding.left.empty() ? repair_of(one.finding) : one.finding.left;
  if (!one.remedies.empty()) text += "; would have helped: " + one.remedies.front().name;
  return text;
}

}  // namespace

Document runbook_page(const Matrix& matrix) {
  Document page{"Runbook of " + matrix.name};
  page.subtitle =
      fmt::format("each failure for {}, {} each; with the failures that hurt most first",
                  time_text(matrix.lasts), counted(matrix.runs, "run"));
  Table table{"tttrtt",
              {"failure", "recovery", "outage", "writes lost", "what is seen", "what to do"}};
  for (const MatrixCase& one : matrix.cases)
    table.row({fault_words(one.finding.kind, "`" + one.finding.target + "`"), recovery(one.finding),
               outage(one.finding), lost(one.finding), seen(one.finding), to_do(one)});
  page.blocks.emplace_back(std::move(table));
  page.blocks.emplace_back(Paragraph{
      "Acknowledged writes that are lost, mean of a run. `by itself`: time-outs and retries, or "
      "others who carry on. What is seen: the first check that fails, by the words of events.csv, "
      "and what users get.",
      true});
  return page;
}

}  // namespace spof::report
