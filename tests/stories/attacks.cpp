// People who mean harm, and what becomes of the others.
#include <cmath>
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Outcome;
using test::play;

namespace {

/// Those of the visitors who arrived from one date to another and were served within so long.
struct Share {
  int good = 0, all = 0;
};
Share served(const measure::Result& result, double from, double until, double within = 1e9) {
  Share share;
  for (const auto& one : test::by_arrival(result)) {
    if (one.population != 0 || one.arrival < from || one.arrival >= until) continue;
    ++share.all;
    share.good += one.outcome == Outcome::ok && one.end - one.arrival < within;
  }
  return share;
}

/// 30 connections that never ask, from 5 s to 25 s, at a balancer that takes 20.
std::string slowloris(const std::string& timeouts) {
  return test::merged(R"({ "duration": "40s",
    "clients": { "users": { "timeout": "10s" },
      "slow": { "connect_to": "haproxy@lb1", "attack": "slowloris", "arrivals": "closed", "users": 30,
                "think_time": "0s", "start": "5s", "stop": "25s" } },
    "haproxy": { "maxconn": 20 } })",
                      R"({ "haproxy": { "timeout": )" + timeouts + " } }");
}

/// 200 who try passwords all the time, at a database that takes 151 connections.
std::string guessed(const std::string& firewall) {
  return test::merged(R"({ "duration": "20s",
    "hosts": { "outside": { "like": "clients" } },
    "classes": { "file": null, "row": { "kind": "read", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "app": { "database": { "persistent": false, "read_from": "primary" } },
    "clients": { "guessers": { "host": "outside", "connect_to": "mysql@server1", "attack": "brute_force",
      "arrivals": "closed", "users": 400, "think_time": "0s", "start": "5s", "stop": "15s" } } })",
                      R"({ "firewall": )" + firewall + " }");
}

}  // namespace

TEST_CASE("FW-6: slowloris stops everything, and a time-out for headers makes it a delay") {
  const auto open = play(slowloris(R"({ "client": "3s" })"));  // every byte counts for it
  CHECK(served(open, 6, 14).good == 0);
  CHECK(served(open, 26, 40).good == 140);
  // Twenty places turn over in 5 s; ten of the slow wait at a time, and visitors behind them.
  const auto timed = play(slowloris(R"({ "http_request": "5s" })"));
  const Share all = served(timed, 6, 25);
  CHECK(all.good == all.all);
  CHECK(served(timed, 6, 25, 0.5).good < all.all / 2);
}

TEST_CASE("FW-5: without SYN cookies strangers are locked out until a minute after the flood") {
  const auto flooded = [](const char* cookies, int addresses) {
    return play(R"({ "duration": "90s",
      "clients": { "users": { "timeout": "10s", "addresses": )" +
                std::to_string(addresses) + R"( },
        "flood": { "connect_to": "haproxy@lb1", "attack": "syn_flood", "rate": "1000/s", "arrivals": "constant",
                   "addresses": 1000000, "start": "5s", "stop": "20s" } },
      "firewall": { "incoming": "allow", "hosts": { "lb1": { "tcp_syncookies": )" +
                cookies + R"( } } } })");
  };
  const auto strangers = flooded("false", 10'000'000);
  CHECK(served(strangers, 7, 57).good == 0);  // and who waits for 10 s from 58 s on is let in
  const Share after = served(strangers, 71, 90);
  CHECK(after.good == after.all);
  const Share known = served(flooded("false", 1), 0, 90);
  CHECK(known.good == known.all);  // measured: 4521 of 4521
  const Share with_cookies = served(flooded("true", 10'000'000), 0, 90);
  CHECK(with_cookies.good == with_cookies.all);
}

TEST_CASE("a database open to all: who guesses passwords takes the applications' connections") {
  const auto open = play(guessed(R"({ "incoming": "allow" })"));
  const Share during = served(open, 6, 14);
  CHECK(during.good < during.all / 2);
  int refused = 0;
  for (const auto& one : test::by_arrival(open))
    refused += one.cause == measure::Cause::db_connections;
  CHECK(refused > during.all / 2);
  const Share behind = served(
      play(guessed(R"({ "hosts": { "server1": { "profiles": ["ufw-web", "ufw-database"] } } })")),
      0, 20);
  CHECK(behind.good == behind.all);
}
