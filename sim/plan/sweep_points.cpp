#include "plan/sweep_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/append_new.hpp"
#include "base/mistakes.hpp"
#include "base/words.hpp"
#include "plan/interrupt.hpp"

namespace spof::plan {
namespace {

using report::SweepParameter;

/// Splits at commas that are in no quotes and no brackets.
std::vector<std::string> split_values(const std::string& list) {
  std::vector<std::string> values(1);
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const char letter = list[i];
    if (quoted && letter == '\\' && i + 1 < list.size()) {
      values.back() += letter;
      values.back() += list[++i];
      continue;
    }
    if (letter == '"') quoted = !quoted;
    if (!quoted && std::string_view("([{").find(letter) != std::string_view::npos) ++depth;
    if (!quoted && std::string_view(")]}").find(letter) != std::string_view::npos) --depth;
    if (letter == ',' && !quoted && depth <= 0)
      values.emplace_back();
    else
      values.back() += letter;
  }
  for (std::string& value : values) value = std::string(trimmed(value));
  return values;
}

/// Reads "/haproxy/retries=0,1,3". A comma in quotes or brackets, as in lognormal(1ms, 0.2), is
/// part of a value. Returns what is wrong, "" when nothing is; then only is `out` written.
std::string read_vary(const std::string& text, SweepParameter& out) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals < 2 || text[0] != '/')
    return "expected POINTER=LIST such as /haproxy/retries=0,1,3";
  SweepParameter made{text.substr(0, equals), split_values(text.substr(equals + 1))};
  // Pairs with the same seed are what makes points comparable.
  if (made.pointer == "/runs" || made.pointer == "/seed")
    return "all points have the same seeds; use -n and --seed";
  std::set<std::string> seen;
  for (const std::string& value : made.values) {
    if (value.empty()) return "a value is missing";
    if (!seen.insert(value).second) return fmt::format("{} is there twice", in_quotes(value));
  }
  out = std::move(made);
  return "";
}

/// What the scenario's reader says of a value is said of the option by which it was given.
std::string about_vary(std::string lines, const std::vector<std::string>& sets) {
  for (const std::string& set : sets) {
    const std::string from = "--set " + set + ": ", to = "--vary " + set + ": ";
    for (std::size_t at = 0; (at = lines.find(from, at)) != std::string::npos; at += to.size())
      if (at == 0 || lines[at - 1] == '\n') lines.replace(at, from.size(), to);
  }
  return lines;
}

/// Whether a value written at `pointer` takes the place of one written at `earlier` before. "-" at
/// the end appends to a list.
bool replaces(const std::string& pointer, const std::string& earlier) {
  const std::vector<std::string> names = pointer_names(pointer), old = pointer_names(earlier);
  return names.size() <= old.size() && names.back() != "-" &&
         std::equal(names.begin(), names.end(), old.begin());
}

/// A --set that no point would have.
std::string overridden(const std::vector<SweepParameter>& parameters,
                       const std::vector<std::string>& sets) {
  std::string mistakes;
  for (const std::string& set : sets) {
    const std::string pointer = set.substr(0, set.find('='));
    for (const SweepParameter& parameter : parameters)
      if (pointer.size() > 1 && replaces(parameter.pointer, pointer))
        mistakes += fmt::format(
            "spof: error: --set {} is lost in --vary {}: every point has a value from there; "
            "allowed: one of the two\n",
            set, parameter.pointer);
  }
  return mistakes;
}

/// Every combination of values, the last parameter changing fastest.
std::vector<std::vector<std::string>> grid(const std::vector<SweepParameter>& parameters) {
  std::vector<std::vector<std::string>> points{{}};
  for (const SweepParameter& parameter : parameters) {
    std::vector<std::vector<std::string>> longer;
    for (const auto& point : points)
      for (const std::string& value : parameter.values) {
        longer.push_back(point);
        longer.back().push_back(value);
      }
    points = std::move(longer);
  }
  return points;
}

}  // namespace

std::vector<std::string> sets_of(const std::vector<SweepParameter>& parameters,
                                 const std::vector<std::string>& values) {
  std::vector<std::string> sets;
  for (const SweepParameter& one : parameters)
    sets.push_back(one.pointer + "=" + values[sets.size()]);
  return sets;
}

std::vector<SweepParameter> read_parameters(const std::vector<std::string>& vary,
                                            const std::vector<std::string>& sets,
                                            std::string& mistakes) {
  std::vector<SweepParameter> parameters;
  std::set<std::string> pointers;
  std::size_t points = 1;
  for (const std::string& text : vary) {
    SweepParameter one;
    std::string wrong = read_vary(text, one);
    if (wrong.empty() && !pointers.insert(one.pointer).second)
      wrong = one.pointer + " is varied twice";
    if (!wrong.empty()) {
      mistakes += fmt::format("--vary {}: error: {}\n", text, wrong);
      continue;
    }
    points = points > most_points ? points : points * one.values.size();
    parameters.push_back(std::move(one));
  }
  if (points > most_points)
    mistakes +=
        fmt::format("spof: error: these are more than {} points; give fewer values\n", most_points);
  mistakes += overridden(parameters, sets);
  return parameters;
}

SweepPoints read_points(scenario::ScenarioFile base, const std::vector<std::string>& sets,
                        std::vector<SweepParameter> parameters, std::string& mistakes,
                        const std::function<void(std::size_t, std::size_t)>& looked_at) {
  SweepPoints made{std::move(base), std::move(parameters), {}, {}};
  made.values = grid(made.parameters);
  std::set<std::string> told;
  for (const auto& values : made.values) {
    if (interrupted()) return made;
    const std::vector<std::string> own = sets_of(made.parameters, values);
    scenario::Loaded loaded = scenario::load(made.base.path, both(sets, own));
    for (std::string& line : spof::parts_of(about_vary(std::move(loaded.mistakes), own)))
      if (!line.empty() && told.insert(line).second) mistakes += line + '\n';
    if (loaded.scenario) made.scenarios.push_back(std::move(*loaded.scenario));
    looked_at(made.scenarios.size(), made.values.size());
  }
  return made;
}

}  // namespace spof::plan
