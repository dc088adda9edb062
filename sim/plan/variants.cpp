#include "plan/variants.hpp"

#include <fmt/format.h>

#include <utility>

namespace spof::plan {
namespace {

/// Collects the results of one variant after the other, as they are delivered.
class Collector {
 public:
  Collector(const Reduce& reduce, Parts& parts) : reduce_(reduce), parts_(parts) {}

  void take(std::size_t variant, const Variant& what, std::uint64_t seed,
            JobResult<world::RunOutput> run) {
    const std::size_t runs = static_cast<std::size_t>(what.scenario->runs);
    ++ended_;
    if (run.value) results_.push_back(std::move(run.value->result));
    if (!run.value)
      failures.push_back(fmt::format("{}{}{}, seed {}: {}", what.of, what.of.empty() ? "" : ": ",
                                     what.name, seed, run.failure));
    if (ended_ < runs) return;
    if (results_.size() == runs)
      (what.kept ? *what.kept : parts_).add(what.name, reduce_(variant, std::move(results_)));
    results_.clear();
    ended_ = 0;
  }

  std::vector<std::string> failures;

 private:
  const Reduce& reduce_;
  Parts& parts_;
  std::vector<measure::Result> results_;
  std::size_t ended_ = 0;
};

}  // namespace

VariantsEnd run_variants(const std::vector<Variant>& variants, const Reduce& reduce, Parts& parts,
                         const CampaignOptions& options) {
  std::vector<SeededScenario> jobs;
  std::vector<std::size_t> variant_of;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if ((variants[i].kept ? *variants[i].kept : parts).find(variants[i].name)) continue;
    for (const SeededScenario& job : seeds_of(*variants[i].scenario)) {
      jobs.push_back(job);
      variant_of.push_back(i);
    }
  }
  Collector collector(reduce, parts);
  const PoolEnd end =
      run_each(jobs, options, [&](std::size_t job, JobResult<world::RunOutput> run) {
        const std::size_t i = variant_of[job];
        collector.take(i, variants[i], jobs[job].seed, std::move(run));
      });
  return {end, std::move(collector.failures)};
}

}  // namespace spof::plan
