#include "cli/find_scenario.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <system_error>

#include "base/append_new.hpp"
#include "base/build_info.hpp"
#include "base/mistakes.hpp"
#include "scenario/json_text.hpp"

namespace spof::cli {
namespace {

namespace fs = std::filesystem;

/// The current folder's, those of the clone this program was built in (.build/release/spof), those
/// installed with it; each followed by what it groups in folders of its own.
std::vector<fs::path> scenario_folders() {
  std::vector<fs::path> shelves{"scenarios"};
  std::error_code error;
  if (fs::exists(clone() / "sim/cli", error)) shelves.push_back(clone() / "scenarios");
  shelves.push_back(build_info::data_folder() / "scenarios");
  std::vector<fs::path> folders;
  for (const fs::path& shelf : shelves) {
    std::set<fs::path> groups;
    for (const auto& entry : fs::directory_iterator(shelf, error))
      if (entry.is_directory(error)) groups.insert(entry.path());
    folders.push_back(shelf);
    std::ranges::copy(groups, std::back_inserter(folders));
  }
  return folders;
}

/// Why there is no scenario of this name, and what there is instead.
std::string no_scenario(const std::string& word) {
  const std::vector<std::string> names =
      mapped(shipped_scenarios(), [](const fs::path& path) { return path.stem().string(); });
  if (!names.empty())
    return fmt::format("no scenario {}; {}", in_quotes(word),
                       nearest(word, names, "spof list scenarios"));
  const auto place = [](const fs::path& folder) { return folder.string(); };
  return fmt::format("no scenario {}: there is none at all in {}; name a file, NAME.json",
                     in_quotes(word), fmt::join(mapped(scenario_folders(), place), ", "));
}

bool looks_like_path(const std::string& word) {
  return word.find('/') != std::string::npos || fs::path(word).extension() == ".json";
}

/// What to say of a word that leads to no scenario: one line.
std::string not_found(const std::string& word) {
  std::error_code error;
  if (fs::is_directory(word, error))
    return fmt::format(
        "{}: error: it is a folder; name a file in it, as in {}, or one of `spof list "
        "scenarios`\n",
        word, (fs::path(word) / "NAME.json").string());
  if (looks_like_path(word)) return fmt::format("{}: error: there is no such file\n", word);
  return error_line(no_scenario(word));
}

}  // namespace

fs::path clone() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  return program.parent_path().parent_path().parent_path();
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) && !fs::is_directory(path, error);
}

fs::path find_scenario(const std::string& word) {
  if (is_file(word)) return word;
  if (word.empty() || word.find('/') != std::string::npos) return {};
  for (const fs::path& folder : scenario_folders())
    for (const char* ending : {".json", ""}) {
      const fs::path path = folder / (word + ending);
      if (path.extension() == ".json" && is_file(path)) return path;
    }
  return {};
}

std::vector<fs::path> shipped_scenarios() {
  std::map<std::string, fs::path> found;
  for (const fs::path& folder : scenario_folders()) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      const fs::path& path = entry.path();
      const bool schema = path.stem().extension() == ".schema";
      if (path.extension() == ".json" && !schema) found.emplace(path.stem(), path);
    }
  }
  return mapped(found, [](auto& one) { return one.second; });
}

std::vector<std::string> all_sets(std::vector<std::string> sets,
                                  const std::optional<std::uint64_t>& runs,
                                  const std::optional<std::uint64_t>& seed) {
  if (runs) sets.push_back(fmt::format("/runs={}", *runs));
  if (seed) sets.push_back(fmt::format("/seed={}", *seed));
  return sets;
}

std::vector<ScenarioFile> load_all(const std::vector<std::string>& words,
                                   const std::vector<std::string>& sets, std::string& mistakes) {
  std::vector<ScenarioFile> all;
  std::set<std::string> names;
  for (const std::string& word : words) {
    const fs::path path = find_scenario(word);
    if (path.empty()) {
      mistakes += not_found(word);
      continue;
    }
    const std::string name = as_utf8(path.stem());
    if (!names.insert(name).second) {
      mistakes += error_line(
          fmt::format("two scenarios named {}: they share a folder of results", in_quotes(name)));
      continue;
    }
    all.push_back({name, path, scenario::load(path, sets)});
    mistakes += all.back().loaded.mistakes;
  }
  return all;
}

}  // namespace spof::cli
