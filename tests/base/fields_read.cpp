#include <initializer_list>
#include <utility>

#include "base/example_options.hpp"
#include "base/fields.hpp"
#include "catch.hpp"

using namespace spof;
using example::Scenario;

namespace {

/// All mistakes, one a line.
std::string mistakes_of(const std::string& text, Scenario& scenario) {
  Mistakes mistakes;
  read_fields(Json::parse(text), scenario, mistakes);
  std::string out;
  for (const Mistake& mistake : mistakes)
    out += (out.empty() ? "" : "\n") + mistake.pointer + ": " + mistake.what;
  return out;
}

std::string mistakes_of(const std::string& text) {
  Scenario scenario;
  return mistakes_of(text, scenario);
}

Scenario read(const std::string& text) {
  Scenario scenario;
  CHECK(mistakes_of(text, scenario) == "");
  return scenario;
}

}  // namespace

TEST_CASE("an empty object leaves every default") {
  const Scenario scenario = read("{}");
  CHECK(scenario.seed == 1);
  CHECK(scenario.rate == 100);
  CHECK(scenario.marks.size() == 2);
  CHECK(!scenario.last);
}

TEST_CASE("every kind of word and number is read") {
  const Scenario scenario = read(R"_({
    "title": "t", "seed": 18446744073709551615, "factor": 1, "rate": "6000/m", "page": "1.5MB",
    "link": "1Gbps", "cpu": "exponential(3ms)", "body": "2kB", "pages": 4,
    "marks": ["1s", "500ms"], "expect": ["a", "b"]})_");
  CHECK(scenario.title == "t");
  CHECK(scenario.seed == 18446744073709551615ULL);
  CHECK(scenario.factor == 1);
  CHECK(scenario.rate == 100);
  CHECK(scenario.page == 1.5e6);
  CHECK(scenario.link == 125e6);
  CHECK(scenario.cpu == Distribution::exponential(0.003));
  CHECK(scenario.body == Distribution::constant(2000));
  CHECK(scenario.pages == Distribution::constant(4));
  CHECK(scenario.expect == std::vector<std::string>{"a", "b"});
}

TEST_CASE("nested objects, optionals and enums are read") {
  const Scenario scenario = read(R"({"defaults": {"slowstart": null,
    "check": {"fastinter": "100ms", "http": true, "balance": "static-rr", "fall": 2.0}}})");
  CHECK(!scenario.defaults.slowstart);
  CHECK(scenario.defaults.check.fastinter == Seconds(0.1));
  CHECK(scenario.defaults.check.http);
  CHECK(scenario.defaults.check.balance == example::Balance::static_rr);
  CHECK(scenario.defaults.check.fall == 2);
  CHECK(scenario.defaults.check.inter == 2);
}

TEST_CASE("items of a Derived start as the pattern, whatever the order in the file") {
  const Scenario scenario = read(R"({
    "servers": {"b": {}, "a": {"weight": 7, "slowstart": null, "check": {"fall": 9}}},
    "defaults": {"weight": 5, "check": {"inter": "1s"}}})");
  REQUIRE(scenario.servers.size() == 2);
  CHECK(scenario.servers[0].first == "b");
  CHECK(scenario.servers[0].second.weight == 5);
  CHECK(scenario.servers[0].second.check.inter == 1);
  CHECK(scenario.servers[1].first == "a");
  CHECK(scenario.servers[1].second.weight == 7);
  CHECK(!scenario.servers[1].second.slowstart);
  CHECK(scenario.servers[1].second.check.fall == 9);
  CHECK(scenario.servers[1].second.check.inter == 1);
}

TEST_CASE("named items start as their type's defaults; null takes one away") {
  const Scenario scenario = read(R"({"defaults": {"weight": 5},
    "pools": {"p": {}, "q": null}, "weights": {"x": 1, "y": null}})");
  REQUIRE(scenario.pools.size() == 1);
  CHECK(scenario.pools[0].second.weight == 1);
  CHECK(scenario.weights == Named<int>{{"x", 1}});
}

TEST_CASE("variants are read by their kind") {
  const Scenario scenario = read(R"({"faults": [
    {"kind": "loss", "share": "50%", "duration": "3s"},
    {"kind": "crash", "target": "mysql@server1", "at": "60s"}], "last": {"kind": "loss"}})");
  REQUIRE(scenario.faults.size() == 2);
  CHECK(std::get<example::Loss>(scenario.faults[0]).share == 0.5);
  CHECK(std::get<example::Crash>(scenario.faults[1]).at == 60);
  REQUIRE(scenario.last);
  CHECK(std::get<example::Loss>(*scenario.last).share == 0.05);
  CHECK(!read(R"({"last": null})").last);
}

TEST_CASE("each mistake says what is wrong and what is allowed") {
  const std::initializer_list<std::pair<const char*, const char*>> cases = {
      {R"({"titel": "x"})", R"(/titel: unknown field "titel"; did you mean "title"?)"},
      {R"({"title": 5})", R"(/title: expected a text such as "abc", not 5)"},
      {R"({"title": null})", R"(/title: expected a text such as "abc", not null)"},
      {R"({"seed": "one"})", R"(/seed: expected a whole number such as 3, not "one")"},
      {R"({"seed": 1.5})", R"(/seed: expected a whole number such as 3, not 1.5)"},
      {R"({"seed": -1})", R"(/seed: must be at least 0)"},
      {R"({"seed": 18446744073709551616})",
       R"(/seed: expected a whole number such as 3, not 1.8446744073709552e19)"},
      {R"({"factor": "0.5"})", R"(/factor: expected a number such as 1.5, not "0.5")"},
      {R"({"factor": 1.5})", R"(/factor: must be at most 1)"},
      {R"({"factor": -0.5})", R"(/factor: must be at least 0)"},
      {R"({"rate": 100})", R"(/rate: 100 has no unit; write "100/s" or "100/m")"},
      {R"({"rate": "100"})", R"(/rate: "100" has no unit; write "100/s" or "100/m")"},
      {R"({"rate": "1e7/s"})", R"(/rate: must be at most 1000000/s)"},
      {R"({"page": -5})", R"(/page: -5 is negative; a size is 0 or more)"},
      {R"({"page": true})",
       R"(/page: expected a size such as "512B", "10kB" or "1.5MB", not true)"},
      {R"({"link": []})",
       R"(/link: expected a bandwidth such as "1Gbps", "100Mbps" or "125MB/s", not a list)"},
      {R"({"cpu": 2})", R"(/cpu: 2 has no unit; write "2s" or "2ms")"},
      {R"({"cpu": {}})",
       R"_(/cpu: expected a duration such as "250ms" or a distribution such as "exponential(250ms)", not an object)_"},
      {R"({"pages": -2})", R"(/pages: -2 is negative)"},
      {R"({"pages": null})",
       R"_(/pages: expected a distribution such as "uniform(1, 5)" or a number such as 2, not null)_"},
      {R"({"marks": "1s"})", R"(/marks: expected a list [ ... ], not "1s")"},
      {R"({"marks": ["1s", "1ms", 3]})",
       "/marks/1: must be at least 0.5s\n/marks/2: 3 has no unit; write \"3s\" or \"3ms\""},
      {R"({"defaults": 3})", R"(/defaults: expected an object { ... }, not 3)"},
      {R"({"defaults": {"check": {"inter": "100us"}}})",
       R"(/defaults/check/inter: must be at least 1ms)"},
      {R"({"defaults": {"check": {"fastinter": 5}}})",
       R"(/defaults/check/fastinter: 5 has no unit; write "5s" or "5ms")"},
      {R"({"defaults": {"check": {"fall": 0}}})", R"(/defaults/check/fall: must be at least 1)"},
      {R"({"defaults": {"check": {"fall": 3000000000}}})",
       R"(/defaults/check/fall: must be at most 2147483647)"},
      {R"({"defaults": {"check": {"http": "yes"}}})",
       R"(/defaults/check/http: expected true or false, not "yes")"},
      {R"({"defaults": {"check": {"balance": "leastcon"}}})",
       R"(/defaults/check/balance: unknown "leastcon"; did you mean "leastconn"?)"},
      {R"({"defaults": {"check": {"balance": "hash"}}})",
       R"(/defaults/check/balance: unknown "hash"; allowed: roundrobin, static-rr, leastconn)"},
      {R"({"defaults": {"check": {"balance": 1}}})",
       R"(/defaults/check/balance: expected one of "roundrobin", "static-rr", "leastconn", not 1)"},
      {R"({"weights": [1]})", R"(/weights: expected an object { ... } of named items, not a list)"},
      {R"({"weights": {"a/b": 4}})", R"(/weights/a~1b: must be at most 3)"},
      {R"({"servers": {"s": {"wieght": 1}}})",
       R"(/servers/s/wieght: unknown field "wieght"; did you mean "weight"?)"},
      {R"({"faults": [3]})", R"(/faults/0: expected an object { "kind": ... }, not 3)"},
      {R"({"faults": [{}]})", R"(/faults/0: missing "kind"; allowed: crash, loss)"},
      {R"({"faults": [{"kind": "los"}]})",
       R"(/faults/0/kind: unknown kind "los"; did you mean "loss"?)"},
      {R"({"faults": [{"kind": 1}]})", R"(/faults/0/kind: expected one of "crash", "loss", not 1)"},
      {R"({"faults": [{"kind": "crash", "at": "1s"}]})",
       R"_(/faults/0: missing "target" (what dies))_"},
      {R"({"faults": [{"kind": "loss", "share": 1.5}]})",
       R"_(/faults/0/share: 1.5 is not a share; a share is from 0% to 100% (as a number 0 to 1))_"},
      {R"({"faults": [{"kind": "loss", "share": "101%"}]})",
       R"_(/faults/0/share: "101%" is not a share; a share is from 0% to 100% (as a number 0 to 1))_"},
      {R"({"faults": [{"kind": "loss", "share": {}}]})",
       R"(/faults/0/share: expected a share such as "5%" or 0.05, not an object)"},
  };
  for (const auto& [text, expected] : cases) CHECK(mistakes_of(text) == expected);
}

TEST_CASE("all mistakes are found in one go, and what is right is still read") {
  Scenario scenario;
  CHECK(
      mistakes_of(R"({"seed": 5, "rate": 1, "faults": [{"kind": "loss", "x": 1}, {}], "y": 2})",
                  scenario) ==
      "/rate: 1 has no unit; write \"1/s\" or \"1/m\"\n"
      "/faults/0/x: unknown field \"x\"; allowed: kind, share, duration\n"
      "/faults/1: missing \"kind\"; allowed: crash, loss\n"
      "/y: unknown field \"y\"; allowed: title, seed, factor, rate, page, link, cpu, body, pages, "
      "marks, expect, faults, weights, pools, defaults, servers, last");
  CHECK(scenario.seed == 5);
  CHECK(scenario.rate == 100);
}

TEST_CASE("a document that is no object is refused") {
  CHECK(mistakes_of("[]") == ": expected an object { ... }, not a list");
}

TEST_CASE("an unknown field is a mistake of its name") {
  Scenario scenario;
  Mistakes mistakes;
  read_fields(Json::parse(R"({"x": 1, "seed": -1})"), scenario, mistakes);
  REQUIRE(mistakes.size() == 2);
  CHECK(!mistakes[0].at_key);
  CHECK(mistakes[1].at_key);
}
