// Who noticed what, and when: rows made of a run's events, and what pages say of them.
#include "analysis/detection.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "analysis/verdict.hpp"
#include "base/json.hpp"
#include "catch.hpp"
#include "measure/after_fault.hpp"
#include "report/format.hpp"
#include "report/pages/pages.hpp"
#include "support/campaign.hpp"
#include "support/story.hpp"
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
  made.topology.servers = {"server1", "server2"};
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

TEST_CASE("who saw nothing is told with where it looks") {
  const auto all = discoveries(watched());
  CHECK(all[2].after == spof::never);
  CHECK(has(all[2].blind_to, "health checks"));
  const Json record = Json::parse(report_json(watched()));
  const Json& rows = record.at("detection");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].at("who") == "haproxy@lb1");
  CHECK(rows[0].at("after_s") == 4);
  CHECK(rows[2].at("after_s") == "never");
  CHECK(rows[2].at("blind_to") == all[2].blind_to);
  Campaign made = watched();
  made.faults.front().target = "haproxy@lb2";
  for (measure::Result& run : made.results)
    for (Event& event : run.events)
      if (event.target == "mysql@server1" && event.role() != measure::Role::info)
        event.target = "haproxy@lb2";
  CHECK(discoveries(made).back().blind_to == "it was struck itself");
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

namespace {

/// "0-20 up, 20-24 unnoticed (nobody knows), ..."
std::string told(const std::vector<Event>& events) {
  std::string out;
  for (const Spell& one : who_noticed(events, 60).spells)
    out += fmt::format("{}{:g}-{:g} {}{}", out.empty() ? "" : ", ", one.from, one.until,
                       names(one.state)[static_cast<std::size_t>(one.state)],
                       one.why.empty() ? "" : " (" + one.why + ")");
  return out;
}

}  // namespace

TEST_CASE("a strip says from when on who knew of what was broken") {
  const Event crash = test::struck(20, What::crash, "mysql@server1", 20);
  const Event end = test::repaired(40, "mysql@server1");
  CHECK(told({}) == "0-60 up");
  CHECK(told({crash, end}) == "0-20 up, 20-40 unnoticed (nobody knows), 40-60 up");
  CHECK(
      told({alert(5, What::alert_firing),
            crash,
            test::says(24, What::down, "server1"),
            alert(31, What::alert_pending),
            alert(36, What::alert_firing),
            {.time = 38, .source = "operator@clients", .what = What::acknowledged},
            end,
            alert(44, What::alert_firing)}) ==
      "0-20 up, 20-24 unnoticed (nobody knows), 24-36 noticed (haproxy@lb1: server1 DOWN), 36-38 "
      "noticed (prometheus@monitor: MysqlDown of mysql@server1), 38-40 noticed (operator@clients: "
      "is there), 40-60 up");
  // Two failures that overlap are one; one that nobody repairs lasts; an operator's act is none.
  CHECK(told({crash, test::struck(30, What::hang, "nginx@server1", 20), end,
              test::repaired(50, "nginx@server1")}) ==
        "0-20 up, 20-50 unnoticed (nobody knows), 50-60 up");
  CHECK(told({test::struck(30, What::hang, "nginx@server1")}) ==
        "0-30 up, 30-60 unnoticed (nobody knows)");
  CHECK(told({test::struck(30, What::reload, "haproxy@lb1", 0)}) == "0-60 up");
}

TEST_CASE("who saw what another failure did has not noticed this one; who was dead saw nothing") {
  Campaign made = watched();
  made.faults = {{"power_off", "monitor", Seconds(10), Seconds(-1), 0},
                 {"crash", "mysql@server1", Seconds(20), Seconds(40), 0}};
  Event off = test::struck(10, What::power_off, "monitor", HUGE_VAL);
  off.strike = 1;
  off.parts = {"prometheus@monitor"};
  Event crash = test::struck(20, What::crash, "mysql@server1", 20);
  crash.strike = 2;
  made.faults[0].strike = 1, made.faults[1].strike = 2;
  made.results = {run_of({off, crash, test::says(24, What::down, "server1")})};
  const auto all = discoveries(made);
  REQUIRE(all.size() == 6);
  CHECK(all[0].failure == "power failure of monitor");
  for (int i = 0; i < 3; ++i) CHECK(all[i].runs == 0);
  CHECK(all[2].who == "prometheus@monitor");
  CHECK(all[2].blind_to == "it was struck itself");
  CHECK(all[3].who == "haproxy@lb1");
  CHECK(all[3].runs == 1);
  CHECK(all[5].who == "prometheus@monitor");
  CHECK(all[5].blind_to == "it was struck itself");
}

TEST_CASE("a replica that lost its primary tells nobody: verdict, table and strip agree") {
  const Event lost{.time = 21,
                   .source = "mysql@server2",
                   .what = What::replication_stopped,
                   .target = "mysql@server1"};
  Campaign made = watched();
  made.results = {run_of({test::struck(20, What::crash, "mysql@server1", 20), lost,
                          test::repaired(40, "mysql@server1")})};
  for (const Discovery& one : discoveries(made)) CHECK(one.runs == 0);
  CHECK(told(made.results.front().events) == "0-20 up, 20-40 unnoticed (nobody knows), 40-60 up");
}

TEST_CASE("the strip is below the clients', under the charts of a page, and in pictures") {
  const ChartGroup charts = run_charts(watched());
  REQUIRE(charts.strips.size() > 2);
  CHECK(charts.strips[0].component.starts_with("clients"));
  CHECK(charts.strips[1].component == "who noticed");
  const std::string page = report_html(watched());
  CHECK(has(page, ">haproxy@lb1</i>"));
  CHECK(has(page, "<i class=\"unnoticed\"></i>unnoticed"));
  CHECK(has(in_gnuplot(charts, "x", {"svg"}), "noticed \"haproxy@lb1: server1 DOWN"));
  ChartGroup quiet = charts;
  quiet.strips.erase(quiet.strips.begin() + 1);
  CHECK_FALSE(has(in_gnuplot(quiet, "x", {"svg"}), "noticed"));
}

TEST_CASE("no check noticed, and a card says who called") {
  const auto card = [](const Campaign& campaign) {
    for (const Card& one : run_cards(campaign))
      if (has(one.label, "after") && !has(one.label, "recovered")) return one;
    return Card{};
  };
  Campaign made = watched();
  made.results = {run_of({test::struck(20, What::crash, "mysql@server1", 20),
                          {.time = 37,
                           .source = "alertmanager@monitor",
                           .what = What::notified,
                           .version = "MysqlDown",
                           .beyond = {"operator@clients"}},
                          test::repaired(40, "mysql@server1")})};
  CHECK(card(made).label == "noticed after");
  CHECK(card(made).value == "17.0 s");
  CHECK(has(card(made).note, "monitoring called"));
}

TEST_CASE("where nothing breaks, an alert before requests fail is none without need") {
  Campaign made = watched();
  made.faults.clear();
  test::Plan plan = test::plan();
  plan.is_watched = true;
  test::Tale tale(plan);
  for (int i = 0; i < 600; ++i)
    tale.request(test::sample(i / 10.0, 0.001, 0,
                              i > 500 ? measure::Outcome::http_503 : measure::Outcome::ok));
  tale.event(alert(30, What::alert_firing));
  made.results = {tale.finish()};
  CHECK(alerts(made).useful == near(1));
  CHECK(has(report_md(made), "before or while requests failed"));
  made.results = {run_of({alert(30, What::alert_firing)})};
  CHECK(alerts(made).needless == near(1));
}

namespace {

/// "haproxy@lb1: server1 DOWN", for each who found out about a failure.
std::string found(const Campaign& campaign, const std::string& failure) {
  std::string text;
  for (const Discovery& one : discoveries(campaign))
    if (one.failure == failure) text += one.who + ": " + one.saw + one.blind_to + '\n';
  return text;
}

}  // namespace

TEST_CASE("what users feel is no sign of what none of their requests comes to") {
  Campaign made = test::campaign_of_story(R"({ "hosts": { "monitor": { "like": "lb1" } },
    "alertmanager": { "hosts": { "monitor": {} } },
    "prometheus": { "hosts": { "monitor": {} } }, "faults": [
      { "kind": "crash", "target": "alertmanager@monitor", "at": "5s" },
      { "kind": "crash", "target": "nginx@server1", "at": "10s" }] })");
  made.results[0].events.push_back(
      {.time = 19, .source = "operator@clients", .what = What::customers_complained, .figure = 3});
  CHECK(has(found(made, "crash of nginx@server1"), "customers: "));
  const std::string monitor = found(made, "crash of alertmanager@monitor");
  CHECK_FALSE(has(monitor, "customers: "));
  CHECK(has(monitor, "haproxy@lb1: it looks at its servers alone\n"));
}

TEST_CASE("an address is taken over because of what struck who had it") {
  const Campaign made = test::campaign_of_story(R"({ "hosts": { "lb2": { "like": "lb1" } },
    "clients": { "users": { "connect_to": "10.0.0.100:80" } }, "haproxy": { "hosts": { "lb2": {} } },
    "keepalived": { "virtual_ipaddress": ["10.0.0.100"], "virtual_router_id": 51,
      "hosts": { "lb1": { "priority": 101 }, "lb2": { "priority": 100 } } },
    "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "5s" },
               { "kind": "hang", "target": "lb1", "at": "8s" }] })");
  CHECK(has(found(made, "hang of lb1"), "keepalived@lb2: 10.0.0.100 MASTER\n"));
  CHECK_FALSE(has(found(made, "crash of nginx@server1"), "MASTER"));
}

TEST_CASE("a load balancer that starts learns what was DOWN before, and notices nothing by it") {
  std::vector<Event> events{test::struck(20, What::restart, "haproxy@lb1", 1),
                            test::repaired(21, "haproxy@lb1"), test::serves(21, "haproxy@lb1"),
                            test::says(22, What::down, "db2")};
  CHECK(measure::detected(run_of(events)) == spof::never);
  CHECK(has(told(events), "20-21 unnoticed"));
  events.insert(events.begin() + 3, test::struck(21.5, What::crash, "mysql@server2", 20, 1));
  CHECK(measure::detected(run_of(events)) == near(2));
}
