#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.hpp"
#include "scenario/load.hpp"

namespace spof::cli {

using scenario::ScenarioFile;

/// The clone that this program was built in, as .build/release/spof; of an installed one, any
/// folder.
std::filesystem::path clone();

/// There is something to read: a file, a pipe, a device.
bool is_file(const std::filesystem::path& path);

/// The file meant by a path, or by the name of a shipped scenario: looked for in ./scenarios, then
/// where this program's own are (clone or installation), and in the folders of these. Empty when
/// there is none.
std::filesystem::path find_scenario(const std::string& word);

/// Every shipped scenario, by name; the first folder that has a name wins.
std::vector<std::filesystem::path> shipped_scenarios();

/// `sets`, and -n and --seed as what they are: values of the scenario, so that its report says what
/// was run.
std::vector<std::string> all_sets(std::vector<std::string> sets,
                                  const std::optional<std::uint64_t>& runs,
                                  const std::optional<std::uint64_t>& seed);

/// Reads all the scenarios named, with `sets` applied to each. What is wrong with any of them goes
/// to `mistakes`, one line each; empty when all are good.
std::vector<ScenarioFile> load_all(const std::vector<std::string>& words,
                                   const std::vector<std::string>& sets, std::string& mistakes);

}  // namespace spof::cli
