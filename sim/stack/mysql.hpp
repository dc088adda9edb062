#pragma once
#include <deque>
#include <vector>

#include "stack/component.hpp"
#include "stack/mysql_options.hpp"

namespace spof::stack {

/// MySQL or MariaDB with InnoDB: a primary that commits and keeps a binary log, or a replica that
/// fetches the log (I/O thread) and applies it (applier). Rows are not modelled; a transaction is a
/// position in the log.
///
/// The I/O thread asks for the next events when it has the last ones, instead of being sent a
/// stream: over a long way the lag is up to one round trip larger than a real one's.
class Mysql final : public Component {
 public:
  Mysql(Context& context, engine::Machine& machine, const MysqlOptions& options);
  void wired(const std::vector<Wire>& wires) override;

  /// Transactions committed here, by clients or by the applier.
  std::uint64_t position() const { return committed_; }
  bool is_replica() const { return primary_ != nullptr; }
  /// True replication lag: the age of the oldest transaction of the primary that is missing here.
  Seconds lag() const;
  double transactions_behind() const;
  std::size_t kept_connections() const override { return fetching_ ? 1 : 0; }

 protected:
  void started() override;
  Task<> serve(const Message& message) override;
  void ended(bool silently) override;

 private:
  /// One committed transaction as the log keeps it while somebody may still need it.
  struct Entry {
    double committed_at;
    float bytes;
    float cpu;  ///< what applying it costs a replica, seconds
  };
  class Statement;
  Task<> recover();
  Task<> flush_every_second();
  Task<Body> execute(Body request);
  Task<Body> write(Body request);
  Task<> flush(double bytes);
  Task<> flusher();
  Task<Body> dump(Body request);
  Task<> fetch_log();
  Task<bool> fetch_once(net::Socket& link);
  Task<> apply_log();
  Task<> apply_part(double cpu, int* left);
  const Entry* entry(std::uint64_t position) const;
  void trim_log();
  void wake_dumps();
  void lose_tail();
  double flush_work(double bytes) const;

  const MysqlOptions& options_;
  Random random_;
  engine::Station disk_;
  Mysql* primary_ = nullptr;
  bool crashed_ = false;         ///< the last end was no clean stop
  bool fetching_ = false;        ///< the I/O thread is connected
  std::uint64_t committed_ = 0;  ///< position after the last transaction
  std::uint64_t durable_ = 0;    ///< what survives a crash of the machine
  std::uint64_t received_ = 0;   ///< replica: in its relay log
  std::uint64_t log_start_ = 0;  ///< position of the first entry in log_
  std::deque<Entry> log_;
  std::deque<Token> dumps_;    ///< dump threads that wait for events
  std::deque<Token> commits_;  ///< commits that wait for the flush in progress
  double flush_bytes_ = 0;
  bool flushing_ = false;
  Token applier_, batch_;  ///< who waits for relay log, and for a batch's workers
  std::vector<Mysql*> replicas_;
};

}  // namespace spof::stack
