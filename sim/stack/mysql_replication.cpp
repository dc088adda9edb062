#include <algorithm>
#include <cmath>

#include "stack/mysql.hpp"

namespace spof::stack {
Body Mysql::status(const Body& request) const {
  Body answer = success(request, 200);
  answer.count = static_cast<std::uint16_t>((is_replica() ? DatabaseStatus::replica : 0) +
                                            (fetching_ ? DatabaseStatus::receives : 0) +
                                            (applier_stopped_ ? 0 : DatabaseStatus::applies) +
                                            (read_only_ ? DatabaseStatus::read_only : 0));
  answer.source = static_cast<std::uint32_t>(std::min(1e3 * (now() - heard_), 4e9));
  answer.number = log_.received().position;
  return answer;
}

/// As mysqld_exporter names them. Seconds_Behind_Master is NULL, so without a series, unless both
/// threads run; it knows of what has been received, not of what is still at the source. [MON-9]
MetricsPage Mysql::metrics() const {
  const double connections = listener.accepted, most = options_.max_connections;
  MetricsPage page{{"mysql_global_status_threads_connected", {}, connections},
                   {"mysql_global_variables_max_connections", {}, most}};
  if (!is_replica()) return page;
  page.push_back({"mysql_slave_status_slave_io_running", {}, fetching_ ? 1. : 0.});
  page.push_back({"mysql_slave_status_slave_sql_running", {}, applier_stopped_ ? 0. : 1.});
  if (const auto behind = seconds_behind())
    page.push_back({"mysql_slave_status_seconds_behind_master", {}, *behind});
  return page;
}

// ---- On the replica -----------------------------------------------------------------------------
/// The I/O thread. A lost connection is opened again at once, then every connect_retry. [DB-12] It
/// ends when the source lacks what is here; only an operator can help then. [DB-4]
Task<> Mysql::fetch_log() {
  io_thread_ = co_await Self{};
  for (bool first = true;; first = false) {
    net::Socket link = co_await log_in_to_source();
    if (link) {
      fetching_ = true;
      source_host_ = kernel().platform().find_machine(source_.substr(source_.find('@') + 1));
      clock_ahead_ = clock_ahead();
      if (!first) say({.what = What::replication_started, .target = source_});
      for (bool asked = false; co_await fetch_once(link, !asked); asked = true) {
      }
      fetching_ = false;
      if (!io_thread_) co_return;
    } else {
      co_await sleep_for(options_.connect_retry);
    }
  }
}

/// A source that takes the connection and does not greet is waited for as for its log. [DB-20]
Task<net::Socket> Mysql::log_in_to_source() {
  net::Socket link = co_await dial(source_at_, options_.net_timeout);
  if (!link) co_return link;
  Body packet;
  packet.verb = code(Verb::login);
  packet.bytes = 100;
  packet.flags = net::keep_open;
  const net::Reply greeting = co_await ask(link, packet, options_.net_timeout);
  if (!greeting) co_return net::Socket();
  co_return link;
}

void Mysql::stop_fetching() {
  if (io_thread_) cancel(std::exchange(io_thread_, nullptr));
  fetching_ = false;
}

/// Asks for the log, or waits for more of it; false when the connection is of no use any more, or
/// none would be.
Task<bool> Mysql::fetch_once(net::Socket& link, bool first) {
  Body request;
  request.verb = code(Verb::dump);
  request.number = log_.received().packed();
  request.source = address().ip;
  request.bytes = 60;
  request.flags = net::keep_open;
  heard_ = now();
  const net::Hearing how{.between_reads = true, .again = !first};
  const net::Reply events = co_await ask(link, request, options_.net_timeout, how);
  if (events.outcome != Outcome::ok) {
    const bool silent = events.outcome == Outcome::timed_out;
    say({.what = What::replication_stopped,
         .target = source_,
         .figure = silent ? double(options_.net_timeout) : 0});
    co_return false;
  }
  if (events.body.cause == code(Cause::db_lost)) {
    say({.what = What::replication_broken,
         .target = source_,
         .figure = events.body.count > 0  // its log begins too late
                       ? 0.0
                       : static_cast<double>(log_.received().position - events.body.number),
         .setting = static_cast<int>(events.body.number)});
    io_thread_ = nullptr;
    co_return false;
  }
  if (events.body.status >= 500) {
    say({.what = What::replication_broken, .target = source_});
    co_await sleep_for(options_.connect_retry);
    co_return false;
  }
  const LogEnd upto = LogEnd::unpacked(events.body.number);
  // Nobody flushes the relay log, but it waits for space as any log. [DB-23]
  if (machine().is_disk_full() && upto.position > log_.received().position) co_await flush(0);
  const LogEnd had = log_.received();
  if (upto.history == had.history && upto.position < had.position) co_return true;  // overtaken
  log_.receive(upto);
  if (events.body.count > 0) {
    Body receipt;
    receipt.verb = code(Verb::receipt);
    receipt.number = upto.position;
    receipt.bytes = 40;
    receipt.flags = net::keep_open;
    network().stream(link.id(), net::client_side, receipt);
  }
  if (applier_.process && log_.waiting() > 0) accept(applier_);
  co_return true;
}

/// The applier: in the order of the log, applier_workers at a time, which commit together. [DB-10]
/// It ends when its database has become a primary. Where that has writes of its own, the next of
/// its source has the key of one of them: error 1062, and nothing is applied any more. [DB-26]
Task<> Mysql::apply_log() {
  for (;;) {
    while (log_.waiting() == 0 || applier_stopped_ || log_.own() > 0) {
      if (promoting_ && (log_.waiting() == 0 || log_.own() > 0)) co_return become_primary();
      if (log_.waiting() > 0 && !applier_stopped_) {
        applier_stopped_ = true;
        say({.what = What::replication_broken,
             .target = source_,
             .figure = -static_cast<double>(log_.own()),
             .setting = static_cast<int>(log_.applied())});
      }
      co_await engine::Nap(*this, applier_);
    }
    const Transaction* next = log_.event(0);
    if (options_.delay > 0 && next) co_await sleep_until(next->committed_at + options_.delay);
    const auto most = static_cast<std::uint64_t>(options_.applier_workers);
    std::uint64_t count = 0;
    double cpu = 0, bytes = 0;
    const bool alone = next && next->alone;
    for (; count < std::min(log_.waiting(), alone ? 1 : most); ++count) {
      const Transaction* event = log_.event(count);
      const bool early = event && event->committed_at + options_.delay > now();
      if (count > 0 && (early || (event && event->alone))) break;
      cpu += event ? static_cast<double>(event->cpu) : 0;
      bytes += event ? static_cast<double>(event->bytes) : 0;
    }
    applying_ = count;
    int left = static_cast<int>(count);
    if (alone) {
      co_await sleep_for(cpu);
      co_await close_table(0, 0);  // it knows no lock_wait_timeout
    } else if (left == 1) {
      co_await compute(cpu);
    } else {
      for (int worker = 0, workers = left; worker < workers; ++worker)
        start(apply_part(cpu / workers, &left));
      while (left > 0) co_await engine::Nap(*this, batch_);
    }
    co_await flush(bytes);
    log_.apply(count);
    applying_ = 0;
    wake_dumps();
    if (waits_ && options_.log_slave_updates) co_await await_replica(log_.end().position);
  }
}

/// `left` lives in the applier's frame, which outlives its parts: both die with the process, parts
/// last, without touching it.
Task<> Mysql::apply_part(double cpu, int* left) {
  co_await compute(cpu);
  if (--*left == 0 && batch_.process) accept(batch_);
}

// ---- Copies -------------------------------------------------------------------------------------
/// Part of the data: `count` megabytes of it.
Task<Body> Mysql::send_copy(Body request) {
  const double bytes = request.count * 1e6;
  if (machine().has_disk()) co_await disk_.use(bytes * machine().disk_slowdown());
  Body answer = success(request, bytes);
  answer.number = log_.end().packed();
  answer.flags = net::streams;
  co_return answer;
}

Task<> Mysql::write_copy(double bytes) {
  if (machine().has_disk()) co_await disk_.use(bytes * machine().disk_slowdown());
}

/// It has nothing, and serves nobody, until the copy of its source is whole. What that commits
/// meanwhile comes with the log. One part is written while the next one is fetched.
Task<> Mysql::rebuild() {
  const double began = now();
  constexpr double largest = 64e6;
  std::optional<LogEnd> end;
  for (double left = options_.data; left > 0 || !end;) {
    net::Socket link = co_await log_in_to_source();
    if (!link) co_await sleep_for(options_.connect_retry);
    while (link && (left > 0 || !end)) {
      Body request;
      request.verb = code(Verb::copy);
      request.bytes = 60;
      request.count = static_cast<std::uint16_t>(std::ceil(std::min(left, largest) / 1e6));
      request.flags = net::keep_open | net::streams;
      const net::Reply part = co_await ask(link, request, options_.net_timeout);
      if (!part || part.body.status >= 500) break;
      if (!end) end = LogEnd::unpacked(part.body.number);
      left -= largest;
      start(write_copy(part.body.bytes));
    }
  }
  co_await write_copy(0);  // after those that are under way
  log_.copy(*end);
  say({.what = What::rebuilt, .target = name(), .figure = now() - began});
}

/// From the last backup and, where it was copied away, the binary log since. What was written
/// between a backup and the run is taken to have come as often as what the run wrote. A replica
/// goes on from there with what its source has.
Task<> Mysql::restore() {
  const BackupOptions& how = *options_.backup;
  const Copy from = how.archive_every ? archive_ : backup_;  // as they are when it begins
  double replayed = 0;
  if (how.archive_every) {
    const Copy seen = from.date > 0 ? from : Copy{log_.end(), now()};
    replayed = static_cast<double>(from.end.position - backup_.end.position) +
               static_cast<double>(seen.end.position) / seen.date * std::max(0.0, -backup_.date);
  }
  co_await sleep_for(options_.data / how.restore_speed + replayed / how.replay_rate);
  log_.copy(from.end);
  if (log_.leads()) {
    log_.lead(now());
    context_.ledger.restored_as_of(from.date);
  }
  say({.what = What::restored, .target = name(), .figure = now() - from.date});
}

Task<> Mysql::keep_backups() {
  const BackupOptions& how = *options_.backup;
  if (epoch() == 1) {
    backup_ = {{}, -how.age};
    archive_ = {{}, now()};
  }
  double next_backup = now() - std::fmod(now() - backup_.date, how.every) + how.every;
  for (;;) {
    const double next =
        how.archive_every ? std::min(next_backup, now() + *how.archive_every) : next_backup;
    co_await sleep_until(next);
    archive_ = {log_.end(), now()};
    if (now() < next_backup) continue;
    backup_ = archive_;
    next_backup += how.every;
  }
}

// ---- Who is what, by command --------------------------------------------------------------------
void Mysql::command(const std::string& verb, const std::string& object, engine::Hold) {
  if (!is_alive() || is_hung() || !listener.open)
    return say({.what = What::command_refused, .target = name()});
  if (verb == "promote") return promote();
  if (verb == "change_source") return change_source(object);
  if (verb == "rebuild") return rebuild_from(object);
  if (verb == "restore") return start_over(Anew::restored);
  if (verb == "stop_replica" || verb == "stop_applier" || verb == "start_replica")
    return run_threads(verb == "start_replica", verb != "stop_applier");
  if (verb == "read_only") return start(close_to_writes());
  read_only_ = false;
  say({.what = What::read_write, .target = name()});
}

Task<Body> Mysql::obey(Body request, net::ConnectionId session) {
  const auto order = static_cast<Command>(request.number & 0xff);
  if (order == Command::alter) co_return co_await alter(request, 0, session);
  if (order == Command::alter_locking) co_return co_await alter(request, 1, session);
  const std::string whom = "mysql@" + network().fabric().name(request.source);
  switch (order) {
    case Command::promote_at_once:
    case Command::promote:
      if (order == Command::promote_at_once) log_.discard_received(applying_);
      promote();
      while (is_replica()) co_await engine::Enlisted(*this, promotions_);
      break;
    case Command::change_source:
      if (!is_replica() && !read_only_) co_await close_to_writes();  // as MaxScale demotes [DB-16]
      change_source(whom);
      break;
    case Command::rebuild:
      rebuild_from(whom);
      break;
    case Command::take_address:
      network().fabric().host(machine()).take(request.source);
      for (int i = 0; i < 5; ++i) network().announce(machine(), request.source);
      say({.what = What::address_taken_over,
           .target = network().fabric().name(request.source),
           .version = "ordered by a manager of the databases"});
      break;
    case Command::read_only:
      co_await close_to_writes();
      break;
    default:
      command("read_write", "", 0);
  }
  co_return success(request, 100);
}

void Mysql::promote() {
  stop_fetching();
  promoting_ = true;
  applier_stopped_ = false;
  if (!is_replica()) return become_primary();
  if (applier_.process) accept(applier_);
}

/// STOP and START REPLICA; without `both` of the SQL_THREAD only: the log is still fetched.
void Mysql::run_threads(bool run, bool both) {
  if (!is_replica()) return say({.what = What::command_refused, .target = name()});
  const bool is_changed = applier_stopped_ == run || (both && (io_thread_ != nullptr) != run);
  if (!is_changed) return;
  if (both && run && !io_thread_) start(fetch_log());
  if (both && !run) stop_fetching();
  applier_stopped_ = !run;
  if (applier_.process) accept(applier_);
  say({.what = run ? What::replication_started : What::replication_stopped,
       .target = source_,
       .setting = both ? 2 : 1});
}

void Mysql::become_primary() {
  source_.clear();
  promoting_ = read_only_ = false;
  log_.lead(now());
  if (!options_.log_slave_updates) log_.begin();
  for (const Token& one : std::exchange(promotions_, {})) accept(one);
  say({.what = What::promoted, .target = name(), .setting = static_cast<int>(log_.end().position)});
}

void Mysql::change_source(const std::string& source) {
  stop_fetching();
  // CHANGE MASTER deletes the relay log; what is being applied comes again.
  log_.discard_received(0);
  promoting_ = applier_stopped_ = false;
  const bool applies = is_replica();
  follow(source);
  start(fetch_log());
  if (!applies) start(apply_log());
}

void Mysql::follow(const std::string& source) {
  say({.what = What::source_changed, .target = source, .setting = is_replica() ? 0 : 1});
  source_ = source;
  source_at_ = address_of(source, MysqlOptions::port);
}

void Mysql::rebuild_from(const std::string& source) {
  follow(source);
  start_over(Anew::rebuilt);
}

/// It is stopped, what it had is thrown away, and it is started with what comes instead.
void Mysql::start_over(Anew how) {
  anew_ = how;
  kernel().at(now(), [this] {
    stop_cleanly();
    boot();
  });
}

}  // namespace spof::stack
