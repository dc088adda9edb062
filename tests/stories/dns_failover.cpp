// Another way to survive the loss of a load balancer: the record changes. It is as slow as whoever
// remembers the old one.
#include <algorithm>
#include <cmath>
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Outcome;
using test::date_of;
using test::merged;
using test::play;

namespace {

/// Two balancers with an address each; lb2's is answered when lb1 does not serve. lb1 is silent
/// from 20.5 s on.
const std::string two = R"({
  "duration": "200s", "hosts": { "lb2": { "like": "lb1" } },
  "clients": { "users": { "connect_to": null, "timeout": "2s" } },
  "dns": { "addresses": ["haproxy@lb1"], "standby": ["haproxy@lb2"], "ttl": "10s", "hosts": { "ns1": {} } },
  "haproxy": { "hosts": { "lb1": {}, "lb2": {} } },
  "faults": [{ "kind": "power_off", "target": "lb1", "at": "20500ms" }] })";

/// The last request that failed, in seconds from the fault.
double last_failure(const measure::Result& run) {
  double last = 0;
  for (const auto& one : run.samples)
    if (one.outcome != Outcome::ok) last = std::max<double>(last, one.arrival - run.fault_start);
  return last;
}

}  // namespace

TEST_CASE("E5: a provider that checks takes (interval + timeout) x (tolerated + 1), and the TTL") {
  // Traffic Manager, 10 s, 5 s, 3 and a TTL of 10 s: 70 s at most (azure-docs issue 104593).
  const auto run = play(merged(two, R"({ "dns": { "health_check": {} } })"));
  const double changed = date_of(run, "record", "dns@ns1") - run.fault_start;
  CHECK(changed > 3 * 15 + 5);
  CHECK(changed <= 4 * 15);
  const double last = last_failure(run);
  CHECK(last > changed);
  CHECK(last <= 70);
}

TEST_CASE("E6: Route 53, checks every 30 s, the third failure in a row: usually 1.5 to 2 minutes") {
  // Seen with a TTL of a minute (keycloak-benchmark, pull request 647).
  const auto run =
      play(merged(two, R"({ "duration": "300s", "dns": { "ttl": "60s", "health_check": {
      "interval": "30s", "timeout": "4s", "tolerated_failures": 2 } } })"));
  const double changed = date_of(run, "record", "dns@ns1") - run.fault_start;
  CHECK(changed > 2 * 34 + 4);
  CHECK(changed <= 3 * 34);
  CHECK(last_failure(run) > 75);
  CHECK(last_failure(run) <= 3 * 34 + 60);
}

TEST_CASE("the record goes back with the first check that passes") {
  const auto run = play(merged(two, R"({ "dns": { "health_check": {} },
    "faults": [{ "kind": "crash", "target": "haproxy@lb1", "at": "20500ms", "for": "80s" }] })"));
  const double back = date_of(run, "record", "dns@ns1", "", run.fault_start + 80);
  CHECK(back <= run.fault_start + 80 + 10.1);
  CHECK(std::isinf(date_of(run, "record", "dns@ns1", "", back + 0.1)));
}

TEST_CASE("DNS-6: browsers remember for a minute, whatever the record says") {
  const std::string by_hand =
      R"({ "faults": [{ "kind": "power_off", "target": "lb1", "at": "20500ms" },
           { "kind": "command", "target": "dns@ns1", "command": "set_record", "object": "haproxy@lb2", "at": "40s" }] })";
  const auto run = play(merged(two, by_hand));
  CHECK(last_failure(run) > 19.5);
  CHECK(last_failure(run) <= 19.5 + 10);
  const auto browsers =
      play(merged(merged(two, by_hand), R"({ "dns": { "minimum_ttl": "60s" } })"));
  CHECK(last_failure(browsers) > 19.5 + 45);
  CHECK(last_failure(browsers) <= 19.5 + 60);
}

TEST_CASE("with nothing good to answer with, a name server answers with what it has") {
  const auto run = play(merged(two, R"({ "dns": { "health_check": {} }, "faults": [
    { "kind": "power_off", "target": "lb1", "at": "20500ms" },
    { "kind": "power_off", "target": "lb2", "at": "20500ms" }] })"));
  CHECK(test::ended(run, Outcome::dns_failure) == 0);
}
