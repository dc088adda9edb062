// WHY and the verdict where several things break: what ended it, and whom it concerned.
#include <string>

#include "analysis/detection.hpp"
#include "analysis/verdict.hpp"
#include "catch.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

using namespace spof;
using test::campaign_of_story;
using test::has;
using test::why;

namespace {

/// Pages, and a release with a bug that goes to both servers.
std::string rolled_out(const std::string& how) {
  return R"({ "duration": "40s", "classes": { "file": { "kind": "page" } },
    "app": { "version": "1", "releases": { "2": { "errors": 1 } } },
    "faults": [{ "kind": "deploy", "targets": ["app@server1", "app@server2"], "release": "2",
      "at": "5s", )" +
         how + " }] }";
}

}  // namespace

TEST_CASE("whom a roll-out did not reach is not blamed for it") {
  const std::string text = why(rolled_out(R"("pause": "5s", "abort_above": 0.05)"));
  CHECK(has(text, "Nginx: app@server1 refused connections\n"));
  CHECK(has(text, "the release of app@server1 has a bug"));
  CHECK(has(text, "repair: app@server1 went back to the release before"));
}

TEST_CASE("who lies dead beside it has no part in a release") {
  const std::string text = why(R"({ "duration": "40s", "classes": { "file": { "kind": "page" } },
    "app": { "version": "1", "releases": { "2": { "errors": 1 } } },
    "faults": [{ "kind": "deploy", "targets": ["app@server1"], "release": "2", "at": "5s" },
      { "kind": "crash", "target": "app@server2", "at": "15s" }] })");
  CHECK(has(text, "the release of app@server1 has a bug"));
}

TEST_CASE("a repair starts nobody whom another fault holds down, nor after the end of the run") {
  const std::string twice = why(R"({ "duration": "40s", "faults": [
      { "kind": "crash", "target": "app@server1", "at": "5s", "for": "10s" },
      { "kind": "crash", "target": "app@server2", "at": "5s", "for": "10s" },
      { "kind": "crash", "target": "app@server1", "at": "10s", "for": "10s" }] })");
  CHECK(has(twice, "15.0 s repair: app@server2 started again"));
  CHECK(has(twice, "20.0 s repair: app@server1 started again"));
  const std::string late = why(R"({ "duration": "40s", "faults": [
      { "kind": "crash", "target": "app@server1", "at": "5s", "for": "60s" }] })");
  CHECK(has(late, "app@server1 crashed"));
  CHECK_FALSE(has(late, "repair: "));
}

TEST_CASE("what a balancer has taken for DOWN it asks no more: another one refused") {
  const std::string text = why(R"({ "duration": "40s",
    "haproxy": { "redispatch": true, "default_server": { "check": { "kind": "tcp" } } },
    "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "5s" },
      { "kind": "crash", "target": "nginx@server2", "at": "20s" }] })");
  CHECK_FALSE(has(text, "nginx@server1 and nginx@server2 refused"));
  CHECK(has(text, "nginx@server2 refused connections, in every try"));
}

TEST_CASE("a replica behind a slow way, and one whose applier waits for a replica of its own") {
  const auto told = [](const std::string& more) {
    return why(test::merged(R"({ "duration": "60s",
      "classes": { "file": null, "row": { "kind": "write" } } })",
                            more));
  };
  CHECK(has(told(R"({ "faults": [{ "kind": "latency", "target": "server2-nic", "add": "2s",
                                  "at": "20s", "for": "20s" }] })"),
            "what came from mysql@server1 over server2-nic was late"));
  CHECK(has(told(R"({ "mysql": { "semi_sync": "AFTER_SYNC" },
    "faults": [{ "kind": "restart", "target": "mysql@server2", "at": "20s" }] })"),
            "its applier waited for a replica of its own, for semi_sync_timeout (10s)"));
}

TEST_CASE("a try that was given up and sent again is no write that failed") {
  const auto told = [](const std::string& retry) {
    return report::verdict(campaign_of_story(R"({ "duration": "40s",
      "classes": { "file": null, "row": { "kind": "write" } },
      "clients": { "users": { "timeout": "1s", "retry": )" +
                                             retry + R"( } },
      "faults": [{ "kind": "latency", "target": "server1-nic", "add": "1500ms", "at": "10s",
                   "for": "5s" }] })"))
        .text;
  };
  CHECK(has(told("{}"), "failed for the client but were committed"));
  CHECK(has(told(R"({ "attempts": 9 })"), "were committed that the client had given up"));
}

TEST_CASE("the users' own network card is on the way of all they ask") {
  const std::string text = why(R"({ "duration": "60s",
    "faults": [{ "kind": "link_down", "target": "clients-nic", "at": "20s", "for": "10s" }] })");
  CHECK(has(text, "what was sent over clients-nic was lost, and TCP sends again"));
  CHECK_FALSE(has(text, "more came than could be served"));
  CHECK_FALSE(has(text, "neither application nor database"));
}

TEST_CASE("a fault at the very beginning has nothing before it to be held against") {
  const auto campaign = campaign_of_story(R"({ "duration": "40s",
    "faults": [{ "kind": "link_down", "target": "lb1-nic", "at": "0s", "for": "10s" }] })");
  CHECK(report::verdict(campaign).word == "single point of failure");
  CHECK(has(report::verdict(campaign).text, "file stood still for 10.0 s"));
  CHECK(has(report::verdict(campaign).text, "Nobody noticed."));
}

TEST_CASE("a release that both have is one part, and nothing ends what it does") {
  const std::string story = rolled_out(R"("pause": "1s")");
  CHECK(has(why(story), "longest step: without a repair until the end of the run, all of the"));
  CHECK(has(report::verdict(campaign_of_story(story)).text,
            "The release of app@server1 and app@server2 is a single point of failure for file"));
}

TEST_CASE("nothing is repaired as long as another fault holds it") {
  const auto crashes = [](const std::string& first) {
    return why(R"({ "duration": "40s", "faults": [
      { "kind": "crash", "target": "nginx@server1", "at": "5s")" +
               first + R"( },
      { "kind": "crash", "target": "nginx@server1", "at": "10s", "for": "5s" }] })");
  };
  CHECK(has(crashes(R"(, "for": "20s")"), "25.0 s last repair: nginx@server1 started again"));
  CHECK_FALSE(has(crashes(""), "repair: nginx@server1 started"));
}

TEST_CASE("what lasts until a repair was taken over by nobody, whatever else is still broken") {
  const std::string story = R"({ "duration": "40s", "faults": [
      { "kind": "crash", "target": "haproxy@lb1", "at": "5s", "for": "10s" },
      { "kind": "slow", "target": "server2", "factor": 2, "at": "5s" }] })";
  const auto campaign = campaign_of_story(story);
  CHECK(report::verdict(campaign).word == "single point of failure");
  const std::string text = why(story);
  CHECK(has(text, "longest step: waiting for the repair, all of the"));
  // What was broken before, and borne, is not what the outage is held against.
  const auto later = campaign_of_story(R"({ "duration": "60s", "faults": [
      { "kind": "slow", "target": "server2", "factor": 2, "at": "2s" },
      { "kind": "crash", "target": "haproxy@lb1", "at": "20s", "for": "10s" }] })");
  CHECK(report::verdict(later).word == "single point of failure");
}

TEST_CASE("outages that last until their own repairs are no interruptions") {
  const auto word = [](const std::string& first, const std::string& second) {
    return report::verdict(campaign_of_story(R"({ "duration": "60s", "faults": [
      { "target": "haproxy@lb1", "at": "5s", )" +
                                             first + R"( }, { "target": "haproxy@lb1", )" + second +
                                             " }] }"))
        .word;
  };
  CHECK(word(R"("kind": "crash", "for": "10s")", R"("kind": "crash", "at": "30s", "for": "10s")") ==
        "single point of failure");
  // By command, both servers: from the second to the first that comes back.
  CHECK(word(R"("kind": "maintenance", "server": "server1", "for": "30s")",
             R"("kind": "maintenance", "server": "server2", "at": "20s", "for": "8s")") == "down");
}

TEST_CASE("failures of one kind and part are told apart by their dates") {
  const auto campaign = campaign_of_story(R"({ "duration": "40s", "faults": [
      { "kind": "crash", "target": "nginx@server1", "at": "5s", "for": "2s" },
      { "kind": "crash", "target": "nginx@server1", "at": "20s", "for": "2s" }] })");
  const auto rows = report::discoveries(campaign);
  REQUIRE_FALSE(rows.empty());
  CHECK(rows.front().failure == "crash of nginx@server1 at 5.0 s");
  CHECK(rows.back().failure == "crash of nginx@server1 at 20.0 s");
}

TEST_CASE("what clients sent again has the reason why its tries failed, and until when") {
  const std::string text = why(R"({ "duration": "40s", "classes": { "file": { "kind": "page" } },
    "clients": { "users": { "retry": { "attempts": 5, "backoff": "1s", "max_backoff": "1s" } } },
    "faults": [{ "kind": "crash", "target": "app@server1", "at": "10s", "for": "5s" }] })");
  CHECK(has(text, "tries were answered 502 by Nginx: app@server1 refused connections"));
  CHECK(has(text, "were answered late, up to"));
  CHECK(has(text, ": sent again by their clients after a failure"));
  CHECK(has(text, "10.1–15.5 s clients sent"));
  CHECK_FALSE(has(text, "starting, and takes connections"));
}

TEST_CASE("packets vanish between two sides, or on the way from one to the other") {
  const auto told = [](const std::string& one_way) {
    return why(R"({ "duration": "20s", "faults": [{ "kind": "partition", "from": ["server1"],
      "to": ["server2", "lb1"], "at": "5s", "for": "5s", "one_way": )" +
               one_way + " }] }");
  };
  CHECK(has(told("false"), "packets between server1 and server2 and lb1 began to vanish"));
  CHECK(has(told("true"), "packets from server1 to server2 and lb1 began to vanish"));
}

TEST_CASE("who loses his host waits for nothing any more") {
  const std::string text = why(R"({ "duration": "40s",
    "classes": { "file": { "kind": "page", "sleep": "500ms" } },
    "faults": [{ "kind": "power_off", "target": "clients", "at": "10s", "for": "5s" }] })");
  CHECK(has(text, "were under way when clients, where their clients were, went off"));
  CHECK_FALSE(has(text, "still waiting"));
}

TEST_CASE("a check that failed for one fault is no word on another") {
  const std::string text = why(R"({ "duration": "40s", "classes": { "file": { "kind": "page" } },
    "haproxy": { "redispatch": true, "default_server": { "check": { "kind": "tcp" } } },
    "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "5s", "for": "2500ms" },
      { "kind": "crash", "target": "app@server2", "at": "20s", "for": "5s" }] })");
  CHECK(has(text, "5.0–7.5 s nobody noticed: 1 check failed, but never 3 in a row (fall)"));
  CHECK(has(text, "20.0–25.0 s nobody noticed, every server stayed UP: health checks only open"));
}

TEST_CASE("a rule without a peer is for what stays on its host, too") {
  const std::string text = why(R"({ "duration": "40s", "classes": { "file": { "kind": "page" } },
    "haproxy": { "servers": { "server1": null }, "timeout": { "server": "3s" } },
    "faults": [{ "kind": "firewall_rule", "target": "server2", "verdict": "drop", "port": 8000,
                 "at": "10s", "for": "5s" }] })");
  CHECK(has(text, "because nginx@server2 waited for app@server2"));
}

TEST_CASE("how long a replica was cut off is not what it waited for between its tries") {
  const std::string writes = R"("classes": { "file": { "kind": "write" } })";
  const std::string cut = why("{ \"duration\": \"60s\", " + writes + R"(,
    "mysql": { "connect_retry": "1s", "net_timeout": "4s" },
    "faults": [{ "kind": "link_down", "target": "server2-nic", "at": "10s", "for": "25s" }] })");
  CHECK(has(cut, "it got no transaction from mysql@server1"));
  CHECK_FALSE(has(cut, "connect_retry"));
  const std::string dead = why("{ \"duration\": \"90s\", " + writes + R"(,
    "faults": [{ "kind": "crash", "target": "mysql@server1", "at": "0s", "for": "20s" }] })");
  CHECK(has(dead, "fell behind"));
  CHECK_FALSE(has(dead, "could not keep up"));
}

TEST_CASE("a replica is behind for what it could not apply in, one thing after another") {
  const auto behind = [](const std::string& rest) {
    return why(R"({ "duration": "120s", "classes": { "file": { "kind": "write" } },
      "hosts": { "db3": { "like": "server2", "bandwidth": "100kbps" } },
      )" + rest +
               " }");
  };
  CHECK(has(behind(R"("faults": [
      { "kind": "command", "target": "mysql@server2", "command": "stop_applier", "at": "10s" },
      { "kind": "command", "target": "mysql@server2", "command": "start_replica", "at": "50s" },
      { "kind": "disk_full", "target": "server2", "at": "40s", "for": "20s" }])"),
            "10.0\u2013100.1 s mysql@server2 fell behind by up to 89.9 s (900 transactions): its "
            "applier was stopped by a command, then its disk was full, and it applied nothing"));
  CHECK(has(behind(R"("mysql": { "hosts": { "server1": {}, "server2": { "replica_of": "server1" },
                                           "db3": { "replica_of": "server1" } } },
      "faults": [
        { "kind": "command", "target": "mysql@db3", "command": "change_source", "object": "mysql@server2",
          "at": "5s" },
        { "kind": "disk_full", "target": "server2", "at": "40s", "for": "20s" }])"),
            "transactions): mysql@server2 was behind itself"));
  CHECK(has(behind(R"("clients": { "visitors": { "rate": "300/s" } },
      "mysql": { "hosts": { "server1": {}, "db3": { "replica_of": "server1" } } })"),
            "db3-nic was full"));
}

TEST_CASE("what is not on the way of a class is no single point of failure for it") {
  const auto campaign = campaign_of_story(R"({ "duration": "40s",
    "haproxy": { "tls": { "certificate": { "expires": "10s" } } },
    "faults": [{ "kind": "crash", "target": "app@server1", "at": "10500ms", "for": "5s" }] })");
  const std::string text = report::verdict(campaign).text;
  CHECK(has(text, "Failing since a certificate expired: 100 % of file requests failed for "));
  CHECK(has(text, "; the crash of app@server1 harmed nobody."));
}

TEST_CASE("what fails to the end of the run lasts, whatever had been struck before") {
  const auto campaign = campaign_of_story(R"({ "duration": "60s",
    "classes": { "file": { "kind": "write" } }, "haproxy": { "redispatch": true },
    "faults": [{ "kind": "slow", "target": "nginx@server1", "factor": 1.1, "at": "5s", "for": "1s" },
      { "kind": "command", "target": "mysql@server1", "command": "read_only", "at": "30s" }] })");
  CHECK(report::verdict(campaign).word != "interrupted");
}

TEST_CASE("what happens again and again is told with its number") {
  const std::string text = why(R"({ "duration": "60s", "classes": { "file": { "kind": "page" } },
    "faults": [
      { "kind": "maintenance", "target": "haproxy@lb1", "server": "server1", "at": "5s", "for": "2s" },
      { "kind": "maintenance", "target": "haproxy@lb1", "server": "server1", "at": "10s", "for": "2s" },
      { "kind": "maintenance", "target": "haproxy@lb1", "server": "server1", "at": "15s", "for": "2s" }] })");
  CHECK(has(text, "haproxy@lb1: maint server1 (by an operator's command); 2 more until 15.0 s"));
}

TEST_CASE("who is tied to a server that refuses waits for its tries, and is told why") {
  const auto told = [](const std::string& haproxy) {
    return why(R"({ "duration": "30s", "haproxy": { "redispatch": true, )" + haproxy + R"( },
      "clients": { "users": { "addresses": 10 } },
      "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "15s" }] })");
  };
  const char* pause = "nginx@server1 refused them, and HAProxy waits 1 s before each further try: ";
  CHECK(has(told(R"("cookie": true)"), pause + std::string("their cookie led there")));
  CHECK(has(told(R"("balance": "source", "hash_type": "consistent")"),
            pause + std::string("the hash of their address led there")));
}

TEST_CASE("what harmed nobody takes no blame, and no single point of failure is hidden behind it") {
  const auto made = report::verdict(campaign_of_story(R"({ "duration": "90s",
    "haproxy": { "redispatch": true }, "faults": [
      { "kind": "crash", "target": "nginx@server2", "at": "5s", "for": "10s" },
      { "kind": "crash", "target": "haproxy@lb1", "at": "60s", "for": "10s" }] })"));
  CHECK(made.word == "single point of failure");
  CHECK(has(made.text, "haproxy@lb1 is a single point of failure for file"));
}

TEST_CASE("a crash under a flood that lets nobody in is not the single point of failure") {
  const auto made = report::verdict(campaign_of_story(R"({ "duration": "60s",
    "clients": { "users": { "timeout": "10s", "addresses": 10000000 },
      "flood": { "connect_to": "haproxy@lb1", "attack": "syn_flood", "rate": "1000/s",
                 "arrivals": "constant", "addresses": 1000000, "start": "5s", "stop": "50s" } },
    "firewall": { "incoming": "allow", "hosts": { "lb1": { "tcp_syncookies": false } } },
    "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "20s", "for": "20s" }] })"));
  CHECK_FALSE(has(made.text, "single point of failure"));
  CHECK(has(made.text, "while haproxy@lb1 had no room for their SYNs"));
}

TEST_CASE("who was refused by all is not counted among those that were sent on") {
  CHECK_FALSE(has(why(R"({ "duration": "30s", "haproxy": { "redispatch": true },
    "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "10s", "for": "5s" },
      { "kind": "crash", "target": "nginx@server2", "at": "10s", "for": "5s" }] })"),
                  "sent them to another server at once"));
}

TEST_CASE("a migration that locks a table is what its writers waited for, and the longest step") {
  const std::string text = why(R"({ "duration": "40s",
    "classes": { "file": null, "put": { "kind": "write" } },
    "app": { "boot_time": "600ms", "import_time": "800ms",
             "releases": { "2": { "migration": { "takes": "10s", "locks": true } } } },
    "faults": [{ "kind": "deploy", "targets": ["app@server1"], "release": "2", "drain": "500ms",
                 "at": "10s" }] })");
  CHECK(has(text, "app@server1 changed the schema, and locked a table"));
  CHECK(has(text, "longest step: until the schema was changed and its table free"));
}

TEST_CASE("who waits for a migration's lock and gives up is told so, and what ended it") {
  const std::string stack = R"({ "duration": "60s", "haproxy": { "timeout": { "server": "3s" } },
    "classes": { "file": null, "put": { "kind": "write" } },
    "app": { "boot_time": "600ms", "import_time": "800ms", "database": { "read_timeout": "30s" },
             "releases": { "2": { "migration": { "takes": "20s", "locks": true } } } },
    "faults": [{ "kind": "deploy", "targets": ["app@server1"], "release": "2", "drain": "500ms",
                 "at": "10s" }] })";
  const std::string text = why(stack);
  INFO(text);
  CHECK(has(text,
            "no answer within timeout server (3s), because writes waited for a table that "
            "app@server1 had locked to change the schema"));
  CHECK(has(text, "began to change the schema of its database for version 2, and locked a table"));
  CHECK(report::errors_ended_by(campaign_of_story(stack)) ==
        "when the schema of the database was that of version 2");
}

TEST_CASE("each class is laid to what has part in it") {
  const auto made = report::verdict(campaign_of_story(R"({ "duration": "90s",
    "classes": { "put": { "kind": "write" } }, "faults": [
      { "kind": "crash", "target": "mysql@server1", "at": "10s", "for": "20s" },
      { "kind": "crash", "target": "haproxy@lb1", "at": "60s", "for": "10s" }] })"));
  INFO(made.text);
  CHECK(made.text.starts_with("haproxy@lb1 is a single point of failure for file: "));
  CHECK(has(made.text, "; by the crash of mysql@server1 and haproxy@lb1: "));
}

TEST_CASE("a crash that was bridged has no part in what an attack does after it") {
  const auto made = report::verdict(campaign_of_story(R"({ "duration": "90s",
    "hosts": { "outside": { "like": "clients" } },
    "haproxy": { "maxconn": 20, "redispatch": true },
    "clients": { "users": { "timeout": "10s" },
      "slow": { "host": "outside", "connect_to": "haproxy@lb1", "attack": "slowloris",
                "arrivals": "closed", "users": 60, "think_time": "1500ms", "start": "35s",
                "stop": "70s" } },
    "faults": [{ "kind": "crash", "target": "nginx@server2", "at": "15s", "for": "10s" }] })"));
  INFO(made.text);
  CHECK(made.text.starts_with("Failing under the attack of slow: "));
  CHECK_FALSE(has(made.text, "single point of failure"));
}

TEST_CASE(
    "a restore takes a database away that nothing had struck, and is told when it is not done") {
  const std::string story = R"({ "duration": "60s", "mysql": { "data": "500MB",
      "backup": { "age": "6h", "every": "24h", "archive_every": "10s", "replay_rate": 50 } },
    "classes": { "file": null, "get": { "kind": "read" }, "put": { "kind": "write" } },
    "faults": [{ "kind": ")";
  const std::string restore =
      R"({ "kind": "command", "target": "mysql@server1", "command": "restore", "at": "30s" }] })";
  const auto of_other =
      campaign_of_story(story + R"(power_off", "target": "server2", "at": "10s" }, )" + restore);
  CHECK(has(report::verdict(of_other).text, "the command to mysql@server1"));
  const std::string own =
      story + R"(crash", "target": "mysql@server1", "at": "10s", "for": "10s" }, )" + restore;
  CHECK_FALSE(has(report::verdict(campaign_of_story(own)).text, "command"));
  CHECK(has(why(own), "was told: restore, and was not done with that when the run ended"));
}

TEST_CASE(
    "who did nothing is not blamed: a transaction that no change met, an order not to write") {
  const auto told = [](const char* faults) {
    return report::verdict(campaign_of_story(std::string(R"({ "duration": "60s",
      "classes": { "file": null, "get": { "kind": "read" }, "put": { "kind": "write" } },
      "app": { "releases": { "2": { "migration": {} } } }, "faults": [)") +
                                             faults + "] }"))
        .text;
  };
  const std::string died = told(
      R"({ "kind": "open_transaction", "target": "mysql@server1", "at": "5s" },
         { "kind": "crash", "target": "mysql@server1", "at": "10s" },
         { "kind": "deploy", "targets": ["app@server1"], "release": "2", "at": "20s" })");
  CHECK(has(died, "mysql@server1 is a single point of failure"));
  CHECK(has(died,
            "the open transaction in mysql@server1 and the deployment to app@server1 harmed "
            "nobody"));
  const std::string both = told(
      R"({ "kind": "command", "target": "mysql@server1", "command": "read_only", "at": "10s" },
         { "kind": "crash", "target": "mysql@server1", "at": "20s", "for": "10s" },
         { "kind": "command", "target": "mysql@server1", "command": "read_write", "at": "40s" })");
  CHECK(has(both, "by the command to mysql@server1 and the crash of mysql@server1: "));
}

TEST_CASE("a 504 is laid to the server that was silent, and to a database who would wait as long") {
  const auto told = [](const char* read_timeout) {
    return why(std::string(R"({ "duration": "60s",
      "haproxy": { "timeout": { "server": "5s" } },
      "classes": { "file": {}, "get": { "kind": "read" } }, "app": { "threads": 200, "database": { "read_from": "primary")") +
               read_timeout + R"( } },
      "faults": [{ "kind": "hang", "target": "nginx@server1", "at": "10s", "for": "10s" },
                 { "kind": "hang", "target": "mysql@server1", "at": "10s", "for": "10s" }] })");
  };
  for (const char* patient : {"", R"(, "read_timeout": "8s")"}) {
    const std::string text = told(patient);
    CHECK(has(text,
              "timeout server (5s), because server1 did not answer, and app@server1 waited "
              "for mysql@server1"));
  }
  const std::string text = told(R"(, "read_timeout": "2s")");
  CHECK(has(text, "timeout server (5s), because server1 did not answer\n"));
}

TEST_CASE("who had no part in what stood still is not named for it") {
  const auto campaign = campaign_of_story(R"({ "duration": "120s",
    "haproxy": { "redispatch": true, "default_server": { "check": { "inter": "2s" } } },
    "faults": [{ "kind": "link_down", "target": "server2-nic", "at": "10s", "for": "20s" },
      { "kind": "crash", "target": "app@server2", "at": "80s", "for": "5s" }] })");
  const std::string text = report::verdict(campaign).text;
  CHECK(has(text, "Stalled by the cut of link server2-nic: "));
  CHECK(has(text, "the crash of app@server2 harmed nobody"));
}

TEST_CASE("who made others late long before is told apart from who made requests fail") {
  const auto campaign = campaign_of_story(R"({ "duration": "120s",
    "classes": { "file": { "kind": "page" } }, "clients": { "users": { "rate": "50/s" } },
    "haproxy": { "redispatch": true, "default_server": { "check": { "inter": "2s" } } },
    "faults": [{ "kind": "link_down", "target": "server2-nic", "at": "10s", "for": "20s" },
      { "kind": "crash", "target": "app@server2", "at": "60s", "for": "1s" }] })");
  const std::string text = report::verdict(campaign).text;
  CHECK(has(text, "by the crash of app@server2: "));
  CHECK(has(text, "the cut of link server2-nic made requests late"));
}

TEST_CASE("a process that does not run cannot hang, and is not said to") {
  const std::string both = R"({ "duration": "60s", "classes": { "file": { "kind": "page" } },
    "faults": [{ "kind": "crash", "target": "app@server1", "at": "10s", "for": "20s" },
      { "kind": "hang", "target": "app@server1", "at": "15s", "for": "30s" }] })";
  CHECK(has(why(both), "struck in vain app@server1 (hang: it was not running)"));
  CHECK(
      has(report::verdict(campaign_of_story(both)).text, "the hang of app@server1 harmed nobody"));
  CHECK(test::play(both).fault_end == 30);
}

TEST_CASE("a restart starts who was dead, and is over when that runs again") {
  const std::string text = why(R"({ "duration": "60s", "classes": { "file": { "kind": "page" } },
    "faults": [{ "kind": "crash", "target": "app@server1", "at": "10s" },
      { "kind": "restart", "target": "app@server1", "at": "20s" }] })");
  CHECK(has(text, "20.5 s repair: app@server1 started again"));
  const auto held = test::play(R"({ "duration": "120s", "faults": [
      { "kind": "hang", "target": "haproxy@lb1", "at": "5s" },
      { "kind": "restart", "target": "haproxy@lb1", "at": "10s" }] })");
  CHECK(held.fault_end == Catch::Detail::Approx(100).margin(0.1));
}

TEST_CASE("what a restart breaks off it has part in, though it came before it") {
  const auto campaign = campaign_of_story(R"({ "duration": "60s",
    "haproxy": { "default_server": { "check": { "inter": "2s" } } },
    "faults": [{ "kind": "hang", "target": "nginx@server1", "at": "10s" },
      { "kind": "restart", "target": "nginx@server1", "at": "25s" }] })");
  const std::string text = report::verdict(campaign).text;
  CHECK(has(text, "by the hang of nginx@server1 and the restart of nginx@server1"));
}

TEST_CASE("a few requests at the end of a run make no single point of failure") {
  const auto campaign = campaign_of_story(R"({ "duration": "60s",
    "classes": { "file": { "kind": "page" } },
    "faults": [{ "kind": "crash", "target": "app@server1", "at": "59.5s" }] })");
  CHECK(report::verdict(campaign).word != "single point of failure");
}
