// What a blackbox exporter tells of a site that answers, does not, or sends it elsewhere. [MON-11]
#include <string>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Result;
using measure::What;

namespace {

/// HTTPS whose port 80 leads there, with a certificate that ends in ten days, and probes of both.
Result probed(const std::string& fault) {
  return test::play(R"({ "duration": "3m",
    "clients": { "users": { "rate": "1/s", "connect_to": "haproxy@lb1:80" } },
    "haproxy": { "default_server": { "check": { "kind": "httpchk", "fall": 1 } }, "frontends": {
      "plain": { "bind": 80, "redirect_scheme_https": 443 },
      "tls": { "bind": 443, "tls": { "certificate": { "expires": "240h" } } } } },
    "hosts": { "monitor": { "like": "lb1" } },
    "prometheus": { "rules": ")" SPOF_SOURCE_DIR R"(/tests/stories/monitoring_probes.yml",
      "hosts": { "monitor": {} }, "probes": { "plain": { "target": "haproxy@lb1:80" },
                                              "tls": { "target": "haproxy@lb1:443" } } },
    "faults": [)" + fault +
                    "] }");
}

/// Whether an alert fires for both probes at a date.
bool fires(const Result& run, const std::string& alert, double date) {
  int firing = 0;
  for (const auto& one : run.events) {
    if (one.version != alert || one.time > date) continue;
    firing += (one.what == What::alert_firing) - (one.what == What::alert_resolved);
  }
  CHECK(firing != 1);
  return firing == 2;
}

}  // namespace

TEST_CASE("MON-11: who gets no answer has no status and no certificate, whatever the reason") {
  for (
      const char* fault :
      {R"({ "kind": "crash", "target": "haproxy@lb1", "at": "60s", "for": "60s" })",
       R"({ "kind": "hang", "target": "haproxy@lb1", "at": "60s", "for": "60s" })",
       R"({ "kind": "certificate_expiry", "target": "haproxy@lb1", "at": "60s", "for": "60s" })"}) {
    CAPTURE(fault);
    const Result run = probed(fault);
    CHECK(fires(run, "EndsSoon", 59));
    CHECK_FALSE(fires(run, "Status", 59));
    CHECK(fires(run, "Failed", 119));
    CHECK(fires(run, "Status", 119));
    CHECK_FALSE(fires(run, "EndsSoon", 119));
    CHECK_FALSE(fires(run, "Failed", 179));
    CHECK(fires(run, "EndsSoon", 179));
  }
}

TEST_CASE("MON-11: port 80 that leads to an error fails with it, and its certificate is good") {
  const Result run = probed(R"(
    { "kind": "crash", "target": "nginx@server1", "at": "60s", "for": "60s" },
    { "kind": "crash", "target": "nginx@server2", "at": "60s", "for": "60s" })");
  CHECK(fires(run, "Failed", 119));
  CHECK(fires(run, "Status", 119));
  CHECK(fires(run, "EndsSoon", 119));
  CHECK_FALSE(fires(run, "Failed", 179));
}
