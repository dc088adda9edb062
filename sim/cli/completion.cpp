#include "cli/completion.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include "base/mistakes.hpp"
#include "cli/verbs.hpp"

namespace spof::cli {

ExitCode execute(const CompletionArguments& arguments, Console& console) {
  struct Shell {
    const char* name;
    std::string (*script)(const ProgramText&);
  };
  constexpr std::array shells{Shell{"bash", bash_completion}, Shell{"zsh", zsh_completion},
                              Shell{"fish", fish_completion}};
  std::vector<std::string> names;
  for (const Shell& shell : shells) {
    names.emplace_back(shell.name);
    if (arguments.shell != shell.name) continue;
    console.print(shell.script(described()));
    return good;
  }
  console.complain(fmt::format("error: no completion for {}; {}", in_quotes(arguments.shell),
                               nearest(arguments.shell, names)));
  return wrong_input;
}

}  // namespace spof::cli
