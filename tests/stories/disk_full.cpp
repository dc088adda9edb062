// A disk without space: who writes waits, and who waits holds what others need.
#include <cmath>
#include <string>

#include "analysis/causes/causes_site.hpp"
#include "catch.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

using namespace spof;
using measure::Outcome;
using test::date_of;
using test::merged;
using test::play;

namespace {

const std::string writes =
    R"({ "duration": "150s", "classes": { "file": null,
      "write": { "kind": "write", "cpu": { "haproxy": "0ms", "nginx": "0ms" } },
      "read": { "kind": "read", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "clients": { "users": { "mix": { "write": 1 } } } })";

/// As many reads as writes, through the same application.
const std::string reads =
    R"({ "haproxy": { "servers": { "server2": { "backup": true } } }, "clients": { "readers": { "connect_to": "haproxy@lb1",
  "arrivals": "constant", "rate": "10/s", "timeout": "5s", "mix": { "read": 1 } } } })";

/// Nobody loses patience.
const std::string patient = R"({ "clients": { "users": { "rate": "0.5/s" } },
  "haproxy": { "timeout": { "server": "200s", "client": "200s" } },
  "nginx": { "proxy_read_timeout": "200s" } })";

std::string full(const std::string& host, const std::string& more) {
  return R"({ "kind": "disk_full", "target": ")" + host + R"(", )" + more + " }";
}
std::string faults(const std::string& list) { return R"({ "faults": [)" + list + "] }"; }

}  // namespace

TEST_CASE("DB-23: a full disk is no error: commits wait, and the database looks every 60 s") {
  // Measured on MariaDB 10.11.19: ENOSPC at 4.1 s, space again at 43.9 s, every commit answered ok
  // at 64.1 s. An error at once, and the return with the repair, would both be wrong.
  const auto run = play(
      merged(merged(writes, patient), faults(full("server1", R"("at": "10s", "for": "40s")"))));
  const double found = date_of(run, "no_space", "mysql@server1");
  CHECK(found == near(11).margin(1.1));
  const double back = date_of(run, "has_space", "mysql@server1");
  CHECK(back == near(found + 60).margin(0.001));
  CHECK(test::ended(run, Outcome::ok) == test::requests_of(run));
  for (const auto& one : test::by_arrival(run)) {
    if (one.arrival > found && one.arrival < back - 1) CHECK(one.end == near(back).margin(0.5));
    if (one.arrival < found - 1 || one.arrival > back) CHECK(one.end - one.arrival < 0.5);
  }
}

TEST_CASE("DB-23: a disk that is full when it is looked at again costs another 60 s") {
  const auto run = play(merged(merged(writes, patient),
                               faults(full("server1", R"("at": "10s", "for": "30s")") + ", " +
                                      full("server1", R"("at": "30s", "for": "50s")"))));
  CHECK(date_of(run, "has_space") == near(date_of(run, "no_space") + 120).margin(0.001));
}

TEST_CASE("DB-23: writes that wait hold every thread; what nobody waits for is committed later") {
  const std::string stack =
      merged(merged(writes, reads), R"({ "clients": { "users": { "timeout": "5s" } } })");
  const std::string fault = faults(full("server1", R"("at": "10s", "for": "20s")"));
  const auto run = play(merged(stack, fault));
  const double back = date_of(run, "has_space");
  CHECK(back == near(70).margin(0.3));
  int waited = 0;
  for (const auto& one : test::by_arrival(run, 1)) {
    if (one.arrival < 9 || one.arrival > back + 3) CHECK(one.outcome == Outcome::ok);
    if (one.arrival < 30 || one.arrival > back - 6) continue;
    ++waited;
    CHECK(one.outcome != Outcome::ok);
  }
  CHECK(waited > 300);
  CHECK(run.writes.phantom.number >= 16);  // one in each thread of the application
  CHECK(run.writes.lost == 0);
  const std::string text = test::why(merged(stack, fault));
  CHECK(test::has(text, "because writes waited in mysql@server1 for space on its disk"));
  CHECK(test::has(text, "mysql@server1 looked for space again, as every 60 s"));
  const auto campaign = test::campaign_of_story(merged(stack, fault));
  const report::CausalSite site(campaign);
  CHECK(site.ails("mysql@server1", ""));
  CHECK_FALSE(site.ails("nginx@server1", ""));  // who writes nothing needs no space
}

TEST_CASE("DB-23: the logs of a replica wait for space, too, and nobody else does") {
  const std::string fault = faults(full("server2", R"("at": "10s", "for": "20s")"));
  const auto run = play(merged(writes, fault));
  CHECK(date_of(run, "has_space", "mysql@server2") == near(70).margin(0.3));
  CHECK(test::ended(run, Outcome::ok) == test::requests_of(run));
  REQUIRE(run.lags.size() == 1);
  CHECK(run.lags[0].max_lag == near(60).margin(0.5));
}

TEST_CASE("DB-23: a database that is started on a full disk ends, and stays down") {
  // Measured: exit 1 at once, after a stop and after a crash; on-abnormal starts it not again.
  for (const char* how : {"restart", "crash"}) {
    const auto run = play(
        merged(writes, faults(full("server1", R"("at": "5s", "for": "20s")") + R"(, { "kind": ")" +
                              how + R"(", "target": "mysql@server1", "at": "10s" })")));
    if (how == std::string("restart")) CHECK(date_of(run, "start_failed") == near(10).margin(1));
    CHECK(std::isinf(date_of(run, "accepting", "mysql@server1")));
    for (const auto& one : test::by_arrival(run))
      if (one.arrival > 40) CHECK(one.outcome != Outcome::ok);
  }
  // `always` does start it again, until it gets through.
  const auto always =
      play(merged(merged(writes, R"({ "mysql": { "service": { "restart": "always",
      "restart_sec": "5s" } } })"),
                  faults(full("server1", R"("at": "5s", "for": "20s")") +
                         R"(, { "kind": "crash", "target": "mysql@server1", "at": "10s" })")));
  CHECK(date_of(always, "accepting", "mysql@server1") == near(28).margin(3));
  // Whoever starts it once there is space is let in.
  const auto later =
      play(merged(writes, faults(full("server1", R"("at": "5s", "for": "20s")") +
                                 R"(, { "kind": "restart", "target": "mysql@server1", "at": "10s" },
                          { "kind": "restart", "target": "mysql@server1", "at": "40s" })")));
  for (const auto& one : test::by_arrival(later))
    if (one.arrival > 50) CHECK(one.outcome == Outcome::ok);
}
