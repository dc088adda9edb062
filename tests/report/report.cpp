#include <fstream>
#include <set>
#include <sstream>

#include "analysis/verdict.hpp"
#include "catch.hpp"
#include "measure/words.hpp"
#include "report/format.hpp"
#include "report/pages/pages.hpp"
#include "report/text.hpp"
#include "support/campaign.hpp"
#include "support/schema.hpp"
#include "support/text.hpp"

using namespace spof::report;
using spof::count_text;
using spof::Json;
using spof::latency_text;
using spof::share_text;
using spof::time_text;
using spof::test::breaches;
using spof::test::check_golden;

namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) found.push_back(line);
  return found;
}

}  // namespace

TEST_CASE("the terminal shows what it showed") {
  check_golden("report-terminal.txt", terminal(spof::test::campaign(), {}));
}

TEST_CASE("report.md says what it said") {
  check_golden("report.md", report_md(spof::test::campaign()));
}

TEST_CASE("a narrow ASCII terminal gets narrow ASCII lines") {
  const std::string text = terminal(spof::test::campaign(), {72, false, false});
  for (const char letter : text) CHECK((letter == '\n' || (letter >= ' ' && letter < 127)));
  for (const std::string& line : lines(text)) CHECK(line.size() <= 72);
}

TEST_CASE("colours do not change the words") {
  std::string colored = terminal(spof::test::campaign(), {100, true, true});
  CHECK(colored.find("\033[31m") != std::string::npos);
  for (std::size_t at; (at = colored.find('\033')) != std::string::npos;)
    colored.erase(at, colored.find('m', at) - at + 1);
  CHECK(colored == terminal(spof::test::campaign(), {}));
}

TEST_CASE("the verdict names the single point of failure") {
  const Verdict made = verdict(spof::test::campaign());
  CHECK(made.word == "single point of failure");
  CHECK(made.text.find(
            "mysql@server1 is a single point of failure for write: 100 % of write requests "
            "failed for 21.0 s; static was not affected.") == 0);
}

TEST_CASE("verdicts of other endings") {
  auto campaign = spof::test::campaign();
  campaign.results.clear();
  CHECK(verdict(campaign).word == "no result");
  auto run = [&](double failing_until, int one_in, double failing_from = 20) {
    spof::test::Tale recorder(spof::test::plan());
    for (int i = 0; i < 600; ++i) {
      const double now = i / 10.0;
      const bool bad = now >= failing_from && now < failing_until && i % one_in == 0;
      recorder.request(spof::test::sample(
          now, 0.01, 0, bad ? spof::measure::Outcome::http_503 : spof::measure::Outcome::ok));
    }
    campaign.results.assign(1, recorder.finish());
    return verdict(campaign);
  };
  CHECK(run(20, 1).word == "survived");
  CHECK(run(24, 1).word == "interrupted");
  CHECK(run(40, 2).word == "degraded");
  // One here and there is no outage that ends each time.
  CHECK(run(40, 31).word == "degraded");
  CHECK(run(40, 31).text.find("3.00 % of static requests failed for 15.5 s") != std::string::npos);
  CHECK(run(30, 31).word == "interrupted");
  CHECK(run(40, 1).word == "single point of failure");
  CHECK(run(40, 1).text.find("Nobody noticed.") != std::string::npos);
  CHECK(run(60, 1).text.find("at the end, 20.0 s after all that was struck worked again") !=
        std::string::npos);
  // What failed before the fault is not its doing, nor is the time of it.
  const Verdict before = run(40, 2, 10);
  CHECK(before.word == "failing");
  CHECK(
      before.text.starts_with("Failing before the crash of mysql@server1: 25.00 % of static "
                              "requests failed while nothing was broken, so what follows is not "
                              "its doing alone. Degraded by the crash of mysql@server1: 50.17 % "
                              "of static requests failed for 19."));
  CHECK(figure(campaign, "outage").mean < 20);
  CHECK(run(60, 2, 0).text.starts_with(
      "Failing before the crash of mysql@server1: 50.00 % of static requests failed while nothing "
      "was broken. Survived the crash of mysql@server1: no more requests failed than before."));
  CHECK(
      spof::test::has(run(60, 1, 0).text,
                      "Survived the crash of mysql@server1: no more requests failed than before."));
  campaign.faults.clear();
  CHECK(run(40, 2).text.starts_with("Failing without a fault: "));
  campaign.surges = {{"the flood of bots"}};
  CHECK(run(40, 2).text.starts_with("Failing under the flood of bots: "));
}

TEST_CASE("report.json is one and the same, and parses") {
  const std::string text = report_json(spof::test::campaign());
  CHECK(text == report_json(spof::test::campaign()));
  const Json report = Json::parse(text);
  CHECK(report["format"] == 1);
  CHECK(report["classes"]["write"]["during"]["failed"] == 129);
  CHECK(report["expectations"][0]["judgement"] == "pass");
  CHECK(report["runs"].size() == 3);
  CHECK(report["scenario"]["duration"] == "60s");
  CHECK(text.find("example") == std::string::npos);  // no machine facts
}

TEST_CASE("report.json is as its schema says") {
  const Json good = Json::parse(report_json(spof::test::campaign()));
  CHECK(breaches(report_schema(), good) == std::vector<std::string>());
  Json bad = good;
  bad["metrics"][0]["mean"] = "sometimes";
  bad["runs"][0].erase("seed");
  CHECK(breaches(report_schema(), bad).size() == 2);
}

TEST_CASE("the CSV files have the promised columns and a value in each") {
  auto campaign = spof::test::campaign();
  campaign.name = "a, \"b\"";
  for (const auto& [text, head] :
       {std::pair{latency_csv(campaign),
                  "scenario,seed,time_s,window_s,phase,class,outcome,requests,latency_p50_ms,"
                  "latency_p90_ms,latency_p99_ms,latency_max_ms"},
        std::pair{events_csv(campaign), "scenario,seed,time_s,source,event,target,detail,role"}}) {
    const auto rows = lines(text);
    REQUIRE(rows.size() > 10);
    CHECK(rows[0] == head);
    CHECK(rows[1].find("\"a, \"\"b\"\"\",1,") == 0);
  }
}

TEST_CASE("latency.csv counts every request once") {
  const auto campaign = spof::test::campaign();
  std::uint64_t sum = 0;
  std::set<std::string> keys;
  for (const auto& line : lines(latency_csv(campaign))) {
    std::vector<std::string> cells;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    REQUIRE(cells.size() == 12);
    if (cells[1] == "seed") continue;
    sum += std::stoul(cells[7]);
    keys.insert(cells[1] + "," + cells[2] + "," + cells[4] + "," + cells[5] + "," + cells[6]);
  }
  CHECK(sum == 3 * 720);
  CHECK(keys.size() + 1 == lines(latency_csv(campaign)).size());
}

TEST_CASE("requests.csv holds every kept request in order") {
  auto campaign = spof::test::campaign();
  campaign.results.resize(1);
  campaign.results[0].samples = {spof::test::sample(2, 0.5), spof::test::sample(1, 0.25, 1)};
  const auto rows = lines(requests_csv(campaign));
  REQUIRE(rows.size() == 3);
  CHECK(rows[1] == "primary-crash,1,1000,1.000000,1.250000,250.000,users,write,ok,none,,1,0,0,0");
}

TEST_CASE("JUnit shows failed expectations and escapes them") {
  auto campaign = spof::test::campaign();
  campaign.failed_jobs = {"seed 4: killed by signal 9"};
  const std::string text = junit_xml(campaign);
  CHECK(text.find("name=\"detected &lt;= 4.3s\"") != std::string::npos);
  CHECK(text.find("tests=\"8\" failures=\"2\" errors=\"1\"") != std::string::npos);
  CHECK(text.find("name=\"seed 4\">\n      <error type=\"run\" message=\"seed 4: killed by signal "
                  "9\">seed 4: killed by signal 9</error>") != std::string::npos);
}

TEST_CASE("numbers are written for people") {
  using spof::measure::Unit;
  CHECK(count_text(1234567) == "1 234 567");
  CHECK(count_text(3.25) == "3.2");
  CHECK(count_text(16) == "16");
  CHECK(share_text(0.99999) == "99.99 %");
  CHECK(share_text(1) == "100.00 %");
  CHECK(share_text(0.0000001) == "0.01 %");
  CHECK(time_text(0.9999) == "1.0 s");
  CHECK(time_text(0.64) == "640 ms");
  CHECK(time_text(0.0012) == "1.20 ms");
  CHECK(latency_text(2030000, 1) == "2 030 ms");
  CHECK(value_text(1.0 / 0.0, Unit::seconds) == "never");
  CHECK(to_ascii(sparkline({0, 1, 2, 8}, 4)) == "_.:#");
  CHECK(to_ascii(sparkline({0, 9, 0, 0}, 2)) == "#_");
  CHECK(wrapped("one two three", 8) == "one two\nthree");
}

TEST_CASE("a campaign without a result still reports") {
  Campaign campaign;
  campaign.name = "x";
  campaign.failed_jobs = {"seed 1: out of memory"};
  campaign.faults = {{"crash", "a@b", 1, 2}};
  for (const Format& format : formats()) CHECK_FALSE(format.write(campaign).empty());
  CHECK(terminal(campaign, {}).find("out of memory") != std::string::npos);
}
