#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace spof::measure {

/// One committed transaction: the same in every log that has it.
struct Transaction {
  double committed_at = 0;
  float bytes = 0;            ///< in the binary log
  float cpu = 0;              ///< what applying it costs a replica, seconds
  bool acknowledged = false;  ///< its client was told that it is done
  bool alone = false;  ///< a change of a table: `cpu` is how long a replica applies nothing else
  std::uint32_t reads = 0;  ///< for which it was the last one that they saw
};

/// What a log holds: the first `position` transactions of a history.
struct LogEnd {
  std::uint32_t history = 0;
  std::uint64_t position = 0;

  /// As one number of a message.
  std::uint64_t packed() const { return (std::uint64_t{history} << 40) | position; }
  static LogEnd unpacked(std::uint64_t number) {
    return {static_cast<std::uint32_t>(number >> 40), number & ((std::uint64_t{1} << 40) - 1)};
  }
};

/// All that any database of a run has ever committed, as a tree: a history is what one database
/// wrote, and has its beginning in common with the one it parted from. Who commits after the loss
/// of its log's tail, or as the successor of another primary, begins a new history, so no
/// transaction ever changes and a log is known by its `LogEnd`. What GTIDs (server and number) tell
/// in reality is asked here: who lacks what of whom, and where two logs parted.
///
/// It keeps the transactions themselves on behalf of all who have them, once: binary logs, relay
/// logs, events on their way. Each reader reads no further than what it was sent. Transactions that
/// every log has safely are forgotten, and of what some log lacks all but the last million: then
/// only their number is known.
class Histories {
 public:
  /// A further log, empty. The result names it.
  std::size_t add_log(std::string owner);
  LogEnd end(std::size_t log) const { return logs_[log].end; }
  /// How far a history goes, whoever has it; how much the primary holds; how much was committed.
  std::uint64_t written(std::uint32_t history) const { return histories_[history].end(); }
  std::uint64_t led() const { return logs_.empty() ? 0 : logs_[leader_].end.position; }
  std::uint64_t committed() const {
    std::uint64_t all = 0;
    for (const History& one : histories_) all += one.end() - one.from;
    return all;
  }
  /// The log's owner commits: the transaction is the last one of its log now.
  LogEnd commit(std::size_t log, const Transaction& transaction);
  /// What the log's owner commits after this position of its history begins a new one.
  void part(std::size_t log, std::uint64_t position);
  /// The log ends there now: it has applied more, lost its tail, or follows another history.
  void move(std::size_t log, LogEnd end);
  /// The log keeps its first `position` transactions whatever happens to its machine.
  void secure(std::size_t log, std::uint64_t position);
  std::uint64_t secured(std::size_t log) const { return logs_[log].secured; }
  /// The log's owner is the primary from now on: what counts is what its log holds.
  void lead(std::size_t log, double date = 0) {
    leader_ = log;
    led_since_ = date;
  }
  bool leads(std::size_t log) const { return log == leader_; }
  /// Somebody reads what is there up to this end.
  void read(LogEnd end);

  /// How many transactions both hold. Less than either holds: they have parted there.
  std::uint64_t common(LogEnd one, LogEnd other) const;
  /// What comes after the first `end.position` transactions of a history; null: forgotten.
  const Transaction* after(LogEnd end) const;
  /// What the primary's log holds and this one does not.
  struct Behind {
    std::uint64_t transactions = 0;
    double since = -1;  ///< commit of the oldest one; negative: none, or forgotten
  };
  Behind behind(std::size_t log) const;

  /// The client of the last transaction before `end` was told that it is done.
  void acknowledge(LogEnd end);
  /// Acknowledged transactions of one history that the primary's log does not hold.
  struct Abandoned {
    std::string writer;
    std::uint64_t after = 0;  ///< the position at which it parted from the primary's log
    std::uint64_t acknowledged = 0;
    double first = 0, last = 0;  ///< commits of the oldest and the youngest of those it knows of
    std::uint64_t diverged = 0;  ///< of them, when another one was the primary already
    std::uint64_t reads = 0;     ///< that saw any of the history's lost ones, acknowledged or not
  };
  std::vector<Abandoned> abandoned() const;

 private:
  struct Log {
    std::string owner;
    LogEnd end;
    std::uint64_t secured = 0;
  };
  struct History {
    std::size_t writer = 0;
    std::uint32_t parent = 0;
    std::uint64_t from = 0;   ///< its first position that is not the parent's
    std::uint64_t start = 0;  ///< position of the first one in `kept`
    std::deque<Transaction> kept;
    std::uint64_t end() const { return start + kept.size(); }
  };
  void forget(std::uint32_t history);
  std::vector<Log> logs_;
  std::deque<History> histories_;
  std::size_t leader_ = 0;
  double led_since_ = 0;
};

}  // namespace spof::measure
