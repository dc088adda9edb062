#include "plan/breaks.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "scenario/check.hpp"
#include "scenario/load.hpp"
#include "scenario/strikes.hpp"

using namespace spof;
using namespace spof::plan;

namespace {

using Names = std::vector<std::string>;

scenario::Scenario baseline(const Names& sets = {}) {
  const auto loaded = scenario::load(SPOF_SOURCE_DIR "/scenarios/baseline.json", sets);
  INFO(loaded.mistakes);
  REQUIRE(loaded.scenario);
  return *loaded.scenario;
}

/// The same on one machine beside the load balancer's.
scenario::Scenario single_server() {
  scenario::Scenario one = baseline();
  one.haproxy.hosts[0].second.servers.pop_back();
  one.nginx.hosts.pop_back();
  one.app.hosts.pop_back();
  one.mysql.hosts.pop_back();
  return one;
}

Names names_of(const std::vector<Break>& breaks) {
  Names names;
  for (const Break& one : breaks) names.push_back(one.name());
  return names;
}

/// What every one of these parts can suffer.
void expect(Names& names, const Names& parts, const Names& kinds) {
  for (const std::string& part : parts)
    for (const std::string& kind : kinds) names.push_back(part + " " + kind);
}

const Break& named(const std::vector<Break>& breaks, const std::string& name) {
  INFO(name);
  const auto found = std::find_if(breaks.begin(), breaks.end(),
                                  [&](const Break& one) { return one.name() == name; });
  REQUIRE(found != breaks.end());
  return *found;
}

const Names of_daemons{"crash", "hang", "slow", "error"};
const Names of_databases{"power_off", "slow disk", "disk_full"};
const Names of_links{"link_down", "latency", "loss", "bandwidth"};

bool mentions(const Names& names, const std::string& part) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return name.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("every part of the baseline fails in every way that applies") {
  Names wanted;
  expect(wanted,
         {"dns@ns1", "dns@ns2", "haproxy@lb1", "nginx@server1", "nginx@server2", "app@server1",
          "app@server2", "mysql@server1", "mysql@server2"},
         of_daemons);
  expect(wanted, {"ns1", "ns2", "lb1"}, {"power_off"});
  expect(wanted, {"server1", "server2"}, of_databases);
  expect(wanted, {"internet", "lb1-nic", "ns1-nic", "ns2-nic", "server1-nic", "server2-nic"},
         of_links);
  expect(wanted,
         {"ns1 | ns2", "ns1 | lb1", "ns1 | server1", "ns1 | server2", "ns2 | lb1", "ns2 | server1",
          "ns2 | server2", "lb1 | server1", "lb1 | server2", "server1 | server2"},
         {"partition"});
  CHECK(names_of(breaks_of(baseline())) == wanted);
}

TEST_CASE(
    "a stack with a firewall or TLS also meets the wrong rule, the certificate's end, floods") {
  const Names quiet = names_of(breaks_of(baseline()));
  for (const char* kind : {"firewall_rule", "certificate_expiry", "flood", "slowloris"})
    CHECK_FALSE(mentions(quiet, kind));
  scenario::Scenario scenario = baseline();
  scenario.haproxy.hosts.front().second.tls.emplace();
  const auto breaks = breaks_of(scenario);
  for (const char* name : {"haproxy@lb1 certificate_expiry", "haproxy@lb1 syn flood",
                           "haproxy@lb1 slowloris", "haproxy@lb1 http flood"})
    CHECK(mentions(names_of(breaks), name));
  CHECK_FALSE(mentions(names_of(breaks), "nginx@server1 certificate_expiry"));
  // They come with the fault and go with it, and their failures are nobody's outage.
  const Break& flood = named(breaks, "haproxy@lb1 http flood");
  const auto attacked = broken(scenario, flood);
  REQUIRE(attacked.clients.size() == scenario.clients.size() + 1);
  const auto& attackers = attacked.clients.back().second;
  const Times times = times_of(scenario, flood);
  CHECK(attackers.attacks());
  CHECK(attackers.start == near(times.at));
  CHECK(*attackers.stop == near(times.at + times.lasts));
}

TEST_CASE("what parts share breaks as one, strikes all it names, and has a rate") {
  scenario::Scenario scenario = baseline();
  scenario.shared = {{"switch", {"link_down", {"server1-nic", "server2-nic"}}},
                     {"release", {"crash", {"app@server1", "app@server2"}}}};
  const auto breaks = breaks_of(scenario);
  CHECK(breaks.size() == breaks_of(baseline()).size() + 2);
  const Break& cut = named(breaks, "switch link_down");
  REQUIRE(cut.faults.size() == 1);
  CHECK(cut.daemons == Names{"nginx@server1", "nginx@server2", "app@server1", "app@server2",
                             "mysql@server1", "mysql@server2"});
  const auto broke = broken(scenario, cut);
  const auto strikes = scenario::strikes_of(broke, 3);
  REQUIRE(strikes.size() == 2);
  CHECK(fault::target_of(*strikes[0].fault) == "server1-nic");
  CHECK(fault::target_of(*strikes[1].fault) == "server2-nic");
  CHECK(strikes[0].begin == strikes[1].begin);
  CHECK(strikes[0].number != strikes[1].number);
  using scenario::rate_of;
  CHECK(rate_of(scenario, "link_down", "switch").per_year ==
        rate_of(scenario, "link_down", "server1-nic").per_year);
  CHECK(rate_of(scenario, "crash", "release").per_year ==
        near(0.05 * rate_of(scenario, "crash", "app@server1").per_year));
}

TEST_CASE("a break is one fault of its kind on its target") {
  const auto breaks = breaks_of(baseline());
  for (const Break& one : breaks) {
    INFO(one.name());
    REQUIRE(one.faults.size() == 1);
    CHECK(fault::target_of(one.faults[0]) == one.target);
    if (one.kind != "slow disk") CHECK(fault::kind_of(one.faults[0]) == one.kind);
  }
  const auto* disk = std::get_if<fault::Slow>(&named(breaks, "server1 slow disk").faults[0]);
  REQUIRE(disk);
  CHECK(disk->resource == fault::Resource::disk);
  const auto* daemon = std::get_if<fault::Slow>(&named(breaks, "mysql@server1 slow").faults[0]);
  REQUIRE(daemon);
  CHECK(daemon->resource != fault::Resource::disk);
}

TEST_CASE("a card that clients share with the stack is part of the stack") {
  scenario::Scenario scenario = baseline();
  CHECK_FALSE(mentions(names_of(breaks_of(scenario)), "clients"));
  scenario.clients[0].second.host = "lb1";
  CHECK(mentions(names_of(breaks_of(scenario)), "lb1-nic link_down"));
}

TEST_CASE("a link that clients share with a server is part of the stack") {
  std::string folder = std::filesystem::temp_directory_path() / "spof-breaks-XXXXXX";
  REQUIRE(mkdtemp(folder.data()));
  std::ofstream(folder + "/lan.xml") << R"(<?xml version='1.0'?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">
  <zone id="lan" routing="Full">
    <host id="clients" speed="1Gf"/><host id="web" speed="1Gf"/><host id="own" speed="1Gf"/>
    <link id="lan" bandwidth="125MBps" latency="50us"/>
    <link id="line" bandwidth="125MBps" latency="50us"/>
    <route src="clients" dst="web"><link_ctn id="lan"/></route>
    <route src="own" dst="web"><link_ctn id="line"/><link_ctn id="lan"/></route>
    <route src="own" dst="clients"><link_ctn id="line"/><link_ctn id="lan"/></route>
  </zone>
</platform>)";
  scenario::Scenario scenario = baseline();
  scenario.platform_file = folder + "/lan.xml";
  scenario.dns.hosts.clear();
  scenario.haproxy.hosts.clear();
  scenario.app.hosts.clear();
  scenario.mysql.hosts.clear();
  scenario.nginx.hosts = {{"web", {}}};
  const Names shared = names_of(breaks_of(scenario));
  CHECK(mentions(shared, "lan link_down"));
  scenario.clients[0].second.host = "own";
  const Names apart = names_of(breaks_of(scenario));
  CHECK(mentions(apart, "lan link_down"));
  CHECK_FALSE(mentions(apart, "line link_down"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("one server, or none with a database, has fewer failures") {
  const Names one = names_of(breaks_of(single_server()));
  CHECK_FALSE(mentions(one, "@server2"));
  CHECK_FALSE(mentions(one, "server2 power_off"));
  CHECK_FALSE(mentions(one, "| server2"));
  CHECK(mentions(one, "lb1 | server1 partition"));
  CHECK(mentions(one, "server1 slow disk"));

  scenario::Scenario without = baseline();
  without.mysql.hosts.clear();
  const Names names = names_of(breaks_of(without));
  CHECK_FALSE(mentions(names, "mysql"));
  CHECK_FALSE(mentions(names, "disk"));
  CHECK(mentions(names, "server1 power_off"));
}

TEST_CASE("pairs are every two parts, each gone in its hardest way") {
  const scenario::Scenario scenario = baseline();
  const auto pairs = pairs_of(scenario);
  // 9 daemons, 5 hosts, 6 links; not the 9 of a daemon and its own host.
  CHECK(pairs.size() == 20 * 19 / 2 - 9);
  const Break& twins = named(pairs, "nginx@server1 + nginx@server2 crash");
  REQUIRE(twins.faults.size() == 2);
  CHECK(fault::target_of(twins.faults[0]) == "nginx@server1");
  CHECK(fault::target_of(twins.faults[1]) == "nginx@server2");
  const Break& mixed = named(pairs, "haproxy@lb1 + server1 crash + power_off");
  CHECK(std::holds_alternative<fault::Crash>(mixed.faults[0]));
  CHECK(std::holds_alternative<fault::PowerOff>(mixed.faults[1]));
  const Break& wire = named(pairs, "server1 + server2-nic power_off + link_down");
  CHECK(std::holds_alternative<fault::LinkDown>(wire.faults[1]));
  CHECK_FALSE(mentions(names_of(pairs), "nginx@server1 + server1 "));

  Names all = names_of(pairs), singles = names_of(breaks_of(scenario));
  all.insert(all.end(), singles.begin(), singles.end());
  std::sort(all.begin(), all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}

TEST_CASE("a broken scenario has this failure and no other, and expects nothing") {
  const auto scenario = baseline(
      {R"(/faults=[{"kind":"hang","target":"app@server1","at":"7s","for":"1s","times":3,"every":"9s"}])"});
  REQUIRE(scenario.expect.size() > 1);
  const auto pairs = pairs_of(scenario);
  const auto broke = broken(scenario, named(pairs, "nginx@server1 + nginx@server2 crash"));
  CHECK(broke.expect.empty());
  REQUIRE(broke.faults.size() == 2);
  for (const fault::Fault& fault : broke.faults)
    CHECK(fault::kind_of(fault) == std::string("crash"));
  CHECK(scenario.faults.size() == 1);
  CHECK(broke.haproxy.hosts.size() == scenario.haproxy.hosts.size());
}

TEST_CASE("failures strike after the start and are over before the end, however long the run") {
  for (const char* duration : {"1s", "30s", "120s", "100000s"}) {
    INFO(duration);
    const auto scenario = baseline({std::string("/duration=") + duration});
    for (const Break& what : breaks_of(scenario)) {
      const auto broke = broken(scenario, what);
      const fault::Schedule& when = fault::schedule_of(broke.faults.at(0));
      CHECK(*when.at > 0.1 * scenario.duration);
      REQUIRE(when.lasts);
      CHECK(*when.at + when.jitter + *when.lasts < 0.7 * scenario.duration + what.remembered);
      CHECK(broke.duration == near(scenario.duration + what.remembered));
      CHECK(when.jitter > 0);
      CHECK(when.jitter <= 2.0);
      // What has settled is measured in whole windows: there must be some.
      CHECK(broke.window.value_or(1) > 0);
      CHECK(broke.window.value_or(1) <=
            settled_share * (*when.lasts - what.remembered) / settled_windows);
    }
  }
}

TEST_CASE("a name server is gone until nobody remembers what it said") {
  const auto scenario = baseline({"/dns/ttl=200s"});
  for (const Break& what : breaks_of(scenario)) {
    INFO(what.name());
    Names gone;
    expect(gone, {"dns@ns1", "dns@ns2"}, {"crash", "hang", "error"});
    expect(gone, {"ns1", "ns2"}, {"power_off"});
    expect(gone, {"ns1-nic", "ns2-nic"}, {"link_down"});
    const bool is_gone = std::find(gone.begin(), gone.end(), what.name()) != gone.end();
    CHECK(what.remembered == (is_gone ? 200 : 0));
    const Times times = times_of(scenario, what);
    CHECK(times.lasts - times.settled == near((is_gone ? 200 : 0) + 0.6 * 60));
  }
  for (const Break& pair : pairs_of(scenario))
    CHECK((pair.remembered == 200) == (pair.target.find("ns") != std::string::npos));
  // With nothing broken, at the same dates.
  const auto nothing_then = broken(scenario, nothing(scenario, 200));
  CHECK(nothing_then.duration == near(320));
  CHECK(nothing(scenario, 200).name() != nothing(scenario, 0).name());
  // What lives longer than anybody would wait for.
  for (const Break& what : breaks_of(baseline({"/dns/ttl=601s"}))) CHECK(what.remembered == 0);
}

TEST_CASE("wide windows are made narrower for what has settled, others are left as they are") {
  const Break what = breaks_of(baseline()).at(0);
  const auto window = [&](const Names& sets) { return broken(baseline(sets), what).window; };
  CHECK_FALSE(window({}));
  CHECK(window({"/window=2s"}) == Seconds(2));
  CHECK(double(window({"/window=60s"}).value()) == near(120 * 0.5 * 0.4 / 10));
  CHECK(double(window({"/duration=10s"}).value()) == near(0.2));
}

TEST_CASE("every failure of every shipped stack is a fault that a scenario may have") {
  for (const char* name : {"baseline", "active-passive", "dns-down", "slow-replication"}) {
    const auto loaded =
        scenario::load(SPOF_SOURCE_DIR "/scenarios/" + std::string(name) + ".json", {});
    REQUIRE(loaded.scenario);
    auto all = breaks_of(*loaded.scenario);
    for (Break& pair : pairs_of(*loaded.scenario)) all.push_back(std::move(pair));
    // One survey of the platform for all of them: every fault at once.
    auto broke = *loaded.scenario;
    broke.faults.clear();
    for (const Break& what : all)
      for (const fault::Fault& fault : broken(*loaded.scenario, what).faults)
        broke.faults.push_back(fault);
    broke.expect.clear();
    Mistakes mistakes;
    scenario::check(broke, mistakes);
    INFO(name);
    CHECK(mistakes.empty());
  }
}

TEST_CASE("with a host and with its network card the daemons on it are struck") {
  const Names server1 = {"nginx@server1", "app@server1", "mysql@server1"};
  for (const Break& what : breaks_of(baseline())) {
    INFO(what.name());
    if (what.target == "server1" || what.target == "server1-nic") CHECK(what.daemons == server1);
    if (what.target == "app@server1") CHECK(what.daemons == Names{"app@server1"});
    if (what.target == "ns1 | lb1") CHECK(what.daemons == Names{"dns@ns1", "haproxy@lb1"});
  }
}

TEST_CASE("a name server's own time to live says how long it is remembered") {
  const auto breaks = breaks_of(baseline({R"(/dns/hosts={"ns1":{},"server2":{"ttl":"60s"}})"}));
  for (const Break& what : breaks) {
    if (what.name() == "dns@ns1 crash") CHECK(what.remembered == 300);
    if (what.name() == "dns@server2 crash") CHECK(what.remembered == 60);
  }
}

TEST_CASE("a manager of databases fails as a daemon; what it mistakes for a death is broken, too") {
  const auto loaded = scenario::load(SPOF_SOURCE_DIR "/scenarios/primary-crash-failover.json", {});
  INFO(loaded.mistakes);
  REQUIRE(loaded.scenario);
  const auto breaks = breaks_of(*loaded.scenario);
  const Names names = names_of(breaks);
  for (const char* kind : {"crash", "hang"})
    named(breaks, std::string("db_manager@witness ") + kind);
  // Nobody asks it for anything.
  for (const char* kind : {"slow", "error"})
    CHECK_FALSE(mentions(names, std::string("db_manager@witness ") + kind));
  named(breaks, "witness power_off");
  named(breaks, "mysql@server1 hang");
  const Break& cut = named(breaks, "server1 | witness partition");
  CHECK(std::find(cut.daemons.begin(), cut.daemons.end(), "mysql@server1") != cut.daemons.end());
}

TEST_CASE("a matrix asks what the stack bears by itself: who is called comes too late") {
  scenario::Scenario scenario = baseline();
  scenario.people.hosts.emplace_back("clients", stack::OperatorOptions());
  const Break crash = named(breaks_of(scenario), "mysql@server1 crash");
  const auto alone = broken(scenario, crash).people.hosts.front().second;
  const double end = times_of(scenario, crash).duration;
  CHECK(alone.respond.mean() > end);
  CHECK(alone.respond_at_night.mean() > end);
}
