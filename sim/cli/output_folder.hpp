#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "report/format.hpp"

namespace spof::cli {

/// The result that a word means: a path, or what `spof run` and its like wrote of a scenario of
/// that name.
std::string find_result(const std::string& word);

/// Why no results can be put into this folder, one line for the user; "" if nothing is in the way.
/// Asked before hours of simulation.
std::string obstacle_to(const std::filesystem::path& folder);

/// Why no file can be written here, "cannot write X: ..."; "" if nothing is in the way. An old file
/// may be replaced; the folder must be there.
std::string obstacle_to_file(const std::filesystem::path& file);

/// Writes files of results. Throws std::runtime_error, in words for the user.
void write_into(const std::string& folder, const std::vector<report::TextFile>& files);

/// "wrote FOLDER/{a.csv,b.json}", a line, of paths in that folder.
std::string wrote(const std::string& folder, const std::vector<std::string>& files);

}  // namespace spof::cli
