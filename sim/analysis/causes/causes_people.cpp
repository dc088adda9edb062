#include <fmt/format.h>

#include <algorithm>

#include "analysis/causes/causes_parts.hpp"
#include "base/append_new.hpp"
#include "measure/after_fault.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// What an operator did, as he would say it.
std::string done_words(const Event& event) {
  std::string action = event.version;
  std::ranges::replace(action, '_', ' ');
  return fmt::format("{}: {} {}", event.source, action, event.target);
}

std::string words(const Event& event) {
  switch (event.what) {
    case What::alert_firing:
      return fmt::format("{} raised {} of {}{}", event.source, event.version, event.target,
                         event.figure > 0
                             ? fmt::format(", after {} of waiting (for)", time_text(event.figure))
                             : "");
    case What::notified:
      if (!measure::calls_somebody(event))
        return fmt::format("{} sent {} to {}, where nobody is", event.source, event.version,
                           listed(event.parts));
      return fmt::format("{} called {}: {}, {} after it fired", event.source, listed(event.parts),
                         event.version, time_text(event.figure));
    case What::customers_complained:
      return fmt::format("a customer called {}: nobody else had, {} requests had failed",
                         event.source, event.figure);
    case What::acknowledged:
      return fmt::format("{} was there, {} after being told of {}", event.source,
                         time_text(event.figure), event.version);
    case What::repaired_by:
      return done_words(event) + ", which was broken";
    case What::acted_in_vain:
      return done_words(event) + ", in vain: nothing was broken there";
    default:
      return "";
  }
}

}  // namespace

void add_people(const CausalSite& site, std::vector<Cause>& chain) {
  constexpr std::size_t most = 3;  // of what was done
  std::vector<std::pair<What, std::size_t>> told;
  for (const Event& event : site.run.events) {
    if (event.time < site.run.fault_start || (event.what == What::notified && event.setting))
      continue;
    const std::string text = words(event);
    if (text.empty()) continue;
    const bool is_act = event.what == What::repaired_by || event.what == What::acted_in_vain;
    if (value_at(told, event.what)++ < (is_act ? most : 1))
      chain.push_back({event.time, event.time, text});
  }
}

const Event* first_told(const Result& run, double since) {
  for (const Event& event : run.events)
    if (event.time >= since &&
        (event.what == What::customers_complained || measure::calls_somebody(event)))
      return &event;
  return nullptr;
}

}  // namespace spof::report
