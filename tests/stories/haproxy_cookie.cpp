// Users tied to a server by a cookie. [HA-47]
#include <set>
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Outcome;
using measure::Sample;
using test::play;

namespace {

/// Twelve users with half a second of thinking time.
std::string tied(const std::string& haproxy, const std::string& more = "{}") {
  return test::merged(R"json({ "duration": "30s",
    "clients": { "users": { "arrivals": "closed", "users": 12, "think_time": "500ms" } },
    "haproxy": { "cookie": true)json" +
                          haproxy + " } }",
                      more);
}

/// The servers that answered requests which arrived in a time.
std::set<int> servers(const measure::Result& result, double from, double until) {
  std::set<int> found;
  for (const Sample& one : result.samples)
    if (one.arrival >= from && one.arrival < until) found.insert(one.server);
  return found;
}

std::string at(const std::string& fault) {
  return R"({ "faults": [{ "at": "10s", )" + fault + "}] }";
}

}  // namespace

TEST_CASE("HA-47: a dead server not yet noticed costs its users two tries a second apart, once") {
  const std::string crash = at(R"("kind": "crash", "target": "nginx@server1")");
  const auto result = play(tied(R"(, "redispatch": true)", crash));
  int late = 0;
  for (const Sample& one : result.samples) {
    CHECK(one.outcome == Outcome::ok);
    if (one.arrival < 10 || one.end - one.arrival < 0.5) continue;
    ++late;
    CHECK(one.end - one.arrival == near(2.08).margin(0.01));
  }
  CHECK(late >= 5);  // with round robin none is
  CHECK(late <= 7);
  const auto alone = play(tied("", crash));
  CHECK(test::ended(alone, Outcome::http_503) >
        20);                                  // again and again: nobody takes the cookie away
  CHECK(servers(alone, 15, 29).size() == 2);  // and the others go on
}

TEST_CASE("HA-47: a server that drains keeps its users, one in maintenance or DOWN loses them") {
  const auto after = [](const std::string& verb) {
    return servers(
        play(tied(
            "",
            at(R"("kind": "maintenance", "target": "haproxy@lb1", "server": "server1", "mode": ")" +
               verb + "\""))),
        11, 29);
  };
  CHECK(after("drain").size() == 2);
  CHECK(after("maint").size() == 1);
  const auto down = play(tied(R"(, "default_server": { "check": { "kind": "tcp" } })",
                              at(R"("kind": "crash", "target": "nginx@server1")")));
  CHECK(servers(down, 20, 29).size() == 1);
}

TEST_CASE("HA-47: who came to a backup stays there when the other is back") {
  const std::string backup =
      R"(, "default_server": { "check": { "kind": "tcp" } }, "servers": { "server2": { "backup": true } })";
  const auto result =
      play(tied(backup, at(R"("kind": "crash", "target": "nginx@server1", "for": "8s")")));
  CHECK(servers(result, 0, 9).size() == 1);
  CHECK(servers(result, 24, 29).contains(1));
  CHECK_FALSE(servers(result, 24, 29).contains(0));
}

TEST_CASE("HA-47: who keeps no cookie is balanced as without") {
  const auto result = play(tied(R"(, "redispatch": true)",
                                R"({ "clients": { "users": { "cookies": false } },
                     "faults": [{ "at": "10s", "kind": "crash", "target": "nginx@server1" }] })"));
  for (const Sample& one : result.samples) CHECK(one.end - one.arrival < 0.5);
}
