#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/distribution.hpp"
#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::stack {

enum class Arrivals : std::uint8_t { poisson, constant, closed, replay };
constexpr auto names(Arrivals) { return std::array{"poisson", "constant", "closed", "replay"}; }

/// What a population does that wants no answer. syn_flood: SYNs from addresses where nobody is
/// [FW-5]; slowloris: connections that send a byte of a request now and then [FW-6]; brute_force:
/// log-ins to a database, one after the other.
enum class Attack : std::uint8_t { none, syn_flood, slowloris, brute_force };
constexpr auto names(Attack) { return std::array{"none", "syn_flood", "slowloris", "brute_force"}; }

/// One corner of a load profile.
struct RateStep {
  Seconds at = 0;
  Rate rate = 0;
  bool ramp = false;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("at", at, {.help = "from this date", .min = 0, .required = true});
    visit("rate", rate,
          {.help = "requests arrive at this rate", .min = 0, .max = 1e8, .required = true});
    visit("ramp", ramp, {.help = "changes linearly from the step before, instead of at once"});
  }
};

/// What a client does when a request failed.
struct RetryOptions {
  int attempts = 0;
  Seconds backoff = 1;
  double factor = 2;
  Seconds max_backoff = 60;
  Share jitter = 0;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("attempts", attempts,
          {.help = "how often a failed request is sent again", .min = 0, .max = 100});
    visit("backoff", backoff, {.help = "pause before the first retry", .min = 0});
    visit("factor", factor, {.help = "each further pause is this much longer", .min = 1});
    visit("max_backoff", max_backoff, {.help = "but not longer than this", .min = 0});
    visit("jitter", jitter, {.help = "share of the pause drawn at random", .min = 0, .max = 1});
  }
};

/// A population of clients.
struct ClientsOptions {
  std::string host = "clients";
  Arrivals arrivals = Arrivals::poisson;
  Rate rate = 100;
  std::vector<RateStep> profile;
  int users = 100;
  Distribution think_time = Distribution::exponential(7);
  std::string replay;
  Seconds start = 0;
  std::optional<Seconds> stop;
  Named<double> mix;
  std::string connect_to;
  bool keep_alive = false;
  int requests_per_connection = 100;
  bool resend = true, resend_writes = true;
  bool cookies = true;
  int addresses = 10000;
  Seconds timeout = 40;
  std::optional<Seconds> connect_timeout;
  std::optional<Seconds> attempt_delay;
  RetryOptions retry;
  Distribution cpu = Distribution::constant(0);
  bool verify = true;
  bool attacker = false;
  Attack attack = Attack::none;

  /// It means harm, so that what happens to it is no outage.
  bool attacks() const { return attacker || attack != Attack::none; }

  /// Not a field: where `replay` leads, seen from the file that says it.
  std::string replay_file;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("host", host, {.help = "host of the platform they sit on"});
    visit("arrivals", arrivals,
          {.help = "open loop (poisson, constant), users who think between requests (closed), or a "
                   "file of arrival times (replay)",
           .source = "WL-6"});
    visit("rate", rate, {.help = "open loop: mean rate of arrivals", .min = 0, .max = 1e8});
    visit("profile", profile, {.help = "open loop: the rate over time, instead of `rate`"});
    visit("users", users, {.help = "closed loop: how many", .min = 1, .max = 1e6});
    visit("think_time", think_time,
          {.help = "closed loop: pause between requests; slowloris: before who was cut comes again",
           .source = "WL-3"});
    visit("replay", replay,
          {.help =
               "CSV of arrival times: column time_s, optional column class; beside the scenario"});
    visit("start", start, {.help = "no arrivals before", .min = 0});
    visit("stop", stop,
          {.help = "no arrivals from here on", .otherwise = "the end of the run", .min = 0});
    visit("mix", mix,
          {.help = "weights of classes for this population",
           .otherwise = "the classes' own",
           .min = 0,
           .max = 1e9});
    visit("connect_to", connect_to,
          {.help = "daemon to connect to, as haproxy@lb1", .otherwise = "whatever DNS answers"});
    visit("keep_alive", keep_alive, {.help = "further requests use the same connection"});
    visit("requests_per_connection", requests_per_connection,
          {.help = "keep_alive: a new connection after so many", .min = 1});
    visit("resend", resend,
          {.help = "keep_alive: send again, unasked, when a kept connection broke, as browsers do",
           .source = "DNS-10"});
    visit(
        "resend_writes", resend_writes,
        {.help = "resend: writes, too, as browsers and curl do; urllib3 repeats only what changes "
                 "nothing",
         .source = "DNS-10"});
    visit("cookies", cookies,
          {.help = "each address is a user who keeps a load balancer's cookie, as browsers do; who "
                   "attacks keeps none",
           .source = "HA-47"});
    visit("addresses", addresses,
          {.help = "how many source addresses they have", .min = 1, .max = 1 << 24});
    visit("timeout", timeout,
          {.help = "patience for a whole request", .source = "WL-9", .min = 0.001});
    visit("connect_timeout", connect_timeout,
          {.help = "patience for a connection", .otherwise = "timeout", .min = 0.001});
    visit("attempt_delay", attempt_delay,
          {.help = "with several addresses: start the next one after this long (RFC 8305: 250ms)",
           .source = "DNS-8, DNS-9",
           .otherwise = "only when the one before has failed",
           .min = 0.001});
    visit("retry", retry, {.help = "what they do when a request failed", .source = "WL-9"});
    visit("cpu", cpu, {.help = "the client's own time per request, on its host"});
    visit("verify", verify,
          {.help = "over TLS: leave when the certificate is not good, as all browsers do (curl -k "
                   "does not)",
           .source = "TLS-4"});
    visit("attacker", attacker, {.help = "its failures do not count as outage"});
    visit("attack", attack,
          {.help = "syn_flood: SYNs at the rate of arrivals, from `addresses` where nobody is; "
                   "slowloris: each user holds a connection and never ends its request; "
                   "brute_force: each user tries passwords of a database, see connect_to. None of "
                   "them makes requests",
           .source = "FW-5, FW-6"});
  }
};

}  // namespace spof::stack
