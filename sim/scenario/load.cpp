#include "scenario/load.hpp"

#include <algorithm>
#include <filesystem>

#include "scenario/check.hpp"
#include "scenario/document.hpp"
#include "scenario/json_text.hpp"

namespace spof::scenario {
namespace {

/// A path in a scenario is relative to the file that says it, not to the one that extends it; on
/// the command line, to where one is.
std::string beside(const Document& document, const std::string& pointer, const std::string& path) {
  const Place writer = document.place_of(pointer);
  if (writer.line == 0) return path;
  return (std::filesystem::path(writer.file).parent_path() / path).string();
}

void find_files(const Document& document, Scenario& scenario) {
  scenario.platform_file = beside(document, "/platform", scenario.platform);
  for (auto& [name, clients] : scenario.clients)
    clients.replay_file =
        beside(document, child_pointer("/clients", name) + "/replay", clients.replay);
  const stack::PrometheusOptions common = scenario.prometheus.common;
  for (auto& [host, one] : scenario.prometheus.hosts) {
    const std::string section =
        one.rules == common.rules ? "/prometheus" : child_pointer("/prometheus/hosts", host);
    if (!one.rules.empty()) one.rules_file = beside(document, section + "/rules", one.rules);
  }
}

}  // namespace

Loaded load(const std::string& path, const std::vector<std::string>& sets) {
  Mistakes mistakes;
  Loaded loaded;
  Document document = load_document(path, mistakes);
  for (const std::string& assignment : sets) set_value(document, assignment, mistakes);
  Scenario scenario;
  if (mistakes.empty()) {
    read_into(document, scenario, mistakes);
    scenario.name = as_utf8(std::filesystem::path(path).stem());
    find_files(document, scenario);
    // Where "hosts" cannot be read, nobody knows whom the rest may name.
    const bool knows_hosts = std::ranges::none_of(
        mistakes, [](const Mistake& one) { return one.pointer.ends_with("/hosts"); });
    if (!scenario.platform.empty() && knows_hosts)
      check(scenario, mistakes);
    else if (mistakes.empty())  // it is there, but names nothing
      mistakes.add("/platform", "names no file; allowed: a SimGrid platform file");
  }
  loaded.mistakes = format_mistakes(document, mistakes);
  loaded.warnings = format_warnings(document, mistakes);
  if (!mistakes.empty()) return loaded;
  loaded.resolved = echo_fields(scenario);
  loaded.scenario = std::move(scenario);
  return loaded;
}

Json schema() { return document_schema<Scenario>("spof scenario"); }

std::vector<Parameter> parameters() { return list_fields<Scenario>(); }

}  // namespace spof::scenario
