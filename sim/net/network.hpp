#pragma once
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/kernel.hpp"
#include "engine/process.hpp"
#include "net/address.hpp"
#include "net/host.hpp"
#include "net/kernel_timer.hpp"

namespace spof::net {

using engine::Body;
using engine::Message;
using engine::Outcome;
using engine::Parcel;
using engine::Token;

class Daemon;
struct Listener;

/// Names a connection; outlives it harmlessly.
using ConnectionId = std::uint64_t;

enum Side : std::uint8_t { client_side = 0, server_side = 1 };

/// The body's flags that concern the connection.
enum Flags : std::uint8_t {
  keep_open = 1,      ///< request: the client will reuse the connection
  stale_read = 2,     ///< answer: a replica answered that lacked a committed write
  redispatched = 4,   ///< answer: the load balancer moved it to another server
  not_first = 8,      ///< request: not the first of its connection
  passed_on = 32,     ///< request: a load balancer sent it for the client that it names
  resumed = 64,       ///< answer to a handshake: of a session that it knows
  sets_cookie = 128,  ///< answer: its load balancer ties the client to who gave it
  streams = 16,       ///< more follows close behind, so that a gap shows at once
  more = 1,           ///< answer: a part of it, more parts follow
  cut_off = 8,        ///< answer: no more of it comes, though that is not all
};

/// What a sender may send at once in the beginning: 10 segments. [TCP-12]
constexpr double initial_window = 10 * engine::segment_bytes;
/// What the kernels on the way hold of an answer, bytes: so much leaves the sender's hands at once.
/// Measured: Nginx was 1.1 to 4 MB ahead of a slow client, and killed left it 0.8 MB. [TCP-19]
constexpr double kernel_buffers = 1e6;

/// When Linux means to send an unanswered SYN again, seconds after the first; the last entry: it
/// gives up (ETIMEDOUT). [TCP-1]
struct SynTimes {
  std::vector<double> dates;
  static SynTimes linux_6_1() { return {{0, 1, 3, 7, 15, 31, 63, 127}}; }
  static SynTimes linux_6_5() { return {{0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67, 131}}; }
};

/// What happens to TCP connections between daemons: both kernels' part. Set-up, refusal, silence,
/// retransmission and resets follow Linux [TCP-1] to [TCP-13]. A train of segments is one parcel;
/// not modelled: acknowledgements, windows other than slow start, reordering.
class Network final : public engine::Carrier {
 public:
  Network(engine::Kernel& kernel, SynTimes syn_times, KernelTimers timers = KernelTimers())
      : kernel_(kernel),
        fabric_(kernel.platform()),
        syn_times_(std::move(syn_times)),
        timers_(timers) {
    kernel.set_carrier(*this);
  }
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  /// Addresses, ports, neighbour tables and packet filters of the machines.
  Fabric& fabric() { return fabric_; }
  /// What came of an attempt to connect, at once or, where `outcome` says nothing, later.
  struct Attempt {
    ConnectionId id;
    std::optional<Outcome> outcome;
  };
  /// Sends a SYN; `waiter` is woken with ok, refused, again or unreachable, unless the outcome is
  /// known at once, as on one machine.
  /// `source`: the address it comes from, if the client has several.
  Attempt connect(Daemon& client, Address server, const Token& waiter, std::uint32_t source = 0);
  /// A SYN from an address where nobody is: it stays half open at the server. [FW-5]
  void send_bare_syn(const engine::Machine& from, Address to, std::uint32_t source);
  /// This client sends a byte of its request now and then, and never the last one. [FW-6]
  void trickle(ConnectionId id);
  /// To whoever reads datagrams of that address and port, if it arrives; nobody is told.
  void send_datagram(const engine::Machine& from, Address to, const Body& body) {
    post(from, to, body, datagram);
  }
  /// To all machines of its own network.
  void send_to_neighbours(const engine::Machine& from, std::uint16_t port, const Body& body);
  /// Gratuitous ARP: tells the machines of its network, and their gateway, that it has this
  /// address. The gateway hears it at once.
  void announce(const engine::Machine& owner, std::uint32_t ip);
  /// Sends data from one end. With `last` the end is closed behind it.
  void transmit(ConnectionId id, Side side, const Body& body, bool last) {
    send(id, side, body, last ? last_data : 0);
  }
  /// Sends data that says all that was said before, too, behind what is on its way. What is behind
  /// a lost segment, or more than so many parcels, waits for that and goes as one.
  void stream(ConnectionId id, Side side, const Body& body);
  /// Bytes of a stream that wait so, as long as anything is on its way.
  double queued(ConnectionId id, Side side) const;
  /// Who shall be woken when what this end has sent is read, or the connection has ended.
  void await_reader(ConnectionId id, Side side, const Token& writer);
  /// Who shall be woken when data or the end of the connection reaches this end. What has arrived
  /// already is delivered at once.
  void read(ConnectionId id, Side side, const Token& reader);
  void forget_reader(ConnectionId id, Side side);
  /// The process closes its descriptor: the peer gets a FIN, or a reset.
  void close(ConnectionId id, Side side, Outcome how = Outcome::closed);
  /// As close, and whoever reads there is woken with `closed`.
  void abort(ConnectionId id, Side side);
  /// Whether this end is open and has not heard that the other one is gone.
  bool is_usable(ConnectionId id, Side side) const;
  /// How many connections its server had accepted when it accepted this one, itself included.
  int rank(ConnectionId id) const;
  /// When the last byte came of the data that is coming in at this end: now, or, where it is held
  /// up, before that; 0: none has.
  double last_byte(ConnectionId id, Side side) const;
  /// Connections of which an end is open, or a packet on its way.
  std::size_t open_connections() const { return connections_.size() - free_.size(); }
  /// Ends that a daemon has open; of a server those it has accepted.
  std::size_t open_ends(const Daemon& daemon, Side side) const;
  /// Hears of every request that will reach no process any more: lost, refused, or unread at a
  /// death.
  std::function<void(const Body&)> discarded;
  /// Hears of every attempt to connect: for tests.
  std::function<void(const Daemon& client, Address server)> dialled;

  /// The process has read the request: a kill from here on is a FIN, not a reset.
  void taken(ConnectionId id);
  /// A process died: its kernel closes what it had open, unless the machine died with it.
  void process_ended(Daemon& daemon, bool silently);
  /// A daemon takes no connections any more, nor those that wait to be accepted.
  void stop_listening(Listener& listener);
  /// A daemon that ends, or whose worker does, closes kept connections that nobody uses.
  void close_idle(const Daemon& daemon);
  /// Answers 408 on connections whose request is overdue.
  void end_silent(Listener& listener);
  /// Lets a daemon accept what waits in this backlog, as far as it can.
  void accept_waiting(Listener& listener);

  void arrived(const Parcel& parcel) override;
  void lost(const Parcel& parcel) override;

  engine::Kernel& kernel() { return kernel_; }
  std::uint64_t retransmissions = 0, resets = 0, refused = 0, dropped_syns = 0;

 private:
  enum What : std::uint8_t { syn, data, fin, datagram, group_datagram, arp, bare_syn };
  /// Flags of a parcel.
  enum : std::uint8_t {
    last_data = 1,  ///< a FIN goes with it
    streamed = 4,   ///< more is to follow, if it is acknowledged
    mended = 2,     ///< what was lost of it has come, later
  };
  struct End {
    Daemon* daemon = nullptr;  ///< of the server's end: once its kernel has answered
    std::uint32_t epoch = 0;
    std::uint32_t boots = 0;      ///< of its machine
    std::uint32_t sent = 0;       ///< bytes so far, for slow start
    std::uint8_t in_flight = 0;   ///< data parcels on their way from here
    std::uint8_t stalled = 0;     ///< of these, waiting for retransmission
    double heard = 0;             ///< when a part of the last one came, of which the rest has not
    double threshold = HUGE_VAL;  ///< of slow start, in segments, for what goes on
    double flowed_at = 0;         ///< when the last part of an answer came that is not all
    double paced = 0;             ///< of a stream: the narrowest link is free for it from then on
    bool open = false;
    bool fin_waits = false;  ///< its FIN has overtaken data
    bool peer_gone = false;
    bool has_data = false;
    bool unread = false;
    bool unsent = false;   ///< of a stream: the packet filter here lets nothing out
    bool is_bulk = false;  ///< of a stream: what is on its way takes its time on the links
    Outcome gone = Outcome::closed;
    Token reader, writer;
    Body data, queued;
  };
  struct Connection {
    std::uint32_t generation = 1;
    std::uint16_t parcels = 0;  ///< on their way, or waiting for retransmission
    Address address;            ///< of the server
    std::uint32_t source = 0;   ///< of the client, if it has several addresses
    Listener* listener = nullptr;
    bool local = false;  ///< both ends on one machine when it was made
    bool used = false;
    bool accepted = false;
    bool asked = false;    ///< a request has arrived
    bool watched = false;  ///< a timer looks whether it is idle
    bool trickles = false;
    bool broken = false;  ///< by a reset
    /// The server's kernel has waited so long for the answer to its SYN-ACK, and takes that for the
    /// round trip; 0: it knows better. [TCP-15]
    float slow_handshake = 0;
    int rank = 0;
    double idle_since = 0;
    End ends[2];
    Firewall::Entry entries[2];  ///< in both machines' connection tables
  };
  static Parcel parcel_between(const engine::Machine& from, const engine::Machine& to);
  /// Null once it is over: its place has another generation then.
  Connection* find(ConnectionId id) const {
    const auto index = static_cast<std::size_t>(id & 0xFFFFFFFF);
    if (index >= connections_.size()) return nullptr;
    Connection& connection = *connections_[index];
    return connection.generation == id >> 32 ? &connection : nullptr;
  }
  ConnectionId create(Daemon& client, Address server);
  void send(ConnectionId id, Side side, const Body& body, std::uint8_t flags);
  void free_if_over(ConnectionId id);
  void launch(Parcel parcel);
  bool is_held_up(const Parcel& parcel);
  /// `ago`: how long it has been on its way.
  void lost(const Parcel& parcel, double ago);
  bool is_put_back(Parcel again, double sent, double rto, double before);
  void retransmit(Parcel again);
  Verdict judge(const Parcel& parcel, Connection& connection);
  Verdict judge_leaving(const Parcel& parcel, Connection& connection);
  bool is_way_back_open(const Parcel& parcel, Connection& connection);
  static Verdict judge(Host& host, const Packet& packet, Firewall::Entry& entry);
  void bare_syn_arrived(const Parcel& parcel);
  bool syn_queue_is_full(const Listener& listener, const Host& host, const Packet& packet);
  void forget_tracks(Connection& connection);
  std::optional<Outcome> answer_syn(ConnectionId id, Connection& connection,
                                    const engine::Machine& machine);
  std::optional<Outcome> judge_syn(const Parcel& parcel, Connection& connection, Verdict verdict);
  void give_up_unresolved(ConnectionId id);
  void syn_arrived(const Parcel& parcel, Connection& connection, Verdict verdict);
  void syn_lost(const Parcel& parcel, Connection& connection, double ago);
  void data_arrived(const Parcel& parcel, Connection& connection, Verdict verdict);
  void fin_arrived(Connection& connection, ConnectionId id, Side from, Outcome how);
  void deliver(Connection& connection, ConnectionId id, Side to, const Body& body);
  void wake_dialler(Connection& connection, ConnectionId id, Outcome outcome);
  void refuse_data(const Parcel& parcel, Connection& connection);
  void send_rest(const Parcel& parcel, Connection& connection);
  void send_queued(const Parcel& parcel, Connection& connection);
  void flush_stream(ConnectionId id, Side side, bool at_once);
  void set_off(const Parcel& parcel, double window, double after);
  static std::uint32_t grown(std::uint32_t sent, double bytes);
  /// Whoever waits there, who then does so no more.
  static void wake(Token& waiter, ConnectionId id, Outcome how);
  void accept(Connection& connection, ConnectionId id);
  static bool can_accept(const Listener& listener);
  void await_request(Listener& listener, ConnectionId id);
  void post(const engine::Machine& from, Address to, const Body& body, What what);
  bool passes(Host& host, Packet packet, std::uint8_t what);
  void datagram_arrived(const Parcel& parcel);
  void watch_idle(ConnectionId id, double date);
  bool is_busy(ConnectionId id, const Connection& connection) const;
  bool is_same_incarnation(const End& end) const;
  /// Its machine has not lost power since the connection was made.
  bool has_power(const End& end) const;
  void discard(Side from, const Body& body);
  engine::Kernel& kernel_;
  Fabric fabric_;
  SynTimes syn_times_;
  KernelTimers timers_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::uint32_t> free_;
  std::vector<std::pair<const Listener*, SynQueue>> flooded_;
};

}  // namespace spof::net
