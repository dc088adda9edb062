#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace spof {

/// What stands in a file, byte by byte; empty also if it cannot be read.
inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace spof
