#include <map>
#include <set>
#include <sstream>

#include "catch.hpp"
#include "report/format.hpp"
#include "support/campaign.hpp"
#include "support/text.hpp"

using namespace spof::report;
using spof::measure::Outcome;
using spof::measure::What;

namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) found.push_back(line);
  return found;
}

/// Three seconds in which the one database crashes and is started again.
Campaign short_campaign() {
  spof::test::Plan plan;
  plan.classes = {"all \"of\" it"};
  plan.duration = 3;
  spof::test::Tale tale(plan);
  tale.request(spof::test::sample(0.5, 0.25));
  tale.request(
      spof::test::sample(1.5, 0.5, 0, Outcome::http_500, spof::measure::Cause::db_refused));
  tale.event(spof::test::struck(1.234567, What::crash, "mysql@server1", 1));
  tale.event(spof::test::says(1.75, What::down, "server1", spof::test::refused));
  tale.event(spof::test::repaired(2.25, "mysql@server1"));
  tale.event(spof::test::recovered(2.5, "mysql@server1"));
  tale.lag(1, "mysql@server2", 0.25, 3);
  tale.writes(spof::test::writes(7, 1));
  Campaign campaign;
  campaign.name = "short";
  campaign.title = "A short run";
  campaign.plan = plan;
  campaign.results = {tale.finish()};
  campaign.results[0].seed = 4;
  campaign.results[0].loads = {{"haproxy@lb1", "slots of server1", 1, {{1, 0.5, 0.25, 2}}}};
  return campaign;
}

}  // namespace

TEST_CASE("a run as OpenMetrics text says what it said") {
  spof::test::check_golden("metrics.om", openmetrics(short_campaign()));
}

TEST_CASE("families and series are whole, and dates ascend in each") {
  std::string family, series, last_date;
  std::set<std::string> seen;
  const std::vector<std::string> all = lines(openmetrics(spof::test::campaign()));
  REQUIRE(all.size() > 1000);
  CHECK(all.back() == "# EOF");
  for (const std::string& line : all) {
    if (line.starts_with("# TYPE ")) family = line.substr(7, line.find(' ', 7) - 7);
    if (line.starts_with("#")) continue;
    CHECK(line.starts_with(family));
    const std::size_t labels = line.find("} ") + 1;
    const std::string date = line.substr(line.rfind(' ') + 1);
    if (line.substr(0, labels) == series) {
      CHECK(last_date < date);  // as many digits in each
    } else {
      series = line.substr(0, labels);
      CHECK(seen.insert(series).second);
    }
    last_date = date;
  }
}

TEST_CASE("at its end the counters have every request, at a fault's dates its series change") {
  const std::string text = openmetrics(spof::test::campaign());
  const std::string of = R"({scenario="primary-crash",seed="1",)";
  const auto says = [&](const std::string& line) {
    CHECK(spof::test::has(text, "\n" + line + "\n"));
  };
  says("spof_requests_total" + of + R"(class="static",outcome="ok"} 600 1767225660.00)");
  says("spof_requests_total" + of + R"(class="write",outcome="500"} 43 1767225660.00)");
  says("spof_fault_in_force" + of + R"(kind="crash",target="mysql@server1"} 1 1767225620.00)");
  says("mysql_up" + of + R"(job="mysql",instance="server1"} 0 1767225620.00)");
  says("mysql_up" + of + R"(job="mysql",instance="server1"} 1 1767225641.50)");
  says("spof_replication_lag_seconds" + of + R"(database="mysql@server2"} 0.35 1767225631.00)");
  says(
      "haproxy_server_status" + of +
      R"(job="haproxy",instance="lb1",proxy="haproxy",server="server1",state="DOWN"} 1 1767225624.10)");
}

TEST_CASE("a long run has samples further apart, not more of them") {
  Campaign campaign = short_campaign();
  campaign.results[0].duration = campaign.plan.duration = 86400;
  std::map<std::string, int> samples;
  for (const std::string& line : lines(openmetrics(campaign)))
    ++samples[line.substr(0, line.find("} "))];
  for (const auto& [series, count] : samples) CHECK(count <= 1510);
}

TEST_CASE("results/README.md explains every family in the words of the file") {
  const std::string readme =
      spof::test::content(std::string(SPOF_SOURCE_DIR) + "/results/README.md");
  std::string name, type;
  for (const std::string& line : lines(openmetrics(short_campaign()))) {
    std::istringstream words(line);
    std::string mark, keyword, help;
    words >> mark >> keyword;
    if (keyword == "TYPE") {
      words >> name >> type;
      name += type == "counter" ? "_total" : type == "info" ? "_info" : "";
    }
    if (keyword != "HELP") continue;
    words >> mark;
    std::getline(words, help);
    CHECK(spof::test::has(readme, "\n| `" + name + "` | " + type + " |" + help + " |"));
  }
}
