// Failures that are drawn from rates: a run with raised rates and the arithmetic of a year agree.
#include <algorithm>

#include "analysis/year/yearly_model.hpp"
#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Outcome;
using test::play;
using test::play_seeds;

namespace {

/// One request a second, of an application without a start of its own.
const char* const small = R"({ "duration": "20000s",
  "clients": { "users": { "rate": "1/s" } },
  "classes": { "file": null, "page": { "kind": "page" } },
  "app": { "boot_time": "0s", "import_time": "0s" },
  "reliability": { "rates": { "crash of haproxy": { "per_year": 100, "repair": "10s" },
                              "crash of app": { "per_year": 100, "repair": "20s" },
                              "crash of nginx": { "per_year": 0 }, "crash of mysql": { "per_year": 0 },
                              "crash of dns": { "per_year": 0 } } },
  "random_failures": { "times": 1500, "kinds": ["crash"] } })";
constexpr double per_year = 100 * 1500;

report::FailureMode mode(const char* component, double repair, double share) {
  return {component, "crash", per_year, repair, 0, false, {{{share, 0, share == 1, 0}}}};
}

}  // namespace

TEST_CASE("random failures cost what a year of them costs by the matrix's arithmetic") {
  double requests = 0, failures = 0;
  for (const auto& result : play_seeds(small, 4, false)) {
    requests += static_cast<double>(test::requests_of(result));
    failures += static_cast<double>(test::requests_of(result) - test::ended(result, Outcome::ok));
  }
  // Without a check each of two servers keeps its half.
  report::YearlyInput input;
  input.classes = {{"page", 1}};
  input.modes = {mode("haproxy@lb1", 10, 1), mode("app@server1", 20, 0.5),
                 mode("app@server2", 20, 0.5)};
  input.pairs = {{1, 2, 0, true, {{{1, 0, true, 0}}}}};
  const double expected =
      report::expected_loss(report::year_model(input, ""), 0, 0, report::Aspect::requests);
  CHECK(expected == near(0.13).margin(0.01));
  // 380 failures of each part: the time that they are down is known within 7 %, all within 5 %.
  CHECK(failures / requests == near(expected).epsilon(0.12));
}

TEST_CASE("random failures: each seed has its own, a part that others join keeps its own") {
  const auto dates = [](const measure::Result& result, const char* target) {
    std::vector<double> found;
    for (const auto& event : result.events)
      if (event.what == measure::What::crash && event.target == target) found.push_back(event.time);
    return found;
  };
  const std::string shorter = test::merged(small, R"({ "duration": "2000s" })");
  const auto first = play(shorter, 1), second = play(shorter, 2);
  const auto more = play(
      test::merged(
          shorter,
          R"({ "reliability": { "rates": { "crash of nginx": { "per_year": 100, "repair": "1s" } } } })"),
      1);
  CHECK(!dates(first, "haproxy@lb1").empty());
  CHECK(dates(first, "haproxy@lb1") != dates(second, "haproxy@lb1"));
  CHECK(dates(first, "haproxy@lb1") == dates(more, "haproxy@lb1"));
  CHECK(dates(first, "nginx@server1").empty());
  CHECK(!dates(more, "nginx@server1").empty());
}
