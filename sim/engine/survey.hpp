#pragma once
#include <string>
#include <vector>

namespace spof::engine {

/// What a platform file offers, as SimGrid itself reads it.
struct Survey {
  std::vector<std::string> hosts =
      {};  ///< machines: without those that are another's disk or cores
  std::vector<std::string> with_disk = {};  ///< those of them that have a disk
  std::vector<std::string> links = {};      ///< as scenarios name them, without _UP and _DOWN
  std::string error = {};                   ///< why it cannot be used; the rest is empty then
};

/// Loads the file in a process of its own (SimGrid allows one engine in each, and ends the process
/// on some errors). Never throws.
Survey survey(const std::string& platform);

}  // namespace spof::engine
