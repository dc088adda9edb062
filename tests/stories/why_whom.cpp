// Whom WHY blames: who was there when it happened and could have done it, and nobody else.
#include <string>

#include "analysis/verdict.hpp"
#include "catch.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

using namespace spof;
using test::has;
using test::merged;
using test::why;

namespace {

/// Two load balancers, of which one has the address; requests last half a second.
std::string two_balancers(const std::string& faults) {
  return R"({ "duration": "40s", "hosts": { "lb2": { "like": "lb1" } },
    "classes": { "file": { "kind": "page", "sleep": "500ms" } },
    "clients": { "users": { "connect_to": "10.0.0.100:80", "rate": "40/s" } },
    "app": { "threads": 50 },
    "keepalived": { "virtual_ipaddress": ["10.0.0.100"],
      "vrrp_script": { "chk": { "checks": "process", "process": "haproxy", "interval": "1s" } },
      "track_script": ["chk"],
      "hosts": { "lb1": { "priority": 150 }, "lb2": { "priority": 100 } } },
    "haproxy": { "hosts": { "lb1": {}, "lb2": {} } }, "faults": [)" +
         faults + "] }";
}

/// Reads and writes, without what computing costs.
std::string rows(const std::string& faults, const std::string& more = "{}") {
  return merged(R"({ "duration": "40s", "classes": { "file": null,
      "row": { "kind": "write", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "mysql": { "start_time": "500ms", "redo": "0B", "read_only": true }, "faults": [)" +
                    faults + "] }",
                more);
}

}  // namespace

TEST_CASE("who takes an address back resets what the other one had, and dies of nothing") {
  const std::string text = why(
      two_balancers(R"({ "kind": "crash", "target": "haproxy@lb1", "at": "5s", "for": "10s" })"));
  CHECK(has(text,
            "lost its connection: keepalived@lb1, which took the address back, did not know it\n"));
  CHECK(has(text,
            "5.0 s 21 file requests lost their connections: haproxy@lb1 ended before it had "
            "answered\n"));
}

TEST_CASE("a death that comes later has reset nothing") {
  const std::string text =
      why(two_balancers(R"({ "kind": "crash", "target": "keepalived@lb1", "at": "5s" },
                           { "kind": "crash", "target": "haproxy@lb1", "at": "30s" })"));
  CHECK(has(text,
            "lost their connections: keepalived@lb2, which took the address over, did not know "
            "them\n"));
  CHECK_FALSE(has(text, "ended before"));
}

TEST_CASE("who has no power refuses nobody") {
  const std::string text =
      why(two_balancers(R"({ "kind": "power_off", "target": "lb2", "at": "3s" },
                           { "kind": "crash", "target": "haproxy@lb1", "at": "10s" })"));
  CHECK(has(text, "were refused: haproxy@lb1 was not running\n"));
  CHECK(has(text, "lost their connections: haproxy@lb1 ended before it had answered\n"));
}

TEST_CASE("a rule refuses as long as it is there, and a restart as long as it lasts") {
  const std::string text = why(R"({ "duration": "40s", "faults": [
    { "kind": "firewall_rule", "target": "lb1", "port": 80, "verdict": "reset", "at": "5s", "for": "5s" },
    { "kind": "restart", "target": "haproxy@lb1", "at": "20s", "down_for": "2s" }] })");
  CHECK(has(text,
            "5.0\u20139.9 s 50 file requests were refused: haproxy@lb1 (behind a rule in the "
            "firewall of lb1) refused"));
  CHECK(has(text, "20.0\u201321.9 s 20 file requests were refused: haproxy@lb1 was not running\n"));
}

TEST_CASE("a replica that was up was not down") {
  const auto held_back = [](const std::string& fault) { return why(rows(fault)); };
  CHECK(has(held_back(R"({ "kind": "disk_full", "target": "server2", "at": "5s", "for": "9s" })"),
            "its disk was full, and it applied nothing\n"));
  CHECK(has(held_back(
                R"({ "kind": "firewall_rule", "target": "server2", "peer": "server1", "port": 3306,
                "incoming": false, "at": "5s", "for": "9s" })"),
            "it got no transaction from mysql@server1, also for a while after the repair"));
  CHECK(has(
      held_back(
          R"({ "kind": "command", "command": "stop_applier", "target": "mysql@server2", "at": "5s" })"),
      "its applier was stopped by a command\n"));
  CHECK(has(held_back(R"({ "kind": "crash", "target": "mysql@server2", "at": "5s", "for": "9s" })"),
            "transactions): it was down meanwhile\n"));
}

TEST_CASE("a slow database holds the threads of those who do not need it") {
  const auto slow = [](const std::string& patience) {
    return why(R"({ "duration": "90s",
      "classes": { "file": null,
        "get": { "kind": "read", "mix": 1, "cpu": { "haproxy": "0ms", "nginx": "0ms", "mysql": "1ms" } },
        "put": { "kind": "write", "mix": 1, "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
      "clients": { "users": { "rate": "20/s", "timeout": "200s" } },
      "haproxy": { "timeout": { "server": ")" +
               patience + R"(" } }, "nginx": { "proxy_read_timeout": "200s" },
      "faults": [{ "kind": "slow", "target": "mysql@server2", "factor": 2000, "at": "20s", "for": "20s" }] })");
  };
  CHECK(has(slow("5s"),
            "answered 504 by HAProxy: no answer within timeout server (5s), because "
            "mysql@server2 worked slowly"));
  CHECK(has(slow("200s"),
            "in app@server2 all threads were held by get requests waiting for "
            "mysql@server2, which worked slowly"));
}

TEST_CASE("an earlier failure holds no replica back") {
  const std::string text =
      why(rows(R"({ "kind": "crash", "target": "mysql@server2", "at": "5s", "for": "100ms" },
              { "kind": "command", "command": "stop_applier", "target": "mysql@server2", "at": "15s" })"));
  CHECK(has(text, "15.0\u201340.0 s mysql@server2 fell behind"));
  CHECK_FALSE(has(text, "down meanwhile"));
}

TEST_CASE("an application that trusts no certificate of its database says so, by its clock") {
  const auto looked_at = [](const std::string& how) {
    return rows(R"({ "kind": "clock", "target": "server1", )" + how + R"(, "at": "5s" },
                       { "kind": "restart", "target": "mysql@server1", "at": "10s" })",
                R"({ "mysql": { "tls": {}, "read_only": false },
                         "app": { "database": { "verify": true } } })");
  };
  const std::string early = looked_at(R"("behind": "800000000s")");
  CHECK(has(why(early),
            "by the clock of its host the first day of the database's certificate was still to "
            "come"));
  // Neither side of the right date is a clock that harmed nobody.
  const std::string verdict = report::verdict(test::campaign_of_story(early)).text;
  CHECK(has(verdict, "wrong clock of server1"));
  CHECK_FALSE(has(verdict, "harmed nobody"));
  CHECK(has(why(looked_at(R"("ahead": "8000000s")")),
            "the certificate of the database had expired by the clock of who looked at it"));
}

TEST_CASE("a proxy before the databases answers no request, and is who breaks connections off") {
  const std::string text = why(R"({ "duration": "40s",
    "classes": { "file": { "kind": "write" } },
    "app": { "database": { "primary": "haproxy@lb1:3306" } },
    "haproxy": { "servers": null,
      "frontends": { "web": { "default_backend": "web" },
        "db": { "mode": "tcp", "bind": 3306, "default_backend": "db" } },
      "backends": { "web": { "servers": { "server1": {}, "server2": {} } },
        "db": { "mode": "tcp", "servers": { "db1": { "address": "mysql@server1" } } } } },
    "faults": [{ "kind": "crash", "target": "mysql@server1", "at": "5s" }] })");
  CHECK(has(text, "were answered 500 by the application: haproxy@lb1 broke the connection off\n"));
}

TEST_CASE("of the databases that are read-only the one is named that writes were sent to") {
  const std::string text =
      why(rows(R"({ "kind": "crash", "target": "mysql@server1", "at": "10s", "for": "5s" },
                  { "kind": "crash", "target": "mysql@server2", "at": "25s", "for": "5s" })",
               R"({ "db_manager": { "hosts": { "lb1": {} } } })"));
  CHECK(has(text, "is read-only: mysql@server2 started so, as its configuration says"));
  CHECK_FALSE(has(text, "is read-only: mysql@server1"));
}

TEST_CASE("a database that became read-only twice is told with both") {
  const std::string text = why(
      rows(R"({ "kind": "command", "command": "read_only", "target": "mysql@server1", "at": "5s" },
              { "kind": "command", "command": "read_write", "target": "mysql@server1", "at": "10s" },
              { "kind": "restart", "target": "mysql@server1", "at": "20s" })"));
  CHECK(has(text,
            "mysql@server1 was made so at 5.0 s, until 10.0 s, then mysql@server1 started so, as "
            "its configuration says (read_only), and nobody made it writable"));
}

TEST_CASE("weights of two servers and two rules of a firewall are two things each") {
  const std::string weights = why(R"({ "duration": "40s", "faults": [
    { "kind": "weight", "target": "haproxy@lb1", "server": "server1", "weight": 0, "at": "5s", "for": "20s" },
    { "kind": "weight", "target": "haproxy@lb1", "server": "server2", "weight": 0, "at": "8s", "for": "5s" }] })");
  CHECK(has(weights, "5.0 s an operator gave server1 the weight 0 at haproxy@lb1\n"));
  CHECK(has(weights, "8.0 s an operator gave server2 the weight 0 at haproxy@lb1\n"));
  CHECK(has(weights, "13.0 s repair: the operator gave it back its weight"));
  const std::string rules = why(R"({ "duration": "40s", "faults": [
    { "kind": "firewall_rule", "target": "lb1", "port": 80, "at": "5s", "for": "5s" },
    { "kind": "firewall_rule", "target": "lb1", "port": 8080, "at": "20s", "for": "5s" }] })");
  CHECK_FALSE(has(rules, "and again"));
  CHECK(has(rules, "10.0 s repair: the rule was taken out of the firewall of lb1\n"));
}

TEST_CASE("a release does not get to a host without power, and is not taken back from it") {
  const std::string text = why(R"({ "duration": "40s",
    "app": { "version": "1", "releases": { "2": {} } }, "faults": [
    { "kind": "power_off", "target": "server2", "at": "3s" },
    { "kind": "deploy", "targets": ["app@server2"], "release": "2", "at": "5s", "for": "10s" }] })");
  CHECK(has(text, "5.0 s release 2 was to be rolled out to app@server2, and did not get there\n"));
  CHECK_FALSE(has(text, "went back to the release before"));
}

TEST_CASE("who has not the address is not whom clients wait for") {
  const std::string text =
      why(merged(two_balancers(R"({ "kind": "power_off", "target": "lb2", "at": "3s" },
                                  { "kind": "crash", "target": "haproxy@lb1", "at": "10s" })"),
                 R"({ "clients": { "users": { "connect_timeout": "3s" } } })"));
  CHECK(has(text, "got no connection: the load balancer did not answer\n"));
  CHECK_FALSE(has(text, "got no connection: haproxy@lb2"));
}

TEST_CASE("nobody is waited for who never had the address") {
  const std::string text =
      why(two_balancers(R"({ "kind": "power_off", "target": "lb2", "at": "3s" },
                           { "kind": "crash", "target": "haproxy@lb1", "at": "10s", "for": "10s" })"));
  CHECK(has(text, ": nobody had 10.0.0.100 from "));
  CHECK_FALSE(has(text, "waited for haproxy@lb2"));
  CHECK_FALSE(has(text, "moved to"));
}

TEST_CASE("a replica that believes in a dead connection does not notice that its source is back") {
  const std::string text =
      why(rows(R"({ "kind": "power_off", "target": "server1", "at": "5s", "for": "1s" })",
               R"({ "mysql": { "read_only": false, "net_timeout": "40s" }, "duration": "60s" })"));
  CHECK(
      has(text,
          "it got no transaction from mysql@server1, and took its dead connection for alive until "
          "no heartbeat had come for 40s (net_timeout)"));
}

TEST_CASE("a full table of connections is what a stack fails by, without any fault") {
  const auto made = report::verdict(test::campaign_of_story(R"({ "duration": "40s",
    "clients": { "users": { "rate": "50/s", "timeout": "5s" } },
    "firewall": { "hosts": { "lb1": { "conntrack_max": 1000, "profiles": ["ufw-balancer"] } } } })"));
  CHECK(has(made.text, "Failing while the table of connections of firewall@lb1 was full: "));
}

TEST_CASE(
    "who finds no room for a connection is told whose table or queue was full, while it was") {
  const std::string table = why(R"({ "duration": "40s",
    "clients": { "users": { "rate": "50/s", "timeout": "10s" } },
    "firewall": { "hosts": { "lb1": { "conntrack_max": 1000, "profiles": ["ufw-balancer"] } } } })");
  CHECK(has(table, "did not answer, because the table of connections of firewall@lb1 was full"));
  const auto flooded = [](const char* cookies) {
    return why(std::string(R"({ "duration": "90s",
      "clients": { "users": { "timeout": "40s", "addresses": 10000000 },
        "flood": { "connect_to": "haproxy@lb1", "attack": "syn_flood", "rate": "1000/s",
                   "arrivals": "constant", "addresses": 1000000, "start": "5s", "stop": "20s" } },
      "firewall": { "incoming": "allow", "hosts": { "lb1": { "tcp_syncookies": )") +
               cookies + " } } } }");
  };
  const std::string strangers = flooded("false");
  CHECK(has(strangers, "haproxy@lb1 had no room for their SYNs among those of a flood"));
  CHECK_FALSE(has(strangers, "more came than could be served"));
  CHECK_FALSE(has(flooded("true"), "no room"));
}

TEST_CASE("a table that was full has its part in what a crash before it did not reach") {
  const auto made = report::verdict(test::campaign_of_story(R"({ "duration": "60s",
    "clients": { "users": { "rate": "50/s", "timeout": "5s" } },
    "firewall": { "hosts": { "lb1": { "conntrack_max": 1000, "profiles": ["ufw-balancer"] } } },
    "faults": [{ "kind": "crash", "target": "app@server1", "at": "5s", "for": "9s" }] })"));
  CHECK(has(made.text, "while the table of connections of firewall@lb1 was full: "));
}

TEST_CASE("who is sent on to another port waits for what a rule for that port drops") {
  const std::string text = why(R"({ "duration": "40s", "clients": { "users": { "timeout": "30s" } },
    "haproxy": { "frontends": { "http": { "bind": 80, "redirect_scheme_https": 443 },
                                "https": { "bind": 443, "tls": {} } } },
    "faults": [{ "kind": "firewall_rule", "target": "lb1", "port": 443, "verdict": "drop",
                 "at": "10s", "for": "9s" }] })");
  CHECK(has(text,
            "their clients waited for haproxy@lb1 (behind a rule in the firewall of lb1), "
            "which did not answer (TCP sends again"));
}

TEST_CASE("who reads beside a proxy that only writers ask does not wait for it") {
  const std::string text = why(R"({ "duration": "40s",
    "classes": { "file": { "kind": "read" }, "put": { "kind": "write" } },
    "app": { "threads": 2, "database": { "primary": "haproxy@lb1:3306", "read_from": "local" } },
    "haproxy": { "servers": null,
      "frontends": { "web": { "default_backend": "web" },
        "db": { "mode": "tcp", "bind": 3306, "default_backend": "db" } },
      "backends": { "web": { "servers": { "server1": {}, "server2": {} } },
        "db": { "mode": "tcp", "servers": { "db1": { "address": "mysql@server1" } } } } },
    "faults": [{ "kind": "hang", "target": "mysql@server1", "at": "5s", "for": "9s" }] })");
  CHECK(has(text, "app@server1 waited for mysql@server1, which did not answer"));
  CHECK(
      has(text, "in app@server2 all threads were held by put requests waiting for mysql@server1"));
  CHECK_FALSE(has(text, "haproxy@lb1 and app"));
}
