#include "report/strips.hpp"

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

using spof::measure::Event;
using spof::measure::Role;
using spof::report::names;
using spof::report::State;
using spof::report::Strip;

namespace {

/// "NAME: 0-10 up, 10-60 down (crash)", a line for each strip.
std::string told(const std::vector<Event>& events, double duration = 60) {
  std::string out;
  for (const Strip& strip : spof::report::strips(events, duration)) {
    out += strip.component + ":";
    double at = 0;
    for (const auto& spell : strip.spells) {
      CHECK(spell.from == at);
      CHECK(spell.until > spell.from);
      CHECK((spell.state == State::up) == spell.why.empty());
      at = spell.until;
      out += fmt::format(" {:g}-{:g} {}{},", spell.from, spell.until,
                         names(State{})[static_cast<std::size_t>(spell.state)],
                         spell.why.empty() ? "" : " (" + spell.why + ")");
    }
    CHECK(at == duration);
    out.back() = '\n';
  }
  return out;
}

Event fault(double at, std::string kind, std::string target, std::string lasts = "for good") {
  return {at, "fault", std::move(kind), std::move(target), std::move(lasts), Role::fault};
}
Event repaired(double at, std::string target) {
  return {at, "fault", "repaired", std::move(target), "the fault is taken away", Role::repair};
}
Event serves(double at, std::string daemon) {
  return {at, daemon, "serving", daemon, "its process runs again", Role::ready};
}
Event says(double at, std::string event, std::string server, std::string detail = "",
           Role role = Role::info) {
  return {at, "haproxy@lb1", std::move(event), std::move(server), std::move(detail), role};
}

}  // namespace

TEST_CASE("strips: a crash lasts until the process is ready again, not until the repair") {
  CHECK(told({fault(10, "crash", "nginx@server1"), repaired(40, "nginx@server1"),
              serves(41, "nginx@server1")}) ==
        "nginx@server1: 0-10 up, 10-40 down (crash), 40-41 starting (starts after crash), 41-60 "
        "up\n");
  CHECK(told({fault(10, "crash", "nginx@server1"), serves(12, "nginx@server1"),
              repaired(40, "nginx@server1")}) ==
        "nginx@server1: 0-10 up, 10-12 down (crash), 12-60 up\n");
  CHECK(told({fault(10, "crash", "nginx@server1")}) ==
        "nginx@server1: 0-10 up, 10-60 down (crash)\n");
  CHECK(told({fault(10, "restart", "app@server1"), serves(10.5, "app@server1")}) ==
        "app@server1: 0-10 up, 10-10.5 down (restart), 10.5-60 up\n");
}

TEST_CASE("strips: kinds that need no new process end at the repair") {
  CHECK(told({fault(10, "hang", "mysql@server1"), repaired(20, "mysql@server1")}) ==
        "mysql@server1: 0-10 up, 10-20 down (hang), 20-60 up\n");
  CHECK(told({fault(10, "link_down", "server1-nic"), repaired(20, "server1-nic")}) ==
        "server1-nic: 0-10 up, 10-20 down (cut), 20-60 up\n");
  for (const std::string kind : {"slow", "latency", "loss", "bandwidth", "error", "disk_full"}) {
    const std::string all = told({fault(10, kind, "part"), repaired(20, "part")});
    CHECK(all.find("10-20 impaired (") != std::string::npos);
    CHECK(all.find("20-60 up\n") != std::string::npos);
  }
  CHECK(told({fault(10, "reload", "haproxy@lb1"), repaired(20, "haproxy@lb1")}) ==
        "haproxy@lb1: 0-60 up\n");
}

TEST_CASE("strips: a host without power takes its daemons with it, and no others") {
  CHECK(told({fault(10, "power_off", "server1"), repaired(20, "server1"),
              serves(50, "nginx@server1"), serves(51, "mysql@server1"),
              {55, "app@server2", "release", "app@server2", "", Role::info}}) ==
        "app@server2: 0-60 up\n"
        "mysql@server1: 0-10 up, 10-20 down (no power of server1), 20-50 starting (starts after "
        "power_off of server1), 50-51 starting (starts after power_off of server1), 51-60 up\n"
        "nginx@server1: 0-10 up, 10-20 down (no power of server1), 20-50 starting (starts after "
        "power_off of server1), 50-60 up\n"
        "server1: 0-10 up, 10-20 down (no power), 20-50 starting (starts after power_off), 50-60 "
        "up\n");
}
