// Is a component really one header and a word in the catalogue? Here are both, and nothing else of
// the program knows of them: tests/probe/stack/catalogue.hpp stands before sim/stack/catalogue.hpp
// in the search path of this test, which is built from the readers and builders of a scenario, and
// one more component.
#include <fmt/format.h>

#include "catch.hpp"
#include "scenario/check.hpp"
#include "scenario/document.hpp"
#include "scenario/scenario.hpp"
#include "world/run.hpp"

using namespace spof;
using measure::Outcome;

namespace {

const char* const story = R"({
  "title": "An address moves", "platform": ")" SPOF_SOURCE_DIR R"(/platforms/two-server.xml",
  "duration": "20s",
  "classes": { "file": { "kind": "static" } },
  "clients": { "users": { "connect_to": "10.0.0.100:8099", "arrivals": "constant", "rate": "10/s",
                          "timeout": "500ms" } },
  "probe": { "address": "10.0.0.100",
    "hosts": { "lb1": { "holds_address": true }, "server2": { "peer": "probe@lb1" } } },
  "faults": [{ "kind": "power_off", "target": "lb1", "at": "10.2s" }]
})";

}  // namespace

TEST_CASE("one header and one word make a component that takes an address over and is scraped") {
  Mistakes mistakes;
  Document document = parse_document(story, "story", mistakes);
  scenario::Scenario scenario;
  read_into(document, scenario, mistakes);
  scenario.platform_file = scenario.platform;
  scenario::check(scenario, mistakes);
  REQUIRE(format_mistakes(document, mistakes) == "");
  CHECK(echo_fields(scenario)["probe"]["hosts"]["server2"]["peer"] == "probe@lb1");
  CHECK(document_schema<scenario::Scenario>("x").dump().find("a component of a test") !=
        std::string::npos);

  const auto run = world::run(scenario, {.seed = 1, .keep_requests = true, .audit = true});
  // Looks at 11 s, has waited for a second in vain at 12 s, and the clients' gateway is told.
  for (const measure::Sample& one : run.result.samples) {
    INFO(one.arrival.value);
    const bool away = one.arrival > 10.15 && one.arrival < 12.05;
    CHECK((one.outcome == Outcome::ok) == !away);
  }
  CHECK(run.dialled == std::set<std::pair<std::string, std::string>>{
                           {"probe@server2", "lb1:9100"}, {"users@clients", "10.0.0.100:8099"}});
}
