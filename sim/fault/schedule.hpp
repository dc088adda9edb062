#pragma once
#include <optional>

#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::fault {

/// When a fault strikes, for how long, how often.
struct Schedule {
  Seconds at = 0;
  std::optional<Seconds> lasts;
  std::optional<Until> until;
  Seconds jitter = 0;
  int times = 1;
  std::optional<Seconds> every;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("at", at, {.help = "when it strikes", .min = 0, .required = true});
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
