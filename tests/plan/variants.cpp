#include "plan/variants.hpp"

#include <string>
#include <vector>

#include "base/json.hpp"
#include "catch.hpp"
#include "scenario/load.hpp"

using namespace spof;
using namespace spof::plan;

namespace {

scenario::Scenario story(const std::string& retries, const std::string& runs) {
  const std::string file = SPOF_SOURCE_DIR "/scenarios/nginx1-crash.json";
  const auto loaded = scenario::load(
      file, {"/duration=60s", "/seed=5", "/runs=" + runs, "/haproxy/retries=" + retries});
  INFO(loaded.mistakes);
  REQUIRE(loaded.scenario);
  return *loaded.scenario;
}

/// Keeps who was reduced, and the seeds and fingerprints it was given.
Reduce witness(std::vector<std::size_t>& reduced) {
  return [&](std::size_t variant, const std::vector<measure::Result>& results) {
    reduced.push_back(variant);
    Json kept = Json::array();
    for (const measure::Result& result : results) kept.push_back({result.seed, result.fingerprint});
    return kept;
  };
}

}  // namespace

TEST_CASE("each variant is reduced once, from its own results in order of seeds") {
  const auto three = story("0", "3"), one = story("0", "1"), two = story("3", "2");
  const std::vector<Variant> variants{{"three", &three}, {"one", &one}, {"two", &two}};
  std::vector<std::size_t> reduced;
  Parts parts;
  const VariantsEnd end = run_variants(variants, witness(reduced), parts, {3, Keep::none, {}});
  CHECK(end.end == PoolEnd::finished);
  CHECK(end.failures.empty());
  CHECK(reduced == std::vector<std::size_t>{0, 1, 2});
  REQUIRE(parts.find("three")->size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(parts.find("three")->at(i).at(0) == 5 + i);
  // Common random numbers: the same scenario and seed is the same run in every variant.
  CHECK(parts.find("one")->at(0) == parts.find("three")->at(0));
  CHECK(parts.find("two")->size() == 2);
}

TEST_CASE("a variant that is known is not run again") {
  const auto one = story("0", "1");
  const std::vector<Variant> variants{{"a", &one}, {"b", &one}, {"c", &one}};
  Parts parts;
  parts.add("b", "known");
  std::vector<std::size_t> reduced;
  std::size_t total = 0;
  run_variants(variants, witness(reduced), parts,
               {2, Keep::none, [&](const Progress& progress) { total = progress.total; }});
  CHECK(reduced == std::vector<std::size_t>{0, 2});
  CHECK(*parts.find("b") == "known");
  CHECK(total == 2);
}

TEST_CASE("a variant with a failed run is not kept; the others are") {
  auto broken = story("0", "2");
  broken.platform_file = "/nowhere/platform.xml";
  const auto good = story("0", "2");
  const std::vector<Variant> variants{{"good", &good}, {"broken", &broken}, {"last", &good}};
  std::vector<std::size_t> reduced;
  Parts parts;
  const VariantsEnd end = run_variants(variants, witness(reduced), parts, {2, Keep::none, {}});
  CHECK(end.end == PoolEnd::finished);
  REQUIRE(end.failures.size() == 2);
  CHECK(end.failures[0].rfind("broken, seed 5: ", 0) == 0);
  CHECK(end.failures[1].rfind("broken, seed 6: ", 0) == 0);
  CHECK(reduced == std::vector<std::size_t>{0, 2});
  CHECK(parts.find("broken") == nullptr);
  CHECK(*parts.find("last") == *parts.find("good"));
}
