#include "scenario/load.hpp"

#include <filesystem>

#include "scenario/check.hpp"
#include "scenario/document.hpp"

namespace spof::scenario {

Loaded load(const std::string& path, const std::vector<std::string>& sets) {
  Mistakes mistakes;
  Loaded loaded;
  Document document = load_document(path, mistakes);
  for (const std::string& assignment : sets) set_value(document, assignment, mistakes);
  Scenario scenario;
  if (mistakes.empty()) {
    read_into(document, scenario, mistakes);
    const std::filesystem::path file = path;
    scenario.folder = file.has_parent_path() ? file.parent_path().string() : ".";
    scenario.name = file.stem().string();
    if (!scenario.platform.empty()) check(scenario, mistakes);
  }
  loaded.mistakes = format_mistakes(document, mistakes);
  if (!mistakes.empty()) return loaded;
  loaded.resolved = echo_fields(scenario);
  loaded.scenario = std::move(scenario);
  return loaded;
}

Json schema() { return document_schema<Scenario>("spof scenario"); }

std::vector<Parameter> parameters() { return list_fields<Scenario>(); }

}  // namespace spof::scenario
