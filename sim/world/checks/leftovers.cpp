#include <fmt/format.h>

#include "world/checks/checks.hpp"

namespace spof::world {

void check_leftovers(const Leftovers& left, Wrong& wrong) {
  wrong.add(left.in_flight > 0, "leftovers", fmt::format("{} requests in flight", left.in_flight));
  for (const Leftovers::OfDaemon& one : left.daemons)
    wrong.add(
        !one.is_alive && one.jobs + one.waits > 0, "leftovers",
        fmt::format("{} is dead, and has {} jobs and {} waits", one.name, one.jobs, one.waits));
}

}  // namespace spof::world
