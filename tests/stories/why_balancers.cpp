// What WHY says of two load balancers and of packet filters: who took whom DOWN, where an address
// was, and who was kept from whom.
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

const std::string queued = "more came than could be served";

/// Checks every 2 s, and another server after a failed try.
std::string watched_servers(const std::string& over) {
  return merged(R"({ "duration": "60s", "haproxy": { "redispatch": true,
      "default_server": { "check": { "kind": "httpchk", "answered_by": "nginx", "inter": "2s",
        "fall": 3, "rise": 2 } } } })",
                over);
}

/// Two load balancers, and an address that lb1 has as long as lb2 hears from it.
std::string two_balancers(const std::string& over) {
  return merged(watched_servers(R"({ "hosts": { "lb2": { "like": "lb1" } },
    "clients": { "users": { "connect_to": "10.0.0.100:80" } },
    "keepalived": { "virtual_ipaddress": ["10.0.0.100"], "virtual_router_id": 51,
      "hosts": { "lb1": { "state": "MASTER", "priority": 101 }, "lb2": { "priority": 100 } } },
    "haproxy": { "hosts": { "lb2": {} } } })"),
                over);
}

std::string firewall(const std::string& rule) {
  return why(watched_servers(
      R"({ "faults": [{ "kind": "firewall_rule", "at": "10s", "for": "30s", )" + rule + " }] }"));
}

}  // namespace

TEST_CASE("what two load balancers see of one death is told once, and is no flapping") {
  const std::string text = why(two_balancers(
      R"({ "faults": [{ "kind": "crash", "target": "nginx@server2", "at": "10s", "for": "20s" }] })"));
  CHECK(has(text, "haproxy@lb1 and haproxy@lb2 took server2 DOWN after 3 failed checks in"));
  CHECK(has(text, "(L4CON, connection refused): requests went elsewhere from here on\n"));
  CHECK(has(text, "haproxy@lb1 and haproxy@lb2 took server2 UP again (2 checks passed)\n"));
  CHECK_FALSE(has(text, "times"));
}

TEST_CASE("all requests got 503 only where no load balancer has a server left") {
  CHECK(has(why(two_balancers(R"({ "faults": [
      { "kind": "crash", "target": "nginx@server1", "at": "10s", "for": "20s" },
      { "kind": "crash", "target": "nginx@server2", "at": "10s", "for": "20s" }] })")),
            "no server was left, all requests got 503\n"));
  const std::string text = why(two_balancers(
      R"({ "faults": [{ "kind": "link_down", "target": "lb2-nic", "at": "10s", "for": "20s" }] })"));
  CHECK(has(text, "no server was left to it, what came there got 503\n"));
  CHECK_FALSE(has(text, "all requests"));
  CHECK_FALSE(has(text, "they do not ask"));
}

TEST_CASE("a load balancer that was started again takes a dead server DOWN again: no flapping") {
  const std::string text = why(watched_servers(R"({ "faults": [
      { "kind": "crash", "target": "nginx@server2", "at": "10s", "for": "30s" },
      { "kind": "crash", "target": "haproxy@lb1", "at": "20s", "for": "2s" }] })"));
  CHECK(has(text, "haproxy@lb1 took server2 DOWN after 3 failed checks"));
  CHECK(has(text, "haproxy@lb1 took server2 DOWN after 1 failed check"));
  CHECK_FALSE(has(text, "2 times"));
}

TEST_CASE("who gives an address up in silence is asked on, and nobody was without it") {
  const std::string text = why(two_balancers(R"({ "duration": "100s",
    "clients": { "users": { "rate": "20/s", "connect_timeout": "5s" } },
    "keepalived": { "vrrp_version": 3, "advert_int": "0.1s" },
    "faults": [{ "kind": "partition", "from": ["lb1"], "to": ["lb2"], "at": "20s", "for": "1s" }]
  })"));
  const std::string words =
      "what was sent to 10.0.0.100 still went to lb2, which had given it up in silence at 21.0 s "
      "(lb1 had it, and announced nothing)";
  CHECK(has(text, "got no connection: " + words + "\n"));
  CHECK(has(text, ": " + words + ", and TCP sends again after 1 and 3 s\n"));
  CHECK(has(text, "21.0 s keepalived@lb2: 10.0.0.100 BACKUP (hears a master of priority 101)"));
  CHECK_FALSE(has(text, queued));
  CHECK_FALSE(has(text, "moved to"));
  CHECK_FALSE(has(text, "did not answer"));
}

TEST_CASE("what a rule drops is silence to who sends it, and no queue") {
  for (const char* rule : {R"("target": "server1", "peer": "lb1", "port": 8080)",
                           R"("target": "lb1", "peer": "server1", "incoming": false)",
                           R"("target": "lb1", "peer": "server1", "established": true)"}) {
    const std::string text = firewall(rule);
    INFO(rule);
    CHECK(has(text, "HAProxy waited for server1 (behind a rule in the firewall of "));
    CHECK(has(text, "), which did not answer, for timeout connect (5s)\n"));
    CHECK(has(text, "longest step: noticing it"));
    CHECK_FALSE(has(text, queued));
  }
  CHECK_FALSE(has(firewall(R"("target": "server1", "peer": "lb1", "port": 8080,
                              "verdict": "reject")"),
                  queued));
}

TEST_CASE("a rule concerns whom it keeps from whom, at either end") {
  const std::string rows = R"({ "classes": { "file": null, "row": { "kind": "write" } },
    "clients": { "users": { "timeout": "10s" } },
    "app": { "database": { "read_timeout": "2s", "connect_timeout": "2s" } }, "faults": [
    { "kind": "firewall_rule", "at": "10s", "for": "20s", "port": 3306, )";
  for (const char* rule : {R"("target": "server2", "peer": "server1", "incoming": false)",
                           R"("target": "server1", "peer": "server2")"}) {
    const std::string text = why(watched_servers(rows + rule + " }] }"));
    INFO(rule);
    CHECK(has(text, "by app@server2: mysql@server1 (behind a rule in the firewall of server"));
    CHECK(has(text, "nobody noticed, every server stayed UP: health checks ask Nginx"));
    CHECK_FALSE(has(text, "app@server1"));
  }
}

TEST_CASE("whom an operator had taken out refused nobody before he put it back") {
  const std::string text = why(watched_servers(R"({ "faults": [
    { "kind": "maintenance", "target": "haproxy@lb1", "server": "server1", "at": "5s", "for": "20.3s" },
    { "kind": "crash", "target": "nginx@server1", "at": "10s" }] })"));
  CHECK(has(text, "25.3"));
  CHECK(has(text, "requests were refused by nginx@server1"));
  CHECK_FALSE(has(text, "5.0\u2013"));
  CHECK_FALSE(has(text, "10.0\u2013"));
}

TEST_CASE("an operator's weights are no failure of the load balancer") {
  const std::string text = why(watched_servers(R"({ "faults": [
    { "kind": "weight", "target": "haproxy@lb1", "server": "server1", "at": "5s", "for": "20s" },
    { "kind": "weight", "target": "haproxy@lb1", "server": "server2", "at": "10s", "for": "10s" }] })"));
  CHECK(has(text,
            "nobody noticed: no server was UP and in use while an operator had taken server1 and "
            "server2 out, which no check looks at"));
  CHECK_FALSE(has(text, "only load balancer"));
}

TEST_CASE("each failure went unnoticed for its own reason") {
  const std::string text = why(watched_servers(R"({ "faults": [
    { "kind": "disk_full", "target": "server2", "at": "5s", "for": "5s" },
    { "kind": "crash", "target": "haproxy@lb1", "at": "20s", "for": "10s" }] })"));
  CHECK(has(text, "5.0\u201310.0 s nobody noticed, every server stayed UP: health checks ask"));
  CHECK(
      has(text,
          "20.0\u201330.0 s nobody noticed: it is the only load balancer, and nothing checks it"));
}

TEST_CASE("a drain does not end a row of failed checks, and nothing went there any more") {
  const std::string text = why(watched_servers(R"({ "app": { "releases": { "2": {} } }, "faults": [
    { "kind": "power_off", "target": "server1", "at": "10s" },
    { "kind": "deploy", "targets": ["app@server1"], "release": "2", "drain": "5s", "pause": "2s",
      "at": "18s" }] })"));
  CHECK(has(text, "haproxy@lb1: drain server1"));
  CHECK(has(text,
            "haproxy@lb1 took server1 DOWN after 3 failed checks in 8.0 s, inter 2s (L4TOUT, "
            "no connection)\n"));
}

TEST_CASE("failed checks of a process that ended are not continued by the next one") {
  const std::string text = why(watched_servers(R"({ "faults": [
      { "kind": "power_off", "target": "server2", "at": "10s" },
      { "kind": "crash", "target": "haproxy@lb1", "at": "15.5s", "for": "10s" }] })"));
  CHECK(has(text, "haproxy@lb1 took server2 DOWN after 1 failed check (L4TOUT"));
}

TEST_CASE("whose database refuses behind a load balancer waits for its tries") {
  const std::string text = why(R"({ "duration": "40s",
    "classes": { "file": { "kind": "write" } },
    "app": { "database": { "primary": "haproxy@lb1:3306", "connect_timeout": "9s" } },
    "mysql": { "start_time": "500ms", "redo": "0B" },
    "haproxy": { "servers": null,
      "frontends": { "web": { "default_backend": "web" },
        "db": { "mode": "tcp", "bind": 3306, "default_backend": "db" } },
      "backends": { "web": { "servers": { "server1": {}, "server2": {} } },
        "db": { "mode": "tcp", "servers": { "db1": { "address": "mysql@server1" } } } } },
    "faults": [{ "kind": "crash", "target": "mysql@server1", "at": "5s", "for": "2s" }] })");
  CHECK(has(text, ": mysql@server1 refused them, and HAProxy waits 1 s before each further try\n"));
}

TEST_CASE("what took a hung server out ended the waiting for it: a check, or an operator") {
  const std::string hang = R"({ "kind": "hang", "target": "server2", "at": "10s" })";
  // Late answers are known by windows of 5 s.
  CHECK(has(why(watched_servers(R"({ "window": "5s", "faults": [)" + hang + "] }")),
            "longest step: noticing it, all of the"));
  const std::string by_hand = why(merged(
      watched_servers(R"({ "window": "5s", "faults": [)" + hang +
                      R"(, { "kind": "maintenance", "target": "haproxy@lb1", "server": "server2",
                         "mode": "drain", "at": "10.9s" }] })"),
      R"({ "haproxy": { "default_server": { "check": { "kind": "none" } } } })"));
  CHECK(
      has(by_hand, "10.0\u201310.9 s longest step: until haproxy@lb1 took server2 out by command"));
}

TEST_CASE("a frozen load balancer comes back, and nobody tells: that is the longest step") {
  const std::string text = why(two_balancers(R"({ "duration": "100s",
    "faults": [{ "kind": "hang", "target": "lb1", "at": "20s", "for": "15s" }] })"));
  CHECK(has(text, "longest step: while nobody announced that 10.0.0.100 was elsewhere now, "));
}

TEST_CASE("no server was UP, or none that the balancer may use: an operator's weight is named") {
  const std::string text = why(R"({ "duration": "30s", "faults": [
    { "kind": "weight", "target": "haproxy@lb1", "server": "server2", "weight": 0, "at": "5s" },
    { "kind": "weight", "target": "haproxy@lb1", "server": "server1", "weight": 0, "at": "10s" }] })");
  CHECK(
      has(text,
          "no server was UP and in use: an operator gave a server another weight at haproxy@lb1"));
}

TEST_CASE("who announced itself last is asked, and gives an address up in silence by FAULT, too") {
  const auto campaign = test::campaign_of_story(two_balancers(R"({ "duration": "100s",
    "clients": { "users": { "rate": "20/s", "timeout": "30s" } },
    "faults": [
      { "kind": "firewall_rule", "target": "lb2", "port": 112, "at": "10s",
        "for": "40s" },
      { "kind": "crash", "target": "haproxy@lb1", "at": "20s", "for": "60s" }] })"));
  const std::string verdict = report::verdict(campaign).text;
  CHECK_FALSE(has(verdict, "crash of haproxy@lb1 harmed nobody"));
  CHECK_FALSE(has(verdict, "firewall rule of lb2 harmed nobody"));
}

TEST_CASE("a takeover that the repair nearly met is one, and it is what ended the outage") {
  const auto campaign = test::campaign_of_story(two_balancers(R"({ "faults": [
      { "kind": "link_down", "target": "lb1-nic", "at": "10s", "for": "1500ms" }] })"));
  const report::Verdict verdict = report::verdict(campaign);
  INFO(verdict.text);
  CHECK(verdict.word != "single point of failure");
  CHECK(report::verdict(test::campaign_of_story(two_balancers(R"({ "faults": [
      { "kind": "crash", "target": "haproxy@lb1", "at": "10s", "for": "500ms" }] })")))
            .word == "interrupted");
  // Alone it is one, however short.
  CHECK(report::verdict(test::campaign_of_story(watched_servers(R"({
      "clients": { "users": { "timeout": "1s" } }, "faults": [
      { "kind": "crash", "target": "haproxy@lb1", "at": "10s", "for": "1500ms" }] })")))
            .word == "single point of failure");
  const std::string text = why(two_balancers(R"({ "faults": [
      { "kind": "power_off", "target": "lb1", "at": "10s", "for": "1s" }] })"));
  CHECK(has(text, "longest step: noticing it, all of the"));
}
