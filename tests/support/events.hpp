#pragma once
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "measure/event.hpp"

namespace spof::test {

/// Events as a run tells them.
inline measure::Event struck(double at, measure::What kind, std::string target,
                             double lasts = HUGE_VAL, std::uint32_t strike = 0) {
  return {.time = at,
          .source = "fault",
          .what = kind,
          .target = std::move(target),
          .figure = lasts,
          .strike = strike};
}
inline measure::Event repaired(double at, std::string target, std::uint32_t strike = 0) {
  return {.time = at, .source = "fault", .target = std::move(target), .strike = strike};
}
inline measure::Event serves(double at, const std::string& daemon) {
  return {.time = at, .source = daemon, .what = measure::What::serving, .target = daemon};
}
inline measure::Event recovered(double at, const std::string& daemon, double took = 1.5) {
  return {.time = at,
          .source = daemon,
          .what = measure::What::recovered,
          .target = daemon,
          .figure = took};
}
/// By its service manager.
inline measure::Event started(double at, std::string daemon) {
  return {.time = at,
          .source = "systemd",
          .what = measure::What::started,
          .target = std::move(daemon),
          .figure = 5};
}
/// What a load balancer says of a server. `figure` as in Event.
inline measure::Event says(double at, measure::What what, std::string server,
                           measure::CheckResult check = {}, double figure = 2) {
  return {.time = at,
          .source = "haproxy@lb1",
          .what = what,
          .target = std::move(server),
          .check = check,
          .figure = figure};
}
inline constexpr measure::CheckResult refused{measure::CheckFailure::refused};
inline constexpr measure::CheckResult no_connection{measure::CheckFailure::no_connection};

}  // namespace spof::test
