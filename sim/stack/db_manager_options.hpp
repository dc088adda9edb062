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
enum class Fencing : std::uint8_t { none, read_only, power_off };
constexpr auto names(Fencing) { return std::array{"none", "read_only", "power_off"}; }

/// Who fails the database over: a tool, with its defaults where nothing else is said, or a person
/// who does it by the book. [FO-1]
struct DbManagerOptions {
  static constexpr const char* kind = "db_manager";
  static constexpr const char* about = "who promotes a replica when the primary is dead";
  static constexpr std::uint16_t port = 3000;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const DbManagerOptions& options);
  FailoverTool tool = FailoverTool::script;
  std::optional<bool> auto_failover;
  std::optional<Seconds> poll_interval, timeout, block_period;
  std::optional<int> misses;
  std::optional<bool> asks_replicas, drains_relay_log;
  Fencing fencing = Fencing::none;
  Seconds power_off_time = 8;
  Distribution response_time = Distribution::constant(25 * 60);
  ServiceOptions service;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("tool", tool, {.help = "whose defaults hold for what is not said", .source = "FO-1"});
    visit("auto_failover", auto_failover,
          {.help = "acts by itself",
           .source = "FO-1",
           .otherwise = "script and mha do; orchestrator (no filters set) and maxscale do not"});
    visit("poll_interval", poll_interval,
          {.help = "between two looks at a database",
           .source = "FO-1",
           .otherwise = "script 1s, orchestrator 5s, mha 3s, maxscale 2s, person 1min",
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
    visit("asks_replicas", asks_replicas,
          {.help = "not while a replica still receives from the primary",
           .source = "FO-2",
           .otherwise = "orchestrator and maxscale do"});
    visit(
        "drains_relay_log", drains_relay_log,
        {.help = "what the replica has received is applied before it is promoted; otherwise it is "
                 "thrown away",
         .source = "DB-9",
         .otherwise = "all but orchestrator"});
    visit("block_period", block_period,
          {.help = "no second failover for so long",
           .source = "FO-1",
           .otherwise = "orchestrator 1h, mha 8h, others 0",
           .min = 0});
    visit(
        "fencing", fencing,
        {.help = "what is done to the old primary before: read_only needs it to answer; power_off "
                 "cuts its host's power",
         .source = "DB-16"});
    visit("power_off_time", power_off_time,
          {.help = "how long that takes (MHA: 7 to 10 s)", .source = "FO-1", .min = 0});
    visit("response_time", response_time,
          {.help = "person: from the first failed look until they act", .source = "MON-8"});
    visit("service", service, {.help = "its service manager"});
  }
};

}  // namespace spof::stack
