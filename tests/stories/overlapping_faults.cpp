// Two faults of one kind on one target: the repair of one leaves the other in force, and after both
// everything is exactly what it was.
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Outcome;
using test::play;

namespace {

/// Two faults of a kind: from 2 s to 6 s, and from 4 s to 10 s; `more` stands in both, `other` in
/// the second instead if it is given.
std::string two(const std::string& kind, const std::string& target, const std::string& more = "",
                const std::string& other = "") {
  const auto fault = [&](const std::string& when, const std::string& fields) {
    return R"({ "kind": ")" + kind + R"(", )" +
           (target.empty() ? "" : R"("target": ")" + target + R"(", )") + when +
           (fields.empty() ? "" : ", " + fields) + " }";
  };
  return R"("faults": [)" + fault(R"("at": "2s", "for": "4s")", more) + ", " +
         fault(R"("at": "4s", "for": "6s")", other.empty() ? more : other) + "]";
}

const std::string one_server =
    R"("duration": "14s", "haproxy": { "servers": { "server2": null } },
       "clients": { "users": { "timeout": "300ms" } }, )";

/// Whether every request from `from` to `until` ended well, or none (a margin for what is under
/// way).
bool all_good(const measure::Result& result, double from, double until, bool wanted = true) {
  int seen = 0;
  for (const auto& one : test::by_arrival(result)) {
    if (one.arrival < from || one.arrival > until) continue;
    ++seen;
    if ((one.outcome == Outcome::ok) != wanted) return false;
  }
  return seen > 0;
}
bool none_good(const measure::Result& result, double from, double until) {
  return all_good(result, from, until, false);
}

double latency_at(const measure::Result& result, double date) {
  for (const auto& one : test::by_arrival(result))
    if (one.arrival >= date) return one.end - one.arrival;
  return -1;
}

}  // namespace

TEST_CASE("what is switched off stays off until the last of two faults is repaired") {
  struct {
    const char* name;
    std::string faults;
    double serves;  ///< again, at the latest
  } const cases[] = {
      {"crash", two("crash", "nginx@server1"), 10.1},
      {"stop", two("stop", "nginx@server1"), 10.1},
      {"hang", two("hang", "nginx@server1"), 10.1},
      {"error", two("error", "nginx@server1"), 10.1},
      {"link_down", two("link_down", "server1-nic"), 10.1},
      {"partition", two("partition", "", R"("from": ["lb1"], "to": ["server1"])"), 10.1},
      {"power_off", two("power_off", "server1", R"("boot_time": "1s")"), 11.1},
      {"loss", two("loss", "server1-nic", R"("share": 1)"), 10.1},
  };
  for (const auto& one : cases) {
    INFO(one.name);
    const auto result = play("{ " + one_server + one.faults + " }");
    CHECK(all_good(result, 0, 1.6));
    CHECK(none_good(result, 2.1, 9.6));
    CHECK(all_good(result, one.serves + 0.7, 13));
  }
}

TEST_CASE("HA-19: of commands to HAProxy the last counts: a ready ends every maintenance") {
  for (const char* first : {"maint", "drain"}) {
    const auto result = play("{ " + one_server +
                             two("maintenance", "haproxy@lb1",
                                 std::string(R"("server": "server1", "mode": ")") + first + "\"",
                                 R"("server": "server1")") +
                             " }");
    CHECK(none_good(result, 2.1, 5.9));
    CHECK(all_good(result, 6.1, 13));  // the end of the first, whatever the second is for
  }
}

TEST_CASE("of two that add up the first repair takes its own away, the second leaves nothing") {
  const std::string cpu = R"("classes": { "file": { "cpu": { "nginx": "10ms" } } }, )";
  const double ways = 2;  // there and back
  struct {
    const char* name;
    std::string faults;
    double first, both, second;  ///< what is added to the latency
  } const cases[] = {
      {"latency", two("latency", "server1-nic", R"("add": "10ms")", R"("add": "40ms")"),
       ways * 2 * 0.01, ways * 2 * 0.05, ways * 2 * 0.04},
      {"slow", cpu + two("slow", "nginx@server1", R"("factor": 3)", R"("factor": 4.9)"), 0.02,
       0.137, 0.039},
      {"slow host", cpu + two("slow", "server1", R"("factor": 3)", R"("factor": 4.9)"), 0.02, 0.137,
       0.039},
  };
  for (const auto& one : cases) {
    INFO(one.name);
    const auto result = play("{ " + one_server + one.faults + " }");
    const double before = latency_at(result, 1);
    CHECK(latency_at(result, 3) - before == near(one.first).margin(1e-6));
    CHECK(latency_at(result, 5) - before == near(one.both).margin(1e-6));
    CHECK(latency_at(result, 8) - before == near(one.second).margin(1e-6));
    CHECK(latency_at(result, 12) - before == near(0).margin(1e-12));
  }
}

TEST_CASE("what its service manager has started runs, whatever else is to be repaired") {
  const std::string systemd =
      R"("nginx": { "service": { "restart": "always", "restart_sec": "500ms" } }, )";
  const auto result = play("{ " + one_server + systemd + two("crash", "nginx@server1") + " }");
  CHECK(none_good(result, 2.1, 2.4));
  CHECK(all_good(result, 2.6, 3.9));
  CHECK(none_good(result, 4.1, 4.4));
  CHECK(all_good(result, 4.6, 13));
}

TEST_CASE("a service manager does not start what an operator has stopped") {
  const std::string systemd =
      R"("nginx": { "service": { "restart": "always", "restart_sec": "500ms" } }, )";
  const auto result = play("{ " + one_server + systemd + R"("faults": [
    { "kind": "crash", "target": "nginx@server1", "at": "2s" },
    { "kind": "stop", "target": "nginx@server1", "at": "2200ms", "for": "4s" } ] })");
  CHECK(none_good(result, 2.1, 6.1));
  CHECK(all_good(result, 6.3, 13));
}

TEST_CASE("a hang ends with its process: a repair meant for it does not wake the next one's") {
  const std::string systemd =
      R"("nginx": { "service": { "restart": "always", "restart_sec": "500ms" } }, )";
  const auto result = play("{ " + one_server + systemd + R"("faults": [
    { "kind": "hang", "target": "nginx@server1", "at": "2s", "for": "6s" },
    { "kind": "crash", "target": "nginx@server1", "at": "4s" },
    { "kind": "hang", "target": "nginx@server1", "at": "6s", "for": "4s" } ] })");
  CHECK(none_good(result, 2.1, 4.2));
  CHECK(all_good(result, 4.6, 5.6));
  CHECK(none_good(result, 6.1, 9.6));
  CHECK(all_good(result, 10.1, 13));
}

TEST_CASE("a daemon that is stopping is not started when it falls into the next stop") {
  // The application finishes what it has begun: stopped at 2 s, it is told to start at 3 s, to stay
  // stopped at 4 s, and only then has it ended.
  const auto result = play(R"({ "duration": "20s", "haproxy": { "servers": { "server2": null } },
    "classes": { "file": { "kind": "page", "sleep": "5s" } }, "clients": { "users": { "rate": "2/s" } },
    "app": { "threads": 100 },
    "faults": [{ "kind": "stop", "target": "app@server1", "at": "2s", "for": "1s" },
               { "kind": "stop", "target": "app@server1", "at": "4s", "for": "8s" }] })");
  CHECK(none_good(result, 2.1, 11.6));
  CHECK(all_good(result, 12.6, 19));
}

TEST_CASE("a crash for good is over once the daemon runs again") {
  const auto result = play("{ " + one_server + R"("faults": [
    { "kind": "crash", "target": "nginx@server1", "at": "2s" },
    { "kind": "power_off", "target": "server1", "at": "3s", "for": "1s", "boot_time": "1s" },
    { "kind": "stop", "target": "nginx@server1", "at": "7s", "for": "2s" } ] })");
  CHECK(none_good(result, 2.1, 4.6));
  CHECK(all_good(result, 5.5, 6.6));
  CHECK(none_good(result, 7.1, 8.6));
  CHECK(all_good(result, 9.1, 13));
}
