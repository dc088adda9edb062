#include <fmt/format.h>

#include "stack/mysql.hpp"
#include "world/checks/checks.hpp"

namespace spof::world {

void check_replica(const std::string& name, const measure::Histories& histories,
                   measure::LogEnd applied, measure::LogEnd received, Wrong& wrong) {
  wrong.add(histories.common(applied, received) != applied.position, "replicas",
            fmt::format("{} has applied {}/{} and received {}/{}", name, applied.history,
                        applied.position, received.history, received.position));
  wrong.add(received.position > histories.written(received.history), "replicas",
            fmt::format("{} has received {} of {}", name, received.position,
                        histories.written(received.history)));
}

void watch_replicas(Site& site, const measure::Histories& histories, double until, Wrong& wrong) {
  for (const stack::Mysql* one : site.all<stack::Mysql>())
    check_replica(one->name(), histories, {one->log().end().history, one->log().applied()},
                  one->log().received(), wrong);
  const double next = engine::now() + 0.1;
  if (next <= until)
    site.kernel().at(next, [&, until] { watch_replicas(site, histories, until, wrong); });
}

}  // namespace spof::world
