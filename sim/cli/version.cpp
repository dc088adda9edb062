#include <fmt/format.h>

#include "cli/provenance.hpp"
#include "cli/verbs.hpp"

namespace spof::cli {

ExitCode execute(const VersionArguments& arguments, Console& console) {
  const Json all = versions();
  if (arguments.json) {
    console.print(all.dump(2) + "\n");
    return good;
  }
  const auto text = [&](const char* name) { return all[name].get<std::string>(); };
  const std::string commit = text("commit").empty() ? "" : fmt::format(" ({})", text("commit"));
  console.print(fmt::format("spof {}{}, SimGrid {}, {}\n", text("spof"), commit, text("simgrid"),
                            text("compiler")));
  return good;
}

}  // namespace spof::cli
