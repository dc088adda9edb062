#include "report/document.hpp"

#include <algorithm>
#include <iterator>

namespace spof::report {

Tone tone_of_verdict(std::string_view word) {
  if (word == "healthy" || word == "survived") return Tone::good;
  if (word == "interrupted" || word == "degraded" || word == "stalled") return Tone::warn;
  return Tone::bad;
}

Table& Table::row(std::vector<Cell> cells) {
  cells.resize(alignment.size(), Cell(""));
  rows.push_back(std::move(cells));
  return *this;
}

void append(Blocks& blocks, Blocks more) {
  blocks.insert(blocks.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

bool occurs(const std::vector<ChartStrip>& strips, std::string_view state) {
  for (const ChartStrip& strip : strips)
    if (std::ranges::find(strip.spells, state, &ChartSpell::state) != strip.spells.end())
      return true;
  return false;
}

}  // namespace spof::report
