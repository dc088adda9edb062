// Plans of steps: when one is taken, and what it waits for; a host that is rebooted, a weight,
// another configuration.
#include <string>

#include "catch.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

using namespace spof;
using measure::Outcome;
using test::date_of;
using test::ended;
using test::play;

namespace {

/// Pages, ten a second. An application that is started listens 0.6 s later and answers after 0.8 s
/// more; one that is stopped ends after a second. [APP-10] [APP-12]
measure::Result played(const std::string& over) {
  return play(test::merged(R"({ "duration": "60s",
    "classes": { "file": null, "page": { "kind": "page", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "app": { "boot_time": "600ms", "import_time": "800ms" } })",
                           over));
}

}  // namespace

TEST_CASE("a step is taken at its date, or so long after another one, whatever their order") {
  const auto result = played(R"({ "operations": {
    "third": { "kind": "reload", "target": "app@server2", "after": "second", "delay": "4s" },
    "second": { "kind": "reload", "target": "app@server1", "after": "first", "delay": "3s" },
    "first": { "kind": "reload", "target": "haproxy@lb1", "at": "10s" } } })");
  CHECK(date_of(result, "reload", "fault", "haproxy@lb1") == 10);
  CHECK(date_of(result, "reload", "fault", "app@server1") == 13);
  CHECK(date_of(result, "reload", "fault", "app@server2") == 17);
  CHECK(ended(result, Outcome::ok) == test::requests_of(result));
}

TEST_CASE("a step waits until it is seen that the application answers again, a look a second") {
  const auto result = played(R"({ "operations": {
    "out": { "kind": "maintenance", "target": "haproxy@lb1", "server": "server1", "mode": "drain", "at": "10s" },
    "restart": { "kind": "restart", "target": "app@server1", "after": "out", "when": { "idle": ["server1"] } },
    "back": { "kind": "command", "command": "repair", "target": "out", "after": "restart",
              "when": { "answers": ["app@server1"] } } } })");
  // The request in progress at 10 s has been answered 40 ms later.
  const double restarted = date_of(result, "restart", "fault", "app@server1");
  CHECK(restarted >= 10);
  CHECK(restarted <= 11);
  // A second to end, 0.5 s down at most, 1.4 s to start.
  const double serves = restarted + 1 + 0.6 + 0.8;
  const double ready = date_of(result, "ready", "haproxy@lb1", "server1");
  CHECK(ready >= serves);
  CHECK(ready <= serves + 1.01);
  CHECK(ended(result, Outcome::ok) == test::requests_of(result));
  CHECK(date_of(result, "not_done") > 1e8);
}

TEST_CASE("what is never seen is waited for in vain, and told at the end") {
  const auto result = played(R"({ "operations": {
    "stop": { "kind": "stop", "target": "nginx@server1", "at": "10s" },
    "go on": { "kind": "stop", "target": "nginx@server2", "after": "stop", "when": { "answers": ["nginx@server1"] } },
    "and on": { "kind": "reload", "target": "haproxy@lb1", "after": "go on" } } })");
  CHECK(date_of(result, "stop", "fault", "nginx@server2") > 1e8);
  CHECK(date_of(result, "not_done", "plan", "go on") >= 60);
  CHECK(date_of(result, "not_done", "plan", "and on") >= 60);
}

TEST_CASE("a host is rebooted: its daemons end in good order, it is silent, they are started") {
  const auto result = played(R"({ "faults": [
    { "kind": "reboot", "target": "server1", "boot_time": "20s", "at": "10s" } ] })");
  // Gunicorn is the last to end, a second after it has looked up [APP-10]; looked at ten times a
  // second.
  const double booted = date_of(result, "repaired", "fault", "server1");
  CHECK(booted >= 10 + 1 + 20);
  CHECK(booted <= 10 + 2 + 20 + 0.11);
  CHECK(date_of(result, "release", "app@server1", "", 20) == near(booted + 1.4).margin(0.02));
  CHECK(result.over == near(booted + 1.4).margin(0.02));
  // Refused at first, as long as there is a kernel; what comes when it is gone waits for its
  // return.
  const auto drained = played(R"({ "operations": {
    "out": { "kind": "maintenance", "target": "haproxy@lb1", "server": "server1", "mode": "drain", "at": "9s" },
    "boot": { "kind": "reboot", "target": "server1", "boot_time": "20s", "after": "out", "when": { "idle": ["server1"] } },
    "back": { "kind": "command", "command": "repair", "target": "out", "after": "boot",
              "when": { "answers": ["nginx@server1", "app@server1"] } } } })");
  CHECK(ended(result, Outcome::ok) < test::requests_of(result));
  CHECK(ended(drained, Outcome::ok) == test::requests_of(drained));
  CHECK(date_of(drained, "ready", "haproxy@lb1", "server1") >
        date_of(drained, "release", "app@server1", "", 20));
}

TEST_CASE(
    "a replica has caught up when its threads run and nothing is left; a primary takes writes") {
  const auto result = play(R"({ "duration": "60s",
    "mysql": { "start_time": "2s", "connect_retry": "1s" },
    "operations": {
      "restart": { "kind": "restart", "target": "mysql@server2", "down_for": "5s", "at": "10s" },
      "promote": { "kind": "command", "command": "promote", "target": "mysql@server2", "after": "restart",
                   "when": { "caught_up": ["mysql@server2"] } },
      "tell": { "kind": "command", "command": "write_to", "target": "app@server1", "object": "mysql@server2",
                "after": "promote", "when": { "primary": ["mysql@server2"] } } } })");
  const double connected = date_of(result, "accepting", "mysql@server2");
  CHECK(connected == near(17).margin(0.1));
  const double promoted = date_of(result, "command", "fault", "mysql@server2");
  CHECK(promoted >= connected);
  CHECK(promoted <= connected + 2.1);
  CHECK(date_of(result, "write_to", "app@server1") <= promoted + 1.1);
}

TEST_CASE("HA-19: a server of weight 0 gets nothing, and is UP; reload and repair undo it") {
  const auto weighed = [](const std::string& until, const std::string& more = "") {
    return played(
        R"({ "faults": [{ "kind": "weight", "target": "haproxy@lb1", "server": "server1", "at": "10s", )" +
        until + "}" + more + "] }");
  };
  const auto of_first = [](const measure::Result& result, double from, double until) {
    int count = 0;
    for (const auto& one : test::by_arrival(result))
      count += one.arrival >= from && one.arrival < until && one.server == 0;
    return count;
  };
  const auto repaired = weighed(R"("for": "20s")");
  CHECK(of_first(repaired, 10, 29.9) == 0);
  CHECK(of_first(repaired, 30, 40) == near(50).margin(2));
  CHECK(ended(repaired, Outcome::ok) == test::requests_of(repaired));
  const auto reloaded =
      weighed(R"("for": "40s")", R"(, { "kind": "reload", "target": "haproxy@lb1", "at": "20s" })");
  CHECK(of_first(reloaded, 10, 19.9) == 0);
  CHECK(of_first(reloaded, 20, 30) == near(50).margin(2));
}

TEST_CASE("another default backend is in use from the reload on, and back at the repair") {
  const auto result = played(R"({
    "hosts": { "server3": { "like": "server1" } },
    "nginx": { "hosts": { "server3": { "upstream": ["app@server1"] } } },
    "haproxy": { "servers": null, "default_backend": "blue", "backends": {
      "blue": { "servers": { "server1": {}, "server2": {} } }, "green": { "servers": { "server3": {} } } } },
    "faults": [{ "kind": "reload", "target": "haproxy@lb1", "default_backend": "green", "at": "10s", "for": "10s" }] })");
  for (const auto& one : test::by_arrival(result)) {
    CHECK(one.outcome == Outcome::ok);
    const bool green = one.arrival + 0.04 >= 10 && one.arrival + 0.04 < 20;
    CHECK((one.server == 2) == green);
  }
}

namespace {

/// Rows read by one application after another; what is said of a hang that lasts and a restart.
std::string of_a_restart(const std::string& target, const std::string& over = "{}") {
  const std::string both = R"({ "faults": [
      { "kind": "hang", "target": ")" +
                           target + R"(", "at": "5s" },
      { "kind": "restart", "target": ")" +
                           target + R"(", "at": "10s" }] })";
  return test::merged(test::merged(R"({ "duration": "120s",
                                        "classes": { "row": { "kind": "read" } } })",
                                   both),
                      over);
}

}  // namespace

TEST_CASE("who is stopped and is to end goes on for it, but for a worker that is not told") {
  const auto told = [](const std::string& target, const std::string& over = "{}") {
    return test::why(of_a_restart(target, over));
  };
  // 8.2 s by systemd's QUIT/5 and SIGTERM, 90 s by TimeoutStopSec. [HA-49]
  CHECK(test::has(told("nginx@server1"), "18.2 s nginx@server1 served again"));
  CHECK(test::has(told("haproxy@lb1"), "100.0 s haproxy@lb1 served again"));
  CHECK(test::has(told("mysql@server1"), "11.2 s mysql@server1 served again"));
  // Other units. Gunicorn's own documents have KillMode=mixed and TimeoutStopSec=5.
  CHECK(test::has(told("haproxy@lb1", R"({ "haproxy": { "service": { "stop_timeout": "20s" } } })"),
                  "30.0 s haproxy@lb1 served again"));
  // Whose main process has no workers, or ends them itself, needs no such time.
  CHECK(test::has(told("mysql@server1", R"({ "mysql": { "service": { "kill_mode": "mixed" } } })"),
                  "11.2 s mysql@server1 served again"));
  const std::string quick = R"({ "app": { "boot_time": "600ms", "import_time": "800ms" } })";
  CHECK(test::has(told("app@server1", test::merged(quick, R"({ "app": { "service": {
             "kill_mode": "mixed", "stop_timeout": "5s" } } })")),
                  "16.4 s app@server1 served again"));
  CHECK(test::has(told("app@server1", test::merged(quick, R"({ "app": { "graceful_timeout": "3s",
             "service": { "kill_mode": "mixed" } } })")),
                  "14.4 s app@server1 served again"));
}

TEST_CASE("HA-49: who waited for Gunicorn while it was stopped is reset when it is to end") {
  // Executed: 98 to 100 of 100; half a second later it is gone. Of ten a second a quarter is its
  // own.
  const auto run = play(of_a_restart("app@server1", R"({ "duration": "30s" })"));
  CHECK(ended(run, Outcome::http_502) >= 11);
  for (const auto& one : test::by_arrival(run))
    if (one.arrival > 5.1 && one.arrival < 10 && one.outcome == Outcome::ok)
      CHECK(one.end - one.arrival < 1);
}

TEST_CASE("HA-49: a hang that ends while its stop waits for it resets who waited") {
  const auto run = play(R"({ "duration": "30s", "faults": [
      { "kind": "hang", "target": "nginx@server1", "at": "5s", "for": "9s" },
      { "kind": "restart", "target": "nginx@server1", "at": "10s" }] })");
  CHECK(ended(run, Outcome::ok) + 20 <= test::requests_of(run));
}

TEST_CASE("what a stop begins a unit's time-out ends; what ends with an error on-failure starts") {
  // Answers of 40 s are broken off when Gunicorn's own patience is over, or systemd's.
  for (const auto& [over, end] : {std::pair{R"({})", 40.},
                                  {R"({ "graceful_timeout": "12s" })", 22.},
                                  {R"({ "service": { "stop_timeout": "7s" } })", 17.}}) {
    const auto run = play(test::merged(R"({ "duration": "60s",
        "classes": { "file": null, "page": { "kind": "page", "sleep": "40s" } },
        "faults": [{ "kind": "stop", "target": "app@server1", "at": "10s" },
                   { "kind": "stop", "target": "app@server2", "at": "10s" }] })",
                                       R"({ "app": )" + std::string(over) + "}"));
    double last = 0;
    for (const auto& one : test::by_arrival(run))
      if (one.arrival < 5 && one.outcome != Outcome::ok) last = std::max<double>(last, one.end);
    CAPTURE(over);
    CHECK(last == Approx(end).margin(0.2));
  }
}
