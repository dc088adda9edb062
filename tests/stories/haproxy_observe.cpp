// HAProxy watches its traffic; and how a server comes back.
#include <cmath>
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using test::date_of;
using test::play;

namespace {

/// Server 1 gets 10 requests a second and answers every one with 500 from 21 s on; the checks ask
/// for no more than a connection and find it well. The first check after 21 s is at 22 s.
std::string watched(const std::string& server, const std::string& check = "") {
  return R"({ "duration": "40s", "clients": { "users": { "rate": "20/s" } },
    "haproxy": { "default_server": { "check": { "kind": "tcp")" +
         check + " }, " + server + R"( } },
    "faults": [{ "kind": "error", "target": "nginx@server1", "at": "21s" }] })";
}

double down_after(const measure::Result& result) {
  return date_of(result, "DOWN", "haproxy@lb1", "server1") - 21;
}

/// How many checks of server 1 failed within so many seconds of the fault.
int failed_checks(const measure::Result& result, double seconds) {
  int count = 0;
  for (const auto& one : result.events)
    count += one.target == "server1" && one.check.failure != measure::CheckFailure::none &&
             one.time < 21 + seconds;
  return count;
}

}  // namespace

TEST_CASE("HA-22: without observe, errors of the traffic do not count") {
  CHECK(std::isinf(down_after(play(watched(R"("observe": "none")")))));
}

TEST_CASE("HA-22: observe layer4 does not mind a status, layer7 does") {
  CHECK(std::isinf(down_after(play(watched(R"("observe": "layer4", "on_error": "mark-down")")))));
  CHECK(
      std::isfinite(down_after(play(watched(R"("observe": "layer7", "on_error": "mark-down")")))));
}

TEST_CASE("HA-22: mark-down acts at the tenth error in a row") {
  const double delay = down_after(play(watched(R"("observe": "layer7", "on_error": "mark-down")")));
  CHECK(delay == near(1.0).margin(0.15));
  const auto at_limit = [](int limit) {
    return down_after(play(watched(
        R"("observe": "layer7", "on_error": "mark-down", "error_limit": )" + std::to_string(limit),
        R"(, "inter": "10s")")));
  };
  CHECK(at_limit(3) == near(0.3).margin(0.15));
  CHECK(at_limit(30) == near(3.0).margin(0.15));
}

TEST_CASE("HA-22: what retry-on sends to another server is no error of the first") {
  const std::string marked = watched(R"("observe": "layer7", "on_error": "mark-down")");
  const std::string hidden = R"({ "haproxy": { "redispatch": true,
      "retry_on": { "conn_failure": true, "500": true } } })";
  CHECK(std::isinf(down_after(play(test::merged(marked, hidden)))));
  // The last try is one: nobody is left to send it to.
  const std::string alone =
      R"({ "haproxy": { "retries": 0, "retry_on": { "conn_failure": true, "500": true } } })";
  CHECK(std::isfinite(down_after(play(test::merged(marked, alone)))));
}

TEST_CASE("HA-22: fail-check counts ten errors as one failed check") {
  // With checks every 10 s, at 20 s and 30 s, nothing restores the credit before: three times ten.
  const auto result =
      play(watched(R"("observe": "layer7", "on_error": "fail-check")", R"(, "inter": "10s")"));
  CHECK(down_after(result) == near(3.0).margin(0.15));
  CHECK(failed_checks(result, 1.2) == 1);
  CHECK(failed_checks(result, 2.2) == 2);
}

TEST_CASE(
    "HA-22: sudden-death leaves one more failure; the passed check then restores all credit") {
  const auto with = [](const std::string& check, const std::string& more = "") {
    return play(test::merged(watched(R"("observe": "layer7", "on_error": "sudden-death")" + more),
                             R"({ "haproxy": { "default_server": { "check": )" + check + " } } }"));
  };
  // Ten errors are there at 22 s, and again a second later, before a check passes.
  const auto twice = with(R"({ "inter": "10s" })");
  CHECK(down_after(twice) == near(2.0).margin(0.15));
  CHECK(failed_checks(twice, 1.2) == 1);
  CHECK(std::isinf(down_after(with(R"({ "inter": "500ms" })"))));
  // Where the check fails, too, it is the one failure: checks of server 1 at 20, 30 and 40 s.
  const auto checked = with(R"({ "inter": "10s", "kind": "httpchk" })", R"(, "error_limit": 60)");
  CHECK(down_after(checked) == near(9.0).margin(0.1));
}

TEST_CASE("HA-22: the next check is advanced only where fastinter is set") {
  const auto with = [](const std::string& interval) {
    return down_after(play(R"({ "duration": "90s", "clients": { "users": { "rate": "20/s" } },
      "haproxy": { "default_server": { "check": { "kind": "httpchk", "inter": "10s" )" +
                           interval + R"( },
                   "observe": "layer7", "on_error": "fastinter" } },
      "faults": [{ "kind": "error", "target": "nginx@server1", "at": "21s" }] })"));
  };
  // Failed checks at 30, 40 and 50 s.
  CHECK(with("") == near(29).margin(0.1));
  // Ten errors at 22 s, failed checks at 22.5, 23 and 23.5 s.
  CHECK(with(R"(, "fastinter": "500ms")") == near(2.5).margin(0.2));
}

TEST_CASE("HA-22: a good answer in between clears the count") {
  const auto result = play(R"({ "duration": "40s", "clients": { "users": { "rate": "20/s" } },
    "haproxy": { "default_server": { "check": { "kind": "tcp", "inter": "60s" },
                 "observe": "layer7", "on_error": "mark-down", "error_limit": 60 } },
    "faults": [{ "kind": "error", "target": "nginx@server1", "at": "10s", "share": "60%" }] })");
  CHECK(std::isinf(down_after(result)));
}

TEST_CASE("HA-22: refused connections count on layer 4") {
  const auto result = play(R"({ "duration": "40s", "clients": { "users": { "rate": "20/s" } },
    "haproxy": { "redispatch": true, "default_server": { "check": { "kind": "tcp", "inter": "60s" },
                 "observe": "layer4", "on_error": "mark-down" } },
    "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "21s" }] })");
  // Each refused request is redispatched to server 2, so that it is server 1's turn again: it sees
  // all 20 requests a second.
  CHECK(down_after(result) == near(0.5).margin(0.1));
}

TEST_CASE("HA-23: slowstart brings a server back over its time, but not at the start") {
  const auto result = play(R"({ "duration": "80s", "clients": { "users": { "rate": "100/s" } },
    "haproxy": { "redispatch": true, "default_server": { "slowstart": "20s", "check": { "kind": "tcp" } } },
    "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "10s", "for": "15s" }] })");
  const double up = date_of(result, "UP", "haproxy@lb1", "server1");
  REQUIRE(up < 30);
  const auto share = [&](double from, double until) {
    double mine = 0, all = 0;
    for (const auto& one : test::log_between(result, from, until)) {
      mine += one.server == "server1";
      ++all;
    }
    return mine / all;
  };
  CHECK(share(0, 5) == near(0.5).margin(0.01));
  // With weight w against 1 its share is w / (1 + w).
  for (const double age : {0.0, 5.0, 10.0, 15.0}) {
    const double weight = std::floor((16 * age + 20) / 20) / 16;
    CHECK(share(up + age, up + age + 1) == near(weight / (1 + weight)).margin(0.03));
  }
  CHECK(share(up + 21, up + 30) == near(0.5).margin(0.01));
}

TEST_CASE("HA-23: maxconn grows with the weight") {
  // Pages of 500 ms, 10 at a time: 20 a second and server. At a quarter of its slowstart 5 a
  // second.
  const auto result = play(R"({ "duration": "70s",
    "classes": { "file": null, "page": { "kind": "page", "sleep": "500ms", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "clients": { "users": { "rate": "60/s", "timeout": "2s" } }, "app": { "threads": 64 },
    "haproxy": { "redispatch": true, "timeout": { "queue": "1s" },
      "default_server": { "maxconn": 10, "slowstart": "20s", "check": { "kind": "tcp" } } },
    "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "10s", "for": "15s" }] })");
  const double up = date_of(result, "UP", "haproxy@lb1", "server1");
  REQUIRE(up < 30);
  const auto answered = [&](double from, double until) {
    int count = 0;
    for (const auto& one : result.logs) {
      const double end = one.line.accepted + one.line.total;
      count += one.server == "server1" && one.line.status == 200 && end >= from && end < until;
    }
    return count / (until - from);
  };
  CHECK(answered(2, 9) == near(20).margin(1));
  CHECK(answered(up + 5.5, up + 7.5) == near(5.5).margin(2.5));
  CHECK(answered(up + 21, up + 30) == near(20).margin(1));
}
