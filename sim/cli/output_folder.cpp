#include "cli/output_folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace spof::cli {

std::string obstacle_to(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::path nearest_there = std::filesystem::absolute(folder);
  while (!std::filesystem::exists(nearest_there, error) && nearest_there.has_relative_path()) {
    nearest_there = nearest_there.parent_path();
  }
  const bool usable = std::filesystem::is_directory(nearest_there, error);
  if (usable && access(nearest_there.c_str(), W_OK | X_OK) == 0) return "";
  return fmt::format("spof: error: cannot write results to {}: {}: {}\n", folder.string(),
                     nearest_there.string(), std::strerror(usable ? errno : ENOTDIR));
}

std::string obstacle_to_file(const std::filesystem::path& file) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::string why;
  const fs::path folder = fs::absolute(file).parent_path();
  if (fs::is_directory(file, error))
    why = "it is a folder; name a file in it";
  else if (fs::exists(file, error) && !fs::is_regular_file(file, error))
    why = "it is no ordinary file; without -o it goes to standard output";
  else if (!fs::is_directory(folder, error))
    why = fmt::format("there is no folder {}", folder.string());
  else if (access(folder.c_str(), W_OK | X_OK) != 0)
    why = std::strerror(errno);
  if (why.empty()) return "";
  return fmt::format("cannot write {}: {}", file.string(), why);
}

}  // namespace spof::cli
