#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "measure/histories.hpp"
#include "measure/result.hpp"

namespace spof::measure {

/// What became of each write, seen from both ends: the client who was answered, or not, and the
/// database that committed, or not. A write is in the book only from the moment the application
/// sends it until both ends are settled, so the book is as large as the writes in flight.
class Ledger {
 public:
  /// A client asks for it, until `finished`.
  void asked(std::uint64_t id) { asking_.insert(id); }
  /// Who passes it on sends it once more, though it may have arrived.
  void sent_again(std::uint64_t id) { again_.try_emplace(id); }
  /// The application sends it to a database; the client may have given up before, or have an answer
  /// to another copy of it.
  void sent(std::uint64_t id) {
    if (const auto copies = again_.find(id); copies == again_.end() || !copies->second.answered)
      open_[id].failed = asking_.count(id) == 0;
  }
  /// The database has committed it, as the last transaction before this end of its log.
  void committed(std::uint64_t id, LogEnd end, double date) {
    if (const auto found = open_.find(id); found != open_.end()) found->second.end = end;
    if (const auto copies = again_.find(id); copies != again_.end() && ++copies->second.number == 2)
      writes_.twice.add(date);
    settle(id, &Entry::committed, date);
  }
  /// No database will commit it any more.
  void dropped(std::uint64_t id) { settle(id, &Entry::dropped, 0); }
  /// The client has its answer, or has given up.
  void finished(std::uint64_t id, bool good, double date) {
    if (good) ++writes_.acknowledged;
    if (const auto copies = again_.find(id); copies != again_.end()) copies->second.answered = good;
    asking_.erase(id);
    settle(id, good ? &Entry::answered : &Entry::failed, date);
  }
  /// Lost are, as things stand, those that the primary's log does not hold.
  Writes writes() const {
    Writes all = writes_;
    for (const Histories::Abandoned& one : histories.abandoned()) {
      all.reads_of_lost += one.reads;
      if (one.acknowledged == 0) continue;
      all.diverged += one.diverged;
      if (all.lost == 0 || one.first < all.lost_from) all.lost_from = one.first;
      all.lost_until = std::max<double>(all.lost_until, one.last);
      all.lost += one.acknowledged;
    }
    if (as_of_) all.lost_from = *as_of_;
    return all;
  }
  /// A primary was restored from what there was at a date, which may lie before the run.
  void restored_as_of(double date) { as_of_ = date; }
  std::size_t in_doubt() const { return open_.size(); }
  Histories histories;  ///< what the databases committed

 private:
  struct Entry {
    LogEnd end;
    bool committed = false, dropped = false, answered = false, failed = false;
  };
  void settle(std::uint64_t id, bool Entry::*what, double date) {
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    Entry& entry = found->second;
    entry.*what = true;
    if (!(entry.committed || entry.dropped) || !(entry.answered || entry.failed)) return;
    const auto copies = again_.find(id);  // of which one is told
    if (entry.committed && entry.failed &&
        (copies == again_.end() || !std::exchange(copies->second.phantom, true)))
      writes_.phantom.add(date);
    if (entry.committed && entry.answered) histories.acknowledge(entry.end);
    open_.erase(found);
  }
  /// Of a write that was sent again: how many were committed, and whether one was answered.
  struct Copies {
    int number = 0;
    bool answered = false, phantom = false;
  };
  // Looked up, never iterated.
  std::unordered_map<std::uint64_t, Entry> open_;
  std::unordered_map<std::uint64_t, Copies> again_;
  std::unordered_set<std::uint64_t> asking_;
  Writes writes_;
  std::optional<double> as_of_;
};

}  // namespace spof::measure
