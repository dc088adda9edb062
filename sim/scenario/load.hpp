#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "scenario/scenario.hpp"

namespace spof {
struct Parameter;  // base/fields.hpp
}

namespace spof::scenario {

/// A scenario read from a file, or all that is wrong with it.
struct Loaded {
  std::optional<Scenario> scenario;  ///< absent when there are mistakes
  std::string mistakes;              ///< one line each: file:line:column: error: /pointer: what
  std::string warnings;              ///< in the same form, with "warning:"; of a good one, too
  Json resolved;                     ///< the scenario with every default filled in
};

/// Reads `path`, follows `extends`, applies `sets` ("/haproxy/retries=0"), checks structure,
/// bounds, targets, topology and expectations. Reports every mistake at once; never throws for a
/// user's mistake.
Loaded load(const std::string& path, const std::vector<std::string>& sets);

/// The JSON Schema of scenario files, generated from the option structs.
Json schema();

/// Every parameter a scenario can set, for `spof list parameters`.
std::vector<Parameter> parameters();

/// A scenario as the user named it, read and checked.
struct ScenarioFile {
  std::string name;  ///< of its folder below the results, in UTF-8: "primary-crash"
  std::string path;
  Loaded loaded;
};

}  // namespace spof::scenario
