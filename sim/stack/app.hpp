#pragma once
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <vector>

#include "stack/app_options.hpp"
#include "stack/component.hpp"

namespace spof::stack {

/// An application server with its code base, as Gunicorn runs it: processes, each with threads,
/// each of which keeps its own database connections. [APP-1] [APP-2] [APP-5]
class App final : public Component {
 public:
  App(Context& context, engine::Machine& machine, const AppOptions& options);
  void wired(const std::vector<Wire>& wires) override;
  /// `write_to`: another database is its primary from now on.
  /// `reload`: new workers load what is on the disk, the old ones finish.
  void command(const std::string& verb, const std::string& object, engine::Hold by) override;
  /// `migrate`: the schema of its database is changed as that release needs it. `stop_migrating`:
  /// whoever does that ends it, with its connection. `assets`: the files
  /// of that release come to its host, those of others stay.
  bool has_migrated(const std::string& to) const override;
  bool has_loaded(const std::string& one) const override;
  bool is_ready() const override;
  double failed_share() const override;
  std::size_t kept_connections() const override;
  void stop_cleanly() override;
  /// Its master kills them then. [HA-49]
  double holds_out() const override { return options_.graceful_timeout; }

 protected:
  void started() override;
  void ended(bool silently) override;
  void resumed() override;
  Task<> serve(const Message& message) override;

 private:
  /// A database connection of a thread: reads and writes have one each, even to the same database,
  /// unless it has `one_connection`.
  struct Kept {
    net::Address database;
    bool writes;
    net::Socket socket;
    double opened = 0;
  };
  /// What the threads of a process share instead, of one such kind. [APP-17]
  struct Pool {
    net::Address database;
    bool writes;
    std::deque<Kept> idle;  ///< first in, first out
    int lent = 0;
    std::deque<Token> waiting;  ///< threads that wait for one
  };
  /// One thread: created when all others of its process are busy, as Python's ThreadPoolExecutor
  /// does; so a process has as many database connections as it ever had requests at once.
  struct Thread {
    std::vector<Kept> sockets;
    double busy_since = -1;
    engine::Jobs::Handle job;
    bool killed = false;
  };
  struct Worker {
    std::vector<std::unique_ptr<Thread>> threads;
    std::deque<Thread*> idle;  ///< first in, first out
    std::deque<Token> queue;   ///< requests that wait for a thread
    bool ready = false;        ///< it has imported the application
    std::list<Pool> pools = {};
    std::vector<net::Socket> leaked = {};  ///< connections that nobody gives back
    double leaves = -1;  ///< since when it only finishes what it has accepted; -1: it does not
    std::string version = {};  ///< that it has imported
    const ReleaseOptions* release = nullptr;
    std::uint64_t left = 0;       ///< requests until it ends; 0: it does not
    bool succeeds = false;        ///< one that has ended so
    Worker* successor = nullptr;  ///< that is started when it has ended
  };
  class Lease;
  Task<> obey(const Message& message);
  void load_code();
  void reload();
  void hire();
  Worker& hire_one();
  void spend(Worker& worker);
  Task<> succeed(Worker& worker);
  static void retire(Worker& worker);
  static int held_by(const Worker& worker);
  void count(const Worker& worker, const Body& request, const Body& answer);
  class Turn;
  class Loan;
  Task<Body> execute(Worker& worker, Thread& thread, Body request);
  Task<Body> query(Worker& worker, Thread& thread, net::Address database, Body request);
  Task<Body> state(Kept& kept, Body request);
  Task<Cause> connect(Kept& kept);
  Task<> migrate(std::string version);
  Task<bool> alter(std::string version);
  void say_migrated(const std::string& version, bool is_done);
  const ReleaseOptions* release_of(const std::string& version) const;
  std::uint64_t names_in_statement(const Worker& worker);
  bool leaks(const Worker& worker);
  Task<Cause> log_in(const net::Socket& socket, const TlsOptions* tls);
  Task<> boot_master();
  Task<> import_into(Worker& worker);
  Task<> arbiter();
  net::Address resolve();
  void write_to(const std::string& database, const char* by);
  net::Address reader();
  Worker& choose_worker();
  Thread* take_thread(Worker& worker, engine::Jobs::Handle job);
  void give_thread(Worker& worker, Thread& thread);
  bool has_thread(const Worker& worker) const;
  void serves(Worker& worker);
  void feed(Worker& worker);
  bool is_silent(const Worker& worker) const;
  void kill_workers(const std::vector<Worker*>& silent);
  static Kept& kept_of(Thread& thread, net::Address database, bool writes);
  static Pool& pool_of(Worker& worker, net::Address database, bool writes);
  void measure();
  bool is_sync() const { return options_.worker_class == WorkerClass::sync; }
  int threads_per_process() const { return is_sync() ? 1 : options_.threads; }
  int connections_per_process() const { return is_sync() ? 1 : options_.worker_connections; }
  const AppOptions& options_;
  Random random_, luck_;
  net::Address primary_;     ///< as it was told: stands for a name, whose record may change
  net::Address leads_to_;    ///< where who connects to it gets
  double copied_until_ = 0;  ///< the host has a copy of that record
  std::vector<net::Address> readers_;
  std::list<Worker> workers_, old_;  ///< that serve, and that a reload has replaced
  std::uint32_t generation_ = 0;     ///< of workers: a reload starts new ones
  engine::Gauge& threads_in_use_;
  std::size_t turn_ = 0;
  double looked_ = 0;                        ///< when the arbiter looked at its workers
  std::string version_;                      ///< that new workers import
  const ReleaseOptions* release_ = nullptr;  ///< null: nothing is known of it
  bool changes_ = false, keeps_assets_ = false;
  std::map<std::string, engine::Jobs::Handle> migrations_;  ///< that run, by release
  std::uint64_t answered_ = 0, failed_ = 0;                 ///< by this code
  double said_lent_ = -never;                               ///< that a pool has no connection left
};

}  // namespace spof::stack
