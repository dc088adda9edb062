// What a scenario says for a matrix alone: prices and objectives.
#include <fmt/format.h>

#include <algorithm>

#include "base/append_new.hpp"
#include "scenario/check_parts.hpp"

namespace spof::scenario {
namespace {

using Names = std::vector<std::string>;

bool writes(const Scenario& scenario, const std::string& name) {
  const stack::RequestClass* const one = item_of(scenario.classes, name);
  return !one || one->kind == stack::RequestKind::write;  // what is unknown is told by itself
}

}  // namespace

void check_cost(const Scenario& scenario, const Names& hosts, Mistakes& mistakes) {
  Names classes = names_of(scenario.classes);
  classes.emplace_back("all");
  for (const auto& [host, unused] : scenario.cost.hosts)
    if (!hosts.empty() && !has(hosts, host))
      mistakes.add_at_key(child_pointer("/cost/hosts", host), there_is_no("host", host, hosts));
  for (const auto& [name, unused] : scenario.cost.outage_hour)
    if (!has(classes, name))
      mistakes.add_at_key(child_pointer("/cost/outage_hour", name),
                          there_is_no("class of requests", name, classes));
}

void check_policy(const Scenario& scenario, Mistakes& mistakes) {
  const Names classes = names_of(scenario.classes);
  for (std::size_t i = 0; i < scenario.policy.size(); ++i) {
    const Objective& one = scenario.policy[i];
    const std::string at = fmt::format("/policy/{}", i);
    const bool misread = std::ranges::any_of(
        mistakes, [&](const Mistake& told) { return told.pointer.starts_with(at + "/"); });
    if (!one.availability && !one.rto && !one.rpo && !misread)
      mistakes.add(at, "asks for nothing: give \"availability\", \"rto\" or \"rpo\"");
    for (std::size_t k = 0; k < one.classes.size(); ++k)
      if (!has(classes, one.classes[k]))
        mistakes.add(fmt::format("{}/classes/{}", at, k),
                     there_is_no("class of requests", one.classes[k], classes));
    const Names& about = one.classes.empty() ? classes : one.classes;
    if (one.rpo && std::ranges::none_of(about, [&](auto& name) { return writes(scenario, name); }))
      mistakes.add(at + "/rpo", "none of these classes writes: they have nothing to lose");
  }
}

}  // namespace spof::scenario
