// Whatever breaks: every request that arrived ends, once; the same seed is the same run; and what a
// change does not concern stays as it was.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Outcome;
using test::play;

namespace {

/// The whole stack under one fault (or none), clients who try again and keep connections.
std::string stack_with(const std::string& faults, const std::string& haproxy = "") {
  return R"x({ "duration": "25s",
    "classes": { "file": { "mix": 4 }, "page": { "kind": "page", "cpu": { "app": "lognormal(5ms, 0.5)" } },
      "read": { "kind": "read", "mix": 3, "cpu": { "app": "1ms", "mysql": "exponential(1ms)" } },
      "write": { "kind": "write", "mix": 2, "cpu": { "app": "1ms", "mysql": "1ms", "apply": "1ms" } } },
    "clients": { "users": { "arrivals": "poisson", "rate": "40/s", "timeout": "8s", "keep_alive": true,
                            "retry": { "attempts": 1, "backoff": "500ms", "jitter": 0.5 } },
      "others": { "connect_to": null, "arrivals": "constant", "rate": "10/s", "timeout": "4s" } },
    "dns": { "hosts": { "ns1": {} }, "ttl": "5s" },
    "haproxy": { "redispatch": true, "timeout": { "connect": "1s", "server": "6s" },
      "default_server": { "check": { "kind": "httpchk" }, "maxconn": 20, "on_marked_down": "shutdown-sessions" } )x" +
         haproxy + R"x( },
    "faults": [)x" +
         faults + "] }";
}

const std::map<std::string, std::string> fault_kinds = {
    {"none", ""},
    {"crash", R"({ "kind": "crash", "target": "nginx@server1", "at": "8s", "for": "6s" })"},
    {"crash of the balancer",
     R"({ "kind": "crash", "target": "haproxy@lb1", "at": "8s", "for": "3s" })"},
    {"crash of the database",
     R"({ "kind": "crash", "target": "mysql@server1", "at": "8s", "for": "6s" })"},
    {"crash of the name server",
     R"({ "kind": "crash", "target": "dns@ns1", "at": "8s", "for": "6s" })"},
    {"hang", R"({ "kind": "hang", "target": "app@server1", "at": "8s", "for": "6s" })"},
    {"hang of the balancer",
     R"({ "kind": "hang", "target": "haproxy@lb1", "at": "8s", "for": "6s" })"},
    {"slow", R"({ "kind": "slow", "target": "server1", "at": "8s", "for": "6s", "factor": 50 })"},
    {"error",
     R"({ "kind": "error", "target": "app@server1", "at": "8s", "for": "6s", "share": "50%" })"},
    {"power_off",
     R"({ "kind": "power_off", "target": "server1", "at": "8s", "for": "3s", "boot_time": "2s" })"},
    {"power_off for good", R"({ "kind": "power_off", "target": "lb1", "at": "8s" })"},
    {"link_down", R"({ "kind": "link_down", "target": "server1-nic", "at": "8s", "for": "6s" })"},
    {"link_down of the uplink",
     R"({ "kind": "link_down", "target": "internet", "at": "8s", "for": "6s" })"},
    {"partition",
     R"({ "kind": "partition", "from": ["lb1"], "to": ["server1"], "at": "8s", "for": "6s", "one_way": true })"},
    {"latency",
     R"({ "kind": "latency", "target": "server1-nic", "at": "8s", "for": "6s", "add": "300ms" })"},
    {"loss",
     R"({ "kind": "loss", "target": "internet", "at": "8s", "for": "6s", "share": "20%" })"},
    {"bandwidth",
     R"({ "kind": "bandwidth", "target": "internet", "at": "8s", "for": "6s", "left": 0.0001 })"},
    {"disk_full", R"({ "kind": "disk_full", "target": "server1", "at": "8s", "for": "6s" })"},
    {"restart",
     R"({ "kind": "restart", "target": "nginx@server1", "at": "8s", "down_for": "2s" })"},
};

std::vector<std::pair<double, std::uint8_t>> arrivals(const measure::Result& result,
                                                      std::uint8_t population) {
  std::vector<std::pair<double, std::uint8_t>> list;
  for (const auto& one : test::by_arrival(result))
    if (one.population == population) list.emplace_back(one.arrival, one.request_class);
  return list;
}

}  // namespace

TEST_CASE("whatever breaks, every request ends exactly once") {
  const auto healthy = play(stack_with(""));
  for (const auto& [kind, fault] : fault_kinds) {
    INFO(kind);
    const auto result = play(stack_with(fault));
    // The books balance: tallies, samples and what arrived are the same number.
    CHECK(result.samples.size() == test::requests_of(result));
    CHECK(test::requests_of(result) == test::requests_of(healthy));
    CHECK(static_cast<double>(arrivals(result, 1).size()) == near(249).margin(1));
    std::set<std::uint64_t> ids;
    std::map<Outcome, std::uint64_t> outcomes;
    for (const auto& one : result.samples) {
      if (one.id != 0) CHECK(ids.insert(one.id).second);
      CHECK(one.end >= one.arrival);
      if (one.outcome == Outcome::ok) CHECK(one.cause == measure::Cause::none);
      ++outcomes[one.outcome];
    }
    for (const auto& [outcome, count] : outcomes) CHECK(test::ended(result, outcome) == count);
    // Patience: two tries of 8 s and half a second between them.
    for (const auto& one : result.samples) CHECK(one.end - one.arrival < 16.6);
    CHECK(outcomes[Outcome::unfinished] == 0);
    CHECK(result.writes.acknowledged <= test::by_arrival(result, 3).size());
    CHECK(result.writes.lost == 0);
    if (kind == "none" || kind == "latency" || kind == "bandwidth")
      CHECK(10 * test::ended(result, Outcome::ok) > 9 * test::requests_of(result));
    if (kind == "none") CHECK(test::ended(result, Outcome::ok) == test::requests_of(result));
  }
}

TEST_CASE("the same seed is the same run, another one is not") {
  for (const auto& [kind, fault] : fault_kinds) {
    INFO(kind);
    const auto once = play(stack_with(fault), 7), again = play(stack_with(fault), 7);
    CHECK(once.fingerprint == again.fingerprint);
  }
  CHECK(play(stack_with(""), 7).fingerprint != play(stack_with(""), 8).fingerprint);
}

TEST_CASE("common random numbers: who arrives when and wants what does not depend on what breaks") {
  const auto healthy = play(stack_with(""), 3);
  const auto users = arrivals(healthy, 0), others = arrivals(healthy, 1);
  REQUIRE(users.size() > 900);
  for (const auto& [kind, fault] : fault_kinds) {
    INFO(kind);
    const auto result = play(stack_with(fault), 3);
    CHECK(arrivals(result, 0) == users);
    CHECK(arrivals(result, 1) == others);
  }
  const auto other_balance = play(stack_with("", R"(, "balance": "random", "nbthread": 1)"), 3);
  CHECK(arrivals(other_balance, 0) == users);
  CHECK(other_balance.fingerprint != healthy.fingerprint);
}

TEST_CASE("common random numbers: a fault's date does not depend on the other faults") {
  const std::string first =
      R"({ "kind": "crash", "target": "nginx@server1", "at": "8s", "for": "6s", "jitter": "2s" })";
  const std::string second =
      R"({ "kind": "crash", "target": "mysql@server2", "at": "9s", "jitter": "2s" })";
  const auto alone = play(stack_with(first), 5), both = play(stack_with(first + ", " + second), 5);
  CHECK(test::date_of(alone, "crash", "fault", "nginx@server1") ==
        near(test::date_of(both, "crash", "fault", "nginx@server1")).epsilon(1e-15));
}

TEST_CASE("a second component that nobody uses changes no request") {
  const std::string base = R"("dns": { "hosts": { "ns1": {} } })";
  const auto without =
      play(R"({ "clients": { "users": { "arrivals": "poisson" } }, "dns": { "hosts": {} } })");
  const auto with = play(R"({ "clients": { "users": { "arrivals": "poisson" } }, )" + base + " }");
  CHECK(without.fingerprint == with.fingerprint);
}
