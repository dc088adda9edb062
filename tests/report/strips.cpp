#include "analysis/strips.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "catch.hpp"
#include "support/events.hpp"

using spof::measure::Event;
using spof::measure::What;
using spof::report::names;
using spof::report::State;
using spof::report::Strip;
using spof::test::no_connection;
using spof::test::refused;
using spof::test::repaired;
using spof::test::says;
using spof::test::serves;
using spof::test::struck;

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
                         spell.why.empty() ? "" : " (" + spell.words() + ")");
    }
    CHECK(at == duration);
    out.back() = '\n';
  }
  return out;
}

}  // namespace

TEST_CASE("strips: a crash lasts until the process is ready again, not until the repair") {
  CHECK(told({struck(10, What::crash, "nginx@server1"), repaired(40, "nginx@server1"),
              serves(41, "nginx@server1")}) ==
        "nginx@server1: 0-10 up, 10-40 down (crash), 40-41 starting (starts after crash), 41-60 "
        "up\n");
  CHECK(told({struck(10, What::crash, "nginx@server1"), serves(12, "nginx@server1"),
              repaired(40, "nginx@server1")}) ==
        "nginx@server1: 0-10 up, 10-12 down (crash), 12-60 up\n");
  CHECK(told({struck(10, What::crash, "nginx@server1")}) ==
        "nginx@server1: 0-10 up, 10-60 down (crash)\n");
  CHECK(told({struck(10, What::restart, "app@server1"), serves(10.5, "app@server1")}) ==
        "app@server1: 0-10 up, 10-10.5 down (restart), 10.5-60 up\n");
}

TEST_CASE("strips: kinds that need no new process end at the repair") {
  CHECK(told({struck(10, What::hang, "mysql@server1"), repaired(20, "mysql@server1")}) ==
        "mysql@server1: 0-10 up, 10-20 down (hang), 20-60 up\n");
  CHECK(told({struck(10, What::link_down, "server1-nic"), repaired(20, "server1-nic")}) ==
        "server1-nic: 0-10 up, 10-20 down (cut), 20-60 up\n");
  for (const What kind :
       {What::slow, What::latency, What::loss, What::bandwidth, What::error, What::disk_full}) {
    const std::string all = told({struck(10, kind, "part"), repaired(20, "part")});
    CHECK(all.find("10-20 impaired (") != std::string::npos);
    CHECK(all.find("20-60 up\n") != std::string::npos);
  }
  CHECK(told({struck(10, What::slow, "server1's disk"), repaired(20, "server1's disk"),
              serves(5, "mysql@server1")}) ==
        "mysql@server1: 0-60 up\nserver1's disk: 0-10 up, 10-20 impaired (slow), 20-60 up\n");
  CHECK(told({struck(10, What::reload, "haproxy@lb1"), repaired(20, "haproxy@lb1")}) ==
        "haproxy@lb1: 0-60 up\n");
}

TEST_CASE("strips: a release comes to each in its turn; what leaks works until it is killed") {
  Event deploy = struck(10, What::deploy, "app@server1 and app@server2");
  deploy.parts = {"app@server1", "app@server2"};
  const Event first{.time = 14, .source = "app@server1", .what = What::deployed};
  const Event second{.time = 20, .source = "app@server2", .what = What::deployed};
  CHECK(told({deploy, first, second}) ==
        "app@server1: 0-10 up, 10-14 impaired (new release), 14-60 up\n"
        "app@server2: 0-10 up, 10-20 impaired (new release), 20-60 up\n");
  const Event leak = struck(10, What::memory_leak, "app@server1");
  const Event killed{
      .time = 30, .source = "kernel", .what = What::out_of_memory, .target = "app@server1"};
  CHECK(told({leak, killed, serves(33, "app@server1")}) ==
        "app@server1: 0-10 up, 10-30 impaired (lack of memory), 30-33 down (out of memory), 33-60 "
        "impaired (lack of memory)\n");
}

TEST_CASE("strips: a replica that is made the primary lacks no replication any more") {
  const std::string all = told(
      {struck(10, What::crash, "mysql@server1"),
       {.time = 11,
        .source = "mysql@server2",
        .what = What::replication_stopped,
        .target = "mysql@server1"},
       {.time = 14, .source = "mysql@server2", .what = What::promoted, .target = "mysql@server2"}});
  CHECK(all.find("mysql@server1: 0-10 up, 10-60 down (crash)\n") != std::string::npos);
  CHECK(
      all.find("replication to mysql@server2: 0-11 up, 11-14 down (connection lost), 14-60 up\n") !=
      std::string::npos);
}

TEST_CASE("strips: a host without power takes its daemons with it, and no others") {
  CHECK(told({struck(10, What::power_off, "server1"),
              repaired(20, "server1"),
              serves(50, "nginx@server1"),
              serves(51, "mysql@server1"),
              {55, "app@server2", What::release, "app@server2"}}) ==
        "app@server2: 0-60 up\n"
        "mysql@server1: 0-10 up, 10-20 down (no power of server1), 20-51 starting (starts after "
        "power_off of server1), 51-60 up\n"
        "nginx@server1: 0-10 up, 10-20 down (no power of server1), 20-50 starting (starts after "
        "power_off of server1), 50-60 up\n"
        "server1: 0-10 up, 10-20 down (no power), 20-50 starting (starts after power_off), 50-60 "
        "up\n");
}

TEST_CASE("strips: what a load balancer believes is a strip of its own") {
  CHECK(told({says(5, What::check_failed, "server1"),
              says(10, What::down, "server1", no_connection), says(20, What::up, "server1")}) ==
        "haproxy@lb1: 0-60 up\n"
        "server1 seen by haproxy@lb1: 0-10 up, 10-20 down (haproxy@lb1 says DOWN: L4TOUT, no "
        "connection), 20-60 "
        "up\n");
  // Maintenance ends with the server UP; a drained one keeps what its checks say.
  CHECK(
      told({says(5, What::down, "server1", no_connection), says(10, What::maint, "server1"),
            says(20, What::ready, "server1"), says(30, What::drain, "server1"),
            says(40, What::down, "server1", refused), says(50, What::ready, "server1")})
          .find("0-5 up, 5-10 down (haproxy@lb1 says DOWN: L4TOUT, no connection), 10-20 impaired "
                "(haproxy@lb1 "
                "says maintenance), 20-30 up, 30-40 impaired (haproxy@lb1 says drain), 40-60 down "
                "(haproxy@lb1 says DOWN: L4CON, connection refused)\n") != std::string::npos);
  // A new process knows nothing.
  CHECK(told({says(5, What::down, "server1", no_connection), serves(10, "haproxy@lb1")})
            .find("5-10 down (haproxy@lb1 says DOWN: L4TOUT, no connection), 10-60 up\n") !=
        std::string::npos);
}

TEST_CASE("strips: several faults on one target end each at its own repair") {
  CHECK(told({struck(10, What::slow, "app@server1", 40, 1),
              struck(20, What::hang, "app@server1", 10, 2), repaired(30, "app@server1", 2),
              repaired(50, "app@server1", 1)}) ==
        "app@server1: 0-10 up, 10-20 impaired (slow), 20-30 down (hang), 30-50 impaired (slow), "
        "50-60 up\n");
}

TEST_CASE("strips: replication, and events after the end") {
  CHECK(told({{10, "mysql@server2", What::replication_stopped, "mysql@server1"},
              {20, "mysql@server2", What::replication_started, "mysql@server1"},
              struck(70, What::crash, "mysql@server1")}) ==
        "mysql@server1: 0-60 up\n"
        "mysql@server2: 0-60 up\n"
        "replication to mysql@server2: 0-10 up, 10-20 down (connection lost), 20-60 up\n");
  CHECK(told({}).empty());
}
