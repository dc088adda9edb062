#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "measure/chronicle.hpp"
#include "stack/wire.hpp"

namespace spof::stack {
enum class RequestKind : std::uint8_t;  // request_class.hpp
enum class AnsweredBy : std::uint8_t;   // haproxy_options.hpp
}  // namespace spof::stack

namespace spof::scenario {

struct Scenario;
using measure::host_of;
using measure::section_of;

/// A daemon of a scenario, or a population of clients.
struct Node {
  std::string name;                  ///< "nginx@server1"
  std::string kind;                  ///< "nginx"; "clients" of every population
  std::string host;                  ///< "server1"
  std::vector<std::uint16_t> ports;  ///< where it listens, the usual one first
  /// Clients do not.
  bool listens() const { return !ports.empty(); }
};

/// One daemon may connect to another.
struct Edge {
  std::string from;  ///< "haproxy@lb1"
  stack::Wire wire;
  std::string written;  ///< JSON pointer to what names the other one; empty: it follows from what
                        ///< there is
};

/// An address that can move, and a host that may take it.
struct MovingAddress {
  std::string address;  ///< "10.0.0.100"
  std::string host;     ///< "lb1"
  int priority = 0;     ///< of its VRRP instance; 0: others decide who has it
};

/// Who may talk to whom in a scenario, on which port, and why. The one place that knows it: the
/// site is built from it, and whoever asks how far a failure reaches asks here. What it leads to
/// need not exist in a scenario that was not checked.
struct Topology {
  std::vector<Node> nodes;  ///< in the order in which a request meets them, clients first
  /// Of each node in the order of its configuration: clients' doors behind the name server that
  /// tells of them.
  std::vector<Edge> edges;
  std::vector<MovingAddress> addresses;
  /// Names of server lines of all load balancers, in order of first mention: lines of one name
  /// are counted together.
  std::vector<std::string> servers;

  const Node* find(const std::string& name) const;
  /// All daemons of some kinds, without clients' populations if these are not named.
  std::vector<std::string> names(const std::vector<std::string>& kinds) const;
  /// All daemons and the hosts that they run on, without clients.
  std::vector<std::string> parts() const;
  std::vector<stack::Wire> wires_of(const std::string& from) const;
  /// The daemons that may listen behind what a wire leads to: the one it names, or those on the
  /// hosts that may have the address.
  std::vector<std::string> behind(const stack::Wire& wire) const;
  /// All that listen behind wires of a purpose, and of a label unless that is empty.
  std::vector<std::string> ends(stack::Purpose purpose, const std::string& label = "") const;
  /// Where requests of a kind may get to from a daemon on, itself first.
  std::vector<std::string> reach(const std::string& from, stack::RequestKind kind) const;
  /// Whether any of those can answer them.
  bool is_answered(const std::string& from, stack::RequestKind kind) const;
};

Topology topology_of(const Scenario& scenario);

/// Whether requests of a kind go on over such a wire.
bool carries(const stack::Wire& wire, stack::RequestKind kind);

/// A check's page needs what a request of this kind needs.
stack::RequestKind needs_of(stack::AnsweredBy page);

}  // namespace spof::scenario
