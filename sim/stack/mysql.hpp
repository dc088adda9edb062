#pragma once
#include <deque>
#include <map>
#include <string>

#include "stack/component.hpp"
#include "stack/mysql_log.hpp"
#include "stack/mysql_options.hpp"

namespace spof::stack {

/// MySQL or MariaDB with InnoDB: a primary that commits and keeps a binary log, or a replica that
/// fetches the log (I/O thread) and applies it (applier). Which of them it is, and whose replica,
/// is state: the options say how it begins, an operator's commands change it. Rows are not
/// modelled; a transaction is a position in the log, and every write inserts a row with the next
/// number: the same number on two databases ends the applier. [DB-26]
class Mysql final : public Component {
 public:
  Mysql(Context& context, engine::Machine& machine, const MysqlOptions& options);
  void wired(const std::vector<Wire>& wires) override;

  const BinaryLog& log() const { return log_; }
  bool is_replica() const { return !source_.empty(); }
  bool is_ready() const override { return Component::is_ready() && listener.open; }
  bool is_primary() const { return is_ready() && !read_only_ && !is_replica(); }
  /// Seconds_Behind_Source of SHOW REPLICA STATUS; nothing: NULL, or no replica.
  std::optional<double> seconds_behind() const;
  std::vector<const TlsListener*> tls_listeners() const override {
    if (!tls_) return {};
    return {&*tls_};
  }
  void hold_tables(engine::Hold by, bool holds) override;
  std::size_t kept_connections() const override { return fetching_ ? 1 : 0; }
  /// `promote`: a replica fetches no more, applies what it has received, and is a primary then.
  /// `change_source`: it is a replica of that daemon from now on; a source that lacks what is here
  /// refuses it. `rebuild`: it copies that daemon first, whatever it had. `restore`: it is a
  /// primary with what the last backup and the copies of the binary log hold. `read_only`,
  /// `read_write`: as `SET GLOBAL read_only`, until the next start.
  void command(const std::string& verb, const std::string& object, engine::Hold by) override;

 protected:
  void started() override;
  Task<> serve(const Message& message) override;
  void ended(bool silently) override;

 private:
  class Statement;
  Task<> recover();
  Task<> flush_every_second();
  Task<> write_back();
  Body greet(net::ConnectionId connection, const Body& request);
  Task<Body> check(net::ConnectionId connection, Body request);
  Task<Body> execute(Body request, net::ConnectionId session);
  Task<Body> write(Body request);
  Task<Body> alter(Body request, int locks, net::ConnectionId session);
  Task<bool> close_table(double patience, net::ConnectionId session);
  Task<bool> await_tables(net::ConnectionId session);
  bool has_left(Outcome waited, net::ConnectionId session);
  bool knows(std::uint64_t names) const;
  void unlock(int locks);
  Task<> close_to_writes();
  Task<> flush(double bytes);
  Task<> flusher();
  Task<> await_space();
  Task<Body> obey(Body request, net::ConnectionId session);
  Task<> await_replica(std::uint64_t position);
  Body status(const Body& request) const;
  MetricsPage metrics() const;
  double clock_ahead() const;
  LogEnd visible() const;
  Task<Body> send_copy(Body request);
  Task<> rebuild();
  Task<> write_copy(double bytes);
  Task<> restore();
  Task<> keep_backups();
  /// What sends the log to one replica, on one connection.
  struct DumpThread {
    net::ConnectionId connection = 0;
    bool writes = false;  ///< it stands in a write: the kernel takes no more
  };
  Task<> dump(net::Exchange& exchange);
  void acknowledge(std::uint64_t position);
  Task<> end_of(const DumpThread& old);
  Task<> fetch_log();
  Task<net::Socket> log_in_to_source();
  Task<bool> fetch_once(net::Socket& link, bool first);
  Task<> apply_log();
  Task<> apply_part(double cpu, int* left);
  void wake_dumps();
  void lose_tail(bool with_machine);
  void promote();
  void run_threads(bool run, bool both);
  void become_primary();
  void change_source(const std::string& name);
  void follow(const std::string& name);
  void rebuild_from(const std::string& name);
  enum class Anew : std::uint8_t { no, rebuilt, restored };
  void start_over(Anew how);
  void stop_fetching();
  double flush_work(double bytes) const;
  /// A replica may write no binary log.
  bool syncs_binlog() const {
    return options_.sync_binlog != 0 && (!is_replica() || options_.log_slave_updates);
  }

  const MysqlOptions& options_;
  std::optional<TlsListener> tls_;
  Random random_;
  engine::Station disk_;
  BinaryLog log_;
  std::string source_;  ///< whom it replicates from; empty: it is a primary
  net::Address source_at_;
  bool read_only_ = false;
  bool applier_stopped_ = false;    ///< by command: STOP SLAVE SQL_THREAD
  bool promoting_ = false;          ///< it becomes a primary once its relay log is applied
  Anew anew_ = Anew::no;            ///< what its next start begins with
  bool crashed_ = false;            ///< the last end was no clean stop
  bool start_failed_ = false;       ///< this start ends at once
  bool fetching_ = false;           ///< the I/O thread is connected
  engine::Jobs::Handle io_thread_;  ///< while it runs
  std::deque<Token> dumps_;         ///< dump threads that wait for events
  std::deque<Token> commits_;       ///< what waits for the flush in progress
  int altering_ = 0;                ///< statements that hold the lock of a table, or of all
  std::deque<Token> locked_;        ///< writes that wait for it
  engine::InForce<> transactions_;  ///< of clients that leave them open
  int closing_ = 0;                 ///< statements that want a table for themselves, or have it
  std::deque<Token> closers_;       ///< those that wait for it
  std::deque<Token> behind_;        ///< statements that wait behind them
  int writing_ = 0;                 ///< writes in progress
  std::deque<Token> unfinished_;    ///< who waits until there are none
  const engine::Machine* source_host_ = nullptr;  ///< whose clock is in what it receives
  double clock_ahead_ = 0;  ///< of its source's clock, when its I/O thread began
  double flush_bytes_ = 0;
  std::uint64_t written_back_ = 0;  ///< of the binary log, by the kernel
  bool flushing_ = false;
  // Semi-synchronous replication.
  bool waits_ = false;              ///< for a replica, at each commit; false: it has fallen back
  std::uint64_t received_ = 0;      ///< what some replica has
  std::uint64_t visible_from_ = 0;  ///< what it had when it started
  std::deque<Token> unreceived_, promotions_;
  std::map<std::uint32_t, DumpThread> dump_threads_;  ///< by the replica's address
  double heard_ = 0;                                  ///< when something came from its source last
  // What survives elsewhere, and as of when.
  struct Copy {
    LogEnd end;
    double date = 0;
  };
  Copy backup_, archive_;
  std::uint64_t applying_ = 0;  ///< transactions in the applier's hands
  Token applier_, batch_;       ///< who waits for relay log, and for a batch's workers
};

}  // namespace spof::stack
