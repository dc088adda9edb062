#include <algorithm>

#include "stack/mysql.hpp"

// Changes of tables, and who has to wait for whom.
namespace spof::stack {
namespace {

constexpr double full_second = 1;

}  // namespace

/// ALTER TABLE. With ALGORITHM=COPY others read meanwhile, and wait to write. Its own work for
/// processor and disk is not modelled. Its replicas do it again when it is done. [DB-27]
Task<Body> Mysql::alter(Body request, int locks, net::ConnectionId session) {
  const double takes = request.source / 1e3;
  const double patience = double(request.number >> 8) / 1e3;
  bool has_table = locks > 0 || co_await close_table(patience, session);
  altering_ += locks;
  if (has_table && takes > 0) co_await sleep_for(takes);
  has_table = has_table && co_await close_table(patience, session);
  unlock(locks);
  if (!has_table) co_return failure(request, 500, Cause::none);
  const LogEnd end = log_.commit(
      {.committed_at = now(), .cpu = static_cast<float>(takes), .alone = true}, is_replica());
  context_.migrations.emplace_back(request.count, end);
  wake_dumps();
  if (session != 0 && !network().is_usable(session, net::server_side))
    say({.what = What::migrated, .target = name(), .figure = 2, .setting = locks});
  if (waits_) co_await await_replica(log_.end().position);
  co_return success(request, 100);
}

/// In its beginning, but with COPY, and at its end it wants the table for itself: it waits for open
/// transactions that have it, and every later statement, reads too, waits behind it. Whether it had
/// it within its time. [DB-28]
Task<bool> Mysql::close_table(double patience, net::ConnectionId session) {
  if (!transactions_.any()) co_return true;
  const double since = now();
  ++closing_;
  say({.what = What::table_closed, .target = name()});
  bool is_asked = true;
  while (is_asked && transactions_.any()) {
    const double left = patience > 0 ? since + patience - now() : full_second;
    if (left <= 0) break;
    const Outcome waited = co_await engine::Enlisted(*this, closers_, std::min(left, full_second));
    is_asked = !has_left(waited, session);
  }
  const bool had = !transactions_.any();
  --closing_;
  for (const Token& one : std::exchange(behind_, {})) accept(one);
  say({.what = What::table_open,
       .target = name(),
       .figure = now() - since,
       .setting = had        ? 0
                  : is_asked ? 1
                             : 2});
  co_return had;
}

/// A statement behind a table that is closed. false: its client left, and it ends undone.
Task<bool> Mysql::await_tables(net::ConnectionId session) {
  while (closing_ > 0) {
    const Outcome waited = co_await engine::Enlisted(*this, behind_, full_second);
    if (has_left(waited, session)) co_return false;
  }
  co_return true;
}

/// Who waits for a table looks at each full second of that whether its client is there. [DB-28]
bool Mysql::has_left(Outcome waited, net::ConnectionId session) {
  return waited == Outcome::timed_out && session != 0 &&
         !network().is_usable(session, net::server_side);
}

void Mysql::hold_tables(engine::Hold by, bool holds) {
  if (holds && is_ready()) transactions_.add(by);
  if (!holds) transactions_.drop(by);
  if (!transactions_.any())
    for (const Token& one : std::exchange(closers_, {})) accept(one);
}

/// Whether its tables have all that a statement names: what the migration of the release in the
/// lower half brings, and what that in the upper half takes away. What migrations it has had, its
/// log tells.
bool Mysql::knows(std::uint64_t names) const {
  const auto has_had = [&](std::uint64_t release) {
    return std::ranges::any_of(context_.migrations, [&](const auto& one) {
      return one.first == release && log_.holds(one.second);
    });
  };
  const std::uint64_t brought = names & 0xffff, taken = names >> 16;
  return (brought == 0 || has_had(brought)) && (taken == 0 || !has_had(taken));
}

void Mysql::unlock(int locks) {
  altering_ -= locks;
  for (const Token& one : std::exchange(locked_, {})) accept(one);
}

/// SET GLOBAL read_only waits for the writes in progress, and those that come meanwhile for it; to
/// be refused. [DB-15]
Task<> Mysql::close_to_writes() {
  ++altering_;
  while (writing_ > 0) co_await engine::Enlisted(*this, unfinished_);
  read_only_ = true;
  unlock(1);
  say({.what = What::read_only, .target = name()});
}

}  // namespace spof::stack
