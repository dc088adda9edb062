#include "base/distribution.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <vector>

#include "base/mistakes.hpp"

namespace spof {
namespace {

using Law = Distribution::Law;

/// What stands between a law's brackets: a quantity, then a plain number or a second quantity.
struct LawRow {
  Law law;
  const char* name;
  std::size_t arguments;
  bool second_is_quantity;
  /// For messages: `lognormal(MEDIAN, SIGMA)`.
  const char* usage;
};

constexpr std::array<LawRow, 5> laws = {{
    {Law::exponential, "exponential", 1, false, "exponential(MEAN)"},
    {Law::lognormal, "lognormal", 2, false, "lognormal(MEDIAN, SIGMA)"},
    {Law::uniform, "uniform", 2, true, "uniform(LEAST, GREATEST)"},
    {Law::pareto, "pareto", 2, false, "pareto(SCALE, SHAPE)"},
    {Law::erlang, "erlang", 2, false, "erlang(MEAN, STAGES)"},
}};

/// More is a constant for all purposes and would make one draw expensive.
constexpr double most_stages = 100;
/// Beyond it a lognormal's quantiles leave the range of a double.
constexpr double greatest_sigma = 10;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split_at_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    parts.push_back(trimmed(text.substr(begin, comma - begin)));
    begin = comma + 1;
  }
  return parts;
}

std::string read_plain(std::string_view text, double& out) {
  if (parse_number(text, out)) return {};
  return fmt::format("{} is not a number such as 0.8", in_quotes(text));
}

std::string read_quantity(std::string_view text, const Dimension* kind, double& out) {
  return kind ? parse_quantity(text, *kind, out) : read_plain(text, out);
}

/// What is impossible about the parameters of a law, or "".
std::string check(const Distribution& value, std::string_view text) {
  const auto wrong = [&](const char* what) { return fmt::format("{}: {}", in_quotes(text), what); };
  if (value.law == Law::uniform)
    return value.first <= value.second ? "" : wrong("the least is more than the greatest");
  if (value.first <= 0) return wrong("the first parameter must be more than 0");
  if (value.law == Law::lognormal && value.second > greatest_sigma)
    return wrong("sigma must be at most 10");
  if (value.law == Law::pareto && value.second < 0.1)
    return wrong("the shape must be at least 0.1");
  const bool whole =
      value.second >= 1 && value.second <= most_stages && std::trunc(value.second) >= value.second;
  if (value.law == Law::erlang && !whole)
    return wrong("the number of stages must be a whole number from 1 to 100");
  return {};
}

std::string read_law(std::string_view text, const LawRow& row, std::string_view inside,
                     const Dimension* kind, Distribution& out) {
  const std::vector<std::string_view> parts = split_at_commas(inside);
  if (parts.size() != row.arguments)
    return fmt::format("{} has {} parameter{}; write {}", in_quotes(text), parts.size(),
                       parts.size() == 1 ? "" : "s", row.usage);
  Distribution value(row.law, 0, 0);
  std::string wrong = read_quantity(parts[0], kind, value.first);
  if (wrong.empty() && row.arguments == 2)
    wrong = row.second_is_quantity ? read_quantity(parts[1], kind, value.second)
                                   : read_plain(parts[1], value.second);
  if (wrong.empty()) wrong = check(value, text);
  if (wrong.empty()) out = value;
  return wrong;
}

}  // namespace

std::string parse_distribution(std::string_view text, const Dimension* kind, Distribution& out) {
  const std::size_t bracket = text.find('(');
  if (bracket == std::string_view::npos) {
    double value = 0;
    std::string wrong = read_quantity(text, kind, value);
    if (wrong.empty()) out = Distribution::constant(value);
    return wrong;
  }
  const std::string_view name = trimmed(text.substr(0, bracket));
  if (text.back() != ')') return fmt::format("{} does not end with \")\"", in_quotes(text));
  const std::string_view inside = text.substr(bracket + 1, text.size() - bracket - 2);
  std::vector<std::string> names;
  for (const LawRow& row : laws) {
    if (name == row.name) return read_law(text, row, inside, kind, out);
    names.emplace_back(row.name);
  }
  return fmt::format("unknown distribution {}; {}", in_quotes(name), nearest(name, names));
}

std::string distribution_text(const Distribution& value, const Dimension* kind) {
  const auto quantity = [kind](double number) {
    return kind ? quantity_text(number, *kind) : number_text(number);
  };
  for (const LawRow& row : laws) {
    if (row.law != value.law) continue;
    if (row.arguments == 1) return fmt::format("{}({})", row.name, quantity(value.first));
    return fmt::format("{}({}, {})", row.name, quantity(value.first),
                       row.second_is_quantity ? quantity(value.second) : number_text(value.second));
  }
  return quantity(value.first);
}

std::string distribution_pattern(const Dimension* kind) {
  const std::string quantity = kind ? quantity_pattern(*kind) : number_pattern;
  return fmt::format(
      R"(({0}|exponential\( *{0} *\)|uniform\( *{0} *, *{0} *\)|(lognormal|pareto|erlang)\( *{0} *, *{1} *\)))",
      quantity, number_pattern);
}

}  // namespace spof
