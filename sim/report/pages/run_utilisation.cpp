#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/utilisation.hpp"
#include "base/words.hpp"
#include "report/pages/run_page.hpp"

namespace spof::report {

Section run_utilisation(const Campaign& campaign) {
  constexpr std::size_t few = 4, most = 12;
  constexpr double least = 0.02, full_least = 0.005, waiting_least = 0.05;
  Table table{"ll", {"part", "of"}};
  const auto all = loads(campaign);
  const auto is_there = [&](std::size_t phase) {
    return std::ranges::any_of(
        all, [=](const LoadLine& line) { return line.phases[phase].has_value(); });
  };
  for (std::size_t p = 0; p < measure::phase_count; ++p)
    if (is_there(p)) table.column('r', phase_name(campaign, p));
  for (const LoadLine& line : all) {
    if (table.rows.size() == most || (line.most() < least && table.rows.size() >= few)) continue;
    std::vector<Cell> row{line.part, line.what};
    for (std::size_t p = 0; p < measure::phase_count; ++p) {
      if (!is_there(p)) continue;
      const measure::Usage usage = line.phases[p].value_or(measure::Usage{});
      std::string text = fmt::format("{:.0f} %", 100 * usage.taken);
      if (usage.full > full_least) text += fmt::format(", full {:.0f} %", 100 * usage.full);
      if (usage.waiting > waiting_least) text += fmt::format(", {:.1f} wait", usage.waiting);
      row.emplace_back(text, usage.full > 0.5 ? Tone::bad : Tone::plain);
    }
    table.row(std::move(row));
  }
  return {"How busy",
          {Paragraph{headroom(campaign)}, std::move(table),
           Paragraph{"Taken, of all places, in the mean over time; full: share of the time without "
                     "a free one; how many waited. `--format utilisation` has every window.",
                     true}}};
}

std::vector<std::string> firewall_lines(const Campaign& campaign) {
  std::map<std::pair<std::string, std::string>, double> stopped;
  for (const measure::Result& run : campaign.results)
    for (const measure::Event& event : run.events)
      if (event.what == measure::What::stopped)
        stopped[{event.source, event.version}] += event.figure;
  std::vector<std::string> lines;
  for (const auto& [by, count] : stopped)
    lines.push_back(fmt::format("{} stopped {} attempts to connect a run: {}", by.first,
                                count_text(count / static_cast<double>(campaign.results.size())),
                                by.second));
  return lines;
}

}  // namespace spof::report
