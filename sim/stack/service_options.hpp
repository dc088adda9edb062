#pragma once
#include <array>
#include <memory>

#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::engine {
class Machine;
}

namespace spof::stack {

class Component;
struct Context;

/// When systemd starts a daemon again after it died (systemd.service(5), Restart=).
enum class Restart : std::uint8_t { no, on_abnormal, always };
constexpr auto names(Restart) { return std::array{"no", "on-abnormal", "always"}; }

/// The daemon's service manager. Default: nobody restarts it. What Debian 12's units say: HAProxy
/// always, 100 ms; MariaDB on-abnormal, 5 s; Nginx, PHP-FPM and Keepalived nothing. [HA-42] [DB-6]
/// [NG-9]
struct ServiceOptions {
  Restart restart = Restart::no;
  Seconds restart_sec = 0.1;
  Seconds start_time = 0;
  int start_limit_burst = 5;
  Seconds start_limit_interval = 10;

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
  }
};

}  // namespace spof::stack
