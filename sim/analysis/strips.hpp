#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "measure/event.hpp"

namespace spof::report {

/// What a component is able to do, as an onlooker knows it who sees everything.
enum class State : std::uint8_t {
  up,
  impaired,  ///< serves, but slowly, in part, or not all who ask
  down,      ///< serves nobody, or so it looks from where it is seen
  starting,  ///< repaired, and not yet ready
  // Of a failure, in the strip of who noticed it.
  unnoticed,
  noticed,
};
constexpr auto names(State) {
  return std::array{"up", "impaired", "down", "starting", "unnoticed", "noticed"};
}

/// A time in which a component stays in one state.
struct Spell {
  double from = 0, until = 0;  ///< seconds
  State state = State::up;
  std::string why = {};  ///< "crash", "DOWN: L4TOUT, no connection"; empty for up
  std::string by = {};   ///< who says so: "haproxy@lb1"; empty: it is so
  /// "crash", "haproxy@lb1 says DOWN: L4TOUT, no connection"
  std::string words() const;
};

/// One component over a run; its spells have no gaps.
struct Strip {
  std::string component;  ///< "mysql@server1", "server1", "server1 seen by haproxy@lb1",
                          ///< "replication to mysql@server2"
  std::vector<Spell> spells;
  std::string about = {};  ///< "mysql@server1", "server1", "mysql@server2" of these
  std::string by = {};  ///< who believes or says so: a load balancer; of replication, the replica
};

/// The strips of all components that a run's events mention, sorted by component. Made of what
/// events.csv holds of one seed and nothing else. Events in order of time; those later than
/// `duration` (seconds) are left out. What strikes a host strikes its daemons as far as they are
/// mentioned: a power failure all of them, a full disk its databases.
std::vector<Strip> strips(const std::vector<measure::Event>& events, double duration);

}  // namespace spof::report
