#include <algorithm>
#include <cmath>

#include "stack/mysql.hpp"

// What a primary does for its replicas.
namespace spof::stack {
namespace {

// What a kernel takes over of a stream that nobody acknowledges: 51 segments, in 7 of 7 on Linux
// 6.18; once 96,466 bytes, behind a connection with another history. [DB-19]
constexpr double send_buffer = 51 * 1448;
constexpr double packet_headers = 22;     // of the events of a commit, on the socket [DB-19]
constexpr double net_write_timeout = 60;  // the default of MariaDB and MySQL [DB-19]
constexpr double heartbeat_bytes = 60;    // assumed
constexpr double look_again = 0.02;  // of who waits for an old dump thread, or its buffer; assumed

}  // namespace

/// The dump thread: sends the events after the replica's position as they are committed, and when
/// there are none for half its net_timeout a heartbeat. [DB-8] [DB-12] The first one goes at once.
Task<> Mysql::dump(net::Exchange& exchange) {
  const double heartbeat = options_.net_timeout / 2;
  const net::ConnectionId connection = exchange.connection();
  const Body request = exchange.request();
  const LogEnd asked = LogEnd::unpacked(request.number);
  LogEnd sent = log_.here(asked);
  DumpThread& thread = dump_threads_[request.source];
  co_await end_of(thread);
  thread = {connection};
  // A replica that has what is not here: the tail of this log was lost, or the replica was a
  // primary that another one succeeded. [DB-4] Or it has not what is here no more. [DB-25]
  const bool has_more = sent.history == asked.history && !log_.holds(sent);
  if (has_more || sent.position < log_.begins()) {
    Body refusal = failure(request, 500, Cause::db_lost);
    refusal.number = has_more ? log_.common(sent) : log_.begins();
    refusal.count = has_more ? 0 : 1;
    co_return exchange.answer(refusal);
  }
  acknowledge(sent.position);
  while (thread.connection == connection && network().is_usable(connection, net::server_side)) {
    double bytes = 0;
    for (sent.history = log_.end().history;
         sent.position < log_.end().position && bytes < send_buffer; ++sent.position)
      bytes += log_.bytes_after(sent, 1) + packet_headers;
    Body events = success(request, std::max(bytes, heartbeat_bytes));
    events.number = sent.packed();
    events.count = options_.semi_sync != SemiSync::off && bytes > 0 ? 1 : 0;
    network().stream(connection, net::server_side, events);
    if (network().queued(connection, net::server_side) > send_buffer) {
      thread.writes = true;
      const double gives_up = now() + net_write_timeout;
      while (network().queued(connection, net::server_side) > 0 && now() < gives_up)
        co_await sleep_for(look_again);
      thread.writes = false;
      if (now() >= gives_up) co_return;
    }
    while (log_.end().position == sent.position) {
      const Outcome outcome = co_await engine::Enlisted(*this, dumps_, heartbeat);
      if (outcome == Outcome::timed_out) break;
    }
  }
}

/// Some replica has the log up to there.
void Mysql::acknowledge(std::uint64_t position) {
  received_ = std::max(received_, position);
  if (!waits_ && options_.semi_sync != SemiSync::off && received_ == log_.end().position) {
    waits_ = true;
    say({.what = What::semi_sync_on, .target = name()});
  }
  for (const Token& one : std::exchange(unreceived_, {})) accept(one);
}

/// A replica that comes back has its old dump thread killed, and its new one waits for the end of
/// that. Who waits for events ends at once; who stands in a write, because the send buffer is full
/// of what nobody acknowledged, does not hear of it: it ends when the next retransmission is
/// answered by a reset, or after net_write_timeout. [DB-19]
Task<> Mysql::end_of(const DumpThread& old) {
  const net::ConnectionId connection = old.connection;
  while (old.writes && old.connection == connection) co_await sleep_for(look_again);
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
