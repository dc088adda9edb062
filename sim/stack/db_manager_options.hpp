#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "base/distribution.hpp"
#include "base/options.hpp"
#include "base/units.hpp"
#include "stack/service_options.hpp"

namespace spof::stack {

enum class FailoverTool : std::uint8_t { script, orchestrator, mha, maxscale, person };
constexpr auto names(FailoverTool) {
  return std::array{"script", "orchestrator", "mha", "maxscale", "person"};
}
enum class Fencing : std::uint8_t { none, read_only, address, power_off };
constexpr auto names(Fencing) { return std::array{"none", "read_only", "address", "power_off"}; }
enum class Repoint : std::uint8_t { applications, restart, dns, address, none };
constexpr auto names(Repoint) {
  return std::array{"applications", "restart", "dns", "address", "none"};
}
enum class Rejoin : std::uint8_t { none, replica, rebuild };
constexpr auto names(Rejoin) { return std::array{"none", "replica", "rebuild"}; }

/// What a tool does where nothing else is said.
struct FailoverHabits {
  double poll_interval = 0, timeout = 0;
  int misses = 1;
  double trusts_replicas = 0;
  bool drains = true, acts = true;
  double block_period = 0;
};

/// Who fails the database over: a tool, with its defaults where nothing else is said, or a person
/// who does it by the book. [FO-1] Not modelled: managers that vote (Orchestrator's Raft).
struct DbManagerOptions {
  static constexpr const char* kind = "db_manager";
  static constexpr const char* about = "who promotes a replica when the primary is dead";
  static constexpr std::uint16_t port = 3000;
  static constexpr std::uint16_t ssh = 22;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const DbManagerOptions& options);
  FailoverTool tool = FailoverTool::script;
  std::optional<bool> auto_failover;
  std::optional<Seconds> poll_interval, timeout, block_period, trusts_replicas;
  std::optional<int> misses;
  std::optional<bool> drains_relay_log;
  Fencing fencing = Fencing::none;
  Seconds power_off_time = 8;
  Repoint repoint = Repoint::applications;
  std::string virtual_address;
  Rejoin rejoin = Rejoin::none;
  Seconds failover_timeout = 90;
  Distribution response_time = Distribution::constant(25 * 60);
  ServiceOptions service;

  /// What is said, and its tool's defaults for the rest.
  FailoverHabits habits() const;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("tool", tool, {.help = "whose defaults hold for what is not said", .source = "FO-1"});
    visit("auto_failover", auto_failover,
          {.help = "acts by itself",
           .source = "FO-1",
           .otherwise = "script and mha do, orchestrator (no filters set) and maxscale do not"});
    visit("poll_interval", poll_interval,
          {.help = "from the beginning of one look at a database to that of the next",
           .source = "FO-1",
           .otherwise = "script 1s, orchestrator 5s, mha 3s, maxscale 2s, person 1m",
           .min = 0.01});
    visit("timeout", timeout,
          {.help = "a look that takes longer has failed",
           .source = "FO-1",
           .otherwise = "script 1s, orchestrator 2s, mha 3s, maxscale 3s, person 10s",
           .min = 0.001});
    visit("misses", misses,
          {.help = "so many failed looks in a row: the primary is dead",
           .source = "FO-1",
           .otherwise = "script 3, orchestrator 1, mha 4, maxscale 5, person 1",
           .min = 1,
           .max = 1000});
    visit("trusts_replicas", trusts_replicas,
          {.help = "not while a replica is connected to the primary and has heard of it within so "
                   "long",
           .source = "FO-2",
           .otherwise = "orchestrator for ever, maxscale 10s (verify_master_failure), others 0",
           .min = 0});
    visit("drains_relay_log", drains_relay_log,
          {.help = "what the replica has received is applied before it is promoted; otherwise it "
                   "is thrown away",
           .source = "DB-9",
           .otherwise = "all but orchestrator"});
    visit("block_period", block_period,
          {.help = "no second failover for so long",
           .source = "FO-1",
           .otherwise = "orchestrator 1h, mha 8h, others 0",
           .min = 0});
    visit("fencing", fencing,
          {.help = "what is done to the old primary before: read_only needs it to answer, address "
                   "takes its virtual_address away if its host answers, power_off cuts the power "
                   "of its host over a network of its own",
           .source = "DB-16"});
    visit("power_off_time", power_off_time,
          {.help = "how long that takes (MHA: 7 to 10 s)", .source = "FO-1", .min = 0});
    visit("repoint", repoint,
          {.help = "how the applications find the new primary: each is told, or told and "
                   "restarted, or sees a changed record when its copy has run out; the "
                   "virtual_address moves; or others see to it (HAProxy with a check, Keepalived)",
           .source = "FO-3"});
    visit("virtual_address", virtual_address,
          {.help = "what the applications connect to, as 10.0.0.200; the primary's host has it",
           .otherwise = "none"});
    visit("rejoin", rejoin,
          {.help = "what becomes of an old primary that is back: nothing, it is made a replica (a "
                   "log that has parted refuses that), or it is rebuilt from the new one",
           .source = "DB-16"});
    visit("failover_timeout", failover_timeout,
          {.help = "a promotion that takes longer is given up", .source = "FO-1", .min = 0.1});
    visit("response_time", response_time,
          {.help = "person: from the failed look until they act", .source = "MON-8"});
    visit("service", service, {.help = "its service manager"});
  }
};

}  // namespace spof::stack
