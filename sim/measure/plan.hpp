#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "base/units.hpp"

namespace spof::measure {

/// What a recorder must know of the scenario before the first request.
struct Plan {
  std::vector<std::string> classes;      ///< names, by index of Sample::request_class
  std::vector<std::string> populations;  ///< names, by index of Sample::population
  std::vector<std::string> servers;      ///< names, by index of Sample::server
  std::vector<std::string> parts;        ///< daemons, and the hosts that they run on
  std::vector<bool> counted;  ///< by population: false for attackers, whose failures are no outage
  Seconds duration = 120;
  Seconds window = 1;
  std::size_t strikes = 0;  ///< of all faults within the run
  Seconds outage_gap = 3;   ///< this long without a failure may end an outage, see Outage
  Seconds patience = 0;     ///< no request ends later than this after its arrival: older windows
                            ///< are summed up; 0: unknown, they stay open until the end
  bool is_watched = false;  ///< there is monitoring, or somebody to be told
  bool keep_requests =
      false;  ///< keep every Sample and HttpLog (tests, --format requests, --trace)
};

}  // namespace spof::measure
