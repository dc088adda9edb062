#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/platform.hpp"

namespace spof::net {

class Daemon;
struct Listener;

/// What becomes of a packet.
enum class Verdict : std::uint8_t {
  pass,
  drop,    ///< silence
  reject,  ///< an ICMP error: ends an attempt to connect, but Linux sends few [FW-1]
  reset,   ///< a TCP reset, at any rate
};
constexpr auto names(Verdict) { return std::array{"pass", "drop", "reject", "reset"}; }

/// A packet as a rule sees it. `port` is the one it is sent to; 0: a client's own, of an answer.
struct Packet {
  const engine::Machine* peer = nullptr;  ///< the other machine
  std::uint16_t port = 0;
  bool incoming = true;
  bool opens = false;  ///< a SYN; everything else belongs to a connection that was let in
};

/// A line of a packet filter. The first that matches a packet decides; none: it passes. What stays
/// on one machine passes by.
struct Rule {
  bool incoming = true;
  const engine::Machine* peer = nullptr;  ///< null: everybody
  std::uint16_t port = 0;                 ///< 0: every packet, answers too
  bool spares_established = false;        ///< ESTABLISHED is accepted before it, as ufw does
  Verdict verdict = Verdict::drop;
  bool matches(const Packet& packet) const {
    return incoming == packet.incoming && (!peer || peer == packet.peer) &&
           (port == 0 || port == packet.port) && (packet.opens || !spares_established);
  }
  friend bool operator==(const Rule&, const Rule&) = default;
};

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
  bool filters() const { return !rules_.empty(); }
  /// What its filter says; counts the ICMP errors that it may send, one a second and six at once.
  /// [FW-1]
  Verdict judge(const Packet& packet);

  /// An entry of its neighbour table: who has an address that may move.
  struct Neighbour {
    std::uint32_t ip = 0;
    const engine::Machine* machine = nullptr;
    double confirmed = 0;  ///< when something came back from there last
    double good_for = 0;   ///< from then until it is stale; 0: not drawn yet
    double probed = 0;     ///< since when somebody uses it stale; 0: nobody does
  };
  /// Null: no entry.
  Neighbour* neighbour(std::uint32_t ip);
  void learn(std::uint32_t ip, const engine::Machine& owner);
  void forget(std::uint32_t ip);

 private:
  bool may_send_error();
  const engine::Machine& machine_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> taken_;  ///< and in which boot
  std::vector<std::pair<std::uint16_t, Listener*>> listeners_;
  std::vector<std::pair<std::uint16_t, Daemon*>> datagrams_;
  std::vector<Daemon*> processes_, watchers_;
  std::vector<Rule> rules_;
  std::vector<Neighbour> neighbours_;
  double errors_left_ = 6, errors_at_ = 0;
};

/// Who has which address, and how packets find it. A host's own address never moves. One that can
/// belongs to the network of its first owner: there each host asks once and remembers the answer
/// until it is told another one (gratuitous ARP); who is outside reaches it through the gateway,
/// whose memory all of them share. An entry behind which nobody answers is used until it is stale
/// and probes were in vain. [TCP-6]
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
  /// has no entry, by asking, which takes no time here. Null: nobody answers for it.
  const engine::Machine* next_hop(const engine::Machine& from, std::uint32_t ip);
  /// Of all who may have an address the one that is preferred most has it when the run begins; of
  /// equals the last.
  void settle(std::uint32_t ip, const engine::Machine& machine, int preference);
  /// The gateway of `owner`'s network has heard where the address is.
  void gateway_learns(std::uint32_t ip, const engine::Machine& owner) { gateway_.learn(ip, owner); }
  /// Somebody beyond the gateway, if there is anybody.
  const engine::Machine* outsider(const engine::Machine& machine);

 private:
  const engine::Machine* remembered(Host& who, const engine::Machine& from, std::uint32_t ip);
  const engine::Machine* ask(const engine::Machine& from, std::uint32_t ip, bool outside);
  engine::Platform& platform_;
  std::vector<std::unique_ptr<Host>> hosts_;  ///< by machine
  std::vector<std::string> names_;
  Host gateway_;  ///< a neighbour table, no more
  std::vector<std::pair<std::uint32_t, int>> settled_;
};

}  // namespace spof::net
