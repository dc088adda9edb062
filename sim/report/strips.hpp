#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "measure/sample.hpp"

namespace spof::report {

/// What a component is able to do, as an onlooker knows it who sees everything.
enum class State : std::uint8_t { up, impaired, down, starting };
constexpr auto names(State) { return std::array{"up", "impaired", "down", "starting"}; }

/// A time in which a component stays in one state.
struct Spell {
  double from = 0, until = 0;  ///< seconds
  State state = State::up;
  std::string why;  ///< "crash", "haproxy@lb1 says DOWN: ..."; empty for up
};

/// One component over a run; its spells have no gaps.
struct Strip {
  std::string component;  ///< "mysql@server1", or "server1 seen by haproxy@lb1"
  std::vector<Spell> spells;
};

/// The strips of all components that a run's events mention, sorted by component. Made of what
/// events.csv holds and nothing else.
std::vector<Strip> strips(const std::vector<measure::Event>& events, double duration);

}  // namespace spof::report
