// How HAProxy's algorithms divide the traffic.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::LogLine;
using test::play;

namespace {

const std::string four_servers = R"("servers": { "server1": { "address": "nginx@server1" },
  "server2": { "address": "nginx@server2" }, "third": { "address": "app@server1" }, "fourth": { "address": "app@server2" } })";

std::string balanced(const std::string& haproxy, const std::string& more = "") {
  return test::merged(R"({ "duration": "60s",
    "classes": { "file": null, "page": { "kind": "page", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "clients": { "users": { "arrivals": "poisson", "rate": "50/s" } },
    "haproxy": { )" + haproxy +
                          " } }",
                      "{ " + more + " }");
}

std::map<std::string, double> requests_by_server(const std::vector<LogLine>& lines) {
  std::map<std::string, double> count;
  for (const LogLine& one : lines) ++count[one.server];
  return count;
}
std::map<std::string, double> requests_by_server(const measure::Result& result) {
  return requests_by_server(test::log_between(result, 0));
}

double fraction(const measure::Result& result, const std::string& server) {
  return requests_by_server(result)[server] / static_cast<double>(result.logs.size());
}

}  // namespace

TEST_CASE("HA-1: round robin gives equal servers the same number of requests, at every moment") {
  for (const std::string balance : {"roundrobin", "static-rr"}) {
    INFO(balance);
    const auto lines =
        test::log_between(play(balanced(R"("balance": ")" + balance + "\", " + four_servers)), 0);
    std::map<std::string, int> so_far = {
        {"server1", 0}, {"server2", 0}, {"third", 0}, {"fourth", 0}};
    for (const LogLine& one : lines) {
      ++so_far[one.server];
      const auto [least, most] =
          std::minmax_element(so_far.begin(), so_far.end(),
                              [](const auto& a, const auto& b) { return a.second < b.second; });
      REQUIRE(most->second - least->second <= 1);
    }
  }
}

TEST_CASE("HA-1: round robin honours weights, interleaved") {
  for (const std::string balance : {"roundrobin", "static-rr"}) {
    INFO(balance);
    const auto lines =
        test::log_between(play(balanced(R"("balance": ")" + balance +
                                        R"(", "servers": { "server1": { "weight": 3 } })")),
                          0);
    double first = 0, all = 0;
    int in_a_row = 0;
    for (const LogLine& one : lines) {
      ++all;
      first += one.server == "server1";
      in_a_row = one.server == "server1" ? in_a_row + 1 : 0;
      REQUIRE(std::abs(first - 0.75 * all) <= 1.5);
      REQUIRE(in_a_row <= 3);
    }
  }
}

TEST_CASE("HA-3: leastconn evens out what is in progress, not what was sent") {
  // Server 1 needs 20 ms of CPU, server 2 ten times that.
  const std::string slow =
      R"("classes": { "page": { "cpu": { "app": "20ms" } } }, "clients": { "users": { "rate": "30/s" } },
    "app": { "worker_class": "sync", "processes": 4 },
    "faults": [{ "kind": "slow", "target": "app@server2", "at": "0s", "factor": 10 }])";
  const double even = fraction(play(balanced(R"("balance": "roundrobin")", slow)), "server2");
  const double least = fraction(play(balanced(R"("balance": "leastconn")", slow)), "server2");
  CHECK(even == near(0.5).margin(0.001));
  CHECK(least < 0.25);
  CHECK(least > 0.05);
}

TEST_CASE("HA-3: leastconn counts connections per weight; idle servers take turns") {
  const auto idle =
      play(balanced(R"("balance": "leastconn", "servers": { "server1": { "weight": 3 } })",
                    R"("clients": { "users": { "arrivals": "constant", "rate": "5/s" } })"));
  CHECK(fraction(idle, "server1") == near(0.5).margin(0.01));
  // Many in progress: pages of one second.
  const auto busy =
      play(balanced(R"("balance": "leastconn", "servers": { "server1": { "weight": 3 } })",
                    R"("classes": { "page": { "sleep": "1s" } }, "app": { "threads": 64 })"));
  CHECK(fraction(busy, "server1") == near(0.75).margin(0.03));
}

TEST_CASE("HA-2: first fills one server before it uses the next") {
  const std::string haproxy = R"("balance": "first", "default_server": { "maxconn": 5 })";
  const std::string page =
      R"("classes": { "page": { "sleep": "200ms" } }, "clients": { "users": { "arrivals": "constant", "rate": ")";
  CHECK(fraction(play(balanced(haproxy, page + "20/s\" } }")), "server1") == near(1).margin(1e-9));
  // One every 25 ms; each of five slots takes 201 ms and is taken again by the next to come.
  CHECK(fraction(play(balanced(haproxy, page + "40/s\" } }")), "server1") ==
        near(5 / 0.225 / 40).margin(0.005));
}

TEST_CASE(
    "HA-4: random with one draw is a fair coin, weighted; with two it prefers the idle server") {
  const auto fair = play(balanced(R"("balance": "random", "random_draws": 1)"));
  const double all = static_cast<double>(fair.logs.size());
  CHECK(fraction(fair, "server1") == near(0.5).margin(4 * 0.5 / std::sqrt(all)));
  // A coin has runs: of n throws about half repeat the one before.
  double repeats = 0;
  const auto lines = test::log_between(fair, 0);
  for (std::size_t i = 1; i < lines.size(); ++i) repeats += lines[i].server == lines[i - 1].server;
  CHECK(repeats / all == near(0.5).margin(4 * 0.5 / std::sqrt(all)));
  const auto weighted = play(balanced(
      R"("balance": "random", "random_draws": 1, "servers": { "server1": { "weight": 3 } })"));
  CHECK(fraction(weighted, "server1") == near(0.75).margin(4 * 0.45 / std::sqrt(all)));
  const std::string slow =
      R"("classes": { "page": { "cpu": { "app": "20ms" } } }, "clients": { "users": { "rate": "30/s" } },
    "app": { "worker_class": "sync", "processes": 4 },
    "faults": [{ "kind": "slow", "target": "app@server2", "at": "0s", "factor": 10 }])";
  CHECK(fraction(play(balanced(R"("balance": "random", "random_draws": 1)", slow)), "server2") >
        0.45);
  CHECK(fraction(play(balanced(R"("balance": "random", "random_draws": 4)", slow)), "server2") <
        0.35);
}

TEST_CASE("HA-5: a source address sticks to its server; many are divided by weight") {
  const std::string source = R"("balance": "source")";
  const auto one = play(balanced(source, R"("clients": { "users": { "addresses": 1 } })"));
  CHECK(requests_by_server(one).size() == 1);
  for (const std::string type : {"map-based", "consistent"}) {
    INFO(type);
    const auto many = play(balanced(source + R"(, "hash_type": ")" + type +
                                    R"(", "servers": { "server1": { "weight": 3 } })"));
    CHECK(fraction(many, "server1") == near(0.75).margin(0.06));
  }
}

TEST_CASE(
    "HA-5: a lost server moves nearly every key when map-based, only its own when consistent") {
  // Of four servers the second is killed at 10 s and DOWN by 16 s. The same seed sends the same
  // request from the same address, whatever breaks: what went elsewhere was moved.
  for (const std::string type : {"map-based", "consistent"}) {
    INFO(type);
    const std::string haproxy = R"("balance": "source", "hash_type": ")" + type +
                                R"(", "default_server": { "check": { "kind": "tcp" } }, )" +
                                four_servers;
    const auto before = test::by_arrival(play(balanced(haproxy)));
    const auto after = test::by_arrival(play(balanced(
        haproxy, R"("faults": [{ "kind": "crash", "target": "nginx@server2", "at": "10s" }])")));
    REQUIRE(before.size() == after.size());
    double moved = 0, kept = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i].arrival < 17 || before[i].server == 1) continue;
      CHECK(after[i].server != 1);
      (after[i].server == before[i].server ? kept : moved) += 1;
    }
    if (type == "consistent")
      CHECK(moved == near(0).margin(1e-9));
    else
      CHECK(moved / (moved + kept) > 0.5);
  }
}

TEST_CASE("HA-6: of several backups only the first is used, or all with allbackups") {
  const std::string haproxy =
      R"("default_server": { "check": { "kind": "tcp" } }, "servers": { "server2": { "backup": true },
    "third": { "address": "app@server2", "backup": true } })";
  const std::string crash =
      R"("faults": [{ "kind": "crash", "target": "nginx@server1", "at": "10s" }])";
  const auto first = requests_by_server(test::log_between(play(balanced(haproxy, crash)), 17));
  CHECK(first.size() == 1);
  CHECK(first.count("server2") == 1);
  const auto all = play(balanced(R"("allbackups": true, )" + haproxy, crash));
  CHECK(requests_by_server(test::log_between(all, 0, 10)).size() == 1);
  auto both = requests_by_server(test::log_between(all, 17));
  CHECK(both.size() == 2);
  CHECK(std::abs(both["server2"] - both["third"]) <= 1);
}
