#pragma once
#include <array>
#include <optional>
#include <string>

#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::stack {

enum class CheckKind : std::uint8_t { none, tcp, httpchk };
constexpr auto names(CheckKind) { return std::array{"none", "tcp", "httpchk"}; }
/// Which daemon a check's page is answered by; those before it only pass it on.
/// `primary`: the application asks the database it writes to. Of a database itself: the small page
/// beside it (clustercheck) that is 200 when it answers, `database`, or takes writes, `primary`.
enum class AnsweredBy : std::uint8_t { nginx, app, database, primary };
constexpr auto names(AnsweredBy) { return std::array{"nginx", "app", "database", "primary"}; }
enum class Observe : std::uint8_t { none, layer4, layer7 };
constexpr auto names(Observe) { return std::array{"none", "layer4", "layer7"}; }
enum class OnError : std::uint8_t { fastinter, fail_check, sudden_death, mark_down };
constexpr auto names(OnError) {
  return std::array{"fastinter", "fail-check", "sudden-death", "mark-down"};
}
enum class OnMarkedDown : std::uint8_t { none, shutdown_sessions };
constexpr auto names(OnMarkedDown) { return std::array{"none", "shutdown-sessions"}; }

/// Health checks of a server. [HA-13] to [HA-20]
struct CheckOptions {
  CheckKind kind = CheckKind::tcp;
  AnsweredBy answered_by = AnsweredBy::nginx;
  Seconds inter = 2;
  std::optional<Seconds> fastinter = {}, downinter = {};
  int rise = 2, fall = 3;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("kind", kind,
          {.help = "none: the server is always UP; tcp: a connection; httpchk: a page (httpchk, "
                   "option httpchk, tcp-check, option tcp-check)",
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
    visit.left_out("port, addr, expect, send, send_proxy, agent_check, via_socks4");
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
  std::optional<CheckOptions> check;
  Observe observe = Observe::none;
  bool verify = false;
  int error_limit = 10;
  OnError on_error = OnError::fail_check;
  OnMarkedDown on_marked_down = OnMarkedDown::none;
  const CheckOptions& checks() const {
    static const CheckOptions none{.kind = CheckKind::none};
    return check ? *check : none;
  }
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
    visit("check", check,
          {.help = "its health checks", .source = "HA-13", .otherwise = "none: it is always UP"});
    visit("observe", observe, {.help = "watch traffic for errors, too", .source = "HA-22"});
    visit("verify", verify,
          {.help = "where the server speaks TLS: refuse a certificate that is not good (verify "
                   "required)",
           .source = "TLS-4"});
    visit("error_limit", error_limit,
          {.help = "consecutive errors before on_error acts", .source = "HA-22", .min = 1});
    visit("on_error", on_error, {.help = "what then happens", .source = "HA-22"});
    visit("on_marked_down", on_marked_down,
          {.help = "what happens to its sessions when it goes DOWN", .source = "HA-31"});
    visit.left_out(
        "minconn, on_marked_up, disabled, init_addr, resolvers, track, pool_max_conn, "
        "pool_purge_delay, agent_check, send_proxy, source");
  }
};

}  // namespace spof::stack
