// Requests that a server has taken when something happens to it.
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::LogLine;
using measure::Outcome;
using test::play;

namespace {

std::string pair_of(const LogLine& line) { return line.line.termination; }

/// One server; its pages take half a second; Nginx is killed at 5.3 s and is back 10 ms later.
std::string interrupted(const std::string& clients) {
  return R"({ "classes": { "file": null, "page": { "kind": "page", "sleep": "500ms",
                "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "clients": { "users": { "rate": "2/s", )" +
         clients + R"( } },
    "haproxy": { "servers": { "server2": null } },
    "nginx": { "service": { "restart": "always", "restart_sec": "10ms" } },
    "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "5300ms" }] })";
}

/// Server 1's pages take 30 s; it answers every new request with 500 from 5 s on.
std::string failing_check(const std::string& on_marked_down, const std::string& more = "") {
  return R"({ "duration": "12s",
    "classes": { "file": null, "page": { "kind": "page", "sleep": "30s",
                "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "clients": { "users": { "rate": "2/s" } },
    "app": { "threads": 64 },
    "haproxy": { "timeout": { "server": "20s" }, "default_server": { "on_marked_down": ")" +
         on_marked_down + R"(", "check": { "kind": "httpchk" } } },
    "faults": [{ "kind": "error", "target": "nginx@server1", "at": "5s" })" +
         more + "] }";
}

/// Server 1 goes DOWN at 10 s, 3 s after the fault; nobody gives up a connection before.
std::string unreachable(const std::string& fault) {
  return R"({ "duration": "12s",
    "haproxy": { "redispatch": true, "timeout": { "connect": "30s" }, "default_server": {
      "on_marked_down": "shutdown-sessions",
      "check": { "kind": "tcp", "inter": "1s", "fall": 2 } } },
    "faults": [{ "at": "6900ms", )" +
         fault + " }] }";
}

}  // namespace

TEST_CASE("V8: the server closes without an answer: 502 SH for a connection's first request") {
  const auto result = play(interrupted(R"("keep_alive": false)"));
  int cut = 0;
  for (const LogLine& one : test::log_between(result, 0)) {
    if (one.line.status == 200) continue;
    ++cut;
    CHECK(one.line.status == 502);
    CHECK(pair_of(one) == "SH");
    CHECK(one.line.accepted + one.line.total == near(5.3).margin(0.01));
  }
  CHECK(cut == 1);
  CHECK(test::ended(result, Outcome::http_502) == 1);
  CHECK(test::requests_of(result) == test::ended(result, Outcome::ok) + 1);
}

TEST_CASE("V8: a later request of a connection is told nothing, not even in the log") {
  const auto result = play(interrupted(R"("keep_alive": true)"));
  // The browser resends it by itself on a new connection [DNS-10].
  CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
  int slow = 0;
  for (const auto& one : test::by_arrival(result)) slow += one.end - one.arrival > 0.7;
  CHECK(slow == 1);
  for (const LogLine& one : test::log_between(result, 0)) CHECK(one.line.status == 200);
}

TEST_CASE("who thinks keeps a connection of their own: enough of them leave none to others") {
  // 20 users have theirs, until HAProxy closes one that has been idle for 10 s; ten wait for that.
  const auto result = play(R"json({ "duration": "60s",
    "clients": { "users": { "arrivals": "closed", "users": 30, "think_time": "exponential(3s)",
                            "keep_alive": true } },
    "haproxy": { "maxconn": 20, "timeout": { "http_keep_alive": "10s" } } })json");
  int waited = 0;
  for (const auto& one : result.samples) waited += one.end - one.arrival > 7;
  CHECK(waited >= 5);
  CHECK(waited <= 40);
}

TEST_CASE("HA-30: a later request of a connection is not told of a connect timeout either") {
  // Its 503 after four timeouts has no body; the browser asks again on a new connection, where the
  // same happens, and this time it is told. (Nginx has closed its side's connection meanwhile.)
  const auto result = play(R"({ "clients": { "users": { "keep_alive": true, "rate": "0.5/s" } },
    "nginx": { "keepalive_timeout": "1s" },
    "haproxy": { "timeout": { "connect": "1s" }, "servers": { "server2": null } },
    "faults": [{ "kind": "link_down", "target": "server1-nic", "at": "5500ms" }] })");
  const auto samples = test::by_arrival(result);
  int twice = 0;
  for (const auto& one : samples)
    twice += one.arrival > 5 && one.end - one.arrival == near(8.12).margin(0.02);
  CHECK(twice >= 1);
}

TEST_CASE("V9: a hung server is a 504 sH after timeout server") {
  const auto result = play(R"({ "haproxy": { "timeout": { "server": "4s" } },
    "faults": [{ "kind": "hang", "target": "nginx@server1", "at": "1s" }] })");
  int hung = 0;
  for (const LogLine& one : test::log_between(result, 1.001)) {
    if (one.server == "server2") {
      CHECK(one.line.status == 200);
      continue;
    }
    ++hung;
    CHECK(one.line.status == 504);
    CHECK(pair_of(one) == "sH");
    CHECK(one.line.total == near(4.0).margin(0.01));
    CHECK(one.line.retries == 0);
  }
  CHECK(hung > 80);
}

TEST_CASE("V10: with shutdown-sessions a hung request ends as 502 DH when its server goes DOWN") {
  const auto result = play(failing_check("shutdown-sessions"));
  const double down = test::date_of(result, "DOWN", "haproxy@lb1", "server1");
  REQUIRE(down > 9);
  REQUIRE(down < 11.1);
  int cut = 0;
  for (const LogLine& one : test::log_between(result, 0, 4.9)) {
    if (one.server != "server1") {
      CHECK(pair_of(one) == "sH");
      continue;
    }
    ++cut;
    CHECK(one.line.status == 502);
    CHECK(pair_of(one) == "DH");
    CHECK(one.line.accepted + one.line.total == near(down).margin(0.002));
  }
  CHECK(cut >= 4);
}

TEST_CASE("HA-45: maintenance shuts sessions at once, as DOWN does") {
  const auto result = play(failing_check(
      "shutdown-sessions",
      R"(, { "kind": "maintenance", "target": "haproxy@lb1", "server": "server1", "at": "3s" })"));
  int cut = 0;
  for (const LogLine& one : test::log_between(result, 0, 3)) {
    if (one.server != "server1") continue;
    ++cut;
    CHECK(one.line.status == 502);
    CHECK(pair_of(one) == "DH");
    CHECK(one.line.accepted + one.line.total == near(3).margin(0.002));
  }
  CHECK(cut >= 2);
}

TEST_CASE("HA-40: no check watches the sessions that were made before a reload") {
  const auto result = play(failing_check(
      "shutdown-sessions", R"(, { "kind": "reload", "target": "haproxy@lb1", "at": "3s" })"));
  int before = 0, after = 0;
  for (const LogLine& one : test::log_between(result, 0, 4.9)) {
    if (one.server != "server1") continue;
    ++(one.line.accepted < 3 ? before : after);
    CHECK(pair_of(one) == (one.line.accepted < 3 ? "sH" : "DH"));
  }
  CHECK(before >= 2);
  CHECK(after >= 1);
}

TEST_CASE("HA-46: shutdown-sessions closes the connection of who still connects, without a word") {
  const auto result = play(unreachable(R"("kind": "link_down", "target": "server1-nic")"));
  const double down = test::date_of(result, "DOWN", "haproxy@lb1", "server1");
  REQUIRE(down < 11);
  std::uint64_t cut = 0;
  for (const LogLine& one : test::log_between(result, 6.9)) {
    if (pair_of(one) == "--") continue;
    ++cut;
    CHECK(pair_of(one) == "D-");
    CHECK(one.line.status == -1);
    CHECK(one.server == "server1");
    CHECK(one.line.accepted + one.line.total == near(down).margin(0.002));
  }
  CHECK(cut > 5);
  CHECK(test::ended(result, Outcome::closed) == cut);
  CHECK(test::ended(result, Outcome::ok) + cut == test::requests_of(result));
}

TEST_CASE("HA-46: who pauses before the next try is not cut") {
  const auto result = play(test::merged(
      unreachable(R"("kind": "crash", "target": "nginx@server1")"),
      R"({ "haproxy": { "redispatch": false, "servers": { "server2": { "backup": true } } } })"));
  CHECK(test::ended(result, Outcome::closed) == 0);
  CHECK(test::ended(result, Outcome::http_503) > 5);
}

TEST_CASE("HA-31: without it the request waits for timeout server, though its server is DOWN") {
  const auto result = play(failing_check("none"));
  REQUIRE(test::date_of(result, "DOWN", "haproxy@lb1", "server1") < 11.1);
  for (const LogLine& one : test::log_between(result, 0, 4.9)) {
    CHECK(one.line.status == 504);
    CHECK(pair_of(one) == "sH");
    CHECK(one.line.total == near(20.0).margin(0.01));
  }
}

TEST_CASE("HA-38: few connections to a server are idle, however many users keep theirs") {
  // Measured: 1, 1 and 2 requests went over a connection to the silent server, of 20, 100, 350
  // users.
  for (const int users : {20, 200}) {
    const auto result = play(R"({ "duration": "60s",
      "clients": { "users": { "arrivals": "closed", "keep_alive": true, "think_time": "1s", "users": )" +
                             std::to_string(users) + R"( } },
      "haproxy": { "redispatch": true, "timeout": { "server": "10s" },
                   "default_server": { "check": { "kind": "tcp" } } },
      "faults": [{ "kind": "link_down", "target": "server2-nic", "at": "20s" }] })");
    INFO(users);
    CHECK(test::ended(result, Outcome::http_504) <= 4);
    int late = 0;
    for (const auto& one : result.samples) late += one.end - one.arrival > 4;
    CHECK(late > users / 3);
  }
}

TEST_CASE("HA-30: what shutdown-sessions cuts on a kept connection is told nothing") {
  const auto cut = [](const char* keep_alive) {
    return play(test::merged(failing_check("shutdown-sessions"),
                             std::string(R"({ "clients": { "users": { "keep_alive": )") +
                                 keep_alive + R"(, "arrivals": "closed", "rate": null, "users": 40,
          "think_time": "1s" } }, "classes": { "page": { "sleep": "100ms" } }, "faults": [
          { "kind": "hang", "target": "nginx@server1", "at": "5s" }] })"));
  };
  const auto kept = cut("true"), apart = cut("false");
  CHECK(test::ended(apart, Outcome::http_502) > 5);
  CHECK(test::ended(kept, Outcome::http_502) == 0);  // the browser sends again [DNS-10]
  CHECK(test::ended(kept, Outcome::ok) == test::requests_of(kept));
}

TEST_CASE("HA-34: retry-on empty-response sends what shutdown-sessions cut to another server") {
  const auto result = play(test::merged(failing_check("shutdown-sessions"), R"({
    "classes": { "page": { "sleep": "100ms" } }, "clients": { "users": { "keep_alive": false } },
    "haproxy": { "redispatch": true, "retry_on": { "empty_response": true } },
    "faults": [{ "kind": "hang", "target": "nginx@server1", "at": "5s" }] })"));
  CHECK(test::ended(result, Outcome::http_502) == 0);
  CHECK(test::ended(result, Outcome::ok) >= test::requests_of(result) - 1);  // who still connects
}

TEST_CASE("HA-40, NG-6: at a reload connections are closed that nobody uses, and made again") {
  for (const char* reloads : {"haproxy@lb1", "nginx@server1"}) {
    INFO(reloads);
    const auto made = [&](const std::string& faults) {
      const auto result = play(R"({ "duration": "60s",
        "clients": { "users": { "arrivals": "closed", "rate": null, "users": 50, "think_time": "2s",
                                "keep_alive": true } },
        "haproxy": { "servers": { "server2": null }, "frontends": { "web": { "bind": 443,
          "tls": {} } } }, "nginx": { "tls": {} }, "faults": [)" +
                               faults + "] }");
      CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
      double all = 0;
      for (const auto& one : result.handshakes)
        if (one.daemon == reloads) all += static_cast<double>(one.full + one.resumed);
      return all;
    };
    const double usual = made("");
    const double reloaded =
        made(std::string(R"({ "kind": "reload", "at": "30s", "target": ")") + reloads + R"(" })");
    CHECK(reloaded > usual);
    if (std::string(reloads) == "haproxy@lb1") CHECK(reloaded - usual == near(50).margin(10));
  }
}
