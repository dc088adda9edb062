#include "analysis/causes/causes.hpp"

#include <algorithm>
#include <string>

#include "catch.hpp"
#include "report/format.hpp"
#include "report/pages/pages.hpp"
#include "support/text.hpp"
#include "support/told.hpp"

using namespace spof;
using namespace spof::report;
using measure::Outcome;
using measure::What;
using test::all;
using test::recovered;
using test::repaired;
using test::sample;
using test::says;
using test::started;
using test::struck;
using test::tell_fault;
using test::told;
using test::two_servers;
using test::wired;
using Why = measure::Cause;
using test::has;

namespace {

measure::Sample write_during(double now, double until, Outcome outcome, Why why) {
  return now >= 20 && now < until ? sample(now, 0.01, 1, outcome, why) : sample(now, 0.01, 1);
}

Campaign crashed_primary() {
  return told(
      [](double now) { return write_during(now, 41.5, Outcome::http_500, Why::db_refused); },
      [](test::Tale& recorder) {
        tell_fault(recorder, What::crash, "mysql@server1");
        recorder.event(recovered(41.5, "mysql@server1"));
      });
}

Json& service_of(Campaign& campaign) {
  return campaign.scenario["mysql"]["hosts"]["server1"]["service"];
}

/// Struck at 20 s, started by systemd at 25 s if it crashed, serving from `ready` on, repaired at
/// 40 s; writes fail until `healed`, or `ready`.
Campaign restarted_primary(double ready, What kind, double healed = 0, bool by_systemd = true) {
  auto made = told(
      [&](double now) {
        return write_during(now, std::max(ready, healed), Outcome::http_500, Why::db_refused);
      },
      [&](test::Tale& recorder) {
        recorder.event(struck(20, kind, "mysql@server1", 20));
        if (kind == What::crash && by_systemd) recorder.event(started(25, "mysql@server1"));
        if (ready < 40) recorder.event(recovered(ready, "mysql@server1"));
        recorder.event(repaired(40, "mysql@server1"));
        if (ready >= 40) recorder.event(recovered(ready, "mysql@server1"));
      });
  service_of(made) = {{"restart", "on-abnormal"}, {"restart_sec", "5s"}};
  return made;
}

const Cause* dominant(const std::vector<Cause>& chain) {
  const auto found = std::find_if(chain.begin(), chain.end(), [](auto& c) { return c.dominant; });
  return found == chain.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a dead primary: who gave up, on whom, why nobody noticed, what took longest") {
  const auto chain = causes(wired(crashed_primary()));
  CHECK(
      all(crashed_primary()) ==
      "20.0 s mysql@server1 crashed\n"
      "20.0\u201341.4 s 215 write requests were answered 500 by app@server1 and app@server2: "
      "mysql@server1 refused connections\n"
      "20.0\u201340.0 s nobody noticed, every server stayed UP: health checks ask Nginx, and "
      "reach neither application nor database\n"
      "20.0\u201340.0 s longest step: waiting for the repair, 20.0 s of the 21.4 s in which write "
      "requests failed; besides: until mysql@server1 served again, 1.4 s\n"
      "40.0 s repair: mysql@server1 started again\n"
      "41.5 s mysql@server1 served again (crash recovery took 1.50 s)\n");
  CHECK(std::count_if(chain.begin(), chain.end(), [](auto& c) { return c.dominant; }) == 1);
}

TEST_CASE("who came back by itself was started by systemd, not by the repair") {
  const auto chain = causes(wired(restarted_primary(26, What::crash)));
  CHECK(all(restarted_primary(26, What::crash)) ==
        "20.0 s mysql@server1 crashed\n"
        "20.0\u201325.9 s 60 write requests were answered 500 by app@server1 and app@server2: "
        "mysql@server1 refused connections\n"
        "20.0\u201326.0 s no check noticed, every server stayed UP: health checks ask Nginx, and "
        "reach neither application nor database\n"
        "20.0\u201325.0 s longest step: until systemd started mysql@server1 again, 5.0 s of the "
        "5.9 s in which write requests failed; besides: until mysql@server1 served again, 900 ms\n"
        "25.0 s systemd started mysql@server1 again (restart_sec 5s)\n"
        "26.0 s mysql@server1 served again (crash recovery took 1.50 s)\n"
        "40.0 s repair: nothing to do, mysql@server1 ran already\n");
  CHECK(chain.back().detail);
}

TEST_CASE("a start by systemd counts though crash recovery outlasts the repair") {
  const std::string text = all(restarted_primary(50, What::crash));
  CHECK(has(text, "25.0 s systemd started mysql@server1 again"));
  CHECK(has(text, "25.0\u201349.9 s longest step: until mysql@server1 served again"));
  CHECK(has(text, "20.0\u201340.0 s no check noticed"));
  CHECK(has(text, "40.0 s repair: nothing to do, mysql@server1 ran already"));
  CHECK_FALSE(has(text, "waiting for the repair"));
}

TEST_CASE("systemd is not named where it started nothing") {
  const auto by_repair = [](Campaign campaign) {
    const std::string text = all(campaign);
    CHECK_FALSE(has(text, "systemd started"));
    CHECK(has(text, "repair: mysql@server1 started again"));
  };
  by_repair(restarted_primary(50, What::stop));
  by_repair(restarted_primary(41, What::crash, 0, false));
}

TEST_CASE("nobody knows who started what ran before the repair when no event tells") {
  auto campaign = restarted_primary(26, What::crash, 0, false);
  const std::string text = all(campaign);
  CHECK_FALSE(has(text, "systemd"));
  CHECK(has(text, "until mysql@server1 was started again"));
  CHECK(has(text, "repair: nothing to do, mysql@server1 ran already"));
}

TEST_CASE("harm that outlasts the restart: nobody noticed that either, to its end") {
  auto campaign = restarted_primary(26, What::crash, 30);
  const std::string text = all(campaign);
  CHECK(has(text, "20.0\u201329.9 s no check noticed"));
  CHECK(has(text, "; besides: until mysql@server1 served again, 1.0 s; after that, 3.9 s"));
}

TEST_CASE("every crash is followed by a start; only the first and the last date are told") {
  auto campaign = restarted_primary(26, What::crash);
  auto& events = campaign.results[0].events;
  for (const double at : {42.0, 52.0}) {
    events.push_back(struck(at, What::crash, "mysql@server1", 7));
    events.push_back(started(at + 5, "mysql@server1"));
    events.push_back(recovered(at + 6, "mysql@server1"));
    events.push_back(repaired(at + 7, "mysql@server1"));
  }
  const std::string text = all(campaign);
  CHECK(has(text,
            "25.0 s systemd started mysql@server1 again (restart_sec 5s), and 2 times more "
            "until 57.0 s"));
  CHECK(has(text, "59.0 s last repair: nothing to do, mysql@server1 ran already"));
}

TEST_CASE("of two that crashed together only the one without systemd is started at the repair") {
  auto campaign = restarted_primary(26, What::crash);
  auto& events = campaign.results[0].events;
  events.insert(events.begin() + 1, struck(20, What::crash, "mysql@server2", 20));
  events.push_back(repaired(40, "mysql@server2"));
  const std::string text = all(campaign);
  CHECK(has(text, "20.0 s mysql@server1 and mysql@server2 crashed"));
  CHECK(has(text, "25.0 s systemd started mysql@server1 again"));
  CHECK(has(text, "repair: mysql@server2 started again"));
  CHECK(has(text, "repair: nothing to do, mysql@server1 ran already"));
  CHECK(has(text, "20.0\u201340.0 s no check noticed"));
}

TEST_CASE("a check that reaches what is broken is not said to be blind") {
  auto campaign = crashed_primary();
  campaign.scenario = two_servers("app");
  CHECK(has(all(campaign), "health checks ask the application, and do not reach the database"));
  campaign.scenario = two_servers("database");
  CHECK(has(all(campaign),
            "nobody noticed, every server stayed UP: health checks went on being answered"));
}

TEST_CASE("who refused clients or did not answer them is whom they connect to") {
  const auto asked = [](const measure::Event& fault, Outcome outcome,
                        const std::vector<std::string>& doors, bool by_name) {
    auto campaign = told([&](double now) { return write_during(now, 40, outcome, Why::none); },
                         [&](test::Tale& recorder) { tell_fault(recorder, fault); });
    Json& scenario = campaign.scenario;
    scenario.erase("haproxy");
    scenario.erase("clients");
    scenario["dns"]["addresses"] = by_name ? Json(doors) : Json{"haproxy@lb1"};
    for (const std::string& door : doors) {
      scenario["clients"]["of " + door] = {{"host", "clients"},
                                           {"connect_to", by_name ? "" : door}};
    }
    const std::string text = all(campaign);
    CHECK_FALSE(has(text, "load balancer"));
    return text;
  };
  const std::vector<std::string> both{"nginx@server1", "nginx@server2"};
  auto cut = struck(20, What::partition, "server2 | clients");
  cut.parts = {"server2"};
  cut.beyond = {"clients"};
  auto cable = struck(20, What::link_down, "blue cable");
  cable.parts = {"server2"};
  for (const bool by_name : {false, true}) {
    CHECK(
        has(asked(struck(20, What::power_off, "server1"), Outcome::connect_timeout, both, by_name),
            "got no connection: nginx@server1 did not answer"));
    for (const auto& fault : {cut, cable})
      CHECK(has(asked(fault, Outcome::connect_timeout, both, by_name),
                "got no connection: nginx@server2 did not answer"));
    CHECK(has(asked(struck(20, What::crash, "nginx@server2"), Outcome::refused, both, by_name),
              "refused: nginx@server2 was not running"));
    // Nobody's card, whatever its name.
    for (const char* link : {"internet", "server1-nic"})
      CHECK(has(asked(struck(20, What::loss, link), Outcome::connect_timeout, both, by_name),
                "got no connection: the web server did not answer"));
  }
  const auto loss = struck(20, What::loss, "internet");
  CHECK(has(asked(loss, Outcome::unreachable, {"app@server1"}, false),
            ": the application did not answer"));
  CHECK(has(asked(loss, Outcome::unreachable, {"app@server1", "nginx@a"}, false),
            ": the server did not answer"));
  auto two = told([](double now) { return write_during(now, 40, Outcome::refused, Why::none); },
                  [](test::Tale& recorder) {
                    tell_fault(recorder, What::crash, "nginx@server1");
                    tell_fault(recorder, What::crash, "nginx@server2");
                  });
  two.scenario["clients"] = {{"a", {{"connect_to", "nginx@server1"}}},
                             {"b", {{"connect_to", "nginx@server2"}}}};
  CHECK(has(all(two), "nginx@server1 and nginx@server2 were not running"));
  two.scenario = two_servers();
  CHECK(has(all(two), ": the load balancer refused connections"));
}

TEST_CASE("an outage that ends with DOWN was spent on noticing") {
  const auto campaign =
      told([](double now) { return write_during(now, 25, Outcome::http_503, Why::connect_error); },
           [](test::Tale& recorder) {
             tell_fault(recorder, What::crash, "nginx@server1");
             recorder.event(says(21, What::check_failed, "server1", test::refused, 2));
             recorder.event(says(23, What::check_failed, "server1", test::refused, 1));
             recorder.event(says(25, What::down, "server1", test::refused));
             recorder.event(says(43, What::up, "server1"));
           });
  const std::string text = all(campaign);
  CHECK(has(text,
            "answered 503 by HAProxy: nginx@server1 refused connections, in every try (of 1 "
            "+ 3 retries), all at the same server without redispatch"));
  CHECK(has(text,
            "25.0 s haproxy@lb1 took server1 DOWN after 3 failed checks in 4.0 s, inter 2s (L4CON, "
            "connection refused)"));
  CHECK(has(text, "43.0 s haproxy@lb1 took server1 UP again (2 checks passed)"));
  CHECK(has(text, "longest step: noticing it, all of the 4.9 s"));
  CHECK_FALSE(has(text, "nobody noticed"));
}

TEST_CASE("a server that is taken DOWN for one reason and then for another has no one reason") {
  const auto campaign =
      told([](double now) { return write_during(now, 25, Outcome::http_503, Why::connect_error); },
           [](test::Tale& recorder) {
             tell_fault(recorder, What::crash, "nginx@server1");
             recorder.event(says(25, What::down, "server1", test::refused));
             recorder.event(says(30, What::up, "server1"));
             recorder.event(says(35, What::down, "server1", test::no_connection));
             recorder.event(says(43, What::up, "server1"));
           });
  CHECK(has(all(campaign), "took server1 DOWN and UP again when checks passed, 2 times"));
}

TEST_CASE("a hang fails nothing: who waited for whom is told") {
  const auto campaign =
      told([](double now) { return sample(now, now >= 20 && now < 40 ? 40.01 - now : 0.01, 1); },
           [](test::Tale& recorder) { tell_fault(recorder, What::hang, "mysql@server1"); });
  const std::string text = all(campaign);
  CHECK(has(text, "20.0 s mysql@server1 hung: ports open, no answer"));
  CHECK(has(text,
            "write requests were answered late, up to 20.0 s: app@server1 and app@server2 "
            "waited for mysql@server1, which did not answer"));
  CHECK_FALSE(has(text, "static"));
  const auto chain = causes(wired(campaign));
  REQUIRE(dominant(chain));
  CHECK(has(dominant(chain)->text, "waiting for the repair"));
}

TEST_CASE("who died while a check was under way was not full") {
  const auto closed = [](double checked) {
    return all(told(
        [](double now) { return write_during(now, 20.1, Outcome::http_502, Why::server_closed); },
        [&](test::Tale& recorder) {
          recorder.event(struck(20, What::crash, "nginx@server1", 20));
          recorder.event(
              says(checked, What::check_failed, "server1", {measure::CheckFailure::reset, 0}, 2));
          recorder.event(repaired(40, "nginx@server1"));
        }));
  };
  CHECK(has(closed(20.01), "answered 502 by HAProxy: server1 died before it had answered"));
  CHECK_FALSE(has(closed(20.01), "had no connection left"));
}

TEST_CASE("a request that did not come in time was answered by HAProxy") {
  const auto campaign =
      told([](double now) { return write_during(now, 40, Outcome::http_408, Why::none); },
           [](test::Tale& recorder) { tell_fault(recorder, What::loss, "internet"); });
  CHECK(has(all(campaign), "answered 408 by HAProxy: no request came within timeout http-request"));
}

TEST_CASE("writes behind the client's back and replicas far behind are told with their reason") {
  auto campaign = crashed_primary();
  campaign.results[0].writes.phantom.number = 7;
  campaign.results[0].lags = {{"mysql@server2", 18, 59, 300}};
  campaign.results[0].events.push_back(
      {20, "mysql@server2", What::replication_stopped, "mysql@server1"});
  campaign.results[0].events.push_back(
      {55, "mysql@server2", What::replication_started, "mysql@server1"});
  CHECK(has(all(campaign), "7 writes were committed although"));
  CHECK(has(all(campaign),
            "41.0\u201359.0 s mysql@server2 fell behind by up to 18.0 s (300 "
            "transactions): it got no transaction from mysql@server1, and tried to "
            "connect again only every 1m"));
  campaign.results[0].lags[0].max_lag = 0.9;
  CHECK_FALSE(has(all(campaign), "fell behind"));
}

TEST_CASE("nothing happened, nothing to explain; no result, no chain") {
  const auto campaign = told([](double now) { return sample(now, 0.01, 1); }, [](test::Tale&) {});
  CHECK(causes(campaign).empty());
  CHECK(causes(Campaign{}).empty());
}

TEST_CASE("a scenario that says nothing leaves the reasons general, not invented") {
  auto campaign = crashed_primary();
  campaign.scenario = Json();
  const std::string text = all(campaign);
  CHECK(has(text, "by the application: the database could not be reached"));
  CHECK(has(text, "nobody noticed\n"));
}

TEST_CASE("formats carry the chain: bold in report.md, a member of report.json, short on screen") {
  const auto campaign = crashed_primary();
  CHECK(has(report_md(campaign), "**longest step: waiting for the repair"));
  const Json report = Json::parse(report_json(campaign));
  REQUIRE(report["causes"].size() == causes(campaign).size());
  CHECK(report["causes"][0] == Json{{"from_s", 20},
                                    {"until_s", 20},
                                    {"text", "mysql@server1 crashed"},
                                    {"dominant", false}});
  CHECK(has(terminal(campaign, {60, true, false}), "longest step"));
}

TEST_CASE("nobody waited for a time-out that none of the late answers is long enough for") {
  const auto late = [](double latency) {
    auto campaign =
        told([&](double now) { return sample(now, now >= 20 && now < 39 ? latency : 0.01, 1); },
             [](test::Tale& recorder) {
               auto cut = struck(20, What::link_down, "server1-nic", 30);
               cut.parts = {"server1"};
               recorder.event(cut);
             });
    campaign.scenario["classes"]["write"]["kind"] = "static";
    return all(campaign);
  };
  CHECK(has(late(1.2), "up to 1.2 s: what they waited for was not measured"));
  CHECK(
      has(late(5.2), "HAProxy waited for server1, which did not answer, for timeout connect (5s)"));
}

TEST_CASE("what replicas answered together is told once") {
  const std::string text = all(told(
      [](double now) {
        auto made = sample(now, 0.01, 1);
        made.stale = now >= 20 && now < 21;
        return made;
      },
      [](test::Tale& recorder) {
        tell_fault(recorder, What::crash, "mysql@server2");
        recorder.lag(40, "mysql@server2", 20, 100);
        recorder.lag(40, "mysql@server3", 5, 30);
      }));
  CHECK(
      has(text,
          "\u201340.0 s 10 reads were answered by a database that lacked some committed write\n"));
  CHECK_FALSE(has(text, "; 10 reads"));
}
