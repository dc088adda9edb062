#include "analysis/matrix/finding.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/json.hpp"
#include "catch.hpp"
#include "support/campaign.hpp"
#include "support/findings.hpp"

using namespace spof;
using namespace spof::report;
using measure::Outcome;
using test::sample;

namespace {

/// A campaign of one run, a fault from 20 s to 40 s of 60, with these requests of class 0.
Campaign told(std::vector<measure::Sample> samples) {
  std::stable_sort(samples.begin(), samples.end(),
                   [](const auto& a, const auto& b) { return a.end < b.end; });
  test::Tale recorder(test::plan());
  for (const measure::Sample& one : samples) recorder.request(one);
  Campaign made;
  made.plan = test::plan();
  made.faults = {{"hang", "mysql@server1", 20, 40}};
  made.results.push_back(recorder.finish());
  return made;
}

/// Ten requests a second for the whole run; `change` may alter each.
template <class Change>
Campaign steady(const Change& change) {
  std::vector<measure::Sample> samples;
  for (int i = 0; i < 600; ++i) {
    samples.push_back(sample(i / 10.0, 0.01));
    change(samples.back());
  }
  return told(std::move(samples));
}

double settled(const Campaign& campaign, double seconds = 8) {
  return finding_of(campaign, "mysql@server1", "hang", seconds).classes.at(0).settled.at(0);
}

ClassFinding one_class(double share, double failed) {
  return test::class_finding("read", share, failed);
}

Fate fate(double share, double failed) { return one_class(share, failed).fate(); }

Finding seeds(std::vector<double> failed, std::vector<double> slow) {
  Finding made = test::finding("a", "crash", {one_class(0, 0)});
  made.classes[0].failed = std::move(failed);
  made.classes[0].slow = std::move(slow);
  return made;
}

}  // namespace

TEST_CASE("a class's fate follows from what fails once settled, then from what ever failed") {
  CHECK(fate(1, 100) == Fate::down);
  CHECK(fate(0.9, 90) == Fate::down);
  CHECK(fate(0.899, 90) == Fate::degraded);
  CHECK(fate(0.0051, 1) == Fate::degraded);
  CHECK(fate(0.005, 1) == Fate::interrupted);
  CHECK(fate(0, 0.5) == Fate::interrupted);
  CHECK(fate(0, 0) == Fate::untouched);
  ClassFinding mixed = one_class(0, 10);
  mixed.settled = {1, 0.8};  // the mean over the seeds decides
  CHECK(mixed.fate() == Fate::down);
  mixed.settled = {1, 0.79};
  CHECK(mixed.fate() == Fate::degraded);
}

TEST_CASE("a run in which nobody asks once settled says nothing of what happens then") {
  ClassFinding rare = one_class(1, 10);
  rare.settled = {1, 0};
  rare.due = {1, 0};
  CHECK(rare.settled_shares() == std::vector<double>{1});
  CHECK(rare.fate() == Fate::down);
  CHECK(settled_availability(rare) == 0);
  rare.due = {0, 0};
  CHECK(rare.fate() == Fate::interrupted);
  CHECK(std::isnan(settled_availability(rare)));
}

TEST_CASE("a class of which nothing failed is slow when it stalled or its p99 is over five times") {
  ClassFinding one = one_class(0, 0);
  one.p99_before = 0.01;
  one.p99_during = 0.05;
  CHECK(one.fate() == Fate::untouched);
  one.p99_during = 0.051;
  CHECK(one.fate() == Fate::slow);
  one.p99_before = 0;  // nobody asked before: nothing to compare with
  CHECK(one.fate() == Fate::untouched);
  one.stalled = true;
  CHECK(one.fate() == Fate::slow);
  one.failed = {0, 1};
  CHECK(one.fate() == Fate::interrupted);
}

TEST_CASE("settled is the last part of the failure, without the last quarter of it") {
  // From 32 s to 38 s of a failure from 20 s to 40 s; every second request fails.
  const auto half = [](double from, double to) {
    return settled(steady([=](measure::Sample& one) {
      const bool second = std::lround(one.arrival * 10) % 2 == 1;
      if (second && one.arrival >= from && one.arrival < to) one.outcome = Outcome::http_503;
    }));
  };
  CHECK(half(32, 38) == near(0.5));
  CHECK(half(35, 38) == near(0.25));
  CHECK(half(20, 32) == 0);
  CHECK(half(38, 60) == 0);
}

TEST_CASE("who is answered only after the repair was not answered") {
  const auto waiting = [](double wait) {
    return settled(steady([=](measure::Sample& one) {
      if (one.arrival >= 36 && one.arrival < 37) one.end = one.arrival + wait;
    }));
  };
  CHECK(waiting(2.9) == 0);
  CHECK(waiting(4.1) == near(10 / 60.0));
  // A failure counts once, however late it is known.
  CHECK(settled(steady([](measure::Sample& one) {
          if (one.arrival < 36 || one.arrival >= 37) return;
          one.end = one.arrival + 5;
          one.outcome = Outcome::timeout;
        })) == near(10 / 60.0));
}

TEST_CASE("a failure to the end of the run has settled there, and nobody asking fails nobody") {
  auto campaign = steady([](measure::Sample& one) {
    if (one.arrival >= 20) one.outcome = Outcome::http_503;
  });
  campaign.results[0].fault_end = 1e9;
  const Finding finding = finding_of(campaign, "mysql@server1", "hang", 8);
  CHECK(finding.lasted == 40);
  CHECK(finding.classes[0].settled[0] == 1);
  CHECK(finding.classes[1].settled[0] == 0);  // no request of this class at all
}

TEST_CASE("a finding counts from the fault on") {
  const auto finding =
      finding_of(steady([](measure::Sample& one) {
                   const double at = one.arrival;
                   if (at == 10 || at == 10.1 || at == 25 || at == 25.1 || at == 50)
                     one.outcome = Outcome::http_503;
                   if (at == 5 || at == 30 || at == 55) one.end = at + 0.95;
                   one.redispatched = at == 33;
                   one.stale = at == 34;
                 }),
                 "mysql@server1", "hang", 8);
  CHECK(finding.target == "mysql@server1");
  CHECK(finding.kind == "hang");
  CHECK(finding.lasted == 20);
  const ClassFinding& one = finding.classes.at(0);
  CHECK(one.name == "static");
  CHECK(one.failed == std::vector<double>{3});
  CHECK(one.slow == std::vector<double>{2});
  CHECK(one.requests == std::vector<double>{200});
  CHECK(one.outage.at(0) == near(0.1));
  CHECK(finding.redispatched == 1);
  CHECK(finding.stale_reads == 1);
  CHECK(finding.detected == never);
  CHECK(finding.detected_by.empty());
}

TEST_CASE("a finding has a value for each seed, and who noticed and what ended it") {
  const Finding finding = finding_of(test::campaign(), "mysql@server1", "crash", 8);
  REQUIRE(finding.classes.size() == 2);
  CHECK(finding.classes[0].fate() == Fate::untouched);
  const ClassFinding& write = finding.classes[1];
  CHECK(write.name == "write");
  CHECK(write.settled == std::vector<double>{1, 1, 1});
  CHECK(write.failed.size() == 3);
  CHECK(write.fate() == Fate::down);
  CHECK(finding.detected == near(4.2));
  CHECK(finding.detected_by == "haproxy@lb1: server1 DOWN");
  CHECK(finding.recovered == near(21).margin(0.5));
  CHECK_FALSE(finding.recovered_by.empty());
  CHECK(finding.phantom_writes == near(1.0 / 3));
  CHECK(finding.lost_writes == 0);
}

TEST_CASE("what happens in less than half of the runs usually never happens") {
  auto campaign = test::campaign();
  const auto unnoticed = [&](std::size_t run) {
    std::erase_if(campaign.results[run].events,
                  [](const auto& event) { return event.role() == measure::Role::detected; });
  };
  unnoticed(0);
  Finding finding = finding_of(campaign, "mysql@server1", "crash", 8);
  CHECK(finding.detected == near(4.25));
  CHECK(finding.detected_by == "haproxy@lb1: server1 DOWN");  // as the second run tells it
  unnoticed(1);
  finding = finding_of(campaign, "mysql@server1", "crash", 8);
  CHECK(finding.detected == never);
  CHECK(finding.detected_by.empty());
}

TEST_CASE("who complains only after the repair has not noticed the failure") {
  auto campaign = steady([](measure::Sample&) {});
  const auto told_at = [&](double time) {
    campaign.results[0].events = {test::says(time, measure::What::down, "server1")};
    return finding_of(campaign, "mysql@server1", "hang", 8);
  };
  CHECK(told_at(39.5).detected == near(19.5));
  CHECK(told_at(40.5).detected == never);
  CHECK(told_at(40.5).detected_by.empty());

  campaign = test::campaign();  // the first of three runs notices too late: the second tells
  for (auto& event : campaign.results[0].events)
    if (event.role() == measure::Role::detected) event.time = 45, event.target = "late";
  const Finding finding = finding_of(campaign, "mysql@server1", "crash", 8);
  CHECK(finding.detected == near(4.25));
  CHECK(finding.detected_by == "haproxy@lb1: server1 DOWN");
}

TEST_CASE("a finding comes back from its bytes as it was, never included") {
  Finding made = finding_of(test::campaign(), "mysql@server1", "crash", 8);
  made.recovered = never;
  made.recovered_by = "ends, \"quoted\"\n";
  made.classes[0].stalled = true;
  made.redispatched = 1.0 / 3;
  const Json json = made;
  const auto back = Json::from_cbor(Json::to_cbor(json)).get<Finding>();
  CHECK(Json(back) == json);
  CHECK(back.recovered == never);
  CHECK(back.recovered_by == made.recovered_by);
  CHECK(back.redispatched == made.redispatched);
  REQUIRE(back.classes.size() == 2);
  CHECK(back.classes[0].stalled);
  CHECK(back.classes[1].failed == made.classes[1].failed);
  Json broken = json;
  broken.erase(3);  // a member is missing
  CHECK_THROWS_AS(broken.get<Finding>(), Json::exception);
}

TEST_CASE("sums and shares over the classes") {
  Finding two = test::finding("a", "crash", {one_class(1, 10), one_class(0, 5)});
  two.classes[0].requests = {300, 300};
  two.classes[1].failed = {5, 6};
  CHECK(failed_by_seed(two) == std::vector<double>{15, 16});
  CHECK(settled_availability(two) == near(0.25));  // weighed by requests
  CHECK(settled_availability(two.classes[1]) == 1);
  CHECK(worst_fate(two) == Fate::down);
  CHECK(classes_down(two) == std::vector<std::string>{"read"});
  const Finding nothing = test::finding("a", "crash", {});
  CHECK(std::isnan(settled_availability(nothing)));
  CHECK(worst_fate(nothing) == Fate::unmeasured);
  CHECK(failed_by_seed(nothing).empty());
}

TEST_CASE("failed requests decide what hurts more, in steps of a hundredth; then slow ones") {
  const Finding many = seeds({50, 50}, {0, 0}), few = seeds({10, 10}, {0, 0});
  CHECK(hurts_more(many, few));
  CHECK_FALSE(hurts_more(few, many));
  CHECK_FALSE(hurts_more(few, few));
  const Finding late = seeds({10.2, 10.2}, {40, 40}), less_late = seeds({10.4, 10.4}, {30, 30});
  CHECK(hurts_more(late, less_late));
  CHECK(hurts_more(seeds({11, 11}, {0, 0}), late));
}

TEST_CASE("what fails and is late with nothing broken is not the failure's doing") {
  Finding control = test::finding("nothing", "control", {one_class(0.2, 30)});
  control.classes[0].slow = {5, 50};
  control.classes[0].outage = {10, 60};
  control.lost_writes = control.stale_reads = 3;
  control.redispatched = 7;
  Finding found = test::finding("a", "crash", {one_class(0.6, 100)});
  found.classes[0].slow = {25, 20};
  found.lost_writes = 2;
  found.stale_reads = found.phantom_writes = 5;
  found.redispatched = 9;
  const Finding own = beyond(found, control);
  const ClassFinding& one = own.classes.at(0);
  CHECK(one.settled.at(0) == near(0.5));  // of the 80 % that are answered with nothing broken
  CHECK(one.failed == std::vector<double>{70, 70});
  CHECK(one.slow == std::vector<double>{0, 0});  // 20 more and 30 fewer: chance
  CHECK(one.outage == std::vector<double>{0, 0});
  CHECK(own.lost_writes == 0);
  CHECK(own.phantom_writes == 5);
  CHECK(own.stale_reads == 2);
  CHECK(own.redispatched == 2);
  // A stack that answers nobody by itself has no failure that does it any harm.
  control.classes[0] = one_class(1, 100);
  CHECK(worst_fate(beyond(found, control)) == Fate::untouched);
}

TEST_CASE("in a stack that fails by itself a failure is charged with what it is proven to do") {
  Finding control = test::finding("nothing", "control", {one_class(0.2, 30)});
  Finding found = test::finding("a", "crash", {one_class(0.2, 30)});
  found.classes[0].failed = {33, 31};  // three and one more
  found.classes[0].settled = {0.22, 0.21};
  CHECK(worst_fate(beyond(found, control)) == Fate::untouched);
  found.classes[0].failed = {93, 91};
  found.classes[0].settled = {0.8, 0.79};
  const Finding own = beyond(found, control);
  CHECK(worst_fate(own) == Fate::degraded);
  CHECK(own.classes[0].failed == std::vector<double>{63, 61});
  // Where nothing fails by itself, one failed request is the failure's.
  control.classes[0] = one_class(0, 0);
  found.classes[0] = one_class(0, 0);
  found.classes[0].failed = {1, 0};
  CHECK(beyond(found, control).classes[0].failed == std::vector<double>{1, 0});
}

TEST_CASE("a class that crawls with nothing broken is not made slow by a failure") {
  Finding control = test::finding("nothing", "control", {one_class(0, 0)});
  Finding found = control;
  found.classes[0].stalled = true;
  found.classes[0].p99_during = 4;
  CHECK(worst_fate(beyond(found, control)) == Fate::slow);
  control.classes[0].stalled = true;
  control.classes[0].p99_during = 1;
  CHECK(worst_fate(beyond(found, control)) == Fate::untouched);
}

TEST_CASE("users who hang ask no more, and are not answered") {
  const Finding control = test::finding("nothing", "control", {one_class(0, 0)});
  Finding found = test::finding("a", "hang", {one_class(0, 10)});
  found.classes[0].due = {0, 0};
  found.classes[0].requests = {12, 12};
  const Finding own = beyond(found, control);
  CHECK(own.classes.at(0).fate() == Fate::down);
  CHECK(own.classes[0].requests == std::vector<double>{100, 100});
  CHECK(own.classes[0].due == std::vector<double>{40, 40});
  // 40 of 100, though only 10 fail.
  CHECK(hurts_more(own, test::finding("b", "crash", {one_class(0, 39)})));
  CHECK_FALSE(hurts_more(own, test::finding("b", "crash", {one_class(0, 41)})));
}
