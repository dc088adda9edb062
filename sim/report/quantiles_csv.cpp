#include <fmt/format.h>

#include <array>
#include <iterator>
#include <vector>

#include "base/csv.hpp"
#include "report/format.hpp"
#include "report/plot/plot_data.hpp"

namespace spof::report {
namespace {

using measure::Phase;
using measure::Tally;

/// A quantile, and how many requests have to be there for it to be more than their maximum.
struct Quantile {
  const char* quantile;
  double value;
  std::uint64_t requests;
};
constexpr std::array rows{
    Quantile{"0", 0, 1},
    Quantile{"0.1", 0.1, 1},
    Quantile{"0.2", 0.2, 2},
    Quantile{"0.3", 0.3, 2},
    Quantile{"0.4", 0.4, 2},
    Quantile{"0.5", 0.5, 2},
    Quantile{"0.6", 0.6, 3},
    Quantile{"0.7", 0.7, 4},
    Quantile{"0.8", 0.8, 5},
    Quantile{"0.9", 0.9, 10},
    Quantile{"0.95", 0.95, 20},
    Quantile{"0.98", 0.98, 50},
    Quantile{"0.99", 0.99, 100},
    Quantile{"0.995", 0.995, 200},
    Quantile{"0.998", 0.998, 500},
    Quantile{"0.999", 0.999, 1000},
    Quantile{"0.9995", 0.9995, 2000},
    Quantile{"0.9998", 0.9998, 5000},
    Quantile{"0.9999", 0.9999, 10'000},
    Quantile{"1", 1, 1},
};

/// Correct answers of all runs, of some classes.
Histogram answers(const Campaign& campaign, Phase phase, std::size_t first, std::size_t last) {
  Histogram all;
  for (const measure::Result& run : campaign.results)
    for (std::size_t i = first; i < last; ++i) all.merge(run.tally(phase, i).ok);
  return all;
}

void add(std::string& out, const std::string& before, const Histogram& latencies) {
  for (const Quantile& row : rows) {
    if (latencies.count() < row.requests) continue;
    const std::uint64_t microseconds =
        row.value < 1 ? latencies.quantile(row.value) : latencies.max();
    fmt::format_to(std::back_inserter(out), "{},{},{}\n", before, row.quantile,
                   static_cast<double>(microseconds) / 1e3);
  }
}

}  // namespace

std::string quantiles_csv(const Campaign& campaign) {
  std::string out = "scenario,phase,class,quantile,latency_ms\n";
  const std::vector<std::string>& classes = campaign.plan.classes;
  const std::string scenario = csv_field(campaign.name);
  for (std::size_t phase = 0; phase < measure::phase_count; ++phase) {
    const std::string start = fmt::format("{},{},", scenario, names(Phase{})[phase]);
    const auto of = [&](std::size_t first, std::size_t last) {
      return answers(campaign, static_cast<Phase>(phase), first, last);
    };
    add(out, start + all_classes, of(0, classes.size()));
    for (std::size_t i = 0; i < classes.size(); ++i)
      add(out, start + csv_field(classes[i]), of(i, i + 1));
  }
  return out;
}

}  // namespace spof::report
