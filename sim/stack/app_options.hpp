#pragma once
#include <array>
#include <optional>
#include <string>

#include "base/distribution.hpp"
#include "base/options.hpp"
#include "base/units.hpp"
#include "stack/release.hpp"
#include "stack/service_options.hpp"

namespace spof::stack {

enum class WorkerClass : std::uint8_t { gthread, sync };
constexpr auto names(WorkerClass) { return std::array{"gthread", "sync"}; }
enum class Listen : std::uint8_t { tcp, unix_socket };
constexpr auto names(Listen) { return std::array{"tcp", "unix"}; }
enum class ReadFrom : std::uint8_t { local, primary, replica, any };
constexpr auto names(ReadFrom) { return std::array{"local", "primary", "replica", "any"}; }

enum class ClientLibrary : std::uint8_t { pymysql, libmysqlclient };
constexpr auto names(ClientLibrary) { return std::array{"pymysql", "libmysqlclient"}; }

/// Which errors of a database make an application drop its connection.
enum class DropOn : std::uint8_t { error, lost };
constexpr auto names(DropOn) { return std::array{"error", "lost"}; }

/// Connections that the threads of a process share, as SQLAlchemy's QueuePool. [APP-17]
struct PoolOptions {
  int size = 5, overflow = 10;
  Seconds timeout = 30;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("size", size, {.help = "connections that are kept (pool_size)", .min = 1, .max = 10000});
    visit("overflow", overflow,
          {.help = "more at need, closed after use (max_overflow)", .min = 0, .max = 10000});
    visit("timeout", timeout,
          {.help = "for a free one, or the request fails (pool_timeout)", .min = 0.001});
  }
};

/// The database client library inside the application. [APP-5]
struct DatabaseClientOptions {
  std::string primary;
  ReadFrom read_from = ReadFrom::local;
  ClientLibrary library = ClientLibrary::pymysql;
  bool persistent = true, one_connection = false, pre_ping = false;
  std::optional<PoolOptions> pool;
  std::optional<Seconds> max_age;
  DropOn drop_on = DropOn::error;
  Seconds connect_timeout = 10;
  std::optional<Seconds> read_timeout;
  bool verify = false;
  Seconds name_ttl = 60;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("primary", primary,
          {.help = "where it writes: a database, a load balancer in mode tcp (haproxy@db:3306), or "
                   "an address that can move (10.0.0.200:3306)",
           .source = "APP-7",
           .otherwise = "the first database that is no replica"});
    visit(
        "read_from", read_from,
        {.help = "which database answers reads; local: the one on the same host, else the primary",
         .source = "APP-7"});
    visit("library", library,
          {.help = "whose time-out ends the wait for a greeting: read_timeout with pymysql, "
                   "connect_timeout with libmysqlclient (and Connector/J)",
           .source = "DB-20"});
    visit(
        "persistent", persistent,
        {.help = "each thread keeps its connection; otherwise one per request", .source = "APP-5"});
    visit(
        "one_connection", one_connection,
        {.help = "a thread reads and writes over one connection where both go to one database, as "
                 "an application with one database URL does; otherwise it has one for each",
         .source = "APP-16"});
    visit(
        "drop_on", drop_on,
        {.help = "after which errors it drops a kept connection: any, or only when the connection "
                 "is lost (2006, 2013), as SQLAlchemy and Django do: who was told that a database "
                 "is read-only asks it again",
         .source = "APP-16"});
    visit("pool", pool,
          {.help = "of connections that a process's threads share",
           .source = "APP-17",
           .otherwise = "none: a thread has its own"});
    visit("pre_ping", pre_ping,
          {.help = "asks a kept connection whether it is alive before it uses it (pool_pre_ping, "
                   "CONN_HEALTH_CHECKS)",
           .source = "APP-17"});
    visit("max_age", max_age,
          {.help = "an older connection is replaced before its next use (pool_recycle, "
                   "CONN_MAX_AGE)",
           .source = "APP-17",
           .otherwise = "none",
           .min = 0.001});
    visit("connect_timeout", connect_timeout,
          {.help = "for a connection (error 2003); 0: none, as libmysqlclient without one",
           .source = "APP-5",
           .min = 0});
    visit("read_timeout", read_timeout,
          {.help = "for an answer (error 2013)",
           .source = "APP-5",
           .otherwise = "none: waits for ever",
           .min = 0.001});
    visit("verify", verify,
          {.help = "where the database speaks TLS: refuse a certificate that is not good",
           .source = "TLS-4"});
    visit("name_ttl", name_ttl,
          {.help = "how long a copy of its primary's record is kept, where a manager changes that "
                   "(repoint: dns)",
           .source = "DNS-4",
           .min = 0});
  }
};

/// An application server as Gunicorn 20.1: processes that each run one request per thread.
struct AppOptions {
  static constexpr const char* kind = "app";
  static constexpr const char* about = "application servers";
  static constexpr std::uint16_t port = 8000;
  /// Where a manager of the databases tells it of another primary: stands for a file that it reads.
  static constexpr std::uint16_t control_port = 8001;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const AppOptions& options);
  WorkerClass worker_class = WorkerClass::gthread;
  int processes = 2, threads = 8;
  int worker_connections = 1000;
  int backlog = 2048;
  std::uint64_t max_requests = 0, max_requests_jitter = 0;
  Listen listen = Listen::tcp;
  Seconds timeout = 30, graceful_timeout = 30, keepalive = 2;
  Seconds boot_time = 0.55, import_time = 0.75;
  DatabaseClientOptions database;
  std::string version = "1";
  Named<ReleaseOptions> releases;
  Distribution page_cpu = Distribution::constant(0.95e-3);
  ServiceOptions service;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("worker_class", worker_class,
          {.help = "sync: one request per process at a time, and the arbiter kills a silent one",
           .source = "APP-1"});
    visit("processes", processes,
          {.help = "worker processes (workers)", .source = "APP-2", .min = 1, .max = 1024});
    visit("threads", threads, {.help = "gthread: threads of each process", .min = 1, .max = 1024});
    visit("worker_connections", worker_connections,
          {.help = "gthread: connections a process accepts", .min = 1});
    visit("max_requests", max_requests,
          {.help = "a process ends after so many, and another is started; 0: never",
           .source = "APP-18"});
    visit("max_requests_jitter", max_requests_jitter,
          {.help = "up to so many more, each process its own", .source = "APP-18"});
    visit("backlog", backlog,
          {.help = "connections the kernel holds while none is accepted",
           .source = "APP-2",
           .min = 1});
    visit("listen", listen,
          {.help = "tcp, or a Unix socket, whose full backlog is an error at once",
           .source = "TCP-5"});
    visit("timeout", timeout,
          {.help = "sync: a worker silent for so long is killed", .source = "APP-1", .min = 0.001});
    visit("graceful_timeout", graceful_timeout,
          {.help = "for what it has accepted, when it is stopped; then it is killed",
           .source = "APP-11",
           .min = 0.001});
    visit("keepalive", keepalive,
          {.help = "gthread: a kept connection (of a load balancer that asks it itself) without a "
                   "request is closed; sync closes after each answer",
           .source = "APP-14",
           .min = 0.001});
    visit("boot_time", boot_time,
          {.help = "processor time of a start until it listens: connections are refused",
           .source = "APP-12",
           .min = 0});
    visit(
        "import_time", import_time,
        {.help = "processor time in which a fresh worker imports the application: connections wait",
         .source = "APP-12",
         .min = 0});
    visit("database", database, {.help = "its database client"});
    visit("version", version,
          {.help = "release of the code base on this server", .source = "APP-9"});
    visit("releases", releases,
          {.help = "releases that can be deployed, by version; one that is not here is good",
           .source = "APP-9"});
    visit("page_cpu", page_cpu, {.help = "processor time of its health page (measured: 0.95 ms)"});
    visit("service", service, {.help = "its service manager"});
    visit.left_out("preload_app, reuse_port, worker_tmp_dir, limit_request_line, max_children");
  }
};

}  // namespace spof::stack
