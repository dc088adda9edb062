// What the books say of a request that its client sent more than once.
#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Cause;
using measure::Outcome;

TEST_CASE("of a request sent again only the last try's answer is told") {
  // The first try is answered 500 by server1, the second finds no load balancer.
  const auto result = test::play(R"({ "duration": "10s",
    "clients": { "users": { "retry": { "attempts": 1, "backoff": "1s" } } },
    "haproxy": { "servers": { "server2": null } },
    "faults": [{ "kind": "error", "target": "nginx@server1", "at": "0s" },
               { "kind": "crash", "target": "haproxy@lb1", "at": "5s" }] })");
  std::uint64_t answered = 0, refused = 0;
  for (const auto& one : result.samples) {
    const bool has_answer = one.outcome == Outcome::http_500;
    CHECK((one.server >= 0) == has_answer);
    CHECK((one.cause == Cause::injected) == has_answer);
    answered += has_answer;
    refused += one.outcome == Outcome::refused && one.tries == 2;
  }
  CHECK(answered > 30);
  CHECK(refused >= 10);
  std::uint64_t counted = 0;
  for (const auto& tally : result.tallies) counted += tally.servers.at(0);
  CHECK(counted == answered);
}

TEST_CASE("a client that lost its host between two tries knows nothing of an answer") {
  const auto result = test::play(R"({ "duration": "10s",
    "clients": { "users": { "retry": { "attempts": 1, "backoff": "3s" } } },
    "faults": [{ "kind": "error", "target": "haproxy@lb1", "at": "2s" },
               { "kind": "power_off", "target": "clients", "at": "4s" }] })");
  CHECK(test::ended(result, Outcome::unfinished) > 10);
  for (const auto& one : result.samples)
    if (one.outcome == Outcome::unfinished) CHECK(one.cause == Cause::none);
}

TEST_CASE("users who do not think, beside a dead load balancer, do not stop the clock") {
  const auto result = test::play(R"({ "duration": "1s",
    "clients": { "users": { "host": "lb1", "arrivals": "closed", "users": 1, "think_time": "0s" } },
    "faults": [{ "kind": "crash", "target": "haproxy@lb1", "at": "990ms" }] })");
  CHECK(static_cast<double>(test::ended(result, Outcome::refused)) == near(1000).margin(2));
}

TEST_CASE("DNS-10: a client that does not send again fails with its kept connection") {
  const auto broken = [](const std::string& clients, const std::string& kind = "page") {
    const auto result = test::play(R"({ "duration": "10s",
      "classes": { "file": null, "one": { "sleep": "1s", "cpu": { "haproxy": "0ms", "nginx": "0ms" }, "kind": ")" +
                                   kind + R"(" } },
      "clients": { "users": { "keep_alive": true, )" +
                                   clients + R"( } },
      "haproxy": { "redispatch": true },
      "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "5s" }] })");
    return static_cast<double>(test::ended(result, Outcome::closed) +
                               test::ended(result, Outcome::reset));
  };
  CHECK(broken(R"("resend": true)") == 0);
  CHECK(broken(R"("resend": false)") == near(5).margin(1));
  CHECK(broken(R"("resend": true)", "write") == 0);
  // What changes nothing is repeated all the same.
  CHECK(broken(R"("resend_writes": false)") == 0);
  CHECK(broken(R"("resend_writes": false)", "write") == near(5).margin(1));
}
