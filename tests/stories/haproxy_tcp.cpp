// HAProxy in front of the databases: connections, each bound to one server for its life.
#include <cmath>
#include <string>

#include "analysis/verdict.hpp"
#include "catch.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

using namespace spof;
using measure::Cause;
using measure::Outcome;
using test::date_of;
using test::play;

namespace {

/// 10 requests a second for a row through server 1, whose application has two processes, so two
/// connections. It gets to its database through a second frontend of the load balancer. `backend`
/// completes that of the databases, `more` the rest.
std::string told(const std::string& kind, const std::string& backend, const std::string& more) {
  const std::string stack = R"({ "duration": "60s",
    "classes": { "file": null, "row": { "kind": ")" +
                            kind + R"(", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "clients": { "users": { "timeout": "30s" } },
    "app": { "database": { "primary": "haproxy@lb1:3306", "read_from": "primary" } },
    "mysql": { "connect_retry": "1s", "net_timeout": "4s" },
    "haproxy": { "servers": null, "tcp_cpu": "0ms",
      "frontends": { "web": { "default_backend": "web" },
                     "db": { "mode": "tcp", "bind": 3306, "default_backend": "db" } },
      "backends": { "web": { "servers": { "server1": {} } },
        "db": { "mode": "tcp", "servers": { "db1": { "address": "mysql@server1" },
                                            "db2": { "address": "mysql@server2" } } } } } })";
  return test::merged(
      test::merged(stack, R"({ "haproxy": { "backends": { "db": )" + backend + " } } }"), more);
}
/// The second database is used when a check of its role says that it takes writes.
std::string by_role(const std::string& faults, const std::string& line = "{}") {
  return told("write",
              test::merged(R"({ "default_server": { "check": { "kind": "httpchk",
      "answered_by": "primary", "inter": "1s" } }, "servers": { "db2": { "backup": true } } })",
                           R"({ "default_server": )" + line + " }"),
              R"({ "faults": [)" + faults + "] }");
}
std::string fault(const std::string& kind, const std::string& target, const std::string& at,
                  const std::string& more = "") {
  return R"({ "kind": ")" + kind + R"(", "target": ")" + target + R"(", "at": ")" + at + '"' +
         more + " }";
}
std::string command(const std::string& target, const std::string& what, const std::string& at,
                    const std::string& object = "") {
  return fault("command", target, at,
               R"(, "command": ")" + what + R"(", "object": ")" + object + '"');
}

/// Failed requests that arrived between two dates, all of one cause.
int failed(const measure::Result& run, Cause cause, double from = 0, double until = 1e9) {
  int count = 0;
  for (const auto& one : run.samples) {
    if (one.outcome == Outcome::ok || one.arrival < from || one.arrival >= until) continue;
    CHECK(one.cause == cause);
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("HA-43: a connection stays with its server, whatever becomes of that in the balancer") {
  const std::string maintenance =
      R"({ "faults": [{ "kind": "maintenance", "target": "haproxy@lb1", "server": "db1", "at": "20s" }] })";
  const std::string first = R"({ "balance": "first", "servers": { "db1": { "maxconn": 100 } } })";
  CHECK(failed(play(told("write", first, maintenance)), Cause::none) == 0);
  // Unless its sessions are shut down: each of two idle connections fails once. [HA-45]
  const std::string shut = R"({ "default_server": { "on_marked_down": "shutdown-sessions" } })";
  const std::string closed = R"({ "mysql": { "read_only": true } })";
  const auto cut =
      play(told("write", test::merged(first, shut), test::merged(maintenance, closed)));
  CHECK(failed(cut, Cause::none, 0, 20) == 0);
  CHECK(test::ended(cut, Outcome::ok) < 210);
  // Those who connect for each request get to the replica from then on.
  const std::string afresh = R"({ "app": { "database": { "persistent": false } } })";
  const auto run =
      play(told("write", first, test::merged(maintenance, test::merged(closed, afresh))));
  CHECK(failed(run, Cause::none, 0, 20) == 0);
  CHECK(failed(run, Cause::db_read_only, 20) == 400);
}

TEST_CASE("HA-43: a client's silence does not cut off the answer that it waits for") {
  // Client 3 s, server 8 s: a query of 5 s is answered, and the connection closed with it.
  const auto asked = [](const std::string& sleep) {
    return play(told("write", R"({ "timeout": { "server": "8s" }, "servers": { "db2": null } })",
                     R"({ "clients": { "users": { "rate": "0.2/s" } },
      "classes": { "row": { "cpu": { "mysql": ")" +
                         sleep + R"(" } } },
      "app": { "database": { "persistent": false } },
      "haproxy": { "frontends": { "db": { "timeout": { "client": "3s" } } } } })"));
  };
  const auto slow = asked("5s");
  CHECK(test::ended(slow, Outcome::ok) == test::requests_of(slow));
  const auto slower = asked("10s");
  CHECK(failed(slower, Cause::db_lost) > 5);
  for (const auto& one : slower.samples) CHECK(one.end - one.arrival < 8.5);
}

TEST_CASE("a database dies: each connection to it fails once, and the next one goes elsewhere") {
  const std::string dies = R"({ "faults": [)" + fault("crash", "mysql@server2", "20s") + "] }";
  const auto run = play(told("read", R"({ "redispatch": true })", dies));
  CHECK(failed(run, Cause::db_lost) == 1);  // one of two, for they take turns
  CHECK(failed(run, Cause::none, 23) == 0);
}

TEST_CASE("DB-22: a check of the role leads writes to the promoted replica, nobody tells them") {
  const auto run = play(by_role(fault("crash", "mysql@server1", "20s") + "," +
                                command("mysql@server2", "promote", "22s")));
  const double up = date_of(run, "UP", "haproxy@lb1", "db2");
  CHECK(up > 22);
  CHECK(up < 25);  // two checks, a second apart
  CHECK(failed(run, Cause::db_lost, 0, 20) == 0);
  CHECK(failed(run, Cause::db_lost, 20, up) > 10);
  CHECK(failed(run, Cause::none, up) == 0);
  CHECK(date_of(run, "DOWN", "haproxy@lb1", "db2") < 3);  // a replica is no place to write to
  CHECK(run.writes.lost == 0);
}

TEST_CASE("APP-6: connections that stayed on the old primary get error 1290 until it is DOWN") {
  const auto run =
      play(by_role(command("mysql@server2", "promote", "20s") + "," +
                   command("mysql@server1", "read_only", "20500ms") + "," +
                   command("mysql@server1", "change_source", "20500ms", "mysql@server2")));
  const double down = date_of(run, "DOWN", "haproxy@lb1", "db1");
  CHECK(down == near(22.5).margin(1.1));
  const int refused = failed(run, Cause::db_read_only);
  CHECK(refused == near((down - 20.5) * 10).margin(2));
  CHECK(failed(run, Cause::none, down + 0.2) == 0);
}

TEST_CASE("HA-31: shutdown-sessions ends the connections to a database that is silent") {
  const std::string hang = fault("hang", "mysql@server1", "20s");
  const std::string promoted = hang + "," + command("mysql@server2", "promote", "21s");
  const auto run = play(by_role(promoted, R"({ "on_marked_down": "shutdown-sessions" })"));
  const double down = date_of(run, "DOWN", "haproxy@lb1", "db1");
  CHECK(down == near(25).margin(1.5));
  int waited = 0;
  for (const auto& one : run.samples) {
    waited += one.outcome != Outcome::ok;
    CHECK(one.end < std::max(one.arrival + 0.2, down + 0.3));
  }
  CHECK(waited > 2);
  // Without it they wait for the time-out of the server, here their users' patience.
  const auto without = play(by_role(promoted));
  int patient = 0;
  for (const auto& one : without.samples) patient += one.end - one.arrival > 29;
  CHECK(patient >= 2);
}

TEST_CASE("HA-43: an idle connection of a pool ends with the shorter of both time-outs") {
  const auto fails = [](const char* client, const char* server) {
    const auto run =
        play(told("read", R"({ "timeout": { "server": ")" + std::string(server) + R"(" } })",
                  R"({ "duration": "300s", "clients": { "users": { "rate": "0.1/s" } },
      "app": { "processes": 1 }, "haproxy": { "frontends": { "db": { "timeout": { "client": ")" +
                      std::string(client) + R"(" } } } } })"));
    return failed(run, Cause::db_lost);
  };
  CHECK(fails("1h", "1h") == 0);
  CHECK(fails("5s", "1h") ==
        14);  // every second of 29: it drops the connection, the next one dials
  CHECK(fails("1h", "5s") == 14);
  CHECK(fails("15s", "15s") == 0);
}

TEST_CASE("HA-8: a pool larger than maxconn waits for connections that nobody gives back") {
  const auto run = play(told("read", R"({ "timeout": { "queue": "500ms" },
      "servers": { "db1": { "maxconn": 1 }, "db2": null } })",
                             "{}"));
  // One process of two has the place for good.
  const int starved = failed(run, Cause::db_lost);
  CHECK(starved == near(300).margin(60));
  for (const auto& one : run.samples)
    if (one.outcome != Outcome::ok) CHECK(one.end - one.arrival > 0.5);
}

TEST_CASE("no server is UP: the connection is closed at once, without an answer") {
  const auto run = play(by_role(fault("crash", "mysql@server1", "20s")));
  const double none = date_of(run, "no_server", "haproxy@lb1", "", 20);
  CHECK(none == near(22.5).margin(1));
  CHECK(failed(run, Cause::db_lost, none) == near((60 - none) * 10).margin(1.1));
  for (const auto& one : run.samples)
    if (one.arrival > none + 4)  // until then threads are taken by those who try the dead one again
      CHECK(one.end - one.arrival < 0.2);
}

TEST_CASE("the balancer before the databases dies: its connections break, new ones are refused") {
  const auto run = play(told("read", "{}", R"({ "hosts": { "db": { "like": "lb1" } },
    "app": { "database": { "primary": "haproxy@db" } },
    "haproxy": { "frontends": null, "backends": null, "hosts": {
      "lb1": { "servers": { "server1": {} } },
      "db": { "mode": "tcp", "bind": 3306, "servers": { "db1": { "address": "mysql@server1" } } } } },
    "faults": [{ "kind": "crash", "target": "haproxy@db", "at": "20s", "for": "10s" }] })"));
  int lost = 0, refused = 0;
  for (const auto& one : run.samples) {
    lost += one.cause == Cause::db_lost;
    refused += one.cause == Cause::db_refused;
  }
  CHECK(lost == 2);  // one of each process
  CHECK(refused == 98);
  CHECK(failed(run, Cause::none, 30.1) == 0);
}

namespace {

/// The classic: the replica, which nobody made read-only, is the backup of a TCP check.
std::string backed_up(const std::string& more) {
  return told(
      "write",
      R"({ "default_server": { "check": { "kind": "tcp", "inter": "1s", "fall": 1, "rise": 1 } },
      "servers": { "db2": { "backup": true } } })",
      test::merged(
          R"({ "faults": [)" + fault("crash", "mysql@server1", "20s", R"(, "for": "10s")") + "] }",
          more));
}
std::uint64_t done_since(const measure::Result& run, double from) {
  std::uint64_t done = 0;
  for (const auto& one : run.samples) done += one.arrival > from && one.outcome == Outcome::ok;
  return done;
}

}  // namespace

TEST_CASE("DB-26: a replica that nobody made read-only takes writes, and keeps its connections") {
  const auto run = play(backed_up("{}"));
  const double down = date_of(run, "DOWN", "haproxy@lb1", "db1", 20);
  CHECK(down < 21.1);
  CHECK(failed(run, Cause::none, down + 0.2) == 0);
  CHECK(std::isfinite(date_of(run, "UP", "haproxy@lb1", "db1", 30)));
  // To the end, beside the primary that is back: so it was measured, too.
  CHECK(run.writes.diverged == near(done_since(run, down)).margin(3));
  CHECK(run.writes.lost == run.writes.diverged);
  CHECK(std::isinf(date_of(run, "replication_broken")));  // the primary has written nothing since
  const auto closed = play(backed_up(R"({ "mysql": { "read_only": true } })"));
  CHECK(failed(closed, Cause::db_read_only, down + 0.2) > 350);
  CHECK(closed.writes.lost == 0);
}

TEST_CASE("DB-26: the first write of its source ends the replication to it, until it is rebuilt") {
  const std::string afresh = R"({ "app": { "database": { "persistent": false } } })";
  const auto run = play(backed_up(afresh));
  const double up = date_of(run, "UP", "haproxy@lb1", "db1", 30);
  const double broken = date_of(run, "replication_broken", "mysql@server2", "mysql@server1");
  CHECK(broken > up);
  CHECK(broken < up + 1.5);
  CHECK(std::isinf(date_of(run, "replication_broken", "", "", broken + 0.001)));
  for (const auto& event : run.events)
    if (event.what == measure::What::replication_broken)
      CHECK(sentence(event).starts_with("error 1062, duplicate key: it took "));
  CHECK(run.writes.diverged == near(done_since(run, 20.1) - done_since(run, up)).margin(5));
  REQUIRE(run.lags.size() == 1);
  CHECK(run.lags[0].max_lag == near(60 - up).margin(1.5));
  // Started again it finds the same; rebuilt it follows, without what it had of its own.
  const auto again = [&](const std::string& verb, const std::string& object) {
    return play(test::merged(backed_up(afresh), R"({ "mysql": { "data": "1MB" },
        "operations": { "repaired": { "kind": "command", "command": ")" +
                                                    verb +
                                                    R"(", "target": "mysql@server2", "object": ")" +
                                                    object + R"(", "at": "45s" } } })"));
  };
  CHECK(date_of(again("start_replica", ""), "replication_broken", "", "", 44) < 45.1);
  const auto rebuilt = again("rebuild", "mysql@server1");
  CHECK(std::isfinite(date_of(rebuilt, "rebuilt", "mysql@server2")));
  CHECK(std::isinf(date_of(rebuilt, "replication_broken", "", "", 44)));
  CHECK(rebuilt.writes.lost == run.writes.lost);
}

TEST_CASE("DB-26: a replica that is promoted keeps what it took before") {
  const auto run =
      play(test::merged(backed_up("{}"), R"({ "operations": { "it is": { "kind": "command",
      "command": "promote", "target": "mysql@server2", "at": "25s" } } })"));
  CHECK(std::isfinite(date_of(run, "promoted", "mysql@server2")));
  CHECK(run.writes.lost == 0);
}

TEST_CASE("DB-26: what a promotion throws away that comes too late is told") {
  const auto text = [](const char* date) {
    return report::verdict(test::campaign_of_story(test::merged(
                               backed_up(R"({ "app": { "database": { "persistent": false } } })"),
                               R"({ "operations": { "it is": { "kind": "command",
      "command": "promote", "target": "mysql@server2", "at": ")" +
                                   std::string(date) + R"(" } } })")))
        .text;
  };
  CHECK(test::has(
      text("45s"),
      "mysql@server2 was made the primary although its replication from mysql@server1 had "
      "broken: what that one had taken after transaction "));
  CHECK_FALSE(test::has(text("25s"), "although"));
}
