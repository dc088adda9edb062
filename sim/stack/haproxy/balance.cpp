#include "stack/haproxy/balance.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace spof::stack {
namespace {

std::uint64_t hash_of(std::uint64_t key) {
  Random mixed(key, "hash");
  return mixed.next();
}

}  // namespace

Balancer::Balancer(const BackendOptions& options, std::deque<Server>& servers, Random random)
    : options_(options), servers_(servers), random_(random) {}

void Balancer::restart() {
  dirty_ = true;
  turn_ = 0;
  position_ = 0;
  for (Server& server : servers_) server.position = server.last_pick = 0;
}

int Balancer::active() const {
  return static_cast<int>(std::ranges::count_if(
      servers_, [](const Server& one) { return one.is_usable() && !one.options.backup; }));
}

const std::vector<Server*>& Balancer::eligible() {
  if (!dirty_) return eligible_;
  dirty_ = false;
  eligible_.clear();
  for (const bool backup : {false, true}) {
    if (!eligible_.empty()) break;
    for (Server& server : servers_) {
      if (!server.is_usable() || server.options.backup != backup) continue;
      eligible_.push_back(&server);
      if (backup && !options_.allbackups) break;
    }
  }
  return eligible_;
}

Server* Balancer::pick(std::uint32_t source, const Server* avoid, bool* full) {
  static constexpr std::array<Algorithm, 6> algorithms = {
      &Balancer::round_robin, &Balancer::static_rr,    &Balancer::least_connections,
      &Balancer::first_free,  &Balancer::random_draws, &Balancer::by_source};
  const std::vector<Server*>& all = eligible();
  *full = false;
  if (all.empty()) return nullptr;
  // One backup alone is taken without a look whether it is full. [HA-6]
  const bool looks = options_.balance == Balance::static_rr || options_.balance == Balance::random;
  if (all.front()->options.backup && !options_.allbackups && !looks) {
    *full = all.front()->is_full();
    return all.front();
  }
  const Algorithm algorithm = algorithms[static_cast<std::size_t>(options_.balance)];
  candidates_.clear();
  // Hashing and random look at all servers, the others skip those that are saturated. [HA-1] [HA-4]
  const bool looks_at_all = is_hash() || options_.balance == Balance::random;
  // The map that a hash leads into has one place for a key, whoever is to be avoided. [HA-27]
  if (is_hash() && options_.hash_type == HashType::map_based) avoid = nullptr;
  for (Server* server : all)
    if (server != avoid && (looks_at_all || !server->is_full())) candidates_.push_back(server);
  if (candidates_.empty())
    for (Server* server : all)
      if (looks_at_all || !server->is_full()) candidates_.push_back(server);
  *full = candidates_.empty();
  if (*full) return nullptr;
  Server* server = (this->*algorithm)(candidates_, source);
  *full = server->is_full();
  return *full && !is_hash() ? nullptr : server;
}

/// Smooth and weighted, by positions as HAProxy's tree has them: whoever stands first is chosen and
/// moves on by total / weight, so equal weights alternate strictly. A server that was passed over
/// (a redispatch avoids it) stays next, but gains no credit. [HA-1]
Server* Balancer::round_robin(const std::vector<Server*>& from, std::uint32_t) {
  double total = 0;
  for (const Server* server : eligible_) total += server->weight();
  Server* first = *std::ranges::min_element(from, [&](Server* one, Server* other) {
    return std::pair(std::max(one->position, position_), one->last_pick) <
           std::pair(std::max(other->position, position_), other->last_pick);
  });
  position_ = std::max(position_, first->position);
  constexpr double grain = 1 << 20;  // so that sums of thirds meet again where they should
  first->position = std::round((position_ + total / first->weight()) * grain) / grain;
  first->last_pick = static_cast<double>(++turn_);
  return first;
}

/// The same order from a map of places, one per unit of weight; no slow start. [HA-2]
Server* Balancer::static_rr(const std::vector<Server*>& from, std::uint32_t) {
  int total = 0;
  for (const Server* server : from) total += server->options.weight;
  int place = static_cast<int>(turn_++ % static_cast<std::uint64_t>(total));
  int rest = 0, most = 0;
  for (const Server* server : from) most = std::max(most, server->options.weight);
  // Round `rest` of the map holds every server of more weight than that.
  for (; rest < most; ++rest)
    for (Server* server : from)
      if (server->options.weight > rest && place-- == 0) return server;
  return from.front();
}

/// Fewest requests per weight; among idle servers whoever was chosen longest ago. [HA-3]
Server* Balancer::least_connections(const std::vector<Server*>& from, std::uint32_t) {
  const auto key = [](const Server& server) {
    const double load = server.served + static_cast<double>(server.queue.size());
    return load > 0 ? (load + 1) / server.weight() : 0;
  };
  Server* best = *std::ranges::min_element(from, [&](Server* one, Server* other) {
    return std::pair(key(*one), one->last_pick) < std::pair(key(*other), other->last_pick);
  });
  best->last_pick = static_cast<double>(++turn_);
  return best;
}

/// The first with a free slot. [HA-2]
Server* Balancer::first_free(const std::vector<Server*>& from, std::uint32_t) {
  return from.front();
}

/// The least loaded of so many random points on the ring. [HA-4]
Server* Balancer::random_draws(const std::vector<Server*>& from, std::uint32_t) {
  Server* best = nullptr;
  for (int draw = 0; draw < options_.random_draws; ++draw) {
    Server* drawn = on_ring(from, random_.next());
    if (!best || drawn->served / drawn->weight() < best->served / best->weight()) best = drawn;
  }
  return best;
}

Server* Balancer::by_source(const std::vector<Server*>& from, std::uint32_t source) {
  if (options_.hash_type == HashType::consistent) return on_ring(from, source);
  int total = 0;
  for (const Server* server : from) total += server->options.weight;
  auto place = static_cast<int>(hash_of(source) % static_cast<std::uint64_t>(total));
  for (Server* server : from)
    if ((place -= server->options.weight) < 0) return server;
  return from.back();
}

/// Rendezvous hashing: like a ring, a server that comes or goes moves only its own share of the
/// keys.
Server* Balancer::on_ring(const std::vector<Server*>& from, std::uint64_t key) const {
  Server* best = nullptr;
  double most = 0;
  for (Server* server : from) {
    Random draw(key, server->name);
    const double score = -server->weight() / std::log(draw.uniform());
    if (!best || score > most) best = server, most = score;
  }
  return best;
}

}  // namespace spof::stack
