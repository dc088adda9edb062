#include <fmt/format.h>

#include <algorithm>

#include "base/append_new.hpp"
#include "scenario/check_parts.hpp"

namespace spof::scenario {
namespace {

using stack::DbManagerOptions;
using stack::MysqlOptions;

class Databases {
 public:
  Databases(const Scenario& scenario, Mistakes& mistakes)
      : all_(scenario.mysql.hosts), apps_(scenario.app.hosts), mistakes_(mistakes) {}

  void roles() {
    std::vector<std::string> primaries;
    for (const auto& [host, options] : all_) {
      const std::string pointer = child_pointer("/mysql/hosts", host);
      if (!options.replica_of.empty())
        replica(pointer, host, options.replica_of);
      else
        primaries.push_back(host);
    }
    for (std::size_t i = 0; primaries.size() > 1 && i < primaries.size(); ++i)
      mistakes_.add(child_pointer("/mysql/hosts", primaries[i]),
                    fmt::format("is a primary, and so is \"{}\"; one database may have no "
                                "\"replica_of\"; null removes one: \"{}\": null",
                                primaries[i == 0 ? 1 : 0], primaries[i]));
    if (primaries.empty() && !all_.empty())
      mistakes_.add("/mysql/hosts", "no database is the primary: every one has a \"replica_of\"");
  }

  void manager(const std::string& host, const DbManagerOptions& options) {
    const std::string pointer = child_pointer("/db_manager/hosts", host);
    if (all_.empty()) return mistakes_.add(pointer, "there is no database to manage");
    const bool moves =
        options.repoint == stack::Repoint::address || options.fencing == stack::Fencing::address;
    if (moves && options.virtual_address.empty())
      mistakes_.add(pointer + "/virtual_address",
                    "is needed where \"repoint\" or \"fencing\" is \"address\"");
    if (!options.virtual_address.empty() && !is_address(options.virtual_address))
      mistakes_.add(pointer + "/virtual_address",
                    fmt::format("\"{}\" is no address; allowed: an IPv4 address without port or "
                                "mask, as 10.0.0.200",
                                options.virtual_address));
    const bool tells = options.repoint <= stack::Repoint::dns;
    for (const auto& [its, app] : apps_)
      if (tells && !app.database.primary.empty() && !app.database.primary.starts_with("mysql@"))
        mistakes_.warn(pointer + "/repoint",
                       fmt::format("app@{} writes through {}, and would be told to write past it: "
                                   "\"none\", or \"address\"",
                                   its, app.database.primary));
    const stack::FailoverHabits habits = options.habits();
    if (!habits.acts) return;
    if (all_.size() < 2) mistakes_.warn(pointer, "there is no replica: it can promote nobody");
    const bool is_safe = options.fencing == stack::Fencing::power_off;
    if (item_of(all_, host) && !is_safe)
      mistakes_.warn(
          pointer,
          "runs beside a database and fences nobody: cut off from the primary it takes "
          "it for dead, and both take writes; a witness on a third host, or \"fencing\": "
          "\"power_off\", prevents that");
    if (!habits.drains)
      mistakes_.warn(pointer + "/drains_relay_log",
                     "what the replica has received and not applied is thrown away: "
                     "acknowledged writes are lost although it had them; true keeps them");
    for (const auto& [replica, one] : all_) warn_of(host, habits, is_safe, replica, one);
  }

  void migrations() {
    for (const auto& [host, app] : apps_)
      for (const auto& [version, release] : app.releases)
        if (all_.empty() && release.migration)
          mistakes_.add(child_pointer("/app/hosts", host) + child_pointer("/releases", version) +
                            "/migration",
                        "there is no database whose schema could be changed");
  }

  void semi_sync(bool is_promoted) {
    const auto replicas = std::count_if(
        all_.begin(), all_.end(), [](const auto& one) { return !one.second.replica_of.empty(); });
    constexpr double patient = 600;  // longer than most users wait
    for (const auto& [host, one] : all_) {
      if (is_promoted && one.semi_sync != stack::SemiSync::off && !one.replica_of.empty() &&
          replicas < 2)
        mistakes_.warn(child_pointer("/mysql/hosts", host) + "/semi_sync",
                       fmt::format("once it is promoted it has no replica: its first writes wait "
                                   "for {} (semi_sync_timeout)",
                                   to_text(one.semi_sync_timeout)));
      if (one.semi_sync != stack::SemiSync::off && one.replica_of.empty() && replicas < 2 &&
          one.semi_sync_timeout >= patient)
        mistakes_.warn(child_pointer("/mysql/hosts", host) + "/semi_sync_timeout",
                       fmt::format("with {} replica every write waits so long when it dies; a "
                                   "shorter one, or a second replica, lets them go on",
                                   replicas));
    }
  }

 private:
  void replica(const std::string& pointer, const std::string& host, const std::string& primary) {
    const MysqlOptions* found = item_of(all_, primary);
    if (!found)
      mistakes_.add(pointer + "/replica_of", fmt::format("no database runs on \"{}\"; {}", primary,
                                                         nearest(primary, names_of(all_))));
    else if (primary == host)
      mistakes_.add(pointer + "/replica_of", "a database cannot replicate from itself");
    else if (!found->replica_of.empty())
      mistakes_.add(pointer + "/replica_of",
                    "is a replica itself; replicas of replicas are not modelled");
  }

  void warn_of(const std::string& manager, const stack::FailoverHabits& habits, bool is_safe,
               const std::string& host, const MysqlOptions& one) {
    const std::string pointer = child_pointer("/mysql/hosts", host);
    const double patience = habits.misses * habits.poll_interval;
    if (!one.replica_of.empty() && habits.trusts_replicas > one.net_timeout &&
        one.net_timeout > patience)
      mistakes_.warn(pointer + "/net_timeout",
                     fmt::format("a replica believes in a silent primary for {}, and db_manager@{} "
                                 "believes the replica: no failover until then; \"4s\" is usual",
                                 to_text(one.net_timeout), manager));
    if (!one.read_only && !is_safe)
      mistakes_.warn(pointer + "/read_only",
                     "is false: started again after a failover it takes writes beside the new "
                     "primary; true makes it wait for somebody who says what it is");
  }

  const Named<MysqlOptions>& all_;
  const Named<stack::AppOptions>& apps_;
  Mistakes& mistakes_;
};

}  // namespace

void check_databases(const Scenario& scenario, Mistakes& mistakes) {
  Databases databases(scenario, mistakes);
  databases.roles();
  for (const auto& [host, options] : scenario.db_manager.hosts) databases.manager(host, options);
  databases.migrations();
  const bool promotes = std::ranges::any_of(scenario.faults, [](const fault::Fault& one) {
    const auto* command = std::get_if<fault::Command>(&one);
    return command && command->command == fault::Order::promote;
  });
  databases.semi_sync(promotes || !scenario.db_manager.hosts.empty());
  for (std::size_t i = 0; i < scenario.faults.size(); ++i)
    if (const auto* one = std::get_if<fault::OpenTransaction>(&scenario.faults[i]);
        one && !section_of(one->target).empty() && section_of(one->target) != "mysql")
      mistakes.add(fmt::format("/faults/{}/target", i), "is no database, as mysql@server1");
}

}  // namespace spof::scenario
