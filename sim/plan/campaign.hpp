#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "plan/pool.hpp"
#include "world/run.hpp"

namespace spof::plan {

/// Which runs keep every request and log line; memory then grows with their number.
enum class Keep { none, first, all };

/// How far a campaign is.
struct Progress {
  std::size_t ended = 0;       ///< runs, failed ones included
  std::size_t total = 0;       ///< runs
  std::uint64_t requests = 0;  ///< simulated so far, in the runs delivered
  double elapsed_s = 0;        ///< since the start, by the clock on the wall
};

struct CampaignOptions {
  unsigned at_once = 1;  ///< processes at a time
  Keep keep = Keep::none;
  std::function<void(const Progress&)> progress = {};  ///< at every change and twice a second
  bool check = false;  ///< what shows what no run may (world/checks/) has failed; with Keep::all
};

/// What came of all seeds, in their order. Interrupted: those that had ended by then.
struct CampaignRuns {
  std::vector<JobResult<world::RunOutput>> runs;
  PoolEnd end = PoolEnd::finished;
  double wall_s = 0;
};

/// Runs `scenario` for its `runs` seeds: `seed`, `seed` + 1, ... (each in a process of its own).
/// Results do not depend on `at_once`.
CampaignRuns run_campaign(const scenario::Scenario& scenario, const CampaignOptions& options);

/// One run to make.
struct SeededScenario {
  const scenario::Scenario* scenario = nullptr;
  std::uint64_t seed = 0;
};

/// The runs of a scenario: one for each of its seeds.
std::vector<SeededScenario> seeds_of(const scenario::Scenario& scenario);

/// Takes what came of a job; called in the order of the list.
using TakeRun = std::function<void(std::size_t job, JobResult<world::RunOutput> run)>;

/// The same for any list of runs, of different scenarios too, each handed over as soon as it and
/// all before it have ended.
PoolEnd run_each(const std::vector<SeededScenario>& list, const CampaignOptions& options,
                 const TakeRun& take);

/// How many requests ended in a run, in whatever way.
std::uint64_t requests_in(const measure::Result& result);

}  // namespace spof::plan
