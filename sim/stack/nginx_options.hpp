#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/distribution.hpp"
#include "base/options.hpp"
#include "base/units.hpp"
#include "stack/service_options.hpp"
#include "stack/tls_options.hpp"

namespace spof::stack {

/// limit_req: a leaky bucket for each address, filled by what comes. [NG-7]
struct LimitReqOptions {
  Rate rate = 10;
  int burst = 0;
  bool nodelay = false;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("rate", rate, {.help = "requests of an address", .source = "NG-7", .min = 0.001});
    visit("burst", burst,
          {.help = "so many above it wait for their turn, the others are answered 503",
           .source = "NG-7",
           .min = 0});
    visit("nodelay", nodelay, {.help = "those of the burst do not wait", .source = "NG-7"});
  }
};

/// What proxy_next_upstream names. [NG-3] [NG-16]
enum class NextOn : std::uint8_t {
  error,
  timeout,
  http_500,
  http_502,
  http_503,
  http_504,
  http_403,
  http_404,
  http_429,
  non_idempotent
};
constexpr auto names(NextOn) {
  return std::array{"error",    "timeout",  "http_500", "http_502", "http_503",
                    "http_504", "http_403", "http_404", "http_429", "non_idempotent"};
}

/// What follows the address in a `server` line of an upstream. [NG-16]
struct UpstreamOptions {
  int weight = 1;
  std::optional<int> max_fails;
  std::optional<Seconds> fail_timeout;
  bool backup = false, down = false;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("weight", weight,
          {.help = "its share of the requests", .source = "NG-16", .min = 1, .max = 65535});
    visit("max_fails", max_fails,
          {.help = "failures that disable it; 0: none does", .otherwise = "max_fails", .min = 0});
    visit("fail_timeout", fail_timeout,
          {.help = "for how long", .otherwise = "fail_timeout", .min = 0.001});
    visit("backup", backup,
          {.help = "asked only when all others are disabled, or were tried", .source = "NG-16"});
    visit("down", down, {.help = "never asked", .source = "NG-16"});
  }
};

/// Nginx 1.22. Defaults of Debian 12.
struct NginxOptions {
  static constexpr const char* kind = "nginx";
  static constexpr const char* about = "web servers";
  static constexpr std::uint16_t port = 8080;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const NginxOptions& options);
  std::optional<int> worker_processes;
  int worker_connections = 768;
  int listens = 1;
  int backlog = 511;
  std::vector<std::string> upstream;
  Named<UpstreamOptions> upstream_servers;
  Seconds proxy_connect_timeout = 60, proxy_read_timeout = 60, send_timeout = 60;
  std::vector<NextOn> proxy_next_upstream{NextOn::error, NextOn::timeout};
  int proxy_next_upstream_tries = 0;
  Seconds proxy_next_upstream_timeout = 0;
  Bytes client_max_body_size = 1 << 20;
  int max_fails = 1;
  Seconds fail_timeout = 10;
  bool zone = false;
  Seconds keepalive_timeout = 75, client_header_timeout = 60;
  std::optional<LimitReqOptions> limit_req;
  std::optional<int> limit_conn;
  bool real_ip = false;
  std::optional<TlsOptions> tls;
  Distribution page_cpu = Distribution::constant(0.05e-3);
  ServiceOptions service;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("worker_processes", worker_processes,
          {.help = "processes that work at once",
           .source = "NG-1",
           .otherwise = "auto: as many as the host has cores",
           .min = 1,
           .max = 256});
    visit("worker_connections", worker_connections,
          {.help = "connections of one worker; a proxied request uses two, each listening socket "
                   "and the channel to the master one",
           .source = "NG-1",
           .min = 2});
    visit("listens", listens,
          {.help = "sockets that it listens on; Debian's default site has two, 80 and [::]:80",
           .source = "NG-1",
           .min = 1,
           .max = 1000});
    visit("backlog", backlog,
          {.help = "connections the kernel holds while it does not accept",
           .source = "NG-1",
           .min = 1});
    upstream_fields(visit);
    visit("client_max_body_size", client_max_body_size,
          {.help = "larger requests are answered 413; 0: none is too large", .source = "NG-13"});
    visit("keepalive_timeout", keepalive_timeout,
          {.help = "idle connections are closed after", .source = "NG-6", .min = 0});
    visit(
        "client_header_timeout", client_header_timeout,
        {.help = "a request whose header is not whole by then is cut", .source = "FW-6", .min = 0});
    visit("limit_req", limit_req,
          {.help = "limit_req_zone $binary_remote_addr, status 503",
           .source = "NG-7",
           .otherwise = "no limit"});
    visit("limit_conn", limit_conn,
          {.help = "requests of an address in progress at once; more are answered 503",
           .source = "NG-7",
           .otherwise = "no limit",
           .min = 1});
    visit("real_ip", real_ip,
          {.help = "real_ip_header: addresses are those of the visitors; otherwise everybody whom "
                   "a load balancer passes on has the balancer's",
           .source = "NG-7"});
    visit("tls", tls, {.help = "listen ... ssl", .source = "TLS-1", .otherwise = "no TLS"});
    visit("page_cpu", page_cpu,
          {.help =
               "processor time of a page from memory, such as /health, or of passing a check on"});
    visit("service", service, {.help = "its service manager", .source = "NG-9"});
    visit.left_out(
        "listen, keepalive, keepalive_requests, least_conn, ip_hash, hash, random, max_conns, "
        "proxy_send_timeout, proxy_buffering, proxy_request_buffering, proxy_cache, "
        "proxy_cache_use_stale, proxy_http_version, client_body_timeout, fastcgi_pass, uwsgi_pass, "
        "worker_rlimit_nofile, gzip, error_page, location, include, server_name, resolver");
  }
  /// What it knows of upstreams, and when it turns to the next.
  template <class Visitor>
  void upstream_fields(Visitor& visit) {
    visit("upstream", upstream,
          {.help = "application servers, as app@server1",
           .otherwise = "the application on the same host"});
    visit("upstream_servers", upstream_servers,
          {.help = "parameters of single ones of these, by their names", .source = "NG-16"});
    visit("proxy_connect_timeout", proxy_connect_timeout,
          {.help = "for a connection to the application", .source = "NG-2", .min = 0.001});
    visit("proxy_read_timeout", proxy_read_timeout,
          {.help = "for its answer", .source = "NG-2", .min = 0.001});
    visit("send_timeout", send_timeout,
          {.help = "for whoever asked to take the next part of a large answer",
           .source = "NG-14",
           .min = 0.001});
    visit("proxy_next_upstream", proxy_next_upstream,
          {.help =
               "after what the next upstream is tried; [] is off. Answers of these statuses count "
               "as failures (403 and 404 do not), errors and time-outs always do; "
               "non_idempotent: a write that was sent is sent again",
           .source = "NG-16"});
    visit("proxy_next_upstream_tries", proxy_next_upstream_tries,
          {.help = "upstreams that one request is sent to at most; 0: all",
           .source = "NG-16",
           .min = 0});
    visit("proxy_next_upstream_timeout", proxy_next_upstream_timeout,
          {.help = "no further one is tried when so long has passed; 0: no limit",
           .source = "NG-16",
           .min = 0});
    visit("max_fails", max_fails,
          {.help = "failures that disable an upstream; ignored when it is the only one",
           .source = "NG-4",
           .min = 0});
    visit("fail_timeout", fail_timeout,
          {.help = "for this long, and up to a second more: whole seconds are compared",
           .source = "NG-10",
           .min = 0.001});
    visit("zone", zone,
          {.help = "workers share what they know of upstreams; otherwise each finds out for itself",
           .source = "NG-10"});
  }
};

}  // namespace spof::stack
