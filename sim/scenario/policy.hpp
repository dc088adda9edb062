#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/mistakes.hpp"
#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::scenario {

struct Scenario;

/// What kinds of failure have in common for who writes objectives.
enum class Disruption : std::uint8_t {
  process,  ///< a daemon dies, hangs or is slow
  host,     ///< a machine, its disk
  network,  ///< a link, what lies between two machines
  site,     ///< what several parts share, "shared" in the scenario
  release,  ///< a daemon answers with errors, as after a bad release
  mistake,  ///< a wrong rule of a firewall, a certificate that ends
  attack    ///< floods
};
constexpr auto names(Disruption) {
  return std::array{"process", "host", "network", "site", "release", "mistake", "attack"};
}

/// What is asked of a stack. A matrix judges it; no run depends on it.
struct Objective {
  std::vector<std::string> classes;
  std::vector<Disruption> disruptions;
  std::optional<Share> availability;
  std::optional<Seconds> rto;
  std::optional<Seconds> rpo;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("classes", classes, {.help = "of requests that it is about; none: all"});
    visit("disruptions", disruptions, {.help = "kinds of disruption that it is about; none: all"});
    visit("availability", availability,
          {.help = "share of a year in which a class is not down, with these disruptions alone",
           .otherwise = "not asked",
           .min = 0,
           .max = 1});
    visit(
        "rto", rto,
        {.help = "recovery time objective: no such failure interrupts a class for longer, all its "
                 "outages together. Where nothing takes over that is until it is repaired",
         .otherwise = "not asked",
         .min = 0});
    visit("rpo", rpo,
          {.help = "recovery point objective: acknowledged writes of at most so long are lost",
           .otherwise = "not asked",
           .min = 0});
  }
};

/// What an objective names is there, and it asks for something.
void check_policy(const Scenario& scenario, Mistakes& mistakes);

}  // namespace spof::scenario
