#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>

#include "analysis/records/stored_report.hpp"

namespace spof::report {
namespace {

namespace fs = std::filesystem;

/// The text of a regular file; what is wrong is added to `mistakes`.
std::optional<std::string> content(const fs::path& path, std::vector<std::string>& mistakes) {
  std::error_code error;
  const auto status = fs::status(path, error);
  const char* wrong = fs::exists(status) ? "is no file" : "no such file or folder";
  if (fs::is_regular_file(status)) {
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (file && !file.bad()) return text;
    wrong = "cannot be read";
  }
  mistakes.push_back(fmt::format("{}: error: {}", path.string(), wrong));
  return std::nullopt;
}

/// `scenario` is its name among several; empty: alone.
void read_file(const fs::path& path, const std::string& scenario, StoredResult& result,
               std::vector<std::string>& mistakes) {
  const auto text = content(path, mistakes);
  if (!text) return;
  std::vector<std::string> found;
  StoredReport report = parse_stored_report(*text, found);
  for (const std::string& mistake : found)
    mistakes.push_back(fmt::format("{}: {}", path.string(), mistake));
  if (!found.empty()) return;
  report.path = path.string();
  const char* const kind = report.matrix ? "matrix" : "report";
  const std::string name = scenario.empty() ? kind
                           : report.matrix  ? scenario + " (matrix)"
                                            : scenario;
  std::error_code error;
  std::vector<std::string> ignored;  // a run.json is welcome, not needed
  const fs::path beside = path.parent_path() / "run.json";
  if (!report.matrix && fs::is_regular_file(beside, error))  // it is of the runs of `spof run`
    report.version = version_in(content(beside, ignored).value_or(""));
  result.reports.emplace(name, std::move(report));
}

/// The files of results in a folder, one of each kind at most.
std::vector<fs::path> results_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const char* name : {"report.json", "matrix.json"})
    if (fs::exists(folder / name, ignored)) found.push_back(folder / name);
  return found;
}

/// Names of the subfolders that have a result, sorted.
std::vector<std::string> scenarios_in(const fs::path& folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error);
       !error && entry != fs::directory_iterator(); entry.increment(error))
    if (!results_in(entry->path()).empty()) found.push_back(entry->path().filename().string());
  std::ranges::sort(found);
  return found;
}

}  // namespace

StoredResult read_stored_result(const std::string& path, std::vector<std::string>& mistakes) {
  StoredResult result;
  result.given = path;
  std::error_code error;
  const auto files = fs::is_directory(path, error) ? results_in(path) : std::vector<fs::path>{path};
  for (const fs::path& file : files) read_file(file, "", result, mistakes);
  if (!files.empty()) return result;
  result.several = true;
  const auto found = scenarios_in(path);
  if (found.empty())
    mistakes.push_back(fmt::format(
        "{}: error: neither a report.json or matrix.json nor folders that have one are in this "
        "folder",
        path));
  for (const std::string& name : found)
    for (const fs::path& file : results_in(fs::path(path) / name))
      read_file(file, name, result, mistakes);
  return result;
}

}  // namespace spof::report
