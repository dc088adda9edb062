#pragma once
#include <filesystem>
#include <string>

namespace spof::cli {

/// Why no results can be put into this folder, one line for the user; "" if nothing is in the way.
/// Asked before hours of simulation.
std::string obstacle_to(const std::filesystem::path& folder);

/// Why no file can be written here, "cannot write X: ..."; "" if nothing is in the way. An old file
/// may be replaced; the folder must be there.
std::string obstacle_to_file(const std::filesystem::path& file);

}  // namespace spof::cli
