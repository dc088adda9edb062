#pragma once
#include <array>
#include <optional>
#include <string>

#include "base/options.hpp"
#include "base/units.hpp"
#include "stack/service_options.hpp"

namespace spof::stack {

enum class Balance : std::uint8_t { roundrobin, static_rr, leastconn, first, random, source };
constexpr auto names(Balance) {
  return std::array{"roundrobin", "static-rr", "leastconn", "first", "random", "source"};
}
enum class HashType : std::uint8_t { map_based, consistent };
constexpr auto names(HashType) { return std::array{"map-based", "consistent"}; }
enum class CheckKind : std::uint8_t { none, tcp, httpchk };
constexpr auto names(CheckKind) { return std::array{"none", "tcp", "httpchk"}; }
/// Which daemon a check's page is answered by; those before it only pass it on.
enum class AnsweredBy : std::uint8_t { nginx, app, database };
constexpr auto names(AnsweredBy) { return std::array{"nginx", "app", "database"}; }
enum class Observe : std::uint8_t { none, layer4, layer7 };
constexpr auto names(Observe) { return std::array{"none", "layer4", "layer7"}; }
enum class OnError : std::uint8_t { fastinter, fail_check, sudden_death, mark_down };
constexpr auto names(OnError) {
  return std::array{"fastinter", "fail-check", "sudden-death", "mark-down"};
}
enum class OnMarkedDown : std::uint8_t { none, shutdown_sessions };
constexpr auto names(OnMarkedDown) { return std::array{"none", "shutdown-sessions"}; }

/// `timeout ...`; defaults of Debian 12's haproxy.cfg. [HA-10] [HA-16] [HA-32] [HA-33]
struct HaproxyTimeouts {
  Seconds connect = 5, client = 50, server = 50;
  std::optional<Seconds> queue, check, http_request, http_keep_alive;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("connect", connect,
          {.help = "for a connection to a server", .source = "HA-28", .min = 0.001});
    visit("client", client, {.help = "inactivity of a client", .source = "HA-33", .min = 0.001});
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
          {.help = "for a check's answer once connected",
           .source = "HA-16",
           .otherwise = "none: one budget of inter for connection and answer",
           .min = 0.001});
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

/// Health checks of a server. [HA-13] to [HA-20]
struct CheckOptions {
  CheckKind kind = CheckKind::none;
  AnsweredBy answered_by = AnsweredBy::nginx;
  Seconds inter = 2;
  std::optional<Seconds> fastinter, downinter;
  int rise = 2, fall = 3;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("kind", kind,
          {.help = "none: the server is always UP; tcp: a connection; httpchk: a page",
           .source = "HA-13"});
    visit("answered_by", answered_by, {.help = "httpchk: who must work for the page to be 200"});
    visit("inter", inter,
          {.help = "gap between the end of a check and the next", .source = "HA-14", .min = 0.001});
    visit("fastinter", fastinter,
          {.help = "gap while the state is changing",
           .source = "HA-15",
           .otherwise = "inter",
           .min = 0.001});
    visit("downinter", downinter,
          {.help = "gap while DOWN", .source = "HA-15", .otherwise = "inter", .min = 0.001});
    visit("rise", rise,
          {.help = "so many passed checks bring it UP", .source = "HA-18", .min = 1, .max = 1000});
    visit(
        "fall", fall,
        {.help = "so many failed checks bring it DOWN", .source = "HA-18", .min = 1, .max = 1000});
  }
};

/// A `server` line.
struct ServerOptions {
  std::string address;
  int weight = 1;
  bool backup = false;
  int maxconn = 0;
  int maxqueue = 0;
  Seconds slowstart = 0;
  CheckOptions check;
  Observe observe = Observe::none;
  int error_limit = 10;
  OnError on_error = OnError::fail_check;
  OnMarkedDown on_marked_down = OnMarkedDown::none;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("address", address, {.help = "daemon it leads to", .otherwise = "nginx@NAME"});
    visit("weight", weight,
          {.help = "share of the traffic", .source = "HA-1", .min = 0, .max = 256});
    visit("backup", backup, {.help = "used only when no other server is UP", .source = "HA-6"});
    visit("maxconn", maxconn,
          {.help = "concurrent requests; the rest waits in a queue; 0: no limit",
           .source = "HA-8",
           .min = 0});
    visit("maxqueue", maxqueue,
          {.help = "length of the server's own queue; 0: no limit", .source = "HA-8", .min = 0});
    visit("slowstart", slowstart,
          {.help = "weight and maxconn grow over this time after UP", .source = "HA-23", .min = 0});
    visit("check", check, {.help = "its health checks"});
    visit("observe", observe, {.help = "watch traffic for errors, too", .source = "HA-22"});
    visit("error_limit", error_limit,
          {.help = "consecutive errors before on_error acts", .source = "HA-22", .min = 1});
    visit("on_error", on_error, {.help = "what then happens", .source = "HA-22"});
    visit("on_marked_down", on_marked_down,
          {.help = "what happens to its sessions when it goes DOWN", .source = "HA-31"});
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

/// HAProxy 2.6: one frontend, one backend.
struct HaproxyOptions {
  static constexpr const char* kind = "haproxy";
  static constexpr const char* about = "load balancers";
  static constexpr std::uint16_t port = 80;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const HaproxyOptions& options);
  int nbthread = 2;
  int maxconn = 4000;
  Balance balance = Balance::roundrobin;
  HashType hash_type = HashType::map_based;
  int random_draws = 2;
  int retries = 3;
  bool redispatch = false;
  bool allbackups = false;
  bool abortonclose = false;
  bool fresh_start = false;
  HaproxyTimeouts timeout;
  StickTableOptions stick_table;
  ServerOptions default_server;
  Named<ServerOptions> servers;
  ServiceOptions service;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("nbthread", nbthread, {.help = "threads that work at once", .min = 1, .max = 64});
    visit("maxconn", maxconn,
          {.help = "connections of clients; more wait in the kernel's backlog",
           .source = "HA-7",
           .min = 1});
    visit("balance", balance, {.help = "how a server is chosen", .source = "HA-1"});
    visit("hash_type", hash_type,
          {.help = "balance source: how keys map to servers", .source = "HA-5"});
    visit("random_draws", random_draws,
          {.help = "balance random: draws per request", .source = "HA-4", .min = 1, .max = 100});
    visit("retries", retries,
          {.help = "further attempts to connect", .source = "HA-24", .min = 0, .max = 100});
    visit("redispatch", redispatch,
          {.help = "option redispatch: retry on another server", .source = "HA-25"});
    visit("allbackups", allbackups,
          {.help = "option allbackups: use all backups, not only the first", .source = "HA-6"});
    visit("abortonclose", abortonclose,
          {.help = "option abortonclose: drop queued requests of clients that left",
           .source = "HA-11"});
    visit("fresh_start", fresh_start,
          {.help =
               "the run begins with its start and the first checks; otherwise it has been running "
               "for long, somewhere between two checks",
           .source = "HA-20"});
    visit("timeout", timeout, {.help = "timeouts"});
    visit("stick_table", stick_table,
          {.help = "a limit of requests per source address", .source = "HA-41"});
    visit("default_server", default_server, {.help = "what every server line starts from"});
    visit("servers", Derived{servers, default_server},
          {.help = "the backend's servers, by name", .required = true});
    visit("service", service, {.help = "its service manager", .source = "HA-42"});
  }
};

}  // namespace spof::stack
