// What WHY and the verdict say where nobody noticed, where nobody answered, and of what ended it.
#include <string>

#include "analysis/verdict.hpp"
#include "catch.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

using namespace spof;
using test::campaign_of_story;
using test::has;
using test::why;

namespace {

/// Pages, and checks of Nginx every 2 s.
std::string checked(const std::string& faults, const std::string& more = "{}") {
  return test::merged(R"({ "duration": "60s", "classes": { "file": { "kind": "page" } },
    "haproxy": { "redispatch": true, "default_server": { "check": { "kind": "httpchk",
      "answered_by": "nginx", "inter": "2s", "fall": 3, "rise": 2 } } }, "faults": [)" +
                          faults + "] }",
                      more);
}

/// Two load balancers; Keepalived looks for the process of each.
std::string tracked(const std::string& faults) {
  return test::merged(R"({ "hosts": { "lb2": { "like": "lb1" } },
    "clients": { "users": { "connect_to": "10.0.0.100:80", "timeout": "5s" } },
    "keepalived": { "virtual_ipaddress": ["10.0.0.100"], "virtual_router_id": 51,
      "vrrp_script": { "chk": { "checks": "process", "process": "haproxy", "interval": "1s" } },
      "track_script": ["chk"],
      "hosts": { "lb1": { "state": "MASTER", "priority": 101 }, "lb2": { "priority": 100 } } },
    "haproxy": { "hosts": { "lb2": {} } } })",
                      R"({ "duration": "60s", "faults": [)" + faults + "] }");
}

}  // namespace

TEST_CASE("checks that failed of one part are no checks of another that they do not ask") {
  const std::string text =
      why(checked(R"({ "kind": "crash", "target": "app@server2", "at": "5s", "for": "30s" },
        { "kind": "restart", "target": "nginx@server2", "at": "20s", "down_for": "3s" })"));
  CHECK(
      has(text, "5.0\u201335.0 s nobody noticed, every server stayed UP: health checks ask Nginx"));
  CHECK(has(text, "20.0\u201323.0 s nobody noticed: 1 check failed, but never 3 in a row"));
}

TEST_CASE("no health check comes from where the users are") {
  CHECK(has(why(R"({ "duration": "40s",
              "faults": [{ "kind": "link_down", "target": "clients-nic", "at": "20s", "for": "9s" }] })"),
            "nobody noticed, every server stayed UP: no health check comes from where the users"));
}

TEST_CASE("a process that hangs is there, and Keepalived may ask no more than that") {
  CHECK(
      has(why(tracked(R"({ "kind": "hang", "target": "haproxy@lb1", "at": "10s", "for": "9s" })")),
          "nobody noticed: Keepalived asks whether the process is there, and it was"));
}

TEST_CASE("checks that take a server out again and again need not be blind to what was before") {
  const std::string text =
      why(checked(R"({ "kind": "crash", "target": "app@server1", "at": "2s", "for": "3s" },
        { "kind": "crash", "target": "nginx@server1", "at": "10s", "for": "9s", "times": 2,
          "every": "20s" })"));
  CHECK(has(text, "took server1 DOWN after 3 failed checks"));
  CHECK(has(text, "UP again when checks passed, 2 times\n"));
}

TEST_CASE("nobody answered: what was in the way is named") {
  const auto blocked = [](const std::string& verdict) {
    return why(R"({ "duration": "30s", "clients": { "users": { "timeout": "5s" } },
      "faults": [{ "kind": "firewall_rule", "target": "lb1", "port": 80, "at": "10s",
                   "for": "9s", "verdict": ")" +
               verdict + R"(" }] })");
  };
  CHECK(has(blocked("reset"), "haproxy@lb1 (behind a rule in the firewall of lb1) refused"));
  CHECK(has(blocked("drop"), "haproxy@lb1 (behind a rule in the firewall of lb1) did not answer"));
  CHECK(has(why(R"({ "duration": "60s", "clients": { "users": { "timeout": "2s" } },
              "faults": [{ "kind": "loss", "target": "clients-nic", "share": "60%", "at": "10s" }] })"),
            "the load balancer did not answer, because clients-nic lost packets"));
  CHECK(has(why(R"({ "duration": "40s", "haproxy": { "maxconn": 20 },
              "clients": { "users": { "timeout": "5s" },
                "slow": { "connect_to": "haproxy@lb1", "attack": "slowloris", "arrivals": "closed",
                          "users": 30, "think_time": "1s", "start": "5s", "stop": "25s" } } })"),
            "because haproxy@lb1 had no connection free, maxconn (20)"));
  CHECK(has(why(tracked(R"({ "kind": "power_off", "target": "lb2", "at": "1s" },
              { "kind": "crash", "target": "haproxy@lb1", "at": "10s", "for": "20s" })")),
            "the load balancer did not answer, because nobody had 10.0.0.100 from 1"));
  CHECK(has(why(R"({ "duration": "30s",
              "firewall": { "hosts": { "lb1": { "rules": [{ "rule": "limit", "service": "http" }] } } },
              "clients": { "users": { "rate": "5/s", "addresses": 1, "timeout": "5s" } } })"),
            "because firewall@lb1 stopped them (limit http from any)"));
}

TEST_CASE("who gave an address up in silence is still asked for a while, and then who has it") {
  const std::string text =
      why(test::merged(tracked(R"({ "kind": "hang", "target": "lb1", "at": "10s", "for": "4s",
                                   "times": 2, "every": "80s" })"),
                       R"({ "duration": "120s" })"));
  CHECK(has(text, "which had given it up in silence at 14."));
  CHECK(has(text, "got no connection: haproxy@lb1 did not answer\n"));
  CHECK_FALSE(has(text, "the load balancer did not answer\n"));
}

TEST_CASE("an operator had taken the other server out: who refused is tried again and again") {
  const std::string text =
      why(checked(R"({ "kind": "maintenance", "target": "haproxy@lb1", "server": "server1",
          "mode": "drain", "at": "5s", "until": "13s" },
        { "kind": "crash", "target": "nginx@server2", "at": "10s" },
        { "kind": "maintenance", "target": "haproxy@lb1", "server": "server2", "mode": "drain",
          "at": "18s" })"));
  CHECK(has(text,
            "nginx@server2 refused them, and HAProxy waits 1 s before each further try: no "
            "other server was UP and in use"));
}

TEST_CASE("what came after the last client knew of its failure did not end the failures") {
  const auto campaign = campaign_of_story(checked(
      R"({ "kind": "power_off", "target": "server2", "at": "20s", "boot_time": "30s", "for": "2s" },
        { "kind": "crash", "target": "nginx@server1", "at": "32s", "for": "3s" })"));
  CHECK(has(report::errors_ended_by(campaign), "nginx@server1"));
}

TEST_CASE("who failed for a moment and then stood still is told so") {
  const auto campaign = campaign_of_story(
      R"({ "duration": "60s", "clients": { "users": { "timeout": "40s" } },
           "faults": [{ "kind": "crash", "target": "haproxy@lb1", "at": "10s", "for": "1s" },
                      { "kind": "hang", "target": "lb1", "at": "11.5s", "for": "15s" }] })");
  CHECK(has(report::verdict(campaign).text, "file stood still for 1"));
}

TEST_CASE("of few requests twice as many in a second are chance, and no surge") {
  const auto told = [](const std::string& rate) {
    return why(test::merged(R"({ "duration": "60s", "clients": { "users": { "rate": "3/s",
        "arrivals": "poisson", "timeout": "1s" }, "more": { "host": "clients",
        "connect_to": "haproxy@lb1", "start": "30s", "rate": ")" +
                                rate + R"(" } },
        "haproxy": { "maxconn": 1 },
        "classes": { "file": { "cpu": { "haproxy": "0ms" } } } })",
                            "{}"));
  };
  CHECK_FALSE(has(told("1/s"), "the load was up to"));
  CHECK(has(told("60/s"), "the load was up to"));
}

TEST_CASE("what was broken out of the way of all that failed is not blamed") {
  const auto told = [](const std::string& story) {
    return report::verdict(campaign_of_story(story)).text;
  };
  const std::string flooded = told(test::merged(
      checked(R"({ "kind": "crash", "target": "nginx@server2", "at": "2s", "for": "2s" })"),
      R"({ "haproxy": { "maxconn": 20 }, "clients": { "users": { "timeout": "5s" },
           "slow": { "connect_to": "haproxy@lb1", "attack": "slowloris", "arrivals": "closed",
                     "users": 30, "think_time": "1s", "start": "25s", "stop": "45s" } } })"));
  CHECK(flooded.starts_with("Failing under the attack of slow: "));
  CHECK(has(flooded, "; the crash of nginx@server2 harmed nobody."));
  const std::string standby = told(test::merged(
      tracked(R"({ "kind": "crash", "target": "haproxy@lb2", "at": "5s", "for": "30s" },
        { "kind": "crash", "target": "nginx@server1", "at": "10s", "for": "9s" },
        { "kind": "crash", "target": "nginx@server2", "at": "10s", "for": "9s" })"),
      "{}"));
  CHECK(has(standby, "by the crash of nginx@server1 and nginx@server2: "));
  CHECK(has(standby, "the crash of haproxy@lb2 harmed nobody"));
  const std::string off = told(tracked(R"({ "kind": "power_off", "target": "lb2", "at": "5s" },
        { "kind": "crash", "target": "nginx@server1", "at": "10s", "for": "9s" },
        { "kind": "crash", "target": "nginx@server2", "at": "10s", "for": "9s" })"));
  CHECK(has(off, "the power failure of lb2 harmed nobody"));
  const std::string needed = told(tracked(R"({ "kind": "power_off", "target": "lb2", "at": "5s" },
        { "kind": "crash", "target": "haproxy@lb1", "at": "10s", "for": "9s" })"));
  CHECK(has(needed, "by the power failure of lb2 and the crash of haproxy@lb1"));
}

TEST_CASE("of two strikes on one part one did harm: it is not said to have harmed nobody") {
  CHECK_FALSE(has(report::verdict(campaign_of_story(checked(
                                      R"({ "kind": "crash", "target": "nginx@server1", "at": "5s",
          "for": "300ms" }, { "kind": "crash", "target": "nginx@server2", "at": "24s", "for": "9s" },
        { "kind": "crash", "target": "nginx@server1", "at": "25s", "for": "9s" })")))
                      .text,
                  "nginx@server1 harmed nobody"));
}

TEST_CASE("a link that carries all it can is a reason to wait, and one that lacks bandwidth") {
  const std::string text =
      why(R"({ "duration": "60s", "classes": { "file": { "response": "300kB" } },
    "clients": { "users": { "arrivals": "closed", "users": 20, "rate": null, "think_time": "1s" } },
    "faults": [{ "kind": "bandwidth", "target": "internet", "left": "1%", "at": "10s" }] })");
  CHECK(has(text, "answered late"));
  CHECK(has(text, "internet lacked bandwidth; internet carried all it could"));
}

TEST_CASE(
    "nobody had the address while its host was off and the other balancer had no Keepalived") {
  CHECK(has(why(tracked(R"({ "kind": "crash", "target": "keepalived@lb2", "at": "1s" },
              { "kind": "power_off", "target": "lb1", "at": "10s", "boot_time": "5s", "for": "10s" })")),
            "nobody had 10.0.0.100 from 10.0 to"));
}

TEST_CASE(
    "a fault that made next to nobody fail takes no blame, one in a surge its own classes only") {
  const auto verdict_of = [](const std::string& story) {
    return report::verdict(campaign_of_story(story));
  };
  const std::string surge = R"("clients": { "users": { "timeout": "5s", "profile": [
      { "at": "0s", "rate": "10/s" }, { "at": "40s", "rate": "400/s" }, { "at": "60s", "rate": "10/s" }] } },
    "haproxy": { "redispatch": true, "retries": 3 },
    "app": { "processes": 1, "threads": 2 }, "classes": { "file": { "kind": "page", "sleep": "200ms" } })";
  const auto blamed = verdict_of(R"({ "duration": "90s", )" + surge + R"(, "faults": [
      { "kind": "crash", "target": "nginx@server2", "at": "10s", "for": "5s" }] })");
  CHECK(blamed.text.starts_with("Failing under the surge of users: "));
  CHECK_FALSE(has(blamed.text, "by the crash"));
  const auto reload = verdict_of(R"({ "duration": "60s", "faults": [
      { "kind": "reload", "target": "haproxy@lb1", "at": "5s" },
      { "kind": "crash", "target": "haproxy@lb1", "at": "40s", "for": "5s" }] })");
  CHECK(reload.text.starts_with("haproxy@lb1 is a single point of failure for file: "));
}

TEST_CASE("who waited until the repair was not served: a hang is as much an outage as a crash") {
  const auto made = report::verdict(campaign_of_story(R"({ "duration": "60s",
    "clients": { "users": { "timeout": "100s" } }, "classes": { "file": { "kind": "write" } },
    "app": { "database": { "read_timeout": "12s" } },
    "faults": [{ "kind": "hang", "target": "mysql@server1", "at": "20s", "for": "15s" }] })"));
  CHECK(made.word == "single point of failure");
  CHECK(has(made.text,
            "mysql@server1 is a single point of failure for file: file stood still for 1"));
}

TEST_CASE("whoever watches and is dead takes nothing down, and may delay a repair") {
  const auto made = report::verdict(campaign_of_story(R"({ "duration": "1800s",
    "hosts": { "monitor": { "like": "lb1" }, "office": { "like": "lb1" } },
    "prometheus": { "hosts": { "monitor": {} } }, "operator": { "hosts": { "office": {} } },
    "faults": [{ "kind": "crash", "target": "prometheus@monitor", "at": "100s" },
      { "kind": "crash", "target": "haproxy@lb1", "at": "400s", "until": "repaired" }] })"));
  CHECK(made.text.starts_with("haproxy@lb1 is a single point of failure for file: "));
  CHECK(has(made.text, "; the crash of prometheus@monitor may have delayed the repair"));
}

TEST_CASE("a fault is not blamed for what it cannot do, however long the two are there together") {
  const auto text = [](const std::string& faults) {
    return report::verdict(
               campaign_of_story(R"({ "duration": "60s", "classes": { "file": { "kind": "write" } },
      "hosts": { "ns2": { "like": "ns1" } }, "dns": { "hosts": { "ns1": {}, "ns2": {} }, "addresses": ["haproxy@lb1"], "ttl": "5s" },
      "clients": { "users": { "connect_to": null } }, "faults": [)" +
                                 faults + "] }"))
        .text;
  };
  const std::string lb =
      R"(, { "kind": "crash", "target": "haproxy@lb1", "at": "20s", "for": "9s" })";
  CHECK(has(text(R"({ "kind": "crash", "target": "app@server1", "at": "20s", "for": "5s" })" + lb),
            "haproxy@lb1 is a single point of failure for file: "));
  CHECK(
      has(text(R"({ "kind": "latency", "target": "server2-nic", "add": "2ms", "at": "10s" })" + lb),
          "haproxy@lb1 is a single point of failure for file: "));
  CHECK(has(text(R"({ "kind": "crash", "target": "dns@ns1", "at": "10s", "for": "30s" })" + lb),
            "haproxy@lb1 is a single point of failure for file: "));
}
