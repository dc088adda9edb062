#pragma once
#include <vector>

namespace spof::engine {

struct Operation;

/// What computations or transfers share: a processor's cores, a disk, one direction of a link.
struct Resource {
  int places = 1;                 ///< so many users do not feel each other; 0: always SimGrid's
  int solved = 0;                 ///< users that SimGrid knows
  std::vector<Operation*> alone;  ///< those it does not: they end at a date known beforehand
  bool has_place() const { return solved + static_cast<int>(alone.size()) < places; }
};

/// All that one computation or transfer uses at once.
using Resources = std::vector<Resource*>;

}  // namespace spof::engine
