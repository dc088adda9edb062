#include "plan/variants.hpp"

#include <fmt/format.h>

#include <utility>

namespace spof::plan {

VariantsEnd run_variants(const std::vector<Variant>& variants, const Reduce& reduce, Parts& parts,
                         const CampaignOptions& options) {
  const auto kept_of = [&](const Variant& what) -> Parts& {
    return what.kept ? *what.kept : parts;
  };
  std::vector<SeededScenario> jobs;
  std::vector<std::size_t> variant_of;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if (kept_of(variants[i]).find(variants[i].name)) continue;
    for (const SeededScenario& job : seeds_of(*variants[i].scenario)) {
      jobs.push_back(job);
      variant_of.push_back(i);
    }
  }
  VariantsEnd made;
  std::vector<measure::Result> results;  // of one variant after the other, as they are delivered
  made.end = run_each(jobs, options, [&](std::size_t job, JobResult<world::RunOutput> run) {
    const std::size_t i = variant_of[job];
    const Variant& what = variants[i];
    if (run.value)
      results.push_back(std::move(run.value->result));
    else
      made.failures.push_back(fmt::format("{}{}{}, seed {}: {}", what.of,
                                          what.of.empty() ? "" : ": ", what.name, jobs[job].seed,
                                          run.failure));
    if (job + 1 < jobs.size() && variant_of[job + 1] == i) return;
    if (results.size() == static_cast<std::size_t>(what.scenario->runs))
      kept_of(what).add(what.name, reduce(i, std::move(results)));
    results.clear();
  });
  return made;
}

}  // namespace spof::plan
