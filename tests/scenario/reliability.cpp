#include "scenario/reliability.hpp"

#include <set>

#include "catch.hpp"
#include "scenario/document.hpp"
#include "scenario/scenario.hpp"

using namespace spof;
using namespace spof::scenario;

namespace {

const RatedParts parts{{"haproxy@lb1", "nginx@server1", "mysql@server1"},
                       {"clients", "lb1", "server1", "server2"},
                       {"lb1-nic", "server1-nic"},
                       true};

/// What is said of this "reliability".
std::string said(const std::string& text, const RatedParts& known = parts) {
  Mistakes mistakes;
  const Document document =
      parse_document("{\n  \"reliability\": " + text + "\n}", "file.json", mistakes);
  Reliability reliability;
  if (mistakes.empty())
    read_fields(document.value.at("reliability"), reliability, mistakes, "/reliability");
  if (mistakes.empty()) check_reliability(reliability, known, mistakes);
  return format_mistakes(document, mistakes);
}
std::string said_of(const std::string& name) {
  return said("{ \"rates\": { \"" + name + "\": { \"per_year\": 1 } } }");
}

Scenario with(std::vector<std::pair<std::string, RateOverride>> rates) {
  Scenario scenario;
  scenario.reliability.rates = std::move(rates);
  return scenario;
}

}  // namespace

TEST_CASE("every kind of fault has a default rate for whatever it can be aimed at") {
  const Scenario scenario;
  const auto rated = [&](const std::string& kind, const std::string& target) {
    const FailureRate rate = rate_of(scenario, kind, target);
    INFO(kind << " of " << target << ": " << rate.source);
    CHECK(rate.source != "not counted: no default");
    CHECK_FALSE(rate.source.empty());
    CHECK_FALSE(rate.repair_source.empty());
  };
  for (const char* kind :
       {"crash", "hang", "slow", "error", "restart", "stop", "maintenance", "reload"})
    for (const char* target : {"haproxy@a", "nginx@a", "app@a", "mysql@a", "dns@a"})
      rated(kind, target);
  for (const char* kind : {"power_off", "disk_full", "slow", "slow disk"}) rated(kind, "server1");
  for (const char* kind : {"link_down", "latency", "loss", "bandwidth"}) rated(kind, "server1-nic");
  rated("partition", "server1 | server2");
  // A new kind of fault wants a row in the table, and a place above.
  std::set<std::string> listed;
  for (const DefaultRate& row : default_rates()) listed.insert(row.kind);
  const auto kinds = rated_kinds();
  CHECK(listed == std::set<std::string>(kinds.begin(), kinds.end()));
  CHECK(rate_of(scenario, "meteor", "server1").per_year == 0);
}

TEST_CASE("default rates are those of the literature, in failures a year and seconds") {
  const Scenario scenario;
  CHECK(rate_of(scenario, "power_off", "server1").per_year == 0.5);
  CHECK(rate_of(scenario, "power_off", "server1").mean_repair == 3600);
  CHECK(rate_of(scenario, "link_down", "lb1-nic").per_year == 0.05);
  CHECK(rate_of(scenario, "link_down", "lb1-nic").mean_repair == 4 * 3600);
  CHECK(rate_of(scenario, "crash", "haproxy@lb1").per_year == 0.2);
  CHECK(rate_of(scenario, "crash", "mysql@server1").per_year == 1.5);
  CHECK(rate_of(scenario, "crash", "mysql@server1").mean_repair == 25 * 60);
  CHECK(rate_of(scenario, "stop", "mysql@server1").per_year == 0);
  for (const DefaultRate& row : default_rates()) {
    INFO(row.kind << " of " << row.part);
    CHECK(row.per_year >= 0);
    CHECK(row.repair >= 0);
    // What nobody has published says so.
    const std::string source = row.source;
    const bool marked = source.find("unverified") != std::string::npos ||
                        source.find("assumption") != std::string::npos ||
                        source.find("not counted") != std::string::npos ||
                        source.find(" 20") != std::string::npos;
    CHECK(marked);
  }
}

TEST_CASE("the more specific rate wins, rate and repair each by itself") {
  const Scenario scenario = with({{"crash of mysql@server1", {7.0, {}}},
                                  {"crash of mysql", {3.0, Seconds(600)}},
                                  {"power_off of host", {0.1, {}}},
                                  {"partition of server2 | server1", {0.7, {}}}});
  const FailureRate one = rate_of(scenario, "crash", "mysql@server1");
  CHECK(one.per_year == 7);
  CHECK(one.mean_repair == 600);
  CHECK(one.source == "the scenario: crash of mysql@server1");
  CHECK(one.repair_source == "the scenario: crash of mysql");
  CHECK(rate_of(scenario, "crash", "mysql@server2").per_year == 3);
  CHECK(rate_of(scenario, "hang", "mysql@server1").per_year == 0.3);
  CHECK(rate_of(scenario, "crash", "nginx@server1").per_year == 1.5);
  CHECK(rate_of(scenario, "power_off", "server1").per_year == 0.1);
  CHECK(rate_of(scenario, "power_off", "server1").mean_repair == 3600);
  CHECK(rate_of(scenario, "partition", "server1 | server2").per_year == 0.7);
  CHECK(rate_of(scenario, "partition", "server1 | server3").per_year == 0.1);
}

TEST_CASE("where only clients sit nothing fails, unless the scenario says so") {
  Scenario scenario = with({});
  scenario.clients = {{"visitors", {}}};
  scenario.clients[0].second.host = "home";
  CHECK(rate_of(scenario, "power_off", "home").per_year == 0);
  scenario.nginx.hosts = {{"home", {}}};
  CHECK(rate_of(scenario, "power_off", "home").per_year == 0.5);
  scenario.nginx.hosts.clear();
  scenario.reliability.rates = {{"power_off of home", {2.0, {}}}};
  CHECK(rate_of(scenario, "power_off", "home").per_year == 2);
}

TEST_CASE("wrong rates: what is wrong, what is allowed, and where") {
  CHECK(said(R"({ "rates": { "crash of haproxy": { "per_year": 1.5, "repair": "10m" },
                             "slow of server1": { "per_year": 0 },
                             "slow disk of server1": { "repair": "1h" },
                             "partition of hosts": { "per_year": 0 },
                             "partition of lb1,server1 | server2": { "per_year": 0 },
                             "partition of lb1 to server2": { "per_year": 0 },
                             "link_down of link": { "per_year": 2 } },
                  "common_cause": "10%" })") == "");
  const std::string at = "file.json:2:31: error: /reliability/rates/";
  CHECK(said_of("crsh of haproxy") ==
        at + "crsh of haproxy: unknown kind \"crsh\"; did you mean \"crash\"?\n");
  CHECK(said_of("crash of mysql@server9") ==
        at + "crash of mysql@server9: nothing that can have a \"crash\" is called "
             "\"mysql@server9\"; did you mean \"mysql@server1\"?\n");
  CHECK(said_of("power_off of link") ==
        at + "power_off of link: nothing that can have a \"power_off\" is called \"link\"; "
             "allowed: host, clients, lb1, server1, server2\n");
  CHECK(said_of("crash of host").find("allowed: haproxy, nginx, app, mysql, dns, haproxy@lb1") !=
        std::string::npos);
  CHECK(said_of("haproxy") == at +
                                  "haproxy: \"haproxy\" is not \"KIND of TARGET\", such as \"crash "
                                  "of haproxy\"\n");
  CHECK(said_of("partition of server1") ==
        at + "partition of server1: \"server1\" is not \"hosts\" or two sides such as \"server1 | "
             "server2\"\n");
  CHECK(said_of("partition of server1 | server3").find("did you mean \"server1\"?") !=
        std::string::npos);
  CHECK(said(R"({ "rates": { "crash of nginx": {} } })")
            .find("says nothing; give \"per_year\", \"repair\" or both") != std::string::npos);
  CHECK(said(R"({ "rates": { "crash of nginx": { "per_year": -1 } } })")
            .find("/per_year: must be at least 0") != std::string::npos);
  CHECK(said(R"({ "rates": { "crash of nginx": { "repair": 5 } } })").find("5 has no unit") !=
        std::string::npos);
  CHECK(said(R"({ "common_cause": 2 })") != "");
}

TEST_CASE("without a platform nothing is said of hosts and links") {
  RatedParts unknown = parts;
  unknown.hosts.clear();
  unknown.links.clear();
  unknown.has_platform = false;
  const auto one = [&](const std::string& name) {
    return said("{ \"rates\": { \"" + name + "\": { \"per_year\": 1 } } }", unknown);
  };
  CHECK(one("power_off of server7") == "");
  CHECK(one("link_down of server7-nic") == "");
  CHECK(one("partition of server7 | server8") == "");
  CHECK(one("crash of mysql@server7") != "");
}
