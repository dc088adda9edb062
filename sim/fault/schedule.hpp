#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::fault {

/// What somebody looks at, once a second, before he takes the next step of a plan. All of it must
/// be so. He sees what commands show him: each daemon as its own host sees it (curl, mysql),
/// servers as every HAProxy of theirs lists them (show stat), a replica by its own word (SHOW
/// REPLICA STATUS).
struct Sight {
  std::vector<std::string> answers, up, idle, caught_up, primary;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("answers", answers, {.help = "daemons that answer, as app@server1"});
    visit("up", up,
          {.help = "servers that HAProxy shows UP and in use, by the name of their line"});
    visit("idle", idle, {.help = "servers for which HAProxy shows no request in progress"});
    visit("caught_up", caught_up,
          {.help = "replicas whose threads run and whose Seconds_Behind_Source is 0",
           .source = "DB-11"});
    visit("primary", primary, {.help = "databases that take writes"});
  }
};

/// When a fault strikes, for how long, how often.
struct Schedule {
  std::optional<Seconds> at;
  std::string after;
  Seconds delay = 0;
  std::optional<Sight> when;
  std::optional<Seconds> lasts;
  std::optional<Until> until;
  Seconds jitter = 0;
  int times = 1;
  std::optional<Seconds> every;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("at", at, {.help = "when it strikes", .otherwise = "see `after`", .min = 0});
    visit("after", after,
          {.help = "instead of `at`: when that step of \"operations\" has been taken",
           .otherwise = "at a date"});
    visit("delay", delay, {.help = "from there, or from `at`, so much later", .min = 0});
    visit("when", when,
          {.help = "and not before this is seen", .otherwise = "nobody looks at anything"});
    visit("for", lasts, {.help = "repaired after this long", .otherwise = "never", .min = 0});
    visit(
        "until", until,
        {.help = "repaired at this date, instead of `for`; jitter does not move it; \"repaired\": "
                 "when somebody repairs it, an operator or a command",
         .otherwise = "see `for`",
         .min = 0});
    visit("jitter", jitter,
          {.help = "strikes up to this much later, drawn by the seed: so that a run's "
                   "phase against the health checks is not always the same",
           .min = 0});
    visit("times", times, {.help = "how often it strikes", .min = 1, .max = 10000});
    visit("every", every,
          {.help = "with times: from one strike to the next",
           .otherwise = "twice `for`",
           .min = 0.001});
  }
};

/// What a fault's `target` names.
enum class TargetKind { daemon, host, link, daemon_or_host, host_group };

/// Base of all faults: a target and a schedule.
struct Targeted {
  std::string target;
  Schedule when;
  template <class Visitor>
  void target_and_schedule(Visitor& visit, const char* help) {
    visit("target", target, {.help = help, .required = true});
    when.fields(visit);
  }
};

}  // namespace spof::fault
