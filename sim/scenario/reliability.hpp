#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/mistakes.hpp"
#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::scenario {

struct Scenario;

/// What a scenario says of one kind of failure in place of the default.
struct RateOverride {
  std::optional<double> per_year;
  std::optional<Seconds> repair;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("per_year", per_year,
          {.help = "failures of one such part in a year of working; 0: not counted",
           .otherwise = "that of the kind of part, then the default",
           .min = 0,
           .max = 10000});
    visit("repair", repair,
          {.help = "mean time until somebody has noticed and repaired it",
           .otherwise = "that of the kind of part, then the default",
           .min = 0,
           .max = 31536000});
  }
};

/// How often things fail and how long repairs take. No run depends on it: it weighs the failures of
/// a matrix into a year.
struct Reliability {
  Named<RateOverride> rates;
  Share common_cause = 0.05;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit(
        "rates", rates,
        {.help = "by \"KIND of TARGET\": \"crash of haproxy\", \"power_off of server1\"; the more "
                 "specific of a part and its kind (haproxy, nginx, app, mysql, dns, host, link, "
                 "hosts) wins",
         .source = "AV-2"});
    visit("common_cause", common_cause,
          {.help = "share of a part's failures that strike its twin as well (beta factor); counts "
                   "where the pair was simulated, and not for twins of a group in \"shared\"",
           .source = "AV-2",
           .min = 0,
           .max = 1});
  }
};

/// How often one part fails in one way.
struct FailureRate {
  double per_year = 0;        ///< failures in a year of working; 0: not counted
  Seconds mean_repair = 0;    ///< from the failure until somebody has repaired it, mean
  std::string source;         ///< of the rate, for people; says "unverified" or "assumption"
  std::string repair_source;  ///< of the repair time
  /// The default that the rate is, "power_off of host", and that it is right within such a factor,
  /// by how it is known; "" and 1: the scenario gives it.
  std::string assumption = {};
  double within = 1;
};

/// A default: of a kind of failure of a kind of part. "daemon" is any daemon without a row of its
/// own.
struct DefaultRate {
  const char* kind;
  const char* part;
  double per_year;
  double repair;  ///< seconds
  const char* source;
  const char* repair_source;
  /// Counted by somebody, elsewhere: a factor of 2. Nobody has counted it: a factor of 4.
  double within() const;
};
std::span<const DefaultRate> default_rates();

/// A host's disk that is slow, as a kind beside those of the catalogue.
inline constexpr const char* slow_disk_kind = "slow disk";

/// The kinds a rate can be given for: those of the catalogue, and "slow disk" of a host.
std::vector<std::string> rated_kinds();

/// The rate of `kind` ("crash", "slow disk") of `target` ("mysql@server1", "server1",
/// "server1-nic", "server1 | server2"): what the scenario gives for this part, else for its kind,
/// else the default, rate and repair each by itself. 0 per year for a kind without a default and
/// for hosts that are only there for clients to sit at: these stand for people, not for a machine.
FailureRate rate_of(const Scenario& scenario, const std::string& kind, const std::string& target);

/// What there is to give rates for. `hosts` and `links` of the platform; `has_platform` false: they
/// are not known, and nothing is said of them.
struct RatedParts {
  std::vector<std::string> daemons, hosts, links;
  bool has_platform = true;
  std::vector<std::string> shared = {};  ///< what several of them have in common
};
/// Names in `rates` that lead nowhere, and entries that say nothing.
void check_reliability(const Reliability& reliability, const RatedParts& parts, Mistakes& mistakes);

}  // namespace spof::scenario
