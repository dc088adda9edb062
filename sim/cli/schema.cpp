#include "cli/verbs.hpp"
#include "report/format.hpp"
#include "scenario/load.hpp"

namespace spof::cli {

ExitCode execute(const SchemaArguments& arguments, Console& console) {
  const Json schema = arguments.of == "report"   ? report::report_schema()
                      : arguments.of == "matrix" ? report::matrix_schema()
                      : arguments.of == "stacks" ? report::stacks_schema()
                                                 : scenario::schema();
  console.print(schema.dump(2) + "\n");
  return good;
}

}  // namespace spof::cli
