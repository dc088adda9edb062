#pragma once
#include <filesystem>
#include <string>

namespace spof::cli {

/// Why no results can be put into this folder, one line for the user; "" if nothing is in the way.
/// Asked before hours of simulation.
std::string obstacle_to(const std::filesystem::path& folder);

}  // namespace spof::cli
