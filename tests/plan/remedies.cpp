#include "plan/remedies.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "catch.hpp"
#include "scenario/load.hpp"

using namespace spof;
using namespace spof::plan;

namespace {

using Sets = std::vector<std::string>;

std::vector<std::string> shipped() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(SPOF_SOURCE_DIR "/scenarios"))
    if (entry.path().extension() == ".json" && entry.path().filename() != "scenario.schema.json")
      files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

scenario::Loaded load(const Sets& sets, const std::string& name = "baseline") {
  auto loaded = scenario::load(SPOF_SOURCE_DIR "/scenarios/" + name + ".json", sets);
  INFO(loaded.mistakes);
  REQUIRE(loaded.scenario);
  return loaded;
}

Break broken_part(const std::string& target, const std::string& kind) { return {target, kind, {}}; }

/// What is offered against a failure of the baseline with these changes.
std::vector<std::string> offered(const Break& what, const Sets& sets = {}) {
  std::vector<std::string> names;
  for (const Remedy& one : remedies_for(*load(sets).scenario, what)) names.push_back(one.name);
  return names;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

TEST_CASE("a remedy of a shipped scenario can be applied, changes it, and is not offered again") {
  const auto files = shipped();
  REQUIRE(files.size() > 20);
  for (const std::string& file : files) {
    INFO(file);
    const auto before = scenario::load(file, {});
    REQUIRE(before.scenario);
    std::map<Sets, scenario::Loaded> applied;  // a load looks at the platform: once for each
    for (const Break& what : breaks_of(*before.scenario)) {
      INFO(what.name());
      int effort = 1;
      for (const Remedy& remedy : remedies_for(*before.scenario, what)) {
        INFO(remedy.name << ": " << fmt::format("{}", fmt::join(remedy.sets, " ")));
        CHECK(remedy.effort >= effort);
        CHECK(remedy.effort <= 3);
        effort = remedy.effort;
        if (!applied.count(remedy.sets))
          applied.emplace(remedy.sets, scenario::load(file, remedy.sets));
        const scenario::Loaded& after = applied.at(remedy.sets);
        INFO(after.mistakes);
        REQUIRE(after.scenario);
        CHECK(after.resolved != before.resolved);
        for (const Remedy& again : remedies_for(*after.scenario, what))
          CHECK(again.name != remedy.name);
      }
    }
    CHECK(applied.size() >= 8);
  }
}

TEST_CASE("a remedy belongs to the part that broke and to how it broke") {
  const auto crash = offered(broken_part("nginx@server1", "crash"));
  CHECK(has(crash, "systemd restarts it"));
  CHECK(has(crash, "check inter 500ms"));
  CHECK_FALSE(has(crash, "option redispatch"));
  CHECK_FALSE(has(crash, "a second load balancer"));
  CHECK_FALSE(has(crash, "timeout connect 1s, server 5s"));
  CHECK_FALSE(has(crash, "database client times out after 2s"));
  CHECK_FALSE(has(offered(broken_part("nginx@server1", "hang")), "systemd restarts it"));
  CHECK(has(offered(broken_part("nginx@server1", "hang")), "timeout connect 1s, server 5s"));
  CHECK(offered(broken_part("haproxy@lb1", "crash")) ==
        std::vector<std::string>{"systemd restarts it", "a second load balancer"});
  for (const char* part : {"lb1", "lb1-nic"})
    CHECK(has(offered(broken_part(part, "power_off")), "a second load balancer"));
  CHECK(has(offered(broken_part("ns1", "power_off")), "a second name server"));
  CHECK_FALSE(has(offered(broken_part("lb1", "power_off")), "a second name server"));
  const auto database = offered(broken_part("mysql@server1", "hang"));
  CHECK(has(database, "database client times out after 2s"));
  CHECK(has(database, "checks that reach the database"));
  CHECK(has(database, "reads from the replica"));
  // The host of everything is in reach of all of them.
  CHECK(has(offered(broken_part("server1", "power_off")), "reads from any database"));
  CHECK(has(offered(broken_part("server1-nic", "link_down")), "reads from any database"));
  CHECK(has(offered(broken_part("lb1 | server1", "partition")), "check inter 500ms"));
}

TEST_CASE("what a scenario lacks is offered") {
  const Break nginx = broken_part("nginx@server1", "crash");
  CHECK(has(offered(nginx, {"/haproxy/redispatch=false"}), "option redispatch"));
  const Sets unchecked{"/haproxy/default_server/check/kind=none"};
  CHECK(has(offered(nginx, unchecked), "option httpchk"));
  CHECK_FALSE(has(offered(nginx, unchecked), "check inter 500ms"));
  CHECK_FALSE(has(offered(nginx, {"/nginx/service/restart=always"}), "systemd restarts it"));
}

TEST_CASE("a remedy never loosens what is tight already") {
  const Break hang = broken_part("mysql@server1", "hang");
  const auto sets = [&](const Sets& now, const std::string& name) {
    for (const Remedy& one : remedies_for(*load(now).scenario, hang))
      if (one.name == name) return one.sets;
    return Sets{};
  };
  const std::string proxy = "timeout connect 1s, server 5s";
  CHECK(sets({"/haproxy/timeout/connect=200ms"}, proxy) == Sets{"/haproxy/timeout/server=5s"});
  CHECK(sets({"/haproxy/timeout/server=2s"}, proxy) == Sets{"/haproxy/timeout/connect=1s"});
  CHECK(sets({"/haproxy/timeout/server=2s", "/haproxy/timeout/connect=200ms"}, proxy).empty());
  const std::string client = "database client times out after 2s";
  CHECK(sets({"/app/database/read_timeout=500ms"}, client) ==
        Sets{"/app/database/connect_timeout=2s"});
  CHECK(sets({"/app/database/connect_timeout=1s"}, client) ==
        Sets{"/app/database/read_timeout=2s"});
}

TEST_CASE("a host's name is not a part of another's") {
  scenario::Scenario one = *load({}).scenario;
  for (auto* hosts : {&one.dns.hosts}) hosts->at(0).first = "server";
  // "server1" begins with the name server's name, and is not it.
  for (const Remedy& remedy : remedies_for(one, broken_part("server1", "power_off")))
    CHECK(remedy.name != "a second name server");
  const auto own = remedies_for(one, broken_part("server", "power_off"));
  CHECK(std::any_of(own.begin(), own.end(),
                    [](const Remedy& remedy) { return remedy.name == "a second name server"; }));
}

TEST_CASE("without a load balancer, a database or a name server nothing is offered for them") {
  scenario::Scenario none = *load({}).scenario;
  none.haproxy.hosts.clear();
  none.mysql.hosts.clear();
  none.dns.hosts.clear();
  none.app.hosts.clear();
  for (const char* kind : {"power_off", "link_down", "crash", "hang"})
    for (const char* part : {"server1", "nginx@server1", "lb1", "internet"})
      for (const Remedy& remedy : remedies_for(none, broken_part(part, kind)))
        CHECK(remedy.name == "systemd restarts it");
}
