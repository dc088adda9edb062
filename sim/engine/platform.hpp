#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/mistakes.hpp"
#include "base/random.hpp"
#include "base/units.hpp"
#include "engine/machine.hpp"
#include "engine/platform_source.hpp"

namespace simgrid::s4u {
class Link;
}

namespace spof::engine {

/// Which packets of a network card or between two groups a fault concerns.
enum class Direction : std::uint8_t { both, to, from };
constexpr auto names(Direction) { return std::array{"both", "to", "from"}; }

/// How one machine reaches another, now.
struct Path {
  Resources links;
  double latency = 0;    ///< one way, seconds
  double bandwidth = 0;  ///< of the narrowest link, bytes per second
  double loss = 0;       ///< share of packets lost
  InForce<> blocked;     ///< by partitions
  bool up = true;        ///< every link is on and nothing blocks it
  bool leaves = true;    ///< the sender's own link is on
  bool exists = true;    ///< the platform has a route for it
};

/// The machines and links of a SimGrid platform file and of the hosts added to it, and the state of
/// the network between them. Machines without a route to each other never hear of each other.
class Platform {
 public:
  /// Throws std::runtime_error with SimGrid's message when the file cannot be read.
  explicit Platform(const PlatformSource& source);
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  /// What is wrong with the hosts that were to be added; those are not there.
  const Mistakes& mistakes() const { return mistakes_; }
  Machine* find_machine(const std::string& name);
  std::deque<Machine>& machines() { return machines_; }
  /// Links as scenarios name them: both directions of one are one.
  std::vector<std::string> link_names() const;
  /// The links over which a machine's packets leave it.
  std::vector<std::string> cards_of(const Machine& machine) const;

  const Path& path(const Machine& from, const Machine& to) {
    return paths_[from.index() * machines_.size() + to.index()];
  }
  bool can_reach(const Machine& from, const Machine& to) {
    return from.is_on() && to.is_on() && (&from == &to || path(from, to).up);
  }
  /// Called before a link changes its bandwidth, or (`cut`) fails: whoever uses it alone feels
  /// that.
  std::function<void(Resource& link, bool cut)> disturbed;
  /// Called when a link was cut or mended.
  std::function<void()> rewired;
  /// A network card of this machine has a link: not all that leaves it and comes in is cut.
  bool has_carrier(const Machine& machine) const;
  /// The file lets machines or links change at dates of its own (SimGrid's profiles).
  bool has_profiles() const { return has_profiles_; }
  /// Gives each core, disk and link a gauge: "server1/cpu", "server1/disk", "server1-nic/out".
  void measure(const std::function<Gauge*(std::string)>& gauge);
  /// Draws bad luck (a fault of kind `loss`).
  bool drops(double probability) { return luck_.chance(probability); }
  double draw() { return luck_.uniform(); }
  void seed(std::uint64_t seed) { luck_ = Random(seed, "network/loss"); }

  // What faults do to links, and between two machines; `mend` takes away all that one has done.
  void cut(Hold by, const std::string& link, Direction direction);
  void add_latency(Hold by, const std::string& link, Direction direction, Seconds more);
  void add_loss(Hold by, const std::string& link, Direction direction, double share);
  void scale_bandwidth(Hold by, const std::string& link, Direction direction, double factor);
  void block(Hold by, const Machine& from, const Machine& to);
  /// Nothing goes from this machine to any other, or comes from one.
  void isolate(Hold by, const Machine& machine);
  void mend(Hold by);

 private:
  struct Wire : Resource {
    simgrid::s4u::Link* link;
    std::string name;                       ///< as scenarios name it: of both directions
    Direction direction = Direction::both;  ///< `from` its machine, `to` it; both: undirected
    double latency;                         ///< without faults, as `bandwidth`
    InForce<> cuts;
    InForce<double> delays, losses, shares;  ///< shares of the bandwidth
  };
  Processor* processor(simgrid::s4u::Host* host);
  void add_machines();
  void add_links(double scale);
  void find_paths();
  void refresh(Path& path);
  void refresh_all();
  template <class Change>
  void change(const std::string& link, Direction direction, Change apply);
  void set(Wire& wire);
  Mistakes mistakes_;
  std::deque<Processor> processors_;
  std::deque<Machine> machines_;
  std::deque<Wire> wires_;
  std::vector<Path> paths_;
  Random luck_{1, "network/loss"};
  bool has_profiles_ = false;
};

}  // namespace spof::engine
