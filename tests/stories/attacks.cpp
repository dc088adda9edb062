// People who mean harm, and what becomes of the others.
#include <algorithm>
#include <cmath>
#include <string>

#include "catch.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

using namespace spof;
using measure::Outcome;
using test::date_of;
using test::has;
using test::play;

namespace {

/// Of the visitors who arrived from one date to another.
struct Fate {
  int good = 0, all = 0;
  double mean = 0;  ///< latency of all
};
Fate served(const measure::Result& result, double from, double until) {
  Fate fate;
  for (const auto& one : test::by_arrival(result)) {
    if (one.population != 0 || one.arrival < from || one.arrival >= until) continue;
    ++fate.all;
    fate.good += one.outcome == Outcome::ok;
    fate.mean += one.end - one.arrival;
  }
  fate.mean /= std::max(1, fate.all);
  return fate;
}

/// 30 who hold a connection and never ask, from 5 s to 25 s, at a balancer that takes 20; closed,
/// each comes again after a second.
std::string slowloris(const std::string& timeouts) {
  return test::merged(R"({ "duration": "40s",
    "clients": { "users": { "rate": "4/s", "timeout": "10s" },
      "slow": { "connect_to": "haproxy@lb1", "attack": "slowloris", "arrivals": "closed", "users": 30,
                "think_time": "1s", "start": "5s", "stop": "25s" } },
    "haproxy": { "maxconn": 20 } })",
                      R"({ "haproxy": { "timeout": )" + timeouts + " } }");
}

/// 400 who try passwords all the time, at a database that takes 151 connections.
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
  CHECK(served(open, 7, 14).good == 0);
  const Fate later = served(open, 26, 40);
  CHECK(later.good == later.all);
  // Twenty places turn over in 5 s. The thirty take four of them a second when each needs 7.5 s for
  // a round: 5 s, its second, and 1.5 s in the queue, where the visitors stand between them.
  const auto timed = play(slowloris(R"({ "http_request": "5s" })"));
  const Fate all = served(timed, 12, 25);
  CHECK(all.good == all.all);
  CHECK(all.mean == near(2).margin(1));  // rounds that begin together stay together for a while
}

TEST_CASE(
    "FW-6: slowloris takes Nginx's connections: nobody fails before the last one, then all do") {
  const auto attacked = [](int users, const char* timeout) {
    return play(test::merged(slowloris("{}"), R"({
      "clients": { "users": { "connect_to": "nginx@server1" },
        "slow": { "connect_to": "nginx@server1", "users": )" +
                                                  std::to_string(users) + R"( } },
      "nginx": { "worker_processes": 2, "worker_connections": 22, "client_header_timeout": ")" +
                                                  timeout + R"(" } })"));
  };
  const Fate spared = served(attacked(38, "60s"), 7, 24);
  CHECK(spared.good == spared.all);
  const auto full = attacked(44, "60s");
  CHECK(served(full, 7, 24).good == 0);
  CHECK(test::ended(full, Outcome::reset) > 60);
  CHECK(std::isfinite(date_of(full, "connections_taken", "nginx@server1")));
  const Fate later = served(full, 26, 40);
  CHECK(later.good == later.all);
  CHECK(has(test::why(test::merged(slowloris(R"({ "client": "60s" })"), R"({
    "clients": { "slow": { "connect_to": "nginx@server1", "users": 44 } }, "haproxy": { "maxconn": 2000 },
    "nginx": { "hosts": { "server1": { "worker_processes": 2, "worker_connections": 22 } } } })")),
            "they were held by the attack of slow"));
  // Those who are cut come again after a second, and those who began together are cut together.
  const Fate timed = served(attacked(44, "5s"), 12, 24);
  CHECK(timed.good > timed.all / 6);
  CHECK(timed.good < timed.all / 2);
}

TEST_CASE("HA-7: frontends share the process's maxconn: who fills one shuts all of them") {
  const auto result = play(test::merged(slowloris(R"({ "client": "60s" })"), R"({
    "clients": { "users": { "connect_to": "haproxy@lb1:443" }, "slow": { "connect_to": "haproxy@lb1:80" } },
    "haproxy": { "frontends": { "http": { "bind": 80 }, "https": { "bind": 443 } } } })"));
  const Fate before = served(result, 0, 5);
  CHECK(before.good == before.all);
  CHECK(served(result, 7, 14).good == 0);
  double full = 0;
  for (const auto& load : result.loads)
    for (const auto& one : load.windows)
      if (load.part == "haproxy@lb1" && load.what == "connections") full += one.full;
  CHECK(full > 15);
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
  const Fate after = served(strangers, 71, 90);
  CHECK(after.good == after.all);
  const Fate known = served(flooded("false", 1), 0, 90);
  CHECK(known.good == known.all);  // measured: 4521 of 4521
  const Fate with_cookies = served(flooded("true", 10'000'000), 0, 90);
  CHECK(with_cookies.good == with_cookies.all);
}

TEST_CASE("a flood of one door meets that door alone, however many addresses the name has") {
  const auto result = play(R"({ "duration": "10s",
    "dns": { "addresses": ["nginx@server1", "nginx@server2"], "hosts": { "lb1": {} } },
    "clients": { "users": { "addresses": 10 }, "flood": { "connect_to": "haproxy@lb1",
      "attack": "syn_flood", "rate": "1000/s", "arrivals": "constant", "addresses": 1000000 } },
    "firewall": { "incoming": "allow", "hosts": { "lb1": { "tcp_syncookies": false } } } })");
  for (const auto& load : result.loads)
    if (load.what == "half-open connections") CHECK(load.part == "haproxy@lb1");
  CHECK(served(result, 0, 10).good == served(result, 0, 10).all);
}

TEST_CASE("a database open to all: who guesses passwords takes the applications' connections") {
  const auto open = play(guessed(R"({ "incoming": "allow" })"));
  const Fate during = served(open, 6, 14);
  CHECK(during.good < during.all / 2);
  int refused = 0;
  for (const auto& one : test::by_arrival(open))
    refused += one.cause == measure::Cause::db_connections;
  CHECK(refused > during.all / 2);
  const Fate behind = served(
      play(guessed(R"({ "hosts": { "server1": { "profiles": ["ufw-web", "ufw-database"] } } })")),
      0, 20);
  CHECK(behind.good == behind.all);
}

TEST_CASE("NG-7: without real_ip a check shares the balancer's bucket, and takes the server down") {
  const auto story = [](const std::string& page, const char* real_ip) {
    return R"({ "duration": "30s", "clients": { "users": { "rate": "200/s", "arrivals": "poisson" } },
      "nginx": { "limit_req": { "rate": "10/s", "burst": 5, "nodelay": true }, "real_ip": )" +
           std::string(real_ip) + R"( },
      "haproxy": { "default_server": { "check": { "kind": "httpchk", "answered_by": ")" +
           page + R"(" } } } })";
  };
  const auto downs = [&](const std::string& page, const char* real_ip) {
    return std::ranges::count(play(story(page, real_ip)).events, measure::What::down,
                              &measure::Event::what);
  };
  CHECK(test::has(test::why(story("app", "false")), "they all have the load balancer's address"));
  CHECK(test::has(test::why(test::merged(story("app", "false"), R"({ "duration": "90s" })")),
                  "for Nginx counts them with everybody's requests"));
  CHECK_FALSE(test::has(test::why(story("app", "true")), "load balancer's address"));
  CHECK(downs("app", "false") >= 2);
  CHECK(downs("app", "true") == 0);
  CHECK(downs("nginx", "false") == 0);  // `return 200` comes before the limits
}

TEST_CASE(
    "NG-7: limit_req lets an address pass at its rate; through a balancer it must know addresses") {
  // 40 requests a second of one address against 10 and a burst of 20: the bucket is full for good,
  // so 10 a second are served, each after 2 s in it; five other visitors come once a second each.
  const auto limited = [](const char* more) {
    return play(
        test::merged(R"({ "duration": "30s",
      "clients": { "users": { "arrivals": "closed", "users": 5, "addresses": 5, "think_time": "1s" },
        "flood": { "rate": "40/s", "arrivals": "constant", "addresses": 1, "attacker": true } } })",
                     std::string(R"({ "nginx": { "limit_req": { "rate": "10/s", "burst": 20 }, )") +
                         more + " } }"));
  };
  const auto of_flood = [](const measure::Result& result) {
    int good = 0, all = 0;
    double slowest = 0;
    for (const auto& one : test::by_arrival(result))
      if (one.population == 1 && one.arrival >= 5 && one.arrival < 25) {
        ++all;
        good += one.outcome == Outcome::ok;
        if (one.outcome == Outcome::ok) slowest = std::max(slowest, one.end - one.arrival);
        if (one.outcome != Outcome::ok) CHECK(one.cause == measure::Cause::request_limited);
      }
    CHECK(all == near(800).margin(1));
    return std::pair(good, slowest);
  };
  // Two servers, each with a bucket of its own.
  const auto knows = limited(R"("real_ip": true)");
  const auto [good, slowest] = of_flood(knows);
  CHECK(good == near(2 * 10 * 20).margin(4));
  CHECK(slowest == near(2).margin(0.2));
  const Fate spared = served(knows, 0, 29);
  CHECK(spared.good == spared.all);
  CHECK(spared.mean < 0.2);
  // Everybody has the balancer's address: the visitors are limited with the flood.
  const Fate shared = served(limited(R"("real_ip": false)"), 5, 25);
  CHECK(shared.good < shared.all * 0.7);
  // One at a time: nothing is there to wait behind.
  CHECK(of_flood(limited(R"("real_ip": true, "limit_conn": 1)")).second < 0.2);
}
