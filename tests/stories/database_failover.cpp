// A manager makes the replica the primary: when it notices, what it waits for, what is lost.
#include <algorithm>
#include <cmath>
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Outcome;
using test::date_of;
using test::merged;
using test::play;
using test::play_seeds;

namespace {

/// 10 writes a second through both servers; the primary is on server 1, its replica on server 2,
/// the manager on the balancer's host: a witness.
std::string told(const std::string& manager, const std::string& faults,
                 const std::string& more = "{}") {
  return merged(R"({ "duration": "60s",
    "classes": { "file": null, "row": { "kind": "write", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "clients": { "users": { "timeout": "10s" } },
    "app": { "database": { "read_timeout": "2s", "connect_timeout": "2s" } },
    "mysql": { "connect_retry": "1s", "net_timeout": "4s" },
    "db_manager": { "hosts": { "lb1": {)" +
                    manager + R"(} } }, "faults": [)" + faults + "] }",
                more);
}
std::string fault(const std::string& kind, const std::string& target,
                  const std::string& more = "") {
  return R"({ "kind": ")" + kind + R"(", "target": ")" + target +
         R"(", "at": "20s", "jitter": "1s")" + more + " }";
}

struct Dates {
  double least = INFINITY, most = -INFINITY, mean = 0;
  int missing = 0;
};
/// Seconds from the fault until the replica is the primary.
Dates promotions(const std::string& story, int seeds = 30) {
  Dates found;
  for (const auto& run : play_seeds(story, seeds)) {
    const double took = date_of(run, "promoted") - run.fault_start;
    if (std::isinf(took)) {
      ++found.missing;
      continue;
    }
    found.least = std::min(found.least, took);
    found.most = std::max(found.most, took);
    found.mean += took / seeds;
  }
  return found;
}

}  // namespace

TEST_CASE("a script that looks every second and acts at the third miss: 2 to 3 s after a crash") {
  const Dates found = promotions(told("", fault("crash", "mysql@server1")));
  CHECK(found.missing == 0);
  CHECK(found.least >= 2);
  CHECK(found.most <= 3.1);
  CHECK(found.mean == near(2.5).margin(0.2));
  const auto run = play(told("", fault("crash", "mysql@server1")));
  // Both applications write to the new primary, and the writes of the time before are on it.
  CHECK(test::log_between(run, run.fault_start + 4).size() > 300);
  for (const auto& one : run.samples)
    if (one.arrival > run.fault_start + 3.5) CHECK(one.outcome == Outcome::ok);
  CHECK(run.writes.lost == 0);
}

TEST_CASE("a silent primary: each look takes its time-out") {
  // Looks a second apart that take a second: the third ends 3 to 4 s after the fault.
  const Dates found = promotions(told("", fault("power_off", "server1")));
  CHECK(found.missing == 0);
  CHECK(found.least >= 3);
  CHECK(found.most <= 4.2);
}

TEST_CASE(
    "D3: MHA acts at the fourth failed ping, 9 to 12 s after the death; fencing comes on top") {
  const Dates found = promotions(told(R"("tool": "mha")", fault("crash", "mysql@server1")));
  CHECK(found.missing == 0);
  CHECK(found.least >= 9);
  CHECK(found.most <= 12.1);
  const Dates fenced = promotions(
      told(R"("tool": "mha", "fencing": "power_off")", fault("crash", "mysql@server1")), 10);
  CHECK(fenced.least >= 17);
  CHECK(fenced.most <= 20.1);
}

TEST_CASE("MHA gives up for eight hours after one failover") {
  const std::string twice = fault("crash", "mysql@server1", R"(, "for": "5s")") +
                            R"(, { "kind": "crash", "target": "mysql@server2", "at": "45s" })";
  const std::string back =
      R"(, { "kind": "command", "target": "mysql@server1", "command": "change_source", "object": "mysql@server2", "at": "40s" })";
  const auto mha = play(told(R"("tool": "mha", "poll_interval": "1s")", twice + back));
  CHECK(date_of(mha, "promoted", "mysql@server2") < 26);
  CHECK(std::isinf(date_of(mha, "promoted", "mysql@server1")));
  const auto script = play(told("", twice + back));
  CHECK(date_of(script, "promoted", "mysql@server1") < 49);
}

TEST_CASE("FO-2: Orchestrator waits while the replica still replicates; a script does not") {
  const std::string automatic = R"("tool": "orchestrator", "auto_failover": true)";
  const auto crash = play(told(automatic, fault("crash", "mysql@server1")));
  CHECK(date_of(crash, "promoted") - crash.fault_start < 12);
  // Silence: the replica believes in its source for net_timeout, here 30 s.
  const std::string silence = R"({ "mysql": { "net_timeout": "30s" } })";
  const auto waits = play(told(automatic, fault("power_off", "server1"), silence));
  CHECK(date_of(waits, "promoted") - waits.fault_start > 14);
  const auto script = play(told("", fault("power_off", "server1"), silence));
  CHECK(date_of(script, "promoted") - script.fault_start < 4.2);
}

TEST_CASE("Orchestrator without filters and MaxScale without auto_failover do nothing") {
  for (const char* tool : {"orchestrator", "maxscale"}) {
    const auto run =
        play(told(R"("tool": ")" + std::string(tool) + "\"", fault("crash", "mysql@server1")));
    CHECK(std::isinf(date_of(run, "promoted")));
  }
}

TEST_CASE("MaxScale: five failed looks, 8 to 10 s after a crash") {
  const Dates found = promotions(
      told(R"("tool": "maxscale", "auto_failover": true)", fault("crash", "mysql@server1")), 20);
  CHECK(found.missing == 0);
  CHECK(found.least >= 8);
  CHECK(found.most <= 10.1);
}

TEST_CASE("FO-5: a primary that systemd starts again within the patience is left alone") {
  const std::string restarts =
      R"({ "mysql": { "start_time": "500ms", "redo": "0B", "service": { "restart": "always", "restart_sec": "5s" } } })";
  const auto mha = play(told(R"("tool": "mha")", fault("crash", "mysql@server1"), restarts));
  CHECK(std::isinf(date_of(mha, "promoted")));
  const auto script = play(told("", fault("crash", "mysql@server1"), restarts));
  CHECK(std::isfinite(date_of(script, "promoted")));
}

TEST_CASE("D9: a partition: the manager's side has a new primary, the other side goes on writing") {
  // The manager and server 2 on one side; half of the requests write to each.
  const std::string cut =
      R"({ "kind": "partition", "from": ["server1"], "to": ["server2", "lb1"], "at": "20s", "for": "20s" })";
  const auto run = play(told("", cut));
  CHECK(date_of(run, "promoted") == near(24).margin(1.1));
  CHECK(run.writes.lost > 0);
}

TEST_CASE("DB-13: semi-synchronous: a commit waits for the replica, once for the time-out") {
  const std::string semi =
      R"({ "mysql": { "semi_sync": true }, "db_manager": { "hosts": { "lb1": null } },
      "clients": { "users": { "timeout": "30s" } } })";
  const std::string dead = fault("power_off", "server2");
  const auto run = play(told("", dead, semi));
  const double off = date_of(run, "semi_sync_off");
  CHECK(off - run.fault_start == near(10).margin(0.3));
  int slow = 0;
  for (const auto& one : run.samples) slow += one.end - one.arrival > 5;
  CHECK(slow > 40);
  // After it nobody waits any more.
  for (const auto& one : run.samples)
    if (one.outcome == Outcome::ok && one.arrival > off + 6) CHECK(one.end - one.arrival < 3);
}

TEST_CASE("semi-synchronous replication loses no acknowledged write to a death of the primary") {
  const std::string slow_link =
      R"({ "faults": [{ "kind": "latency", "target": "server2-nic", "at": "1s", "add": "100ms" },
                      { "kind": "power_off", "target": "server1", "at": "20300ms" }] })";
  const auto lossy = play(told("", "", slow_link));
  CHECK(lossy.writes.lost >= 1);
  const auto semi = play(told("", "", merged(slow_link, R"({ "mysql": { "semi_sync": true } })")));
  CHECK(semi.writes.lost == 0);
}
