// A fault changes nothing that was over before it: comparison seed by seed rests on that.
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Sample;

namespace {

/// Two populations whose requests come at the same dates, so that ties are everywhere.
measure::Result twins(const std::string& faults) {
  return test::play(R"({ "duration": "10s", "clients": {
    "users": { "rate": "100/s" },
    "others": { "connect_to": "haproxy@lb1", "arrivals": "constant", "rate": "100/s" } },
    "faults": [)" + faults +
                    "] }");
}

bool is_same(const Sample& a, const Sample& b) {
  return a.id == b.id && a.arrival == b.arrival && a.end == b.end && a.outcome == b.outcome &&
         a.server == b.server && a.population == b.population;
}

std::size_t differing(const std::vector<Sample>& a, const std::vector<Sample>& b, double until) {
  std::size_t count = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if ((a[i].end < until || b[i].end < until) && !is_same(a[i], b[i])) ++count;
  return count;
}

}  // namespace

TEST_CASE("a fault without effect changes no request, one with effect none that ended before it") {
  const auto nothing = test::by_arrival(twins(""));
  REQUIRE(nothing.size() == 2000);
  for (const char* idle : {R"("kind": "slow", "target": "server1", "factor": 1)",
                           R"("kind": "error", "target": "nginx@server1", "share": "0%")",
                           R"("kind": "latency", "target": "lb1-nic", "add": "0s")",
                           R"("kind": "loss", "target": "lb1-nic", "share": "0%")",
                           R"("kind": "firewall_rule", "target": "server1", "verdict": "pass")"}) {
    INFO(idle);
    const auto with = test::by_arrival(twins(std::string("{ \"at\": \"5s\", ") + idle + " }"));
    CHECK(differing(nothing, with, 5) == 0);
  }
  for (const char* fault :
       {R"("kind": "crash", "target": "nginx@server1")",
        R"("kind": "power_off", "target": "server2")", R"("kind": "hang", "target": "haproxy@lb1")",
        R"("kind": "link_down", "target": "server1-nic")"}) {
    INFO(fault);
    const auto with = test::by_arrival(twins(std::string("{ \"at\": \"5s\", ") + fault + " }"));
    CHECK(differing(nothing, with, 5) == 0);
    CHECK(differing(nothing, with, 100) > 0);
  }
}
