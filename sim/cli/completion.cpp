#include "cli/completion.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/mistakes.hpp"
#include "base/words.hpp"
#include "cli/verbs.hpp"
#include "report/format.hpp"
#include "report/plot/gnuplot.hpp"
#include "report/plot/plot_data.hpp"

namespace spof::cli {
namespace {

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

struct Shell {
  const char* name;
  std::string (*script)(const ProgramText&);
};
constexpr std::array shells{Shell{"bash", bash_completion}, Shell{"zsh", zsh_completion},
                            Shell{"fish", fish_completion}};

}  // namespace

Completion completion_of(const std::string& verb, const OptionText& option) {
  const std::string name = option.names.empty() ? option.value : option.names.back();
  const auto words = [](std::vector<std::string> choices, bool list = false) {
    return Completion{Completion::words, std::move(choices), list};
  };
  const auto colors = names(ColorChoice{});
  if (name == "--color") return words({colors.begin(), colors.end()});
  if (name == "SHELL") return words(names_in(shells));
  if (name == "OF") return words(SchemaArguments::documents);
  if (name == "TOPIC") return words(ListArguments::topics);
  if (name == "--from") return {Completion::scenarios};
  if (verb == "run" && name == "--format") return words(report::format_names(false), true);
  if (verb == "compare" && name == "--format") return words(CompareArguments::formats);
  if (name == "--kind") return words(names_in(report::plot_kinds()), true);
  if (name == "--to") return words(report::picture_formats, true);
  const auto* const found =
      std::ranges::find_if(by_value, [&](const auto& row) { return option.value == row.first; });
  return {found == by_value.end() ? Completion::nothing : found->second};
}

ExitCode execute(const CompletionArguments& arguments, Console& console) {
  const auto* const shell = std::ranges::find(shells, arguments.shell, &Shell::name);
  if (shell == shells.end())
    refuse(error_line(fmt::format("no completion for {}; {}", in_quotes(arguments.shell),
                                  nearest(arguments.shell, names_in(shells)))));
  console.print(shell->script(described()));
  return good;
}

}  // namespace spof::cli
