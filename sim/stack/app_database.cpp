#include "stack/app.hpp"
#include "stack/mysql_options.hpp"

// The database client inside an application.
namespace spof::stack {

App::Kept& App::kept_of(Thread& thread, net::Address database, bool writes) {
  for (Kept& one : thread.sockets)
    if (one.database == database && one.writes == writes) return one;
  return thread.sockets.emplace_back(Kept{database, writes, net::Socket()});
}

App::Pool& App::pool_of(Worker& worker, net::Address database, bool writes) {
  for (Pool& one : worker.pools)
    if (one.database == database && one.writes == writes) return one;
  return worker.pools.emplace_back(Pool{database, writes, {}, 0, {}});
}

/// One of the pool's connections, or the right to open one, for the time of a statement. [APP-17]
class App::Loan {
 public:
  Loan(App& app, Pool& pool, int kept) : app_(app), pool_(pool), most_kept_(kept) {
    ++pool_.lent;
    if (pool_.idle.empty()) return;
    kept_ = std::move(pool_.idle.front());
    pool_.idle.pop_front();
  }
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;
  ~Loan() {
    if (app_.is_dying() || is_leaked) return;
    --pool_.lent;
    const bool has_room = static_cast<int>(pool_.idle.size()) < most_kept_;
    if (kept_.socket && has_room) pool_.idle.push_back(std::move(kept_));
    for (const Token& one : std::exchange(pool_.waiting, {})) app_.accept(one);
  }
  Kept& kept() { return kept_; }
  bool is_leaked = false;

 private:
  App& app_;
  Pool& pool_;
  int most_kept_;
  Kept kept_{};
};

/// One statement on a connection of the thread, or of its process's pool. Whoever is told that one
/// was lost takes all that are idle for lost. [APP-17]
Task<Body> App::query(Worker& worker, Thread& thread, net::Address database, Body request) {
  const DatabaseClientOptions& client = options_.database;
  const bool is_query = request.verb == code(Verb::query);
  const bool writes = is_query && class_of(request).kind == RequestKind::write;
  const bool apart = writes && !client.one_connection;
  if (!client.pool) {
    Kept& own = kept_of(thread, database, apart);
    const Body answer = co_await state(own, request);
    if (is_query && own.socket && leaks(worker))
      worker.leaked.push_back(std::exchange(own.socket, net::Socket()));
    co_return answer;
  }
  Pool& pool = pool_of(worker, database, apart);
  const double deadline = now() + client.pool->timeout;
  const int most = client.pool->size + client.pool->overflow;
  constexpr double a_while = 10;  // told once in it
  if (pool.lent >= most && now() - std::exchange(said_lent_, now()) > a_while)
    say({.what = What::connections_taken, .target = name(), .figure = double(most)});
  while (pool.lent >= most)
    if (now() >= deadline ||
        co_await engine::Enlisted(*this, pool.waiting, deadline - now()) == Outcome::timed_out)
      co_return failure(request, 500, Cause::pool_timeout);
  Loan loan(*this, pool, client.pool->size);
  loan.kept().database = database;
  loan.kept().writes = apart;
  const Body answer = co_await state(loan.kept(), request);
  if (answer.cause == code(Cause::db_lost)) pool.idle.clear();
  loan.is_leaked = is_query && loan.kept().socket && leaks(worker);
  if (loan.is_leaked) worker.leaked.push_back(std::move(loan.kept().socket));
  co_return answer;
}

/// Without `pre_ping` a kept connection is used without asking whether it is still good: after a
/// restart of the database each one fails once. [APP-6]
Task<Body> App::state(Kept& kept, Body request) {
  const DatabaseClientOptions& client = options_.database;
  if (kept.socket && client.max_age && now() - kept.opened > *client.max_age) kept.socket.close();
  request.bytes = 300;
  request.flags = net::keep_open;
  if (kept.socket && client.pre_ping) {
    Body ping = request;
    ping.verb = code(Verb::ping);
    if (!co_await ask(kept.socket, ping, client.read_timeout.value_or(0))) kept.socket.close();
  }
  if (!kept.socket)
    if (const Cause refusal = co_await connect(kept); refusal != Cause::none)
      co_return failure(request, 500, refusal);
  if (request.verb == code(Verb::query) && class_of(request).kind == RequestKind::write)
    context_.ledger.sent(request.id);
  net::Reply reply = co_await ask(kept.socket, request, client.read_timeout.value_or(0));
  const bool broken = reply.outcome != Outcome::ok;
  const bool failed = reply.body.status >= 500 && client.drop_on == DropOn::error;
  if (broken || failed || !client.persistent) kept.socket.close();
  if (broken)
    co_return failure(request, 500,
                      reply.outcome == Outcome::timed_out ? Cause::db_timeout : Cause::db_lost);
  co_return reply.body;
}

Task<Cause> App::connect(Kept& kept) {
  const net::Address there = kept.database == primary_ ? resolve() : kept.database;
  net::Socket fresh = co_await dial(there, options_.database.connect_timeout);
  if (!fresh)
    co_return fresh.outcome() == Outcome::timed_out ? Cause::db_connect_timeout : Cause::db_refused;
  const Cause refusal = co_await log_in(fresh, tls_at(there));
  if (refusal != Cause::none) co_return refusal;
  kept.socket = std::move(fresh);
  kept.opened = now();
  co_return Cause::none;
}

/// The server speaks first: without its greeting nothing is sent, and no time-out but the library's
/// ends the wait. Then come the credentials, and PyMySQL's SET AUTOCOMMIT. [DB-20]
Task<Cause> App::log_in(const net::Socket& socket, const TlsOptions* tls) {
  const DatabaseClientOptions& client = options_.database;
  const bool pymysql = client.library == ClientLibrary::pymysql;
  const double patience = pymysql ? client.read_timeout.value_or(0) : client.connect_timeout;
  if (tls) {
    const Handshake shaken = co_await shake_hands(
        socket, *tls,
        {.source = 0, .verifies = client.verify, .deadline = patience > 0 ? now() + patience : 0});
    if (!shaken) co_return shaken.cause ? static_cast<Cause>(shaken.cause) : Cause::db_lost;
    co_await compute(tls->cpu.client);
  }
  Body packet;
  packet.verb = code(Verb::login);
  packet.bytes = 100;
  packet.flags = net::keep_open;
  packet.source = address().ip;
  for (int rounds = pymysql ? 3 : 2; rounds > 0; --rounds) {
    const net::Reply reply = co_await ask(socket, packet, patience);
    if (reply.outcome == Outcome::timed_out)
      co_return pymysql ? Cause::db_timeout : Cause::db_connect_timeout;
    if (reply.outcome != Outcome::ok) co_return Cause::db_lost;
    if (reply.body.status >= 500) co_return static_cast<Cause>(reply.body.cause);
  }
  co_return Cause::none;
}

}  // namespace spof::stack
