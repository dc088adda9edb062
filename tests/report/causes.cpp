#include "report/causes/causes.hpp"

#include <algorithm>
#include <string>

#include "catch.hpp"
#include "report/format.hpp"
#include "report/terminal.hpp"
#include "support/campaign.hpp"
#include "support/text.hpp"

using namespace spof;
using namespace spof::report;
using measure::Outcome;
using measure::Role;
using test::sample;
using Why = measure::Cause;
using test::has;

namespace {

Json server(const char* answered_by) {
  return {
      {"address", ""},
      {"backup", false},
      {"check", {{"kind", "httpchk"}, {"answered_by", answered_by}, {"inter", "2s"}, {"fall", 3}}}};
}

/// Two servers with everything each; the primary database on the first.
Json two_servers(const char* answered_by = "nginx") {
  const Json app{{"processes", 2},
                 {"threads", 8},
                 {"worker_class", "gthread"},
                 {"database", {{"read_from", "local"}}}};
  Json made;
  made["classes"] = {{"static", {{"kind", "static"}}}, {"write", {{"kind", "write"}}}};
  made["haproxy"] = {{"retries", 3}, {"redispatch", false}, {"timeout", {{"connect", "5s"}}}};
  made["haproxy"]["hosts"]["lb1"]["servers"] = {{"server1", server(answered_by)},
                                                {"server2", server(answered_by)}};
  made["nginx"]["hosts"] = {{"server1", Json::object()}, {"server2", Json::object()}};
  made["app"]["hosts"] = {{"server1", app}, {"server2", app}};
  made["mysql"]["hosts"] = {{"server1", {{"replica_of", ""}}},
                            {"server2", {{"replica_of", "server1"}, {"connect_retry", "1m"}}}};
  return made;
}

/// A campaign of one run: ten requests of each class a second, those of writes told by `write`.
template <class Write, class Tell>
Campaign told(const Write& write, const Tell& tell) {
  measure::Recorder recorder(test::plan());
  for (int i = 0; i < 600; ++i) {
    recorder.request(sample(i / 10.0, 0.01, 0));
    recorder.request(write(i / 10.0));
  }
  tell(recorder);
  Campaign made;
  made.name = "told";
  made.plan = test::plan();
  made.faults = {{"crash", "mysql@server1", 20, 40}};
  made.scenario = two_servers();
  made.results.push_back(recorder.finish());
  made.results[0].seed = 1;
  return made;
}

measure::Sample write_during(double now, double until, Outcome outcome, Why why) {
  return now >= 20 && now < until ? sample(now, 0.01, 1, outcome, why) : sample(now, 0.01, 1);
}

void tell_fault(measure::Recorder& recorder, const char* kind, const char* target) {
  recorder.event({20, "fault", kind, target, "", Role::fault});
  recorder.event({40, "fault", "repaired", target, "", Role::repair});
}

Campaign crashed_primary() {
  return told(
      [](double now) { return write_during(now, 41.5, Outcome::http_500, Why::db_refused); },
      [](measure::Recorder& recorder) {
        tell_fault(recorder, "crash", "mysql@server1");
        recorder.event(
            {41.5, "mysql@server1", "accepting", "mysql@server1", "took 1.5 s", Role::ready});
      });
}

std::string all(const Campaign& campaign) {
  std::string text;
  for (const Cause& link : causes(campaign)) text += when_text(link) + " " + link.text + '\n';
  return text;
}

const Cause* dominant(const std::vector<Cause>& chain) {
  const auto found = std::find_if(chain.begin(), chain.end(), [](auto& c) { return c.dominant; });
  return found == chain.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a dead primary: who gave up, on whom, why nobody noticed, what took longest") {
  const auto chain = causes(crashed_primary());
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
      "41.5 s mysql@server1 served again (took 1.5 s)\n");
  CHECK(std::count_if(chain.begin(), chain.end(), [](auto& c) { return c.dominant; }) == 1);
}

TEST_CASE("a check that reaches what is broken is not said to be blind") {
  auto campaign = crashed_primary();
  campaign.scenario = two_servers("app");
  CHECK(has(all(campaign), "health checks ask the application, and do not reach the database"));
  campaign.scenario = two_servers("database");
  CHECK(has(all(campaign), "nobody noticed: health checks went on being answered"));
}

TEST_CASE("who refused clients or did not answer them is whom they connect to") {
  const auto struck = [](const char* kind, const char* target, Outcome outcome,
                         const std::vector<std::string>& doors, bool by_name) {
    auto campaign = told([&](double now) { return write_during(now, 40, outcome, Why::none); },
                         [&](measure::Recorder& recorder) { tell_fault(recorder, kind, target); });
    Json& scenario = campaign.scenario;
    scenario.erase("haproxy");
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
  for (const bool by_name : {false, true}) {
    CHECK(has(struck("power_off", "server1", Outcome::connect_timeout, both, by_name),
              "got no connection: nginx@server1 did not answer"));
    CHECK(has(struck("partition", "server2 | clients", Outcome::connect_timeout, both, by_name),
              "got no connection: nginx@server2 did not answer"));
    CHECK(has(struck("crash", "nginx@server2", Outcome::refused, both, by_name),
              "refused: nginx@server2 was not running"));
    CHECK(has(struck("loss", "internet", Outcome::connect_timeout, both, by_name),
              "got no connection: the web server did not answer"));
  }
  CHECK(has(struck("loss", "internet", Outcome::unreachable, {"app@server1"}, false),
            ": the application did not answer"));
  CHECK(has(struck("loss", "internet", Outcome::unreachable, {"app@server1", "nginx@a"}, false),
            ": the server did not answer"));
  auto two = told([](double now) { return write_during(now, 40, Outcome::refused, Why::none); },
                  [](measure::Recorder& recorder) {
                    tell_fault(recorder, "crash", "nginx@server1");
                    tell_fault(recorder, "crash", "nginx@server2");
                  });
  two.scenario.erase("haproxy");  // and without a word about clients
  CHECK(has(all(two), "nginx@server1 and nginx@server2 were not running"));
  two.scenario = two_servers();
  CHECK(has(all(two), ": the load balancer was not running"));
}

TEST_CASE("an outage that ends with DOWN was spent on noticing") {
  const auto campaign =
      told([](double now) { return write_during(now, 25, Outcome::http_503, Why::connect_error); },
           [](measure::Recorder& recorder) {
             tell_fault(recorder, "crash", "nginx@server1");
             recorder.event({25, "haproxy@lb1", "DOWN", "server1", "L4CON", Role::detected});
             recorder.event({43, "haproxy@lb1", "UP", "server1", "2 passed", Role::restored});
           });
  const std::string text = all(campaign);
  CHECK(has(text,
            "answered 503 by HAProxy: nginx@server1 refused connections, in every try (of 1 "
            "+ 3 retries), all at the same server without redispatch"));
  CHECK(has(text, "25.0 s haproxy@lb1 took server1 DOWN after 3 failed checks, 2s apart (L4CON)"));
  CHECK(has(text, "43.0 s haproxy@lb1 took server1 UP again (2 passed)"));
  CHECK(has(text, "longest step: noticing it, all of the 4.9 s"));
  CHECK_FALSE(has(text, "nobody noticed"));
}

TEST_CASE("a hang fails nothing: who waited for whom is told") {
  const auto campaign =
      told([](double now) { return sample(now, now >= 20 && now < 40 ? 40.01 - now : 0.01, 1); },
           [](measure::Recorder& recorder) { tell_fault(recorder, "hang", "mysql@server1"); });
  const std::string text = all(campaign);
  CHECK(has(text, "20.0 s mysql@server1 hung: ports open, no answer"));
  CHECK(has(text,
            "write requests were answered late, up to 20.0 s: app@server1 and app@server2 "
            "waited for mysql@server1, which did not answer"));
  CHECK_FALSE(has(text, "static"));
  REQUIRE(dominant(causes(campaign)));
  CHECK(has(dominant(causes(campaign))->text, "waiting for the repair"));
}

TEST_CASE("writes behind the client's back and replicas far behind are told with their reason") {
  auto campaign = crashed_primary();
  campaign.results[0].writes.phantom = 7;
  campaign.results[0].lags = {{"mysql@server2", 18, 59, 300}};
  campaign.results[0].events.push_back(
      {20, "mysql@server2", "replication_stopped", "mysql@server1", "", Role::info});
  campaign.results[0].events.push_back(
      {55, "mysql@server2", "replication_started", "mysql@server1", "", Role::info});
  CHECK(has(all(campaign), "7 writes were committed although"));
  CHECK(has(all(campaign),
            "20.0\u201355.0 s mysql@server2 fell behind by up to 18.0 s (300 "
            "transactions): it got no transaction from mysql@server1, and tried to "
            "connect again only every 1m"));
  campaign.results[0].lags[0].max_lag = 0.9;
  CHECK_FALSE(has(all(campaign), "fell behind"));
}

TEST_CASE("nothing happened, nothing to explain; no result, no chain") {
  const auto campaign =
      told([](double now) { return sample(now, 0.01, 1); }, [](measure::Recorder&) {});
  CHECK(causes(campaign).empty());
  CHECK(causes(Campaign{}).empty());
}

TEST_CASE("a scenario that says nothing leaves the reasons general, not invented") {
  auto campaign = crashed_primary();
  campaign.scenario = Json();
  const std::string text = all(campaign);
  CHECK(has(text, "by the application: the database refused connections"));
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
