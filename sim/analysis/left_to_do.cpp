#include <fmt/format.h>

#include <algorithm>

#include "analysis/database_failover.hpp"
#include "base/append_new.hpp"
#include "base/words.hpp"

// What a person has to do after a failover of the database.
namespace spof::report {
namespace {

/// What the manager of a failover is configured to.
std::string managers(const Campaign& campaign, const DatabaseFailover& over, const char* name) {
  return setting_of(campaign, "/db_manager/hosts/" + host_of(over.manager) + "/" + name);
}

/// The address that a manager took to the new primary's host and nobody from the old one's, where
/// who runs there still finds it; empty: there is none.
std::string left_address(const Campaign& campaign, const Result& run,
                         const DatabaseFailover& over) {
  const bool is_taken = std::ranges::any_of(run.events, [&](const Event& event) {
    return event.what == What::fenced && event.target == over.old_primary &&
           event.version != "read_only";
  });
  if (is_taken || managers(campaign, over, "repoint") != "address") return "";
  return managers(campaign, over, "virtual_address");
}

/// Applications that are configured to write to the old primary, and were not told of the new one.
/// What a name or an address leads to tells itself.
std::vector<std::string> not_told(const Campaign& campaign, const Result& run,
                                  const DatabaseFailover& over) {
  std::vector<std::string> apps;
  if (managers(campaign, over, "repoint") == "dns") return apps;
  for (const scenario::Edge& edge : campaign.topology.edges)
    if (edge.wire.purpose == stack::Purpose::write && section_of(edge.from) == "app" &&
        edge.wire.to == over.old_primary)
      append_new(apps, edge.from);
  for (const Event& event : run.events)
    if (event.what == What::write_to && event.target == over.new_primary)
      std::erase(apps, event.source);
  return apps;
}

}  // namespace

std::string left_to_do(const Campaign& campaign) {
  for (const Result& run : campaign.results) {
    const auto one = database_failover(campaign, run);
    if (!one) continue;
    std::vector<std::string> acts;
    if (!hosts_off(run).empty()) acts.push_back("switch on " + listed(hosts_off(run)));
    if (const std::string address = left_address(campaign, run, *one); !address.empty())
      acts.push_back(fmt::format("take {} away from {}", address, host_of(one->old_primary)));
    if (const auto apps = not_told(campaign, run, *one); !apps.empty())
      acts.push_back(
          fmt::format("send the writes of {} to {} (`write_to`)", listed(apps), one->new_primary));
    bool follows = false, parted = false, rebuilt = false;
    for (const Event& event : run.events) {
      if (event.source != one->old_primary || event.time < one->end_of(FailoverStep::promotion))
        continue;
      rebuilt = rebuilt || event.what == What::rebuilt;
      follows = follows || rebuilt || event.what == What::source_changed;
      parted =
          event.what != What::rebuilt && (parted || (event.what == What::replication_broken &&
                                                     (event.figure != 0 || event.setting > 0)));
    }
    const double alone = rebuilt ? 0 : only_on(run, one->old_primary);
    if (alone > 0)
      acts.push_back(fmt::format("save the {} writes that {} has and {} has not", count_text(alone),
                                 one->old_primary, one->new_primary));
    if (parted || !follows)
      acts.push_back(fmt::format("{} {} as a replica of {}",
                                 parted || alone > 0 ? "rebuild" : "set up", one->old_primary,
                                 one->new_primary));
    return listed(acts);
  }
  return "";
}

}  // namespace spof::report
