#pragma once
#include <string>
#include <utility>
#include <vector>

namespace spof::engine {

/// What a platform file offers, as SimGrid itself reads it.
struct Survey {
  std::vector<std::string> hosts =
      {};  ///< machines: without those that are another's disk or cores
  std::vector<std::string> with_disk = {};  ///< those of them that have a disk
  std::vector<std::string> links = {};      ///< as scenarios name them, without _UP and _DOWN
  /// By host: the links over which its packets leave it, its network cards.
  std::vector<std::pair<std::string, std::string>> cards = {};
  std::string error = {};  ///< why it cannot be used; the rest is empty then
};

/// Loads the file in a process of its own (SimGrid allows one engine in each, and ends the process
/// on some errors). Never throws.
Survey survey(const std::string& platform);

}  // namespace spof::engine
