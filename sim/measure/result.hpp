#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/histogram.hpp"
#include "measure/event.hpp"
#include "measure/sample.hpp"

namespace spof::measure {

/// A part of the run: until the first fault, until all that was struck works again, the rest. The
/// scheduled arrival of a request decides; but one that was under way when the first fault struck
/// is `during`.
enum class Phase : std::uint8_t { before, during, after };
constexpr auto names(Phase) { return std::array{"before", "during", "after"}; }

inline constexpr std::size_t phase_count = names(Phase{}).size();
inline constexpr std::size_t outcome_count = names(Outcome{}).size();

/// A correct answer later than this is counted as `slow_ok`, as in the measurements of the real
/// stack: just less than the second that HAProxy and TCP wait before they try again.
inline constexpr Seconds slow_limit = 0.9;

/// How many requests failed in one way for one reason.
struct Failure {
  Outcome outcome = Outcome::ok;
  Cause cause = Cause::none;
  std::uint64_t requests = 0;
  Seconds first = never, last = -never;  ///< arrivals; not known where `first` is later
};

/// Adds to a list that is sorted by outcome and cause.
void count(const Failure& failure, std::vector<Failure>& failures);

/// All requests of one class in one phase.
struct Tally {
  std::array<std::uint64_t, outcome_count> outcomes{};  ///< by Outcome
  std::vector<Failure> failures;                        ///< sorted by outcome and cause
  std::vector<Failure> tries;  ///< that failed, and whose clients sent them again; likewise
  Histogram ok;                ///< latency of the answered, in microseconds
  Histogram failed;            ///< time to failure, in microseconds
  std::uint64_t slow_ok = 0;   ///< answered, but later than slow_limit
  std::uint64_t retries = 0;   ///< by HAProxy
  std::uint64_t redispatched = 0;
  std::uint64_t stale = 0;             ///< reads that lacked a committed write
  std::vector<std::uint64_t> servers;  ///< answers by server, whatever their status
  /// When the first of the `tries` began and the last failed.
  double tries_from = INFINITY, tries_until = -INFINITY;

  std::uint64_t requests() const;
  std::uint64_t good() const { return outcomes[0]; }
  std::uint64_t bad() const { return requests() - good(); }
  std::uint64_t client_retries() const;  ///< times a client sent a request again
  std::uint64_t failed_by(Cause cause) const;
  void merge(const Tally& other);
};

/// One line of latency.csv: requests scheduled in one window that ended in one way. Latency in
/// microseconds.
struct WindowRow {
  Seconds start;
  Phase phase = Phase::before;
  std::uint8_t request_class = 0;
  Outcome outcome = Outcome::ok;
  std::uint64_t requests = 0;
  std::uint64_t p50 = 0, p90 = 0, p99 = 0, max = 0;
  std::uint64_t slow = 0;        ///< correct answers later than `slow_limit`
  std::uint64_t slow_again = 0;  ///< of these: sent again by their clients
  /// So many of the requests were due before the last repair and ended after it: whatever became of
  /// them, as long as the failure lasted they had no answer.
  std::uint64_t after_repair = 0;
  bool operator==(const WindowRow&) const = default;
};

/// So many correct answers between two failures, and they are of two outages: where one request in
/// four fails by chance, so many good ones in a row come once in three hundred failures.
inline constexpr std::uint64_t outage_answers = 20;

/// Failures of one class with never more than `outage_gap` between their scheduled arrivals, or
/// fewer than `outage_answers` correct answers to those who came between them.
struct Outage {
  Seconds start;  ///< scheduled arrival of the first failure
  Seconds end;    ///< scheduled arrival of the last
  std::uint64_t failures = 0;
  std::uint64_t answered = 0;  ///< correct answers to those scheduled between the two
  Seconds first_seen;          ///< when the first of their clients knew
  Seconds first_sent;          ///< scheduled arrival of that one
  Seconds last_seen;           ///< when the last of them did
};

/// The story of one request class over the whole run.
struct ClassStory {
  std::vector<Outage> outages;  ///< in order of time
  /// The longest time in which somebody of this class waited and nobody got a correct answer; in a
  /// healthy system the longest latency.
  Seconds longest_gap = 0;
  Seconds gap_start = 0;  ///< when that gap began
  Seconds last_arrival = -1;
  Seconds last_failure = -1;  ///< scheduled arrival; negative: none

  Span gap() const { return {gap_start, gap_start + longest_gap}; }
};

/// Replication lag of one replica over the run.
struct Lag {
  std::string replica;
  Seconds max_lag = 0;  ///< age of the oldest committed transaction that it lacked
  Seconds max_lag_at = 0;
  double max_behind = 0;            ///< transactions
  std::vector<double> course = {};  ///< by window: the largest in it, seconds
};
/// From one entry of Lag::course to the next, in seconds: a window, but of a long run with short
/// ones so much that memory stays small.
inline double lag_step(double window, double duration) {
  constexpr double most = 2000;
  return std::max(window, duration / most);
}

/// What one database holds at the end.
struct Holding {
  std::string database;
  bool is_primary = false;
  std::uint64_t lacks = 0;  ///< of the primary's transactions
};

/// How many, and when the first and the last was so.
struct Dated {
  std::uint64_t number = 0;
  Seconds from = 0, until = 0;
  void add(double date) {
    if (number++ == 0) from = date;
    until = date;
  }
};

/// What became of writes.
struct Writes {
  std::uint64_t acknowledged = 0;   ///< the client was told that it is done
  std::uint64_t lost = 0;           ///< acknowledged, but in no surviving primary at the end
  Dated phantom;                    ///< failed for the client, but committed
  Dated twice;                      ///< sent again on their way, and committed more than once
  std::uint64_t diverged = 0;       ///< of the lost ones, written beside the primary of the end
  std::uint64_t reads_of_lost = 0;  ///< saw a write that was lost afterwards
  Seconds lost_from = 0, lost_until = 0;  ///< commits of the oldest and the youngest lost one
};

/// TLS handshakes of one listener.
struct Handshakes {
  std::string daemon;
  std::uint64_t full = 0, resumed = 0;
};

/// What somebody could have read who listened on a link, of one class of requests; of what belongs
/// to none (log-ins, checks, replication) `request_class` is as many as there are classes.
struct Overheard {
  std::string link;
  std::uint64_t request_class = 0;
  std::uint64_t requests = 0, passwords = 0, cookies = 0, queries = 0;
  double readable = 0, sealed = 0;  ///< bytes in clear, and encrypted
};

/// How much of something was taken, by window: a pool of threads, cores, a disk, one direction of a
/// link, connections, slots of a server, a queue (taken: somebody waits).
struct Load {
  /// Sums of seconds: of all places that were taken, of no place being free, of all who waited.
  /// Only windows in which there were any.
  struct Window {
    std::uint64_t number = 0;  ///< begins at so many `length`
    double busy = 0, full = 0, waiting = 0;
  };
  std::string part;    ///< "app@server1", "server1", "server1-nic"
  std::string what;    ///< "threads", "cpu", "out"
  Seconds length = 1;  ///< of a window; several of the result's where it has very many
  std::vector<Window> windows;
};
/// Shares of a time, and the mean number that waited.
struct Usage {
  double taken = 0, full = 0, waiting = 0;
};

/// A log line as it is kept: owns its server's name.
struct LogLine {
  HttpLog line;  ///< its `server` is empty
  std::string server;
};

/// Requests of a population that is not `counted`.
struct Uncounted {
  std::uint8_t population = 0;
  std::array<std::uint64_t, outcome_count> outcomes{};
};

/// Everything that is known about one run.
struct Result {
  std::uint64_t seed = 0;
  Seconds duration, window, outage_gap;  ///< as in Plan
  Seconds fault_start = -1;              ///< first strike; negative: there was none
  Seconds fault_end = -1;                ///< last repair; `duration`: never repaired
  Seconds over = -1;                ///< end of phase `during`; `duration` or later: there is none
  bool is_watched = false;          ///< as in Plan
  std::uint64_t classes = 0;        ///< how many
  std::vector<Tally> tallies;       ///< by phase * classes + class
  std::vector<WindowRow> windows;   ///< sorted by start, phase, class, outcome
  std::vector<ClassStory> stories;  ///< by class
  std::vector<Event> events;        ///< in order of time
  std::vector<Lag> lags;            ///< in order of first mention
  Writes writes;
  std::vector<Holding> holdings;
  std::vector<Handshakes> handshakes;  ///< of daemons with TLS
  std::vector<Overheard> overheard;    ///< by link and class; of links that are listened on
  std::vector<Load> loads;             ///< by name; of what was never taken there is none
  std::vector<Uncounted> uncounted;
  /// Seconds in which answers of two releases alternated; negative: nobody speaks of releases.
  Seconds skew = -1;
  std::uint64_t fingerprint = 0;  ///< hash of the stream of samples and events
  std::vector<Sample> samples;    ///< only with Plan::keep_requests
  std::vector<LogLine> logs;      ///< only with Plan::keep_requests

  /// From when until when a phase is; none: the run.
  std::pair<double, double> span(std::optional<Phase> phase) const;
  Usage usage(const Load& load, std::optional<Phase> phase) const;
  const Tally& tally(Phase phase, std::size_t request_class) const {
    return tallies[static_cast<std::size_t>(phase) * classes + request_class];
  }
  /// All requests, or those in a phase or of a class.
  Tally total(std::optional<Phase> phase = {}, std::optional<std::size_t> request_class = {}) const;
};

/// A result travels from a forked child to its parent as memory of the same program: these restore
/// it exactly, to the last bit. Not meant for files. Reading throws std::runtime_error where the
/// bytes are too few or too many.
using Packed = std::vector<std::uint8_t>;
void pack(const Result& result, Packed& to);
Result unpacked(std::span<const std::uint8_t> from);

}  // namespace spof::measure
