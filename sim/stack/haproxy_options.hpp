#pragma once
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/distribution.hpp"
#include "base/options.hpp"
#include "base/units.hpp"
#include "stack/haproxy_server_options.hpp"
#include "stack/service_options.hpp"
#include "stack/tls_options.hpp"

namespace spof::stack {

/// What passes: requests, each to a server of its own, or connections, whatever is said on them.
enum class Mode : std::uint8_t { http, tcp };
constexpr auto names(Mode) { return std::array{"http", "tcp"}; }
enum class Balance : std::uint8_t { roundrobin, static_rr, leastconn, first, random, source };
constexpr auto names(Balance) {
  return std::array{"roundrobin", "static-rr", "leastconn", "first", "random", "source"};
}
enum class HashType : std::uint8_t { map_based, consistent };
constexpr auto names(HashType) { return std::array{"map-based", "consistent"}; }

/// The timeouts of a frontend; defaults of Debian 12's haproxy.cfg. [HA-33]
struct ClientTimeouts {
  Seconds client = 50;
  std::optional<Seconds> http_request, http_keep_alive;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("client", client, {.help = "inactivity of a client", .source = "HA-33", .min = 0.001});
    visit("http_request", http_request,
          {.help = "for a whole request header",
           .source = "HA-33",
           .otherwise = "none",
           .min = 0.001});
    visit("http_keep_alive", http_keep_alive,
          {.help = "for the next request of a connection",
           .source = "HA-33",
           .otherwise = "http_request, then client",
           .min = 0.001});
  }
};

/// The timeouts of a backend; defaults of Debian 12's haproxy.cfg. [HA-10] [HA-16] [HA-32]
struct ServerTimeouts {
  Seconds connect = 5, server = 50;
  std::optional<Seconds> queue, check;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("connect", connect,
          {.help = "for a connection to a server", .source = "HA-28", .min = 0.001});
    visit("server", server,
          {.help = "inactivity of a server, also before its answer",
           .source = "HA-31",
           .min = 0.001});
    visit("queue", queue,
          {.help = "in a queue for a server",
           .source = "HA-10",
           .otherwise = "connect",
           .min = 0.001});
    visit("check", check,
          {.help = "for a check's answer once connected; one that does not come is waited for as "
                   "long as the lesser of inter and connect, if that is longer",
           .source = "HA-17",
           .otherwise = "none: one budget of inter for connection and answer",
           .min = 0.001});
    visit.left_out("tunnel, client_fin, server_fin, tarpit");
  }
};

/// A stick table that counts requests per source address, and the limit above which they are
/// denied. [HA-41]
struct StickTableOptions {
  Seconds http_req_rate = 10;
  int deny_above = 0;
  int deny_status = 429;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("http_req_rate", http_req_rate,
          {.help = "period over which requests of an address are counted",
           .source = "HA-41",
           .min = 0.001});
    visit("deny_above", deny_above,
          {.help = "more than so many in the period are denied; 0: no limit", .min = 0});
    visit("deny_status", deny_status,
          {.help = "what they are answered", .source = "HA-41", .min = 400, .max = 599});
  }
};

/// `retry-on`: no connection, and what is tried again although the request was sent. [HA-34]
struct RetryOnOptions {
  bool conn_failure = true;
  bool empty_response = false, response_timeout = false;
  bool is_500 = false, is_502 = false, is_503 = false, is_504 = false;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("conn_failure", conn_failure,
          {.help = "no connection; a `retry-on` without that word does not try it again",
           .source = "HA-34"});
    visit("empty_response", empty_response,
          {.help = "the server closed without an answer", .source = "HA-34"});
    visit("response_timeout", response_timeout,
          {.help = "no answer within timeout server", .source = "HA-34"});
    visit("500", is_500, {.help = "answers of this status", .source = "HA-34"});
    visit("502", is_502, {.help = "answers of this status", .source = "HA-34"});
    visit("503", is_503, {.help = "answers of this status", .source = "HA-34"});
    visit("504", is_504, {.help = "answers of this status", .source = "HA-34"});
  }
};

/// `use_backend BACKEND if { ... }`: requests of some classes, as an ACL on the path tells them.
struct UseBackend {
  std::string backend;
  std::vector<std::string> classes;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("backend", backend, {.help = "where they go", .required = true});
    visit("classes", classes, {.help = "classes of requests", .required = true});
  }
};

/// A frontend: who may come in, and where that leads.
struct FrontendOptions {
  ClientTimeouts timeout;
  Mode mode = Mode::http;
  int bind = 80;
  std::optional<int> maxconn;
  std::optional<TlsOptions> tls;
  std::optional<int> redirect_scheme_https;
  StickTableOptions stick_table;
  std::string default_backend;
  std::vector<UseBackend> use_backend;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("timeout", timeout, {.help = "timeouts"});
    visit("maxconn", maxconn,
          {.help = "connections of clients here; more wait in the kernel's backlog",
           .source = "HA-7",
           .otherwise = "the section's maxconn",
           .min = 1});
    own_fields(visit);
  }
  /// All that the section itself says of its frontend, but the timeouts.
  template <class Visitor>
  void own_fields(Visitor& visit) {
    visit("mode", mode,
          {.help = "http: requests; tcp: connections to databases, each to one server for its life",
           .source = "HA-43"});
    visit("bind", bind, {.help = "its port", .min = 1, .max = 65535});
    visit("tls", tls, {.help = "bind ... ssl", .source = "TLS-1", .otherwise = "no TLS"});
    visit(
        "redirect_scheme_https", redirect_scheme_https,
        {.help = "http-request redirect scheme https code 301: the port that everybody is sent to",
         .otherwise = "requests are served",
         .min = 1,
         .max = 65535});
    visit("stick_table", stick_table,
          {.help = "a limit of requests per source address", .source = "HA-41"});
    visit("default_backend", default_backend,
          {.help = "the backend of requests that no rule sends elsewhere",
           .otherwise = "the first one"});
    visit("use_backend", use_backend, {.help = "rules; the first that fits decides"});
  }
};

/// A backend: servers, and how one of them is chosen and reached.
struct BackendOptions {
  ServerTimeouts timeout;
  Mode mode = Mode::http;
  Balance balance = Balance::roundrobin;
  HashType hash_type = HashType::map_based;
  int random_draws = 2;
  int retries = 3;
  RetryOnOptions retry_on;
  bool redispatch = false;
  bool cookie = false;
  bool allbackups = false;
  bool abortonclose = false;
  ServerOptions default_server;
  Named<ServerOptions> servers;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("timeout", timeout, {.help = "timeouts"});
    visit("mode", mode, {.help = "that of the frontends which lead here", .source = "HA-43"});
    own_fields(visit);
  }
  /// All that the section itself says of its backend.
  template <class Visitor>
  void own_fields(Visitor& visit) {
    visit("balance", balance, {.help = "how a server is chosen", .source = "HA-1"});
    visit("hash_type", hash_type,
          {.help = "balance source: how keys map to servers", .source = "HA-5"});
    visit("random_draws", random_draws,
          {.help = "balance random: draws per request", .source = "HA-4", .min = 1, .max = 100});
    visit("retries", retries,
          {.help = "further attempts to connect", .source = "HA-24", .min = 0, .max = 100});
    visit("retry_on", retry_on, {.help = "what else is tried again, writes too"});
    visit("redispatch", redispatch,
          {.help = "option redispatch: retry on another server", .source = "HA-25"});
    visit("cookie", cookie,
          {.help = "cookie NAME insert: who has one comes back to the server that gave it",
           .source = "HA-47"});
    visit("allbackups", allbackups,
          {.help = "option allbackups: use all backups, not only the first", .source = "HA-6"});
    visit("abortonclose", abortonclose,
          {.help = "option abortonclose: drop requests of clients that left; in a backend alone it "
                   "does nothing",
           .source = "HA-11"});
    visit.left_out(
        "fullconn, http_reuse, http_server_close, httpclose, forwardfor, stick, stick_on, "
        "load_server_state_from_file, http_check, http_request, http_response, "
        "hash_balance_factor, "
        "persist, smtpchk, email_alert, max_spread_checks, errorfile");
    visit("default_server", default_server, {.help = "what every server line starts from"});
    visit("servers", Derived{servers, default_server}, {.help = "its servers, by name"});
  }
};

/// HAProxy 2.6. The section itself is a frontend and a backend, as `listen`; where frontends or
/// backends have names, it is what each of those starts from, as `defaults`.
struct HaproxyOptions : FrontendOptions, BackendOptions {
  static constexpr const char* kind = "haproxy";
  static constexpr const char* about = "load balancers";
  static constexpr std::uint16_t metrics_port = 8405;  ///< where Prometheus finds its page
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const HaproxyOptions& options);
  int nbthread = 2;
  int maxconn = 4000;
  Share closing = 0;
  Distribution tcp_cpu = Distribution::constant(0.04e-3);
  bool fresh_start = false;
  Named<FrontendOptions> frontends;
  Named<BackendOptions> backends;
  ServiceOptions service;

  /// The timeouts of both.
  struct Timeouts {
    ClientTimeouts& client;
    ServerTimeouts& server;
    template <class Visitor>
    void fields(Visitor& visit) {
      client.fields(visit);
      server.fields(visit);
    }
  };
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("nbthread", nbthread, {.help = "threads that work at once", .min = 1, .max = 64});
    visit("maxconn", maxconn,
          {.help = "connections of clients; more wait in the kernel's backlog",
           .source = "HA-7",
           .min = 1});
    visit("closing", closing,
          {.help = "share of its processor time that a connection which is not kept costs it after "
                   "the answer (measured: 0.27)",
           .source = "CPU-2"});
    visit("tcp_cpu", tcp_cpu,
          {.help = "mode tcp: processor time of a message that is passed on (assumed: half of what "
                   "one costs in mode http)",
           .source = "CPU-2"});
    Timeouts timeouts{FrontendOptions::timeout, BackendOptions::timeout};
    visit("timeout", timeouts, {.help = "timeouts"});
    FrontendOptions::own_fields(visit);
    BackendOptions::mode = FrontendOptions::mode;
    BackendOptions::own_fields(visit);
    visit("fresh_start", fresh_start,
          {.help =
               "the run begins with its start and the first checks; otherwise it has been running "
               "for long, somewhere between two checks",
           .source = "HA-20"});
    FrontendOptions& frontend = *this;
    visit("frontends", Derived{frontends, frontend},
          {.help = "frontends, by name; each starts as the section itself"});
    BackendOptions& backend = *this;
    visit("backends", Derived{backends, backend},
          {.help = "backends, by name; each starts as the section itself"});
    visit("service", service, {.help = "its service manager", .source = "HA-42"});
  }

  /// The frontends and backends that there are; the section itself has no name.
  Named<const FrontendOptions*> all_frontends() const { return all(frontends, this); }
  Named<const BackendOptions*> all_backends() const { return all(backends, this); }

  struct ServerLine {
    std::string label;    ///< what the run calls it: its name, or "static/server1" where several
                          ///< backends have one of that name
    std::string backend;  ///< empty: the section itself
    std::string name;
    const ServerOptions* options;
  };
  /// Those of all backends.
  std::vector<ServerLine> server_lines() const {
    std::vector<ServerLine> lines;
    for (const auto& [backend, one] : all_backends())
      for (const auto& [name, server] : one->servers)
        lines.push_back({name, backend, name, &server});
    for (ServerLine& line : lines)
      if (std::ranges::count(lines, line.name, &ServerLine::name) > 1)
        line.label = line.backend + "/" + line.name;
    return lines;
  }

 private:
  template <class Options>
  static Named<const Options*> all(const Named<Options>& named,
                                   const std::type_identity_t<Options>* itself) {
    Named<const Options*> found;
    for (const auto& [name, one] : named) found.emplace_back(name, &one);
    if (found.empty()) found.emplace_back("", itself);
    return found;
  }
};

}  // namespace spof::stack
