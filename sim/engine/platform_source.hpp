#pragma once
#include <optional>
#include <string>

#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::engine {

/// A computer that is added to those of the platform file; what is not said of it is as in the one
/// that it is like. Its card is a link of its own, NAME-nic, to a router of the platform file; its
/// disk, if it has one, is its own, too. It shares the cores that the other shares with more hosts
/// (property `cpu`), unless it is given its own.
struct HostOptions {
  std::optional<std::string> like;
  std::optional<int> cores;
  std::optional<double> speed;
  std::optional<Bandwidth> disk;
  std::optional<std::string> network;
  std::optional<Bandwidth> bandwidth;
  std::optional<Seconds> latency;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("like", like,
          {.help = "the host that it equals in all that is not said here",
           .otherwise = "the first host on the network"});
    visit("cores", cores, {.help = "its processor's", .min = 1, .max = 10000});
    visit("speed", speed,
          {.help = "of a core; 1 is the machine that the scenario's CPU times hold for",
           .min = 1e-3,
           .max = 1e6});
    visit("disk", disk, {.help = "bytes a second to and from its disk", .min = 1});
    visit("network", network,
          {.help = "the router of the platform file that its card leads to",
           .otherwise = "that of `like`; the first in the file"});
    visit("bandwidth", bandwidth, {.help = "of its network card, each way", .min = 1});
    visit("latency", latency,
          {.help = "of its network card, one way; two hosts on one network are two cards apart"});
  }
};

/// Where the machines and the network come from.
struct PlatformSource {
  std::string file;               ///< SimGrid platform file
  Named<HostOptions> hosts = {};  ///< those added to it
  double scale = 1;               ///< multiplies every bandwidth
};

}  // namespace spof::engine
