// Who talks to whom in a run is what the topology says, for every shipped scenario.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "plan/pool.hpp"
#include "scenario/load.hpp"
#include "scenario/topology.hpp"
#include "world/run.hpp"

using namespace spof;

namespace {

using Pairs = std::set<std::string>;

std::string pair(const std::string& from, const std::string& to) { return from + " -> " + to; }

Pairs told(const scenario::Scenario& scenario) {
  Pairs pairs;
  for (const scenario::Edge& edge : scenario::topology_of(scenario).edges)
    pairs.insert(pair(edge.from, edge.wire.host + ":" + std::to_string(edge.wire.port)));
  return pairs;
}

std::vector<scenario::Scenario> shipped() {
  std::vector<scenario::Scenario> all;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(SPOF_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".json" || entry.path().filename() == "scenario.schema.json")
      continue;
    auto loaded = scenario::load(entry.path().string(), {});
    INFO(loaded.mistakes);
    REQUIRE(loaded.scenario);
    all.push_back(std::move(*loaded.scenario));
  }
  return all;
}

/// The pairs in which one dialled the other, by scenario; a line each.
std::map<std::string, Pairs> seen(const std::vector<scenario::Scenario>& scenarios) {
  std::map<std::string, Pairs> all;
  plan::Work work;
  work.count = scenarios.size();
  work.job = [&](std::size_t i) {
    std::string text;
    for (const auto& [from, to] :
         world::run(scenarios[i], {scenarios[i].seed, false, true}).dialled)
      text += pair(from, to) + "\n";
    return plan::Payload(text.begin(), text.end());
  };
  work.deliver = [&](std::size_t i, plan::JobResult<plan::Payload> result) {
    INFO(scenarios[i].name << result.failure);
    REQUIRE(result.value);
    std::string line;
    for (const std::uint8_t byte : *result.value)
      if (byte == '\n')
        all[scenarios[i].name].insert(std::exchange(line, ""));
      else
        line += static_cast<char>(byte);
  };
  plan::run_jobs(work, plan::usable_processors());
  return all;
}

/// Only where a manager tells applications and databases of another primary.
bool comes_of_a_failover(const std::string& pair) {
  return pair.ends_with(":8001") || (!pair.starts_with("db_manager@") && pair.ends_with(":3306"));
}

}  // namespace

TEST_CASE("every shipped run makes the connections that its topology tells of, and no others") {
  const auto scenarios = shipped();
  REQUIRE(scenarios.size() > 20);
  const auto all = seen(scenarios);
  for (const scenario::Scenario& one : scenarios) {
    INFO(one.name);
    Pairs by_configuration = all.at(one.name), wanted = told(one);
    if (!one.db_manager.hosts.empty()) {
      std::erase_if(by_configuration, comes_of_a_failover);
      std::erase_if(wanted, comes_of_a_failover);
    }
    // A name server after the first is asked when that is silent.
    for (std::size_t i = 1; i < one.dns.hosts.size(); ++i)
      for (Pairs* pairs : {&by_configuration, &wanted})
        std::erase_if(*pairs, [&](const auto& pair) {
          return pair.ends_with("-> " + one.dns.hosts[i].first + ":53");
        });
    // An operator looks where he is called to, and an alert goes out when there is one.
    for (Pairs* pairs : {&by_configuration, &wanted})
      std::erase_if(*pairs, [](const auto& pair) {
        return pair.starts_with("operator@") || pair.starts_with("alertmanager@") ||
               pair.ends_with(":9093");
      });
    // An application of which every request fails at once asks no database for it.
    for (const auto& [host, app] : one.app.hosts)
      if (const auto* release = scenario::item_of(app.releases, app.version);
          release && release->errors == 1)
        std::erase_if(wanted,
                      [&](const auto& pair) { return pair.starts_with("app@" + host + " "); });
    for (const auto& [name, population] : one.clients)  // SYNs alone are no connections
      if (population.attack == stack::Attack::syn_flood)
        std::erase_if(wanted, [&](const auto& pair) { return pair.starts_with(name + "@"); });
    CHECK(by_configuration == wanted);
  }
}
