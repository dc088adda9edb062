#pragma once
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "base/json.hpp"
#include "catch.hpp"
#include "support/text.hpp"

namespace spof::test {

inline bool is_there(const std::string& tool, const char* what) {
  const bool found = std::system(("command -v " + tool + " >/dev/null").c_str()) == 0;
  if (!found) std::cout << "left out: monitoring/promtool: " << what << ": no " << tool << "\n";
  return found;
}

/// Exit code; what it said is shown if it is not 0.
inline int run_tool(const std::string& command, const std::filesystem::path& folder) {
  const std::string log = (folder / "log").string();
  const int code = std::system((command + " >" + log + " 2>&1").c_str());
  if (code != 0) UNSCOPED_INFO(command << "\n" << content(log).substr(0, 6000));
  return code;
}

/// Gone with its files at the end.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "spof-promtool-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
};

/// Names and values, but one, as promtool's tests have them.
inline nlohmann::ordered_json pairs(const auto& list, const char* without) {
  nlohmann::ordered_json all = nlohmann::ordered_json::object();
  for (const auto& [name, value] : list)
    if (name != without) all[name] = value;
  return all;
}

}  // namespace spof::test
