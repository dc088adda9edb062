#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "base/units.hpp"

namespace spof::measure {

/// How a request ended, as its client saw it. Everything but `ok` is a failure.
enum class Outcome : std::uint8_t {
  ok,        ///< a 2xx or 3xx answer
  http_400,  ///< answered, with this status
  http_403,
  http_404,
  http_408,
  http_413,
  http_429,
  http_500,
  http_502,
  http_503,
  http_504,
  refused,          ///< no connection: a reset came back (dead process, living host)
  unreachable,      ///< no connection: the operating system gave up (ETIMEDOUT, EHOSTUNREACH)
  connect_timeout,  ///< no connection within the client's patience
  reset,            ///< the connection broke before the answer was whole (RST)
  closed,           ///< the connection ended before the answer was whole (FIN)
  timeout,          ///< connected, but no answer within the client's patience
  dns_failure,      ///< the name did not resolve
  unfinished,       ///< still waiting when the run, or its client's host, ended
  certificate,      ///< the client does not trust the server's certificate and has left
};
constexpr auto names(Outcome) {
  return std::array{
      "ok",    "400",    "403",     "404",         "408",        "413",         "429",
      "500",   "502",    "503",     "504",         "refused",    "unreachable", "connect_timeout",
      "reset", "closed", "timeout", "dns_failure", "unfinished", "certificate"};
}

/// Why it failed, as far as the component that decided so could know.
enum class Cause : std::uint8_t {
  none,
  no_server,            ///< HAProxy: no server UP, 503 <NOSRV>
  connect_error,        ///< HAProxy: connects refused or unreachable after all retries, 503 SC
  connect_timeout,      ///< HAProxy: connects timed out after all retries, 503 sC
  queue_timeout,        ///< HAProxy: `timeout queue` ran out, 503 sQ
  queue_full,           ///< HAProxy: `maxqueue` reached, 503 SQ
  server_closed,        ///< HAProxy: the server closed without an answer, 502 SH
  server_timeout,       ///< HAProxy: `timeout server` ran out, 504 sH
  marked_down,          ///< HAProxy: `on-marked-down shutdown-sessions`, 502 DH
  rate_limited,         ///< HAProxy: a stick-table limit, 429 or 403
  upstream_refused,     ///< Nginx: no connection to the application, 502
  upstream_closed,      ///< Nginx: the application closed without an answer, 502
  upstream_timeout,     ///< Nginx: a proxy timeout ran out, 504
  no_live_upstream,     ///< Nginx: every upstream is disabled by max_fails, 502
  db_refused,           ///< database client error 2003: connection refused or timed out
  db_connect_timeout,   ///< error 2003 after the connect timeout
  db_lost,              ///< error 2013: connection lost during the query
  db_timeout,           ///< error 2013: the read timeout ran out
  db_connections,       ///< error 1040: too many connections
  db_read_only,         ///< error 1290: the server is read-only
  injected,             ///< a fault of kind `error`
  certificate_expired,  ///< its last day has passed
  certificate_name,     ///< it is for another name
  certificate_chain,    ///< the client misses what leads from it to an authority
  request_limited,      ///< Nginx: limit_req or limit_conn, 503
  bad_release,          ///< the application's release has this bug
  body_too_large,       ///< Nginx: client_max_body_size, 413
  answer_cut,           ///< its server ended when part of the answer had come, 200 SD
  client_silent,        ///< HAProxy: its client took nothing for `timeout client`, 200 cD
  answer_stalled,       ///< no more of the answer came within a time-out, 200 sD
  no_temp_file,         ///< Nginx: no room on its disk for the body of a request, 500
  asset_missing,        ///< Nginx: a file of a release that this server does not have, 404
  schema_unknown,       ///< error 1054: the release does not fit the schema of the database
  certificate_early,    ///< by the clock of who looks, its first day is still to come
  worker_connections,   ///< Nginx: its worker had none left for the application, 500
  pool_timeout,         ///< database client: no pooled connection was given back in time
};
constexpr auto names(Cause) {
  return std::array{"none",
                    "no_server",
                    "connect_error",
                    "connect_timeout",
                    "queue_timeout",
                    "queue_full",
                    "server_closed",
                    "server_timeout",
                    "marked_down",
                    "rate_limited",
                    "upstream_refused",
                    "upstream_closed",
                    "upstream_timeout",
                    "no_live_upstream",
                    "db_refused",
                    "db_connect_timeout",
                    "db_lost",
                    "db_timeout",
                    "db_connections",
                    "db_read_only",
                    "injected",
                    "certificate_expired",
                    "certificate_name",
                    "certificate_chain",
                    "request_limited",
                    "bad_release",
                    "body_too_large",
                    "answer_cut",
                    "client_silent",
                    "answer_stalled",
                    "no_temp_file",
                    "asset_missing",
                    "schema_unknown",
                    "certificate_early",
                    "worker_connections",
                    "pool_timeout"};
}

/// One finished request, as its client saw it. Plain data, about 48 bytes.
struct Sample {
  std::uint64_t id = 0;            ///< unique in the run, in order of arrival
  Seconds arrival;                 ///< when it should have been sent: latency counts from here
  Seconds end;                     ///< when the client had the answer, or gave up
  std::uint8_t population = 0;     ///< index into Scenario::clients
  std::uint8_t request_class = 0;  ///< index into Scenario::classes
  Outcome outcome = Outcome::ok;
  Cause cause = Cause::none;
  std::int16_t server = -1;   ///< index of the HAProxy server that answered; -1: none
  std::uint8_t tries = 1;     ///< how often the client sent it
  std::uint8_t retries = 0;   ///< connection retries by HAProxy
  bool redispatched = false;  ///< HAProxy moved it to another server
  bool stale = false;         ///< a read answered by a replica that lacked a committed write
};

/// One line of HAProxy's HTTP log ([HA-36], [HA-37]); times in seconds, negative: never reached.
struct HttpLog {
  Seconds accepted;
  std::uint64_t id = 0;
  std::string_view server;  ///< "<NOSRV>" if none
  double queue = -1;        ///< Tw
  double connect = -1;      ///< Tc
  double response = -1;     ///< Tr
  double total = 0;         ///< Ta
  int status = 0;
  char termination[3] = "--";
  int retries = 0;
  bool redispatched = false;
  std::uint8_t request_class = 0;
};

}  // namespace spof::measure
