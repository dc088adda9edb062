#include <fmt/format.h>

#include <cmath>

#include "analysis/detection.hpp"
#include "analysis/verdict.hpp"
#include "base/words.hpp"
#include "report/pages/run_page.hpp"

namespace spof::report {
namespace {

/// What it was told, or where it looked instead.
std::string words(const Discovery& one) { return one.saw.empty() ? one.blind_to : one.saw; }

std::string when(const Discovery& one, std::size_t runs) {
  if (!std::isfinite(one.after)) return "never";
  return "+" + time_text(one.after) +
         (one.runs < runs ? fmt::format(" in {} of {} runs", one.runs, runs) : "") +
         (one.late ? ", after the repair" : "");
}

/// "alerts a run: 2 of what was broken, 1 after its repair, 0 needless"
std::string alerts_line(const Campaign& campaign) {
  const AlertCounts counts = alerts(campaign);
  if (counts.useful + counts.late + counts.needless <= 0) return "";
  return fmt::format(
      "alerts a run: {} {}, {} after its repair, {} needless", count_text(counts.useful),
      campaign.faults.empty() ? "before or while requests failed" : "while something was broken",
      count_text(counts.late), count_text(counts.needless));
}

}  // namespace

Blocks run_detection(const Campaign& campaign, Medium medium) {
  if (!campaign.plan.is_watched || campaign.results.empty()) return {};
  const auto all = discoveries(campaign);
  const std::size_t runs = campaign.results.size();
  const std::string counted = alerts_line(campaign);
  if (medium == Medium::screen) {
    Facts facts{"Noticed", {}};
    const bool several = !all.empty() && all.front().failure != all.back().failure;
    std::string told;
    for (const Discovery& one : all) {
      if (several && one.failure != told) facts.lines.push_back(one.failure + ":");
      told = one.failure;
      facts.lines.push_back(fmt::format("{}{} {}{}", several ? "  " : "", one.who, when(one, runs),
                                        words(one).empty() ? "" : ": " + words(one)));
    }
    facts.lines.push_back(counted);
    return {std::move(facts)};
  }
  Table table{"llrl", {"failure", "who", "noticed", "what they saw, or where they look"}};
  for (const Discovery& one : all)
    table.row({one.failure, "`" + one.who + "`", when(one, runs), words(one)});
  if (all.empty() && counted.empty()) return {};
  Section section{"Who noticed", {}};
  if (!all.empty()) section.blocks.emplace_back(std::move(table));
  section.blocks.emplace_back(Paragraph{
      "After the failure, mean of the runs. Nobody knows more than its own checks, scrapes "
      "or calls have told it." +
          (counted.empty() ? "" : " " + counted + "."),
      true});
  return {std::move(section)};
}

}  // namespace spof::report
