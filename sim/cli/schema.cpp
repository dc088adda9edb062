#include "cli/verbs.hpp"
#include "scenario/load.hpp"

namespace spof::cli {

ExitCode execute(const SchemaArguments&, Console& console) {
  console.print(scenario::schema().dump(2) + "\n");
  return good;
}

}  // namespace spof::cli
