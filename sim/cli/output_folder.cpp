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

}  // namespace spof::cli
