// When a failure is over: with the repair, or when what it struck says that it serves again.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "catch.hpp"
#include "scenario/load.hpp"
#include "scenario/strikes.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Outcome;
using measure::Phase;
using test::date_of;
using test::play;

namespace {

/// As text: what is said of repairs that the baseline, with these changes, cannot show.
std::string unseen(const std::vector<std::string>& sets) {
  const auto loaded = scenario::load(SPOF_SOURCE_DIR "/scenarios/baseline.json", sets);
  INFO(loaded.mistakes);
  REQUIRE(loaded.scenario);
  return loaded.warnings;
}

}  // namespace

TEST_CASE("what fails while a host still boots belongs to the failure") {
  // Power is back at 12 s, the host at 15 s, its database 0.7 s and the redo of 1.3 s later.
  const auto result = play(R"({ "duration": "30s", "mysql": { "redo": "84.5MB" },
    "haproxy": { "servers": { "server2": null } }, "clients": { "users": { "timeout": "1s" } },
    "faults": [{ "kind": "power_off", "target": "server1", "at": "10s", "for": "2s", "boot_time": "3s" }] })");
  CHECK(result.fault_end == 12);
  CHECK(date_of(result, "serving", "nginx@server1") == near(15).margin(0.001));
  CHECK(result.over == near(17).margin(0.001));
  CHECK(result.tally(Phase::during, 0).bad() >= 40);
  CHECK(result.tally(Phase::after, 0).bad() == 0);
  CHECK(result.tally(Phase::after, 0).requests() == near(130).margin(1));
}

TEST_CASE("a restart is over when the daemon serves again") {
  const auto result = play(R"({ "mysql": { "start_time": "2s" },
    "faults": [{ "kind": "restart", "target": "mysql@server1", "at": "10s" }] })");
  CHECK(result.fault_end == 10.5);
  CHECK(result.over == near(12.5).margin(0.001));
}

TEST_CASE("what systemd starts is over when it serves, unless the scenario's clock says so") {
  const std::string crash =
      R"({ "nginx": { "service": { "restart": "always", "restart_sec": "1s", "start_time": "500ms" } },
    "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "5s")";
  const auto by_itself = play(crash + " }] }");
  CHECK(by_itself.over == near(6.5).margin(0.001));
  CHECK(by_itself.fault_end == by_itself.duration);
  CHECK(play(crash + R"(, "for": "8s" }] })").over == 13);
  // Nobody starts it: it lasts.
  CHECK(
      play(R"({ "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "5s" }] })").over ==
      20);
}

TEST_CASE("between two faults of a scenario all is during the fault") {
  const auto result = play(R"({ "faults": [
    { "kind": "crash", "target": "nginx@server1", "at": "4s", "for": "1s" },
    { "kind": "slow", "target": "nginx@server2", "at": "10s", "for": "2s" }] })");
  CHECK(result.fault_start == 4);
  CHECK(result.fault_end == 12);
  CHECK(result.tally(Phase::before, 0).requests() == near(40).margin(1));
  CHECK(result.tally(Phase::during, 0).requests() == near(80).margin(1));
}

TEST_CASE("a cut link is the card of a host, whatever its name") {
  std::ifstream from(SPOF_SOURCE_DIR "/platforms/two-server.xml");
  std::string platform{std::istreambuf_iterator<char>(from), {}};
  const std::string name = "server2-nic";
  for (std::size_t at = platform.find(name); at != std::string::npos; at = platform.find(name, at))
    platform.replace(at, name.size(), "blue cable");
  const auto path = std::filesystem::temp_directory_path() /
                    ("spof-blue-cable-" + std::to_string(std::rand()) + ".xml");
  std::ofstream(path) << platform;
  const auto result = play(R"({ "platform": ")" + path.string() + R"(",
    "faults": [{ "kind": "link_down", "target": "blue cable", "at": "4s", "for": "1s" },
               { "kind": "loss", "target": "internet", "at": "4s", "for": "1s" }] })");
  std::filesystem::remove(path);
  int cut = 0;
  for (const auto& event : result.events)
    if (event.target == "blue cable") {
      CHECK(event.parts == std::vector<std::string>{"server2"});
      ++cut;
    }
  CHECK(cut == 2);
}

TEST_CASE("a run that ends before a repair can be seen is warned of") {
  const auto faults = [](const std::string& kind, const std::string& target,
                         const std::string& more) {
    return std::vector<std::string>{R"(/faults=[{"kind":")" + kind + R"(","target":")" + target +
                                        R"(","at":"50s",)" + more + "}]",
                                    "/duration=100s"};
  };
  CHECK(unseen(faults("crash", "nginx@server1", R"("for":"49s")")).empty());
  CHECK(unseen(faults("crash", "nginx@server1", R"("for":"49s","jitter":"2s")"))
            .ends_with(": warning: /faults/0: crash of nginx@server1 is repaired at 101.0 s, what "
                       "it struck works again at 101.0 s: the "
                       "run ends at 100.0 s, before that can be seen\n"));
  CHECK_FALSE(unseen(faults("crash", "mysql@server1", R"("for":"49.5s")")).empty());
  CHECK(unseen(faults("hang", "mysql@server1", R"("for":"49.5s")")).empty());
  CHECK(unseen(faults("power_off", "server1", R"("for":"15s")")).empty());
  CHECK_FALSE(unseen(faults("power_off", "server1", R"("for":"20s")")).empty());
  CHECK(unseen({}).empty());  // for good is meant
}

TEST_CASE("an operator repairs what would have stayed broken, and before its time") {
  const auto told = [](const std::string& lasting) {
    return play(R"({ "duration": "40s", "haproxy": { "servers": { "server2": null } },
      "clients": { "users": { "timeout": "500ms" } }, "faults": [
        { "kind": "link_down", "target": "server1-nic", "at": "10s")" +
                lasting + R"( }, { "kind": "slow", "target": "server2", "at": "15s" },
        { "kind": "command", "command": "repair", "target": "server1-nic", "at": "20s" }] })");
  };
  for (const std::string lasting : {"", R"(, "for": "25s")"}) {
    const auto result = told(lasting);
    std::vector<double> repairs;
    for (const auto& one : result.events)
      if (one.what == measure::What::repaired && one.target == "server1-nic")
        repairs.push_back(one.time);
    CHECK(repairs == std::vector<double>{20, 20});  // of the cut, and the command is over
    // A SYN of 19 s is sent again at 20 s; the other target stays as it is.
    for (const auto& one : test::by_arrival(result))
      if (one.arrival > 20.1) CHECK(one.outcome == Outcome::ok);
    CHECK(result.over == result.duration);
  }
  const auto alone = play(R"({ "duration": "40s", "faults": [
    { "kind": "hang", "target": "nginx@server1", "at": "10s" },
    { "kind": "command", "command": "repair", "target": "nginx@server1", "at": "20s" }] })");
  CHECK(alone.over == near(20).margin(0.001));
}
