// Who finds out, when, and who repairs: monitors that see what they ask, alerts that wait, people.
// Bounds are those of the formulas [MON-4] [MON-5] [MON-6] and of the measured relations.
#include <cmath>
#include <string>
#include <vector>

#include "analysis/verdict.hpp"
#include "catch.hpp"
#include "measure/summary.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

using namespace spof;
using measure::Event;
using measure::Result;
using measure::What;
using test::merged;
using test::play;

namespace {

/// A monitor on a machine of its own with the rules of the measured cases: for 0, 30 s, 1 min, all
/// each 15 s. Every alert is told by itself, 10 s after it fires, and on the minute from then on.
const std::string watched = R"({
  "duration": "4m", "clients": { "users": { "rate": "1/s" } },
  "hosts": { "monitor": { "like": "lb1" } },
  "exporter": { "hosts": { "lb1": {}, "server1": {}, "server2": {} } },
  "prometheus": { "rules": ")" SPOF_SOURCE_DIR
                            R"(/tests/reality/P_rules.yml", "hosts": { "monitor": {} },
    "probes": { "static": { "target": "haproxy@lb1" },
                "primary": { "target": "haproxy@lb1", "page": "primary" } } },
  "alertmanager": { "group_by": ["alertname", "instance"], "group_wait": "10s",
                    "group_interval": "1m", "delivery": "0s", "hosts": { "monitor": {} } }
})";

std::string fault(const std::string& kind, const std::string& target,
                  const std::string& rest = "") {
  return R"({ "faults": [{ "kind": ")" + kind + R"(", "target": ")" + target +
         R"(", "at": "40s" )" + rest + "}] }";
}
std::vector<Result> seen(const std::string& patch, int seeds = 24) {
  return test::play_seeds(merged(watched, patch), seeds, false);
}

/// The first event of a kind about an alert of that name, and about that part if one is given.
const Event* find(const Result& run, What what, const std::string& alert,
                  const std::string& part = "", double from = 0) {
  for (const Event& one : run.events)
    if (one.what == what && one.version == alert && (part.empty() || one.target == part) &&
        one.time >= from)
      return &one;
  return nullptr;
}
double date(const Result& run, What what, const std::string& alert, const std::string& part = "",
            double from = 0) {
  const Event* found = find(run, what, alert, part, from);
  return found ? double(found->time) : INFINITY;
}

struct Times {
  double least = INFINITY, mean = 0, most = 0;
};
/// From the fault at 40 s until the alert fires, over all runs.
Times firing(const std::vector<Result>& runs, const std::string& alert, const std::string& part) {
  Times times;
  for (const Result& run : runs) {
    const double after = date(run, What::alert_firing, alert, part) - 40;
    times.least = std::min(times.least, after);
    times.most = std::max(times.most, after);
    times.mean += after / static_cast<double>(runs.size());
  }
  return times;
}

double asked(const Result& result, const char* metric) {
  return measure::value_of({.metric = measure::find_metric(metric)}, result);
}

}  // namespace

TEST_CASE("a dead balancer is missed by the next scrape, and told of by the next evaluation") {
  const auto runs = seen(fault("crash", "haproxy@lb1"));
  // U(0, 15) until the scrape, U(0, 15) until the evaluation: mean 15, standard deviation 6.1. With
  // 24 runs the mean is within 4 of that in all but one of 700 cases. [MON-6]
  const Times up = firing(runs, "TargetDown0", "haproxy@lb1");
  CHECK(up.least >= 0);
  CHECK(up.most <= 30.1);
  CHECK(std::abs(up.mean - 15) < 4);
  const Times probe = firing(runs, "ProbeFail0", "static");
  CHECK(probe.most <= 30.1);
  CHECK(std::abs(probe.mean - 15) < 4);
  for (const Result& run : runs) {
    const double pending = date(run, What::alert_pending, "TargetDown60", "haproxy@lb1");
    const double fired = date(run, What::alert_firing, "TargetDown60", "haproxy@lb1");
    CHECK(fired - pending == near(60));  // exact [MON-4]
    CHECK(date(run, What::notified, "TargetDown60") - fired == near(10).margin(0.1));
    CHECK(date(run, What::alert_firing, "TargetDown0", "server1") > 1e9);
  }
}

TEST_CASE(
    "a disk that fills is seen by its host's exporter: good rules tell of it before it is full") {
  const auto runs =
      seen(merged(R"({ "duration": "70m", "prometheus": { "rules": ")" SPOF_SOURCE_DIR
                  R"(/scenarios/rules/good-practice.yml" } })",
                  fault("disk_fills", "server1", R"(, "free": "100MB", "rate": "25kB/s")")),
           1);
  const double full = 40 + 4000;
  const Result& run = runs.front();
  // Two fifths of the size are four fifths of what was left; 15 minutes. A tenth: a fifth; 5.
  const double fills = date(run, What::alert_firing, "DiskFills", "server1");
  CHECK(fills == near(40 + 4000 * 0.2 + 15 * 60).margin(35));
  CHECK(date(run, What::alert_firing, "DiskFull", "server1") ==
        near(40 + 4000 * 0.8 + 5 * 60).margin(35));
  CHECK(date(run, What::notified, "DiskFills") < full);
  CHECK(date(run, What::alert_firing, "DiskFull", "server2") > 1e9);
}

TEST_CASE("a database that hangs is told of when its exporter gives up, and its exporter is up") {
  const auto runs = seen(fault("hang", "mysql@server1"));
  const Times down = firing(runs, "MysqlDown", "mysql@server1");
  CHECK(down.least >= 9.75);  // [MON-7]
  CHECK(down.most <= 9.75 + 30.1);
  CHECK(std::abs(down.mean - 24.75) < 4);
  for (const Result& run : runs) {
    CHECK(date(run, What::alert_firing, "TargetDown0") > 1e9);
    CHECK(date(run, What::alert_firing, "MysqlDown", "mysql@server2") > 1e9);
    // Its page waits for the primary as long as a probe does: 9.5 s.
    CHECK(date(run, What::alert_firing, "ProbeFail0", "primary") >= 40 + 9.5);
  }
}

TEST_CASE("of a host without power nothing is known but that it is gone") {
  const auto runs = seen(fault("power_off", "server1"));
  const Times gone = firing(runs, "TargetDown0", "mysql@server1");
  CHECK(gone.least >= 10);  // a whole time-out: nobody refuses
  CHECK(gone.most <= 40.1);
  for (const Result& run : runs) {
    CHECK(date(run, What::alert_firing, "MysqlDown") > 1e9);  // the series is stale, not 0 [MON-3]
    CHECK(date(run, What::alert_firing, "ReplicationBroken", "mysql@server2") < 1e9);
  }
}

TEST_CASE("an exporter answers for a dead database at once, and a dead exporter for nobody") {
  for (const Result& run : seen(fault("crash", "mysql@server1"), 6)) {
    CHECK(date(run, What::alert_firing, "MysqlDown", "mysql@server1") <= 40 + 30.1);
    CHECK(date(run, What::alert_firing, "TargetDown0") > 1e9);
  }
  for (const Result& run : seen(fault("crash", "exporter@server1"), 6)) {
    CHECK(date(run, What::alert_firing, "MysqlDown") > 1e9);
    CHECK(date(run, What::alert_firing, "TargetDown0", "mysql@server1") <= 40 + 30.1);
    CHECK(date(run, What::alert_firing, "TargetDown0", "server1") <= 40 + 30.1);
  }
}

TEST_CASE("a replica that applies nothing has no lag to be seen, until it applies again") {
  // 20 writes a second; stopped for two minutes.
  const auto runs = seen(merged(R"({ "duration": "6m",
        "classes": { "file": null, "row": { "kind": "write", "cpu": { "apply": "40ms" } } },
        "clients": { "users": { "rate": "10/s" } } })",
                                R"({ "faults": [
        { "kind": "command", "target": "mysql@server2", "command": "stop_applier", "at": "40s" },
        { "kind": "command", "target": "mysql@server2", "command": "start_replica", "at": "160s" }] })"),
                         6);
  for (const Result& run : runs) {
    CHECK(date(run, What::alert_firing, "ReplicationBroken", "mysql@server2") <= 40 + 30.1);
    // [MON-9]
    CHECK(date(run, What::alert_firing, "ReplicationLag") >= 160);
    CHECK(date(run, What::alert_firing, "ReplicationLag") <= 160 + 30.1);
  }
}

TEST_CASE("a second alert of a group that has been told waits for the group's next interval") {
  const std::string one_group = R"({ "alertmanager": { "group_by": [] } })";
  const std::string two = R"({ "faults": [
      { "kind": "crash", "target": "nginx@server1", "at": "40s" },
      { "kind": "crash", "target": "mysql@server2", "at": "80s", "jitter": "40s" }],
    "haproxy": { "default_server": { "check": { "kind": "httpchk" } } } })";
  for (const Result& run : seen(merged(two, one_group), 12)) {
    const double first = date(run, What::notified, "HaproxyServerDown");
    const double second = date(run, What::notified, "MysqlDown");
    const double intervals = (second - first) / 60;
    CHECK(intervals >= 0.99);
    CHECK(intervals == near(std::round(intervals)).margin(0.005));  // [MON-5]
  }
  for (const Result& run : seen(two, 4))
    CHECK(date(run, What::notified, "MysqlDown") -
              date(run, What::alert_firing, "MysqlDown", "mysql@server2") ==
          near(10).margin(0.1));
}

TEST_CASE("what Alertmanager cannot deliver is said, and nobody is called") {
  const std::string broken =
      merged(merged(watched, R"({ "alertmanager": { "delivery_failures": "100%" } })"),
             fault("crash", "mysql@server1"));
  const Result run = play(broken);
  int firing = 0, told = 0;
  for (const Event& one : run.events) {
    firing += one.what == What::not_delivered;
    told += one.what == What::notified;
  }
  CHECK(firing > 0);
  CHECK(told == 0);
  CHECK(test::has(test::why(broken), "alertmanager@monitor could not deliver "));
}

TEST_CASE(
    "MON-10: an Alertmanager that is stopped knows what it has told, one that dies does not") {
  for (const std::string kind : {"restart", "crash"}) {
    const std::string rest = kind == "crash" ? R"(, "for": "5s")" : R"(, "down_for": "5s")";
    const Result run = play(
        merged(watched, R"({ "faults": [{ "kind": "crash", "target": "mysql@server1", "at": "40s" },
            { "kind": ")" + kind +
                            R"(", "target": "alertmanager@monitor", "at": "150s")" + rest +
                            "}] }"));
    int told = 0;
    for (const Event& one : run.events)
      told += one.what == What::notified && one.version == "MysqlDown" && one.setting == 0;
    INFO(kind);
    CHECK(told == (kind == "crash" ? 2 : 1));
    if (kind == "crash") CHECK(date(run, What::notified, "MysqlDown", "", 100) >= 165);
  }
}

TEST_CASE("MON-3: a monitor that was away marks nothing as stale that it has not seen itself") {
  const Result run = play(
      merged(watched, R"({ "faults": [{ "kind": "crash", "target": "mysql@server1", "at": "40s" },
          { "kind": "crash", "target": "prometheus@monitor", "at": "100s", "for": "20s" },
          { "kind": "firewall_rule", "target": "server1", "port": 9104, "verdict": "drop",
            "at": "105s" }] })"));
  CHECK(date(run, What::alert_firing, "MysqlDown") < 100);
  CHECK(date(run, What::alert_resolved, "MysqlDown") > 1e9);
}

TEST_CASE("alerts go over the network: who is cut off tells nobody, and is believed for a while") {
  // Prometheus on lb1; the Alertmanager's machine is cut off before the crash.
  const Result run = play(
      merged(merged(watched, R"({ "prometheus": { "hosts": { "monitor": null, "lb1": {} } } })"),
             R"({ "faults": [{ "kind": "power_off", "target": "monitor", "at": "30s" },
                      { "kind": "crash", "target": "mysql@server1", "at": "40s" }] })"));
  CHECK(date(run, What::alert_firing, "MysqlDown") < 1e9);
  CHECK(date(run, What::notified, "MysqlDown") > 1e9);
}

TEST_CASE("an alert that reaches nobody is told as such, and not as nobody noticing") {
  const std::string alone = merged(watched, R"({ "alertmanager": null,
      "classes": { "row": { "kind": "write", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } } })");
  const auto campaign = test::campaign_of_story(merged(alone, fault("crash", "mysql@server1")));
  CHECK(test::has(report::verdict(campaign).text,
                  "No check of the stack noticed; an alert reached nobody."));
}

TEST_CASE("MON-12: a rule hides from the monitor what it hides, but not over a connection it has") {
  const auto hidden = [](const char* established) {
    return seen(R"({ "faults": [{ "kind": "firewall_rule", "target": "server1", "established": )" +
                    std::string(established) + R"(,
      "port": 9104, "verdict": "drop", "at": "40s", "for": "100s" }] })",
                4);
  };
  for (const Result& run : hidden("false"))
    CHECK(date(run, What::alert_firing, "TargetDown0", "mysql@server1") > 1e9);
  for (const Result& run : hidden("true")) {
    CHECK(date(run, What::alert_firing, "TargetDown0", "mysql@server1") >= 50);
    CHECK(date(run, What::alert_firing, "TargetDown0", "server1") > 1e9);
    CHECK(date(run, What::alert_resolved, "TargetDown0", "mysql@server1") <= 140 + 30.1);
  }
}

// ---- People -------------------------------------------------------------------------------------
namespace {

const std::string by_hand =
    R"({ "duration": "40m", "clients": { "users": { "rate": "1/s", "timeout": "2s" } },
  "operator": { "respond": "3m", "diagnose": "1m", "repair": "20s", "hosts": { "clients": {} },
                "told_by_customers": "20m" } })";
const std::string until_repaired = R"(, "until": "repaired")";

const Event* first(const Result& run, What what) {
  for (const Event& one : run.events)
    if (one.what == what) return &one;
  return nullptr;
}

}  // namespace

TEST_CASE("an alert calls somebody, who comes, looks, and starts what is dead") {
  const Result run =
      play(merged(merged(watched, by_hand), fault("crash", "haproxy@lb1", until_repaired)));
  const double told = date(run, What::notified, "TargetDown0", "haproxy@lb1");
  REQUIRE(told < 1e9);
  REQUIRE(first(run, What::acknowledged));
  CHECK(first(run, What::acknowledged)->figure == near(180));
  REQUIRE(first(run, What::decided));
  CHECK(first(run, What::decided)->target == "haproxy@lb1");
  CHECK(first(run, What::decided)->version == "restart");
  // Probes told a little earlier or later than the scrape; three minutes, one, twenty seconds.
  CHECK(asked(run, "repaired") - asked(run, "acknowledged") == near(80).margin(6));
  CHECK(asked(run, "rto") == near(asked(run, "repaired")).margin(2));
  CHECK(!first(run, What::customers_complained));
  CHECK(!first(run, What::acted_in_vain));
}

TEST_CASE("without a monitor a customer telephones, and until then nobody comes") {
  const Result run = play(merged(by_hand, fault("crash", "haproxy@lb1", until_repaired)));
  REQUIRE(first(run, What::customers_complained));
  // 20 failed requests at one a second, each refused at once; 20 minutes.
  CHECK(asked(run, "complained") == near(20 + 1200).margin(2));
  CHECK(asked(run, "acknowledged") == near(20 + 1200 + 180).margin(2));
  CHECK(asked(run, "repaired") == near(20 + 1200 + 180 + 80).margin(2));
  CHECK(asked(run, "alerted") == never);
}

TEST_CASE("what is over before anybody telephones is told by nobody") {
  const Result run = play(merged(by_hand, fault("crash", "haproxy@lb1", R"(, "for": "5m")")));
  CHECK(!first(run, What::customers_complained));
  CHECK(asked(run, "acknowledged") == never);
}

TEST_CASE("who begins with the wrong server costs an outage there, and time") {
  const std::string wrong = R"({ "operator": { "wrong": 1 } })";
  const std::string crash = fault("crash", "nginx@server1", until_repaired);
  const Result right = play(merged(merged(watched, by_hand), crash));
  const Result run = play(merged(merged(merged(watched, by_hand), wrong), crash));
  REQUIRE(first(run, What::acted_in_vain));
  CHECK(first(run, What::acted_in_vain)->target == "nginx@server2");
  CHECK(asked(run, "repaired") - asked(right, "repaired") > 60);
}

TEST_CASE("a runbook says what to do at which alert: here the replica takes over") {
  const std::string book = R"({ "operator": { "runbook": [
      { "alert": "Mysql*", "action": "promote", "target": "mysql@server2", "takes": "5m" }] } })";
  const Result run = play(merged(merged(merged(watched, by_hand), book),
                                 fault("crash", "mysql@server1", until_repaired)));
  const double decided = first(run, What::decided) ? double(first(run, What::decided)->time) : 0;
  CHECK(test::date_of(run, "promoted", "mysql@server2") == near(decided + 300).margin(1));
  CHECK(test::date_of(run, "write_to", "app@server1") == near(decided + 300).margin(1));
}

TEST_CASE("a runbook that names nobody does it to what the alert names, if that can be") {
  const auto with = [](const std::string& entry) {
    return play(merged(
        merged(merged(watched, by_hand), R"({ "operator": { "runbook": [)" + entry + "] } }"),
        fault("crash", "mysql@server1", until_repaired)));
  };
  // The host of the database that the alert names.
  const Result reboot = with(R"({ "alert": "MysqlDown", "action": "reboot" })");
  REQUIRE(first(reboot, What::decided));
  CHECK(first(reboot, What::decided)->target == "server1");
  CHECK(first(reboot, What::decided)->version == "reboot");
  // A probe is started by nobody: he looks for himself.
  const Result look = with(R"({ "alert": "ProbeFail*", "action": "restart" })");
  REQUIRE(first(look, What::repaired_by));
  CHECK(first(look, What::repaired_by)->target == "mysql@server1");
  CHECK(first(look, What::repaired_by)->version == "restart");
}

TEST_CASE("somebody who sees no host answer switches it on; a rule is found in the second try") {
  const Result off =
      play(merged(merged(watched, by_hand), fault("power_off", "server1", until_repaired)));
  REQUIRE(first(off, What::repaired_by));
  CHECK(first(off, What::repaired_by)->version == "reboot");
  CHECK(first(off, What::repaired_by)->target == "server1");
  const Result rule = play(merged(
      merged(watched, by_hand),
      fault("firewall_rule", "lb1",
            R"(, "verdict": "drop", "established": true, "port": 8405, "until": "repaired")")));
  REQUIRE(first(rule, What::repaired_by));
  CHECK(first(rule, What::acted_in_vain)->version == "restart");
  CHECK(first(rule, What::repaired_by)->version == "mend");
}

TEST_CASE("a certificate that has ended is seen with a browser, and renewed") {
  const Result run = play(merged(
      merged(
          by_hand,
          R"({ "haproxy": { "bind": 443, "tls": {} }, "clients": { "users": { "rate": "1/s" } } })"),
      fault("certificate_expiry", "haproxy@lb1", until_repaired)));
  REQUIRE(first(run, What::repaired_by));
  CHECK(first(run, What::repaired_by)->version == "renew");
  CHECK(first(run, What::repaired_by)->target == "haproxy@lb1");
  CHECK(!first(run, What::acted_in_vain));
}

TEST_CASE("a certificate that ends soon is renewed by who is told of it, before it does") {
  const Result run = play(merged(merged(watched, by_hand), R"({
    "haproxy": { "bind": 443, "tls": { "certificate": { "expires": "30m" } } },
    "prometheus": { "rules": ")" SPOF_SOURCE_DIR R"(/scenarios/rules/good-practice.yml",
                    "probes": { "static": { "page": "nginx" }, "primary": null } } })"));
  const Event* done = first(run, What::repaired_by);
  REQUIRE(done);
  CHECK(done->version == "renew");
  CHECK(done->target == "haproxy@lb1");
  CHECK(done->setting == 1);
  CHECK(done->time < 1800);
  CHECK(!first(run, What::acted_in_vain));
  for (const auto& one : run.samples) CHECK(one.outcome == measure::Outcome::ok);
}

TEST_CASE("as long as it fails he goes on: a release with a bug is found behind all that answers") {
  const Result run = play(merged(
      merged(by_hand, R"({ "duration": "2h", "clients": { "users": { "rate": "1/s" } },
        "classes": { "page": { "kind": "page", "cpu": { "app": "1ms" } } },
        "app": { "releases": { "2": { "errors": 1 } } } })"),
      R"({ "faults": [{ "kind": "deploy", "targets": ["app@server1", "app@server2"], "release": "2",
                        "at": "40s", "until": "repaired" }] })"));
  REQUIRE(first(run, What::acted_in_vain));  // the balancer and Nginx were well
  REQUIRE(first(run, What::repaired_by));
  CHECK(first(run, What::repaired_by)->target == "app@server1");
}

TEST_CASE("WHY tells of people: who raised and called, when somebody came, what he did") {
  const std::string why =
      test::why(merged(merged(watched, by_hand), fault("crash", "haproxy@lb1", until_repaired)));
  CHECK(test::has(why, "prometheus@monitor raised "));
  CHECK(test::has(why, "alertmanager@monitor called operator: "));
  CHECK(test::has(why, "operator@clients was there, 180.0 s after being told of "));
  CHECK(test::has(why, "operator@clients: restart haproxy@lb1, which was broken"));
  // Three minutes until he came are more than the minute for looking.
  CHECK(test::has(why, "longest step: until operator@clients was there, "));
  CHECK(test::has(why, "; besides: until alertmanager@monitor called, "));
  CHECK(test::has(why, "; finding out what to do, "));
  const std::string alone =
      test::why(merged(by_hand, fault("crash", "haproxy@lb1", until_repaired)));
  CHECK(test::has(alone, "a customer called operator@clients: nobody else had, "));
  CHECK(test::has(alone, "longest step: until a customer called, "));
}

// ---- Capacity -----------------------------------------------------------------------------------
TEST_CASE("growth that fills the application is told of before the first page fails") {
  // Two servers with two processes, 200 ms a page: 20 pages a second; from 4 to 26 within 40 min.
  const std::string growth = R"({ "duration": "45m",
    "classes": { "file": { "mix": 0 }, "page": { "kind": "page", "cpu": { "app": "200ms" } } },
    "clients": { "users": { "arrivals": "poisson", "timeout": "20s", "profile": [
      { "at": "0s", "rate": "4/s" }, { "at": "40m", "rate": "26/s", "ramp": true }] } },
    "app": { "processes": 2 },
    "operator": { "respond": "2h", "told_by_customers": "1m", "hosts": { "clients": {} } } })";
  const std::string good = R"({ "prometheus": { "rules": ")" SPOF_SOURCE_DIR
                           R"(/scenarios/rules/good-practice.yml" } })";
  const auto first_failure = [](const Result& run) {
    for (const auto& one : test::by_arrival(run))
      if (one.outcome != measure::Outcome::ok) return double(one.arrival);
    return double(INFINITY);
  };
  const Result run = play(merged(merged(watched, growth), good));
  const double told = date(run, What::notified, "HostNearlyFull");
  // Two thirds of 2 processors are in use at 13.3 a second, after 17 min; 10 min are averaged, half
  // of that is late, 5 more are `for`.
  CHECK(told > 17 * 60);
  CHECK(told < 32 * 60);
  CHECK(first_failure(run) > told + 120);
  CHECK(first_failure(run) < 45 * 60);
  const Result alone = play(growth);
  REQUIRE(first(alone, What::customers_complained));
  CHECK(first(alone, What::customers_complained)->time > first_failure(alone) + 60);
}

TEST_CASE(
    "DB-11: a clock that goes wrong under a replica is told of as lag; its next start sets it "
    "right") {
  // The applier has something to do three quarters of the time; what it lacks is younger than 5 s.
  const auto run = [](const std::string& faults) {
    return play(merged(watched, R"({ "clients": { "users": { "rate": "5/s" } },
      "classes": { "file": null, "row": { "kind": "write", "cpu": { "apply": "150ms" } } }, "faults": [)" +
                                    faults + "] }"));
  };
  const std::string clock =
      R"({ "kind": "clock", "target": "server2", "ahead": "3600s", "at": "40s" })";
  const Result wrong = run(clock);
  const double told = date(wrong, What::alert_firing, "ReplicationLag", "mysql@server2");
  CHECK(told > 40);
  CHECK(told < 40 + 60);
  CHECK(asked(wrong, "max_lag") < 5);
  const Result begun_anew =
      run(clock + R"(, { "kind": "restart", "target": "mysql@server2", "at": "41s" })");
  CHECK(std::isinf(date(begun_anew, What::alert_firing, "ReplicationLag", "mysql@server2", 41)));
}

TEST_CASE("as long as a backup serves no rule says that there is no server") {
  const auto fires = [](const std::string& faults) {
    const auto runs = seen(R"({ "duration": "10m", "prometheus": { "rules": ")" SPOF_SOURCE_DIR
                           R"(/scenarios/rules/good-practice.yml" },
        "haproxy": { "servers": { "server2": { "backup": true } }, "default_server": { "check": {
          "kind": "httpchk" } } }, "faults": [)" +
                               faults + "] }",
                           1);
    return date(runs.front(), What::alert_firing, "HaproxyNoServer") < 1e9;
  };
  const std::string first = R"({ "kind": "crash", "target": "nginx@server1", "at": "60s" })";
  CHECK_FALSE(fires(first));
  CHECK(fires(first + R"(, { "kind": "crash", "target": "nginx@server2", "at": "60s" })"));
}

TEST_CASE("MON-13: a ping is one packet each way, which a lossy link may lose") {
  const auto fires = [](const char* share) {
    const auto runs = seen(std::string(R"({ "duration": "20m", "prometheus": { "probes": {
        "static": null, "primary": null, "ping": { "prober": "icmp", "target": "server2" } } },
        "faults": [{ "kind": "loss", "target": "server2-nic", "at": "60s", "share": ")") +
                               share + "\" }] }",
                           1);
    return date(runs.front(), What::alert_firing, "ProbeFail0", "ping") < 1e9;
  };
  CHECK_FALSE(fires("0%"));
  CHECK(fires("30%"));
}
