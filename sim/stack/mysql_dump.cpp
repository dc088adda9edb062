#include <algorithm>
#include <cmath>

#include "stack/mysql.hpp"

// What a primary does for its replicas.
namespace spof::stack {
namespace {

constexpr std::uint64_t largest_event_group = 1000;  // transactions in one answer to a replica
// What a kernel takes over of a stream that nobody acknowledges, as it stood behind a connection
// that had sent little before: measured on Linux 6.18. One that had sent a burst takes more.
constexpr double send_buffer = 96466;
constexpr double net_write_timeout = 60;  // the default of MariaDB and MySQL
constexpr double zombie_interval = 0.1;   // between two looks at an old dump thread; assumed

}  // namespace

/// The dump thread: answers with the events after the replica's position, or, when there are none
/// for half its net_timeout, with a heartbeat. [DB-8] [DB-12]
Task<Body> Mysql::dump(net::ConnectionId connection, Body request) {
  const double heartbeat = options_.net_timeout / 2;
  const LogEnd asked = LogEnd::unpacked(request.number), from = log_.here(asked);
  DumpThread& thread = dump_threads_[request.source];
  if (thread.connection != connection) co_await end_of(thread);
  thread = {connection, from};
  // A replica that has what is not here: the tail of this log was lost, or the replica was a
  // primary that another one succeeded. [DB-4]
  if (from.history == asked.history && !log_.holds(from)) {
    Body refusal = failure(request, 500, Cause::db_lost);
    refusal.number = log_.common(from);
    co_return refusal;
  }
  if (from.position < log_.begins()) {  // [DB-25]
    Body refusal = failure(request, 500, Cause::db_lost);
    refusal.number = log_.begins();
    refusal.count = 1;
    co_return refusal;
  }
  // Its question for more says that it has what came before. [DB-13]
  received_ = std::max(received_, from.position);
  if (!waits_ && options_.semi_sync != SemiSync::off && received_ == log_.end().position) {
    waits_ = true;
    say({.what = What::semi_sync_on, .target = name()});
  }
  for (const Token& one : std::exchange(unreceived_, {})) accept(one);
  while (log_.end().position == from.position) {
    const Outcome outcome = co_await engine::Enlisted(*this, dumps_, heartbeat);
    if (outcome == Outcome::timed_out) break;
  }
  const std::uint64_t count = std::min(log_.end().position - from.position, largest_event_group);
  const LogEnd upto{log_.end().history, from.position + count};
  Body answer = success(request, 60 + log_.bytes_after({upto.history, from.position}, count));
  answer.number = upto.packed();
  answer.flags = net::streams;
  if (thread.connection == connection) thread.answered = now();
  co_return answer;
}

/// A replica that comes back has its old dump thread killed, and its new one waits for the end of
/// that. Who waits for events ends at once; who stands in a write, because the send buffer is full
/// of what nobody acknowledged, does not hear of it: it ends when the next retransmission is
/// answered by a reset, or after net_write_timeout. [DB-19]
Task<> Mysql::end_of(DumpThread old) {
  const double full = log_.exceeded({log_.end().history, old.from.position}, send_buffer);
  if (old.answered < 0 || !std::isfinite(full)) co_return;
  const double reset =
      network().next_retransmission(old.connection, net::server_side, old.answered);
  const double end = std::min(std::max(full, old.answered) + net_write_timeout, reset);
  while (now() < end && network().is_there(old.connection, net::server_side))
    co_await sleep_until(std::min(end, now() + zombie_interval));
}

/// Semi-synchronous: the client is answered when a replica has received the commit. After the
/// time-out this one and all that wait go on, asynchronously. [DB-13]
Task<> Mysql::await_replica(std::uint64_t position) {
  const double deadline = now() + options_.semi_sync_timeout;
  while (waits_ && received_ < position) {
    const double left = deadline - now();
    if (left <= 0) {
      waits_ = false;
      say({.what = What::semi_sync_off, .target = name()});
      for (const Token& one : std::exchange(unreceived_, {})) accept(one);
      co_return;
    }
    co_await engine::Enlisted(*this, unreceived_, left);
  }
}

/// The last transaction that a reader sees: with AFTER_SYNC none that a replica lacks. [DB-14]
LogEnd Mysql::visible() const {
  LogEnd end = log_.end();
  if (waits_ && options_.semi_sync == SemiSync::after_sync && !is_replica())
    end.position = std::min(end.position, std::max(received_, visible_from_));
  return end;
}

void Mysql::wake_dumps() {
  const std::vector<Token> all(dumps_.begin(), dumps_.end());
  dumps_.clear();  // who finds nothing new waits again
  for (const Token& one : all) accept(one);
}

}  // namespace spof::stack
