#include "report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace spof::report {
namespace {

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> spellings{{{"\u2192", "->"},
                                                                                  {"\u00b1", "+-"},
                                                                                  {"\u2026", ".."},
                                                                                  {"\u2713", "+"},
                                                                                  {"\u2717", "x"},
                                                                                  {"\u00d7", "x"},
                                                                                  {"\u2013", "-"},
                                                                                  {"\u2014", "-"},
                                                                                  {"\u2248", "?"}}};

}  // namespace

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

std::string to_ascii(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t length = 1;
    while (length < text.size() && continues_character(text[length])) ++length;
    const std::string_view letter = text.substr(0, length);
    const auto known = std::find_if(spellings.begin(), spellings.end(),
                                    [&](const auto& pair) { return pair.first == letter; });
    if (static_cast<unsigned char>(letter[0]) < 0x80)
      out += letter;
    else
      out += known == spellings.end() ? "?" : known->second;
    text.remove_prefix(length);
  }
  return out;
}

namespace {

/// The first blank at which a line may end: not within a number in groups of three, nor between a
/// number and its unit.
std::size_t end_of_word(std::string_view text) {
  const auto is_digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  for (std::size_t end = text.find(' '); end != text.npos; end = text.find(' ', end + 1)) {
    const bool number = end > 0 && is_digit(end - 1) && end + 1 < text.size();
    const bool unit =
        number && (text.substr(end + 1, 1) == "%" || text.substr(end + 1, 2) == "s " ||
                   text.substr(end + 1, 2) == "s," || text.substr(end + 1, 2) == "s;" ||
                   text.substr(end + 1, 2) == "ms");
    if (!number || !(is_digit(end + 1) || unit)) return end;
  }
  return text.size();
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = end_of_word(text);
    const std::string_view word = text.substr(0, end);
    if (column > 0 && column + 1 + width_of(word) > width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += width_of(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths(alignment_.size());
  for (const auto& cells : rows_)
    for (std::size_t i = 0; i < cells.size(); ++i)
      widths[i] = std::max(widths[i], width_of(cells[i]));
  return widths;
}

std::string Table::plain(std::size_t indent) const {
  const auto width = widths();
  std::string out;
  for (const auto& cells : rows_) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string padding(width[i] - width_of(cells[i]), ' ');
      line += alignment_[i] == 'r' ? padding + cells[i] : cells[i] + padding;
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

std::string Table::markdown() const {
  std::string out;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    out += "|";
    for (std::string cell : rows_[r]) {
      for (std::size_t at = 0; (at = cell.find('|', at)) != std::string::npos; at += 2)
        cell.insert(at, 1, '\\');
      out += " " + cell + " |";
    }
    out += '\n';
    if (r > 0) continue;
    out += "|";
    for (const char side : alignment_) out += side == 'r' ? "---:|" : "---|";
    out += '\n';
  }
  return out;
}

std::string sparkline(const std::vector<double>& values, std::size_t columns, bool unicode) {
  static constexpr std::array blocks{"\u2581", "\u2582", "\u2583", "\u2584",
                                     "\u2585", "\u2586", "\u2587", "\u2588"};
  static constexpr std::array plain{"_", ".", ":", "-", "=", "+", "*", "#"};
  if (values.empty() || columns == 0) return "";
  columns = std::min(columns, values.size());
  double top = 0;
  for (const double value : values) top = std::fmax(top, value);
  std::string out;
  for (std::size_t c = 0; c < columns; ++c) {
    double most = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = c * values.size() / columns; i < (c + 1) * values.size() / columns; ++i)
      most = std::fmax(most, values[i]);
    const double level = top > 0 ? most / top * 7 : 0;
    if (std::isnan(most))
      out += ' ';
    else
      out += (unicode ? blocks
                      : plain)[static_cast<std::size_t>(std::clamp(std::ceil(level), 0.0, 7.0))];
  }
  return out;
}

}  // namespace spof::report
