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
