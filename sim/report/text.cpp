#include "report/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>

#include "base/letters.hpp"

namespace spof::report {
namespace {

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// Blocks of sparklines have no "*" among them: "**" is a mark.
constexpr std::pair<std::string_view, std::string_view> spellings[] = {
    {"\u2192", "->"}, {"\u00b1", "+-"}, {"\u2026", ".."}, {"\u2713", "+"}, {"\u2717", "x"},
    {"\u00d7", "x"},  {"\u2013", "-"},  {"\u2014", "-"},  {"\u2248", "?"}, {"\u2581", "_"},
    {"\u2582", "."},  {"\u2583", ":"},  {"\u2584", "-"},  {"\u2585", "="}, {"\u2586", "+"},
    {"\u2587", "%"},  {"\u2588", "#"}};

/// Begins with a unit of measurement, and not with a word that only begins like one.
bool begins_with_unit(std::string_view text) {
  for (const std::string_view unit : {"s", "ms", "min", "h", "%", "pp", "/s", "kB", "MB"})
    if (text.starts_with(unit) && (text.size() == unit.size() ||
                                   !std::isalnum(static_cast<unsigned char>(text[unit.size()]))))
      return true;
  return false;
}

/// The first blank at which a line may end.
std::size_t end_of_word(std::string_view text) {
  std::size_t end = text.find(' ');
  while (end != text.npos && is_kept_together(text, end)) end = text.find(' ', end + 1);
  return std::min(end, text.size());
}

}  // namespace

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return !continues_character(c); }));
}

std::string to_ascii(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t length = 1;
    while (length < text.size() && continues_character(text[length])) ++length;
    const std::string_view letter = text.substr(0, length);
    const auto known = std::ranges::find(spellings, letter, [](auto& pair) { return pair.first; });
    if (known != std::end(spellings))
      out += known->second;
    else
      out += static_cast<unsigned char>(letter[0]) < 0x80 ? letter : "?";
    text.remove_prefix(length);
  }
  return out;
}

bool is_kept_together(std::string_view text, std::size_t at) {
  return at > 0 && at + 1 < text.size() && text[at] == ' ' && is_digit(text[at - 1]) &&
         (is_digit(text[at + 1]) || begins_with_unit(text.substr(at + 1)));
}

std::string wrapped(std::string_view text, std::size_t width) {
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = end_of_word(text);
    const std::string_view word = text.substr(0, end);
    if (column > 0 && column + 1 + width_of(word) > width) {
      out += '\n';
      column = 0;
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

std::string respelled(std::string_view text,
                      std::initializer_list<std::pair<char, std::string_view>> spellings) {
  std::string out;
  out.reserve(text.size());
  for (const char& letter : text) {
    const auto* const found =
        std::ranges::find(spellings, letter, &std::pair<char, std::string_view>::first);
    out += found == spellings.end() ? std::string_view(&letter, 1) : found->second;
  }
  return out;
}

std::string sparkline(const std::vector<double>& values, std::size_t columns, double top) {
  static constexpr std::array blocks{"\u2581", "\u2582", "\u2583", "\u2584",
                                     "\u2585", "\u2586", "\u2587", "\u2588"};
  if (values.empty() || columns == 0) return "";
  columns = std::min(columns, values.size());
  for (const double value : values) top = std::fmax(top, value);
  std::string out;
  for (std::size_t c = 0; c < columns; ++c) {
    double most = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = c * values.size() / columns; i < (c + 1) * values.size() / columns; ++i)
      most = std::fmax(most, values[i]);
    const double level = top > 0 ? most / top * 7 : 0;
    out += std::isnan(most)
               ? " "
               : blocks[static_cast<std::size_t>(std::clamp(std::ceil(level), 0.0, 7.0))];
  }
  return out;
}

}  // namespace spof::report
