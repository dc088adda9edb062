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

void append(Blocks& blocks, Blocks more) {
  blocks.insert(blocks.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

std::vector<std::string> said(std::vector<std::string> lines) {
  std::erase(lines, "");
  return lines;
}

bool occurs(const std::vector<Strip>& strips, State state) {
  return std::ranges::any_of(strips, [&](const Strip& strip) {
    return std::ranges::find(strip.spells, state, &Spell::state) != strip.spells.end();
  });
}

}  // namespace spof::report
