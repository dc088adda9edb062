#pragma once
#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "stack/haproxy/server.hpp"

namespace spof::stack {

/// How HAProxy chooses a server for a request. To add an algorithm: one function in balance.cpp,
/// one row in its table, one word in `Balance`.
class Balancer {
 public:
  Balancer(const BackendOptions& options, std::deque<Server>& servers, Random random);
  /// Forgets rotation and draws nothing.
  void restart();

  /// The servers in use now: those UP, else the first backup UP, or all of them. [HA-6]
  const std::vector<Server*>& eligible();
  /// A server among the eligible for a request from `source`, other than `avoid` if there is
  /// another; null when none is UP, or (when `*full` is set) every one of them is saturated. With
  /// both it is full, and its own queue is to be waited in.
  Server* pick(std::uint32_t source, const Server* avoid, bool* full);
  /// A server came or went.
  void changed() { dirty_ = true; }
  int active() const;  ///< servers UP that are no backups
  /// A request that finds its hashed server full waits for that one. [HA-5]
  bool is_hash() const { return options_.balance == Balance::source; }
  /// Its choice does not depend on the request: a retry may go elsewhere at once. [HA-27]
  bool is_indifferent() const { return !is_hash(); }

 private:
  using Algorithm = Server* (Balancer::*)(const std::vector<Server*>&, std::uint32_t);
  Server* round_robin(const std::vector<Server*>& from, std::uint32_t);
  Server* static_rr(const std::vector<Server*>& from, std::uint32_t);
  Server* least_connections(const std::vector<Server*>& from, std::uint32_t);
  Server* first_free(const std::vector<Server*>& from, std::uint32_t);
  Server* random_draws(const std::vector<Server*>& from, std::uint32_t);
  Server* by_source(const std::vector<Server*>& from, std::uint32_t source);
  Server* on_ring(const std::vector<Server*>& from, std::uint64_t key) const;
  const BackendOptions& options_;
  std::deque<Server>& servers_;
  Random random_;
  std::vector<Server*> eligible_, candidates_;
  bool dirty_ = true;
  std::uint64_t turn_ = 0;
  double position_ = 0;  ///< round robin: of the last choice
};

}  // namespace spof::stack
