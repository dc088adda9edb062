#include "report/document.hpp"

#include <algorithm>
#include <iterator>

namespace spof::report {

Tone tone_of_verdict(std::string_view word) {
  if (word == "healthy" || word == "survived") return Tone::good;
  if (word == "interrupted" || word == "degraded" || word == "stalled") return Tone::warn;
  return Tone::bad;
}

void Table::column(char side, std::string head) {
  alignment += side;
  heads.push_back(std::move(head));
}

void Table::row(std::vector<Cell> cells) {
  cells.resize(alignment.size(), Cell(""));
  rows.push_back(std::move(cells));
}

void append(Blocks& blocks, Blocks more) { std::ranges::move(more, std::back_inserter(blocks)); }

std::vector<std::string> said(std::vector<std::string> lines) {
  std::erase(lines, "");
  return lines;
}

bool occurs(const std::vector<Strip>& strips, State state) {
  return std::ranges::any_of(strips, [&](const Strip& strip) {
    return std::ranges::count(strip.spells, state, &Spell::state) > 0;
  });
}

}  // namespace spof::report
