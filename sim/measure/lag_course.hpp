#pragma once
#include <algorithm>

namespace spof::measure {

/// From one entry of Lag::course to the next, in seconds: a window, but of a long run with short
/// ones so much that memory stays small.
inline double lag_step(double window, double duration) {
  constexpr double most = 2000;
  return std::max(window, duration / most);
}

}  // namespace spof::measure
