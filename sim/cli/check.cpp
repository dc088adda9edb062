#include <fmt/format.h>

#include "cli/find_scenario.hpp"
#include "cli/verbs.hpp"

namespace spof::cli {

/// Here the mistakes are the result: standard output.
ExitCode execute(const CheckArguments& arguments, Console& console) {
  std::string mistakes;
  const std::vector<ScenarioFile> scenarios =
      load_all(arguments.scenarios, arguments.sets, mistakes);
  console.print(mistakes);
  for (const ScenarioFile& named : scenarios) {
    arguments.resolved ? console.note(named.loaded.warnings) : console.print(named.loaded.warnings);
    if (!named.loaded.scenario) continue;
    if (arguments.resolved) {
      console.print(named.loaded.resolved.dump(2) + "\n");
    } else if (!arguments.quiet) {
      console.print(fmt::format("{}: good\n", named.path));
    }
  }
  return mistakes.empty() ? good : wrong_input;
}

}  // namespace spof::cli
