#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/mistakes.hpp"
#include "engine/platform_source.hpp"

namespace spof::engine {

/// What a platform offers, as SimGrid itself reads it.
struct Survey {
  /// Machines: without those that are another's disk or cores.
  std::vector<std::string> hosts = {};
  std::vector<std::string> with_disk = {};  ///< those of them that have a disk
  std::vector<std::string> links = {};      ///< as scenarios name them, without _UP and _DOWN
  /// By host: the links over which its packets leave it, its network cards. A link that is nobody's
  /// is one between networks.
  std::vector<std::pair<std::string, std::string>> cards = {};
  /// Hosts that have nothing between them but their own two cards: each is in one of these.
  std::vector<std::vector<std::string>> lans = {};
  /// Hosts between which there is no route, there or back.
  std::vector<std::pair<std::string, std::string>> unrouted = {};
  Mistakes mistakes = {};  ///< in the hosts to be added; those are not in the lists
  std::string error = {};  ///< why it cannot be used; the rest is empty then
};

/// Builds the platform in a process of its own (SimGrid allows one engine in each, and ends the
/// process on some errors). Never throws.
Survey survey(const PlatformSource& source);

}  // namespace spof::engine
