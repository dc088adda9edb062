// One HAProxy, several backends: what is shared, and what each has for itself.
#include <cmath>
#include <set>
#include <stdexcept>
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Cause;
using measure::Outcome;
using test::date_of;
using test::play;

namespace {

/// Files and pages, as many of each; pages go straight to the application servers.
std::string split(const std::string& more = "{}") {
  return test::merged(R"({ "duration": "40s",
    "classes": { "page": { "kind": "page", "cpu": { "haproxy": "0ms" } } },
    "clients": { "users": { "rate": "20/s", "timeout": "10s" } },
    "haproxy": { "servers": null, "use_backend": [{ "backend": "application", "classes": ["page"] }],
      "backends": {
        "static": { "servers": { "server1": {}, "server2": {} } },
        "application": { "servers": { "server1": { "address": "app@server1" }, "server2": { "address": "app@server2" } } } } } })",
                      more);
}

constexpr int file = 0, page = 1;

}  // namespace

TEST_CASE("a rule sends a class of requests to a backend of its own") {
  const auto result = play(split());
  CHECK(test::requests_of(result) == test::ended(result, Outcome::ok));
  std::set<std::string> of_files, of_pages;
  for (const auto& one : test::log_between(result, 0))
    (one.line.request_class == file ? of_files : of_pages).insert(one.server);
  CHECK(of_files == std::set<std::string>{"static/server1", "static/server2"});
  CHECK(of_pages == std::set<std::string>{"application/server1", "application/server2"});
}

TEST_CASE("a backend without a server fails alone") {
  const auto result = play(split(R"({
    "haproxy": { "backends": { "application": { "default_server": { "check": { "kind": "tcp" } },
      "servers": { "server2": null } } } },
    "faults": [{ "kind": "crash", "target": "app@server1", "at": "10s" }] })"));
  for (const auto& one : test::by_arrival(result, file)) CHECK(one.outcome == Outcome::ok);
  const double down = date_of(result, "DOWN", "haproxy@lb1", "application/server1");
  // Three failed checks 2 s apart, the first within 2 s.
  CHECK(down > 14);
  CHECK(down <= 16);
  for (const auto& one : test::by_arrival(result, page)) {
    if (one.arrival < 9.8) CHECK(one.outcome == Outcome::ok);
    if (one.arrival > down) CHECK(one.cause == Cause::no_server);
  }
}

TEST_CASE("a server's name stands alone where only one backend has it") {
  const auto result = play(split(R"({
    "haproxy": { "backends": { "application": { "servers": {
      "server1": null, "server2": null, "python": { "address": "app@server1" } } } } } })"));
  std::set<std::string> named;
  for (const auto& one : test::log_between(result, 0)) named.insert(one.server);
  CHECK(named == std::set<std::string>{"server1", "server2", "python"});
}

TEST_CASE("each backend has its own timeouts and queue; what it leaves out is the section's") {
  // Pages take 300 ms, one at a time, 10 a second: the queue grows, and nobody waits long in it.
  const auto result = play(split(R"({
    "classes": { "page": { "sleep": "300ms" } },
    "haproxy": { "timeout": { "queue": "1s" }, "default_server": { "maxconn": 1 },
      "backends": { "application": { "servers": { "server2": null } },
                    "static": { "timeout": { "queue": "5s" } } } } })"));
  for (const auto& one : test::by_arrival(result, file)) CHECK(one.outcome == Outcome::ok);
  int late = 0;
  for (const auto& one : test::by_arrival(result, page))
    if (one.outcome != Outcome::ok) {
      ++late;
      CHECK(one.cause == Cause::queue_timeout);
    }
  CHECK(late > 200);
}

TEST_CASE("HA-20: the checks of all backends are staggered together") {
  // Four checks, 2 s apart, begin half a second after each other; a new server's first failed one
  // makes it DOWN [HA-19].
  const auto result =
      play(split(R"({ "haproxy": { "default_server": { "check": { "kind": "tcp" } } },
    "faults": [{ "kind": "power_off", "target": "server1", "at": "0s" }] })"));
  const double first = date_of(result, "DOWN", "haproxy@lb1", "static/server1");
  const double third = date_of(result, "DOWN", "haproxy@lb1", "application/server1");
  CHECK(third - first == near(1).margin(0.05));
}

namespace {

/// As `split`, with a second frontend for people of the house, who reach the files' servers only.
std::string two_doors(const std::string& more = "{}") {
  return test::merged(
      split(
          R"({ "clients": { "house": { "connect_to": "haproxy@lb1:8404", "arrivals": "constant", "rate": "10/s", "timeout": "10s" } },
    "haproxy": { "frontends": { "web": {}, "house": { "bind": 8404, "use_backend": [], "default_backend": "static" } } } })"),
      more);
}

constexpr int users = 0, house = 1;

}  // namespace

TEST_CASE("each frontend has a port and rules of its own") {
  const auto result = play(two_doors());
  CHECK(test::requests_of(result) == test::ended(result, Outcome::ok));
  std::set<int> of_users, of_house;
  for (const auto& one : result.samples)
    (one.population == users ? of_users : of_house).insert(one.server);
  CHECK(of_users == std::set{0, 1, 2, 3});
  CHECK(of_house == std::set{0, 1});
}

TEST_CASE("HA-7: a full frontend lets nobody in, the other one does") {
  // Pages take 300 ms: 5 of the house's 10 requests a second are, which is more than one at a time.
  const auto result = play(two_doors(R"({ "classes": { "page": { "sleep": "300ms" } },
    "haproxy": { "frontends": { "house": { "maxconn": 1 } } } })"));
  std::size_t late = 0;
  for (const auto& one : result.samples) {
    if (one.population == users) CHECK(one.end - one.arrival < 0.6);
    late += one.population == house && one.end - one.arrival > 2;
  }
  CHECK(late > 200);
}

TEST_CASE("HA-41: a frontend's limit of requests is its own") {
  const auto result = play(two_doors(
      R"({ "haproxy": { "frontends": { "house": { "stick_table": { "deny_above": 10, "http_req_rate": "10s" } } } },
           "clients": { "house": { "addresses": 1 }, "users": { "addresses": 1 } } })"));
  for (const auto& one : result.samples)
    if (one.population == users) CHECK(one.outcome == Outcome::ok);
  CHECK(test::ended(result, Outcome::http_429) > 300);
}

TEST_CASE("HA-41: a reload begins with an empty stick table") {
  const auto denied = [](const std::string& faults) {
    const auto result = play(two_doors(
        R"({ "haproxy": { "frontends": { "house": { "stick_table": { "deny_above": 100, "http_req_rate": "1h" } } } },
           "clients": { "house": { "addresses": 1 } }, "faults": [)" +
        faults + "] }"));
    return static_cast<double>(test::ended(result, Outcome::http_429));
  };
  CHECK(denied("") - denied(R"({ "kind": "reload", "target": "haproxy@lb1", "at": "15s" })") ==
        near(100).margin(1));
}

TEST_CASE("what a rule, a door or a backend names must be there") {
  const auto is_told = [](const std::string& more, const std::string& what) {
    std::string told;
    try {
      play(two_doors(more));
    } catch (const std::runtime_error& error) {
      told = error.what();
    }
    INFO(told);
    CHECK(told.find(what) != std::string::npos);
  };
  is_told(R"({ "clients": { "house": { "connect_to": "haproxy@lb1:81" } } })",
          "haproxy@lb1 does not listen there; its ports are 80, 8404");
  is_told(R"({ "haproxy": { "frontends": { "house": { "default_backend": "statics" } } } })",
          "/haproxy/frontends/house/default_backend");
  is_told(R"({ "haproxy": { "use_backend": [{ "backend": "static", "classes": ["pages"] }] } })",
          "use_backend/0/classes/0");
  is_told(R"({ "haproxy": { "frontends": { "house": { "bind": 80 } } } })",
          "another frontend has this port");
  is_told(R"({ "haproxy": { "backends": { "static": { "servers": null } } } })",
          "a load balancer needs at least one server");
}
