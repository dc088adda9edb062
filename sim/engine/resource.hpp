#pragma once
#include <algorithm>
#include <vector>

#include "engine/gauge.hpp"

namespace spof::engine {

struct Operation;

/// What computations or transfers share: a processor's cores, a disk, one direction of a link.
struct Resource {
  int places = 1;                 ///< so many users do not feel each other; 0: always SimGrid's
  int solved = 0;                 ///< users that SimGrid knows
  std::vector<Operation*> alone;  ///< those it does not: they end at a date known beforehand
  Gauge* gauge = nullptr;
  double bandwidth = 0;  ///< of a link, bytes per second, without faults
  double left = 0;       ///< of it, with the faults in force
  bool has_place() const { return users() < places; }
  int users() const { return solved + static_cast<int>(alone.size()); }
  /// Cores and disks: users come and go.
  void measure() {
    if (bandwidth <= 0 && gauge)
      gauge->set(users(), places, static_cast<std::size_t>(std::max(users() - places, 0)));
  }
  /// Links: this much was carried, evenly since a date; if it is now, it only begins.
  void carried(double since, double bytes) {
    if (left <= 0 || !gauge) return;
    const double took = bytes / left;
    gauge->took(since, since < now() ? std::min(took, now() - since) : took);
  }
};

/// All that one computation or transfer uses at once.
using Resources = std::vector<Resource*>;

}  // namespace spof::engine
