#include <fmt/format.h>

#include <map>
#include <memory>

#include "stack/alertmanager.hpp"
#include "world/checks/checks.hpp"

namespace spof::world {

void check_interval(const stack::monitoring::Notification& before,
                    const stack::monitoring::Notification& now, double group_interval,
                    Wrong& wrong) {
  const double gap = stack::monitoring::to_seconds(now.date - before.date);
  constexpr double grain = 1e-3;  // it counts milliseconds
  // A group of which all was over may be gone, and be a new one.
  wrong.add(!before.firing.empty() && gap < group_interval - grain, "pages",
            fmt::format("{} tells of a group again after {}, group_interval is {}",
                        now.route.empty() ? "the default route" : now.route, gap, group_interval));
}

void watch_pages(Site& site, Wrong& wrong) {
  using stack::monitoring::Notification;
  struct Last {
    std::uint32_t start = 0;
    Notification notification;
  };
  for (stack::AlertmanagerDaemon* one : site.all<stack::AlertmanagerDaemon>()) {
    auto told =
        std::make_shared<std::map<std::pair<std::string, stack::monitoring::Labels>, Last>>();
    one->sends = [one, told, &wrong](const Notification& now) {
      const auto [last, is_first] = told->try_emplace({now.route, now.group});
      const auto* route = scenario::item_of(one->options().routes, now.route);
      if (!is_first && last->second.start == one->epoch())
        check_interval(last->second.notification, now,
                       route ? route->group_interval : one->options().group_interval, wrong);
      last->second = {one->epoch(), now};
    };
  }
}

}  // namespace spof::world
