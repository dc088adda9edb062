#include <fmt/format.h>

#include <iterator>

#include "base/csv.hpp"
#include "base/words.hpp"
#include "report/format.hpp"

namespace spof::report {
namespace {

double ms(std::uint64_t microseconds) { return static_cast<double>(microseconds) / 1e3; }

}  // namespace

std::string latency_csv(const Campaign& campaign) {
  std::string out =
      "scenario,seed,time_s,window_s,phase,class,outcome,requests,latency_p50_ms,latency_p90_ms,"
      "latency_p99_ms,latency_max_ms\n";
  const std::string scenario = csv_field(campaign.name);
  for (const measure::Result& run : campaign.results)
    for (const measure::WindowRow& row : run.windows)
      fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{},{},{},{},{},{}\n", scenario,
                     run.seed, row.start.value, run.window.value, word(row.phase),
                     csv_field(campaign.plan.classes[row.request_class]), word(row.outcome),
                     row.requests, ms(row.p50), ms(row.p90), ms(row.p99), ms(row.max));
  return out;
}

}  // namespace spof::report
