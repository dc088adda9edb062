#include "stack/mysql.hpp"

#include <algorithm>

#include "stack/haproxy_options.hpp"

namespace spof::stack {
namespace {

// MY_WAIT_FOR_USER_TO_FIX_PANIC of MariaDB and MySQL. [DB-23]
constexpr double wait_for_space = 60;
// Linux's vm.dirty_expire_centisecs and vm.dirty_writeback_centisecs.
constexpr double dirty_expire = 30, dirty_writeback = 5;

}  // namespace

/// A write in execution: destroyed before its commit (the server died), it never will be one.
class Mysql::Statement {
 public:
  Statement(Mysql& database, std::uint64_t id) : database_(database), id_(id) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() {
    if (!committed_) database_.context_.ledger.dropped(id_);
    if (begun_ && --database_.writing_ == 0 && !database_.is_dying())
      for (const Token& one : std::exchange(database_.unfinished_, {})) database_.accept(one);
  }
  void begin() {
    begun_ = true;
    ++database_.writing_;
  }
  void commit(LogEnd end) {
    committed_ = true;
    database_.context_.ledger.committed(id_, end, engine::now());
  }

 private:
  Mysql& database_;
  std::uint64_t id_;
  bool begun_ = false, committed_ = false;
};

Mysql::Mysql(Context& context, engine::Machine& machine, const MysqlOptions& options)
    : Component(context, "mysql", machine, options.threads, MysqlOptions::port),
      options_(options),
      tls_(secured(options.tls, MysqlOptions::port)),
      random_(stream("demand")),
      disk_(*this, machine.disk(), 1),
      log_(context.ledger.histories, name()) {
  disk_.measured_as("disk");
  listener.backlog =
      options.backlog.value_or(std::min(50 + options.max_connections / 5, 900));  // [DB-20]
  listener.idle_timeout = options.wait_timeout;
  if (options.replica_of.empty()) log_.lead();
}

void Mysql::wired(const std::vector<Wire>& wires) {
  for (const Wire& wire : wires) {
    source_ = wire.to;
    source_at_ = address_of(wire);
  }
}

// ---- Life cycle ---------------------------------------------------------------------------------
void Mysql::started() {
  Daemon::started();  // it says itself when it is ready
  if (tls_) tls_->restart(now());
  disk_.clear();
  dumps_.clear();
  dump_threads_.clear();
  commits_.clear();
  locked_.clear();
  unfinished_.clear();
  closers_.clear();
  behind_.clear();
  transactions_.clear();
  altering_ = writing_ = closing_ = 0;
  flushing_ = fetching_ = promoting_ = applier_stopped_ = false;
  unreceived_.clear();
  promotions_.clear();
  // As a replica that logs what it applies it has waited once, in vain. [DB-13]
  const bool has_waited = epoch() == 1 && is_replica() && options_.log_slave_updates;
  waits_ = options_.semi_sync != SemiSync::off && !has_waited;
  received_ = 0;
  visible_from_ = log_.end().position;
  flush_bytes_ = 0;
  written_back_ = log_.end().position;
  applier_ = {};
  applying_ = 0;
  io_thread_ = nullptr;
  if (epoch() > 1 && is_replica() && options_.relay_log_recovery &&
      log_.waiting() > 0) {  // [DB-24]
    say({.what = What::relay_log_purged,
         .target = name(),
         .figure = static_cast<double>(log_.waiting())});
    log_.discard_received(0);
  }
  // Whoever set a primary up has made it writable.
  read_only_ = options_.read_only && (epoch() > 1 || is_replica());
  if (epoch() > 1) {
    listener.open = false;
    start(recover());
  } else if (is_replica()) {
    start(fetch_log());
    start(apply_log());
  }
  if (options_.flush_log_at_trx_commit != 1) start(flush_every_second());
  if (options_.sync_binlog == 0) start(write_back());
  if (options_.backup) start(keep_backups());
}

/// Connections are refused until the redo log has been replayed. [DB-5] What a start needs space
/// for does not wait for it. [DB-23]
Task<> Mysql::recover() {
  if (machine().is_disk_full()) {
    say({.what = What::start_failed, .target = name()});
    start_failed_ = true;
    kernel().at(now(), [this] { context_.hands->failed(name()); });
    co_return;
  }
  const double replay = crashed_ ? options_.redo / options_.recovery_speed : 0;
  const bool after_crash = std::exchange(crashed_, false);
  co_await sleep_for((options_.start_time + replay) * slowdown() * machine().cpu_slowdown());
  if (anew_ == Anew::rebuilt) co_await rebuild();
  if (anew_ == Anew::restored) co_await restore();
  anew_ = Anew::no;
  listener.open = true;
  say({.what = after_crash ? What::recovered : What::accepting,
       .target = name(),
       .figure = options_.start_time + replay});
  if (!is_replica()) co_return;
  start(fetch_log());
  start(apply_log());
}

void Mysql::ended(bool silently) {
  // A start in vain has recovered nothing, and done nothing that could be lost.
  if (!std::exchange(start_failed_, false)) {
    crashed_ = !stops_cleanly();
    if (!is_replica() && crashed_) lose_tail(silently);
  }
  Component::ended(silently);
}

/// A dead process leaves its page cache to the machine; a dead machine leaves what was flushed.
/// Only flush_log_at_trx_commit=0 keeps commits in the process. [DB-2] [DB-3] So tables and binary
/// log may end at different transactions, and go on from there. [DB-4]
void Mysql::lose_tail(bool with_machine) {
  const std::uint64_t all = log_.end().position;
  const bool keeps = !with_machine && options_.flush_log_at_trx_commit != 0;
  const std::uint64_t data = keeps ? all : log_.secured();
  const std::uint64_t logged = with_machine && options_.sync_binlog == 0 ? written_back_ : all;
  if (data == all && logged == all) return;
  if (const std::uint64_t lost = log_.tear(data, logged); lost > 0)
    say({.what = What::transactions_lost,
         .target = name(),
         .figure = static_cast<double>(lost),
         .setting = options_.flush_log_at_trx_commit,
         .version = logged > data ? "are in its binary log: replicas have them and go on; with "
                                    "AUTO_INCREMENT keys they stop at the next insert (error 1062)"
                                  : ""});
}

/// Left to the kernel, a page of the binary log gets to the disk half a minute later.
Task<> Mysql::write_back() {
  for (double dirty = never;;) {
    co_await sleep_for(dirty_writeback);
    const std::uint64_t end = log_.end().position;
    if (end > written_back_) dirty = std::min(dirty, now());
    if (now() - dirty < dirty_expire) continue;
    written_back_ = end;
    dirty = never;
  }
}

Task<> Mysql::flush_every_second() {
  for (;;) {
    co_await sleep_for(1);
    const std::uint64_t written = log_.end().position;
    if (written == log_.secured()) continue;
    co_await disk_.use(flush_work(0));
    log_.secure(written);
  }
}

// ---- Statements ---------------------------------------------------------------------------------
Task<> Mysql::serve(const Message& message) {
  if (message.body.verb == code(Verb::receipt)) {
    network().taken(message.connection);
    co_return acknowledge(message.body.number);
  }
  net::Exchange exchange(*this, message);
  if (exchange.request().verb == code(Verb::handshake))
    co_return co_await welcome(tls_ ? &*tls_ : nullptr, exchange);
  if (exchange.request().verb == code(Verb::login))
    co_return exchange.answer(greet(exchange.connection(), exchange.request()));
  if (exchange.request().verb == code(Verb::check)) {
    const Body page = co_await check(exchange.connection(), exchange.request());
    co_return exchange.answer(page);
  }
  if (exchange.request().verb == code(Verb::dump)) co_return co_await dump(exchange);
  const Body answer = co_await execute(exchange.request(), exchange.connection());
  exchange.answer(answer);
}

/// Beyond max_connections there is error 1040 instead of a greeting; one more is kept free for who
/// has the right (SUPER, CONNECTION ADMIN): `count` of the request. [DB-7]
Body Mysql::greet(net::ConnectionId connection, const Body& request) {
  return network().rank(connection) > options_.max_connections + request.count
             ? failure(request, 500, Cause::db_connections)
             : success(request, 100);
}

/// The page beside it, which asks it as clustercheck does: 200 when it answers, or is one to write
/// to. That page ends with it: a real one is then a 503 instead of a refusal. [DB-22]
Task<Body> Mysql::check(net::ConnectionId connection, Body request) {
  const Body greeting = greet(connection, request);
  co_await compute(options_.ping_cpu.draw(random_));
  const bool bad =
      greeting.status >= 500 || is_struck() ||
      (request.number == static_cast<std::uint64_t>(AnsweredBy::primary) && !is_primary());
  co_return bad ? failure(request, 503, Cause::none) : success(request, 200);
}

Task<Body> Mysql::execute(Body request, net::ConnectionId session) {
  const RequestClass& wanted = class_of(request);
  const bool writes = request.verb == code(Verb::query) && wanted.kind == RequestKind::write;
  if (request.verb == code(Verb::order)) co_return co_await obey(request, session);
  if (request.verb == code(Verb::copy)) co_return co_await send_copy(request);
  if (request.verb == code(Verb::status)) {
    co_await compute(options_.ping_cpu.draw(random_));
    co_return status(request);
  }
  if (request.verb == code(Verb::metrics)) {
    co_await compute(options_.ping_cpu.draw(random_));
    Body page = success(request, 2000);
    page.number = context_.luggage.leave(metrics());
    co_return page;
  }
  const bool is_query = request.verb == code(Verb::query);
  const bool is_asked = !is_query || co_await await_tables(session);
  const bool fits = !is_query || knows(request.number);
  if (!is_asked || is_struck() || !fits) {
    if (writes) context_.ledger.dropped(request.id);
    co_return failure(request, 500, fits ? Cause::injected : Cause::schema_unknown);
  }
  if (writes) co_return co_await write(request);
  const bool ping = request.verb == code(Verb::ping);
  co_await compute(ping ? options_.ping_cpu.draw(random_) : wanted.cpu.mysql.draw(random_));
  if (ping) co_return success(request, 100);
  if (random_.chance(wanted.from_disk) && machine().has_disk())
    co_await disk_.use(16384 * machine().disk_slowdown());
  Body answer = success(request, wanted.response);
  // Said to whoever keeps the books: neither the database nor its clients know.
  if (context_.ledger.histories.behind(log_.number()).transactions > 0)
    answer.flags = net::stale_read;
  context_.ledger.histories.read(visible());
  co_return answer;
}

Task<Body> Mysql::write(Body request) {
  Statement statement(*this, request.id);
  while (altering_ > 0) co_await engine::Enlisted(*this, locked_);
  if (read_only_) co_return failure(request, 500, Cause::db_read_only);
  statement.begin();
  const RequestClass& wanted = class_of(request);
  co_await compute(wanted.cpu.mysql.draw(random_));
  co_await flush(wanted.commit);
  if (read_only_) co_return failure(request, 500, Cause::db_read_only);
  if (is_replica() && log_.own() == 0) say({.what = What::own_writes, .target = source_});
  statement.commit(log_.commit({now(), static_cast<float>(wanted.commit),
                                static_cast<float>(wanted.cpu.apply.draw(random_))},
                               is_replica()));
  // Recovery asks the binary log which of the prepared transactions are to be. Without that a
  // commit is safe once another one's flush has begun.
  if (options_.flush_log_at_trx_commit == 1 && (options_.sync_binlog != 0 || !machine().has_disk()))
    log_.secure(log_.end().position);
  wake_dumps();
  if (waits_) co_await await_replica(log_.end().position);
  co_return success(request, 100);
}

/// Work for the disk, in bytes: an fsync takes a time of its own, whatever it writes. [DB-1]
double Mysql::flush_work(double bytes) const {
  const int flushes = (options_.flush_log_at_trx_commit == 1 ? 1 : 0) + (syncs_binlog() ? 1 : 0);
  return (std::max(1, flushes) * options_.flush_time * machine().disk_speed() + bytes) *
         machine().disk_slowdown();
}

/// Group commit: whoever comes while a flush is in progress shares the next one. [DB-1]
Task<> Mysql::flush(double bytes) {
  machine().written += bytes;
  const bool syncs = options_.flush_log_at_trx_commit == 1 || syncs_binlog();
  const bool waits = flushing_ || machine().is_disk_full();
  if ((!syncs || !machine().has_disk()) && !waits) co_return;
  flush_bytes_ += bytes;
  if (!flushing_) {
    flushing_ = true;
    start(flusher());
  }
  co_await engine::Enlisted(*this, commits_);
}

Task<> Mysql::flusher() {
  while (!commits_.empty()) {
    if (machine().is_disk_full()) co_await await_space();
    const std::vector<Token> group(commits_.begin(), commits_.end());
    commits_.clear();
    const double work = flush_work(std::exchange(flush_bytes_, 0));
    const std::uint64_t before = log_.end().position;
    if (machine().has_disk()) co_await disk_.use(work);
    if (options_.flush_log_at_trx_commit == 1) log_.secure(std::max(before, log_.secured()));
    for (const Token& one : group) accept(one);
  }
  flushing_ = false;
}

/// Who finds the disk full looks again every 60 s, and holds the log: whoever wants to write to it
/// waits behind, and nobody gets an error. [DB-23]
Task<> Mysql::await_space() {
  const double since = now();
  say({.what = What::no_space, .target = name()});
  while (machine().is_disk_full()) co_await sleep_for(wait_for_space);
  say({.what = What::has_space, .target = name(), .figure = now() - since});
}

/// By the clock of this machine, less what it was ahead of the source's when the I/O thread began:
/// a clock that is wrong is no matter, one that goes wrong since is. 0 as soon as all that was
/// received is applied. [DB-11]
std::optional<double> Mysql::seconds_behind() const {
  if (!is_replica() || !fetching_ || applier_stopped_) return {};
  const Transaction* next = log_.waiting() > 0 ? log_.event(0) : nullptr;
  if (!next) return 0;
  return std::max(0., std::floor(now() - next->committed_at + clock_ahead() - clock_ahead_));
}

double Mysql::clock_ahead() const {
  const double source = source_host_ ? source_host_->clock_error(now()) : 0;
  return machine().clock_error(now()) - source;
}

std::unique_ptr<Component> MysqlOptions::build(Context& context, engine::Machine& machine,
                                               const MysqlOptions& options) {
  return std::make_unique<Mysql>(context, machine, options);
}

}  // namespace spof::stack
