#include <fmt/format.h>

#include <algorithm>

#include "base/append_new.hpp"
#include "scenario/check_parts.hpp"

namespace spof::scenario {
namespace {

using Names = std::vector<std::string>;

void known(const std::string& pointer, const char* what, const std::string& name,
           const Names& allowed, Mistakes& mistakes) {
  if (!has(allowed, name) && (!name.empty() || mistakes.empty()))
    mistakes.add(pointer, there_is_no(what, name, allowed));
}

/// Follows the steps before; those of a circle never end.
bool goes_in_a_circle(const Scenario& scenario, const fault::Schedule& when) {
  const fault::Fault* before = item_of(scenario.operations, when.after);
  for (std::size_t i = 0; before && i <= scenario.operations.size(); ++i)
    before = item_of(scenario.operations, fault::schedule_of(*before).after);
  return before != nullptr;
}

void check_sight(const std::string& pointer, const fault::Sight& sight, const Topology& topology,
                 const Names& daemons, Mistakes& mistakes) {
  const Names databases = topology.names({stack::MysqlOptions::kind});
  const auto each = [&](const char* field, const Names& given, const char* what,
                        const Names& allowed) {
    for (std::size_t i = 0; i < given.size(); ++i)
      known(fmt::format("{}/{}/{}", pointer, field, i), what, given[i], allowed, mistakes);
  };
  each("answers", sight.answers, "daemon", daemons);
  each("up", sight.up, "server", topology.servers);
  each("idle", sight.idle, "server", topology.servers);
  each("caught_up", sight.caught_up, "database", databases);
  each("primary", sight.primary, "database", databases);
}

void check_turn(const std::string& pointer, const fault::Schedule& when, const Scenario& scenario,
                Mistakes& mistakes) {
  const bool follows = !when.after.empty();
  const bool unread = std::ranges::any_of(mistakes, [&](const auto& one) {
    return has(Names{pointer + "/kind", pointer + "/at", pointer + "/after"}, one.pointer);
  });
  if (!when.at && !follows && !unread) mistakes.add(pointer, "needs \"at\" or \"after\"");
  if (when.at && follows)
    mistakes.add(pointer + "/after", "stands beside \"at\"; give one of them");
  if (follows)
    known(pointer + "/after", "step in /operations", when.after, names_of(scenario.operations),
          mistakes);
  if (goes_in_a_circle(scenario, when))
    mistakes.add(pointer + "/after", "goes in a circle: none of these steps is the first");
  if ((follows || when.when) && when.times > 1)
    mistakes.add(pointer + "/times", "a step that waits is taken once");
}

}  // namespace

void check_operations(const Scenario& scenario, const Topology& topology, const Names& daemons,
                      Mistakes& mistakes) {
  const auto check = [&](const std::string& pointer, const fault::Fault& fault) {
    const fault::Schedule& when = fault::schedule_of(fault);
    check_turn(pointer, when, scenario, mistakes);
    if (when.when) check_sight(pointer + "/when", *when.when, topology, daemons, mistakes);
  };
  for (std::size_t i = 0; i < scenario.faults.size(); ++i)
    check(fmt::format("/faults/{}", i), scenario.faults[i]);
  for (const auto& [name, step] : scenario.operations)
    check(child_pointer("/operations", name), step);
  if (!scenario.random_failures) return;
  Names allowed = rated_kinds();
  std::erase_if(allowed, [](const std::string& kind) { return !fault_of(kind, ""); });
  const Names& kinds = scenario.random_failures->kinds;
  for (std::size_t i = 0; i < kinds.size(); ++i)
    known(fmt::format("/random_failures/kinds/{}", i), "fault of one target of kind", kinds[i],
          allowed, mistakes);
}

void check_deploy(const std::string& pointer, const fault::Deploy& one, const Scenario& scenario,
                  const Topology& topology, Mistakes& mistakes) {
  if (one.targets.empty()) mistakes.add(pointer + "/targets", "needs at least one application");
  for (std::size_t i = 0; i < one.targets.size(); ++i) {
    const std::string at = fmt::format("{}/targets/{}", pointer, i), &name = one.targets[i];
    known(at, "application", name, topology.names({stack::AppOptions::kind}), mistakes);
    if (std::ranges::count(one.targets, name) > 1)
      mistakes.add(at, fmt::format("\"{}\" is here twice", name));
    const auto* app = item_of(scenario.app.hosts, measure::host_of(name));
    if (!app) continue;
    Names releases = names_of(app->releases);
    append_new(releases, app->version);
    known(pointer + "/release", "release", one.release, releases, mistakes);
  }
}

}  // namespace spof::scenario
