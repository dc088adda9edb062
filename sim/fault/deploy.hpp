#pragma once
#include <optional>
#include <string>
#include <vector>

#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

enum class RollOut : std::uint8_t { one_by_one, at_once };
constexpr auto names(RollOut) { return std::array{"one_by_one", "at_once"}; }
enum class Migrate : std::uint8_t { before, after };
constexpr auto names(Migrate) { return std::array{"before", "after"}; }
enum class Renewal : std::uint8_t { restart, reload };
constexpr auto names(Renewal) { return std::array{"restart", "reload"}; }

/// A release goes to the applications; at the repair all that have it go back to the one before,
/// together and without a drain. What it costs comes from how daemons stop, start and drain. Each
/// step waits until the application answers again, as whoever looks at it would. [APP-9] [APP-10]
struct Deploy {
  static constexpr const char* kind = "deploy";
  static constexpr const char* help =
      "a release is rolled out to applications; rolled back, on all at once, at the repair";
  static constexpr TargetKind target_kind = TargetKind::daemon;
  std::vector<std::string> targets;
  std::string release;
  RollOut order = RollOut::one_by_one;
  Renewal how = Renewal::restart;
  Seconds copy = 0, pause = 0;
  std::optional<Seconds> drain;
  std::optional<Share> abort_above;
  Migrate migrate = Migrate::before;
  bool assets_first = false;
  Schedule when;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("targets", targets,
          {.help = "applications, in the order of the roll-out, as app@server1", .required = true});
    visit("release", release, {.help = "one of their \"releases\"", .required = true});
    visit("order", order, {.help = "one server after the other, or all together"});
    visit(
        "how", how,
        {.help = "restart: SIGTERM, then a new start; reload: SIGHUP, the master keeps its socket",
         .source = "APP-13"});
    visit("copy", copy, {.help = "time in which its files come to a server", .min = 0});
    visit(
        "drain", drain,
        {.help = "before that the load balancers send the server nothing new (drain) for so long; "
                 "ready once it answers",
         .otherwise = "they are not told",
         .min = 0});
    visit("pause", pause,
          {.help = "from an application that answers again to the next server", .min = 0});
    visit("abort_above", abort_above,
          {.help = "rolled back by itself if more than this share of an application's requests "
                   "failed in the pause",
           .otherwise = "never",
           .min = 0,
           .max = 1});
    visit(
        "migrate", migrate,
        {.help = "where the release has a \"migration\": run from the first of its servers before "
                 "any has the release, or when all have it"});
    visit("assets_first", assets_first,
          {.help = "its files come to all servers before the first is restarted, beside those of "
                   "the release before",
           .source = "APP-9"});
    when.fields(visit);
  }
  std::string degree() const { return "release " + release + " was rolled out to %"; }
  void strike(Switches& site, Hold by) const;
  void repair(Switches& site, Hold by) const;
};

}  // namespace spof::fault
