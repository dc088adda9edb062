// A failover of the database by its manager: which step took how long, what it leaves behind, and
// what every page says of that.
#include "analysis/database_failover.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "analysis/causes/causes.hpp"
#include "analysis/verdict.hpp"
#include "catch.hpp"
#include "report/format.hpp"
#include "report/pages/pages.hpp"
#include "support/campaign.hpp"
#include "support/text.hpp"

using namespace spof;
using namespace spof::report;
using measure::Event;
using measure::What;
using test::has;
using test::sample;

namespace {

const std::string manager = "db_manager@witness", old_one = "mysql@server1",
                  new_one = "mysql@server2";

Event tells(double at, What what, const std::string& target, const std::string& version = "") {
  return {.time = at, .source = manager, .what = what, .target = target, .version = version};
}
Event promotes(double at) {
  return {.time = at, .source = new_one, .what = What::promoted, .target = new_one};
}

/// A failover: the fault at 20 s, the primary dead to its manager `patience` later, its power cut
/// 8 s after that, the replica promoted after 1 s more and told to all in half a second.
std::vector<Event> story(double patience, What fault = What::crash) {
  const double dead = 20 + patience;
  return {test::struck(20, fault, old_one),
          tells(21, What::primary_silent, old_one),
          tells(dead, What::primary_dead, old_one),
          tells(dead + 8, What::fenced, old_one, "power_off"),
          promotes(dead + 9),
          tells(dead + 9.5, What::failed_over, new_one)};
}

/// Ten writes a second, which fail from the fault until a date.
measure::Result run_of(const std::vector<Event>& events, double fail_until,
                       measure::Writes writes = {}) {
  test::Plan plan = test::plan();
  plan.fault_start = -1;
  test::Tale tale(plan);
  for (int i = 0; i < 600; ++i) {
    const double now = i / 10.0;
    const bool fails = now >= 20 && now <= fail_until;
    tale.request(sample(now, 0.001, 0));
    tale.request(sample(now, 0.001, 1, fails ? measure::Outcome::http_500 : measure::Outcome::ok,
                        fails ? measure::Cause::db_refused : measure::Cause::none));
  }
  for (const Event& event : events) tale.event(event);
  writes.acknowledged = 400;
  tale.writes(writes);
  return tale.finish();
}

Campaign campaign_of(std::vector<measure::Result> runs) {
  Campaign made;
  made.name = "failover";
  made.plan = test::plan();
  made.faults = {{"crash", old_one, 20, -1}};
  made.scenario = Json::parse(R"({
    "classes": { "static": { "kind": "static" }, "write": { "kind": "write" } },
    "db_manager": { "hosts": { "witness": { "tool": "script", "fencing": "power_off",
                                            "power_off_time": "8s" } } },
    "app": { "database": { "connect_timeout": "10s" } } })");
  std::uint64_t seed = 0;
  for (measure::Result& run : runs) {
    run.seed = ++seed;
    made.results.push_back(std::move(run));
  }
  return made;
}

std::string table_of(const Campaign& campaign) {
  std::string text;
  for (const FailoverPhase& one : failover_phases(campaign))
    text += fmt::format("{} {:.1f} {:.1f} {:.1f} {:.2f}\n", one.step, one.best.value,
                        one.mean.value, one.worst.value, one.share.value);
  return text;
}

}  // namespace

TEST_CASE("each step of a failover: best, mean, worst, and its share of the whole") {
  const auto campaign = campaign_of({run_of(story(3), 34.1), run_of(story(5), 35.9)});
  CHECK(table_of(campaign) ==
        "detection 3.0 4.0 5.0 0.27\n"
        "fencing 8.0 8.0 8.0 0.53\n"
        "promotion 1.0 1.0 1.0 0.07\n"
        "telling 0.5 0.5 0.5 0.03\n"
        "reconnection 1.4 1.5 1.6 0.10\n"
        "all 14.1 15.0 15.9 1.00\n");
  const auto phases = failover_phases(campaign);
  CHECK(phases[0].option == "/db_manager: misses (3) × poll_interval (1.0 s), timeout (1.0 s)");
  CHECK(phases[1].option == "/db_manager/power_off_time (8s)");
}

TEST_CASE("who was struck himself noticed late for that reason") {
  auto events = story(3);
  events.insert(events.begin(), test::struck(19, What::hang, "witness", 25, 1));
  const auto campaign = campaign_of({run_of(events, 34.1)});
  CHECK(failover_phases(campaign)[0].option ==
        "the hang of witness; then /db_manager: misses (3) × poll_interval (1.0 s), timeout "
        "(1.0 s)");
}

TEST_CASE("writes that fail to the end have no last one") {
  const auto campaign = campaign_of({run_of(story(3), 60)});
  CHECK(has(table_of(campaign), "reconnection inf inf inf nan\n"));
  CHECK(has(table_of(campaign), "fencing 8.0 8.0 8.0 nan\n"));
}

TEST_CASE("what fails long after a failover is another story") {
  auto events = story(3);
  const auto campaign = campaign_of({run_of(events, 31)});
  CHECK_FALSE(has(table_of(campaign), "reconnection"));
  CHECK(has(table_of(campaign), "all 12.5 12.5 12.5 1.00\n"));
}

TEST_CASE("a page says so where writes fail again later") {
  auto run = run_of(story(3), 31);
  run.stories[1].outages.push_back({50, 60, 100, 0, 50, 50, 60});
  const std::string page = report_md(campaign_of({run}));
  CHECK(has(page, "| all | 12.5 s |"));
  CHECK(has(page, "Writes failed again later, from 50.0 s on: that is not in it."));
  CHECK_FALSE(has(report_md(campaign_of({run_of(story(3), 31)})), "failed again later"));
}

TEST_CASE("waiting for a replica is no detection, and another failure is not its reconnection") {
  auto events = story(3);
  events.insert(events.begin() + 3, {tells(23, What::failover_given_up, old_one, "no replica"),
                                     tells(28, What::primary_dead, old_one)});
  const auto campaign = campaign_of({run_of(events, 35.9)});
  CHECK(has(table_of(campaign), "detection 3.0 "));
  CHECK(has(table_of(campaign), "retrying 5.0 "));
  CHECK(failover_phases(campaign)[1].option == "failover given up: no replica");
  events = story(3);
  events.push_back(test::struck(33, What::crash, "haproxy@lb1", HUGE_VAL, 1));
  const auto cut = campaign_of({run_of(events, 35.9)});
  CHECK(has(table_of(cut), "reconnection 0.5 "));
  CHECK(failover_phases(cut).end()[-2].option == "another failure struck meanwhile");
}

TEST_CASE("who gives up has not failed over, and who was called acts later") {
  auto events = story(3);
  events.resize(3);
  events.push_back(tells(24, What::failover_given_up, old_one, "it answers again"));
  CHECK(failover_phases(campaign_of({run_of(events, 24)})).empty());
  // Again, by a person.
  events.push_back(tells(30, What::primary_silent, old_one));
  events.push_back(tells(31, What::primary_dead, old_one));
  events.push_back(tells(41, What::person_acts, old_one));
  events.push_back(promotes(41.5));
  events.push_back(tells(41.5, What::failed_over, new_one));
  const auto campaign = campaign_of({run_of(events, 24)});
  CHECK(has(table_of(campaign), "detection 11.0 "));
  CHECK(has(table_of(campaign), "response 10.0 "));
  CHECK_FALSE(has(table_of(campaign), "fencing"));
  CHECK_FALSE(has(table_of(campaign), "telling"));
}

// Words for each of them, which look through all the others, would take hours.
TEST_CASE("a manager that gives up a hundred thousand times is told of as quickly as one") {
  std::vector<Event> events{test::struck(20, What::hang, old_one)};
  for (int i = 0; i < 100'000; ++i) {
    const double now = 20 + i * 0.0003;
    events.push_back(tells(now, What::primary_silent, old_one));
    events.push_back(tells(now, What::primary_dead, old_one));
    events.push_back(tells(now, What::failover_given_up, old_one, "it answers again"));
  }
  const auto chain = causes(campaign_of({run_of(events, 50)}));
  const auto told = [&](const char* words) {
    return std::ranges::count_if(chain, [&](const Cause& one) { return has(one.text, words); });
  };
  CHECK(told("took mysql@server1 for dead") == 3);
  CHECK(told("gave the failover up") == 3);
}

TEST_CASE("every page tells the steps, and report.json has them") {
  const auto campaign = campaign_of({run_of(story(3), 34)});
  for (const std::string& page :
       {terminal(campaign, {100, true, false}), report_md(campaign), report_html(campaign)}) {
    CHECK((has(page, "step by step") || has(page, "STEP BY STEP")));
    CHECK(has(page, "power_off_time (8s)"));
  }
  const Json record = Json::parse(report_json(campaign));
  CHECK(record.at("rto_steps").size() == 6);
  CHECK(record.at("rto_steps")[1].at("mean_s") == 8);
  const auto without = campaign_of({run_of({test::struck(20, What::crash, old_one)}, 34)});
  CHECK(Json::parse(report_json(without)).at("rto_steps").empty());
  CHECK_FALSE(has(report_md(without), "step by step"));
}

TEST_CASE("the chain of a failover: taken for dead, promoted, errors end when it is the primary") {
  std::string text;
  for (const std::string& step : failover(campaign_of({run_of(story(3), 32.3)})))
    text += step + '\n';
  CHECK(has(
      text,
      "mysql@server1 at 20.0 s\ndb_manager@witness takes mysql@server1 for dead +3.0 s (0 looks "
      "in a row failed)\nmysql@server2 promoted +12.0 s\nerrors end +12.3 s, when mysql@server2 "
      "is the primary"));
  CHECK_FALSE(has(text, "again"));
}

TEST_CASE("a verdict says who was promoted, and when the old primary was not dead") {
  const auto crash = verdict(campaign_of({run_of(story(3), 34)})).text;
  CHECK(has(crash,
            "db_manager@witness made mysql@server2 the primary. server1 is off: the manager "
            "cut the power."));
  CHECK_FALSE(has(crash, "was not dead"));
  const auto hang = verdict(campaign_of({run_of(story(3, What::hang), 34)})).text;
  CHECK(has(hang, "mysql@server1 was not dead: it hung."));
  auto cut = story(3);
  cut.front() = test::struck(20, What::partition, "server1 | witness");
  cut.front().parts = {"server1"};
  cut.front().beyond = {"witness"};
  CHECK(has(verdict(campaign_of({run_of(cut, 34)})).text,
            "mysql@server1 was not dead: it was cut off from db_manager@witness."));
}

TEST_CASE("split brain: the writes that nobody merges, where they are, and what is left to do") {
  auto events = story(3, What::hang);
  events.erase(events.begin() + 3);  // not fenced
  events.push_back({.time = 59,
                    .source = "ledger",
                    .what = What::writes_left_behind,
                    .target = old_one,
                    .figure = 12,
                    .setting = 7});
  measure::Writes writes;
  writes.lost = 12;
  writes.diverged = 11;
  writes.reads_of_lost = 3;
  writes.lost_from = 19.5;
  writes.lost_until = 30;
  auto run = run_of(events, 31, writes);
  run.holdings = {{old_one, false, 120}, {new_one, true, 0}};
  const auto campaign = campaign_of({run});
  CHECK(has(verdict(campaign).text,
            "11 of the lost writes were made beside the new primary, on mysql@server1: nobody "
            "merges them."));
  const std::string page = report_md(campaign);
  CHECK(has(page,
            "RPO: 12 writes, 10.5 s; 11 of them diverged: an old primary took them beside the "
            "new one; 3 reads saw what was lost"));
  CHECK(has(page,
            "mysql@server2 is the primary; mysql@server1 lacks 120 of its transactions, and 12 "
            "acknowledged writes were made on mysql@server1 alone"));
  CHECK(left_to_do(campaign) ==
        "save the 12 writes that mysql@server1 has and mysql@server2 has not and rebuild mysql@server1 "
        "as a replica of mysql@server2");
}
