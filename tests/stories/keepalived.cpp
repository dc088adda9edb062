// Two load balancers and one address: who has it, from when on, and what that costs.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "analysis/matrix/finding.hpp"
#include "analysis/verdict.hpp"
#include "catch.hpp"
#include "measure/takeovers.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Outcome;
using test::date_of;
using test::merged;
using test::play;
using test::play_seeds;

namespace {

/// The small stack with a second balancer; lb1 (150) has the address, lb2 (100) waits for it. The
/// script of lb1 and lb2 runs every second and fails twice in a row.
const std::string pair = R"({
  "duration": "60s", "hosts": { "lb2": { "like": "lb1" } },
  "clients": { "users": { "connect_to": "10.0.0.100:80" } },
  "keepalived": {
    "virtual_ipaddress": ["10.0.0.100"],
    "vrrp_script": { "chk": { "checks": "process", "process": "haproxy", "interval": "1s", "fall": 2 } },
    "track_script": ["chk"],
    "hosts": { "lb1": { "priority": 150 }, "lb2": { "priority": 100 } } },
  "haproxy": { "hosts": { "lb1": {}, "lb2": {} } } })";

std::string fault(const std::string& kind, const std::string& target,
                  const std::string& more = "") {
  return R"({ "faults": [{ "kind": ")" + kind + R"(", "target": ")" + target +
         R"(", "at": "20s", "jitter": "2s")" + more + " }] }";
}
std::string told(const std::string& faults, const std::string& more = "{}") {
  return merged(merged(pair, faults), more);
}

struct Takeovers {
  double least = INFINITY, most = -INFINITY, mean = 0;
  int missing = 0;
};
/// Seconds from the fault until `who` has the address, over some seeds.
Takeovers takeovers(const std::string& story, const char* event = "MASTER",
                    const char* who = "keepalived@lb2", int seeds = 40) {
  Takeovers found;
  for (const auto& run : play_seeds(story, seeds)) {
    const double took = date_of(run, event, who) - run.fault_start;
    if (std::isinf(took)) {
      ++found.missing;
      continue;
    }
    found.least = std::min(found.least, took);
    found.most = std::max(found.most, took);
    found.mean += took / seeds;
  }
  return found;
}

std::uint64_t failed_from(const measure::Result& run, double from, double until) {
  std::uint64_t failed = 0;
  for (const auto& one : run.samples)
    failed += one.arrival >= from && one.arrival < until && one.outcome != Outcome::ok;
  return failed;
}

}  // namespace

TEST_CASE("V14: a master that falls silent is replaced after three adverts and the skew") {
  // VR-3: 3 x 1 s + (256 - 100)/256 s after its last advert, which was up to 1 s before the fault.
  for (const char* target : {"keepalived@lb1", "lb1"}) {
    INFO(target);
    const bool host = std::string(target) == "lb1";
    const Takeovers found = takeovers(told(fault(host ? "power_off" : "crash", target)));
    CHECK(found.missing == 0);
    CHECK(found.least >= 2.609);
    CHECK(found.most <= 3.611);
    CHECK(found.mean == near(3.11).margin(0.15));
  }
}

TEST_CASE("K1, K2: the most that a takeover takes, for two priorities of the backup") {
  for (const auto& [priority, most] : {std::pair{100, 3.6}, std::pair{128, 3.5}}) {
    const Takeovers found = takeovers(
        told(fault("power_off", "lb1"), R"({ "keepalived": { "hosts": { "lb2": { "priority": )" +
                                            std::to_string(priority) + " } } } }"));
    CHECK(found.most <= most + 0.011);
    CHECK(found.most >= most - 0.15);
  }
}

TEST_CASE("V14: a master that is stopped says so, and the backup waits for its skew only") {
  const Takeovers found =
      takeovers(told(fault("stop", "keepalived@lb1")), "MASTER", "keepalived@lb2", 4);
  CHECK(found.least == near(0.6094).margin(0.001));
  CHECK(found.most == near(0.6094).margin(0.001));
}

TEST_CASE("V14: a script without weight gives the address up, then the skew") {
  // VR-5: (fall - 1) x interval + U(0, interval).
  const Takeovers found = takeovers(told(fault("crash", "haproxy@lb1")));
  CHECK(found.least >= 1.609);
  CHECK(found.most <= 2.611);
  CHECK(found.mean == near(2.11).margin(0.15));
}

TEST_CASE("V14: with a weight the backup waits for three adverts more; with nopreempt for ever") {
  const std::string weight = R"({ "keepalived": { "vrrp_script": { "chk": { "weight": -60 } } } })";
  const Takeovers found = takeovers(told(fault("crash", "haproxy@lb1"), weight));
  CHECK(found.missing == 0);
  CHECK(found.least >= 3.609);
  CHECK(found.most <= 5.611);
  CHECK(found.mean == near(4.61).margin(0.25));
  const Takeovers never =
      takeovers(told(fault("crash", "haproxy@lb1"),
                     merged(weight, R"({ "keepalived": { "nopreempt": true } })")),
                "MASTER", "keepalived@lb2", 4);
  CHECK(never.missing == 4);
}

TEST_CASE("K5: a weight that does not bridge the priorities: nobody takes over") {
  const std::string story = told(
      fault("crash", "haproxy@lb1"),
      R"({ "keepalived": { "vrrp_script": { "chk": { "interval": "2s", "fall": 1, "weight": 2 } },
                                "hosts": { "lb1": { "priority": 103 }, "lb2": { "priority": 100 } } } })");
  const auto run = play(story);
  CHECK(std::isinf(date_of(run, "MASTER")));
  CHECK(date_of(run, "priority", "keepalived@lb1") <= run.fault_start + 2);
  CHECK(failed_from(run, run.fault_start + 0.1, 59) > 350);
}

TEST_CASE("a tracked process is told of by the kernel: the takeover takes the skew") {
  // Priorities 254 and 251: (256 - 251)/256 s.
  const auto run =
      play(told(fault("crash", "haproxy@lb1"),
                R"({ "keepalived": { "track_script": [], "track_process": { "haproxy": {} },
                                  "hosts": { "lb1": { "priority": 254 }, "lb2": { "priority": 251 } } } })"));
  CHECK(date_of(run, "FAULT", "keepalived@lb1") == near(run.fault_start));
  CHECK(date_of(run, "MASTER", "keepalived@lb2") - run.fault_start ==
        near(5 / 256.0).margin(0.001));
}

TEST_CASE("a card without a link is FAULT at once, and the backup hears nothing of it") {
  const Takeovers found = takeovers(told(fault("link_down", "lb1-nic")));
  CHECK(found.least >= 2.609);
  CHECK(found.most <= 3.611);
  const auto run = play(told(fault("link_down", "lb1-nic", R"(, "for": "10s")")));
  CHECK(date_of(run, "FAULT", "keepalived@lb1") == near(run.fault_start));
  // Back again it waits as a backup, ignores the lower priority's adverts and takes the address.
  CHECK(date_of(run, "BACKUP", "keepalived@lb1") == near(run.fault_start + 10));
  CHECK(date_of(run, "MASTER", "keepalived@lb1") ==
        near(run.fault_start + 10 + 3 + (256 - 150) / 256.0).margin(0.001));
  CHECK(date_of(run, "BACKUP", "keepalived@lb2") ==
        near(date_of(run, "MASTER", "keepalived@lb1")).margin(0.001));
}

TEST_CASE("a hung HAProxy is a process; only a page finds out") {
  const std::string hang = fault("hang", "haproxy@lb1");
  CHECK(std::isinf(date_of(play(told(hang)), "MASTER")));
  const auto run =
      play(told(hang, R"({ "keepalived": { "vrrp_script": { "chk": { "checks": "http" } } } })"));
  // Two runs that time out, the first up to a second after the fault.
  const double fault_seen = date_of(run, "FAULT", "keepalived@lb1") - run.fault_start;
  CHECK(fault_seen > 2);
  CHECK(fault_seen < 3.01);
  CHECK(failed_from(run, run.fault_start + 4, 60) == 0);
}

TEST_CASE("nothing tracked: the address stays where nobody listens") {
  const auto run =
      play(told(fault("crash", "haproxy@lb1"), R"({ "keepalived": { "track_script": [] } })"));
  CHECK(std::isinf(date_of(run, "MASTER")));
  CHECK(test::ended(run, Outcome::refused) > 350);
}

TEST_CASE(
    "VR-8: a killed Keepalived leaves its address behind; started again it takes it off first") {
  const auto run = play(told(fault("crash", "keepalived@lb1", R"(, "for": "20s")")));
  CHECK(date_of(run, "MASTER", "keepalived@lb2") < run.fault_start + 3.7);
  // Only what was open when the address moved.
  CHECK(test::requests_of(run) - test::ended(run, Outcome::ok) <= 2);
  CHECK(date_of(run, "MASTER", "keepalived@lb1") ==
        near(run.fault_start + 20 + 3 + (256 - 150) / 256.0).margin(0.001));
}

TEST_CASE("VR-7: nopreempt leaves the address with who has it; preempt_delay for so long") {
  const std::string kill = fault("power_off", "lb1", R"(, "for": "1s", "boot_time": "4s")");
  const auto stays = play(told(kill, R"({ "keepalived": { "nopreempt": true } })"));
  CHECK(std::isinf(date_of(stays, "MASTER", "keepalived@lb1")));
  const auto delayed = play(told(kill, R"({ "keepalived": { "preempt_delay": "10s" } })"));
  const double booted = delayed.fault_start + 5;
  const double back = date_of(delayed, "MASTER", "keepalived@lb1");
  // The delay runs from the first advert of a lower priority, then three adverts are missing.
  CHECK(back > booted + 10 + 2);
  CHECK(back < booted + 1 + 10 + 1 + 3 + 106 / 256.0);
}

TEST_CASE("VR-11: open connections do not move: those of a dead master end when they are used") {
  // Kept connections of ten users who think for two seconds.
  const std::string users =
      R"({ "clients": { "users": { "arrivals": "closed", "users": 10, "think_time": "2s", "rate": null,
                                   "keep_alive": true, "requests_per_connection": 1000, "timeout": "5s" } },
           "haproxy": { "timeout": { "http_request": null, "client": "60s" } } })";
  const auto run = play(told(fault("power_off", "lb1"), users));
  // Who asked in the gap has his answer late, by a reset that a browser answers with a new try.
  CHECK(failed_from(run, run.fault_start + 8, 60) == 0);
}

TEST_CASE("VR-10: without adverts both are masters; the healing ends in one of two ways") {
  const std::string cut =
      R"({ "faults": [{ "kind": "partition", "from": ["lb1"], "to": ["lb2"], "at": "20s", "for": "20s" }],
           "clients": { "users": { "timeout": "5s" } } })";
  int announced = 0, silent = 0;
  for (const auto& run : play_seeds(told(cut), 20)) {
    CHECK(date_of(run, "MASTER", "keepalived@lb2") < 23.7);
    CHECK(std::isinf(date_of(run, "BACKUP", "keepalived@lb1")));
    const double over = date_of(run, "BACKUP", "keepalived@lb2", "", 40);
    CHECK(over < 41.1);
    const bool heard = std::isfinite(date_of(run, "rival", "keepalived@lb1", "", 40));
    (heard ? announced : silent) += 1;
    const std::uint64_t lost = failed_from(run, 41.5, 50);
    // Nobody told the gateway where the address is: it goes on sending to lb2, into silence.
    if (!heard) CHECK(lost > 0);
    if (heard) CHECK(lost == 0);
  }
  CHECK(announced > 3);
  CHECK(silent > 3);
}

TEST_CASE("VR-10: whose worse master answers before it steps down is announced in any case") {
  const std::string cut =
      R"({ "keepalived": { "higher_prio_send_advert": true },
           "faults": [{ "kind": "partition", "from": ["lb1"], "to": ["lb2"], "at": "20s", "for": "20s" }],
           "clients": { "users": { "timeout": "5s" } } })";
  for (const auto& run : play_seeds(told(cut), 10)) {
    CHECK(date_of(run, "BACKUP", "keepalived@lb2", "", 40) < 41.1);
    CHECK(std::isfinite(date_of(run, "rival", "keepalived@lb1", "", 40)));
    CHECK(failed_from(run, 41.5, 50) == 0);
  }
}

TEST_CASE("two pairs with one virtual_router_id and other addresses do not hear each other") {
  const auto run = play(told("{}", R"({ "keepalived": { "hosts": {
      "lb1": { "virtual_ipaddress": ["10.0.0.101"] }, "lb2": { "virtual_ipaddress": ["10.0.0.100"] } } } })"));
  CHECK(std::isinf(date_of(run, "BACKUP")));
  CHECK(test::ended(run, Outcome::ok) == test::requests_of(run));
}

TEST_CASE("version 2 drops adverts of another interval: both have the address") {
  const auto run =
      play(told("{}", R"({ "keepalived": { "hosts": { "lb2": { "advert_int": "2s" } } } })"));
  CHECK(date_of(run, "MASTER", "keepalived@lb2") == near(6.609).margin(0.01));
  CHECK(std::isinf(date_of(run, "BACKUP", "keepalived@lb1")));
}

TEST_CASE("VR-2: version 3 follows the master's interval, and its skew") {
  const std::string fast =
      R"({ "keepalived": { "vrrp_version": 3, "hosts": { "lb1": { "advert_int": "100ms" }, "lb2": { "advert_int": "1s" } } } })";
  const Takeovers found =
      takeovers(told(fault("power_off", "lb1"), fast), "MASTER", "keepalived@lb2", 20);
  CHECK(found.least >= 0.2609);
  CHECK(found.most <= 0.3615);
}

TEST_CASE("active and active: each has an address of its own, and both when the other is gone") {
  const std::string both = R"({ "dns": { "addresses": ["10.0.0.100:80", "10.0.0.101:80"] },
    "clients": { "users": { "connect_to": "", "timeout": "5s" } },
    "keepalived": { "virtual_ipaddress": [], "vrrp_instance": null, "hosts": {
      "lb1": { "vrrp_instance": { "A": { "virtual_router_id": 51, "priority": 150, "virtual_ipaddress": ["10.0.0.100"] },
                                  "B": { "virtual_router_id": 52, "priority": 100, "virtual_ipaddress": ["10.0.0.101"] } } },
      "lb2": { "vrrp_instance": { "A": { "virtual_router_id": 51, "priority": 100, "virtual_ipaddress": ["10.0.0.100"] },
                                  "B": { "virtual_router_id": 52, "priority": 150, "virtual_ipaddress": ["10.0.0.101"] } } } } } })";
  const auto run = play(told(fault("power_off", "lb1"), both));
  CHECK(date_of(run, "MASTER", "keepalived@lb2", "10.0.0.100") - run.fault_start < 3.7);
  CHECK(failed_from(run, run.fault_start + 4, 55) == 0);
}

TEST_CASE(
    "K3: a host that freezes for as long as adverts are waited for: takeovers nobody needed") {
  // Seen at live migrations: about half of the cases with adverts every second, none with every
  // two.
  const auto share = [](const char* lasts, const char* interval) {
    const std::string freeze =
        R"({ "duration": "40s", "keepalived": { "advert_int": ")" + std::string(interval) +
        R"(" }, "faults": [{ "kind": "hang", "target": "lb1", "at": "20s", "jitter": "2s", "for": ")" +
        lasts + R"(" }] })";
    double taken = 0, needless = 0;
    for (const auto& run : play_seeds(told(freeze), 30)) {
      const measure::Takeovers found = measure::takeovers_of(run.events);
      taken += found.all / 30.0;
      needless += found.needless / 30.0;
    }
    CHECK(needless == taken);
    return taken;
  };
  CHECK(share("2500ms", "1s") == 0);
  // The last advert was U(0, 1 s) before: it takes part of 1 s more than 2.609 s.
  CHECK(share("3s", "1s") == near(0.391).margin(0.25));
  CHECK(share("3500ms", "1s") == near(0.891).margin(0.2));
  CHECK(share("4s", "2s") == 0);
}

TEST_CASE(
    "K6: two checks that race: a script through the load balancer moves the address for a server") {
  // HAProxy takes a silent server out after 3 to 4 s, a script that fails twice gives up after 2
  // to 4.
  const auto needless = [](const char* fall) {
    const std::string race =
        R"({ "duration": "40s", "clients": { "users": { "arrivals": "poisson" } }, "keepalived": { "vrrp_script": { "chk": {
        "checks": "http", "through": true, "interval": "2s", "fall": )" +
        std::string(fall) + R"( } } },
      "haproxy": { "default_server": { "check": { "kind": "httpchk", "inter": "1s", "fall": 2 } } } })";
    int runs = 0;
    for (const auto& run : play_seeds(told(fault("power_off", "server1"), race), 30))
      runs += measure::takeovers_of(run.events).needless > 0;
    return runs;
  };
  CHECK(needless("2") >= 1);
  CHECK(needless("2") <= 15);
  CHECK(needless("3") == 0);
}

TEST_CASE("V15: nobody has the address: EHOSTUNREACH after three questions") {
  const auto run =
      play(told(R"({ "duration": "20s", "clients": { "users": { "start": "2s" } }, "faults": [
      { "kind": "stop", "target": "keepalived@lb1", "at": "1s" },
      { "kind": "stop", "target": "keepalived@lb2", "at": "1s" }] })"));
  for (const auto& one : run.samples)
    if (one.outcome == Outcome::unreachable)
      CHECK(one.end - one.arrival < 3.08);  // less: the question was asked already
  CHECK(test::ended(run, Outcome::unreachable) > 140);
}

TEST_CASE("TCP-6: a kernel tells fifty at a time that there is no neighbour, the others wait on") {
  // Measured with 50 a second: 50 hear it after 3.1 s, 50 after 6.17 s.
  const auto run = play(told(R"({ "duration": "20s",
    "clients": { "users": { "start": "2s", "rate": "50/s" } }, "faults": [
      { "kind": "stop", "target": "keepalived@lb1", "at": "1s" },
      { "kind": "stop", "target": "keepalived@lb2", "at": "1s" }] })"));
  std::map<double, int> heard;  // when, how many
  for (const auto& one : run.samples)
    if (one.outcome == Outcome::unreachable) ++heard[std::round(one.end)];
  REQUIRE(heard.size() >= 4);
  for (const auto& [date, number] : heard) CHECK(number <= 52);
  CHECK(heard.begin()->second == near(50).margin(2));
  CHECK(std::next(heard.begin())->second == near(50).margin(2));
}

TEST_CASE("VR-9: a first burst of gratuitous ARP that is lost costs until the second, 5 s later") {
  const std::string lost = R"({ "clients": { "users": { "timeout": "500ms" } }, "faults": [
      { "kind": "power_off", "target": "lb1", "at": "20s" },
      { "kind": "partition", "from": ["lb2"], "to": ["clients"], "one_way": true, "at": "20s", "for": "5s" }] })";
  const auto run = play(told(lost));
  const double taken = date_of(run, "MASTER", "keepalived@lb2");
  CHECK(failed_from(run, taken + 0.1, taken + 4.9) >= 47);
  CHECK(failed_from(run, taken + 5.1, 60) == 0);
}

TEST_CASE("VR-13: adverts of another version are not heard: both have the address") {
  const auto run =
      play(told("{}", R"({ "keepalived": { "hosts": { "lb2": { "vrrp_version": 3 } } } })"));
  CHECK(std::isfinite(date_of(run, "MASTER", "keepalived@lb2")));
  CHECK(std::isinf(date_of(run, "BACKUP")));
}

TEST_CASE("VR-7: state MASTER makes no start faster") {
  const auto run = play(told(
      "{}",
      R"({ "keepalived": { "fresh_start": true, "hosts": { "lb1": { "state": "MASTER" } } } })"));
  CHECK(date_of(run, "MASTER", "keepalived@lb1") == near(3 + (256 - 150) / 256.0).margin(0.01));
}

// The invariants of who waits for an address look ten times a second: a restart begins anew.
TEST_CASE("VR-7: who is restarted in no time waits from the beginning") {
  const auto run = play(told(
      R"({ "operations": { "again": { "kind": "restart", "target": "keepalived@lb1",
                                      "down_for": "0s", "at": "2s" } } })",
      R"({ "keepalived": { "fresh_start": true, "hosts": { "lb2": null } },
           "haproxy": { "hosts": { "lb2": null } } })"));
  CHECK(date_of(run, "MASTER", "keepalived@lb1") == near(2 + 3 + (256 - 150) / 256.0).margin(0.01));
}

TEST_CASE("VR-5: who starts while its script hangs takes nothing, and says that it is at fault") {
  const auto run = play(told(
      R"({ "faults": [{ "kind": "hang", "target": "haproxy@lb1", "at": "5s" },
                      { "kind": "crash", "target": "keepalived@lb1", "at": "10s", "for": "10s" }] })",
      R"({ "keepalived": { "vrrp_script": { "chk": { "checks": "http", "timeout": "5s" } } } })"));
  CHECK(date_of(run, "MASTER", "keepalived@lb2") < 17);
  CHECK(date_of(run, "FAULT", "keepalived@lb1", "", 20) == near(25).margin(0.02));
  CHECK(std::isinf(date_of(run, "MASTER", "keepalived@lb1", "", 20)));
}

TEST_CASE(
    "VR-5: a script whose time-out is longer than its interval is started each interval all the "
    "same") {
  const std::string slow =
      R"({ "keepalived": { "vrrp_script": { "chk": { "checks": "http", "timeout": "5s" } } } })";
  for (const auto& run : play_seeds(told(fault("hang", "haproxy@lb1"), slow), 5)) {
    // U(0, 1) + 5 + (2 - 1) x 1 s
    const double took = date_of(run, "FAULT", "keepalived@lb1") - run.fault_start;
    CHECK(took >= 6);
    CHECK(took <= 7.01);
  }
}

TEST_CASE("who has the address when the run begins has the highest priority with its weights") {
  const auto run =
      play(told("{}", R"({ "keepalived": { "hosts": { "lb1": { "priority": 101 }, "lb2": {
      "priority": 100, "vrrp_script": { "chk": { "checks": "process", "weight": 50 } } } } } })"));
  CHECK(std::isinf(date_of(run, "MASTER")));
}

TEST_CASE("a host that is frozen while its power is off stays frozen") {
  const auto run = play(told(R"({ "faults": [
      { "kind": "power_off", "target": "lb1", "at": "10s", "for": "5s", "boot_time": "2s" },
      { "kind": "hang", "target": "lb1", "at": "12s", "for": "25s" }] })"));
  CHECK(date_of(run, "MASTER", "keepalived@lb2") < 13.7);
  const double back = date_of(run, "MASTER", "keepalived@lb1");
  CHECK(back > 37 + 3.4);
  CHECK(back < 37 + 3.5);
  for (const auto& one : run.events)
    if (one.source.ends_with("@lb1")) CHECK((one.time < 12 || one.time >= 37));
}

TEST_CASE("instances with names are shared, and each host says what differs") {
  const auto run = play(told(fault("power_off", "lb1"), R"({ "keepalived": {
      "virtual_ipaddress": [], "vrrp_instance": { "VI_1": { "virtual_ipaddress": ["10.0.0.100"], "priority": 100 } },
      "hosts": { "lb1": { "priority": null, "vrrp_instance": { "VI_1": { "priority": 150 } } }, "lb2": { "priority": null } } } })"));
  const double took = date_of(run, "MASTER", "keepalived@lb2") - run.fault_start;
  CHECK(took > 2.6);
  CHECK(took < 3.62);
}

TEST_CASE("the words of a balancer that nobody comes by end no errors, and help nobody") {
  int sooner = 0;                                // it says so first, and nearer to the last error
  for (int at = 20000; at < 22000; at += 200) {  // ms; checks come every 2 s
    const report::Campaign campaign = test::campaign_of_story(
        merged(pair, R"({ "haproxy": { "default_server": { "check": { "kind": "httpchk",
          "inter": "2s", "fall": 1 } }, "timeout": { "connect": "1s", "server": "1s" },
          "hosts": { "lb2": { "servers": { "server1": { "check": { "inter": "1700ms" } } } } } },
          "faults": [{ "kind": "hang", "target": "nginx@server1", "for": "20s", "at": ")" +
                         std::to_string(at) + R"(ms" }] })"));
    const auto& run = campaign.results[0];
    const double by_active = date_of(run, "DOWN", "haproxy@lb1", "server1", 20);
    sooner += date_of(run, "DOWN", "haproxy@lb2", "server1", 20) < by_active;
    CHECK(by_active < 26);
    CHECK(report::errors_ended_by(campaign) == "when haproxy@lb1 says server1 DOWN");
    CHECK(report::finding_of(campaign, "nginx@server1", "hang", 8).acted_by == "haproxy@lb1");
  }
  CHECK(sooner > 0);
}

TEST_CASE("who takes an address over acts, not who gives it up") {
  const report::Campaign campaign =
      test::campaign_of_story(told(fault("crash", "haproxy@lb1", R"(, "for": "20s")")));
  CHECK(report::finding_of(campaign, "haproxy@lb1", "crash", 8).acted_by == "keepalived@lb2");
}
