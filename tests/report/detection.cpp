// Who noticed what, and when: rows made of a run's events, and what pages say of them.
#include "analysis/detection.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "report/format.hpp"
#include "report/pages/run_page.hpp"
#include "support/campaign.hpp"
#include "support/text.hpp"

using namespace spof;
using namespace spof::report;
using measure::Event;
using measure::What;
using test::has;

namespace {

Event alert(double at, What what) {
  return {.time = at,
          .source = "prometheus@monitor",
          .what = what,
          .target = "mysql@server1",
          .version = "MysqlDown"};
}

measure::Result run_of(const std::vector<Event>& events) {
  test::Plan plan = test::plan();
  plan.is_watched = true;
  test::Tale tale(plan);
  for (int i = 0; i < 600; ++i) tale.request(test::sample(i / 10.0, 0.001, 0));
  for (const Event& event : events) tale.event(event);
  return tale.finish();
}

/// The primary is dead from 20 s to 40 s. The balancer finds out in one of two runs, the monitor in
/// both, in the second only after the repair; an alert of before has no cause.
Campaign watched() {
  Campaign made;
  made.name = "watched";
  made.plan = test::plan();
  made.plan.is_watched = true;
  made.faults = {{"crash", "mysql@server1", Seconds(20), Seconds(40), 0}};
  for (const char* node : {"haproxy@lb1", "haproxy@lb2", "prometheus@monitor"})
    made.topology.nodes.push_back(
        {node, std::string(node).substr(0, std::string(node).find('@')), "", {}});
  made.results.push_back(
      run_of({alert(5, What::alert_firing), test::struck(20, What::crash, "mysql@server1", 20),
              test::says(24, What::down, "server1"), alert(31, What::alert_pending),
              alert(36, What::alert_firing), test::repaired(40, "mysql@server1")}));
  made.results.push_back(
      run_of({test::struck(20, What::crash, "mysql@server1", 20),
              test::repaired(40, "mysql@server1"), alert(44, What::alert_firing)}));
  return made;
}

}  // namespace

TEST_CASE("who found out, in the order in which they did; at the end who saw nothing") {
  const auto all = discoveries(watched());
  REQUIRE(all.size() == 3);
  CHECK(all[0].who == "haproxy@lb1");
  CHECK(all[0].failure == "crash of mysql@server1");
  CHECK(all[0].saw == "server1 DOWN");
  CHECK(all[0].after == near(4));
  CHECK(all[0].runs == 1);
  CHECK(all[1].who == "prometheus@monitor");
  CHECK(all[1].saw == "MysqlDown of mysql@server1");
  CHECK(all[1].after == near((16 + 24) / 2.));  // pending is no alert
  CHECK(all[1].runs == 2);
  CHECK_FALSE(all[1].late);  // once it was in time
  CHECK(all[2].who == "haproxy@lb2");
  CHECK(all[2].saw.empty());
}

TEST_CASE("alerts in time, after the repair, and without a failure are counted apart") {
  const AlertCounts counts = alerts(watched());
  CHECK(counts.useful == near(0.5));
  CHECK(counts.late == near(0.5));
  CHECK(counts.needless == near(0.5));
}

TEST_CASE("what an operator does on purpose is nothing to notice, unless somebody did") {
  Campaign made = watched();
  made.faults.front().kind = "reload";
  made.results = {run_of({test::struck(20, What::reload, "haproxy@lb1", 0)})};
  CHECK(discoveries(made).empty());
}

TEST_CASE("the screen and report.md say who noticed, where somebody watches") {
  const std::string page = report_md(watched());
  CHECK(has(page, "Who noticed"));
  CHECK(has(page, "| `haproxy@lb1` | +4.0 s in 1 of 2 runs | server1 DOWN |"));
  CHECK(has(page, "| `haproxy@lb2` | never |"));
  Campaign blind = watched();
  blind.plan.is_watched = false;
  CHECK_FALSE(has(report_md(blind), "Who noticed"));
}
