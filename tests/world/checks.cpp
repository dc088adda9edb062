// Each invariant notices what breaks it, and nothing else: results that were made wrong on purpose.
#include "world/checks/checks.hpp"

#include <functional>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/campaign.hpp"

using namespace spof;
using world::Wrong;

namespace {

/// A run of two classes, with its requests kept.
measure::Result kept() {
  test::Plan plan = test::plan();
  plan.keep_requests = true;
  test::Tale recorder(plan);
  for (int i = 0; i < 100; ++i) {
    const bool fails = i % 10 == 0;
    recorder.request(test::sample(i / 2.0, 0.01, static_cast<std::uint8_t>(i % 2),
                                  fails ? measure::Outcome::http_500 : measure::Outcome::ok,
                                  fails ? measure::Cause::db_refused : measure::Cause::none));
  }
  recorder.event(test::struck(20, measure::What::crash, "mysql@server1", 20));
  recorder.event(test::repaired(40, "mysql@server1"));
  return recorder.finish();
}

/// The invariant that a change of a good result breaks; "" for none, or more than one.
std::string broken_by(const std::function<void(measure::Result&)>& change) {
  measure::Result result = kept();
  change(result);
  Wrong wrong;
  world::check_requests(result, wrong);
  world::check_time(result, wrong);
  world::check_figures(test::plan(), result, wrong);
  world::check_shares(test::plan(), result, wrong);
  std::string names;
  for (const std::string& line : wrong.lines()) {
    const std::string name = line.substr(0, line.find(':'));
    if (names.find(name) == names.npos) names += (names.empty() ? "" : " ") + name;
  }
  return names;
}

}  // namespace

TEST_CASE("a good run breaks nothing, and each mistake its own invariant") {
  CHECK(broken_by([](auto&) {}) == "");
  CHECK(broken_by([](auto& run) { run.samples[3].id = run.samples[2].id; }) == "requests");
  CHECK(broken_by([](auto& run) { run.samples[3].cause = measure::Cause::db_lost; }) == "requests");
  CHECK(broken_by([](auto& run) { run.samples[3].tries = 0; }) == "requests");
  CHECK(broken_by([](auto& run) { std::swap(run.samples[3], run.samples[5]); }) == "time");
  CHECK(broken_by([](auto& run) { std::swap(run.events.front(), run.events.back()); }) == "time");
  CHECK(broken_by([](auto& run) { run.samples.pop_back(); }) == "figures");
  CHECK(broken_by([](auto& run) { ++run.windows[1].requests; }) == "figures");
  CHECK(broken_by([](auto& run) { run.windows[1].p50 = run.windows[1].max + 1; }) == "figures");
  CHECK(broken_by([](auto& run) { run.tallies[0].failures.clear(); }) == "figures");
  CHECK(broken_by([](auto& run) {
          run.loads.push_back({"lb1", "cpu", 1, {{0, 61, 0, 0}}});
        }) == "shares");
}

TEST_CASE("writes that nobody committed are noticed") {
  measure::Histories histories;
  const std::size_t log = histories.add_log("mysql@server1");
  for (int i = 0; i < 3; ++i) histories.commit(log, {});
  scenario::Scenario scenario;
  scenario.classes.emplace_back().second.kind = stack::RequestKind::write;
  measure::Result result;
  result.samples.assign(3, {});
  const auto broken = [&](std::uint64_t acknowledged, std::uint64_t lost, std::uint64_t phantom) {
    result.writes.acknowledged = acknowledged;
    result.writes.lost = lost;
    result.writes.phantom.number = phantom;
    Wrong wrong;
    world::check_writes(scenario, result, histories, wrong);
    return wrong.lines().size();
  };
  CHECK(broken(3, 0, 0) == 0);
  CHECK(broken(3, 3, 0) == 0);
  CHECK(broken(2, 0, 0) == 1);  // three were answered
  CHECK(broken(3, 0, 1) == 1);  // and four committed?
  CHECK(broken(3, 4, 0) == 1);
  histories.move(log, {0, 2});  // the tail is gone
  CHECK(broken(3, 1, 0) == 0);
  CHECK(broken(3, 0, 0) == 1);
}

TEST_CASE("a server that is DOWN and gets a request is noticed, a replica that is ahead, too") {
  Wrong wrong;
  stack::Server server;
  world::check_assignment(server, wrong);
  measure::Histories histories;
  const std::size_t log = histories.add_log("mysql@server1");
  const measure::LogEnd end = histories.commit(log, {});
  world::check_replica("mysql@server2", histories, end, end, wrong);
  CHECK(wrong.lines().empty());

  server.up = false;
  world::check_assignment(server, wrong);
  server.up = true;
  server.admin = stack::Server::Admin::maint;
  world::check_assignment(server, wrong);
  CHECK(wrong.lines().size() == 2);
  world::check_replica("mysql@server2", histories, end, {0, 0}, wrong);
  CHECK(wrong.lines().size() == 3);
  world::check_replica("mysql@server2", histories, end, {0, 2},
                       wrong);  // nobody wrote a second one
  CHECK(wrong.lines().size() == 4);
}

TEST_CASE("a group that is told of again too soon is noticed, a new one is not") {
  using stack::monitoring::Notification;
  const Notification before{"pages", "operator", {}, 40'000, {{}}, {}};
  const auto broken = [](const Notification& first, std::int64_t next) {
    Wrong wrong;
    world::check_interval(first, {"pages", "operator", {}, next, {}, {}}, 300, wrong);
    return wrong.lines().size();
  };
  CHECK(broken(before, 340'000) == 0);
  CHECK(broken(before, 339'998) == 1);
  Notification over = before;
  over.firing.clear();
  CHECK(broken(over, 60'000) == 0);
}

TEST_CASE("who repairs without a call, or is told of nothing, is noticed") {
  using measure::What;
  const std::vector<measure::Event> told{
      {.time = 1,
       .source = "prometheus@monitor",
       .what = What::alert_firing,
       .target = "lb1",
       .version = "HostDown"},
      {.time = 2,
       .source = "alertmanager@monitor",
       .what = What::notified,
       .target = "lb1",
       .version = "HostDown",
       .parts = {"operator"}},
      {.time = 3, .source = "operator", .what = What::acknowledged, .version = "HostDown"},
      {.time = 4, .source = "operator", .what = What::decided, .target = "lb1"},
      {.time = 5, .source = "operator", .what = What::repaired_by, .target = "lb1"}};
  const auto broken_without = [&](std::size_t left_out) {
    measure::Result result;
    for (std::size_t i = 0; i < told.size(); ++i)
      if (i != left_out) result.events.push_back(told[i]);
    Wrong wrong;
    world::check_people(result, wrong);
    return wrong.lines().size();
  };
  CHECK(broken_without(told.size()) == 0);
  CHECK(broken_without(0) == 1);
  CHECK(broken_without(1) == 1);
  CHECK(broken_without(2) == 1);
  CHECK(broken_without(3) == 1);
  CHECK(broken_without(4) == 0);
}

TEST_CASE("what is left after the end is noticed") {
  const auto broken = [](const world::Leftovers::OfDaemon& daemon, std::size_t connections) {
    world::Leftovers left;
    left.daemons.push_back(daemon);
    left.connections = connections;
    Wrong wrong;
    world::check_leftovers(left, wrong);
    world::check_connections(left, wrong);
    return wrong.lines().size();
  };
  world::Leftovers::OfDaemon daemon;
  daemon.name = "nginx@server1";
  CHECK(broken(daemon, 0) == 0);
  CHECK(broken(daemon, 1) == 1);
  daemon.client_ends = 1;
  CHECK(broken(daemon, 1) == 1);  // it keeps none
  daemon.kept = 1;
  CHECK(broken(daemon, 1) == 0);
  daemon.accepted = 1;
  CHECK(broken(daemon, 1) == 1);
  daemon.accepted = 0;
  daemon.is_alive = false;
  daemon.jobs = 1;
  CHECK(broken(daemon, 1) == 1);
}
