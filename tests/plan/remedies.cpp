#include "plan/remedies.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/append_new.hpp"
#include "base/json.hpp"
#include "catch.hpp"
#include "scenario/load.hpp"

using namespace spof;
using namespace spof::plan;

namespace {

using Sets = std::vector<std::string>;

std::vector<std::string> shipped() {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(SPOF_SOURCE_DIR "/scenarios"))
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

/// The failure of a scenario's part.
Break broken_part(const scenario::Scenario& scenario, const std::string& target,
                  const std::string& kind) {
  for (const Break& one : breaks_of(scenario))
    if (one.target == target && one.kind == kind) return one;
  throw std::logic_error("no " + kind + " of " + target);
}

/// What is offered against a failure of the baseline with these changes.
std::vector<std::string> offered(const std::string& target, const std::string& kind,
                                 const Sets& sets = {}) {
  std::vector<std::string> names;
  const scenario::Scenario scenario = *load(sets).scenario;
  for (const Remedy& one : remedies_for(scenario, broken_part(scenario, target, kind)))
    names.push_back(one.name);
  return names;
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
    CHECK(applied.size() >= (before.scenario->haproxy.hosts.empty() ? 5 : 8));
  }
}

TEST_CASE("a remedy belongs to the part that broke and to how it broke") {
  const auto crash = offered("nginx@server1", "crash");
  CHECK(has(crash, "systemd restarts it"));
  CHECK(has(crash, "check inter 500ms"));
  CHECK_FALSE(has(crash, "option redispatch"));
  CHECK_FALSE(has(crash, "a second load balancer"));
  CHECK_FALSE(has(crash, "timeout connect 1s, server 5s"));
  CHECK_FALSE(has(crash, "database client times out after 2s"));
  CHECK_FALSE(has(offered("nginx@server1", "hang"), "systemd restarts it"));
  CHECK(has(offered("nginx@server1", "hang"), "timeout connect 1s, server 5s"));
  CHECK(offered("haproxy@lb1", "crash") ==
        std::vector<std::string>{"systemd restarts it", "a second load balancer"});
  CHECK(has(offered("lb1", "power_off"), "a second load balancer"));
  CHECK(has(offered("lb1-nic", "link_down"), "a second load balancer"));
  CHECK_FALSE(has(offered("ns1", "power_off"), "a second name server"));
  CHECK(has(offered("ns1", "power_off", {"/dns/hosts={\"ns1\":{}}"}), "a second name server"));
  CHECK_FALSE(has(offered("lb1", "power_off"), "a second name server"));
  const auto database = offered("mysql@server1", "hang");
  CHECK(has(database, "database client times out after 2s"));
  CHECK(has(database, "checks that reach the database"));
  CHECK(has(database, "reads from the replica"));
  // The host of everything is in reach of all of them.
  CHECK(has(offered("server1", "power_off"), "reads from any database"));
  CHECK(has(offered("server1-nic", "link_down"), "reads from any database"));
  CHECK(has(offered("lb1 | server1", "partition"), "check inter 500ms"));
}

TEST_CASE("a script that asks for a page notices a load balancer that hangs") {
  const std::string script = "Keepalived's script asks HAProxy for a page";
  const auto of_pair = [&](const char* kind, const char* checks) {
    const auto pair = load({fmt::format("/keepalived/vrrp_script/chk={}", checks),
                            "/keepalived/track_script=[\"chk\"]"},
                           "two-balancers");
    for (const Remedy& one :
         remedies_for(*pair.scenario, broken_part(*pair.scenario, "haproxy@lb1", kind)))
      if (one.name == script) return fmt::format("{}", fmt::join(one.sets, " "));
    return std::string();
  };
  const char *looks = R"({"checks":"process","process":"haproxy"})", *asks = R"({"checks":"http"})";
  CHECK(of_pair("hang", looks).ends_with(R"(/keepalived/hosts/lb2/track_script=["asks","chk"])"));
  CHECK(of_pair("error", looks) == of_pair("hang", looks));
  CHECK(of_pair("crash", looks).empty());
  CHECK(of_pair("hang", asks).empty());
  CHECK_FALSE(has(offered("haproxy@lb1", "hang"), script));
}

TEST_CASE("what a scenario lacks is offered") {
  const auto crash = [](const Sets& sets) { return offered("nginx@server1", "crash", sets); };
  CHECK(has(crash({"/haproxy/redispatch=false"}), "option redispatch"));
  const Sets unchecked{"/haproxy/default_server/check/kind=none"};
  CHECK(has(crash(unchecked), "option httpchk"));
  CHECK_FALSE(has(crash(unchecked), "check inter 500ms"));
  CHECK_FALSE(has(crash({"/nginx/service/restart=always"}), "systemd restarts it"));
  // Of several load balancers those count that send to it.
  const auto second = [](const char* servers) {
    return Sets{
        fmt::format(R"(/haproxy/hosts/server2={{"redispatch":false,"servers":{{{}}}}})", servers)};
  };
  CHECK(has(crash(second(R"("server1":{})")), "option redispatch"));
  CHECK_FALSE(has(crash(second(R"("server2":{})")), "option redispatch"));
}

TEST_CASE("a remedy never loosens what is tight already") {
  const auto sets = [&](const Sets& now, const std::string& name) {
    const scenario::Scenario scenario = *load(now).scenario;
    for (const Remedy& one : remedies_for(scenario, broken_part(scenario, "mysql@server1", "hang")))
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

TEST_CASE("without a load balancer, a database or a name server nothing is offered for them") {
  scenario::Scenario none = *load({}).scenario;
  none.haproxy.hosts.clear();
  none.mysql.hosts.clear();
  none.dns.hosts.clear();
  none.app.hosts.clear();
  for (const Break& what : breaks_of(none))
    for (const Remedy& remedy : remedies_for(none, what))
      CHECK(remedy.name == "systemd restarts it");
}
