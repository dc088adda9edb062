#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/csv.hpp"
#include "base/words.hpp"
#include "report/format.hpp"

namespace spof::report {
namespace {

/// The name with this index, or its number where it has none.
template <class Index>
std::string named(const std::vector<std::string>& names, Index index) {
  if (index < 0) return "";
  const auto place = static_cast<std::size_t>(index);
  return place < names.size() ? csv_field(names[place]) : std::to_string(place);
}

void add_row(std::string& out, const Campaign& campaign, std::uint64_t seed,
             const measure::Sample& sample) {
  fmt::format_to(
      std::back_inserter(out), "{},{},{},{:.6f},{:.6f},{:.3f},{},{},{},{},{},{},{},{},{}\n",
      csv_field(campaign.name), seed, sample.id, sample.arrival.value, sample.end.value,
      (sample.end - sample.arrival) * 1e3, named(campaign.plan.populations, int{sample.population}),
      named(campaign.plan.classes, int{sample.request_class}), word(sample.outcome),
      word(sample.cause), named(campaign.plan.servers, sample.server), sample.tries, sample.retries,
      sample.redispatched ? 1 : 0, sample.stale ? 1 : 0);
}

}  // namespace

std::string requests_csv(const Campaign& campaign) {
  std::string out =
      "scenario,seed,request,arrival_s,end_s,latency_ms,population,class,outcome,cause,server,"
      "tries,retries,redispatched,stale\n";
  for (const measure::Result& run : campaign.results) {
    auto samples = run.samples;
    std::sort(samples.begin(), samples.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    for (const measure::Sample& sample : samples) add_row(out, campaign, run.seed, sample);
  }
  return out;
}

}  // namespace spof::report
