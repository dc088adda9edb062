#include <regex>

#include "base/example_options.hpp"
#include "base/fields.hpp"
#include "catch.hpp"

using namespace spof;
using example::Scenario;

namespace {

bool matches(const Json& schema, const std::string& text) {
  return std::regex_search(text, std::regex(schema["pattern"].get<std::string>()));
}

}  // namespace

TEST_CASE("the schema tells type, help, source, bounds and default of each field") {
  const Json schema = schema_fields<example::Check>();
  CHECK(schema["additionalProperties"] == false);
  const Json& fields = schema["properties"];
  CHECK(fields["inter"]["type"] == "string");
  CHECK(fields["inter"]["default"] == "2s");
  CHECK(fields["inter"]["description"] ==
        "gap between the end of a check and the next; at least 1ms [HA-14]");
  CHECK(fields["fastinter"]["type"].dump() == R"(["string","null"])");
  CHECK(fields["fastinter"]["description"] ==
        "gap while the state is changing; if absent: inter [HA-15]");
  CHECK(!fields["fastinter"].contains("default"));
  CHECK(fields["fall"].dump() ==
        R"({"type":"integer","minimum":1,"maximum":100,)"
        R"("description":"failed checks until down; at least 1, at most 100","default":3})");
  CHECK(fields["balance"]["enum"].dump() == R"(["roundrobin","static-rr","leastconn"])");
}

TEST_CASE("patterns of the schema take what the reader takes") {
  const Json fields = schema_fields<Scenario>()["properties"];
  CHECK(matches(fields["rate"], "100/s"));
  CHECK(matches(fields["rate"], "1.5e3 /m"));
  CHECK(!matches(fields["rate"], "100"));
  CHECK(!matches(fields["rate"], "-1/s"));
  CHECK(matches(fields["link"], "125MB/s"));
  for (const char* text : {"2ms", "exponential(2ms)", "lognormal(2ms, 0.8)", "uniform(1ms, 3ms)",
                           "pareto(1ms, 1.5)", "erlang(2ms, 4)"})
    CHECK(matches(fields["cpu"], text));
  CHECK(!matches(fields["cpu"], "exponential(2)"));
  CHECK(!matches(fields["cpu"], "lognormal(2ms)"));
  CHECK(matches(fields["page"], fields["page"]["examples"][0].get<std::string>()));
}

TEST_CASE("objects in lists require their fields, those that a file may complete do not") {
  const Json fields = schema_fields<Scenario>(spof::Asks::nothing)["properties"];
  const Json& crash = fields["faults"]["items"]["oneOf"][0];
  CHECK(crash["properties"]["kind"]["const"] == "crash");
  CHECK(crash["required"].dump() == R"(["kind","target","at"])");
  CHECK(!fields["defaults"].contains("required"));
  CHECK(fields["marks"]["items"]["type"] == "string");
  CHECK(fields["weights"]["additionalProperties"].dump() ==
        R"({"type":["integer","null"],"maximum":3})");
  CHECK(fields["servers"]["additionalProperties"]["properties"].contains("weight"));
}

TEST_CASE("the list of parameters is flat") {
  const std::vector<Parameter> list = list_fields<Scenario>();
  const auto at = [&list](const std::string& pointer) {
    for (const Parameter& line : list)
      if (line.pointer == pointer) return line;
    FAIL("no " << pointer);
    return Parameter{};
  };
  CHECK(at("/rate").default_text == "100/s");
  CHECK(at("/rate").unit == "1/s");
  CHECK(at("/rate").bounds == "at most 1000000/s");
  CHECK(at("/marks").type == "list of duration");
  CHECK(at("/marks").default_text == R"(["1s","2s"])");
  CHECK(at("/faults/*/target").kind == "crash");
  CHECK(at("/faults/*/target").required);
  CHECK(at("/faults/*/duration").otherwise == "to the end");
  CHECK(at("/servers/*/check/inter").source == "HA-14");
  CHECK(at("/servers/*/check/fastinter").default_text == "");
  CHECK(at("/defaults/slowstart").default_text == "10s");
  CHECK(at("/cpu").type == "distribution of a duration");
  CHECK(at("/cpu").unit == "s");
  CHECK(at("/last/share").kind == "loss");
}
