// How an application server starts and stops, and who waits for it.
#include <algorithm>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Cause;
using measure::Outcome;
using measure::Sample;
using test::date_of;
using test::play;

namespace {

// 40 ms to connect, 20 ms for the request: it is at the application 60 ms after its arrival, and
// its answer with the client 20 ms later. The LAN adds less than 1 ms.
constexpr double there = 0.06, back = 0.02;

/// Pages of one server, ten a second.
std::string pages(const std::string& app, const std::string& more,
                  const std::string& page = R"("kind": "page")") {
  return test::merged(R"({ "duration": "30s", "classes": { "file": null, "page": { )" + page +
                          R"(, "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "haproxy": { "servers": { "server2": null } }, "app": { )" +
                          app + " } }",
                      "{ " + more + " }");
}

const std::string times = R"("boot_time": "600ms", "import_time": "800ms")";

/// Refused from `dead` until its master listens at `listens`, then waiting for an answer at
/// `ready`; nothing else happens to anybody.
void check_start(const measure::Result& result, double dead, double listens, double ready) {
  int refused = 0, waited = 0;
  for (const Sample& one : test::by_arrival(result)) {
    INFO("arrived at " << one.arrival << ", ended at " << one.end);
    const double at_app = one.arrival + there;
    if (at_app < dead || at_app > ready + 0.01) {
      CHECK(one.outcome == Outcome::ok);
      CHECK(one.end - one.arrival == near(there + back).margin(0.005));
    } else if (at_app < listens) {
      ++refused;
      CHECK(one.outcome == Outcome::http_502);
      CHECK(one.cause == Cause::upstream_refused);
      CHECK(one.end - one.arrival == near(there + back).margin(0.005));
    } else {
      ++waited;
      CHECK(one.outcome == Outcome::ok);
      CHECK(one.end == near(ready + back).margin(0.005));
    }
  }
  CHECK(refused == near(10 * (listens - dead)).margin(1));
  CHECK(waited == near(10 * (ready - listens)).margin(1));
}

/// When the first request from then on is at the application.
double next_there(const measure::Result& result, double from) {
  for (const Sample& one : test::by_arrival(result))
    if (one.arrival + there >= from) return one.arrival + there;
  return from;
}

}  // namespace

TEST_CASE("APP-12: whatever starts an application, it refuses, then keeps waiting, then serves") {
  const auto struck = [](const std::string& fault, const std::string& app = times) {
    return play(pages(app, R"("faults": [{ "at": "10s", )" + fault + " }]"));
  };
  const auto crash = struck(R"("kind": "crash", "target": "app@server1", "for": "2s")");
  check_start(crash, 10, 12.6, 13.4);
  CHECK(date_of(crash, "serving", "app@server1") == near(13.4).margin(0.001));
  CHECK(crash.over == near(13.4).margin(0.001));

  const std::string restarted = R"("service": { "restart": "always", "restart_sec": "200ms" }, )";
  check_start(struck(R"("kind": "crash", "target": "app@server1")", restarted + times), 10, 10.8,
              11.6);
  // The next request wakes it, and is answered; a second for its goodbye [APP-10], though systemd
  // waits only half of it.
  const auto told = struck(R"("kind": "restart", "target": "app@server1", "down_for": "500ms")");
  const double woken = next_there(told, 10), ready = date_of(told, "serving", "app@server1");
  CHECK(ready == near(woken + 2.4).margin(0.025));
  check_start(told, woken + 0.005, ready - 0.8, ready);
  const auto power =
      struck(R"("kind": "power_off", "target": "server1", "for": "1s", "boot_time": "2s")");
  CHECK(date_of(power, "serving", "nginx@server1") == near(13).margin(0.001));
  CHECK(date_of(power, "serving", "app@server1") == near(14.4).margin(0.001));
}

TEST_CASE("APP-12: the measured start: 0.4 to 0.8 s of 502, the first answer after 0.8 to 1.6 s") {
  const auto result = play(pages(R"("processes": 2)", R"("clients": { "users": { "rate": "50/s" } },
    "faults": [{ "at": "10s", "kind": "crash", "target": "app@server1", "for": "2s" }])"));
  double last_502 = 0, first_ok = 100;
  for (const Sample& one : test::by_arrival(result)) {
    if (one.arrival < 12) continue;
    if (one.outcome == Outcome::http_502)
      last_502 = std::max(last_502, one.end - 12);
    else
      first_ok = std::min(first_ok, one.end - 12);
  }
  CHECK(last_502 > 0.4);
  CHECK(last_502 < 0.8);
  CHECK(first_ok > 0.8);
  CHECK(first_ok < 1.6);
}

TEST_CASE("APP-12: eight workers import on four cores, in twice the time; beside it all is slow") {
  // 0.6 s, then eight times 0.8 s on four cores.
  const auto result = play(pages(
      times + R"(, "processes": 8)",
      R"("faults": [{ "at": "10s", "kind": "crash", "target": "app@server1", "for": "1s" }])"));
  CHECK(date_of(result, "serving", "app@server1") == near(11.6 + 1.6).margin(0.01));
}

TEST_CASE("APP-12: a check that reaches the application waits for its start, too") {
  // Up to 12.6 s checks of the page are refused; from then on they wait, for 2 s at most.
  const auto result = play(pages(times, R"(
    "haproxy": { "default_server": { "check": { "kind": "httpchk", "answered_by": "app", "inter": "2s", "fall": 1, "rise": 1 } } },
    "faults": [{ "at": "9900ms", "kind": "crash", "target": "app@server1", "for": "3s" }])"));
  CHECK(date_of(result, "DOWN", "haproxy@lb1", "server1") == near(10).margin(0.1));
  CHECK(date_of(result, "UP", "haproxy@lb1", "server1") == near(14.3).margin(0.1));
}

TEST_CASE(
    "APP-10: threads answer whoever wakes them, refuse from then on, and end after a second") {
  const std::string slow = R"("kind": "page", "sleep": "3s")";
  const auto stop =
      R"("faults": [{ "at": "10s", "kind": "stop", "target": "app@server1", "for": "15s" }])";
  const auto stopped = play(pages(R"("threads": 32)", stop, slow));
  const double woken = next_there(stopped, 10);
  for (const Sample& one : test::by_arrival(stopped)) {
    const double at_app = one.arrival + there;
    if (at_app > woken && at_app < 25) CHECK(one.outcome == Outcome::http_502);
    if (at_app <= woken) CHECK(one.outcome == Outcome::ok);
  }
  // Nobody asks: each process looks up at the end of its own second, and of many the last one late.
  const auto idle = [](const std::string& processes) {
    return date_of(play(pages(times + processes, R"("clients": { "users": { "stop": "5s" } },
      "faults": [{ "at": "10s", "kind": "stop", "target": "app@server1", "for": "100ms" }])")),
                   "serving", "app@server1");
  };
  const double one = idle(""), many = idle(R"(, "processes": 4)");
  CHECK(one > 10 + 1 + 1.4);
  CHECK(one < 10 + 2 + 1.4 + 0.025);
  CHECK(many > 10 + 1.5 + 1.4);
  CHECK(many < 10 + 2 + 1.4 + 0.025);
}

TEST_CASE("APP-11: a stopping sync worker's kernel takes connections until its request ends") {
  // Two workers, one with a request of 4 s from 8 s on. Stopped at 10 s. What comes until 12.1 s,
  // and while its interpreter ends, waits, and is reset then; from there on nobody listens.
  const auto result = play(R"({ "duration": "30s",
    "classes": { "file": null,
      "page": { "kind": "page", "cpu": { "haproxy": "0ms", "nginx": "0ms" } },
      "long": { "kind": "page", "mix": 0, "sleep": "4s", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "clients": { "users": { "rate": "20/s" },
      "one": { "connect_to": "haproxy@lb1", "host": "clients", "arrivals": "constant", "rate": "1/s", "mix": { "long": 1 },
               "profile": [ { "at": "0s", "rate": "0/s" }, { "at": "7s", "rate": "1/s" }, { "at": "8500ms", "rate": "0/s" } ] } },
    "haproxy": { "servers": { "server2": null } },
    "app": { "worker_class": "sync", "processes": 2 },
    "faults": [{ "at": "10s", "kind": "stop", "target": "app@server1", "for": "15s" }] })");
  double long_end = 0;
  for (const Sample& one : test::by_arrival(result))
    if (one.end - one.arrival > 3.9) long_end = std::max<double>(long_end, one.end);
  REQUIRE(long_end > 11);
  REQUIRE(long_end < 13);
  const double ends = long_end - back + 0.43;
  int waited = 0, refused = 0;
  for (const Sample& one : test::by_arrival(result)) {
    if (one.request_class != 0 && one.end - one.arrival > 3.9) continue;
    const double at_app = one.arrival + there;
    INFO("arrived at " << one.arrival << ", ended at " << one.end);
    if (at_app > 10 && at_app < ends - 0.01) {
      ++waited;
      CHECK(one.outcome == Outcome::http_502);
      CHECK(one.cause == Cause::upstream_closed);
      CHECK(one.end == near(ends + back).margin(0.02));
    } else if (at_app > ends + 0.02 && at_app < 24.99) {
      ++refused;
      CHECK(one.cause == Cause::upstream_refused);
      CHECK(one.end - one.arrival == near(there + back).margin(0.005));
    }
  }
  CHECK(waited == near(20 * (ends - 10)).margin(2));
  CHECK(refused == near(20 * (25 - ends)).margin(2));
}

TEST_CASE("APP-11: an idle sync application is gone at once, a busy one after 30 s at the latest") {
  const auto gone = [](const std::string& sleep) {
    const auto result = play(R"({ "duration": "70s",
      "classes": { "file": null, "page": { "kind": "page", "sleep": ")" +
                             sleep + R"(", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
      "clients": { "users": { "rate": "1/s", "timeout": "90s" } },
      "haproxy": { "timeout": { "server": "90s" }, "servers": { "server2": null } },
      "nginx": { "proxy_read_timeout": "90s" },
      "app": { "worker_class": "sync", "processes": 1, "timeout": "200s" },
      "faults": [{ "at": "10500ms", "kind": "stop", "target": "app@server1", "for": "59s" }] })");
    double first = 1000;  // the first 502
    for (const Sample& one : test::by_arrival(result))
      if (one.outcome == Outcome::http_502) first = std::min<double>(first, one.end);
    return first;
  };
  CHECK(gone("10ms") == near(11 + there + back).margin(0.05));
  CHECK(gone("60s") == near(40.5 + back).margin(0.05));
}
