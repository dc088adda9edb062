#include "scenario/shared.hpp"

#include <fmt/format.h>

#include "base/append_new.hpp"
#include "base/field_shapes.hpp"
#include "scenario/scenario.hpp"

namespace spof::scenario {
namespace {

using Names = std::vector<std::string>;
using fault::Fault;
using fault::TargetKind;

template <class... Kind>
std::optional<Fault> made(std::string_view kind, const std::string& target,
                          std::type_identity<std::variant<Kind...>>) {
  std::optional<Fault> found;
  const auto make = [&]<class One>(std::type_identity<One>) {
    // A command and a maintenance say more than whom.
    if constexpr (
        requires(One one) { one.target; } && !requires(One one) { one.server; } &&
        !std::is_same_v<One, fault::Command>)
      if (One::kind == kind) {
        One one;
        one.target = target;
        found = one;
      }
  };
  (make(std::type_identity<Kind>{}), ...);
  return found;
}

std::string* target_in(Fault& fault) {
  return std::visit(
      [](auto& one) -> std::string* {
        if constexpr (requires { one.target; })
          return &one.target;
        else
          return nullptr;
      },
      fault);
}

/// What such a fault may strike.
Names targets_of(const Fault& fault, const RatedParts& there) {
  const TargetKind wanted = std::visit([](const auto& one) { return one.target_kind; }, fault);
  if (wanted == TargetKind::link) return there.links;
  Names names;
  if (wanted != TargetKind::host) names = there.daemons;
  if (wanted != TargetKind::daemon)
    names.insert(names.end(), there.hosts.begin(), there.hosts.end());
  return names;
}

void check_parts(const std::string& pointer, const Fault& fault, const Names& parts,
                 const RatedParts& there, Mistakes& mistakes) {
  const Names allowed = targets_of(fault, there);
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (!has(allowed, parts[i]))
      mistakes.add(
          pointer.ends_with("/parts") ? fmt::format("{}/{}", pointer, i) : pointer,
          fmt::format("nothing that a fault of kind \"{}\" strikes is called {}; {}",
                      fault::kind_of(fault), in_quotes(parts[i]), nearest(parts[i], allowed)));
}

}  // namespace

std::optional<Fault> fault_of(std::string_view kind, const std::string& target) {
  const bool slow_disk = kind == slow_disk_kind;
  auto found = made(slow_disk ? fault::Slow::kind : kind, target, std::type_identity<Fault>{});
  if (slow_disk) std::get<fault::Slow>(*found).resource = fault::Resource::disk;
  return found;
}

Names members_of(const Scenario& scenario, const std::string& name) {
  const SharedOptions* group = item_of(scenario.shared, name);
  return group ? group->parts : Names{name};
}

const SharedOptions* group_of(const Scenario& scenario, const Fault& fault) {
  if (std::holds_alternative<fault::Command>(fault)) return nullptr;
  return item_of(scenario.shared, fault::target_of(fault));
}

std::vector<Fault> parts_of(const Scenario& scenario, const Fault& fault) {
  const SharedOptions* group = group_of(scenario, fault);
  if (!group) return {fault};
  std::vector<Fault> parts;
  for (const std::string& part : group->parts) {
    parts.push_back(fault);
    if (std::string* target = target_in(parts.back())) *target = part;
  }
  return parts;
}

void check_shared(const Scenario& scenario, const RatedParts& there, Mistakes& mistakes) {
  if (!there.has_platform) return;
  for (const auto& [name, group] : scenario.shared) {
    const std::string pointer = child_pointer("/shared", name);
    if (has(there.daemons, name) || has(there.hosts, name) || has(there.links, name))
      mistakes.add_at_key(pointer, "a daemon, host or link is called so, too");
    if (group.parts.empty()) mistakes.add(pointer + "/parts", "needs at least one part");
    if (const auto fault = fault_of(group.kind, name)) {
      check_parts(pointer + "/parts", *fault, group.parts, there, mistakes);
    } else if (Names kinds = rated_kinds(); !group.kind.empty()) {
      std::erase_if(kinds, [](const std::string& kind) { return !fault_of(kind, ""); });
      mistakes.add(pointer + "/kind",
                   fmt::format("no fault of one target is of kind {}; {}", in_quotes(group.kind),
                               nearest(group.kind, kinds)));
    }
  }
  for (std::size_t i = 0; i < scenario.faults.size(); ++i)
    if (const auto* group = group_of(scenario, scenario.faults[i]))
      check_parts(fmt::format("/faults/{}/target", i), scenario.faults[i], group->parts, there,
                  mistakes);
}

}  // namespace spof::scenario
