// What must hold between runs that differ in one thing: nothing is known of either result, only how
// the two stand to each other.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/statistics.hpp"
#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Result;
using test::merged;
using test::play_seeds;

namespace {

std::string crash_of(const std::string& daemon) {
  return R"({ "duration": "40s", "faults": [{ "kind": "crash", "target": ")" + daemon +
         R"(", "at": "10s", "jitter": "2s" }],
    "haproxy": { "redispatch": true, "default_server": { "check": { "kind": "httpchk" } } } })";
}

/// Seconds from the crash of nginx@server1 until HAProxy takes it out.
std::vector<double> detections(const std::string& check, int seeds) {
  const std::string patch =
      merged(crash_of("nginx@server1"),
             R"({ "haproxy": { "default_server": { "check": )" + check + " } } }");
  std::vector<double> found;
  for (const Result& run : play_seeds(patch, seeds))
    found.push_back(test::date_of(run, "DOWN") - test::date_of(run, "crash"));
  return found;
}

/// What users got of a run, counted.
std::vector<double> outcomes(const Result& run) {
  std::vector<double> counts(names(measure::Outcome{}).size());
  for (const auto& one : run.samples) ++counts[static_cast<std::size_t>(one.outcome)];
  return counts;
}

}  // namespace

TEST_CASE("more checks in the same time never find a death later, on the mean") {
  double before = 0;
  for (const char* inter : {"500ms", "1s", "2s", "4s"}) {
    const auto found =
        detections(fmt::format(R"({{ "inter": "{}", "fall": 3, "rise": 2 }})", inter), 12);
    INFO(inter);
    CHECK(mean(found) > before);
    before = mean(found);
  }
  double fewer = 0;
  for (const int fall : {1, 2, 3, 5}) {
    const auto found =
        detections(fmt::format(R"({{ "inter": "1s", "fall": {}, "rise": 2 }})", fall), 6);
    INFO(fall);
    CHECK(mean(found) > fewer);
    fewer = mean(found);
  }
}

TEST_CASE("two servers that are alike are alike when they die") {
  const auto failed_by = [](const char* daemon) {
    std::vector<double> failed, detected;
    for (const Result& run : play_seeds(crash_of(daemon), 12)) {
      failed.push_back(
          static_cast<double>(test::requests_of(run) - test::ended(run, measure::Outcome::ok)));
      detected.push_back(test::date_of(run, "DOWN") - test::date_of(run, "crash"));
    }
    return std::pair(failed, detected);
  };
  const auto [failed, detected] = failed_by("nginx@server1");
  const auto [mirrored_failed, mirrored_detected] = failed_by("nginx@server2");
  const auto same = [](const std::vector<double>& one, const std::vector<double>& other) {
    const double error = std::hypot(standard_deviation(one), standard_deviation(other)) /
                         std::sqrt(static_cast<double>(one.size()));
    CHECK(std::fabs(mean(one) - mean(other)) <= 3 * error + 1e-6);
  };
  same(failed, mirrored_failed);
  same(detected, mirrored_detected);
}

TEST_CASE("more seeds leave the runs of the first ones as they were") {
  const auto few = play_seeds(crash_of("nginx@server1"), 2);
  const auto more = play_seeds(crash_of("nginx@server1"), 4);
  REQUIRE(more.size() == 4);
  for (std::size_t i = 0; i < few.size(); ++i) {
    CHECK(few[i].seed == more[i].seed);
    CHECK(few[i].fingerprint == more[i].fingerprint);
  }
}

TEST_CASE("what hosts are called changes the streams of chance and nothing else") {
  // Constant arrivals and demands: only the phase of the checks is drawn.
  const std::string renamed = R"({ "hosts": { "other": { "like": "server1" } },
    "nginx": { "hosts": { "server1": null, "other": {} } },
    "app": { "hosts": { "server1": null, "other": {} } },
    "mysql": { "hosts": { "server1": null, "other": {}, "server2": { "replica_of": "other" } } },
    "haproxy": { "servers": { "server1": null, "other": {} } } })";
  for (const Result& run : play_seeds(renamed, 2)) {
    const Result plain = play_seeds("{}", 1).front();
    CHECK(outcomes(run) == outcomes(plain));
  }
}
