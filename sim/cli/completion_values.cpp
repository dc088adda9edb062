#include <algorithm>
#include <array>

#include "cli/completion.hpp"
#include "report/format.hpp"
#include "report/plot/gnuplot.hpp"

namespace spof::cli {
namespace {

using Words = std::vector<std::string>;

/// The value that stands for the same wherever it occurs.
constexpr std::array by_value{
    std::pair{"SCENARIO", Completion::scenarios},
    std::pair{"METRIC", Completion::metrics},
    std::pair{"POINTER=VALUE", Completion::parameters},
    std::pair{"POINTER=LIST", Completion::parameters},
    std::pair{"DIR", Completion::folders},
    std::pair{"FILE", Completion::files},
    std::pair{"RESULT", Completion::files},
    std::pair{"PARTS", Completion::files},
};

Words pictures() {
  const auto formats = report::picture_formats();
  return {formats.begin(), formats.end()};
}

}  // namespace

Completion completion_of(const std::string& verb, const OptionText& option) {
  const std::string name = option.names.empty() ? option.value : option.names.back();
  if (name == "--color") return {Completion::words, {"auto", "always", "never"}};
  if (name == "SHELL") return {Completion::words, {"bash", "zsh", "fish"}};
  if (name == "OF") return {Completion::words, {"scenario", "report", "matrix", "stacks"}};
  if (name == "TOPIC")
    return {
        Completion::words,
        {"faults", "components", "parameters", "algorithms", "metrics", "formats", "scenarios"}};
  if (name == "--from") return {Completion::scenarios};
  if (verb == "run" && name == "--format")
    return {Completion::words, report::format_names(false), true};
  if (verb == "compare" && name == "--format")
    return {Completion::words, {"text", "md", "json", "html"}};
  if (name == "--kind") return {Completion::words, {"timeline", "quantiles", "states"}, true};
  if (name == "--to") return {Completion::words, pictures(), true};
  const auto* const found =
      std::ranges::find_if(by_value, [&](const auto& row) { return option.value == row.first; });
  return {found == by_value.end() ? Completion::nothing : found->second};
}

}  // namespace spof::cli
