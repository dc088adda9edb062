#pragma once
#include <array>
#include <optional>
#include <string>

#include "base/distribution.hpp"
#include "base/options.hpp"
#include "base/units.hpp"
#include "stack/service_options.hpp"
#include "stack/tls_options.hpp"

namespace spof::stack {

enum class SemiSync : std::uint8_t { off, after_sync, after_commit };
constexpr auto names(SemiSync) { return std::array{"off", "AFTER_SYNC", "AFTER_COMMIT"}; }

/// Copies of a database elsewhere, and of its binary log. Not modelled: that they are lost, or were
/// never any good.
struct BackupOptions {
  Seconds every = 86400, age = 43200;
  std::optional<Seconds> archive_every;
  double restore_speed = 50e6, replay_rate = 2000;
  friend bool operator==(const BackupOptions&, const BackupOptions&) = default;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("every", every, {.help = "from one backup to the next", .min = 1});
    visit("age", age, {.help = "of the last one when the run begins", .min = 0});
    visit("archive_every", archive_every,
          {.help = "how often the binary log is copied away",
           .otherwise = "never: what came after the backup is lost with the disk",
           .min = 0.1});
    visit("restore_speed", restore_speed,
          {.help = "of a full restore, bytes a second (assumed)", .min = 1});
    visit("replay_rate", replay_rate,
          {.help = "transactions of the binary log replayed a second (measured: 0.46 ms of "
                   "processor time each)",
           .min = 1});
  }
};

/// MySQL 8.0 or MariaDB 10.11 with InnoDB. Defaults: MariaDB's where the two differ, but with the
/// binary log on and synced, as a primary needs it.
struct MysqlOptions {
  static constexpr const char* kind = "mysql";
  static constexpr const char* about = "databases";
  static constexpr std::uint16_t port = 3306;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const MysqlOptions& options);
  std::string replica_of;
  bool read_only = false;
  int max_connections = 151;
  std::optional<int> backlog;
  Seconds wait_timeout = 28800;
  int threads = 16;
  std::optional<TlsOptions> tls;
  int flush_log_at_trx_commit = 1;
  int sync_binlog = 1;
  Seconds flush_time = 0.18e-3;
  Distribution ping_cpu = Distribution::constant(0.1e-3);
  Seconds connect_retry = 60;
  Seconds net_timeout = 60;
  int applier_workers = 1;
  Seconds delay = 0;
  SemiSync semi_sync = SemiSync::off;
  Seconds semi_sync_timeout = 10;
  bool log_slave_updates = true;
  bool relay_log_recovery = true;
  Seconds start_time = 0.7;
  Bytes redo = 20e6;
  double recovery_speed = 65e6;
  Bytes data = 1e9;
  std::optional<BackupOptions> backup;
  ServiceOptions service;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("replica_of", replica_of,
          {.help = "host of its primary", .otherwise = "it is the primary"});
    visit("read_only", read_only,
          {.help = "refuses writes with error 1290: a replica at once, others from a restart on, "
                   "until it is promoted or told otherwise. A replica without it takes writes",
           .source = "DB-15"});
    visit("max_connections", max_connections,
          {.help = "more get error 1040 at once", .source = "DB-7", .min = 1});
    visit("backlog", backlog,
          {.help = "connections the kernel holds while it does not accept (back_log)",
           .source = "DB-20",
           .otherwise =
               "50 + max_connections / 5, at most 900, as MariaDB; MySQL 8.0: max_connections",
           .min = 1});
    visit("wait_timeout", wait_timeout,
          {.help = "a connection without a statement for so long is closed",
           .source = "DB-21",
           .min = 1});
    visit("tls", tls,
          {.help = "of applications' connections", .source = "TLS-1", .otherwise = "no TLS"});
    visit("threads", threads, {.help = "statements that compute at once", .min = 1, .max = 1024});
    visit("flush_log_at_trx_commit", flush_log_at_trx_commit,
          {.help = "1: redo log flushed at each commit; 2: written, flushed each second; 0: both "
                   "each second (innodb_flush_log_at_trx_commit)",
           .source = "DB-2",
           .min = 0,
           .max = 2});
    visit("sync_binlog", sync_binlog,
          {.help = "1: binary log flushed at each commit; 0: left to the operating system",
           .source = "DB-1",
           .min = 0,
           .max = 1});
    visit("flush_time", flush_time,
          {.help = "one fsync of a short append (measured p50: 0.18 ms)",
           .source = "DB-1",
           .min = 0});
    visit("ping_cpu", ping_cpu, {.help = "processor time of SELECT 1 (measured: 0.06 to 0.14 ms)"});
    replication_fields(visit);
    visit("start_time", start_time, {.help = "of a clean start", .source = "DB-5", .min = 0});
    visit("redo", redo,
          {.help = "redo log to replay after a crash (innodb_log_file_size, "
                   "innodb_redo_log_capacity)",
           .source = "DB-5",
           .min = 0});
    visit("recovery_speed", recovery_speed,
          {.help = "redo replayed per second, in bytes", .source = "DB-5", .min = 1});
    visit("data", data,
          {.help = "how large it is: what a copy of it takes from network and disks", .min = 0});
    visit("backup", backup, {.help = "from what it can be restored", .otherwise = "nothing"});
    visit.left_out(
        "skip_slave_start, skip_replica_start, master_retry_count, master_heartbeat_period, "
        "net_write_timeout, net_read_timeout, gtid_mode, binlog_format, innodb_buffer_pool_size, "
        "auto_increment_increment, auto_increment_offset, max_connect_errors, skip_name_resolve, "
        "expire_logs_days, binlog_expire_logs_seconds, replicate_do_db, init_rpl_role, "
        "innodb_lock_wait_timeout, open_files_limit, thread_handling, super_read_only");
    visit("service", service, {.help = "its service manager", .source = "DB-6"});
  }
  template <class Visitor>
  void replication_fields(Visitor& visit) {
    visit("connect_retry", connect_retry,
          {.help = "replica: pause between attempts to reach the primary (MASTER_CONNECT_RETRY, "
                   "SOURCE_CONNECT_RETRY)",
           .source = "DB-12",
           .min = 0.001});
    visit("net_timeout", net_timeout,
          {.help = "replica: silence after which it gives a connection up (slave_net_timeout, "
                   "replica_net_timeout)",
           .source = "DB-12",
           .min = 0.001});
    visit("applier_workers", applier_workers,
          {.help = "replica: transactions applied at once (slave_parallel_threads, "
                   "slave_parallel_workers, "
                   "replica_parallel_workers)",
           .source = "DB-10",
           .min = 1,
           .max = 64});
    visit("delay", delay,
          {.help = "replica: applies each transaction so much later on purpose (MASTER_DELAY, "
                   "SOURCE_DELAY)",
           .min = 0});
    visit("semi_sync", semi_sync,
          {.help = "a commit is answered when a replica has received it; AFTER_SYNC: others see it "
                   "then, AFTER_COMMIT: at once (rpl_semi_sync_master_enabled, "
                   "rpl_semi_sync_master_wait_point, rpl_semi_sync_source_enabled, "
                   "rpl_semi_sync_source_wait_point)",
           .source = "DB-14"});
    visit("semi_sync_timeout", semi_sync_timeout,
          {.help = "without an answer for so long it goes on asynchronously, until a replica has "
                   "caught up (rpl_semi_sync_master_timeout, rpl_semi_sync_source_timeout)",
           .source = "DB-13",
           .min = 0.001});
    visit("log_slave_updates", log_slave_updates,
          {.help = "replica: writes what it applies to its own log; with semi_sync its applier "
                   "waits, too (MySQL's default; MariaDB's is false)",
           .source = "DB-13"});
    visit("relay_log_recovery", relay_log_recovery,
          {.help = "replica: at a start it throws away what it had received and not applied, and "
                   "asks for it again (MariaDB with GTID always does; MySQL's default is false)",
           .source = "DB-24"});
  }
};

}  // namespace spof::stack
