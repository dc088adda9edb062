#include "net/host.hpp"

#include <algorithm>
#include <stdexcept>

#include "net/daemon.hpp"

namespace spof::net {
namespace {

/// The second of the pair whose first is `key`; a null pointer if there is none.
template <class Key, class Value>
Value* lookup(const std::vector<std::pair<Key, Value*>>& table, Key key) {
  for (const auto& [one, value] : table)
    if (one == key) return value;
  return nullptr;
}

}  // namespace

// ---- Host ---------------------------------------------------------------------------------------
bool Host::owns(std::uint32_t ip) const {
  if (ip == machine_.index() + 1U) return true;
  return std::ranges::find(taken_, std::pair(ip, machine_.boots())) != taken_.end();
}

void Host::take(std::uint32_t ip) {
  if (!owns(ip)) taken_.emplace_back(ip, machine_.boots());
}

void Host::release(std::uint32_t ip) {
  std::erase_if(taken_, [&](const auto& one) { return one.first == ip; });
}

void Host::bind(Listener& listener) {
  if (this->listener(listener.port))
    throw std::logic_error(machine_.name() + ": two daemons listen on port " +
                           std::to_string(listener.port));
  listeners_.emplace_back(listener.port, &listener);
}

Listener* Host::listener(std::uint16_t port) const { return lookup(listeners_, port); }
Daemon* Host::datagram_reader(std::uint16_t port) const { return lookup(datagrams_, port); }

bool Host::runs(const std::string& program) const {
  return std::ranges::any_of(processes_, [&](const Daemon* one) {
    return one->is_alive() && one->name().starts_with(program + "@");
  });
}

void Host::has_changed() {
  for (Daemon* one : watchers_) one->accept({.token = {}, .kind = engine::Message::datagram});
}

void Host::uninstall(const Rule& rule) {
  const auto found = std::ranges::find(rules_, rule);
  if (found != rules_.end()) rules_.erase(found);
}

Verdict Host::judge(const Packet& packet) {
  const auto rule =
      std::ranges::find_if(rules_, [&](const Rule& one) { return one.matches(packet); });
  Verdict verdict = Verdict::pass;
  const bool stays = packet.peer == &machine_;
  if (rule != rules_.end())
    verdict = rule->verdict;
  else if (firewall_ && !stays)  // it accepts lo before all else, as ufw does
    verdict = firewall_->judge(packet);
  // What is sent in the middle of a connection takes an ICMP error for a passing trouble. Those
  // that do not leave the machine have no limit.
  const bool leaves = packet.incoming && !stays;
  if (verdict == Verdict::reject && (!packet.opens || (leaves && !errors_.take(packet.who()))))
    return Verdict::drop;
  return verdict;
}

Host::Neighbour* Host::neighbour(std::uint32_t ip) {
  const auto found = std::ranges::find(neighbours_, ip, &Neighbour::ip);
  return found == neighbours_.end() ? nullptr : &*found;
}

void Host::learn(std::uint32_t ip, const engine::Machine& owner, double confirmed) {
  forget(ip);
  neighbours_.push_back({ip, &owner, confirmed});
}

void Host::forget(std::uint32_t ip) {
  std::erase_if(neighbours_, [ip](const Neighbour& one) { return one.ip == ip; });
}

double Host::asks_until(std::uint32_t ip) {
  constexpr double three_questions = 3.07;  // measured on Linux 6.18: 3.06 to 3.08 s
  auto mine = std::ranges::find(questions_, ip, &std::pair<std::uint32_t, double>::first);
  if (mine == questions_.end()) mine = questions_.insert(mine, {ip, 0});
  if (mine->second <= engine::now()) mine->second = engine::now() + three_questions;
  return mine->second;
}

// ---- Fabric -------------------------------------------------------------------------------------
Fabric::Fabric(engine::Platform& platform)
    : platform_(platform), names_{""}, gateway_(platform.machines().front()) {
  for (const engine::Machine& machine : platform.machines()) {
    hosts_.push_back(std::make_unique<Host>(machine));
    names_.push_back(machine.name());
  }
  signs_.resize(hosts_.size() * hosts_.size(), -1);
  platform.rewired = [this] {
    for (const auto& host : hosts_) {
      if (!platform_.has_carrier(host->machine())) forget_neighbours(*host);
      host->has_changed();
    }
  };
}

std::uint32_t Fabric::ip(const std::string& name) {
  auto found = std::ranges::find(names_, name);
  if (found == names_.end()) found = names_.insert(found, name);
  return static_cast<std::uint32_t>(found - names_.begin());
}

void Fabric::settle(std::uint32_t ip, const engine::Machine& machine, int preference) {
  for (auto& [one, most] : settled_) {
    if (one != ip) continue;
    if (preference < most) return;
    most = preference;
    for (const auto& host : hosts_) host->release(ip);
    return host(machine).take(ip);
  }
  settled_.emplace_back(ip, preference);
  host(machine).take(ip);
}

bool Fabric::are_neighbours(const engine::Machine& a, const engine::Machine& b) const {
  return &a == &b || platform_.path(a, b).links.size() <= 2;
}

const engine::Machine* Fabric::outsider(const engine::Machine& machine) {
  for (const auto& host : hosts_)
    if (!are_neighbours(machine, host->machine())) return &host->machine();
  return nullptr;
}

const engine::Machine* Fabric::next_hop(const engine::Machine& from, std::uint32_t ip) {
  if (!can_move(ip)) return find_host(from, hosts_[ip - 1]->machine());
  Host& self = host(from);
  if (self.owns(ip)) return &from;
  if (const engine::Machine* known = remembered(self, from, ip)) return known;
  if (const engine::Machine* owner = ask(from, ip, false)) {
    self.learn(ip, *owner);
    return owner;
  }
  const engine::Machine* known = remembered(gateway_, from, ip);
  if (known && !are_neighbours(from, *known)) return known;
  if (const engine::Machine* owner = ask(from, ip, true)) {
    gateway_.learn(ip, *owner);
    return owner;
  }
  return nullptr;
}

/// A host by its own address. Where everything is well there is always an entry, and nothing is
/// kept of it but the date. Hosts that are far apart have routers between them, whether the
/// platform shows them or not.
const engine::Machine* Fabric::find_host(const engine::Machine& from,
                                         const engine::Machine& owner) {
  const bool answers = platform_.can_reach(from, owner) && platform_.can_reach(owner, from);
  if (answers) meet(from, owner);
  constexpr double longest_lan = 5e-3;  // one way; assumed: far more than any switched network's
  const engine::Path& way = platform_.path(from, owner);
  if (answers || !way.exists || way.latency > longest_lan || !are_neighbours(from, owner))
    return &owner;
  double& sign = last_sign(owner, from);
  if (sign < 0) return nullptr;
  Host& self = host(from);
  const Host::Neighbour* entry = self.neighbour(ip(owner));
  if (!entry || entry->confirmed < sign) self.learn(ip(owner), owner, sign);
  const engine::Machine* known = remembered(self, from, ip(owner));
  if (!known) sign = -1;
  return known;
}

void Fabric::forget_neighbours(Host& who) {
  who.forget_neighbours();
  for (const auto& other : hosts_) last_sign(other->machine(), who.machine()) = -1;
}

/// An entry is good for 15 to 45 s after the last sign of life; acknowledgements are such a sign
/// for a host, but not for a router. Then whoever uses it waits 5 s for one, and probes three
/// times, a second apart. [TCP-6]
const engine::Machine* Fabric::remembered(Host& who, const engine::Machine& from,
                                          std::uint32_t ip) {
  constexpr double delay = 5, probes = 3;
  Host::Neighbour* entry = who.neighbour(ip);
  if (!entry) return nullptr;
  const double now = engine::now();
  const bool answers = host(*entry->machine).owns(ip) &&
                       platform_.can_reach(from, *entry->machine) &&
                       platform_.can_reach(*entry->machine, from);
  const engine::Machine* machine = entry->machine;
  if (entry->good_for == 0) entry->good_for = 15 + 30 * platform_.draw();
  const bool stale = now >= entry->confirmed + entry->good_for;
  if (stale && entry->probed == 0) entry->probed = now;
  const double waited = stale ? now - entry->probed : 0.0;
  if (answers && (&who != &gateway_ || waited >= delay))
    *entry = {ip, machine, now};
  else if (!answers && waited >= delay + probes)
    return who.forget(ip), nullptr;
  return machine;
}

/// Who answers an ARP request: of several the first host of the platform.
const engine::Machine* Fabric::ask(const engine::Machine& from, std::uint32_t ip, bool outside) {
  for (const auto& host : hosts_)
    if (host->owns(ip) && are_neighbours(from, host->machine()) != outside &&
        (outside ? host->machine().is_on() : platform_.can_reach(from, host->machine())))
      return &host->machine();
  return nullptr;
}

}  // namespace spof::net
