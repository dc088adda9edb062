// Strikes, repairs and ends, as they are told of a run.
#include "measure/chronicle.hpp"

#include <cmath>

#include "catch.hpp"
#include "support/events.hpp"

using namespace spof;
using measure::Chronicle;
using measure::Event;
using measure::What;

namespace {

Event fenced(double at, const std::string& by_what) {
  return {.time = at,
          .source = "db_manager@witness",
          .what = What::fenced,
          .target = "mysql@server1",
          .version = by_what};
}

}  // namespace

TEST_CASE("a machine whose power a manager cut is broken until something serves there again") {
  Chronicle told;
  told.hear(test::struck(10, What::hang, "mysql@server1", 5));
  told.hear(fenced(12, "power_off"));
  told.hear(test::repaired(15, "mysql@server1"));
  REQUIRE(told.episodes().size() == 2);
  CHECK(told.episodes()[1].target == "server1");
  CHECK(told.episodes()[1].by == "db_manager@witness");
  CHECK(told.in_force() == 1);
  CHECK(told.going_on() == 1);
  told.hear(test::serves(40, "nginx@server1"));
  CHECK(told.in_force() == 0);
  CHECK(told.going_on() == 0);
  CHECK(told.episodes()[1].until == 40);
}

TEST_CASE("fencing without power breaks nothing, and what is off cannot be switched off") {
  Chronicle told;
  told.hear(test::struck(10, What::power_off, "server1"));
  told.hear(fenced(12, "power_off"));
  told.hear(fenced(13, "read_only"));
  CHECK(told.episodes().size() == 1);
}

TEST_CASE("a release with a bug is in force until it is rolled back, or another takes its place") {
  const auto deployed = [](double at, bool bug) {
    return Event{.time = at,
                 .source = "app@server1",
                 .what = What::deployed,
                 .target = "app@server1",
                 .setting = bug ? 1 : 0};
  };
  const auto rolled_out = [&](bool bug) {
    Chronicle told;
    Event strike = test::struck(10, What::deploy, "app@server1,app@server2");
    strike.parts = {"app@server1"};
    told.hear(strike);
    told.hear(test::serves(12, "app@server1"));
    told.hear(deployed(12, bug));
    return told;
  };
  CHECK(rolled_out(false).going_on() == 0);
  Chronicle told = rolled_out(true);
  CHECK(told.going_on() == 1);
  told.hear(test::serves(20, "app@server1"));  // started again, and has the same release
  CHECK(told.going_on() == 1);

  Chronicle replaced = told;
  replaced.hear(deployed(30, false));
  CHECK(replaced.going_on() == 0);
  CHECK(replaced.last_end() == 30);

  Event back = test::repaired(40, "app@server1,app@server2");
  back.parts = {"app@server1"};
  told.hear(back);
  CHECK(told.going_on() == 1);  // they have yet to start
  told.hear(deployed(42, false));
  CHECK(told.going_on() == 0);
  CHECK(told.last_end() == 42);
  CHECK(told.in_force() == 0);
}

TEST_CASE("a release that somebody is to take back is in force until then") {
  Chronicle told;
  Event strike = test::struck(10, What::deploy, "app@server1");
  strike.parts = {"app@server1"};
  strike.setting = 1;
  told.hear(strike);
  told.hear(test::serves(12, "app@server1"));
  CHECK(told.going_on() == 1);
}
