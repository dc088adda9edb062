// What a firewall keeps away, and whom it should not have.
#include <cmath>
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Outcome;
using test::date_of;
using test::play;

namespace {

/// As it was measured: 50 requests a second, checks of Debian's habit, redispatch. From 20 s on a
/// rule of server1 is against lb1.
measure::Result ruled(const std::string& verdict, std::uint64_t seed) {
  return play(
      R"({ "duration": "60s", "clients": { "users": { "rate": "50/s", "arrivals": "poisson" } },
    "haproxy": { "redispatch": true, "fresh_start": false,
      "default_server": { "check": { "kind": "httpchk", "inter": "2s", "fall": 3, "rise": 2 } } },
    "faults": [{ "kind": "firewall_rule", "target": "server1", "peer": "lb1", "port": 8080,
      "verdict": ")" +
          verdict + R"(", "at": "20s", "jitter": "2s", "for": "18s" }] })",
      seed);
}

double mean_until_down(const std::string& verdict) {
  double sum = 0;
  constexpr int seeds = 8;
  for (int seed = 1; seed <= seeds; ++seed) {
    const auto result = ruled(verdict, static_cast<std::uint64_t>(seed));
    CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
    INFO(date_of(result, "DOWN", "haproxy@lb1", "server1") - date_of(result, "firewall_rule"));
    UNSCOPED_INFO(verdict << date_of(result, "DOWN", "haproxy@lb1", "server1") -
                                 date_of(result, "firewall_rule"));
    sum += date_of(result, "DOWN", "haproxy@lb1", "server1") - date_of(result, "firewall_rule");
  }
  return sum / seeds;
}

}  // namespace

TEST_CASE("FW-1: for a load balancer ICMP errors are silence, as drop is; a reset is a refusal") {
  // Three checks, 2 s apart, each in vain for 2 s or not at all; the first within 2 s (or 4 s).
  // Measured: 10.85 s (0.43), 11.05 s, and 5.19 s and 5.43 s.
  CHECK(mean_until_down("drop") == near(11).margin(1));
  CHECK(mean_until_down("reject") == near(11).margin(1));
  CHECK(mean_until_down("reset") == near(5).margin(0.8));
}

TEST_CASE("a firewall without the rule for its balancer keeps its server out of service") {
  const std::string wall = R"({ "haproxy": { "fresh_start": true, "redispatch": true,
      "default_server": { "check": { "kind": "httpchk", "inter": "2s" } } },
    "firewall": { "hosts": { "server1": { "profiles": ["ufw-database"] } } } })";
  const auto shut = play(wall);
  CHECK(date_of(shut, "DOWN", "haproxy@lb1", "server1") < 3);  // a fresh process asks once [HA-19]
  const auto open = play(test::merged(
      wall, R"({ "firewall": { "hosts": { "server1": { "profiles": ["ufw-web"] } } } })"));
  CHECK(std::isinf(date_of(open, "DOWN")));
}

TEST_CASE("FW-7: adverts of a group that a host has not joined are stopped by none of its rules") {
  const auto stopped = [](const std::string& second) {
    const auto run = play(R"({ "keepalived": { "virtual_ipaddress": ["10.0.0.100"],
        "hosts": { "lb1": { "state": "MASTER", "priority": 101 }, ")" +
                          second + R"(": {} } },
      "firewall": { "hosts": { "server1": { "profiles": ["ufw-web", "ufw-database"] } } } })");
    return date_of(run, "stopped", "firewall@server1") < INFINITY;
  };
  CHECK_FALSE(stopped("server2"));
  CHECK(stopped("server1"));
}

TEST_CASE("FW-3: ordinary visitors fill a connection table, and then nobody is served") {
  // 50 visitors a second and as many connections to servers, and two checks every 2 s: 1,000
  // entries after 10 s, none of which is over before 120 s.
  const auto result = play(R"({ "duration": "30s",
    "clients": { "users": { "rate": "50/s", "timeout": "10s" } },
    "haproxy": { "redispatch": true, "fresh_start": false,
      "default_server": { "check": { "kind": "httpchk", "inter": "2s", "fall": 3, "rise": 2 } } },
    "firewall": { "hosts": { "lb1": { "conntrack_max": 1000, "profiles": ["ufw-balancer"] } } } })");
  const double full = date_of(result, "table_full", "firewall@lb1");
  CHECK(full == near(1000 / 101.0).margin(0.2));
  // The balancer's own checks are dropped, too: DOWN as after any silence. Measured: 10.5, 11.5 s.
  for (const char* server : {"server1", "server2"})
    CHECK(date_of(result, "DOWN", "haproxy@lb1", server) - full == near(11).margin(1.1));
  int served = 0;
  for (const auto& one : test::by_arrival(result)) {
    if (one.arrival < full - 0.15) CHECK(one.outcome == Outcome::ok);
    served += one.arrival > full + 0.05 && one.outcome == Outcome::ok;
  }
  CHECK(served == 0);
  CHECK(date_of(result, "stopped", "firewall@lb1") < INFINITY);
}

TEST_CASE("FW-2: a browser's six connections are too many for ufw limit on a web port") {
  // Five a second of one address each; one in 10 s; and a rule that counts both.
  const auto result = play(R"({ "duration": "50s", "clients": {
      "users": { "rate": "5/s", "addresses": 1, "timeout": "900ms" },
      "reader": { "connect_to": "haproxy@lb1", "arrivals": "constant", "rate": "0.1/s", "addresses": 1 } },
    "firewall": { "hosts": { "lb1": { "rules": [{ "rule": "limit", "service": "http" }] } } } })");
  int browser = 0, reader = 0, readers = 0;
  for (const auto& one : test::by_arrival(result)) {
    (one.population == 0 ? browser : reader) += one.outcome == Outcome::ok;
    readers += one.population == 1;
  }
  CHECK(browser == 5);  // measured: 5 of 42
  CHECK(reader == readers);
}

TEST_CASE("FW-1: a rule for a port without an address is for the host's own conversations, too") {
  // From 10 s on, on the host of Nginx and its application. Nginx would wait 60 s for it.
  const auto ruled_over_lo = [](const std::string& rule, const std::string& app) {
    return play(R"({ "classes": { "file": null,
        "page": { "kind": "page", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
      "haproxy": { "timeout": { "server": "30s" }, "servers": { "server2": null } },
      "app": { )" +
                app +
                R"( }, "faults": [{ "kind": "firewall_rule", "target": "server1", "port": 8000,
        "at": "10s", )" +
                rule + " }] }");
  };
  for (const auto& one : test::by_arrival(ruled_over_lo(R"("verdict": "drop")", ""))) {
    const bool dropped = one.arrival > 9.95;  // 40 ms away
    CHECK(one.outcome == (dropped ? Outcome::http_504 : Outcome::ok));
    if (dropped) CHECK(one.end - one.arrival == near(30.08).margin(0.01));
  }
  // Over lo Linux does not limit its ICMP errors.
  for (const char* refusal : {R"("verdict": "reject")", R"("verdict": "reset")"})
    for (const auto& one : test::by_arrival(ruled_over_lo(refusal, "")))
      CHECK(one.outcome == (one.arrival > 9.95 ? Outcome::http_502 : Outcome::ok));
  // A rule for a peer is not for lo, and no rule is for a Unix socket.
  for (const auto& result : {ruled_over_lo(R"("peer": "lb1")", ""),
                             ruled_over_lo(R"("verdict": "drop")", R"("listen": "unix")")})
    CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
}
