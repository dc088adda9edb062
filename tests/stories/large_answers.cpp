// Downloads that take long, and what becomes of them when something breaks in the middle. Measured
// with HAProxy 2.6.12 and Nginx 1.22.1: 20 MB over 10 Mbit/s, struck after 5 s.
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Cause;
using measure::Outcome;
using measure::Sample;

namespace {

/// One download of 20 MB begins at 1 s, over a link with 10 Mbit/s.
std::string download(const std::string& narrow, const std::string& faults,
                     const std::string& more = "{}") {
  return test::merged(R"({ "duration": "60s",
    "classes": { "file": { "response": "20MB" } },
    "clients": { "users": { "rate": "1/s", "stop": "1.5s", "timeout": "55s" } },
    "haproxy": { "redispatch": true, "timeout": { "connect": "2s", "client": "8s", "server": "6s" },
      "retry_on": { "empty_response": true, "response_timeout": true } },
    "faults": [{ "kind": "bandwidth", "target": ")" +
                          narrow + R"(", "left": "1%", "at": "0s" })" + faults + "] }",
                      more);
}

std::string strike(const std::string& kind, const std::string& target,
                   const std::string& more = "") {
  return R"(, { "kind": ")" + kind + R"(", "target": ")" + target + R"(", "at": "6s")" + more +
         " }";
}

struct Fate {
  Sample sample;
  measure::HttpLog line;  ///< of HAProxy, if it has one
  std::string how() const { return line.termination; }
};

Fate fate(const std::string& story) {
  const auto result = test::play(story);
  REQUIRE(result.samples.size() == 1);
  Fate made{result.samples.front(), {}};
  if (!result.logs.empty()) made.line = result.logs.front().line;
  return made;
}

void check_cut(const Fate& one, const char* termination, double from, double until) {
  CHECK(one.sample.outcome == Outcome::closed);
  CHECK(one.sample.cause == (termination[0] == 'S'   ? Cause::answer_cut
                             : termination[0] == 's' ? Cause::answer_stalled
                                                     : Cause::marked_down));
  CHECK(one.how() == termination);
  CHECK(one.line.status == 200);
  CHECK(one.line.retries == 0);
  CHECK(one.sample.end > from);
  CHECK(one.sample.end < until);
}

const std::string at_clients = "internet", at_server = "server1-nic";
const std::string other_gone = R"({ "haproxy": { "servers": { "server2": null } } })";

}  // namespace

TEST_CASE("HA-32, TCP-19: a download takes as long as its slowest link, and holds its server") {
  for (const std::string& narrow : {at_clients, at_server}) {
    const Fate one = fate(download(narrow, "", other_gone));
    CHECK(one.sample.outcome == Outcome::ok);
    CHECK(one.sample.end - one.sample.arrival == near(16.6).margin(1.2));
    CHECK(one.line.response < 1);  // its header
    CHECK(one.line.total > 14);
  }
}

TEST_CASE("HA-32: who dies in the middle of an answer cuts it, whatever else is configured") {
  for (const std::string& narrow : {at_clients, at_server}) {
    INFO(narrow);
    check_cut(fate(download(narrow, strike("crash", "nginx@server1"), other_gone)), "SD", 6, 8.2);
    const Fate closed = fate(download(narrow, strike("crash", "haproxy@lb1"), other_gone));
    CHECK(closed.sample.outcome == Outcome::closed);
    CHECK(closed.sample.end < 8.2);
  }
}

TEST_CASE("HA-32, HA-48: who falls silent is found out late where the client is the slower side") {
  for (const std::string& fault :
       {strike("hang", "nginx@server1"), strike("link_down", "server1-nic")}) {
    INFO(fault);
    check_cut(fate(download(at_server, fault, other_gone)), "sD", 11.5, 13.5);
    const auto found = [&](const char* timeouts) {
      return fate(download(at_clients, fault,
                           test::merged(other_gone, std::string(R"({ "duration": "120s",
                             "clients": { "users": { "timeout": "115s" } },
                             "haproxy": { "timeout": )") +
                                                        timeouts + " } }")))
          .line.total;
    };
    CHECK(found("{}") == near(15.9).margin(0.4));
    CHECK(found(R"({ "client": "20s", "server": "3s" })") == near(24.9).margin(0.4));
    CHECK(found(R"({ "connect": "5s", "client": "50s", "server": "50s" })") ==
          near(104.8).margin(0.4));
  }
}

TEST_CASE("HA-32: what ends in time, or concerns new requests alone, cuts no answer") {
  for (const std::string& narrow : {at_clients, at_server})
    for (const std::string& faults :
         {strike("hang", "nginx@server1", R"(, "for": "3s")"),
          strike("link_down", "server1-nic", R"(, "for": "3s")"), strike("reload", "haproxy@lb1"),
          strike("reload", "nginx@server1"),
          strike("maintenance", "haproxy@lb1", R"(, "server": "server1", "mode": "maint")")}) {
      INFO(narrow << faults);
      const Fate one = fate(download(narrow, faults, other_gone));
      CHECK(one.sample.outcome == Outcome::ok);
      CHECK(one.sample.end < 24);
    }
}

TEST_CASE("TCP-12: what has come before a cut is not sent again") {
  const Fate one = fate(download(
      at_server, strike("link_down", "server1-nic", R"(, "for": "3s")"),
      R"({ "haproxy": { "timeout": { "server": "30s" }, "servers": { "server2": null } } })"));
  CHECK(one.sample.end - one.sample.arrival < 22);  // measured: 21.7 s
}

TEST_CASE("HA-32: sessions that are shut down with their server, and a client that takes nothing") {
  check_cut(fate(download(
                at_clients,
                strike("maintenance", "haproxy@lb1", R"(, "server": "server1", "mode": "maint")"),
                R"({ "haproxy": { "servers": { "server2": null,
                               "server1": { "on_marked_down": "shutdown-sessions" } } } })")),
            "DD", 6, 8.2);
  const Fate gone = fate(download(at_clients, strike("link_down", "clients-nic"), other_gone));
  CHECK(gone.sample.outcome == Outcome::timeout);
  CHECK(gone.how() == "cD");
  CHECK(gone.line.total == near(12.7).margin(1.5));  // measured: 7.7 s after it
}

TEST_CASE("NG-14: a stop of Nginx as Debian's waits for a download, but not for ever") {
  const Fate one = fate(download(at_clients, strike("restart", "nginx@server1"), other_gone));
  CHECK(one.sample.outcome == Outcome::closed);
  CHECK(one.how() == "SD");
  CHECK(one.sample.end > 11);  // measured: 5.0 s after it, and up to 3.4 s of buffers
  CHECK(one.sample.end < 11 + 3.5);
}

TEST_CASE("HA-10: slow downloads hold the places of their servers") {
  const auto result = test::play(download(at_clients, "", R"({
    "classes": { "file": { "response": "5MB" } },
    "clients": { "users": { "rate": "40/s" } },
    "haproxy": { "timeout": { "client": "60s", "server": "60s", "queue": "5s" },
      "default_server": { "maxconn": 5 } } })"));
  CHECK(test::ended(result, Outcome::ok) == 10);  // measured: 10 of 20, and 10 x 503 sQ
  CHECK(test::ended(result, Outcome::http_503) == test::requests_of(result) - 10);
}

TEST_CASE("HA-33: a time-out for headers is none for bodies; what is too large is answered 413") {
  const auto sent = [](const std::string& size, const std::string& more) {
    return fate(test::merged(
        R"({ "duration": "60s",
          "classes": { "file": null, "upload": { "kind": "page", "request": ")" +
            size + R"(" } },
          "clients": { "users": { "rate": "1/s", "stop": "1.5s", "timeout": "55s" } },
          "haproxy": { "timeout": { "http_request": "3s", "http_keep_alive": "2s" } },
          "faults": [{ "kind": "bandwidth", "target": "internet", "left": "0.8%", "at": "0s" }] })",
        more));
  };
  const Fate one = sent("10MB", R"({ "nginx": { "client_max_body_size": "0B" } })");
  CHECK(one.sample.outcome == Outcome::ok);
  CHECK(one.sample.end - one.sample.arrival > 9);
  const Fate large = sent("10MB", "{}");
  CHECK(large.sample.outcome == Outcome::http_413);
  CHECK(large.sample.cause == Cause::body_too_large);
  CHECK(sent("900kB", "{}").sample.outcome == Outcome::ok);
}

TEST_CASE("NG-15: on a full disk there is no room for the body of a request") {
  const auto sent = [](const char* size) {
    return fate(std::string(R"({ "classes": { "file": null, "form": { "kind": "page",
        "request": ")") +
                size + R"(" } },
      "clients": { "users": { "rate": "1/s", "start": "5s", "stop": "6.5s" } },
      "haproxy": { "servers": { "server2": null } },
      "faults": [{ "kind": "disk_full", "target": "server1", "at": "2s" }] })");
  };
  CHECK(sent("40kB").sample.outcome == Outcome::http_500);
  CHECK(sent("40kB").sample.cause == Cause::no_temp_file);
  CHECK(sent("8kB").sample.outcome == Outcome::ok);
}

TEST_CASE("HA-32: whoever is served slowly all the time is not cut, nor is who sends slowly") {
  const Fate one = fate(download(at_clients, "", R"({ "duration": "120s",
    "classes": { "file": { "response": "40MB" } }, "clients": { "users": { "timeout": "115s" } } })"));
  CHECK(one.sample.outcome == Outcome::ok);
  const Fate sent = fate(download(at_server, "", R"({
    "classes": { "file": { "kind": "page", "response": "1kB", "request": "10MB" } },
    "nginx": { "client_max_body_size": "0B" },
    "haproxy": { "servers": { "server2": null } } })"));
  CHECK(sent.sample.outcome == Outcome::ok);
  CHECK(sent.sample.end - sent.sample.arrival > 8);
}

TEST_CASE("TCP-12: a frozen host stops what is on its way to it, and not all is sent again") {
  const Fate one = fate(download(at_clients, strike("hang", "lb1", R"(, "for": "3s")"), R"({
    "classes": { "file": { "kind": "page", "response": "1kB", "request": "20MB" } },
    "nginx": { "client_max_body_size": "0B" } })"));
  CHECK(one.sample.outcome == Outcome::ok);
  CHECK(one.sample.end - one.sample.arrival > 16.5 + 2);
  CHECK(one.sample.end - one.sample.arrival < 16.5 + 8);
}

TEST_CASE("HA-32: a server without power leaves a part of its answer, in an application's, too") {
  check_cut(fate(download(at_server, strike("power_off", "server1"), other_gone)), "sD", 11.5,
            13.5);
  const std::string direct = R"({ "classes": { "file": { "kind": "page" } },
    "haproxy": { "servers": { "server2": null, "server1": { "address": "app@server1" } } } })";
  check_cut(fate(download(at_clients, strike("crash", "app@server1"), direct)), "SD", 6, 8.2);
}

TEST_CASE("DNS-10: browsers do not ask again for what they have half of") {
  const auto result =
      test::play(download(at_clients, strike("crash", "haproxy@lb1", R"(, "for": "1s")"),
                          R"({ "classes": { "file": { "response": "3MB" } },
    "clients": { "users": { "arrivals": "closed", "users": 1, "rate": null, "think_time": "0s",
                            "keep_alive": true, "resend": true, "stop": "8s" } } })"));
  int closed = 0;
  for (const Sample& one : result.samples) closed += one.outcome == Outcome::closed;
  CHECK(closed == 1);
}
