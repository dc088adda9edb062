#include <fmt/format.h>

#include <iterator>

#include "base/csv.hpp"
#include "report/format.hpp"

namespace spof::report {

std::string utilisation_csv(const Campaign& campaign) {
  std::string out = "scenario,seed,time_s,window_s,part,of,taken,full,waiting\n";
  const std::string scenario = csv_field(campaign.name);
  for (const measure::Result& run : campaign.results)
    for (const measure::Load& load : run.loads) {
      const std::string name = csv_field(load.part) + "," + csv_field(load.what);
      for (const measure::Load::Window& one : load.windows)
        fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{:.4g},{:.4g},{:.4g}\n", scenario,
                       run.seed, static_cast<double>(one.number) * load.length, load.length.value,
                       name, one.busy / load.length, one.full / load.length,
                       one.waiting / load.length);
    }
  return out;
}

}  // namespace spof::report
