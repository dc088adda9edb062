#include "base/example_options.hpp"
#include "base/fields.hpp"
#include "base/random.hpp"
#include "catch.hpp"

using namespace spof;
using example::Scenario;

namespace {

Scenario read(const Json& json) {
  Scenario scenario;
  Mistakes mistakes;
  read_fields(json, scenario, mistakes);
  INFO(json.dump());
  REQUIRE(mistakes.empty());
  return scenario;
}

}  // namespace

TEST_CASE("the echo writes every field in canonical units, in the table's order") {
  const Json echo = echo_fields(read(Json::parse(R"({
    "servers": {"s": {"weight": 2}}, "page": "1500B", "rate": "6000/m",
    "faults": [{"kind": "loss", "share": 0.5}]})")));
  CHECK(echo.begin().key() == "title");
  CHECK(echo["rate"] == "100/s");
  CHECK(echo["page"] == "1500B");
  CHECK(echo["cpu"] == "lognormal(2ms, 0.8)");
  CHECK(echo["factor"].dump() == "0.1");
  CHECK(echo["last"].is_null());
  CHECK(echo["faults"].dump() == R"([{"kind":"loss","share":"50%","duration":null}])");
  CHECK(echo["servers"]["s"]["weight"] == 2);
  CHECK(echo["servers"]["s"]["check"].dump() ==
        R"({"inter":"2s","fastinter":null,"fall":3,"http":false,"balance":"roundrobin"})");
}

TEST_CASE("reading the echo gives the same struct, absent optionals included") {
  const Json text = Json::parse(R"({"defaults": {"weight": 5, "slowstart": "3s"},
    "servers": {"a": {"slowstart": null}, "b": {}}, "last": {"kind": "crash", "target": "x",
    "at": "7ns"}, "factor": 0.30000000000000004, "link": "333333.3333333333B/s"})");
  const Json echo = echo_fields(read(text));
  CHECK(echo["servers"]["a"]["slowstart"].is_null());
  CHECK(echo_fields(read(echo)) == echo);
  CHECK(echo_fields(read(Json::parse(echo.dump()))) == echo);
}

TEST_CASE("any numbers survive the echo") {
  Random random(11, "echo");
  for (int i = 0; i < 300; ++i) {
    Scenario scenario;
    scenario.seed = random.next();
    scenario.factor = random.uniform();
    scenario.rate = random.exponential(1000);
    scenario.page = random.exponential(1e6);
    scenario.link = random.exponential(1e9);
    scenario.cpu = Distribution::lognormal(random.uniform(), random.uniform());
    scenario.marks = {0.5 + random.exponential(100)};
    scenario.faults = {example::Loss{random.uniform(), random.exponential(3)}};
    const Scenario back = read(Json::parse(echo_fields(scenario).dump()));
    REQUIRE(back.seed == scenario.seed);
    REQUIRE(back.factor == scenario.factor);
    REQUIRE(back.rate == scenario.rate);
    REQUIRE(back.page == scenario.page);
    REQUIRE(back.link == scenario.link);
    REQUIRE(back.cpu == scenario.cpu);
    REQUIRE(back.marks.at(0) == scenario.marks.at(0));
    const auto& loss = std::get<example::Loss>(back.faults.at(0));
    REQUIRE(loss.share == std::get<example::Loss>(scenario.faults.at(0)).share);
    REQUIRE(loss.duration == std::get<example::Loss>(scenario.faults.at(0)).duration);
  }
}
