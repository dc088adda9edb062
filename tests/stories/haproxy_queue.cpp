// Requests that wait for a server with maxconn.
#include <string>

#include "catch.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

using namespace spof;
using measure::LogLine;
using measure::Outcome;
using test::play;

namespace {

/// Every server takes one request at a time and needs so long for it.
std::string one_at_a_time(const std::string& sleep, const std::string& clients,
                          const std::string& haproxy) {
  return R"({ "classes": { "file": null, "page": { "kind": "page", "sleep": ")" + sleep +
         R"(", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "clients": { "users": { )" +
         clients + R"( } },
    "haproxy": { "default_server": { "maxconn": 1 }, )" +
         haproxy + " } }";
}

const std::string alone = R"("servers": { "server2": null })";

}  // namespace

TEST_CASE("V11: a full server and timeout queue 1500 ms are a 503 sQ after 1.5 s") {
  const auto result = play(one_at_a_time("50s", R"("rate": "2/s", "stop": "6s")",
                                         R"("timeout": { "queue": "1500ms" }, )" + alone));
  const auto lines = test::log_between(result, 0);
  REQUIRE(lines.size() > 8);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    CHECK(lines[i].line.status == 503);
    CHECK(std::string(lines[i].line.termination) == "sQ");
    CHECK(lines[i].line.total == near(1.5).margin(0.001));
    CHECK(lines[i].line.connect < 0);
  }
}

TEST_CASE("HA-10: timeout queue defaults to timeout connect") {
  const auto result = play(one_at_a_time("50s", R"("rate": "2/s", "stop": "6s")",
                                         R"("timeout": { "connect": "3s" }, )" + alone));
  const auto lines = test::log_between(result, 0);
  REQUIRE(lines.size() > 8);
  for (std::size_t i = 1; i < lines.size(); ++i)
    CHECK(lines[i].line.total == near(3.0).margin(0.001));
}

TEST_CASE("HA-8: whoever came first is served first, on whichever server is free") {
  for (const std::string& servers : {alone, std::string(R"("servers": { "server2": {} })")}) {
    const auto result = play(one_at_a_time("300ms", R"("rate": "20/s", "stop": "2s")",
                                           R"("timeout": { "queue": "60s" }, )" + servers));
    const auto lines = test::log_between(result, 0);
    REQUIRE(lines.size() > 35);
    double last = 0;
    for (const LogLine& one : lines) {
      CHECK(one.line.status == 200);
      const double begun = one.line.accepted + one.line.queue;
      CHECK(begun >= last);
      last = begun;
    }
  }
}

TEST_CASE("HA-8: maxconn is never exceeded") {
  const auto result = play(one_at_a_time(
      "300ms", R"("rate": "20/s", "stop": "5s")",
      R"("timeout": { "queue": "60s" }, "servers": { "server2": { "maxconn": 3 } })"));
  const auto lines = test::log_between(result, 0);
  for (const auto& [server, limit] : {std::pair("server1", 1), std::pair("server2", 3)})
    for (const LogLine& one : lines) {
      if (one.server != server) continue;
      int at_once = 0;
      const double date = one.line.accepted + one.line.queue + 1e-6;
      for (const LogLine& other : lines)
        at_once += other.server == server && other.line.accepted + other.line.queue <= date &&
                   other.line.accepted + other.line.total > date;
      CHECK(at_once <= limit);
    }
}

TEST_CASE("HA-12: without redispatch a server goes on with its own queue, out of service or not") {
  // Of 60 a second 20 are served: at 5 s some 200 wait, and are answered within 10 s.
  const std::string patch = one_at_a_time("50ms", R"("rate": "60/s", "stop": "5s")",
                                          R"("balance": "source", "timeout": { "queue": "60s" })");
  for (const std::string fault :
       {R"("kind": "maintenance", "target": "haproxy@lb1", "server": "server2")",
        R"("kind": "crash", "target": "nginx@server2")"}) {
    CAPTURE(fault);
    const auto result =
        play(test::merged(patch, R"({ "faults": [{ "at": "4.9s", )" + fault + "}] }"));
    const bool dies = test::has(fault, "crash");
    std::size_t good = 0, refused = 0, waited = 0;
    for (const auto& one : result.samples) {
      good += one.outcome == Outcome::ok;
      refused += one.cause == measure::Cause::connect_error;
      waited += one.cause == measure::Cause::queue_timeout;
    }
    CHECK(good + refused + waited + (dies ? 1 : 0) == result.samples.size());  // one was there
    CHECK((dies ? refused > 15 : refused + waited == 0));  // one after the other, 3 s each
  }
}

TEST_CASE("HA-6: who finds the one backup full waits for it, whoever is back meanwhile") {
  // From 4 to 12 s five a second come to a backup that serves two.
  const auto last_late = [](const std::string& haproxy) {
    const auto result = play(test::merged(
        one_at_a_time("1s", R"("arrivals": "constant", "rate": "5/s", "stop": "20s")",
                      R"("redispatch": true, "timeout": { "queue": "30s" }, )" + haproxy),
        R"({ "duration": "40s", "app": { "threads": 20 },
             "haproxy": { "servers": { "server1": { "maxconn": 20 },
                                       "server2": { "maxconn": 2, "backup": true } } },
             "faults": [{ "kind": "maintenance", "target": "haproxy@lb1", "server": "server1",
                          "at": "4s", "until": "12s" }] })"));
    double last = 0;
    for (const auto& one : test::by_arrival(result)) {
      CHECK(one.outcome == Outcome::ok);
      if (one.end - one.arrival > 1.5) last = std::max<double>(last, one.end);
    }
    return last;
  };
  CHECK(last_late(R"("allbackups": false)") == near(24.6).margin(0.6));
  CHECK(last_late(R"("allbackups": true)") == near(14).margin(0.5));
  CHECK(last_late(R"("balance": "static-rr")") == near(14).margin(0.5));
}

TEST_CASE("HA-45: in maintenance or drained, a server's own queue goes to others at once") {
  for (const std::string mode : {"maint", "drain"}) {
    int moved = 0;
    for (const std::string server : {"server1", "server2"}) {  // one has all the traffic
      const auto result =
          play(test::merged(one_at_a_time("2s", R"("rate": "2/s", "stop": "2s", "addresses": 1)",
                                          R"("balance": "source", "redispatch": true,
                                             "timeout": { "queue": "60s" })"),
                            R"({ "faults": [{ "kind": "maintenance", "target": "haproxy@lb1",
        "server": ")" + server + R"(", "mode": ")" +
                                mode + R"(", "at": "1900ms" }] })"));
      const auto lines = test::log_between(result, 0);
      if (lines.front().server != server) continue;
      ++moved;
      CHECK(lines.front().line.status == 200);
      for (std::size_t i = 1; i < lines.size(); ++i) CHECK(lines[i].server != server);
      CHECK(lines[1].line.accepted + lines[1].line.queue == near(1.9).margin(0.001));
    }
    CHECK(moved == 1);
  }
}

TEST_CASE("HA-11: a request whose client has left is sent to the server all the same") {
  // The first holds the server for 2 s; ten more come and leave within that time; then one who
  // stays.
  const std::string clients = R"("rate": "5/s", "stop": "2300ms", "timeout": "300ms" },
    "patient": { "connect_to": "haproxy@lb1", "arrivals": "constant", "rate": "1/s",
                 "start": "2500ms", "stop": "4s", "timeout": "100s")";
  const std::string queue = R"("timeout": { "queue": "60s", "connect": "5s" }, )" + alone;
  const auto wasted = play(one_at_a_time("2s", clients, queue));
  const auto spared = play(one_at_a_time("2s", clients, R"("abortonclose": true, )" + queue));
  const auto patient = [](const measure::Result& result) {
    for (const auto& one : test::by_arrival(result))
      if (one.population == 1) return one.end - one.arrival;
    return 0.0;
  };
  // 11 impatient ones keep the server busy until 2.2 s + 20 s.
  CHECK(patient(wasted) > 18);
  CHECK(patient(spared) < 4);
}
