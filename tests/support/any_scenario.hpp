#pragma once
#include <cstdint>
#include <string>

#include "base/json.hpp"
#include "base/mistakes.hpp"
#include "scenario/scenario.hpp"

namespace spof::test {

/// A random scenario that the reader takes, a few seconds long: one to three servers, one or two
/// load balancers, with Keepalived or without, name servers, replicas, any option of any of them,
/// up to five faults at once.
struct AnyScenario {
  std::uint64_t number = 0;
  Json json;
  std::string platform;  ///< text of a platform file of its own; empty: a shipped one
  bool is_valid = false;
  std::size_t dropped = 0;  ///< what the reader did not take, and was left out then
};

/// The same for the same number. What it draws of a component follows its `fields()`; which daemon
/// runs on which host is said here.
AnyScenario any_scenario(std::uint64_t number);

/// Reads it as a scenario file is read; `platform_file` is the path of its platform.
scenario::Scenario read_scenario(const Json& json, const std::string& platform_file,
                                 Mistakes& mistakes);

/// Where its platform is; one of its own is written into `folder` first.
std::string platform_of(const AnyScenario& any, const std::string& folder);

/// Takes the value at a JSON pointer out; false when there is none.
bool drop(Json& json, const std::string& pointer);

}  // namespace spof::test
