#include "net/packet_filter.hpp"

#include <algorithm>

#include "engine/kernel.hpp"

namespace spof::net {

bool Meter::take(std::uint64_t who) {
  auto& [tokens, date] = buckets_.try_emplace(who, burst_, engine::now()).first->second;
  tokens = std::min(burst_, tokens + rate_ * (engine::now() - date));
  date = engine::now();
  if (tokens < 1) return false;
  --tokens;
  return true;
}

/// xt_recent: `--set`, then `--update --seconds 30 --hitcount 6`, which notes the date once more
/// when it matches; 20 dates and 100 addresses.
bool RecentList::refuses(std::uint64_t who) {
  constexpr std::size_t addresses = 100, dates = 20;
  constexpr long hits = 6;
  constexpr double within = 30;
  const auto found =
      std::find_if(seen_.begin(), seen_.end(), [who](const Seen& one) { return one.who == who; });
  if (found != seen_.end())
    seen_.splice(seen_.begin(), seen_, found);
  else
    seen_.push_front({who});
  if (seen_.size() > addresses) seen_.pop_back();
  auto& mine = seen_.front().dates;
  const auto note = [&mine] {
    mine.push_back(engine::now());
    if (mine.size() > dates) mine.pop_front();
  };
  note();
  const double since = engine::now() - within;
  const bool refused =
      std::count_if(mine.begin(), mine.end(), [&](double date) { return date >= since; }) >= hits;
  if (refused) note();
  return refused;
}

// ---- Firewall -----------------------------------------------------------------------------------
void Firewall::forget() {
  ++table_;
  live_ = 0;
  for (auto& dates : leaving_) dates.clear();
  open_.clear();
  flows_.clear();
  recent_ = {};
}

Verdict Firewall::judge(const Packet& packet) {
  if (!enabled_ || !packet.opens) return Verdict::pass;
  for (Line& line : lines) {
    const bool matches =
        line.incoming == packet.incoming && (line.port == 0 || line.port == packet.port) &&
        (line.peers.empty() ||
         std::find(line.peers.begin(), line.peers.end(), packet.peer) != line.peers.end());
    if (!matches) continue;
    const bool above = line.verdict == Verdict::pass && !is_within(line, packet);
    const Verdict verdict = above ? line.above : line.verdict;
    if (verdict != Verdict::pass) ++line.stopped;
    return verdict;
  }
  return Verdict::pass;
}

bool Firewall::is_within(Line& line, const Packet& packet) {
  if (line.recent && recent_.refuses(packet.who())) return false;
  if (line.rate && !line.rate->take(packet.who())) return false;
  if (line.connections == 0) return true;
  const auto mine = open_.find(key_of(packet));
  return mine == open_.end() || mine->second < line.connections;
}

std::size_t Firewall::entries() {
  std::size_t all = live_;
  for (auto& dates : leaving_) {
    while (!dates.empty() && dates.front() <= engine::now()) dates.pop_front();
    all += dates.size();
  }
  return all;
}

bool Firewall::continues(const Packet& packet) const {
  const auto flow = flows_.find(key_of(packet));
  return enabled_ && flow != flows_.end() && flow->second > engine::now();
}

void Firewall::passed(const Packet& packet) {
  constexpr double generic_timeout = 600;  // nf_conntrack_generic_timeout
  if (enabled_) flows_[key_of(packet)] = engine::now() + generic_timeout;
}

bool Firewall::track(const Packet& packet, Entry& entry) {
  if (!enabled_ || (entry.wall == this && entry.table == table_)) return true;
  const std::size_t taken = entries();
  if (gauge) gauge->set(static_cast<double>(taken), static_cast<double>(conntrack_max));
  if (taken >= conntrack_max) {
    ++dropped_when_full;
    if (full) full();
    return false;
  }
  entry = {this, table_, key_of(packet)};
  ++live_;
  ++open_[entry.key];
  return true;
}

void Firewall::Entry::leave(End how) {
  if (Firewall* from = std::exchange(wall, nullptr); from && table == from->table_) {
    --from->live_;
    const auto index = static_cast<std::size_t>(how);
    from->leaving_[index].push_back(engine::now() + from->timeouts[index]);
    if (const auto mine = from->open_.find(key); --mine->second == 0) from->open_.erase(mine);
  }
}

// ---- SynQueue -----------------------------------------------------------------------------------
/// The SYN-ACK is sent again after 1, 2, 4, 8 and 16 s more, and the half open one ends after 32.
/// As reqsk_timer_handler does: with half of the backlog full, one retransmission less (but two at
/// least) for each doubling by which the young, of the last second, are fewer than all.
std::size_t SynQueue::length(int backlog, const KernelTimers& timers) {
  const double now = engine::now();
  while (!since_.empty()) {
    int retries = 5;
    if (2 * since_.size() > static_cast<std::size_t>(std::max(8, backlog))) {
      const auto young = since_.end() - std::lower_bound(since_.begin(), since_.end(), now - 1);
      for (auto most = 2 * static_cast<std::size_t>(young); retries > 2 && since_.size() >= most;
           most *= 2)
        --retries;
    }
    double end = since_.front();
    for (int i = 0; i <= retries; ++i) end = timers.end_of(end, 1 << i);
    if (now < end) break;
    since_.pop_front();
  }
  return since_.size();
}

void SynQueue::add() { since_.push_back(engine::now()); }

}  // namespace spof::net
