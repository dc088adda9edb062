#pragma once
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "catch.hpp"

namespace spof::test {

/// Whether a text has this part. To be used within CHECK, which then shows both.
inline bool has(const std::string& text, const std::string& part) {
  UNSCOPED_INFO("in: " << text);
  UNSCOPED_INFO("part: " << part);
  return text.find(part) != std::string::npos;
}

/// The whole file; empty where there is none.
inline std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// Compares with tests/golden/NAME; with SPOF_UPDATE_GOLDEN set, writes it instead.
inline void check_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(SPOF_SOURCE_DIR) + "/tests/golden/" + name;
  if (std::getenv("SPOF_UPDATE_GOLDEN")) std::ofstream(path, std::ios::binary) << text;
  CHECK(text == content(path));
}

}  // namespace spof::test
