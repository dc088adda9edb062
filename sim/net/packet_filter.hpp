#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/platform.hpp"
#include "net/kernel_timer.hpp"

namespace spof::net {

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
  bool opens = false;        ///< a SYN; everything else belongs to a connection that was let in
  std::uint32_t source = 0;  ///< of a SYN: which of the peer's addresses; 0: its only one
  /// The address at the other end.
  std::uint64_t who() const { return std::uint64_t{peer->index()} << 32 | source; }
};

/// A line of a packet filter. The first that matches a packet decides; none: it passes. One for
/// everybody is for what stays on the machine, too: lo is an interface like any other. [FW-1]
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

/// A token bucket for each address: hashlimit, and the kernel's limit of ICMP errors. [FW-4]
class Meter {
 public:
  Meter(double rate, double burst) : rate_(rate), burst_(burst) {}
  /// Whether there is a token for it now; takes it.
  bool take(std::uint64_t who);

 private:
  double rate_, burst_;
  std::unordered_map<std::uint64_t, std::pair<double, double>> buckets_;  ///< tokens, and when
};

/// What `ufw limit` remembers: refused are who has made six attempts within 30 s, this one
/// included; a refusal counts as one more. Of the hundred addresses that it heard of last. [FW-2]
class RecentList {
 public:
  bool refuses(std::uint64_t who);

 private:
  struct Seen {
    std::uint64_t who = 0;
    std::deque<double> dates = {};
  };
  std::list<Seen> seen_;  ///< the last one first
};

/// The stateful half of a machine's packet filter, as ufw and nftables make it: decides on who
/// opens a connection; what is established passes. Each connection that it lets pass has an entry
/// in its table, until some time after its end; when the table is full nobody opens one, this
/// machine itself included. [FW-3] Not modelled: entries that are evicted early, or whose
/// connection falls silent for five days; connections within the machine.
class Firewall {
 public:
  struct Line {
    bool incoming = true;
    std::vector<const engine::Machine*> peers = {};  ///< none: everybody
    std::uint16_t port = 0;                          ///< 0: every port
    Verdict verdict = Verdict::pass;
    bool recent = false;             ///< ufw's limit
    std::optional<Meter> rate = {};  ///< attempts of each address
    int connections = 0;             ///< of each address at once; 0: no limit
    Verdict above = Verdict::drop;   ///< what becomes of those above a limit
    std::uint64_t stopped = 0;
  };
  /// How a connection of its table ended, or stands.
  enum class End : std::uint8_t { closed, broken, unanswered, half_open };
  /// Of a connection: its place in a table.
  struct Entry {
    Firewall* wall = nullptr;
    std::uint32_t table = 0;
    std::uint64_t key = 0;
    /// The connection is over; its entry stays for a while.
    void leave(End how);
  };

  std::vector<Line> lines;
  std::size_t conntrack_max = 262144;
  /// For how long an entry stays, by End. [FW-3]
  std::array<double, 4> timeouts = {120, 10, 120, 60};
  /// Hears of each connection that finds the table full.
  std::function<void()> full;
  engine::Gauge* gauge = nullptr;  ///< of the table
  std::uint64_t dropped_when_full = 0;

  /// Without it everybody passes, and nobody new gets into its table.
  void enable(bool on) { enabled_ = on; }
  /// The machine is off: its table is lost.
  void forget();
  bool is_enabled() const { return enabled_; }
  Verdict judge(const Packet& packet);
  /// A place in the table for what was let pass. False: there is none.
  bool track(const Packet& packet, Entry& entry);
  /// Whether a datagram belongs to a flow, of either direction, that was let pass less than ten
  /// minutes ago: then it is ESTABLISHED. [FW-8]
  bool continues(const Packet& packet) const;
  void passed(const Packet& packet);

 private:
  static std::uint64_t key_of(const Packet& packet) {
    return std::uint64_t{packet.port} << 48 ^ packet.who();
  }
  bool is_within(Line& line, const Packet& packet);
  std::size_t entries();
  bool enabled_ = false;
  std::uint32_t table_ = 0;
  std::size_t live_ = 0;
  std::array<std::deque<double>, 4> leaving_;        ///< when their time is over, by End
  std::unordered_map<std::uint64_t, int> open_;      ///< connections of an address to a port
  std::unordered_map<std::uint64_t, double> flows_;  ///< of datagrams, until when
  RecentList recent_;
};

/// Connections of one listener that are half open because nobody answers the SYN-ACK. Each is kept
/// until five retransmissions were in vain, or fewer while more than half of the backlog is full
/// of old ones. [FW-5]
class SynQueue {
 public:
  /// As many as it holds now.
  std::size_t length(int backlog, const KernelTimers& timers);
  void add();
  engine::Gauge* gauge = nullptr;  ///< without cookies: of its places for peers not known

 private:
  std::deque<double> since_;
};

}  // namespace spof::net
