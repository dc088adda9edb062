#include <cmath>

#include "catch.hpp"
#include "measure/summary.hpp"
#include "support/campaign.hpp"

using namespace spof::measure;
using spof::test::Tale;

namespace {

double value(const Result& result, const char* name, int request_class = -1,
             std::optional<Phase> phase = {}) {
  return value_of({.metric = find_metric(name), .request_class = request_class, .phase = phase},
                  result);
}

}  // namespace

TEST_CASE("metrics of a run in which the database died") {
  const Result run = spof::test::primary_crash(1);
  CHECK(value(run, "requests") == 720);
  CHECK(value(run, "requests", 1) == 120);
  CHECK(value(run, "failed", 1) == 43);
  CHECK(value(run, "failed", 0) == 0);
  CHECK(value(run, "availability", 1) == near(77.0 / 120));
  CHECK(value(run, "availability", 1, Phase::during) == 0);
  CHECK(value(run, "outage", 1) == near(21));
  CHECK(value(run, "outage", 0) == 0);
  CHECK(value(run, "recovery") == near(21));
  CHECK(value(run, "longest_gap", 1) == near(21.5065));
  CHECK(value(run, "detected") == near(4.1));
  CHECK(value(run, "restored") == near(3.1));
  CHECK(value(run, "latency.p50", 0) == near(0.00124).epsilon(0.02));
  CHECK(value(run, "latency.max", 1) == near(0.0085));
  CHECK(value(run, "max_lag") == near(0.35));
  CHECK(value(run, "max_behind") == 3);
  CHECK(value_of({.metric = find_metric("server_share"), .server = 1}, run) == near(300.0 / 720));
  CHECK(value_of({.metric = find_metric("failed.x"), .part = "db_refused"}, run) == 43);
}

TEST_CASE("nothing to measure and never are told apart") {
  auto no_fault = spof::test::plan();
  no_fault.fault_start = -1;
  Tale calm(no_fault);
  CHECK(std::isnan(value(calm.finish(), "detected")));
  auto plan = spof::test::plan();
  Tale unnoticed(plan);
  unnoticed.request(spof::test::sample(10, 0.1));
  unnoticed.request(spof::test::sample(59, 0.1, 0, Outcome::reset));
  const Result run = unnoticed.finish();
  CHECK(std::isinf(value(run, "detected")));
  CHECK(std::isinf(value(run, "recovery", 0)));
  CHECK(std::isnan(value(run, "recovery", 1)));
  CHECK(std::isnan(value(run, "restored")));
  CHECK(std::isnan(value(run, "availability", 1)));
}

TEST_CASE("restored is what was noticed first, and not who comes back from another trouble") {
  spof::test::Plan plan = spof::test::plan();
  plan.fault_start = -1;
  Tale tale(plan);
  for (const Event& event :
       {spof::test::struck(20, What::power_off, "server1"),
        spof::test::says(24, What::down, "server1"), spof::test::says(30, What::down, "server2"),
        spof::test::repaired(40, "server1"), spof::test::says(43, What::up, "server2"),
        spof::test::says(49, What::up, "server1")})
    tale.event(event);
  CHECK(value(tale.finish(), "restored") == near(9));
}

TEST_CASE("estimates over seeds") {
  const auto campaign = spof::test::campaign();
  const auto detected = estimate({.metric = find_metric("detected")}, campaign.results);
  CHECK(detected.mean == near(4.2));
  CHECK(detected.half_width == near(4.3027 * 0.1 / std::sqrt(3)));
  CHECK(detected.values.size() == 3);
  CHECK(detected.measured == 3);
}

TEST_CASE("every metric has a help text and can be asked of every run") {
  const auto campaign = spof::test::campaign();
  for (const Metric& metric : metrics()) CHECK_FALSE(std::string(metric.help).empty());
  for (const Query& query : all_queries(campaign.plan, campaign.results))
    CHECK(estimate(query, campaign.results).values.size() == 3);
}
