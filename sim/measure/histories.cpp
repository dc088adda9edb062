#include "measure/histories.hpp"

#include <algorithm>
#include <utility>

namespace spof::measure {
namespace {

constexpr std::size_t longest = 1'000'000;  // transactions that a history keeps

}  // namespace

std::size_t Histories::add_log(std::string owner) {
  logs_.push_back({std::move(owner), {}, 0});
  if (histories_.empty()) histories_.emplace_back();
  return logs_.size() - 1;
}

LogEnd Histories::commit(std::size_t log, const Transaction& transaction) {
  LogEnd& end = logs_[log].end;
  const History& last = histories_[end.history];
  const bool untouched = end.history == 0 && last.end() == 0;
  if (!untouched && (last.writer != log || last.end() != end.position)) part(log, end.position);
  History& own = histories_[end.history];
  own.writer = log;
  own.kept.push_back(transaction);
  ++end.position;
  forget(end.history);
  return end;
}

void Histories::part(std::size_t log, std::uint64_t position) {
  LogEnd& end = logs_[log].end;
  histories_.push_back({log, end.history, position, position, {}});
  move(log, {static_cast<std::uint32_t>(histories_.size() - 1), position});
}

void Histories::move(std::size_t log, LogEnd end) {
  logs_[log].end = end;
  logs_[log].secured = std::min(logs_[log].secured, end.position);
}

void Histories::secure(std::size_t log, std::uint64_t position) {
  logs_[log].secured = position;
  forget(logs_[log].end.history);
}

/// Forgets what every log has safely, in a history and in those it comes from.
void Histories::forget(std::uint32_t history) {
  for (;;) {
    History& one = histories_[history];
    std::uint64_t needed = one.end();
    for (const Log& log : logs_)
      needed = std::min(needed, common({history, needed}, {log.end.history, log.secured}));
    while (!one.kept.empty() && (one.start < needed || one.kept.size() > longest)) {
      one.kept.pop_front();
      ++one.start;
    }
    // What a history has from its parent is forgotten there before anything is here.
    if (history == 0 || histories_[one.parent].start >= one.from) return;
    history = one.parent;
  }
}

std::uint64_t Histories::common(LogEnd one, LogEnd other) const {
  while (one.history != other.history) {
    LogEnd& later = one.history > other.history ? one : other;
    const History& history = histories_[later.history];
    later = {history.parent, std::min(later.position, history.from)};
  }
  return std::min(one.position, other.position);
}

const Transaction* Histories::after(LogEnd end) const {
  const History* history = &histories_[end.history];
  while (end.position < history->from) history = &histories_[history->parent];
  if (end.position < history->start || end.position >= history->end()) return nullptr;
  return &history->kept[end.position - history->start];
}

Histories::Behind Histories::behind(std::size_t log) const {
  const LogEnd all = logs_[leader_].end;
  const std::uint64_t has = common(all, logs_[log].end);
  if (has == all.position) return {};
  const Transaction* oldest = after({all.history, has});
  return {all.position - has, oldest ? oldest->committed_at : -1};
}

void Histories::read(LogEnd end) {
  History* history = &histories_[end.history];
  while (end.position <= history->from && history->from > 0) history = &histories_[history->parent];
  if (end.position > history->start && end.position <= history->end())
    ++history->kept[end.position - 1 - history->start].reads;
}

void Histories::acknowledge(LogEnd end) {
  History& history = histories_[end.history];
  if (end.position > history.start)
    history.kept[end.position - 1 - history.start].acknowledged = true;
}

std::vector<Histories::Abandoned> Histories::abandoned() const {
  std::vector<Abandoned> found;
  for (std::size_t i = 0; i < histories_.size(); ++i) {
    const History& one = histories_[i];
    const LogEnd whole{static_cast<std::uint32_t>(i), one.end()};
    const std::uint64_t after = std::max(one.from, common(whole, logs_[leader_].end));
    // Of those that are forgotten nobody knows any more; nearly all were acknowledged.
    const std::uint64_t count = one.start > after ? one.start - after : 0;
    Abandoned lost{logs_[one.writer].owner, after, count};
    bool any = false;
    for (std::uint64_t at = std::max(after, one.start); at < one.end(); ++at) {
      const Transaction& each = one.kept[at - one.start];
      lost.reads += each.reads;
      if (!each.acknowledged) continue;
      ++lost.acknowledged;
      if (one.writer != leader_ && each.committed_at > led_since_) ++lost.diverged;
      lost.last = each.committed_at;
      if (!std::exchange(any, true)) lost.first = lost.last;
    }
    if (lost.acknowledged + lost.reads > 0) found.push_back(lost);
  }
  return found;
}

}  // namespace spof::measure
