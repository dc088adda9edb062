#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/kernel.hpp"
#include "engine/platform.hpp"
#include "net/packet_filter.hpp"

namespace spof::net {

class Daemon;
struct Listener;

/// The kernel of one machine, as far as others meet it: the addresses that are its own now, who
/// listens on which port, whom it takes for the owner of an address, its packet filter. Addresses
/// that were taken are lost with the power; its own, ports and rules are not.
class Host {
 public:
  explicit Host(const engine::Machine& machine) : machine_(machine) {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const engine::Machine& machine() const { return machine_; }
  /// Its own is always there; a further one from `take` until `release` or a reboot.
  bool owns(std::uint32_t ip) const;
  void take(std::uint32_t ip);
  void release(std::uint32_t ip);

  /// A daemon's listener, once for each port. A second one on a port is a programmer's error.
  void bind(Listener& listener);
  /// Null: nobody ever listens there.
  Listener* listener(std::uint16_t port) const;
  /// Who gets the datagrams of a port.
  void bind_datagrams(std::uint16_t port, Daemon& daemon) {
    datagrams_.emplace_back(port, &daemon);
  }
  Daemon* datagram_reader(std::uint16_t port) const;

  /// A process of this machine, hung or not: its name begins with `program`.
  void add(Daemon& process) { processes_.push_back(&process); }
  bool runs(const std::string& program) const;
  /// Who is told, by a datagram from nobody, when a process begins or ends or the card's link comes
  /// or goes.
  void watch(Daemon& watcher) { watchers_.push_back(&watcher); }
  void has_changed();

  /// Installed behind those that are there.
  void install(const Rule& rule) { rules_.push_back(rule); }
  /// Takes one such rule away.
  void uninstall(const Rule& rule);
  bool filters() const { return !rules_.empty() || firewall_; }
  /// What its filter says, the firewall last; counts the ICMP errors that it may send, to each
  /// address one a second and six at once. [FW-1]
  Verdict judge(const Packet& packet);
  /// Null: it has none. It stays for the run; whether it is in force is its own matter.
  Firewall* firewall() const { return firewall_.get(); }
  Firewall& build_firewall() { return *(firewall_ = std::make_unique<Firewall>()); }

  /// net.ipv4.tcp_syncookies and tcp_max_syn_backlog, and the addresses whose connections it has
  /// known to the end: remembered only without cookies. [FW-5]
  bool syn_cookies = true;
  int max_syn_backlog = 2048;
  std::unordered_set<std::uint64_t> proven = {};

  /// An entry of its neighbour table: who has an address that may move, or who had its own and
  /// cannot be reached.
  struct Neighbour {
    std::uint32_t ip = 0;
    const engine::Machine* machine = nullptr;
    double confirmed = 0;  ///< when something came back from there last
    double good_for = 0;   ///< from then until it is stale; 0: not drawn yet
    double probed = 0;     ///< since when somebody uses it stale; 0: nobody does
  };
  /// Null: no entry.
  Neighbour* neighbour(std::uint32_t ip);
  void learn(std::uint32_t ip, const engine::Machine& owner, double confirmed = engine::now());
  void forget(std::uint32_t ip);
  void forget_neighbours() { neighbours_.clear(); }
  /// Its question for an address, which it asks now or is asking already, ends then: three times, a
  /// second apart, for all who want to go there. [TCP-6]
  double asks_until(std::uint32_t ip);
  /// Whether its kernel makes an ICMP error for its own processes now: icmp_msgs_per_sec,
  /// icmp_msgs_burst. [TCP-6]
  bool tells_itself() { return own_errors_.take(0); }

 private:
  const engine::Machine& machine_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> taken_;  ///< and in which boot
  std::vector<std::pair<std::uint16_t, Listener*>> listeners_;
  std::vector<std::pair<std::uint16_t, Daemon*>> datagrams_;
  std::vector<Daemon*> processes_, watchers_;
  std::vector<Rule> rules_;
  std::vector<Neighbour> neighbours_;
  std::vector<std::pair<std::uint32_t, double>> questions_;  ///< for an address, until when
  std::unique_ptr<Firewall> firewall_;
  Meter errors_{1, 6}, own_errors_{1000, 50};
};

/// Who has which address, and how packets find it. A host's own address never moves. One that can
/// belongs to the network of its first owner: there each host asks once and remembers the answer
/// until it is told another one (gratuitous ARP); who is outside reaches it through the gateway,
/// whose memory all of them share. An entry behind which nobody answers is used until it is stale
/// and probes were in vain; a host whose card has no link forgets all of them at once. [TCP-6] Not
/// modelled: a reboot, which forgets them, too; a router's word about a host behind it.
class Fabric {
 public:
  explicit Fabric(engine::Platform& platform);

  /// A host's own address by the host's name, or one that can move, by any other name.
  std::uint32_t ip(const std::string& name);
  const std::string& name(std::uint32_t ip) const { return names_[ip]; }
  std::uint32_t ip(const engine::Machine& machine) const { return machine.index() + 1U; }
  bool can_move(std::uint32_t ip) const { return ip > hosts_.size(); }
  Host& host(const engine::Machine& machine) { return *hosts_[machine.index()]; }
  /// No other link than their two cards lies between them.
  bool are_neighbours(const engine::Machine& a, const engine::Machine& b) const;

  /// The machine that gets what `from` sends to this address: by its neighbour table or, when it
  /// has no entry, by asking, which takes no time where somebody answers. Null: nobody does.
  const engine::Machine* next_hop(const engine::Machine& from, std::uint32_t ip);
  /// These two have a sign of life of each other, now.
  void meet(const engine::Machine& a, const engine::Machine& b) {
    last_sign(a, b) = last_sign(b, a) = engine::now();
  }
  /// Of all who may have an address the one that is preferred most has it when the run begins; of
  /// equals the last.
  void settle(std::uint32_t ip, const engine::Machine& machine, int preference);
  /// The gateway of `owner`'s network has heard where the address is.
  void gateway_learns(std::uint32_t ip, const engine::Machine& owner) { gateway_.learn(ip, owner); }
  /// Somebody beyond the gateway, if there is anybody.
  const engine::Machine* outsider(const engine::Machine& machine);

 private:
  const engine::Machine* find_host(const engine::Machine& from, const engine::Machine& owner);
  double& last_sign(const engine::Machine& of, const engine::Machine& by) {
    return signs_[by.index() * hosts_.size() + of.index()];
  }
  void forget_neighbours(Host& who);
  const engine::Machine* remembered(Host& who, const engine::Machine& from, std::uint32_t ip);
  const engine::Machine* ask(const engine::Machine& from, std::uint32_t ip, bool outside);
  engine::Platform& platform_;
  std::vector<std::unique_ptr<Host>> hosts_;  ///< by machine
  std::vector<double> signs_;  ///< when each had the last one of each; negative: it knows nobody
  std::vector<std::string> names_;
  Host gateway_;  ///< a neighbour table, no more
  std::vector<std::pair<std::uint32_t, int>> settled_;
};

}  // namespace spof::net
