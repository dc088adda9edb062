#pragma once
#include <array>
#include <memory>
#include <optional>

#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::engine {
class Machine;
}

namespace spof::stack {

class Component;
struct Context;

/// When systemd starts a daemon again after it died (systemd.service(5), Restart=).
enum class Restart : std::uint8_t { no, on_abnormal, on_failure, always };
constexpr auto names(Restart) { return std::array{"no", "on-abnormal", "on-failure", "always"}; }

/// Whom a stop reaches (systemd.kill(5), KillMode=): all processes, or the main one alone, so that
/// a worker that hangs does until what is left is killed. [HA-49]
enum class KillMode : std::uint8_t { control_group, mixed };
constexpr auto names(KillMode) { return std::array{"control-group", "mixed"}; }

/// The daemon's service manager. Default: nobody restarts it. What Debian 12's units say: HAProxy
/// always, 100 ms; MariaDB on-abnormal, 5 s; Nginx, PHP-FPM and Keepalived nothing. [HA-42] [DB-6]
/// [NG-9] Not modelled: units that depend on each other, sockets that systemd holds, WatchdogSec.
struct ServiceOptions {
  Restart restart = Restart::no;
  Seconds restart_sec = 0.1;
  Seconds start_time = 0;
  int start_limit_burst = 5;
  Seconds start_limit_interval = 10;
  std::optional<KillMode> kill_mode;
  Seconds stop_timeout = 90;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("restart", restart,
          {.help = "when the service manager starts it again", .source = "HA-42"});
    visit("restart_sec", restart_sec,
          {.help = "its delay before it does", .source = "HA-42", .min = 0});
    visit("start_time", start_time,
          {.help = "from the start of the process until it serves", .min = 0});
    visit("start_limit_burst", start_limit_burst,
          {.help = "so many starts within start_limit_interval, then it stays stopped",
           .source = "HA-42",
           .min = 1});
    visit("start_limit_interval", start_limit_interval,
          {.help = "see start_limit_burst", .min = 0});
    visit(
        "kill_mode", kill_mode,
        {.help = "whom a stop reaches: all its processes, or the main one alone, so that a worker "
                 "that hangs goes on to do so until it is killed",
         .source = "HA-49",
         .otherwise = "mixed for HAProxy and Nginx, control-group for others, as Debian's units"});
    visit("stop_timeout", stop_timeout,
          {.help = "an orderly stop that takes longer ends by SIGKILL (TimeoutStopSec)",
           .source = "HA-49",
           .min = 0.001});
  }
};

}  // namespace spof::stack
