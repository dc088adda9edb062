// What WHY says of a run is what happened in it; where what was measured does not decide, it says
// so.
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

const std::string overload = "more came than could be served";

std::string fault(const std::string& text) { return R"({ "faults": [{ )" + text + " }] }"; }

/// Health checks every 2 s, and another server after a failed try.
std::string checked(const std::string& over) {
  return merged(
      R"({ "duration": "40s", "haproxy": { "redispatch": true, "default_server": { "check": {
      "kind": "httpchk", "answered_by": "nginx", "inter": "2s", "fall": 3, "rise": 2 } } } })",
      over);
}

/// Nginx of server 1 asks both applications.
std::string two_upstreams(const std::string& over) {
  return merged(R"({ "classes": { "file": { "kind": "page" } },
    "haproxy": { "servers": { "server2": null } },
    "nginx": { "proxy_connect_timeout": "2s", "hosts": { "server2": null,
      "server1": { "upstream": ["app@server1", "app@server2"] } } } })",
                over);
}

/// Two name servers.
std::string two_names(const std::string& over) {
  return merged(R"({ "dns": { "addresses": ["haproxy@lb1"], "ttl": "2s", "caches": 50,
      "hosts": { "ns1": {}, "server2": {} } }, "clients": { "users": { "connect_to": "" } } })",
                over);
}

}  // namespace

TEST_CASE("who waits for a silent load balancer is not in a queue") {
  const std::string text =
      why(fault(R"("kind": "link_down", "target": "lb1-nic", "at": "5s", "for": "4s")"));
  CHECK(has(text,
            "file requests were answered late, up to 7.4 s: their clients waited for "
            "haproxy@lb1, which did not answer (TCP sends again after 1, 3 and 7 s)"));
  CHECK_FALSE(has(text, overload));
  CHECK(has(text, "nobody noticed: it is the only load balancer, and nothing checks it"));
}

TEST_CASE("who gives up a silent load balancer and takes the other waited for the first") {
  const std::string text = why(two_names(R"({ "duration": "30s",
    "dns": { "addresses": ["haproxy@lb1", "haproxy@server2"], "ttl": "300s" },
    "haproxy": { "hosts": { "server2": {} } },
    "clients": { "users": { "connect_timeout": "3s" } },
    "faults": [{ "kind": "power_off", "target": "lb1", "at": "5s" }] })"));
  CHECK(has(text,
            "their clients waited for haproxy@lb1, which did not answer, for connect_timeout "
            "(3s), and then asked haproxy@server2"));
  CHECK_FALSE(has(text, overload));
  CHECK(has(text, "nobody checks the load balancers: clients go on with the addresses they know"));
  CHECK(has(text, "longest step: without a repair until the end of the run"));
}

TEST_CASE("who has no time-out of his own stays with a silent load balancer until it is back") {
  const std::string text = why(two_names(R"({ "duration": "60s",
    "dns": { "addresses": ["haproxy@lb1", "haproxy@server2"], "ttl": "300s" },
    "haproxy": { "hosts": { "server2": {} } },
    "faults": [{ "kind": "hang", "target": "lb1", "at": "5s", "for": "20s" }] })"));
  CHECK(has(text, "their clients waited for haproxy@lb1, which did not answer"));
  CHECK_FALSE(has(text, "and then asked"));
}

TEST_CASE("who waits for a connection to a silent application is not in a queue") {
  const std::string text = why(
      two_upstreams(R"({ "faults": [{ "kind": "power_off", "target": "server2", "at": "5s" }] })"));
  CHECK(has(text,
            "nginx@server1 waited for app@server2, which did not answer, for "
            "proxy_connect_timeout (2s), and then asked app@server1"));
  CHECK_FALSE(has(text, overload));
  CHECK_FALSE(has(text, "ended by itself"));
}

TEST_CASE("silence is not a refusal, though the process had died before") {
  const std::string text = why(checked(R"({ "faults": [
    { "kind": "crash", "target": "nginx@server1", "at": "5s" },
    { "kind": "link_down", "target": "server1-nic", "at": "6.5s" }] })"));
  CHECK(has(text,
            "were answered late, up to 5.1 s: HAProxy waited for server1, which did not "
            "answer, for timeout connect (5s)"));
  CHECK_FALSE(has(text, "waits 1 s"));
}

TEST_CASE("a pause before a retry is told as that, with whom it is spent on") {
  const std::string text =
      why(checked(R"({ "haproxy": { "servers": { "server2": { "backup": true } } },
    "faults": [{ "kind": "stop", "target": "nginx@server1", "at": "5s" }] })"));
  CHECK(has(text,
            "nginx@server1 refused connections, in every try (of 1 + 3 retries), and server2 "
            "is a backup, not used while server1 counts as UP"));
  CHECK(has(text,
            "nginx@server1 refused them, and HAProxy waits 1 s before each further try: no "
            "other server was UP and in use"));
  CHECK(has(text, "5.0 s nginx@server1 was stopped"));
  CHECK_FALSE(has(text, overload));
}

TEST_CASE("a dead name server did not answer: the next one did") {
  const std::string text =
      why(two_names(R"({ "faults": [{ "kind": "power_off", "target": "ns1", "at": "5s" }] })"));
  CHECK(has(text,
            "their clients waited for dns@ns1, which did not answer, for timeout (5s), and "
            "then asked dns@server2"));
  CHECK_FALSE(has(text, overload));
}

TEST_CASE("who was never asked refused nobody") {
  const std::string text = why(two_upstreams(R"({
    "nginx": { "hosts": { "server1": { "upstream": ["app@server1"] } } },
    "faults": [{ "kind": "crash", "target": "app@server2", "at": "1s" },
               { "kind": "crash", "target": "app@server1", "at": "5s" }] })"));
  CHECK(has(text, "were answered 502 by Nginx: app@server1 refused connections\n"));
}

TEST_CASE("a server that goes up and down is not being noticed all that time") {
  const std::string text =
      why(checked(R"({ "duration": "60s", "classes": { "file": { "kind": "page" } },
    "haproxy": { "default_server": { "observe": "layer7", "error_limit": 1, "on_error": "mark-down" } },
    "faults": [{ "kind": "error", "target": "app@server1", "at": "5s" }] })"));
  CHECK(has(text,
            "haproxy@lb1 took server1 DOWN (1 error in a row in its traffic) and UP again "
            "when checks passed, "));
  CHECK(has(text, " times, for they do not ask app@server1\n"));
  CHECK_FALSE(has(text, "longest step"));
}

TEST_CASE("the pause between failed checks is the one that was kept") {
  const auto noticed = [](const std::string& check) {
    return why(checked(R"({ "haproxy": { "default_server": { "check": )" + check + R"( } },
      "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "5s" }] })"));
  };
  CHECK(has(noticed(R"({ "inter": "2s", "fastinter": "500ms" })"),
            "DOWN after 3 failed checks in 1.0 s, fastinter 0.5s (L4CON, connection refused)"));
  CHECK(has(noticed(R"({ "inter": "2s" })"), "DOWN after 3 failed checks in 4.0 s, inter 2s ("));
  CHECK(has(noticed(R"({ "fall": 1 })"), "DOWN after 1 failed check ("));
}

TEST_CASE("a slow disk is called a disk, and slow only as much as it is") {
  const std::string disk = R"({ "classes": { "file": { "kind": "write" } }, "faults": [
    { "kind": "slow", "target": "server1", "resource": "disk", "factor": 8000, "at": "5s", "for": "9s" }] })";
  const std::string text = why(disk);
  CHECK(has(text, "5.0 s server1's disk became 8000 times slower"));
  CHECK(has(text, ": server1's disk worked slowly"));
  CHECK(has(text, "repair: server1's disk back at full speed"));
  const auto campaign = test::campaign_of_story(disk);
  CHECK(has(report::verdict(campaign).text, "the slow-down of server1's disk"));
  CHECK(has(why(fault(R"("kind": "slow", "target": "server1", "factor": 1, "at": "5s")")),
            "server1 became no slower (factor 1)"));
}

TEST_CASE("a write that was committed unheard is told with the failures, not at the start") {
  const std::string text = why(R"({ "classes": { "file": { "kind": "write" } },
    "mysql": { "flush_time": "20ms", "applier_workers": 16 },
    "clients": { "users": { "rate": "100/s" } },
    "faults": [{ "kind": "crash", "target": "haproxy@lb1", "at": "5s", "for": "1ms" }] })");
  CHECK(has(text, "5.0 s "));
  CHECK(has(text, "committed although"));
  CHECK_FALSE(has(text, "0.0 s "));
}

TEST_CASE("an application that starts takes connections before it serves") {
  const std::string text = why(R"({ "classes": { "file": { "kind": "page" } },
    "haproxy": { "servers": { "server2": null } },
    "app": { "boot_time": "500ms", "import_time": "4s" },
    "faults": [{ "kind": "crash", "target": "app@server1", "at": "5s", "for": "1s" }] })");
  CHECK(has(text, ": app@server1 was starting, and takes connections before its workers serve\n"));
  CHECK_FALSE(has(text, overload));
}

TEST_CASE("an address that moves is nobody's for a while") {
  const std::string text = why(R"({ "duration": "30s", "hosts": { "lb2": { "like": "lb1" } },
    "clients": { "users": { "connect_to": "10.0.0.100:80", "rate": "50/s" } },
    "keepalived": { "virtual_ipaddress": ["10.0.0.100"],
      "vrrp_script": { "chk": { "checks": "process", "process": "haproxy", "interval": "1s" } },
      "track_script": ["chk"],
      "hosts": { "lb1": { "priority": 150 }, "lb2": { "priority": 100 } } },
    "haproxy": { "hosts": { "lb1": {}, "lb2": {} } },
    "faults": [{ "kind": "crash", "target": "haproxy@lb1", "at": "5s" }] })");
  CHECK(has(text,
            "10.0.0.100 moved to lb2, and what was sent to where it was no more TCP sends again"));
  CHECK(has(text, "keepalived@lb2: 10.0.0.100 MASTER"));
  CHECK_FALSE(has(text, "UP"));
}

TEST_CASE("what the evidence does not decide is not given a cause") {
  // A process that stops takes connections to its end and answers none of them; another is asked.
  const std::string text = why(two_upstreams(R"({ "app": { "worker_class": "sync" },
    "classes": { "file": { "sleep": "6s" } }, "clients": { "users": { "rate": "0.5/s" } },
    "faults": [{ "kind": "stop", "target": "app@server1", "at": "5s" }] })"));
  CHECK(has(text, "what they waited for was not measured"));
  CHECK_FALSE(has(text, overload));
}

TEST_CASE("who sends over a link that is silent sends again, and waits in no queue") {
  const std::string text = why(checked(
      R"({ "faults": [{ "kind": "link_down", "target": "internet", "at": "5s", "for": "4s" }] })"));
  CHECK(has(text,
            ": what was sent over internet was lost, and TCP sends again at growing intervals\n"));
  CHECK(has(text, "nobody noticed, every server stayed UP\n"));
  CHECK_FALSE(has(text, overload));
  CHECK_FALSE(has(why(fault(R"("kind": "latency", "target": "internet", "add": "500ms", "at": "5s",
                             "for": "9s")")),
                  overload));
}

TEST_CASE("who finds a load balancer full waits for it, as its connections and queues tell") {
  const auto full = [](const std::string& limits) {
    return why(merged(R"({ "duration": "40s", "clients": { "users": { "rate": "40/s" } },
      "haproxy": { "servers": { "server2": null } },
      "classes": { "row": { "kind": "page", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
      "faults": [{ "kind": "hang", "target": "app@server1", "at": "5s", "for": "10s" }] })",
                      limits));
  };
  CHECK(has(full(R"({ "haproxy": { "maxconn": 20 } })"),
            " file requests were answered late, up to "));
  CHECK(has(full(R"({ "haproxy": { "maxconn": 20 } })"),
            ": haproxy@lb1 had no connection free, maxconn (20), and who came then waited to be "
            "accepted\n"));
  CHECK(has(full(R"({ "haproxy": { "timeout": { "queue": "30s" },
                          "default_server": { "maxconn": 4 } } })"),
            ": haproxy@lb1 had no slot of a server free, and they waited in its queue\n"));
}

TEST_CASE("nobody waited for a time-out that is longer than the latest answer") {
  const std::string text = why(two_upstreams(R"({ "duration": "90s",
    "nginx": { "proxy_connect_timeout": "60s" },
    "faults": [{ "kind": "link_down", "target": "server2-nic", "at": "5s" }] })"));
  CHECK(has(text,
            "nginx@server1 waited for app@server2, which did not answer, and then asked "
            "app@server1\n"));
}

TEST_CASE("HAProxy gives up for whom Nginx waits for") {
  const std::string text = why(two_upstreams(R"({ "haproxy": { "timeout": { "server": "5s" } },
    "faults": [{ "kind": "hang", "target": "app@server2", "at": "5s" }] })"));
  CHECK(
      has(text,
          "504 by HAProxy: no answer within timeout server (5s), because nginx@server1 waited for "
          "app@server2\n"));
}

TEST_CASE("two spells of waiting with a pause between them are two, each with its own figures") {
  const std::string text =
      why(R"({ "duration": "60s", "haproxy": { "timeout": { "server": "30s" } },
    "faults": [{ "kind": "hang", "target": "nginx@server1", "at": "10s", "for": "4s" },
               { "kind": "hang", "target": "nginx@server1", "at": "40s", "for": "8s" }] })");
  INFO(text);
  CHECK(has(text, "14.0 s 16 file requests were answered late, up to 3.9 s"));
  CHECK(has(text, "48.0 s 36 file requests were answered late, up to 7.9 s"));
}

TEST_CASE("where there is no load balancer none refuses") {
  const std::string text = why(
      merged(R"({ "haproxy": null, "clients": { "users": { "connect_to": "nginx@server1" } } })",
             fault(R"("kind": "reboot", "target": "server1", "at": "5s")")));
  CHECK(has(text, "the web server refused connections"));
  CHECK_FALSE(has(text, "load balancer"));
}
