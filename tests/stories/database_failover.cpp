// A manager makes the replica the primary: when it notices, what it waits for, what is lost.
#include <algorithm>
#include <cmath>
#include <string>

#include "catch.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

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
                 const std::string& more = "{}", const std::string& where = "lb1") {
  return merged(R"({ "duration": "60s",
    "classes": { "file": null, "row": { "kind": "write", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "clients": { "users": { "timeout": "10s" } },
    "app": { "database": { "read_timeout": "2s", "connect_timeout": "2s" } },
    "mysql": { "connect_retry": "1s", "net_timeout": "4s" },
    "db_manager": { "hosts": { ")" +
                    where + R"(": {)" + manager + R"(} } }, "faults": [)" + faults + "] }",
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

TEST_CASE("FO-5: a restart by systemd after the failover makes a second primary: nobody fenced") {
  const std::string restarts =
      R"({ "mysql": { "start_time": "500ms", "redo": "0B", "service": { "restart": "always", "restart_sec": "5s" } } })";
  const auto run = play(told("", fault("crash", "mysql@server1"), restarts));
  CHECK(date_of(run, "second_primary") == near(run.fault_start + 5.5).margin(1.2));
  CHECK(run.writes.diverged == 0);  // the applications were all told
  const auto taken_back =
      play(told(R"("rejoin": "replica")", fault("crash", "mysql@server1"), restarts));
  CHECK(date_of(taken_back, "source_changed", "mysql@server1") ==
        near(date_of(taken_back, "second_primary")).margin(0.2));
  CHECK(std::isinf(date_of(taken_back, "replication_broken")));
}

TEST_CASE("FO-4, D9: a manager beside the replica cannot tell a dead primary from a partition") {
  const std::string cut =
      R"({ "kind": "partition", "from": ["server1"], "to": ["server2"], "at": "20s", "for": "20s" })";
  const auto run = play(told("", cut, "{}", "server2"));
  const double promoted = date_of(run, "promoted");
  CHECK(promoted > 22);
  CHECK(promoted < 24.5);
  // Half of the ten writes a second go on to the old primary, for good: nobody tells its side.
  const double written = 5 * (60 - promoted);
  CHECK(static_cast<double>(run.writes.diverged) == near(written).margin(10));
  CHECK(run.writes.lost >= run.writes.diverged);
  CHECK(date_of(run, "second_primary", "db_manager@server2") == near(40).margin(1.5));
  // A witness on a third host sees both, and does nothing.
  const auto witnessed = play(told("", cut));
  CHECK(std::isinf(date_of(witnessed, "promoted")));
  CHECK(witnessed.writes.lost == 0);
}

TEST_CASE("fencing by power: the old primary takes nothing any more, and cannot come back") {
  const std::string hang =
      R"({ "kind": "hang", "target": "mysql@server1", "at": "20s", "for": "15s" })";
  const std::string reads_on =
      R"({ "app": { "database": { "read_timeout": "20s" } }, "clients": { "users": { "timeout": "30s" } } })";
  const auto free = play(told("", hang, reads_on));
  CHECK(std::isfinite(date_of(free, "second_primary")));
  CHECK(free.writes.lost > 0);  // those that hung in it were acknowledged after all
  CHECK(free.writes.diverged == free.writes.lost);
  const auto fenced =
      play(told(R"("fencing": "power_off", "power_off_time": "1s")", hang, reads_on));
  CHECK(std::isinf(date_of(fenced, "second_primary")));
  CHECK(date_of(fenced, "fenced") == near(date_of(fenced, "primary_dead") + 1).margin(0.01));
  CHECK(fenced.writes.lost == 0);
}

TEST_CASE("a tool that fences by read_only does so in vain where nobody answers") {
  const auto run = play(told(R"("fencing": "read_only")", fault("hang", "mysql@server1")));
  CHECK(std::isfinite(date_of(run, "not_fenced")));
  CHECK(date_of(run, "promoted") > date_of(run, "not_fenced"));
}

TEST_CASE("a switch-over in good order loses nothing and costs a moment") {
  const std::string command =
      R"({ "kind": "command", "target": "db_manager@lb1", "command": "switch_over", "object": "mysql@server2", "at": "20s" })";
  const auto run = play(told("", command));
  CHECK(date_of(run, "promoted", "mysql@server2") < 20.5);
  CHECK(date_of(run, "source_changed", "mysql@server1") < 20.5);
  CHECK(run.writes.lost == 0);
  std::uint64_t refused = 0;
  for (const auto& one : run.samples) {
    if (one.outcome == Outcome::ok) continue;
    CHECK(one.cause == measure::Cause::db_read_only);
    ++refused;
  }
  CHECK(refused <= 5);  // 10 a second come
  CHECK(std::isinf(date_of(run, "replication_broken")));
}

TEST_CASE("each way to tell the applications takes its time") {
  const std::string dead = fault("crash", "mysql@server1");
  const auto gap = [&](const std::string& manager, const std::string& more = "{}") {
    const auto run = play(told(manager, dead, more));
    double last = 0;
    for (const auto& one : run.samples)
      if (one.outcome != Outcome::ok) last = std::max<double>(last, one.arrival);
    return last - date_of(run, "promoted");
  };
  CHECK(gap("") < 0.3);
  const double restarted = gap(R"("repoint": "restart")");
  CHECK(restarted > 1);  // a stop polls once a second, a start imports
  CHECK(restarted < 5);
  const double named =
      gap(R"("repoint": "dns")", R"({ "app": { "database": { "name_ttl": "10s" } } })");
  CHECK(named > 1);
  CHECK(named < 10.3);
  CHECK(gap(R"("repoint": "none")") > 30);
}

TEST_CASE("an address that the manager moves leads to the new primary, pools included") {
  const std::string by_address =
      R"({ "app": { "database": { "primary": "10.0.0.200:3306", "read_from": "primary" } } })";
  const std::string moves = R"("repoint": "address", "virtual_address": "10.0.0.200")";
  const std::string taken = moves + R"(, "fencing": "address")";
  const auto gone = play(told(taken, fault("crash", "mysql@server1"), by_address));
  CHECK(date_of(gone, "MASTER", "mysql@server2", "10.0.0.200") ==
        near(date_of(gone, "promoted")).margin(0.1));
  for (const auto& one : gone.samples)
    if (one.arrival > date_of(gone, "failed_over") + 0.3) CHECK(one.outcome == Outcome::ok);
  CHECK(gone.writes.lost == 0);
  // Where nobody takes it from the old host, the application there goes on asking itself.
  const auto both = play(told(moves, fault("crash", "mysql@server1"), by_address));
  std::uint64_t refused = 0;
  for (const auto& one : both.samples)
    refused += one.arrival > date_of(both, "failed_over") + 0.3 && one.outcome != Outcome::ok;
  CHECK(static_cast<double>(refused) == near(5 * (60 - date_of(both, "failed_over"))).margin(5));
  const auto fenced = play(told(
      moves + R"(, "fencing": "address")",
      R"({ "kind": "hang", "target": "mysql@server1", "at": "20s", "for": "10s" })", by_address));
  CHECK(date_of(fenced, "fenced") <= date_of(fenced, "promoted"));
  for (const auto& one : fenced.samples)
    if (one.arrival > 31) CHECK(one.outcome == Outcome::ok);
}

TEST_CASE("Keepalived moves the address to the database that takes writes") {
  const std::string keepalived = R"({
    "app": { "database": { "primary": "10.0.0.200:3306", "read_from": "primary" } },
    "keepalived": { "virtual_ipaddress": ["10.0.0.200"], "virtual_router_id": 60,
      "vrrp_script": { "role": { "checks": "primary", "fall": 2 } }, "track_script": ["role"],
      "hosts": { "server1": { "priority": 101 }, "server2": {} } } })";
  const auto run = play(told(R"("repoint": "none")", fault("crash", "mysql@server1"), keepalived));
  const double moved = date_of(run, "MASTER", "keepalived@server2", "10.0.0.200", 20);
  CHECK(moved > date_of(run, "promoted"));
  CHECK(moved < date_of(run, "promoted") + 1.1 + 3.7);  // a run of the script, then the takeover
  for (const auto& one : run.samples)
    if (one.arrival > moved + 0.3) CHECK(one.outcome == Outcome::ok);
}

TEST_CASE("an old primary whose log has parted is refused; a rebuild helps, and takes its time") {
  // Cut off from its replica a second before its death, and back 10 s later.
  const std::string parted =
      R"({ "kind": "partition", "from": ["server1"], "to": ["server2"], "at": "19s", "for": "11s" },
         { "kind": "crash", "target": "mysql@server1", "at": "20s", "for": "10s" })";
  const auto refused = play(told(R"("rejoin": "replica")", parted));
  CHECK(refused.writes.lost >= 4);
  CHECK(std::isfinite(date_of(refused, "replication_broken", "mysql@server1", "mysql@server2")));
  const auto rebuilt =
      play(told(R"("rejoin": "rebuild")", parted, R"({ "mysql": { "data": "500MB" } })"));
  CHECK(std::isinf(date_of(rebuilt, "replication_broken")));
  // 500 MB over 1 Gbit/s of a network and a disk of 200 MB/s.
  const double took =
      date_of(rebuilt, "rebuilt") - date_of(rebuilt, "source_changed", "mysql@server1");
  CHECK(took > 4);
  CHECK(took < 12);
  CHECK(rebuilt.lags.back().replica == "mysql@server1");
}

TEST_CASE("a restore from backup: what came after it is gone, from before the run even") {
  const std::string restore =
      R"({ "kind": "power_off", "target": "server2", "at": "19s" },
         { "kind": "command", "target": "mysql@server1", "command": "restore", "at": "30s" })";
  const auto backup =
      play(told("", restore,
                R"({ "mysql": { "data": "500MB", "backup": { "age": "6h", "every": "24h" } } })"));
  CHECK(date_of(backup, "restored") == near(30 + 0.7 + 500.0 / 50).margin(0.1));
  CHECK(backup.writes.lost > 200);
  CHECK(backup.writes.lost_from == near(-6 * 3600));
  // With the binary log copied away only its last seconds are gone; six hours of it take their
  // time.
  const auto with_archive = [&](const char* every) {
    return play(told("", restore,
                     fmt::format(R"({{ "mysql": {{ "data": "500MB", "backup": {{ "age": "6h",
                       "every": "24h", "archive_every": "{}", "replay_rate": 100000 }} }} }})",
                                 every)));
  };
  const auto archived = with_archive("10s");
  CHECK(archived.writes.lost < 30);
  const double replay = date_of(archived, "restored") - date_of(backup, "restored");
  CHECK(replay > 1);
  CHECK(replay < 15);
  const auto seldom = with_archive("60s");  // the last copy is of the run's begin
  CHECK(seldom.writes.lost > 200);
  CHECK(seldom.writes.lost_from >= 0);
}

TEST_CASE("a replica that is restored loses nothing, and goes on with what its source has") {
  const auto run =
      play(R"({ "duration": "60s", "classes": { "file": null, "row": { "kind": "write" } },
    "mysql": { "data": "500MB", "backup": { "age": "6h", "every": "24h" } },
    "faults": [{ "kind": "command", "target": "mysql@server2", "command": "restore", "at": "20s" }] })");
  CHECK(date_of(run, "restored") == near(20 + 0.7 + 500.0 / 50).margin(0.1));
  CHECK(run.writes.lost == 0);
  CHECK(run.lags.at(0).max_lag_at < 32);
  for (const auto& one : run.holdings)
    if (one.database == "mysql@server2") CHECK(one.lacks < 3);
}

TEST_CASE("FO-6: a restarted manager knows the primary that died meanwhile, and counts anew") {
  const std::string story =
      R"({ "kind": "crash", "target": "db_manager@lb1", "at": "15s", "for": "10s" },
         { "kind": "crash", "target": "mysql@server1", "at": "20s" })";
  const auto run = play(told("", story));
  const double dead = date_of(run, "primary_dead", "db_manager@lb1");
  CHECK(dead > 25 + 2);  // three looks, of which the first comes within an interval
  CHECK(dead < 25 + 4);
  CHECK(date_of(run, "promoted") > dead);
}

TEST_CASE("DB-9: a lagging replica: either its relay log is applied first, or it is lost") {
  // 100 writes a second, of which the replica applies 80: at 20 s it has 4 s of work before it.
  const std::string slow = R"({ "classes": { "row": { "cpu": { "apply": "12.5ms" } } },
    "clients": { "users": { "rate": "100/s" } } })";
  const std::string dead = R"({ "kind": "crash", "target": "mysql@server1", "at": "20s" })";
  const auto patient = play(told("", dead, slow));
  CHECK(patient.writes.lost == 0);
  const double waits = date_of(patient, "promoted") - date_of(patient, "primary_dead");
  CHECK(waits > 1);
  CHECK(waits < 6);
  const auto hasty = play(told(R"("drains_relay_log": false)", dead, slow));
  CHECK(date_of(hasty, "promoted") - date_of(hasty, "primary_dead") < 0.1);
  CHECK(hasty.writes.lost > 100);
}

TEST_CASE("two managers that know nothing of each other make two replicas primaries") {
  const std::string three =
      R"({ "hosts": { "server3": { "like": "server2" } },
           "mysql": { "hosts": { "server3": { "replica_of": "server1" } } },
           "db_manager": { "hosts": { "server2": {}, "server3": {} } } })";
  const std::string cut =
      R"({ "kind": "partition", "from": ["server2"], "to": ["server3"], "at": "15s" },
         { "kind": "power_off", "target": "server1", "at": "20s" })";
  const auto run = play(told("", cut, three));
  CHECK(std::isfinite(date_of(run, "promoted", "mysql@server2")));
  CHECK(std::isfinite(date_of(run, "promoted", "mysql@server3")));
}

TEST_CASE("FO-7: both died, and the first is back first: MaxScale takes it, others wait") {
  const auto story = [](const char* tool) {
    return play(
        told(std::string(R"("auto_failover": true, "rejoin": "replica", "tool": ")") + tool + "\"",
             R"({ "kind": "crash", "target": "mysql@server1", "at": "5s", "for": "25s" },
                        { "kind": "crash", "target": "mysql@server2", "at": "25s", "for": "25s" })",
             R"({ "duration": "70s" })"));
  };
  const auto served = [](const measure::Result& run, double from, double until) {
    int good = 0;
    for (const auto& one : run.samples)
      good += one.outcome == Outcome::ok && one.arrival >= from && one.arrival < until;
    return good;
  };
  const auto taken = story("maxscale");
  CHECK(std::isfinite(date_of(taken, "promoted", "mysql@server1")));
  CHECK(served(taken, 35, 50) > 100);
  CHECK(static_cast<double>(taken.writes.lost) == near(100).margin(40));  // made on server 2
  const auto left = story("script");
  CHECK(std::isinf(date_of(left, "promoted", "mysql@server1")));
  CHECK(served(left, 35, 50) == 0);
  CHECK(served(left, 55, 70) > 100);
  CHECK(left.writes.lost == 0);
}

TEST_CASE("an overload is no death, but looks like one: needless failover") {
  const std::string overload = R"({ "kind": "slow", "target": "mysql@server1", "at": "20s",
                                   "for": "15s", "factor": 20000 })";
  const auto run = play(told("", overload));
  CHECK(std::isfinite(date_of(run, "primary_dead")));
  CHECK(std::isfinite(date_of(run, "promoted", "mysql@server2")));
  CHECK(std::isfinite(date_of(run, "second_primary", "db_manager@lb1", "mysql@server1")));
}

TEST_CASE("DB-7: who may promote has a connection when applications have all others") {
  const auto run = play(told("", "", R"({ "mysql": { "max_connections": 10, "threads": 64 },
      "classes": { "row": { "cpu": { "mysql": "1s" } } }, "app": { "threads": 64 },
      "clients": { "users": { "rate": "30/s" } } })"));
  std::uint64_t refused = 0;
  for (const auto& one : run.samples) refused += one.cause == measure::Cause::db_connections;
  CHECK(refused > 100);
  CHECK(std::isinf(date_of(run, "primary_silent")));
}

TEST_CASE("DB-14: a commit that waited for its replica is on the old primary, and nowhere else") {
  const auto run = play(told(
      R"("rejoin": "replica")",
      R"({ "kind": "partition", "from": ["server1"], "to": ["server2"], "at": "20s", "for": "8s" },
         { "kind": "crash", "target": "mysql@server1", "at": "22s", "for": "10s" })",
      R"({ "mysql": { "hosts": { "server1": { "semi_sync": "AFTER_SYNC" } } } })"));
  CHECK(run.writes.lost == 0);  // nobody was told that they were done
  CHECK(run.writes.phantom.number > 0);
  CHECK(std::isfinite(date_of(run, "replication_broken", "mysql@server1", "mysql@server2")));
}

TEST_CASE("DB-14: AFTER_COMMIT lets others read what is lost afterwards, AFTER_SYNC does not") {
  const auto story = [](const std::string& point) {
    return told("", R"({ "kind": "partition", "from": ["server1"], "to": ["server2"], "at": "20s" },
                       { "kind": "power_off", "target": "server1", "at": "25s" })",
                R"({ "classes": { "look": { "kind": "read", "mix": 1 } },
                     "app": { "database": { "read_from": "primary" } },
                     "clients": { "users": { "rate": "40/s" } },
                     "mysql": { "semi_sync": ")" +
                    point + R"(" } })");
  };
  const auto after_commit = play(story("AFTER_COMMIT"));
  CHECK(after_commit.writes.lost == 0);
  CHECK(after_commit.writes.reads_of_lost > 20);
  const auto after_sync = play(story("AFTER_SYNC"));
  CHECK(after_sync.writes.lost == 0);
  CHECK(after_sync.writes.reads_of_lost == 0);
}

TEST_CASE("D1: Orchestrator calls the primary unreachable, then dead when its replica agrees") {
  const std::string automatic = R"("tool": "orchestrator", "auto_failover": true)";
  const auto runs = play_seeds(told(automatic, fault("power_off", "server1")), 20);
  for (const auto& run : runs) {
    const double silent = date_of(run, "primary_silent") - run.fault_start;
    const double dead = date_of(run, "primary_dead") - run.fault_start;
    // A look every 5 s that takes 2 s in vain; the replica gives up after net_timeout, here 4 s,
    // and says so when it is looked at next.
    CHECK(silent >= 2);
    CHECK(silent <= 7.1);
    CHECK(dead >= 4);
    CHECK(dead <= 4 + 5 + 7.1);
  }
}

TEST_CASE("DB-13: semi-synchronous: a commit waits for the replica, once for the time-out") {
  const std::string semi =
      R"({ "mysql": { "semi_sync": "AFTER_SYNC" }, "db_manager": { "hosts": { "lb1": null } },
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

TEST_CASE("DB-13: a replica that is told to wait, too: its applier does, or its first commit") {
  const auto promoted = [](const std::string& logs, const std::string& what) {
    return play(told("", what,
                     R"({ "clients": { "users": { "timeout": "30s" } },
      "mysql": { "semi_sync": "AFTER_SYNC", "log_slave_updates": )" +
                         logs + " } }"));
  };
  const std::string dead = fault("power_off", "server1");
  CHECK(std::isinf(date_of(promoted("true", dead), "semi_sync_off", "mysql@server2")));
  const auto waited = promoted("false", dead);
  // It begins with the first write that gets there: applications are told, and try again.
  CHECK(date_of(waited, "semi_sync_off", "mysql@server2") - date_of(waited, "promoted") ==
        near(11).margin(1));
  // Of a replica that is started anew the applier stands still once.
  const std::string again = fault("restart", "mysql@server2");
  const auto started = promoted("true", again);
  const double off = date_of(started, "semi_sync_off", "mysql@server2");
  CHECK(off - started.fault_start == near(11).margin(0.5));  // 0.7 s of them for the start
  CHECK(std::isinf(date_of(promoted("false", again), "semi_sync_off", "mysql@server2")));
}

TEST_CASE("semi-synchronous replication loses no acknowledged write to a death of the primary") {
  const std::string slow_link =
      R"({ "faults": [{ "kind": "latency", "target": "server2-nic", "at": "1s", "add": "100ms" },
                      { "kind": "power_off", "target": "server1", "at": "20300ms" }] })";
  const std::string often = merged(slow_link, R"({ "clients": { "users": { "rate": "100/s" } } })");
  const auto lossy = play(told("", "", often));
  // A tenth of a second, and up to a round trip more: the replica asks for what is next.
  CHECK(lossy.writes.lost >= 5);
  CHECK(lossy.writes.lost <= 30);
  const auto semi =
      play(told("", "", merged(often, R"({ "mysql": { "semi_sync": "AFTER_SYNC" } })")));
  CHECK(semi.writes.lost == 0);
}

TEST_CASE(
    "APP-15: a changed record moves nobody who has a connection to a primary that comes back") {
  const auto written = [](const char* repoint) {
    const auto run = play(told(std::string(R"("repoint": ")") + repoint + R"(", "fencing": "none")",
                               fault("hang", "mysql@server1", R"(, "for": "15s")"),
                               R"({ "clients": { "users": { "timeout": "60s" } },
          "app": { "database": { "name_ttl": "1s", "read_timeout": "100s", "connect_timeout": "30s" } } })"));
    return run.writes.lost;
  };
  CHECK(written("dns") > 200);  // 10 a second, for 25 s and more: on the old primary only
  CHECK(written("applications") < 50);
}

TEST_CASE("DNS-4: an application that was not there asks for the name when it is") {
  const std::string named = R"({ "app": { "database": { "name_ttl": "5s" } } })";
  const auto run =
      play(told(R"("repoint": "dns")",
                fault("crash", "mysql@server1") +
                    R"(, { "kind": "stop", "target": "app@server2", "at": "19s", "for": "20s" })",
                named));
  for (const auto& one : run.samples)
    if (one.arrival > 50) CHECK(one.outcome == Outcome::ok);
  CHECK(test::has(test::why(told(R"("repoint": "dns")", fault("crash", "mysql@server1"),
                                 R"({ "app": { "database": { "name_ttl": "20s" } } })")),
                  "until copies of the old record had run out (name_ttl), "));
}

TEST_CASE("APP-16: who drops no connection for 1290 asks a read-only database again and again") {
  const auto refused = [](const char* drop_on) {
    const auto run = play(std::string(R"({ "duration": "60s",
      "classes": { "file": null, "row": { "kind": "write" } },
      "app": { "database": { "primary": "haproxy@lb1:3306", "drop_on": ")") +
                          drop_on + R"(" } },
      "haproxy": { "servers": null, "frontends": { "web": { "default_backend": "web" },
          "db": { "mode": "tcp", "bind": 3306, "default_backend": "db", "timeout": { "client": "1h" } } },
        "backends": { "web": { "servers": { "server1": {}, "server2": {} } },
          "db": { "mode": "tcp", "timeout": { "server": "1h" },
            "default_server": { "check": { "answered_by": "primary", "inter": "1s" } },
            "servers": { "db1": { "address": "mysql@server1" }, "db2": { "address": "mysql@server2" } } } } },
      "faults": [{ "kind": "command", "target": "mysql@server1", "command": "read_only", "at": "10s" },
        { "kind": "command", "target": "mysql@server2", "command": "promote", "at": "11s" }] })");
    return test::requests_of(run) - test::ended(run, Outcome::ok);
  };
  CHECK(refused("error") < 60);
  CHECK(refused("lost") >= 250);  // of 500: to the end, but for threads that connect later
}
