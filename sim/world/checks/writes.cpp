#include <fmt/format.h>

#include "stack/request_class.hpp"
#include "world/checks/checks.hpp"

namespace spof::world {

void check_writes(const scenario::Scenario& scenario, const measure::Result& result,
                  const measure::Histories& histories, Wrong& wrong) {
  const measure::Writes& writes = result.writes;
  std::uint64_t good = 0;
  for (const measure::Sample& one : result.samples)
    good += one.outcome == measure::Outcome::ok &&
            scenario.classes[one.request_class].second.kind == stack::RequestKind::write;
  wrong.add(writes.acknowledged != good, "writes",
            fmt::format("{} acknowledged, {} were answered", writes.acknowledged, good));
  wrong.add(writes.lost > writes.acknowledged, "writes",
            fmt::format("{} lost of {} acknowledged", writes.lost, writes.acknowledged));
  const std::uint64_t held = histories.led(), all = histories.committed();
  wrong.add(writes.acknowledged > held + writes.lost, "writes",
            fmt::format("{} acknowledged and not lost, the primary has {}",
                        writes.acknowledged - writes.lost, held));
  wrong.add(writes.acknowledged + writes.phantom.number > all, "writes",
            fmt::format("{} acknowledged and {} phantoms, {} committed", writes.acknowledged,
                        writes.phantom.number, all));
}

}  // namespace spof::world
