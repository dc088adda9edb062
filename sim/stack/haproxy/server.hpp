#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "engine/process.hpp"
#include "net/daemon.hpp"
#include "stack/haproxy/idle_connections.hpp"
#include "stack/haproxy_options.hpp"

namespace spof::stack {

/// How many so far, by the first digit of their status; 0: there was none.
struct Responses {
  std::array<std::uint64_t, 6> counts{};
  void add(int status) { ++counts[static_cast<std::size_t>(std::clamp(status / 100, 0, 5))]; }
};

/// What HAProxy knows of one server: its configuration, what the checks say, what it serves.
struct Server {
  std::string name;
  std::int16_t index = 0;
  ServerOptions options;
  net::Address address;
  bool to_replica = false;
  std::uint64_t tls_session = 0;  ///< to resume, where it speaks TLS

  // Health [HA-18]: 0 .. rise + fall - 1; from `rise` on it is UP.
  bool up = true;
  int health = 0;
  enum class Admin : std::uint8_t { ready, drain, maint } admin = Admin::ready;
  engine::InForce<int> weights;  ///< set by operators; the last of them is in `options`
  int written_weight = 1;        ///< in its configuration
  int consecutive_errors = 0;    ///< of traffic [HA-22]
  double up_since = -1;     ///< last transition to UP; negative: since the start (no slowstart)
  engine::Token check_nap;  ///< the pause before the next check, to be cut short
  double next_check = 0;    ///< when that ends
  std::uint64_t failed_checks = 0;

  // Traffic.
  int served = 0;  ///< requests in progress
  Responses responses;
  std::deque<engine::Token> queue;  ///< requests that want this server and no other
  IdleConnections idle;
  std::set<net::ConnectionId> sessions;  ///< only with on-marked-down shutdown-sessions
  std::vector<net::ConnectionId> shut;   ///< those that were shut down
  /// One of its sessions, as long as this lives.
  struct Told {
    Told(Server& server, net::ConnectionId of) : sessions(server.sessions), id(of) {
      if (server.options.on_marked_down == OnMarkedDown::shutdown_sessions) sessions.insert(id);
    }
    Told(const Told&) = delete;
    Told& operator=(const Told&) = delete;
    ~Told() { sessions.erase(id); }
    std::set<net::ConnectionId>& sessions;
    net::ConnectionId id;
  };
  double position = 0;   ///< roundrobin: whose turn it is
  double last_pick = 0;  ///< of equals, who was chosen longest ago

  /// It goes on with those that are tied to it. [HA-47]
  bool is_running() const { return up && admin != Admin::maint; }
  /// It may be given new requests.
  bool is_usable() const { return up && admin == Admin::ready && options.weight > 0; }
  int full_health() const { return options.checks().rise + options.checks().fall - 1; }
  /// Whole seconds since it is UP, of those that it takes to warm up; it is warm from 1 on. [HA-23]
  double warmth() const {
    if (options.slowstart <= 0 || up_since < 0) return 1;
    return std::floor(engine::now() - up_since) / options.slowstart;
  }
  /// Grows in sixteenths.
  double weight() const {
    return options.weight * std::min(1.0, (std::floor(16 * warmth()) + 1) / 16);
  }
  /// Concurrent requests it takes now; 0: no limit. [HA-8] [HA-9]
  int limit() const {
    if (options.maxconn == 0) return 0;
    const double percent = std::min(100.0, std::floor(100 * warmth()));
    return std::max(1, static_cast<int>(options.maxconn * percent / 100));
  }
  engine::Gauge* gauge = nullptr;  ///< of its slots, where they are limited
  bool is_full() const { return limit() > 0 && served >= limit(); }
};

}  // namespace spof::stack
