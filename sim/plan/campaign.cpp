#include "plan/campaign.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace spof::plan {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The cost, then the result.
Payload packed(const world::RunOutput& output) {
  static_assert(std::is_trivially_copyable_v<world::Cost>);
  Payload payload(sizeof output.cost);
  std::memcpy(payload.data(), &output.cost, sizeof output.cost);
  measure::pack(output.result, payload);
  return payload;
}

world::RunOutput unpacked(const Payload& payload) {
  world::RunOutput output;
  std::memcpy(&output.cost, payload.data(), sizeof output.cost);
  output.result = measure::unpacked(std::span(payload).subspan(sizeof output.cost));
  return output;
}

bool kept(Keep keep, std::size_t index) {
  return keep == Keep::all || (keep == Keep::first && index == 0);
}

}  // namespace

std::uint64_t requests_in(const measure::Result& result) {
  std::uint64_t sum = 0;
  for (const measure::Tally& tally : result.tallies) sum += tally.requests();
  return sum;
}

std::vector<SeededScenario> seeds_of(const scenario::Scenario& scenario) {
  std::vector<SeededScenario> seeds;
  for (int i = 0; i < scenario.runs; ++i)
    seeds.push_back({&scenario, scenario.seed + static_cast<std::uint64_t>(i)});
  return seeds;
}

PoolEnd run_each(const std::vector<SeededScenario>& list, const CampaignOptions& options,
                 const TakeRun& take) {
  const Clock::time_point start = Clock::now();
  Progress progress{0, list.size(), 0, 0};
  Work work;
  work.count = list.size();
  work.job = [&](std::size_t i) {
    const world::RunOutput output = world::run(
        *list[i].scenario,
        {.seed = list[i].seed, .keep_requests = kept(options.keep, i), .check = options.check});
    if (!output.wrong.empty())
      throw std::runtime_error(fmt::format("{}", fmt::join(output.wrong, "\n")));
    return packed(output);
  };
  work.deliver = [&](std::size_t job, JobResult<Payload> result) {
    JobResult<world::RunOutput> run{{}, std::move(result.failure)};
    if (result.value) {
      run.value = unpacked(*result.value);
      progress.requests += requests_in(run.value->result);
    }
    take(job, std::move(run));
  };
  work.tick = [&](std::size_t ended) {
    progress.ended = ended;
    progress.elapsed_s = seconds_since(start);
    if (options.progress) options.progress(progress);
  };
  return run_jobs(work, options.at_once);
}

CampaignRuns run_campaign(const scenario::Scenario& scenario, const CampaignOptions& options) {
  const Clock::time_point start = Clock::now();
  CampaignRuns campaign;
  campaign.end =
      run_each(seeds_of(scenario), options, [&](std::size_t, JobResult<world::RunOutput> run) {
        campaign.runs.push_back(std::move(run));
      });
  campaign.wall_s = seconds_since(start);
  return campaign;
}

}  // namespace spof::plan
