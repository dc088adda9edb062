#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "analysis/campaign.hpp"

namespace spof::report {

/// As good as full: a little is always free between two requests.
inline constexpr double full_share = 0.95;

/// Nobody waits for a place there: who finds none is dropped.
bool finds_no_room(const Load& load);

/// How much of one thing was taken, by phase; means over the runs. A phase that there is not in any
/// run has nothing.
struct LoadLine {
  std::string part, what;  ///< as in Load
  std::array<std::optional<Usage>, measure::phase_count> phases;
  double most() const;  ///< taken, in the phase in which it is most

  /// "the threads of app@server1", "the processor of server1"
  std::string words() const;
};

/// Of everything that was ever taken, the busiest first; queues by how many waited, at the end.
std::vector<LoadLine> loads(const Campaign& campaign);

/// What that means: what was full and since when, or how much more the busiest would carry. Empty
/// where nothing was measured.
std::string headroom(const Campaign& campaign);

}  // namespace spof::report
