#include <fmt/format.h>

#include <iterator>

#include "base/csv.hpp"
#include "report/format.hpp"

namespace spof::report {

std::string events_csv(const Campaign& campaign) {
  std::string out = "scenario,seed,time_s,source,event,target,detail,role\n";
  for (const measure::Result& run : campaign.results)
    for (const measure::Event& event : run.events)
      fmt::format_to(std::back_inserter(out), "{},{},{:.6f},{},{},{},{},{}\n",
                     csv_field(campaign.name), run.seed, event.time.value, csv_field(event.source),
                     word_of(event.what), csv_field(event.target), csv_field(sentence(event)),
                     names(measure::Role{})[static_cast<std::size_t>(event.role())]);
  return out;
}

}  // namespace spof::report
