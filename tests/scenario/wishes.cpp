// What is wrong with prices and objectives.
#include <string>

#include "catch.hpp"
#include "scenario/load.hpp"
#include "support/text.hpp"

using spof::scenario::load;
using spof::test::has;

namespace {

std::string said(const std::string& set) {
  return load(SPOF_SOURCE_DIR "/scenarios/baseline.json", {set}).mistakes;
}

}  // namespace

TEST_CASE("an objective names classes that are there, and asks for something") {
  CHECK(said(R"(/policy=[{"classes":["write"],"disruptions":["process"],"rto":"30s"}])").empty());
  CHECK(has(
      said(R"(/policy=[{"classes":["writes"],"rto":"30s"}])"),
      "/policy/0/classes/0: there is no class of requests \"writes\"; did you mean \"write\"?"));
  CHECK(has(said(R"(/policy=[{"rto":"30s"},{"classes":["write"]}])"),
            "/policy/1: asks for nothing: give \"availability\", \"rto\" or \"rpo\""));
  CHECK(has(said(R"(/policy=[{"classes":["read"],"rpo":"0s"}])"),
            "/policy/0/rpo: none of these classes writes"));
  CHECK(has(said(R"(/policy=[{"disruptions":["hosts"],"rto":"30s"}])"), "/policy/0/disruptions/0"));
  CHECK(has(said(R"(/policy=[{"availability":99.9}])"), "/policy/0/availability"));
}

TEST_CASE("prices are of machines and classes that are there") {
  CHECK(said(R"(/cost={"host":40,"hosts":{"ns1":0},"outage_hour":{"all":900}})").empty());
  CHECK(has(said(R"(/cost/hosts={"lb9":3})"), "there is no host \"lb9\""));
  CHECK(has(said(R"(/cost/outage_hour={"buy":3})"), "there is no class of requests \"buy\""));
  CHECK(has(said("/cost/host=-1"), "/cost/host"));
}
