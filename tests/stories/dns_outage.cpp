// Names that do not resolve, and names with two addresses.
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Outcome;
using test::play;

namespace {

std::string named(const std::string& dns, const std::string& clients, const std::string& more) {
  return test::merged(R"({ "dns": { "hosts": { "ns1": {} } } })", R"({ "dns": { )" + dns + R"( },
    "clients": { "users": { "connect_to": "", )" + clients + " } }, " +
                                                                      more + " }");
}

const std::string silent =
    R"("faults": [{ "kind": "link_down", "target": "ns1-nic", "at": "0s" }])";

/// Two load balancers; the first one is struck at 5 s.
std::string two_addresses(const std::string& clients, const std::string& fault) {
  return named(
      R"("addresses": ["haproxy@lb1", "haproxy@server2"], "caches": 1000, "ttl": "864000s")",
      clients,
      R"("haproxy": { "hosts": { "server2": {} } }, "faults": [{ "at": "5s", )" + fault + " }]");
}

}  // namespace

TEST_CASE("DNS-1: a lookup with one dead name server fails after ten seconds") {
  const std::string rare = R"("rate": "0.05/s")";
  for (const std::string& fault :
       {silent,
        std::string(R"("faults": [{ "kind": "hang", "target": "dns@ns1", "at": "0s" }])")}) {
    const auto result = play(named(R"("ttl": "0s")", rare, R"("duration": "100s", )" + fault));
    REQUIRE(result.samples.size() == 4);
    for (const auto& one : result.samples) {
      CHECK(one.outcome == Outcome::dns_failure);
      CHECK(one.end - one.arrival == near(10).margin(0.05));
    }
  }
}

TEST_CASE("DNS-1: a dead first and a live second name server cost five seconds") {
  const auto result = play(named(R"("hosts": { "server2": {} }, "ttl": "0s")",
                                 R"("rate": "0.05/s")", R"("duration": "100s", )" + silent));
  REQUIRE(result.samples.size() == 4);
  for (const auto& one : result.samples) {
    CHECK(one.outcome == Outcome::ok);
    CHECK(one.end - one.arrival == near(5.15).margin(0.15));
  }
}

TEST_CASE("DNS-7: a second name server answers with its own addresses and its own time to live") {
  // The first one, which leads to lb1, is silent; what the second one says is kept for 100 s.
  const auto result = play(named(
      R"("ttl": "0s", "hosts": { "server2": { "addresses": ["haproxy@server2"], "ttl": "100s" } })",
      R"("rate": "0.05/s")",
      R"("haproxy": { "hosts": { "server2": {} } }, "duration": "100s", "faults": [
           { "kind": "link_down", "target": "ns1-nic", "at": "0s" },
           { "kind": "crash", "target": "haproxy@lb1", "at": "0s" }])"));
  const auto samples = test::by_arrival(result);
  REQUIRE(samples.size() == 4);
  for (const auto& one : samples) CHECK(one.outcome == Outcome::ok);
  CHECK(samples.front().end - samples.front().arrival == near(5.15).margin(0.15));
}

TEST_CASE("DNS-4: without its name server a name fades within its TTL, evenly") {
  const auto result = play(named(R"("ttl": "60s", "caches": 400)", R"("rate": "50/s")",
                                 R"("duration": "80s", )" + silent));
  for (const double date : {10.0, 30.0, 50.0}) {
    double failed = 0, all = 0;
    for (const auto& one : test::by_arrival(result)) {
      if (one.arrival < date - 5 || one.arrival >= date + 5) continue;
      ++all;
      failed += one.outcome == Outcome::dns_failure;
    }
    CHECK(failed / all == near(date / 60).margin(0.07));
  }
  for (const auto& one : test::by_arrival(result))
    if (one.arrival > 60) CHECK(one.outcome == Outcome::dns_failure);
}

TEST_CASE("DNS-4: an outage shorter than what is left of the TTL is not noticed by a cache") {
  const auto result = play(named(R"("ttl": "3600s")", R"("rate": "10/s")", R"("duration": "60s",
    "faults": [{ "kind": "link_down", "target": "ns1-nic", "at": "10s", "for": "20s" }])"));
  const double failed = static_cast<double>(test::ended(result, Outcome::dns_failure));
  CHECK(failed / static_cast<double>(test::requests_of(result)) < 0.02);
}

TEST_CASE("DNS-9: a dead load balancer with a second address costs one round trip") {
  const auto result =
      play(two_addresses(R"("addresses": 100000)", R"("kind": "crash", "target": "haproxy@lb1")"));
  int second = 0;
  for (const auto& one : test::by_arrival(result)) {
    if (one.arrival > 4.9 && one.arrival < 5) continue;
    CHECK(one.outcome == Outcome::ok);
    CHECK(one.end - one.arrival < 0.13);
    second += one.end - one.arrival > 0.115;
  }
  CHECK(second == near(75).margin(20));
}

TEST_CASE("DNS-9: a silent one costs the whole connect timeout, or attempt_delay with RFC 8305") {
  const std::string blackhole = R"("kind": "link_down", "target": "lb1-nic")";
  const auto serial = play(two_addresses(R"("connect_timeout": "9s")", blackhole));
  const auto paced =
      play(two_addresses(R"("connect_timeout": "9s", "attempt_delay": "250ms")", blackhole));
  for (const auto& [result, wait] : {std::pair(&serial, 9.0), std::pair(&paced, 0.25)}) {
    int waited = 0;
    for (const auto& one : test::by_arrival(*result)) {
      if (one.arrival < 5) continue;
      CHECK(one.outcome == Outcome::ok);
      const double latency = one.end - one.arrival;
      if (latency > 0.2) CHECK(latency == near(wait + 0.08).margin(0.02));
      waited += latency > 0.2;
    }
    CHECK(waited == near(75).margin(20));
  }
}
