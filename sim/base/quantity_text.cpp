#include "base/quantity_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>

#include "base/letters.hpp"
#include "base/mistakes.hpp"

namespace spof {

template <>
const Dimension& dimension<Seconds>() {
  static const Dimension table{"duration",
                               "a duration",
                               "s",
                               R"("250ms", "20s" or "5m")",
                               {"250ms", "20s", "5m"},
                               {{"d", 0, 86400},
                                {"h", 0, 3600},
                                {"m", 0, 60},
                                {"min", 0, 60},
                                {"s"},
                                {"ms", -3},
                                {"us", -6},
                                {"ns", -9}},
                               "s",
                               "ms"};
  return table;
}

template <>
const Dimension& dimension<Bytes>() {
  constexpr double kibi = 1024;
  static const Dimension table{"size",
                               "a size",
                               "bytes",
                               R"("512B", "10kB" or "1.5MB")",
                               {"512B", "10kB", "1.5MB"},
                               {{"TB", 12},
                                {"GB", 9},
                                {"MB", 6},
                                {"kB", 3},
                                {"B"},
                                {"TiB", 0, kibi * kibi * kibi * kibi},
                                {"GiB", 0, kibi * kibi * kibi},
                                {"MiB", 0, kibi * kibi},
                                {"KiB", 0, kibi}},
                               "B",
                               "kB"};
  return table;
}

template <>
const Dimension& dimension<Rate>() {
  static const Dimension table{"rate",
                               "a rate",
                               "1/s",
                               R"("100/s" or "6000/m")",
                               {"100/s", "6000/m"},
                               {{"/s"}, {"/m", 0, 1, 60}, {"/h", 0, 1, 3600}, {"/d", 0, 1, 86400}},
                               "/s",
                               "/m"};
  return table;
}

template <>
const Dimension& dimension<Bandwidth>() {
  constexpr double kibi = 1024;
  static const Dimension table{"bandwidth",
                               "a bandwidth",
                               "bytes/s",
                               R"("1Gbps", "100Mbps" or "125MB/s")",
                               {"1Gbps", "100Mbps", "125MB/s"},
                               {{"Tbps", 12, 1, 8},
                                {"Gbps", 9, 1, 8},
                                {"Mbps", 6, 1, 8},
                                {"kbps", 3, 1, 8},
                                {"bps", 0, 1, 8},
                                {"GB/s", 9},
                                {"MB/s", 6},
                                {"kB/s", 3},
                                {"B/s"},
                                {"GiB/s", 0, kibi * kibi * kibi},
                                {"MiB/s", 0, kibi * kibi},
                                {"KiB/s", 0, kibi}},
                               "Mbps",
                               "MB/s"};
  return table;
}

template <>
const Dimension& dimension<Share>() {
  static const Dimension table{"share",         "a share",   "1", R"("5%" or 0.05)",
                               {"5%", "99.9%"}, {{"%", -2}}, "%", ""};
  return table;
}

namespace {

std::size_t skip_digits(std::string_view text, std::size_t from) {
  while (from < text.size() && is_digit(text[from])) ++from;
  return from;
}

/// Length of the number without sign at the beginning of the text; 0 if there is none.
std::size_t number_length(std::string_view text) {
  std::size_t end = skip_digits(text, 0);
  if (end == 0) return 0;
  if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1]))
    end = skip_digits(text, end + 1);
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    std::size_t digits = end + 1;
    if (digits < text.size() && (text[digits] == '-' || text[digits] == '+')) ++digits;
    if (digits < text.size() && is_digit(text[digits])) end = skip_digits(text, digits);
  }
  return end;
}

bool read_double(std::string_view text, double& out) {
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), out);
  return wrong == std::errc() && end == text.data() + text.size() && std::isfinite(out);
}

/// The number with its decimal point moved; false when it is out of range.
bool read_shifted(std::string_view number, int shift, double& out) {
  if (shift == 0) return read_double(number, out);
  const std::size_t letter = std::min(number.find_first_of("eE"), number.size());
  int exponent = 0;
  if (letter < number.size()) {
    std::string_view digits = number.substr(letter + 1);
    if (digits.front() == '+') digits.remove_prefix(1);
    const auto wrong = std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec;
    if (wrong != std::errc() || std::abs(exponent) > 100'000) return false;
  }
  return read_double(fmt::format("{}e{}", number.substr(0, letter), exponent + shift), out);
}

bool read_in_unit(std::string_view number, const UnitOfText& unit, double& out) {
  double value = 0;
  if (!read_shifted(number, unit.shift, value)) return false;
  value = value * unit.times / unit.over;
  if (!std::isfinite(value)) return false;
  out = value;
  return true;
}

std::string no_unit(std::string_view text, const Dimension& kind) {
  if (text.size() > 20) return fmt::format("{} has no unit", in_quotes(text));
  double value = 0;
  if (kind.second[0] == '\0' && parse_number(text, value) && value <= 1)
    return fmt::format("{} has no unit; write \"{}\"", in_quotes(text), quantity_text(value, kind));
  if (kind.second[0] == '\0')
    return fmt::format("{} has no unit; write \"{}{}\"", in_quotes(text), text, kind.base);
  return fmt::format("{} has no unit; write \"{}{}\" or \"{}{}\"", in_quotes(text), text, kind.base,
                     text, kind.second);
}

std::string unknown_unit(std::string_view text, std::string_view unit, const Dimension& kind) {
  std::vector<const char*> names;
  for (const UnitOfText& known : kind.units) names.push_back(known.name);
  return fmt::format("{} has an unknown unit {}; allowed: {}", in_quotes(text), in_quotes(unit),
                     fmt::join(names, ", "));
}

}  // namespace

std::string parse_quantity(std::string_view text, const Dimension& kind, double& out) {
  if (!text.empty() && text[0] == '-' && number_length(text.substr(1)) > 0)
    return fmt::format("{} is negative; {} is 0 or more", in_quotes(text), kind.what);
  const std::size_t end = number_length(text);
  if (end == 0)
    return fmt::format("{} is not {} such as {}", in_quotes(text), kind.what, kind.examples);
  std::string_view unit = text.substr(end);
  if (unit.empty()) return no_unit(text, kind);
  if (unit.size() > 1 && unit[0] == ' ') unit.remove_prefix(1);
  for (const UnitOfText& known : kind.units) {
    if (unit != known.name) continue;
    if (read_in_unit(text.substr(0, end), known, out)) return {};
    return fmt::format("{} is too large or too small a number", in_quotes(text));
  }
  return unknown_unit(text, unit, kind);
}

namespace {

/// A positive number as its significant digits and the exponent of the first of them.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

Decimal shortest_decimal(double value) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific)
                       .ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t letter = text.find('e');
  Decimal out;
  std::copy_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(letter),
               std::back_inserter(out.digits), is_digit);
  const std::size_t skip = text[letter + 1] == '+' ? 2 : 1;
  std::from_chars(text.data() + letter + skip, text.data() + text.size(), out.exponent);
  return out;
}

std::string write_decimal(const Decimal& number) {
  const std::string& digits = number.digits;
  const int size = static_cast<int>(digits.size());
  if (number.exponent < -4 || number.exponent > 15) {
    const std::string rest = size > 1 ? "." + digits.substr(1) : "";
    return fmt::format("{}{}e{}", digits[0], rest, number.exponent);
  }
  if (number.exponent < 0)
    return "0." + std::string(static_cast<std::size_t>(-number.exponent - 1), '0') + digits;
  if (number.exponent >= size - 1)
    return digits + std::string(static_cast<std::size_t>(number.exponent - size + 1), '0');
  const auto point = static_cast<std::size_t>(number.exponent + 1);
  return digits.substr(0, point) + "." + digits.substr(point);
}

/// The number in this unit, or "" if that does not read back as the same number.
std::string text_in_unit(double value, const UnitOfText& unit) {
  const double scaled = value / unit.times * unit.over;
  if (!std::isfinite(scaled) || scaled <= 0) return {};
  Decimal number = shortest_decimal(scaled);
  number.exponent -= unit.shift;
  std::string text = write_decimal(number);
  double back = 0;
  if (!read_in_unit(text, unit, back) || back != value) return {};
  return text;
}

/// Without a power of ten first ("3e-6m" is no time that anybody reads), then the shorter, then
/// without a fraction.
bool reads_better(const std::string& a, const std::string& b) {
  const bool power_a = a.find("e-") != std::string::npos,
             power_b = b.find("e-") != std::string::npos;
  if (power_a != power_b) return power_b;
  if (a.size() != b.size()) return a.size() < b.size();
  return a.find('.') == std::string::npos && b.find('.') != std::string::npos;
}

}  // namespace

std::string quantity_text(double value, const Dimension& kind) {
  if (value == 0) return std::string("0") + kind.base;
  if (!std::isfinite(value)) return fmt::format("{} {}", value, kind.base);
  if (value < 0) return "-" + quantity_text(-value, kind);
  std::string best;
  for (const UnitOfText& unit : kind.units) {
    std::string text = text_in_unit(value, unit);
    if (text.empty()) continue;
    text += unit.name;
    if (best.empty() || reads_better(text, best)) best = std::move(text);
  }
  return best;
}

std::string number_text(double value) {
  if (value == 0) return "0";
  if (!std::isfinite(value)) return fmt::format("{}", value);
  if (value < 0) return "-" + number_text(-value);
  return write_decimal(shortest_decimal(value));
}

bool parse_number(std::string_view text, double& out) {
  double value = 0;
  if (text.empty() || number_length(text) != text.size() || !read_double(text, value)) return false;
  out = value;
  return true;
}

std::string quantity_pattern(const Dimension& kind) {
  std::vector<const char*> names;
  for (const UnitOfText& unit : kind.units) names.push_back(unit.name);
  return fmt::format("{} ?({})", number_pattern, fmt::join(names, "|"));
}

}  // namespace spof
