// What WHY says of a manager of the databases, and of what it gets wrong: what happened, and no
// more.
#include <algorithm>
#include <string>

#include "analysis/causes/causes.hpp"
#include "analysis/database_failover.hpp"
#include "analysis/verdict.hpp"
#include "catch.hpp"
#include "report/pages/pages.hpp"
#include "support/story.hpp"
#include "support/text.hpp"

using namespace spof;
using test::has;
using test::merged;
using test::why;

namespace {

/// 10 writes a second through both servers; the primary is on server 1, its replica on server 2,
/// the manager on the balancer's host: a witness.
std::string managed(const std::string& manager, const std::string& faults,
                    const std::string& more = "{}") {
  return merged(R"({ "duration": "60s",
    "classes": { "file": null,
                 "row": { "kind": "write", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "clients": { "users": { "timeout": "10s" } },
    "app": { "database": { "read_timeout": "2s", "connect_timeout": "2s" } },
    "mysql": { "connect_retry": "1s", "net_timeout": "4s" },
    "db_manager": { "hosts": { "lb1": {)" +
                    manager + R"(} } }, "faults": [)" + faults + "] }",
                more);
}
const std::string crash = R"({ "kind": "crash", "target": "mysql@server1", "at": "20s" })";
const std::string hang =
    R"({ "kind": "hang", "target": "mysql@server1", "at": "20s", "for": "15s" })";
const std::string cut =
    R"({ "kind": "partition", "from": ["server1"], "to": ["server2"], "at": "20s", "for": "20s" })";

}  // namespace

TEST_CASE("who is taken over from before he is repaired is no single point of failure") {
  const auto word = [](const char* manager) {
    return report::verdict(test::campaign_of_story(managed(manager, R"({ "kind": "crash",
      "target": "mysql@server1", "at": "20s", "for": "3s" })")))
        .word;
  };
  CHECK(word(R"("poll_interval": "500ms")") != "single point of failure");
  CHECK(word(R"("poll_interval": "5s")") == "single point of failure");
}

TEST_CASE("a failover reads as one: taken for dead, promoted, no return of what broke") {
  const std::string text = why(managed("", crash));
  CHECK(has(text, "db_manager@lb1 took mysql@server1 for dead (3 looks in a row failed)\n"));
  CHECK(has(text, "mysql@server2 became the primary (a primary from transaction"));
  CHECK(has(text, "longest step: until db_manager@lb1 took mysql@server1 for dead"));
  CHECK_FALSE(has(text, "served again"));
  CHECK_FALSE(has(text, "operator"));
  CHECK_FALSE(has(text, "nobody noticed"));
}

TEST_CASE("a primary that hangs was not dead") {
  const std::string text = why(managed("", hang));
  CHECK(has(text,
            "took mysql@server1 for dead (3 looks in a row failed), and it was not: it hung\n"));
  CHECK(has(text,
            "mysql@server1 was seen again, a primary beside mysql@server2: nobody had fenced it, "
            "and it takes writes"));
}

TEST_CASE("what a manager switches off fails because of that") {
  const std::string text = why(managed(R"("fencing": "power_off", "power_off_time": "1s")", hang,
                                       R"({ "classes": { "file": { "kind": "static", "mix": 100,
                                          "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
                   "haproxy": { "redispatch": true },
                   "clients": { "users": { "rate": "20/s", "timeout": "30s" } } })"));
  CHECK(has(text,
            "db_manager@lb1 cut the power of server1, so that mysql@server1 can do no harm: "
            "nginx@server1 and app@server1 went with it"));
  CHECK(has(text, "repair: nothing to do, mysql@server1 had no power any more"));
  CHECK(has(text, "HAProxy waited for server1, which did not answer"));
  CHECK_FALSE(has(text, "mysql@server1 went on"));
  CHECK_FALSE(has(text, "more came than could be served"));
}

TEST_CASE("split brain: who has what the primary lacks, and why it came to that") {
  const std::string story =
      managed("", cut, R"({ "db_manager": { "hosts": { "lb1": null, "server2": {} } } })");
  const std::string text = why(story);
  CHECK(has(text, "and it was not: it was cut off from db_manager@server2"));
  CHECK(has(text, "acknowledged writes are on mysql@server1, after transaction"));
  CHECK(has(text, "the primary has them not, and nobody merges them"));
  CHECK(has(report::verdict(test::campaign_of_story(story)).text,
            "mysql@server1 was not dead: it was cut off from db_manager@server2."));
}

TEST_CASE("a manager that saw the primary silent and did nothing is told with what held it back") {
  CHECK(has(why(managed(R"("tool": "orchestrator")", crash)),
            "db_manager@lb1 got no answer from mysql@server1, and did not fail over: that is off "
            "(auto_failover)"));
  const std::string restarts =
      R"({ "mysql": { "start_time": "500ms", "redo": "0B", "read_only": true,
                      "service": { "restart": "always", "restart_sec": "5s" } } })";
  const std::string text = why(managed(R"("tool": "mha")", crash, restarts));
  CHECK(has(text,
            "got no answer from mysql@server1, and did not fail over: it is dead to it after 3 "
            "more looks in vain"));
  CHECK(has(text,
            "mysql@server1 started so, as its configuration says (read_only), and nobody made "
            "it writable"));
}

TEST_CASE("a primary that comes back read-only beside the new one takes no writes") {
  const std::string text =
      why(managed("", crash,
                  R"({ "mysql": { "start_time": "500ms", "redo": "0B", "read_only": true,
                      "service": { "restart": "always", "restart_sec": "5s" } } })"));
  CHECK(has(text,
            "mysql@server1 was back, a primary beside mysql@server2, but takes no writes: it "
            "started read-only (read_only)"));
}

TEST_CASE("a planned switch refuses writes for a moment, and says who was made read-only") {
  const std::string text = why(managed(
      "",
      R"({ "kind": "command", "target": "db_manager@lb1", "command": "switch_over", "object": "mysql@server2", "at": "20s" })",
      R"({ "clients": { "users": { "rate": "200/s" } } })"));
  CHECK(has(text,
            "the database they were sent to is read-only: mysql@server1 was made so at 20.0 s"));
  CHECK_FALSE(has(text, "served again"));
}

TEST_CASE("who waits for a replica's acknowledgement is not in a queue, nor unmeasured") {
  const std::string text = why(managed(
      "", R"({ "kind": "power_off", "target": "server2", "at": "20s" })",
      R"({ "mysql": { "semi_sync": "AFTER_SYNC" }, "db_manager": { "hosts": { "lb1": null } },
           "haproxy": { "servers": { "server2": null } },
           "clients": { "users": { "timeout": "30s" } } })"));
  CHECK(has(text,
            "mysql@server1 waited at each commit for a replica that did not answer, for "
            "semi_sync_timeout (10s)"));
  CHECK(has(text,
            "mysql@server1 went on without waiting for a replica: none had answered within "
            "semi_sync_timeout (10s)"));
  CHECK_FALSE(has(text, "was not measured"));
}

TEST_CASE("what a new primary waits for is the longest step of its failover") {
  const std::string text = why(managed(
      "", crash, R"({ "mysql": { "semi_sync": "AFTER_SYNC", "log_slave_updates": false } })"));
  CHECK(has(text, "longest step: until mysql@server2 waited for no replica any more"));
}

TEST_CASE("fencing that nobody obeys is told as that") {
  CHECK(has(why(managed(R"("fencing": "read_only")", hang)),
            "db_manager@lb1 could not fence mysql@server1 (read_only): it may still take writes"));
}

TEST_CASE("after a failover applications wait for the new primary, not for the old one") {
  const std::string text = why(managed(
      "", crash + R"(, { "kind": "partition", "from": ["server1"], "to": ["server2"], "at": "35s",
                         "for": "10s" })"));
  CHECK(has(text, "mysql@server2 did not answer a connection within connect_timeout (2s)"));
  CHECK_FALSE(has(text, "mysql@server1 did not answer"));
  CHECK_FALSE(has(text, "app@server2 waited for mysql@server1"));
}

TEST_CASE("who writes to the old primary is who was not told, and only once that is back") {
  const std::string text =
      why(managed("",
                  R"({ "kind": "crash", "target": "mysql@server1", "at": "20s", "for": "10s" },
         { "kind": "crash", "target": "app@server1", "at": "20s", "for": "11s" })",
                  R"({ "mysql": { "start_time": "500ms", "redo": "0B", "read_only": true } })"));
  CHECK(has(text,
            "were answered 500 by app@server1: the database they were sent to is read-only: "
            "app@server1 was not told that mysql@server2 was the primary, and went on with "
            "mysql@server1"));
  CHECK_FALSE(has(text, "by app@server2: the database"));
}

TEST_CASE(
    "a replica whose log parts from its source's applies nothing, and what held it up before is "
    "told first") {
  const std::string text = why(
      managed(R"("rejoin": "replica")", hang, R"({ "clients": { "users": { "rate": "50/s" } } })"));
  CHECK(has(text, "mysql@server1 fell behind by up to "));
  CHECK(
      has(text,
          "transactions): it hung meanwhile, then replication from mysql@server2 broke, for their "
          "logs part after transaction "));
}

TEST_CASE("an address that is read-only somewhere is told without whom it answered") {
  const std::string text = why(managed(
      R"("virtual_address": "10.0.0.200", "repoint": "address", "fencing": "address",
         "rejoin": "replica")",
      R"({ "kind": "link_down", "target": "server1-nic", "at": "20s", "for": "10s" })",
      R"({ "app": { "database": { "primary": "10.0.0.200:3306" } } })"));
  CHECK(has(text,
            "by the application: the database they were sent to is read-only: mysql@server1 "
            "was made so at 30.5 s\n"));
}

TEST_CASE("a manager that tells nobody: the load balancer's UP is what ends the outage") {
  const std::string story = managed(R"("repoint": "none")", crash, R"({
    "app": { "database": { "primary": "haproxy@lb1:3306", "read_from": "primary" } },
    "haproxy": { "servers": null, "tcp_cpu": "0ms",
      "frontends": { "web": { "default_backend": "web" },
                     "db": { "mode": "tcp", "bind": 3306, "default_backend": "db" } },
      "backends": { "web": { "servers": { "server1": {} } },
        "db": { "mode": "tcp", "default_server": { "check": { "kind": "httpchk",
            "answered_by": "primary", "inter": "2s" } },
          "servers": { "db1": { "address": "mysql@server1" },
                       "db2": { "address": "mysql@server2" } } } } } })");
  const std::string text = why(story);
  CHECK(has(text, "haproxy@lb1 took db2 UP (2 checks passed)\n"));
  CHECK(has(text, "mysql@server2 was the primary, and its manager told nobody"));
  CHECK(has(text, "until haproxy@lb1 took db2 UP"));
  const auto campaign = test::campaign_of_story(story);
  CHECK(report::errors_ended_by(campaign) == "when haproxy@lb1 says db2 UP");
  for (const measure::Event& event : campaign.results[0].events)
    if (event.what == measure::What::no_server)
      CHECK(sentence(event) == "no server is UP: every connection is closed");
}

TEST_CASE(
    "a manager that tells nobody: the address that moves to the new primary ends the outage") {
  const std::string story = managed(R"("repoint": "none")", crash, R"({
    "app": { "database": { "primary": "10.0.0.200:3306", "read_from": "primary" } },
    "keepalived": { "virtual_ipaddress": ["10.0.0.200"], "virtual_router_id": 60,
      "vrrp_script": { "chk": { "checks": "primary", "interval": "2s", "timeout": "1s", "fall": 2 } },
      "track_script": ["chk"], "hosts": { "server1": { "priority": 101 },
                                          "server2": { "priority": 100 } } } })");
  CHECK(has(why(story), "until keepalived@server2 had 10.0.0.200"));
  CHECK(report::errors_ended_by(test::campaign_of_story(story)) ==
        "when keepalived@server2 says 10.0.0.200 MASTER");
}

TEST_CASE("who took the address of a database did not know connections made before") {
  const std::string stack = merged(R"({ "duration": "60s", "classes": { "file": null,
      "row": { "kind": "write", "cpu": { "haproxy": "0ms", "nginx": "0ms" } } },
    "app": { "database": { "primary": "10.0.0.200:3306" } },
    "keepalived": { "virtual_ipaddress": ["10.0.0.200"],
      "hosts": { "server1": { "state": "MASTER", "priority": 101 },
                 "server2": { "priority": 100 } } } })",
                                   R"({ "faults": [
      { "kind": "stop", "target": "keepalived@server1", "at": "20s", "for": "15s" }] })");
  const std::string text = why(stack);
  INFO(text);
  // What the address's return began the repair did not end, long before it.
  CHECK(report::errors_ended_by(test::campaign_of_story(stack)) !=
        "with the repair of keepalived@server1");
  CHECK(has(text, "who had the address next did not know them"));
  CHECK_FALSE(has(text, "the database broke the connection off"));
}

TEST_CASE(
    "an application that has started since a failover writes to the old primary, and is named") {
  const auto made = test::campaign_of_story(managed(
      "", R"({ "kind": "power_off", "target": "server1", "at": "20s", "for": "40s" })",
      R"({ "duration": "110s", "haproxy": { "redispatch": true, "default_server": { "check": { "kind": "tcp" } } },
           "mysql": { "read_only": true }, "db_manager": { "rejoin": "replica" } })"));
  CHECK(has(report::left_to_do(made),
            "send the writes of app@server1 to mysql@server2 (`write_to`)"));
  CHECK_FALSE(has(report::left_to_do(made), "app@server2"));
  const auto all = report::run_cards(made);
  const auto card = std::ranges::find(all, "recovered after (RTO)", &report::Card::label);
  REQUIRE(card != all.end());
  CHECK(card->value == "never");
  INFO(card->note);
  CHECK(card->note.starts_with("first outages "));
}

TEST_CASE("a manager that tells nobody leaves that to be done, and only to whom it concerns") {
  const auto left = [](const char* more, const char* app = "{}") {
    return report::left_to_do(
        test::campaign_of_story(managed(R"("repoint": ")" + std::string(more) + "\"", crash, app)));
  };
  CHECK(has(left("none"), "send the writes of app@server1 and app@server2 to mysql@server2"));
  CHECK_FALSE(has(left("applications"), "send the writes"));
  const char* by_address = R"({ "app": { "database": { "primary": "10.0.0.200:3306" } } })";
  CHECK(has(left("address\", \"virtual_address\": \"10.0.0.200", by_address),
            "take 10.0.0.200 away from server1 and set up mysql@server1"));
  CHECK_FALSE(has(
      left("address\", \"fencing\": \"address\", \"virtual_address\": \"10.0.0.200", by_address),
      "take 10.0.0.200"));
  // Who starts again keeps what he was told.
  CHECK_FALSE(has(left("applications", R"({ "app": { "service": { "restart": "always" } } })"),
                  "send the writes"));
}

TEST_CASE("a replica that applies later on purpose is what its promotion waits for") {
  const auto made = test::campaign_of_story(
      managed("", R"({ "kind": "crash", "target": "mysql@server1", "at": "30s" })",
              R"({ "duration": "60s", "mysql": { "hosts": { "server2": { "delay": "10s" } } } })"));
  std::string options;
  for (const auto& step : report::failover_phases(made)) options += step.option + "\n";
  CHECK(has(options, "/mysql/hosts/server2/delay (10s)"));
  const auto chain = report::causes(made);
  CHECK(std::ranges::any_of(chain, [](const report::Cause& one) {
    return one.text.starts_with("mysql@server2 lacked up to the last ");
  }));
}
