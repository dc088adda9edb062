// What changes, and what parts have in common: a release that is rolled out, a switch that fails, a
// disk that fills.
#include <algorithm>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

using namespace spof;
using measure::Cause;
using measure::Outcome;
using measure::Sample;
using test::date_of;
using test::has;
using test::play;

namespace {

// 40 ms to connect, 20 ms for the request: it is at the application 60 ms after its arrival, and
// its answer with the client 20 ms later. A stopped application is woken by the next of five a
// second, or after a second [APP-10], ends after one more, listens 0.6 s later, and answers after
// 0.8 s more [APP-12].
constexpr double there = 0.06, back = 0.02, wakes = 0.2, refuses = 1.6, starts = 2.4;

const std::string both = R"("app@server1", "app@server2")";

/// Pages of both servers, ten a second, and a deployment at 10 s; release 2 is good, 3 is not.
measure::Result deployed(const std::string& how, const std::string& over = "{}",
                         const std::string& targets = both) {
  const std::string stack = R"({ "duration": "30s",
    "classes": { "file": null, "page": { "kind": "page", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "app": { "boot_time": "600ms", "import_time": "800ms", "releases": { "2": {}, "3": { "errors": 1, "fails_check": true } } },
    "faults": [{ "kind": "deploy", "at": "10s", "targets": [)" +
                            targets + "], " + how + " }] }";
  return play(test::merged(stack, over));
}

/// Those that failed for this cause, by when they were at an application.
std::vector<double> failed(const measure::Result& result, Cause cause) {
  std::vector<double> dates;
  for (const Sample& one : test::by_arrival(result))
    if (one.outcome != Outcome::ok && one.cause == cause) dates.push_back(one.arrival + there);
  return dates;
}

bool all_between(const std::vector<double>& dates, double from, double until) {
  return std::ranges::all_of(dates, [&](double one) { return one >= from && one <= until; });
}

bool is_between(double date, double from, double until) { return date >= from && date <= until; }

double slowest(const measure::Result& result) {
  double most = 0;
  for (const Sample& one : test::by_arrival(result))
    if (one.outcome == Outcome::ok) most = std::max(most, one.end - one.arrival);
  return most;
}

}  // namespace

TEST_CASE("APP-9: all at once: every request is refused until the first application listens") {
  const auto result = deployed(R"("release": "2", "order": "at_once")");
  const auto refused = failed(result, Cause::upstream_refused);
  CHECK(refused.size() == near(10 * refuses).margin(1));
  CHECK(all_between(refused, 10, 10 + wakes + refuses));
  CHECK(test::ended(result, Outcome::ok) + refused.size() == test::requests_of(result));
  for (const char* app : {"app@server1", "app@server2"})
    CHECK(is_between(date_of(result, "deployed", app), 10 + starts, 10 + wakes + starts));
  CHECK(is_between(result.over, 10 + starts, 10 + wakes + starts));
  CHECK(result.skew == 0);
}

TEST_CASE(
    "APP-9: one after the other: two gaps in half of the requests, and both releases between") {
  const auto result = deployed(R"("release": "2", "pause": "2s")");
  auto refused = failed(result, Cause::upstream_refused);
  CHECK(refused.size() == near(10 * refuses).margin(1));
  // Whoever rolls out looks ten times a second.
  const double second = date_of(result, "deployed", "app@server1") + 0.1 + 2;
  CHECK(is_between(second, 10 + starts + 2, 10 + wakes + starts + 2 + 0.11));
  std::erase_if(refused, [](double one) { return one >= 10 && one <= 10 + wakes + refuses; });
  CHECK(refused.size() == near(5 * refuses).margin(1));
  CHECK(all_between(refused, second - 0.11, second + wakes + refuses));
  CHECK(is_between(date_of(result, "deployed", "app@server2"), second + starts - 0.11,
                   second + wakes + starts + 0.11));
  CHECK(result.skew == near(2.1).margin(0.3));
}

TEST_CASE("a roll-out that is taken back was noticed by who looked at it") {
  const auto result = deployed(R"("release": "3", "pause": "5s", "abort_above": 0.05)");
  const double seen = date_of(result, "rolled_back", "roll-out", "app@server1");
  CHECK(is_between(seen, 10 + starts + 5, 10 + wakes + starts + 5.3));
  const auto notices = [](const auto& one) { return one.role() == measure::Role::detected; };
  const auto* noticed = measure::first_event(result.events, {10, never}, notices);
  REQUIRE(noticed);
  CHECK(noticed->time == seen);
  CHECK(noticed->figure == near(1));  // every page of it fails
}

TEST_CASE("HA-19: a server that is drained before is missed by nobody") {
  const auto result = deployed(R"("release": "2", "drain": "500ms", "pause": "2s")");
  CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
  CHECK(slowest(result) < there + back + 0.01);
  CHECK(date_of(result, "drain", "haproxy@lb1", "server1") == 10);
  // Nobody wakes it: up to a second more.
  const double ready = date_of(result, "ready", "haproxy@lb1", "server1");
  CHECK(is_between(ready, 10 + 0.5 + starts, 10 + 0.5 + 1 + starts + 0.11));
  CHECK(date_of(result, "drain", "haproxy@lb1", "server2") == near(ready + 2).margin(0.11));
  CHECK(result.skew == near(2).margin(0.3));
  // Taken back: both are in use, and one that is ready is not made so again.
  const auto back_again =
      deployed(R"("release": "2", "drain": "500ms", "pause": "2s", "for": "15s")");
  CHECK(std::ranges::count(back_again.events, measure::What::ready, &measure::Event::what) == 2);
}

TEST_CASE("APP-13: with SIGHUP nothing fails, some wait until the workers have imported") {
  const auto result = deployed(R"("release": "2", "how": "reload")");
  CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
  CHECK(slowest(result) == near(0.8 + back).margin(0.1));
  CHECK(date_of(result, "deployed", "app@server1") == near(10.8).margin(0.01));
  CHECK(date_of(result, "serving", "app@server1") > 1e8);
  // Requests in progress are finished by the old workers.
  const auto slow = deployed(R"("release": "2", "how": "reload")",
                             R"({ "classes": { "page": { "sleep": "2s" } } })");
  CHECK(test::ended(slow, Outcome::ok) == test::requests_of(slow));
}

TEST_CASE("a bad release on one server: half of all fail, and its roll-back costs a gap") {
  const std::string how = R"("release": "3", "for": "10s")", one = R"("app@server1")";
  const auto result = deployed(how, "{}", one);
  const auto bugs = failed(result, Cause::bad_release),
             refused = failed(result, Cause::upstream_refused);
  CHECK(bugs.size() == near(5 * (10 - starts) + 5 * (starts - refuses)).margin(3));
  CHECK(all_between(bugs, 10 + refuses, 20 + wakes));
  CHECK(refused.size() == near(2 * 5 * refuses).margin(2));
  CHECK(is_between(date_of(result, "deployed", "app@server1", "", 20), 20 + starts,
                   20 + wakes + starts));
  CHECK(is_between(result.over, 20 + starts, 20 + wakes + starts));
  // A check that asks the application finds out.
  const auto checked = deployed(how, R"({ "haproxy": { "default_server": {
    "check": { "kind": "httpchk", "answered_by": "app", "inter": "1s", "fall": 2, "rise": 2 } } } })",
                                one);
  const double down = date_of(checked, "DOWN", "haproxy@lb1", "server1");
  CHECK(down < 10 + starts + 2);
  CHECK(all_between(failed(checked, Cause::bad_release), 10 + refuses, down + 0.1));
}

TEST_CASE("a roll-out that looks at what its first server answers goes back by itself") {
  const auto result = deployed(R"("release": "3", "pause": "3s", "abort_above": 0.5)");
  const double looked = date_of(result, "deployed", "app@server1") + 0.1 + 3;
  CHECK(date_of(result, "repaired") == near(looked).margin(0.11));
  CHECK(date_of(result, "deployed", "app@server2") > 1e8);
  CHECK(is_between(date_of(result, "deployed", "app@server1", "", looked - 1),
                   looked + starts - 0.11, looked + wakes + starts + 0.11));
  CHECK(all_between(failed(result, Cause::bad_release), 10 + refuses, looked + wakes + 0.11));
  CHECK(is_between(result.over, looked + starts - 0.11, looked + wakes + starts + 0.11));
  // A good one is not held up.
  CHECK(date_of(deployed(R"("release": "2", "pause": "3s", "abort_above": 0.5)"), "deployed",
                "app@server2") < 30);
}

TEST_CASE(
    "a part of the requests shows a bug, each costs more: the share and the factor are kept") {
  const auto result = deployed(R"("release": "3", "order": "at_once")", R"({ "duration": "60s",
    "clients": { "users": { "rate": "100/s" } }, "classes": { "page": { "cpu": { "app": "1ms" } } },
    "app": { "releases": { "3": { "errors": 0.3, "status": 503, "cost": 20 } } } })");
  double after = 0, bugs = 0;
  for (const Sample& one : test::by_arrival(result)) {
    if (one.arrival < 13) continue;
    ++after;
    bugs += one.outcome == Outcome::http_503 && one.cause == Cause::bad_release;
    CHECK(one.end - one.arrival >= there + back + 0.02);
  }
  CHECK(bugs / after == near(0.3).margin(0.03));
}

TEST_CASE("what parts share strikes all of them at one moment, and is mended as one") {
  const auto result = play(R"({ "duration": "30s",
    "shared": { "switch": { "kind": "link_down", "parts": ["server1-nic", "server2-nic"] } },
    "faults": [{ "kind": "link_down", "target": "switch", "at": "10s", "jitter": "2s" },
               { "kind": "command", "command": "repair", "target": "switch", "at": "20s" }] })");
  const double cut = date_of(result, "link_down", "", "server1-nic");
  CHECK(cut >= 10);
  CHECK(cut < 12);
  CHECK(date_of(result, "link_down", "", "server2-nic") == cut);
  CHECK(date_of(result, "repaired", "", "server1-nic") == 20);
  CHECK(date_of(result, "repaired", "", "server2-nic") == 20);
  // With one of them the other answers within the five seconds of a connect time-out.
  for (const Sample& one : test::by_arrival(result))
    if (one.arrival > cut && one.arrival < 19.9) CHECK(one.end >= 20);
}

TEST_CASE("a disk fills with what is committed, and by a log that nobody rotates") {
  const auto full = [](const std::string& fault) {
    const auto result = play(R"({ "duration": "40s",
      "classes": { "file": null, "row": { "kind": "write", "commit": "1000B", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
      "faults": [{ "kind": "disk_fills", "target": "server1", "at": "10s", )" +
                             fault + "}] }");
    return date_of(result, "no_space", "mysql@server1");
  };
  // Ten kilobytes a second, looked at once a second.
  CHECK(full(R"("free": "50kB")") == near(15.5).margin(0.6));
  CHECK(full(R"("free": "50kB", "rate": "90kB/s", "for": "10s")") == near(10.6).margin(0.15));
}

TEST_CASE("memory that leaks: killed, started, killed again, until the leak is mended") {
  const auto result = play(R"({ "duration": "40s",
    "nginx": { "service": { "restart": "always", "restart_sec": "1s" } },
    "faults": [{ "kind": "memory_leak", "target": "nginx@server1", "free": "5MB", "rate": "1MB/s", "at": "10s", "for": "15s" }] })");
  std::vector<double> starts_again;
  for (const auto& event : result.events)
    if (event.source == "nginx@server1" && event.what == measure::What::serving)
      starts_again.push_back(event.time);
  REQUIRE(starts_again.size() == 2);
  CHECK(starts_again[0] == near(16).margin(0.01));
  CHECK(starts_again[1] == near(22).margin(1.01));
}

TEST_CASE("APP-9: assets of one release are asked from the server that has the other") {
  const auto skewed = [](const std::string& how) {
    return play(test::merged(
        R"({ "duration": "60s",
      "classes": { "file": { "of_release": 1 }, "page": { "kind": "page", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
      "app": { "boot_time": "600ms", "import_time": "800ms", "releases": { "2": {} } } })",
        R"({ "faults": [{ "kind": "deploy", "release": "2", "drain": "500ms", "pause": "20s", "at": "10s",
      "targets": ["app@server1", "app@server2"])" +
            how + "}] }"));
  };
  const auto result = skewed("");
  const auto missing = failed(result, Cause::asset_missing);
  REQUIRE(!missing.empty());
  // From the first to the second application that has the release; half of all are for the other.
  const double first = date_of(result, "deployed", "app@server1"),
               second = date_of(result, "deployed", "app@server2");
  CHECK(all_between(missing, first - starts, second + 1));
  CHECK(test::ended(result, Outcome::http_404) == missing.size());
  CHECK(double(missing.size()) < 10 * (second - first));
  CHECK(double(missing.size()) > 1 * (second - first));
  const auto beside = skewed(R"(, "assets_first": true)");
  CHECK(test::ended(beside, Outcome::ok) == test::requests_of(beside));
}

TEST_CASE(
    "a schema that the release before does not know fails it; expand and contract fail nobody") {
  const auto migrated = [](const std::string& releases, const std::string& faults) {
    return play(R"({ "duration": "60s",
      "classes": { "file": null, "row": { "kind": "read", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
      "app": { "boot_time": "600ms", "import_time": "800ms", "releases": )" +
                releases + R"( }, "faults": [)" + faults + "] }");
  };
  const auto deploy = [](const char* release, const char* at, const char* migrate) {
    return test::merged(
        R"({ "kind": "deploy", "targets": ["app@server1", "app@server2"], "drain": "500ms", "pause": "5s" })",
        std::string(R"({ "release": ")") + release + R"(", "at": ")" + at + R"(", "migrate": ")" +
            migrate + "\" }");
  };
  const auto renames = migrated(R"({ "2": { "migration": { "takes": "3s", "old_fails": 1 } } })",
                                deploy("2", "10s", "before"));
  const double changed = date_of(renames, "migrated");
  CHECK(changed == near(13.1).margin(0.2));
  const auto broken = failed(renames, Cause::schema_unknown);
  const double second = date_of(renames, "deployed", "app@server2");
  CHECK(all_between(broken, changed, second));
  // All of the time until the second server is drained, half of it while it is the only old one;
  // its replica changes 3 s later.
  CHECK(static_cast<double>(broken.size()) > 4 * (second - changed - starts - 3));
  // The release before its own migration.
  const auto late =
      migrated(R"({ "2": { "migration": { "takes": "3s" } } })", deploy("2", "10s", "after"));
  const auto early = failed(late, Cause::schema_unknown);
  CHECK(all_between(early, date_of(late, "deployed", "app@server1"),
                    date_of(late, "migrated") + 3.1));
  CHECK(!early.empty());
  const auto both = migrated(R"({ "2": { "migration": { "takes": "1s" } },
                                  "3": { "migration": { "takes": "1s", "old_fails": 1, "new_fails": 0 } } })",
                             deploy("2", "10s", "before") + "," + deploy("3", "35s", "after"));
  CHECK(test::ended(both, Outcome::ok) == test::requests_of(both));
  CHECK(date_of(both, "migrated", "", "", 35) > 35);
}

TEST_CASE("a migration that locks makes writes wait, and not reads") {
  const auto result = play(R"({ "duration": "40s",
    "classes": { "file": null, "get": { "kind": "read", "mix": 1 }, "put": { "kind": "write", "mix": 1 } },
    "app": { "boot_time": "600ms", "import_time": "800ms", "threads": 100, "releases": { "2": { "migration": { "takes": "10s", "locks": true } } } },
    "faults": [{ "kind": "deploy", "targets": ["app@server1"], "release": "2", "drain": "500ms", "at": "10s" }] })");
  CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
  for (const Sample& one : test::by_arrival(result)) {
    const bool waits = one.request_class == 1 && one.arrival > 10.1 && one.arrival < 19.9;
    if (waits) CHECK(one.end == near(20.15).margin(0.3));
    if (one.request_class == 0) CHECK(one.end - one.arrival < 0.3);
  }
}

TEST_CASE("DB-27: a replica changes its schema after its primary, and applies nothing else") {
  const auto result = play(R"({ "duration": "60s",
    "classes": { "file": null, "put": { "kind": "write" } }, "mysql": { "applier_workers": 4 },
    "app": { "releases": { "2": { "migration": { "takes": "10s" } } } },
    "faults": [{ "kind": "deploy", "targets": ["app@server1"], "release": "2", "drain": "500ms", "at": "10s" }] })");
  CHECK(result.lags.at(0).max_lag == near(10).margin(0.5));
  CHECK(result.lags.at(0).max_lag_at == near(30).margin(1));
}

TEST_CASE("DB-27: who reads a column from a replica that has not got it yet is told so") {
  const auto result = play(R"({ "duration": "60s",
    "classes": { "file": null, "row": { "kind": "read" } },
    "app": { "boot_time": "600ms", "import_time": "800ms",
             "releases": { "2": { "migration": { "takes": "10s" } } } },
    "faults": [{ "kind": "deploy", "targets": ["app@server2", "app@server1"], "release": "2",
                 "how": "reload", "order": "at_once", "at": "10s" }] })");
  const auto early = failed(result, Cause::schema_unknown);
  const double changed = date_of(result, "migrated");
  REQUIRE(!early.empty());
  CHECK(all_between(early, changed, changed + 10.1));  // half of what comes meanwhile
  CHECK(static_cast<double>(early.size()) == near(10 * 9.2 / 2).margin(8));
}

TEST_CASE("DB-28: a change of a table waits for an open transaction, and all others behind it") {
  const auto changed = [](const char* how, const char* database) {
    return play(R"({ "duration": "60s",
      "classes": { "file": null, "get": { "kind": "read", "mix": 1 }, "put": { "kind": "write", "mix": 1 } },
      "mysql": { "max_connections": 1000 },
      "app": { "boot_time": "600ms", "import_time": "800ms", "threads": 300,
               "database": { "read_from": "primary" },
               "releases": { "2": { "migration": )" +
                std::string(how) + R"( } } },
      "faults": [{ "kind": "open_transaction", "target": ")" +
                database +
                R"(", "at": "5s", "for": "20s" },
                 { "kind": "deploy", "targets": ["app@server1"], "release": "2", "drain": "500ms", "at": "10s" }] })");
  };
  /// Whoever came while a table was closed is answered when it is open again.
  const auto wait_until = [](const measure::Result& result, double opens) {
    CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
    for (const Sample& one : test::by_arrival(result)) {
      if (one.arrival > 10.2 && one.arrival < opens - 0.2)
        CHECK(one.end == near(opens).margin(0.3));
      if (one.arrival < 9.9 || one.arrival > opens + 0.1) CHECK(one.end - one.arrival < 0.4);
    }
  };
  const auto stood = changed(R"({ "takes": "0s" })", "mysql@server1");
  wait_until(stood, 25);
  CHECK(date_of(stood, "migrated") == near(25.05).margin(0.2));
  // It gives up, and is done when it comes again.
  const auto gave_up = changed(R"({ "takes": "0s", "lock_wait_timeout": "5s" })", "mysql@server1");
  wait_until(gave_up, 15);
  CHECK(date_of(gave_up, "migrated") == near(45.1).margin(0.3));
  // On a replica the applier waits, and nobody reads there in this story.
  const auto behind = changed(R"({ "takes": "0s", "lock_wait_timeout": "1s" })", "mysql@server2");
  CHECK(test::ended(behind, Outcome::ok) == test::requests_of(behind));
  CHECK(behind.lags.at(0).max_lag == near(15).margin(0.5));
  CHECK(
      has(test::why(R"({ "duration": "40s", "classes": { "file": null, "row": { "kind": "read" } },
      "app": { "releases": { "2": { "migration": {} } } },
      "faults": [{ "kind": "open_transaction", "target": "mysql@server1", "at": "5s", "for": "20s" },
                 { "kind": "deploy", "targets": ["app@server1"], "release": "2", "how": "reload", "at": "10s" }] })"),
          "longest step: until the open transaction ended that a change of a table waited for"));
}

TEST_CASE("DB-28: who waits for a table and has lost its client ends at its next full second") {
  const auto waiting = [](const char* deploy, const char* app, const char* more = "") {
    return play(R"({ "duration": "60s",
      "classes": { "file": null, "get": { "kind": "read", "mix": 1 }, "put": { "kind": "write", "mix": 1 } },
      "mysql": { "max_connections": 1000 },
      "app": { "boot_time": "600ms", "import_time": "800ms", "threads": 300, "releases": { "2": { "migration": {} } },
               "database": { "read_from": "primary")" +
                std::string(app) + R"( } },
      "faults": [{ "kind": "open_transaction", "target": "mysql@server1", "at": "5s", "for": "20s" },
                 { "kind": "deploy", "targets": ["app@server1"], "release": "2", "at": "10s")" +
                deploy + " }" + more + "] }");
  };
  // A roll-out that is broken off takes its change of the table with it, and restarts nobody who
  // had not got the release.
  const auto taken_back = waiting(R"(, "for": "4.4s")", "");
  CHECK(test::ended(taken_back, Outcome::ok) == test::requests_of(taken_back));
  const double given_up = date_of(taken_back, "table_open", "mysql@server1");
  CHECK(given_up > 14.4);
  CHECK(given_up < 15.5);
  CHECK(date_of(taken_back, "migrated") == near(14.4).margin(0.01));
  CHECK(std::isinf(date_of(taken_back, "deployed")));
  // Writes that an application gave up are not committed later.
  const auto impatient = waiting("", R"(, "read_timeout": "3.3s")");
  CHECK(failed(impatient, Cause::db_timeout).size() > 100);
  CHECK(impatient.writes.phantom.number < 10);
  // A database that dies takes it with it, and nobody tries again.
  const auto dead = waiting(
      "", "", R"(, { "kind": "crash", "target": "mysql@server1", "at": "15s", "for": "5s" })");
  CHECK(date_of(dead, "migrated") == near(15).margin(0.1));
  CHECK(std::isinf(date_of(dead, "deployed")));
  CHECK(test::ended(dead, Outcome::http_500) < test::requests_of(dead) / 2);
}

TEST_CASE("DB-28: a change of a table that works goes on without its client, and is told") {
  const auto story = [](const std::string& faults) {
    return R"({ "duration": "60s",
      "classes": { "file": null, "get": { "kind": "read", "mix": 1 }, "put": { "kind": "write", "mix": 1 } },
      "app": { "boot_time": "600ms", "import_time": "800ms", "threads": 300,
               "releases": { "2": { "migration": { "takes": "15s", "locks": true } }, "3": { "migration": { "takes": "5s" } } } },
      "faults": [)" +
           faults + "] }";
  };
  const std::string two =
      R"({ "kind": "deploy", "targets": ["app@server1"], "release": "2", "at": "10s", "for": "2s" })";
  const auto alone = play(story(two));
  CHECK(date_of(alone, "migrated", "app@server1") == near(12).margin(0.01));
  CHECK(date_of(alone, "migrated", "mysql@server1") == near(25).margin(0.1));
  const std::string why = test::why(story(two));
  CHECK(has(why, "mysql@server1 had changed its schema, though its client had left"));
  CHECK(has(why, "longest step: until the schema was changed and its table free"));
  CHECK(has(why, "it changed its schema for version 2 after mysql@server1 had"));
  CHECK(!has(why, "starting"));
  // Who takes one release back takes no other's change with it.
  const auto both = play(story(
      two + R"(, { "kind": "deploy", "targets": ["app@server1"], "release": "3", "at": "11s" })"));
  CHECK(date_of(both, "migrated", "app@server1", "", 12.1) == near(16).margin(0.2));
  // It ends with its process, and nothing is left to be taken back.
  const auto dead = play(story(
      R"({ "kind": "deploy", "targets": ["app@server1"], "release": "2", "at": "10s", "for": "4s" },
         { "kind": "power_off", "target": "server1", "at": "12s", "for": "10s" })"));
  CHECK(date_of(dead, "migrated", "app@server1") == near(12).margin(0.01));
}

TEST_CASE("DB-7: connections that nobody gives back, until the database takes no more") {
  const auto result = play(R"({ "duration": "60s",
    "classes": { "file": null, "row": { "kind": "read" } },
    "mysql": { "max_connections": 50, "hosts": { "server2": null } },
    "app": { "boot_time": "600ms", "import_time": "800ms", "processes": 1, "threads": 1, "releases": { "2": { "leaks": 1 } } },
    "faults": [{ "kind": "deploy", "targets": ["app@server1", "app@server2"], "release": "2", "how": "reload", "order": "at_once", "at": "10s", "for": "30s" }] })");
  const auto refused = failed(result, Cause::db_connections);
  REQUIRE(!refused.empty());
  // Ten statements a second, each of which takes a connection.
  CHECK(refused.front() == near(10.8 + 50 / 10).margin(1));
  CHECK(refused.back() <= 41);
}

TEST_CASE("TLS-4: who verifies with a wrong clock trusts nobody") {
  const auto seen = [](const std::string& wrong) {
    return play(R"({ "duration": "30s",
      "classes": { "file": null, "row": { "kind": "read" } },
      "mysql": { "tls": {}, "hosts": { "server2": null } },
      "app": { "database": { "verify": true, "persistent": false } },
      "faults": [{ "kind": "clock", "target": "server2", "at": "10s", "for": "10s", )" +
                wrong + " }] }");
  };
  const auto behind = seen(R"("behind": "3000000s")"), ahead = seen(R"("ahead": "6000000s")"),
             little = seen(R"("ahead": "86400s")");
  // Half of the requests of ten seconds are those of server 2.
  CHECK(failed(behind, Cause::certificate_early).size() == near(50).margin(3));
  CHECK(failed(ahead, Cause::certificate_expired).size() == near(50).margin(3));
  CHECK(test::ended(little, Outcome::ok) == test::requests_of(little));
}

TEST_CASE("what a release with a bug does is during, until it is rolled back") {
  const auto good = deployed(R"("release": "2", "pause": "2s")");
  CHECK(good.over == near(date_of(good, "deployed", "app@server2")));
  const auto bad = deployed(R"("release": "3", "pause": "2s")");
  CHECK(bad.over == near(30));
  CHECK(bad.tally(measure::Phase::after, 0).requests() == 0);
  const auto taken_back = deployed(R"("release": "3", "pause": "3s", "abort_above": 0.5)");
  CHECK(taken_back.over ==
        near(date_of(taken_back, "deployed", "app@server1", "", taken_back.fault_end)));
}
