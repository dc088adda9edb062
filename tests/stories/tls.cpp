// HTTPS: what it costs, what ends with a certificate, and who can still read along.
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "catch.hpp"
#include "measure/summary.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Cause;
using measure::Outcome;
using measure::Result;
using test::ended;
using test::merged;
using test::play;
using test::requests_of;

namespace {

/// HAProxy with TLS whose computing costs nothing; `tls` is merged over that.
std::string https(const std::string& tls, const std::string& rest = "{}") {
  return merged(R"({ "haproxy": { "tls": { "cpu": { "handshake": "0ms", "resumed": "0ms",
                   "request": "0ms", "client": "0ms", "rsa": "0ms", "ecdsa": "0ms" } } } })",
                merged(R"({ "haproxy": { "tls": )" + tls + " } }", rest));
}
/// With what it costs.
std::string costly(const std::string& tls, const std::string& rest = "{}") {
  return merged(R"({ "haproxy": { "tls": )" + tls + " } }", rest);
}
std::string clients(const std::string& options) {
  return R"({ "clients": { "users": )" + options + " } }";
}
const std::string strangers = clients(R"({ "addresses": 16777216 })");
const std::string one_user = clients(R"({ "addresses": 1 })");
const std::string kept = clients(R"({ "keep_alive": true, "requests_per_connection": 100000 })");

double median(const Result& result) {
  std::vector<double> times;
  for (const auto& one : result.samples) times.push_back(one.end - one.arrival);
  std::nth_element(times.begin(), times.begin() + std::ssize(times) / 2, times.end());
  return times[times.size() / 2];
}

/// Processor time of HAProxy, in ms a request.
double cpu(const Result& result) {
  double busy = 0;
  for (const measure::Load& load : result.loads)
    if (load.part == "haproxy@lb1" && load.what == "computing")
      for (const auto& window : load.windows) busy += window.busy;
  constexpr double threads = 2;  // busy is a share of them
  return 1e3 * threads * busy / static_cast<double>(requests_of(result));
}

double asked(const Result& result, const char* metric) {
  return measure::value_of({.metric = measure::find_metric(metric)}, result);
}

/// Failures by their scheduled arrival, `from` on and before `until`.
std::vector<measure::Sample> failures(const Result& result, double from = 0, double until = 1e9) {
  std::vector<measure::Sample> found;
  for (const auto& one : test::by_arrival(result))
    if (one.outcome != Outcome::ok && one.arrival >= from && one.arrival < until)
      found.push_back(one);
  return found;
}

/// An eavesdropper everywhere; users log in, and every request has a cookie.
const std::string overheard = R"({ "eavesdropper": {},
  "classes": { "file": { "mix": 0 },
               "login": { "kind": "write", "password": true, "cookie": true },
               "page": { "kind": "read", "cookie": true } },
  "app": { "database": { "persistent": false } } })";

measure::Overheard on(const Result& result, const std::string& link) {
  measure::Overheard sum;
  for (const measure::Overheard& one : result.overheard) {
    if (one.link != link) continue;
    sum.requests += one.requests;
    sum.passwords += one.passwords;
    sum.cookies += one.cookies;
    sum.queries += one.queries;
    sum.readable += one.readable;
    sum.sealed += one.sealed;
  }
  return sum;
}

}  // namespace

TEST_CASE("TLS-1: a full handshake takes one round trip with TLS 1.3, two with 1.2; resumed one") {
  const double plain = median(play("{}"));
  const double trip = plain - median(play(kept));
  REQUIRE(trip == near(0.04).margin(0.002));
  const auto more = [&](const char* version, const std::string& who) {
    const std::string tls = std::string(R"({ "version": ")") + version + "\" }";
    return (median(play(https(tls, who))) - plain) / trip;
  };
  CHECK(more("1.3", strangers) == near(1).margin(0.03));
  CHECK(more("1.2", strangers) == near(2).margin(0.03));
  CHECK(more("1.3", one_user) == near(1).margin(0.03));
  CHECK(more("1.2", one_user) == near(1).margin(0.03));
  CHECK(more("1.3", kept) == near(-1).margin(0.03));
}

TEST_CASE("TLS-2: processor time of HAProxy for each connection, as it was measured") {
  const double plain = cpu(play("{}"));
  const double full = cpu(play(costly("{}", strangers))) - plain;
  CHECK(full == near(2.187 - 0.685).margin(std::hypot(0.203, 0.118)));
  const double resumed = cpu(play(costly("{}", one_user))) - plain;
  CHECK(resumed == near(1.530 - 0.685).margin(std::hypot(0.039, 0.118)));
  const double on_kept = cpu(play(costly("{}", kept))) - plain;
  CHECK(on_kept == near(0.479 - 0.364).margin(std::hypot(0.052, 0.055)));
  // The signatures' difference, by `openssl speed`.
  const double ecdsa = cpu(play(costly(R"({ "key": "ecdsa" })", strangers))) - plain;
  CHECK(full - ecdsa == near(0.333).margin(0.005));
}

TEST_CASE("TLS-2: the handshake's and the records' bytes") {
  const auto bytes = [](const std::string& patch) {
    const Result result = play(merged(patch, R"({ "eavesdropper": { "links": ["internet"] } })"));
    const auto sum = on(result, "internet");
    return (sum.readable + sum.sealed) / static_cast<double>(requests_of(result));
  };
  // Measured at the client's interface; less the frames' and segments' headers of 66 bytes each.
  const double full = bytes(https("{}", strangers)) - bytes("{}");
  CHECK(full == near(8336 - 6370 + 1130 - 676 - 66 * (21.0 - 16.5)).margin(std::hypot(304, 80)));
  const double resumed = bytes(https("{}", one_user)) - bytes("{}");
  CHECK(resumed == near(7011 - 6370 + 1392 - 676 - 66 * (19.6 - 16.5)).margin(536));
  const double on_kept = bytes(https("{}", kept)) - bytes(kept);
  CHECK(on_kept == near(6230 - 5923 + 364 - 322).margin(std::hypot(153, 116)));
}

TEST_CASE("TLS-3: a session is resumed as long as the listener's process knows it") {
  const auto full = [](const std::string& tls, const std::string& rest = "{}") {
    const Result result = play(https(tls, merged(one_user, rest)));
    const auto made = static_cast<std::uint64_t>(asked(result, "handshakes") +
                                                 asked(result, "resumed_handshakes"));
    CHECK(made >= ended(result, Outcome::ok));
    return asked(result, "handshakes") / static_cast<double>(made);
  };
  const double once = 1 / static_cast<double>(requests_of(play(one_user)));
  CHECK(full("{}") == near(once));
  CHECK(full(R"({ "tickets": false })") == near(once));  // the cache does the same
  CHECK(full(R"({ "tickets": false, "session_cache": 0 })") == 1);
  CHECK(full(R"({ "session_lifetime": "50ms" })") == 1);
  CHECK(full(R"({ "session_lifetime": "150ms" })") == near(once));
  // 1.2 goes on with the session of its last full handshake: a new one after 0.9 s, of 0.1 s each.
  CHECK(full(R"({ "session_lifetime": "850ms", "version": "1.3" })") == near(once));
  CHECK(full(R"({ "session_lifetime": "850ms", "version": "1.2" })") == near(1 / 9.).margin(0.01));
  CHECK(
      full("{}", R"({ "faults": [{ "kind": "reload", "target": "haproxy@lb1", "at": "10s" }] })") ==
      near(2 * once));
  CHECK(full("{}", R"({ "faults": [{ "kind": "crash", "target": "haproxy@lb1", "at": "9950ms",
                       "for": "20ms" }] })") == near(2 * once).epsilon(0.02));
  // Who was among the last ten of forty users: 1 - (39/40)^10.
  const std::string users =
      R"({ "clients": { "users": { "addresses": 40 } }, "duration": "200s" })";
  CHECK(full(R"({ "tickets": false, "session_cache": 400 })", users) == near(0.02).margin(0.002));
  CHECK(full(R"({ "tickets": false, "session_cache": 10 })", users) == near(0.776).margin(0.03));
}

TEST_CASE("TLS-3: the balancer that takes the address over knows no session") {
  const Result result = play(https("{}", R"({
    "hosts": { "lb2": { "like": "lb1" } },
    "clients": { "users": { "addresses": 1, "connect_to": "10.0.0.100:443" } },
    "keepalived": { "virtual_ipaddress": ["10.0.0.100"],
      "vrrp_script": { "chk": { "checks": "process", "process": "haproxy", "interval": "1s" } },
      "track_script": ["chk"], "hosts": { "lb1": { "priority": 150 }, "lb2": { "priority": 100 } } },
    "haproxy": { "bind": 443, "hosts": { "lb1": {}, "lb2": {} } },
    "faults": [{ "kind": "crash", "target": "haproxy@lb1", "at": "10s" }] })"));
  REQUIRE(result.handshakes.size() == 2);
  for (const measure::Handshakes& one : result.handshakes) {
    CHECK(one.full == 1);
    CHECK(one.resumed > 50);
  }
}

TEST_CASE(
    "TLS-4: from the certificate's end on every new connection fails, and nobody inside sees it") {
  const std::string expires = R"({ "certificate": { "expires": "10s" } })";
  const std::string checks = R"({ "haproxy": { "default_server": {
    "check": { "kind": "httpchk", "inter": "1s" } } } })";
  const double trip = 0.04;
  const Result result = play(https(expires, merged(checks, strangers)));
  CHECK(failures(result, 0, 9.9).empty());
  const auto failed = failures(result, 9.9);
  CHECK(failed.size() >= 99);
  CHECK(ended(result, Outcome::ok) + failed.size() == requests_of(result));
  for (const auto& one : failed) {
    CHECK(one.outcome == Outcome::certificate);
    CHECK(one.cause == Cause::certificate_expired);
    CHECK(one.end - one.arrival == near(2 * trip).margin(0.002));  // SYN, and the first flight
  }
  for (const char* event : {"check_failed", "DOWN"})
    CHECK(std::isinf(test::date_of(result, event)));
  // Kept connections go on; so does who does not look.
  CHECK(failures(play(https(expires, kept))).empty());
  CHECK(failures(play(https(expires, clients(R"({ "verify": false })")))).empty());
}

TEST_CASE("TLS-4: a certificate that was renewed is in use from the next start or reload on") {
  const auto bad = [](const std::string& faults) {
    return failures(play(https(R"({ "certificate": { "expires": "10s", "renewed": "5s" } })",
                               R"({ "faults": [)" + faults + "] }")))
        .size();
  };
  const auto reload = [](const char* at) {
    return std::string(R"({ "kind": "reload", "target": "haproxy@lb1", "at": ")") + at + "\" }";
  };
  CHECK(bad("") >= 99);
  CHECK(bad(reload("4s")) >= 99);  // the old one was still there
  CHECK(bad(reload("6s")) == 0);
  CHECK(bad(reload("15s")) == near(50).margin(1));
  CHECK(bad(R"({ "kind": "crash", "target": "haproxy@lb1", "at": "5960ms", "for": "20ms" })") <= 1);
}

TEST_CASE("A certificate for another name fails for all, an incomplete chain for the same few") {
  const Result name = play(https(R"({ "certificate": { "wrong_name": true } })"));
  CHECK(ended(name, Outcome::certificate) == requests_of(name));
  CHECK(name.samples.front().cause == Cause::certificate_name);
  const std::string chain = R"({ "certificate": { "incomplete_chain": "30%" } })";
  const Result result = play(https(chain, strangers));
  const double share = static_cast<double>(ended(result, Outcome::certificate)) /
                       static_cast<double>(requests_of(result));
  CHECK(share == near(0.3).margin(3 * std::sqrt(0.3 * 0.7 / 200)));
  // Of one user all or nothing.
  const Result one = play(https(chain, one_user));
  CHECK(ended(one, Outcome::certificate) % requests_of(one) == 0);
}

TEST_CASE("An eavesdropper reads everything of HTTP, and on HTTPS only what is plain behind it") {
  const Result http = play(overheard);
  const auto door = on(http, "internet");
  CHECK(door.requests == requests_of(http));
  CHECK(door.cookies == requests_of(http));
  const double logins = static_cast<double>(door.passwords) / static_cast<double>(door.requests);
  CHECK(logins == near(0.5).margin(0.2));
  CHECK(door.queries == 0);
  CHECK(door.sealed == 0);
  // On the balancer's own cable each passes twice: in, and on to a server.
  CHECK(asked(http, "overheard_passwords") == 2 * static_cast<double>(door.passwords));

  const Result secure = play(https("{}", overheard));
  CHECK(on(secure, "internet").requests == 0);
  CHECK(on(secure, "internet").passwords == 0);
  CHECK(on(secure, "internet").readable == 0);
  CHECK(on(secure, "internet").sealed > door.readable);
  // Behind HAProxy all is as before: half of it on the way to each server.
  CHECK(ended(secure, Outcome::ok) == requests_of(secure));
  CHECK(on(http, "server1-nic").passwords + on(http, "server2-nic").passwords == door.passwords);
  CHECK(on(secure, "server1-nic").passwords + on(secure, "server2-nic").passwords ==
        door.passwords);
}

TEST_CASE("TLS to the servers and to the database hides the rest") {
  const std::string free = R"("cpu": { "handshake": "0ms", "resumed": "0ms", "request": "0ms",
                                     "client": "0ms", "rsa": "0ms" })";
  const Result inside =
      play(https("{}", merged(overheard, R"({ "nginx": { "tls": { )" + free + " } } }")));
  CHECK(ended(inside, Outcome::ok) == requests_of(inside));
  for (const char* link : {"internet", "lb1-nic", "server1-nic", "server2-nic"})
    CHECK(on(inside, link).requests == 0);
  // Server 2 writes to the primary on server 1, in clear.
  CHECK(on(inside, "server1-nic").queries > 10);
  const Result all =
      play(https("{}", merged(overheard, R"({ "nginx": { "tls": { )" + free +
                                             R"( } }, "mysql": { "tls": { )" + free + " } } }")));
  CHECK(ended(all, Outcome::ok) == requests_of(all));
  for (const char* link : {"internet", "lb1-nic", "server1-nic", "server2-nic"})
    CHECK(on(all, link).queries + on(all, link).requests == 0);
}

TEST_CASE("A balancer in mode tcp passes TLS of the database on") {
  const std::string tunnel = R"({ "duration": "60s", "eavesdropper": {},
    "classes": { "file": { "kind": "write" } },
    "app": { "database": { "primary": "haproxy@lb1:3306", "read_from": "primary" } },
    "haproxy": { "servers": null,
      "frontends": { "web": { "default_backend": "web" },
                     "db": { "mode": "tcp", "bind": 3306, "default_backend": "db" } },
      "backends": { "web": { "servers": { "server2": {} } },
        "db": { "mode": "tcp", "servers": { "db1": { "address": "mysql@server1" } } } } } })";
  const Result plain = play(tunnel);
  CHECK(ended(plain, Outcome::ok) == requests_of(plain));
  CHECK(on(plain, "lb1-nic").queries == 2 * requests_of(plain));
  const Result secure = play(merged(tunnel, R"({ "mysql": { "tls": {} } })"));
  CHECK(ended(secure, Outcome::ok) == requests_of(secure));
  CHECK(on(secure, "server1-nic").queries == 0);
  CHECK(on(secure, "server2-nic").queries == 0);
  const auto database = std::find_if(secure.handshakes.begin(), secure.handshakes.end(),
                                     [](const auto& one) { return one.daemon == "mysql@server1"; });
  REQUIRE(database != secure.handshakes.end());
  CHECK(database->full > 0);
}

TEST_CASE("A balancer that verifies its servers answers 503 when their certificate ends") {
  const std::string expired = R"({ "nginx": { "tls": { "certificate": { "expires": "0s" } } } })";
  const Result trusts = play(expired);
  CHECK(ended(trusts, Outcome::ok) == requests_of(trusts));
  const Result verifies =
      play(merged(expired, R"({ "haproxy": { "default_server": { "verify": true } } })"));
  CHECK(ended(verifies, Outcome::http_503) == requests_of(verifies));
}

TEST_CASE("TLS-4: a balancer that resumes its session with a server misses the certificate's end") {
  for (const std::string anew : {"restart", "reload"}) {
    INFO(anew);
    const Result result = play(R"({ "duration": "40s",
      "nginx": { "tls": { "certificate": { "expires": "10s" } } },
      "haproxy": { "default_server": { "verify": true, "check": { "kind": "tcp" } } },
      "faults": [{ "kind": ")" +
                               anew + R"(", "target": "nginx@server1", "at": "20s" }] })");
    CHECK(failures(result, 0, 19.9).empty());
    // Only the one that was started anew has forgotten it.
    const double down = test::date_of(result, "DOWN", "haproxy@lb1", "server1");
    CHECK(down > 22);
    CHECK(down < 29);
    CHECK(std::isinf(test::date_of(result, "DOWN", "haproxy@lb1", "server2")));
    for (const measure::Event& event : result.events)
      if (event.what == measure::What::down)
        CHECK(event.check.failure == measure::CheckFailure::handshake);
    for (const auto& one : failures(result)) CHECK(one.outcome == Outcome::http_503);
    CHECK(failures(result, down + 0.1, 40).empty());
  }
}

TEST_CASE("Wrong inputs of TLS are told") {
  const auto told = [](const std::string& patch) -> std::string {
    try {
      play(patch);
    } catch (const std::runtime_error& mistakes) {
      return mistakes.what();
    }
    return "";
  };
  CHECK(told(https(R"({ "version": "1.4" })")).find("\"1.2\"") != std::string::npos);
  CHECK(told(R"({ "eavesdropper": { "links": ["internet", "lb1"] } })").find("lb1-nic") !=
        std::string::npos);
  CHECK(told(R"({ "eavesdropper": { "links": ["internet"] } })").empty());
}

TEST_CASE("TLS-4: a certificate that ends as a fault, renewed at its repair") {
  const Result result = play(https(
      "{}", merged(strangers, R"({ "duration": "40s", "faults": [{ "kind": "certificate_expiry",
      "target": "haproxy@lb1", "at": "10s", "for": "15s" }] })")));
  const auto failed = failures(result);
  REQUIRE_FALSE(failed.empty());
  CHECK(failed.front().arrival == near(10).margin(0.5));
  CHECK(failed.back().arrival == near(25).margin(0.5));
  CHECK(failures(result, 10.5, 24.5).size() ==
        static_cast<std::size_t>(std::ranges::count_if(test::by_arrival(result), [](auto& one) {
          return one.arrival >= 10.5 && one.arrival < 24.5;
        })));
  for (const auto& one : failed) CHECK(one.cause == Cause::certificate_expired);
  for (const measure::Event& event : result.events) CHECK(event.what != measure::What::down);
}

TEST_CASE("http-request redirect: a round trip and a connection more, once for each address") {
  const auto led = [](const std::string& who) {
    return median(play(merged(https("{}", who), R"({ "haproxy": { "tls": null, "frontends": {
          "plain": { "bind": 80, "redirect_scheme_https": 443 },
          "sealed": { "bind": 443, "tls": { "cpu": { "handshake": "0ms", "resumed": "0ms",
            "request": "0ms", "client": "0ms", "rsa": "0ms", "ecdsa": "0ms" } } } } } })")));
  };
  const double direct = median(play(https("{}", strangers)));
  CHECK(led(strangers) - direct == near(2 * 0.04).margin(0.004));
  CHECK(led(one_user) == near(direct).margin(0.004));
}

TEST_CASE("A handshake with somebody who does not speak TLS is an ended connection") {
  // Whoever has the address; only the balancer that has it now has no certificate.
  const Result result = play(R"({ "hosts": { "lb2": { "like": "lb1" } },
    "clients": { "users": { "connect_to": "10.0.0.100:80" } },
    "haproxy": { "hosts": { "lb2": { "tls": {} } } },
    "keepalived": { "virtual_ipaddress": ["10.0.0.100"],
      "hosts": { "lb1": { "priority": 150 }, "lb2": { "priority": 100 } } } })");
  CHECK(ended(result, Outcome::closed) == requests_of(result));
}
