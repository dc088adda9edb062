// What a request experiences that HAProxy sends to a server which is gone, before any check says
// so.
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::LogLine;
using measure::Outcome;
using test::play;

namespace {

const std::string crash =
    R"("faults": [{ "kind": "crash", "target": "nginx@server1", "at": "1s" }])";
const std::string blackhole =
    R"("faults": [{ "kind": "link_down", "target": "server1-nic", "at": "1s" }])";

std::string pair_of(const LogLine& line) { return line.line.termination; }

/// Those that HAProxy had to try more than once.
std::vector<LogLine> retried(const std::vector<LogLine>& lines) {
  std::vector<LogLine> found;
  for (const LogLine& one : lines)
    if (one.line.retries > 0) found.push_back(one);
  return found;
}

/// A share of all requests took this long and was retried; the others did not notice.
void some_were_retried(const measure::Result& result, double seconds, double least, double most) {
  const auto lines = test::log_between(result, 1.001);
  REQUIRE(lines.size() > 150);
  const auto slow = retried(lines);
  const double share = static_cast<double>(slow.size()) / static_cast<double>(lines.size());
  CHECK(share >= least - 0.01);
  CHECK(share <= most + 0.01);
  for (const LogLine& one : slow) CHECK(one.line.total == near(seconds).margin(0.01));
  for (const LogLine& one : lines) {
    if (one.line.retries > 0) continue;
    CHECK(one.line.status == 200);
    CHECK(one.line.total < 0.01);
  }
}

}  // namespace

TEST_CASE("V1: a crashed server without redispatch costs its half a 503 SC after three seconds") {
  const auto result = play("{" + crash + "}");
  some_were_retried(result, 3.0, 0.5, 0.5);
  for (const LogLine& one : retried(test::log_between(result, 1.001))) {
    CHECK(one.line.status == 503);
    CHECK(pair_of(one) == "SC");
    CHECK(one.line.retries == 3);
    CHECK(one.server == "server1");
    CHECK_FALSE(one.line.redispatched);
  }
  for (const auto& tally : result.tallies)
    for (const auto& failure : tally.failures) {
      CHECK(failure.outcome == Outcome::http_503);
      CHECK(failure.cause == measure::Cause::connect_error);
    }
}

TEST_CASE("HA-24: without retries the refusal is the answer") {
  const auto result = play("{" + crash + R"(, "haproxy": { "retries": 0 } })");
  int failed = 0;
  for (const LogLine& one : test::log_between(result, 1.001)) {
    CHECK(one.line.total < 0.01);
    if (one.line.status == 503) ++failed;
  }
  CHECK(failed == near(95).margin(1));
}

TEST_CASE("V2: a crashed server with redispatch and another one costs nothing") {
  for (const std::string balance : {"roundrobin", "static-rr", "leastconn", "random"}) {
    INFO(balance);
    const auto result = play("{" + crash + R"(, "haproxy": { "redispatch": true, "balance": ")" +
                             balance + "\" } }");
    CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
    const auto moved = retried(test::log_between(result, 1.001));
    CHECK(moved.size() > 50);
    for (const LogLine& one : test::log_between(result, 0)) CHECK(one.line.total < 0.01);
    for (const LogLine& one : moved) {
      CHECK(one.line.retries == 1);
      CHECK(one.line.redispatched);
      CHECK(one.server == "server2");
    }
  }
}

TEST_CASE("V3: with one active server and a backup, redispatch does not help before it is DOWN") {
  const auto result = play("{" + crash + R"(, "haproxy": { "redispatch": true,
    "default_server": { "check": { "kind": "tcp" } }, "servers": { "server2": { "backup": true } } } })");
  const double down = test::date_of(result, "DOWN", "haproxy@lb1", "server1");
  REQUIRE(down < 8);
  const auto early = test::log_between(result, 1.001, down - 3.001);
  REQUIRE(early.size() > 5);
  for (const LogLine& one : early) {
    CHECK(one.line.status == 503);
    CHECK(pair_of(one) == "SC");
    CHECK(one.line.total == near(3.0).margin(0.01));
    CHECK(one.server == "server1");
    CHECK_FALSE(one.line.redispatched);
  }
  const auto late = test::log_between(result, down + 1e-6);
  REQUIRE(late.size() > 100);
  for (const LogLine& one : late) {
    CHECK(one.line.status == 200);
    CHECK(one.server == "server2");
    CHECK(one.line.retries == 0);
    CHECK(one.line.total < 0.01);
  }
}

TEST_CASE("V4: a black hole without redispatch is a 503 sC after four connect timeouts") {
  const auto result = play("{" + blackhole + R"(,
    "haproxy": { "timeout": { "connect": "2s" }, "servers": { "server2": null } } })");
  const auto lines = test::log_between(result, 1.001);
  REQUIRE(lines.size() > 150);
  for (const LogLine& one : lines) {
    CHECK(one.line.status == 503);
    CHECK(pair_of(one) == "sC");
    CHECK(one.line.total == near(8.0).margin(0.01));
    CHECK(one.line.retries == 3);
    CHECK(one.line.connect < 0);
  }
}

TEST_CASE("V5: a black hole with redispatch costs one connect timeout, logged as queue time") {
  const auto result = play("{" + blackhole + R"(,
    "haproxy": { "redispatch": true, "timeout": { "connect": "2s" } } })");
  // A redispatch takes the other server's turn: more than half of the new requests try the dead one
  // first (0.62 with random arrivals; 0.60 was measured).
  some_were_retried(result, 2.0, 0.5, 0.7);
  CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
  for (const LogLine& one : retried(test::log_between(result, 1.001))) {
    CHECK(one.line.retries == 1);
    CHECK(one.line.redispatched);
    CHECK(one.line.queue == near(2.0).margin(0.005));
    CHECK(one.line.connect < 0.005);
    CHECK(one.server == "server2");
  }
}

TEST_CASE("V6: without any server in use the answer is a 503 at once") {
  const std::string configured = R"({ "haproxy": { "default_server": { "weight": 0 } } })";
  const std::string found_out = R"({ "duration": "40s",
    "haproxy": { "redispatch": true, "default_server": { "check": { "kind": "tcp" } } },
    "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "1s" },
               { "kind": "crash", "target": "nginx@server2", "at": "1s" }] })";
  for (const auto& [patch, from] : {std::pair(configured, 0.0), std::pair(found_out, 8.0)}) {
    const auto lines = test::log_between(play(patch), from);
    REQUIRE(lines.size() > 150);
    for (const LogLine& one : lines) {
      CHECK(one.line.status == 503);
      CHECK(one.server == "<NOSRV>");
      CHECK(pair_of(one) == "SC");
      CHECK(one.line.total < 1e-6);
      CHECK(one.line.retries == 0);
    }
  }
}

TEST_CASE("V7: a request hashed to a crashed server moves after two seconds, with its last retry") {
  const auto result = play("{" + crash + R"(, "haproxy": { "redispatch": true,
    "balance": "source", "hash_type": "consistent" } })");
  CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
  const auto moved = retried(test::log_between(result, 1.001));
  REQUIRE(moved.size() > 50);
  for (const LogLine& one : moved) {
    CHECK(one.line.total == near(2.0).margin(0.01));
    CHECK(one.line.retries == 3);
    CHECK(one.line.redispatched);
    CHECK(one.server == "server2");
  }
}

TEST_CASE("HA-27: a map leads a key to the same server again, redispatch or not") {
  for (const auto& [broken, lasts] : {std::pair(crash, 2.0), std::pair(blackhole, 8.0)}) {
    const auto result = play("{" + broken + R"(, "haproxy": { "redispatch": true,
      "balance": "source", "timeout": { "connect": "2s" } } })");
    const auto failed = retried(test::log_between(result, 1.001));
    REQUIRE(failed.size() > 50);
    for (const LogLine& one : failed) {
      CHECK(one.line.status == 503);
      CHECK(one.line.total == near(lasts).margin(0.01));
      CHECK(one.server == "server1");
      CHECK_FALSE(one.line.redispatched);
    }
  }
}

TEST_CASE("HA-34: a retry-on without conn-failure tries no connection again") {
  const auto result = play("{" + crash + R"(, "haproxy": { "redispatch": true,
    "retry_on": { "conn_failure": false, "503": true } } })");
  int refused = 0;
  for (const LogLine& one : test::log_between(result, 1.001)) {
    if (one.line.status == 200) continue;
    ++refused;
    CHECK(one.line.status == 503);
    CHECK(one.line.total < 0.01);
    CHECK(one.line.retries == 0);
  }
  CHECK(refused > 50);
}

TEST_CASE("HA-28: a request hashed into a black hole moves after three connect timeouts") {
  const auto result = play("{" + blackhole + R"(, "haproxy": { "redispatch": true,
    "balance": "source", "hash_type": "consistent", "timeout": { "connect": "2s" } } })");
  CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
  const auto moved = retried(test::log_between(result, 1.001));
  REQUIRE(moved.size() > 50);
  for (const LogLine& one : moved) CHECK(one.line.total == near(6.0).margin(0.01));
}

TEST_CASE(
    "HA-28: a black hole with one active server and a backup is a 503 sC, redispatch or not") {
  const auto result = play("{" + blackhole + R"(, "haproxy": { "redispatch": true,
    "timeout": { "connect": "2s" }, "servers": { "server2": { "backup": true } } } })");
  for (const LogLine& one : test::log_between(result, 1.001)) {
    CHECK(pair_of(one) == "sC");
    CHECK(one.line.total == near(8.0).margin(0.01));
  }
}

TEST_CASE("HA-25: without redispatch a request stays with its server, UP or DOWN") {
  const auto result =
      play("{" + crash + R"(, "haproxy": { "default_server": { "check": { "kind": "tcp" } } } })");
  const double down = test::date_of(result, "DOWN", "haproxy@lb1", "server1");
  int across = 0;
  for (const LogLine& one : test::log_between(result, down - 2.9, down))
    if (one.server == "server1") {
      ++across;
      CHECK(one.line.status == 503);
      CHECK(one.line.total == near(3.0).margin(0.01));
    }
  CHECK(across > 10);
  for (const LogLine& one : test::log_between(result, down + 1e-6)) CHECK(one.server == "server2");
}

TEST_CASE("HA-26: the turn-around is a second, or the connect timeout if that is shorter") {
  const auto result = play("{" + crash + R"(, "haproxy": { "timeout": { "connect": "400ms" } } })");
  some_were_retried(result, 1.2, 0.5, 0.5);
}

TEST_CASE("HA-34: retry-on sends what was sent again elsewhere, writes too") {
  // Nginx answers 502 for its dead application at once: no refusal, so nothing else tries again.
  const auto failed = [](const std::string& retry_on) {
    const auto result = play(R"({ "duration": "5s",
      "classes": { "file": null, "row": { "kind": "write", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
      "haproxy": { "redispatch": true, "retry_on": )" +
                             retry_on + R"( },
      "faults": [{ "kind": "crash", "target": "app@server1", "at": "1s" }] })");
    for (const LogLine& one : retried(test::log_between(result, 1.001)))
      CHECK((one.server == "server2" && one.line.redispatched && one.line.retries == 1 &&
             pair_of(one) == "--"));
    return static_cast<double>(test::ended(result, Outcome::http_502));
  };
  CHECK(failed("{}") == near(20).margin(1));
  CHECK(failed(R"({ "502": true })") == 0);
  CHECK(failed(R"({ "empty_response": true, "504": true })") == near(20).margin(1));
}

TEST_CASE("HA-34: a write that is sent again is committed twice, if the first only took long") {
  // Both have the row; the client was told once that it is done, so nothing failed.
  const auto run = [](const char* retry_on) {
    return play(R"({ "duration": "20s",
      "classes": { "file": null, "row": { "kind": "write", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
      "haproxy": { "redispatch": true, "timeout": { "server": "2s" }, "retry_on": )" +
                std::string(retry_on) + R"( },
      "faults": [{ "kind": "hang", "target": "app@server1", "at": "1s", "for": "10s" }] })");
  };
  const auto twice = run(R"({ "response_timeout": true })");
  CHECK(test::ended(twice, Outcome::ok) == test::requests_of(twice));
  CHECK(twice.writes.twice.number == near(40).margin(3));  // of the last 2 s none
  CHECK(twice.writes.phantom.number == 0);
  CHECK(twice.writes.acknowledged == test::requests_of(twice));
  const auto once = run("{}");
  CHECK(once.writes.twice.number == 0);
  CHECK(once.writes.phantom.number == near(40).margin(3));
}

TEST_CASE("HA-13: `check` alone is a connection, whatever else the line says of it") {
  const auto down = [](const char* check) {
    return test::date_of(play(R"({ "duration": "20s", "haproxy": { "default_server": { "check": )" +
                              std::string(check) + R"( } },
        "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "5s" }] })"),
                         "DOWN", "haproxy@lb1", "server1");
  };
  CHECK(down(R"({ "inter": "2s", "fall": 3, "rise": 2 })") < 12);
  CHECK(down("{}") < 12);
  CHECK(down(R"({ "kind": "none" })") > 1e8);
  CHECK(down("null") > 1e8);
}
