// An operator makes the replica the primary: which writes survive, and where the others are.
#include <cmath>
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Cause;
using measure::Outcome;
using test::date_of;
using test::play;

namespace {

/// 10 writes a second through server 1, whose database is the primary; server 2 has its replica.
measure::Result told(const std::string& faults, const std::string& mysql = "",
                     const std::string& more = "{}") {
  return play(test::merged(R"({ "duration": "60s",
    "classes": { "file": null, "row": { "kind": "write", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "clients": { "users": { "timeout": "10s" } }, "haproxy": { "servers": { "server2": null } },
    "app": { "database": { "read_timeout": "2s", "connect_timeout": "2s" } },
    "mysql": { "connect_retry": "1s", "net_timeout": "4s" )" +
                               mysql + R"( }, "faults": [)" + faults + "] }",
                           more));
}

std::string crash(const std::string& at, const std::string& lasting) {
  return R"({ "kind": "crash", "target": "mysql@server1", "at": ")" + at + R"(", "for": ")" +
         lasting + R"(" })";
}
std::string command(const std::string& at, const std::string& target, const std::string& what,
                    const std::string& object = "") {
  return R"(, { "kind": "command", "at": ")" + at + R"(", "target": ")" + target +
         R"(", "command": ")" + what + R"(", "object": ")" + object + R"(" })";
}
const std::string promote = command("22s", "mysql@server2", "promote");
const std::string repoint = command("22s", "app@server1", "write_to", "mysql@server2");
const std::string rejoin = command("35500ms", "mysql@server1", "change_source", "mysql@server2");

/// Writes that arrived between two dates and were acknowledged.
std::uint64_t done_between(const measure::Result& result, double from, double until) {
  std::uint64_t done = 0;
  for (const auto& one : result.samples)
    done += one.arrival > from && one.arrival < until && one.outcome == Outcome::ok;
  return done;
}

const measure::Event* told_of(const measure::Result& result, measure::What event) {
  for (const auto& one : result.events)
    if (one.what == event) return &one;
  return nullptr;
}

}  // namespace

TEST_CASE(
    "a replica that has everything is promoted, the old primary follows it, nothing is lost") {
  const auto result = told(crash("20s", "10s") + promote + repoint + rejoin);
  CHECK(date_of(result, "promoted", "mysql@server2") == near(22).margin(0.1));
  CHECK(done_between(result, 22.95, 60) == 370);
  CHECK(date_of(result, "source_changed", "mysql@server1") == near(35.5));
  CHECK(std::isinf(date_of(result, "replication_broken")));
  // From then on only the old primary is a replica: it had seen nothing since it died.
  REQUIRE(result.lags.size() == 2);
  CHECK(result.lags[1].replica == "mysql@server1");
  CHECK(result.lags[1].max_lag < 0.1);
  CHECK(result.writes.lost == 0);
  CHECK(result.writes.acknowledged == test::ended(result, Outcome::ok));
}

TEST_CASE("writes that the promoted replica never received are in the old primary's log only") {
  // Cut off for the last five seconds of its primary, 0.12 s on the way before each commit.
  const std::string cut =
      R"(, { "kind": "partition", "from": ["server1"], "to": ["server2"], "at": "15170ms", "for": "6s" })";
  const auto result = told(crash("20170ms", "10s") + cut + promote + repoint + rejoin);
  CHECK(done_between(result, 15.05, 20.05) == 50);
  CHECK(result.writes.lost == 50);
  CHECK(done_between(result, 22.95, 60) == 370);
  CHECK(date_of(result, "replication_broken", "mysql@server1", "mysql@server2") ==
        near(35.5).margin(0.1));
  const measure::Event* left = told_of(result, measure::What::writes_left_behind);
  REQUIRE(left);
  CHECK(left->target == "mysql@server1");
  CHECK(measure::sentence(*left).starts_with("50 acknowledged writes after transaction 151 "));
}

TEST_CASE("without a successor the same writes are where the primary is, and not lost") {
  const auto result = told(crash("20s", "10s"));
  CHECK(result.writes.lost == 0);
  CHECK(!told_of(result, measure::What::writes_left_behind));
}

TEST_CASE("whoever goes on writing to the old primary writes for nothing") {
  const auto result = told(crash("20s", "1s") + promote);
  CHECK(result.writes.lost == done_between(result, 21.95, 60));
  CHECK(result.writes.lost > 350);
}

TEST_CASE("a replica is promoted when it has applied what it received, whatever its source lost") {
  // 20 writes a second, of which the replica applies 10; the last half second is not flushed.
  const auto result = told(
      R"({ "kind": "power_off", "target": "server1", "at": "10500ms" })" +
          command("11s", "mysql@server2", "promote"),
      R"(, "flush_log_at_trx_commit": 2)",
      R"({ "classes": { "row": { "cpu": { "apply": "100ms" } } }, "clients": { "users": { "rate": "20/s" } },
           "haproxy": { "servers": { "server1": null, "server2": {} } } })");
  const measure::Event* lost = told_of(result, measure::What::transactions_lost);
  REQUIRE(lost);
  CHECK(lost->time == near(10.5));
  // 10.36 s of writes had arrived there by then.
  CHECK(date_of(result, "promoted") == near(10.36 * 20 / 10).margin(0.4));
  CHECK(result.writes.lost == 0);
}

TEST_CASE("DB-4: a replica that has what its restarted primary lost stops for good") {
  const auto result =
      told(R"({ "kind": "power_off", "target": "server1", "at": "10500ms", "for": "2s" })",
           R"(, "flush_log_at_trx_commit": 2, "sync_binlog": 0)");
  const double broken = date_of(result, "replication_broken", "mysql@server2", "mysql@server1");
  CHECK(broken > 12.5);
  CHECK(broken < 60);
  CHECK(std::isinf(date_of(result, "replication_broken", "", "", broken + 0.001)));
  CHECK(result.writes.lost >= 4);
  CHECK(result.writes.lost <= 10);
  REQUIRE(result.lags.size() == 1);
  // Of what the primary commits once it serves again, nothing comes here.
  CHECK(result.lags[0].max_lag == near(60 - broken).margin(1));
}

TEST_CASE("DB-15: a database told to be read-only refuses writes until its next start") {
  const auto result = told(crash("30s", "1s") + command("10s", "mysql@server1", "read_only") +
                           command("20s", "mysql@server1", "read_write") +
                           command("25s", "mysql@server1", "read_only"));
  for (const auto& one : test::by_arrival(result)) {
    const bool refused =
        (one.arrival > 10 && one.arrival < 19.8) || (one.arrival > 25 && one.arrival < 29.8);
    if (refused) CHECK(one.cause == Cause::db_read_only);
    if (one.arrival < 9.8 || (one.arrival > 20 && one.arrival < 24.8) || one.arrival > 33)
      CHECK(one.outcome == Outcome::ok);
  }
}

TEST_CASE("DB-15: read_only waits for the commits in progress, and what comes waits for it") {
  // A commit takes two flushes of half a second; the writes of 9 s are in it at 10 s.
  const auto result = told(
      R"({ "kind": "command", "target": "mysql@server1", "at": "10s", "command": "read_only" })",
      R"(, "flush_time": "500ms")", R"({ "clients": { "users": { "rate": "4/s" } } })");
  const double closed = date_of(result, "read_only", "mysql@server1");
  CHECK(closed > 10.2);
  CHECK(closed < 12.1);
  for (const auto& one : test::by_arrival(result)) {
    INFO(one.arrival.value << " to " << one.end.value);
    if (one.arrival < 9.9) CHECK(one.outcome == Outcome::ok);
    if (one.arrival < 10) continue;
    CHECK(one.cause == Cause::db_read_only);
    CHECK(one.end >= closed);
  }
}

TEST_CASE("a command to a database that does not answer is refused") {
  const auto result = told(crash("20s", "10s") + command("22s", "mysql@server1", "promote"));
  CHECK(date_of(result, "command_refused", "mysql@server1") == near(22));
  CHECK(std::isinf(date_of(result, "promoted")));
}
