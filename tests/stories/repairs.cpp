// What people's acts end and what they do not, and what is said of them.
#include <cmath>
#include <string>

#include "catch.hpp"
#include "measure/after_fault.hpp"
#include "measure/summary.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

using namespace spof;
using measure::Event;
using measure::Result;
using measure::What;
using test::merged;
using test::play;

namespace {

/// Quick people, told by customers a minute after the twentieth failed request.
const std::string people = R"({ "duration": "30m",
  "clients": { "users": { "rate": "2/s", "timeout": "2s" } },
  "classes": { "page": { "kind": "page", "cpu": { "app": "1ms" } },
               "row": { "kind": "write" } },
  "operator": { "respond": "1m", "diagnose": "20s", "repair": "20s", "provider": "1h",
                "told_by_customers": "1m", "hosts": { "clients": {} } } })";
/// A monitor whose alerts call them, and a runbook for each of these.
std::string told_to(const std::string& action, const std::string& target) {
  return merged(people, R"({ "hosts": { "monitor": { "like": "lb1" } },
    "exporter": { "hosts": { "lb1": {}, "server1": {}, "server2": {} } },
    "prometheus": { "rules": ")" SPOF_SOURCE_DIR
                        R"(/tests/reality/P_rules.yml", "hosts": { "monitor": {} },
      "probes": { "primary": { "target": "haproxy@lb1", "page": "primary" } } },
    "alertmanager": { "group_wait": "1s", "hosts": { "monitor": {} } },
    "operator": { "runbook": [{ "alert": "*", "action": ")" +
                            action + R"(", "target": ")" + target + R"(" }] } })");
}
std::string until_repaired(const std::string& kind, const std::string& target,
                           const std::string& rest = "") {
  return R"({ "faults": [{ "kind": ")" + kind + R"(", "target": ")" + target +
         R"(", "at": "40s", "until": "repaired")" + rest + "}] }";
}
const Event* first(const Result& run, What what, const std::string& action = "") {
  for (const Event& one : run.events)
    if (one.what == what && (action.empty() || one.version == action)) return &one;
  return nullptr;
}
double asked(const Result& result, const char* metric) {
  return measure::value_of({.metric = measure::find_metric(metric)}, result);
}

}  // namespace

TEST_CASE("a release on two servers is rolled back on both when it is mended on one") {
  const Result run =
      play(merged(people, R"({ "app": { "releases": { "2": { "errors": 1 } } }, "faults": [
    { "kind": "deploy", "targets": ["app@server1", "app@server2"], "release": "2", "at": "40s",
      "until": "repaired" },
    { "kind": "command", "target": "app@server2", "command": "repair", "at": "60s" }] })"));
  REQUIRE(first(run, What::repaired));
  CHECK(first(run, What::repaired)->time == near(60));
  CHECK(asked(run, "rto") < 25);
}

TEST_CASE("what a restart does not help does not keep him from the next that looks bad") {
  const Result run = play(merged(people, until_repaired("hang", "mysql@server1")));
  const Event* done = nullptr;
  for (const Event& one : run.events)
    if (one.what == What::repaired_by && one.target == "mysql@server1") done = &one;
  REQUIRE(done);
  CHECK(done->version == "restart");
  for (const Event& one : run.events)
    CHECK_FALSE((one.what == What::decided && one.version == "call"));
}

TEST_CASE("a database that came back read-only is opened, unless it has a successor") {
  const auto closed = [](const std::string& more) {
    return play(merged(people, R"({ "mysql": { "hosts": { "server1": { "read_only": true } } },
      "faults": [{ "kind": "restart", "target": "mysql@server1", "at": "40s" })" +
                                   more + "] }"));
  };
  const Result alone = closed("");
  REQUIRE(first(alone, What::repaired_by, "read_write"));
  CHECK(first(alone, What::repaired_by, "read_write")->target == "mysql@server1");
  CHECK(asked(alone, "rto") < 300);
  const Result succeeded = closed(
      R"(, { "kind": "command", "command": "promote", "target": "mysql@server2", "at": "45s" })");
  CHECK_FALSE(first(succeeded, What::decided, "read_write"));
}

TEST_CASE("a restart loads the same release, a roll-back helps") {
  const Result run = play(merged(
      people, R"({ "app": { "releases": { "2": { "errors": 1, "fails_check": true } } }, "faults": [
    { "kind": "deploy", "targets": ["app@server1", "app@server2"], "release": "2", "at": "40s",
      "until": "repaired" }] })"));
  REQUIRE(first(run, What::acted_in_vain, "restart"));
  REQUIRE(first(run, What::repaired_by));
  CHECK(first(run, What::repaired_by)->version == "mend");
}

TEST_CASE("a host that hangs is switched off and on, and boots") {
  const Result run = play(merged(people, until_repaired("hang", "server1")));
  const Event* done = first(run, What::repaired_by, "reboot");
  REQUIRE(done);
  CHECK(test::date_of(run, "serving", "mysql@server1") >= done->time + 30);
  // He waits until it has booted, and finds nothing to start.
  for (const Event& one : run.events)
    CHECK_FALSE((one.time > done->time && one.what == What::repaired_by));
}

TEST_CASE("a reboot deletes no files") {
  const Result run =
      play(merged(told_to("reboot", "server1"), until_repaired("disk_full", "server1")));
  REQUIRE(first(run, What::acted_in_vain, "reboot"));
  CHECK(first(run, What::repaired_by, "reboot") == nullptr);
}

TEST_CASE("who promotes a replica beside a primary that is well has repaired nothing") {
  const Result run =
      play(merged(told_to("promote", "mysql@server2"), until_repaired("crash", "haproxy@lb1")));
  CHECK(first(run, What::acted_in_vain, "promote"));
  CHECK(!first(run, What::repaired_by, "promote"));
  const Result needed =
      play(merged(told_to("promote", "mysql@server2"), until_repaired("crash", "mysql@server1")));
  CHECK(first(needed, What::repaired_by, "promote"));
}

TEST_CASE("an alert that goes where nobody is has called nobody") {
  const std::string crash = until_repaired("crash", "mysql@server1");
  const std::string told = merged(told_to("restart", "mysql@server1"), crash);
  const Result run = play(merged(told, R"({ "alertmanager": { "receiver": "archive" } })"));
  REQUIRE(first(run, What::notified));
  CHECK(std::isinf(asked(run, "notified")));
  CHECK(std::isfinite(asked(play(told), "notified")));
}

TEST_CASE("who comes at once has been called before, too") {
  const std::string told =
      merged(told_to("restart", "mysql@server1"), until_repaired("crash", "mysql@server1"));
  const Result run = play(merged(told, R"({ "operator": { "respond": "0s" } })"));
  REQUIRE(first(run, What::acknowledged));
  CHECK(first(run, What::notified) < first(run, What::acknowledged));
}

TEST_CASE("a balancer that sees his own reboot in vain has not noticed the failure") {
  const Result run = play(merged(
      people, merged(until_repaired("link_down", "internet"),
                     R"({ "haproxy": { "default_server": { "check": { "kind": "tcp" } } } })")));
  CHECK(std::isfinite(test::date_of(run, "acted_in_vain")));
  CHECK(std::isfinite(test::date_of(run, "DOWN")));
  CHECK(std::isinf(measure::detected(run)));
}
