#include "plan/campaign.hpp"

#include <stdexcept>
#include <string>

#include "base/json.hpp"
#include "catch.hpp"
#include "scenario/load.hpp"
#include "support/story.hpp"

using namespace spof;
using namespace spof::plan;
using spof::test::run_seed;

namespace {

scenario::Scenario short_story() {
  const std::string file = SPOF_SOURCE_DIR "/scenarios/primary-crash.json";
  const auto loaded = scenario::load(file, {"/duration=60s", "/runs=6", "/seed=11"});
  INFO(loaded.mistakes);
  REQUIRE(loaded.scenario);
  return *loaded.scenario;
}

CampaignRuns run(const scenario::Scenario& scenario, unsigned at_once, Keep keep = Keep::none) {
  CampaignRuns campaign = run_campaign(scenario, {at_once, keep, {}});
  REQUIRE(campaign.end == PoolEnd::finished);
  for (const auto& one : campaign.runs) {
    INFO(one.failure);
    REQUIRE(one.value);
  }
  return campaign;
}

}  // namespace

TEST_CASE("a campaign gives the same results however many run at a time") {
  const auto story = short_story();
  const CampaignRuns one = run(story, 1), four = run(story, 4);
  REQUIRE(one.runs.size() == 6);
  REQUIRE(four.runs.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(one.runs[i].value->result.seed == 11 + i);
    CHECK(one.runs[i].value->result.fingerprint == four.runs[i].value->result.fingerprint);
  }
  CHECK(one.runs[0].value->result.fingerprint != one.runs[1].value->result.fingerprint);
}

TEST_CASE("a single seed is the same run as within a campaign") {
  const auto story = short_story();
  const CampaignRuns campaign = run(story, 2, Keep::first);
  const world::RunOutput alone = run_seed(story, 11, true);
  CHECK(alone.result.fingerprint == campaign.runs[0].value->result.fingerprint);
  CHECK(alone.result.samples.size() == requests_in(alone.result));
  CHECK(campaign.runs[0].value->result.samples.size() == alone.result.samples.size());
  CHECK(campaign.runs[1].value->result.samples.empty());
  CHECK(alone.cost.activities > 0);
  CHECK(alone.cost.cpu_seconds > 0);
}

TEST_CASE("a run that cannot be made says why") {
  auto story = short_story();
  story.platform_file = "/no/such/platform.xml";
  REQUIRE_THROWS_AS(run_seed(story, 1), std::runtime_error);
  try {
    run_seed(story, 1);
  } catch (const std::runtime_error& error) {
    INFO(error.what());
    CHECK(std::string(error.what()).find("/no/such/platform.xml") != std::string::npos);
  }
  const CampaignRuns campaign = run_campaign(story, {2, Keep::none, {}});
  CHECK(campaign.runs.size() == 6);
  for (const auto& one : campaign.runs) CHECK_FALSE(one.value);
}

TEST_CASE("progress ends with all runs and their requests") {
  const auto story = short_story();
  Progress last;
  const CampaignRuns campaign =
      run_campaign(story, {2, Keep::none, [&](const Progress& progress) { last = progress; }});
  std::uint64_t requests = 0;
  for (const auto& one : campaign.runs) requests += requests_in(one.value->result);
  CHECK(last.ended == 6);
  CHECK(last.total == 6);
  CHECK(last.requests == requests);
}
