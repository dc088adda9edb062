// A policy held against a matrix.
#include <string>
#include <vector>

#include "catch.hpp"
#include "report/pages/pages.hpp"
#include "scenario/load.hpp"
#include "support/findings.hpp"
#include "support/text.hpp"

using namespace spof;
using namespace spof::report;
using scenario::Disruption;
using test::class_finding;
using test::fine;
using test::gone;
using test::has;
using test::part;

namespace {

const ClassFinding well = fine(""), down = gone("");

scenario::Scenario with(const std::string& policy) {
  const auto loaded =
      scenario::load(SPOF_SOURCE_DIR "/scenarios/baseline.json", {"/policy=" + policy});
  INFO(loaded.mistakes);
  REQUIRE(loaded.scenario);
  return *loaded.scenario;
}

Matrix failures() {
  Finding taken_over = part("mysql@server1", "hang", well, class_finding("", 0, 30));
  taken_over.classes[1].outage = {8, 12};
  taken_over.lost_writes = 10;  // of 100 in 50 s: 5 s
  return test::matrix_of({part("mysql@server1", "crash", well, down), taken_over,
                          part("lb1", "power_off", class_finding("", 0.5, 50), well),
                          part("app@server1", "error", well, well)});
}

std::vector<PolicyFinding> judged(const std::string& policy, const Matrix& matrix = failures()) {
  const scenario::Scenario scenario = with(policy);
  return judged_by(scenario, matrix, yearly_input(matrix, scenario));
}

}  // namespace

TEST_CASE("a failure is a disruption of one kind") {
  const scenario::Scenario scenario = with("[]");
  const auto kind = [&](const char* target, const char* how) {
    return disruption_of(scenario, target, how);
  };
  CHECK(kind("mysql@server1", "crash") == Disruption::process);
  CHECK(kind("mysql@server1", "slow") == Disruption::process);
  CHECK(kind("app@server1", "error") == Disruption::release);
  CHECK(kind("server1", "power_off") == Disruption::host);
  CHECK(kind("server1", "slow disk") == Disruption::host);
  CHECK(kind("server1-nic", "loss") == Disruption::network);
  CHECK(kind("server1 | server2", "partition") == Disruption::network);
  CHECK(kind("haproxy@lb1", "certificate_expiry") == Disruption::mistake);
  CHECK(kind("haproxy@lb1", "syn flood") == Disruption::attack);
}

TEST_CASE("an RTO is that of the worst failure: taken over, or repaired by hand") {
  const auto found =
      judged(R"([{"classes":["read","write"],"disruptions":["process","host"],"rto":"30s"}])");
  REQUIRE(found.size() == 4);
  CHECK(found[0].request_class == "read");
  CHECK(found[0].disruption == "process");
  CHECK(found[0].found == 0);
  CHECK(found[0].failure == "");
  CHECK(found[0].met());
  CHECK(found[0].margin() == 30);
  // Some of the reads fail until somebody switches it on: no recovery.
  CHECK(found[1].missed());
  CHECK(found[1].failure == "power failure of lb1");
  CHECK(found[1].why == "until somebody repairs it");
  CHECK(found[2].request_class == "write");
  CHECK(found[2].missed());
  CHECK(found[2].found == near(1500.0));  // MON-8: 25 min
  CHECK(found[2].margin() == near(-1470.0));
}

TEST_CASE("what takes over is judged by the longest of the runs") {
  Matrix matrix = failures();
  std::erase_if(matrix.cases, [](auto& one) { return one.finding.kind == "crash"; });
  const auto found =
      judged(R"([{"classes":["write"],"disruptions":["process"],"rto":"11s"}])", matrix);
  REQUIRE(found.size() == 1);
  CHECK(found[0].found == 12);
  CHECK(found[0].missed());
  // What came back is in the way, and nobody but a person ends that.
  for (MatrixCase& one : matrix.cases) one.finding.recovered = HUGE_VAL;
  CHECK(judged(R"([{"classes":["write"],"disruptions":["process"],"rto":"11s"}])", matrix)[0].why ==
        "until somebody repairs it");
}

TEST_CASE("an RPO is the time in which the lost writes are made") {
  const auto found = judged(R"([{"disruptions":["process","release"],"rpo":"4s"}])");
  REQUIRE(found.size() == 2);
  CHECK(found[0].request_class == "write");
  CHECK(found[0].found == near(5.0));
  CHECK(found[0].missed());
  CHECK(found[0].why == "10 writes");
  CHECK(found[1].met());
}

TEST_CASE("availability is that of a year, of these disruptions alone") {
  const auto found = judged(
      R"([{"classes":["write"],"availability":0.99999},
          {"classes":["write"],"disruptions":["release"],"availability":0.99999}])");
  REQUIRE(found.size() == 2);
  CHECK(found[0].missed());
  CHECK(found[0].found < 0.99999);
  CHECK(found[0].disruption == "any");
  CHECK(found[1].met());
  CHECK(found[1].found == 1);
}

TEST_CASE("what was not run is neither met nor missed") {
  const auto found = judged(R"([{"classes":["write"],"disruptions":["site"],"rto":"1s"}])");
  REQUIRE(found.size() == 1);
  CHECK_FALSE(found[0].tried);
  CHECK_FALSE(found[0].missed());
  CHECK(has(policy_verdict(found), "Of 1 objective nothing was run."));
}

TEST_CASE("the page says what is missed by how much") {
  const auto policy =
      judged(R"([{"classes":["read","write"],"disruptions":["process"],"rto":"30s"}])");
  const std::string text = in_markdown(policy_section(policy));
  CHECK(has(text,
            "1 of 2 objectives missed, most of all the RTO of write (process): 30.0 s asked, "
            "25 min found, crash of mysql@server1."));
  CHECK(has(text, "| RTO | read | process | 30.0 s | 0 s | 30.0 s to spare |"));
  CHECK(
      has(text, "| MISSED, 24.5 min short | crash of mysql@server1: until somebody repairs it |"));
  CHECK(policy_section({}).empty());
}
