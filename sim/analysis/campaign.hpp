#pragma once
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/units.hpp"
#include "measure/chronicle.hpp"
#include "measure/event.hpp"
#include "measure/expect.hpp"
#include "measure/plan.hpp"
#include "measure/result.hpp"
#include "scenario/topology.hpp"
#include "stack/clients_options.hpp"

namespace spof::report {

// What runs are remembered by, and everything here speaks of.
using measure::ClassStory, measure::Episode, measure::Estimate, measure::Event, measure::Failure,
    measure::Holding, measure::Judged, measure::Judgement, measure::Lag, measure::Load,
    measure::Outage, measure::Outcome, measure::Phase, measure::Result, measure::Role,
    measure::Span, measure::Tally, measure::Unit, measure::Usage, measure::What, measure::WindowRow,
    measure::host_of, measure::section_of;

/// A fault as the scenario planned it.
struct FaultLine {
  std::string kind;    ///< "crash"
  std::string target;  ///< "mysql@server1", "server1's disk"
  Seconds at;
  Seconds until = -1;        ///< when it was repaired; negative: never
  std::uint32_t strike = 0;  ///< its events in each run carry this number
  std::string degree = {};   ///< "became 20 times slower", "was told: promote"
  bool mends = false;        ///< it is the end of another one, or of a step, or the answer to one
  bool waits = false;        ///< a step of a plan: `at` is the earliest that could be
  std::string server = {};   ///< of a load balancer: the server that it is about
};

/// The name of a surge that is none: something broke by chance.
inline constexpr const char* by_chance_name = "random failures";

/// A time in which more came than usual, or an attack.
struct Surge {
  std::string name;  ///< "the flood of bots", "the surge of visitors"
  Span time{0, never};
  stack::Attack attack = stack::Attack::none;
};

/// All runs of one scenario: what a report is about.
struct Campaign {
  std::string name;   ///< of the scenario, as in `results/<name>/`
  std::string asked;  ///< the same for the next command: "primary-crash --set /duration=60s"
  std::string title;
  std::string description;
  Json scenario;                         ///< with every default filled in
  scenario::Topology topology;           ///< who may talk to whom in it
  std::vector<FaultLine> faults;         ///< in order of time
  std::vector<Surge> surges;             ///< in the order of the scenario
  measure::Plan plan;                    ///< the names of classes, servers, populations
  std::vector<Result> results;           ///< one per seed, in order of seeds
  std::vector<std::string> failed_jobs;  ///< runs that have no result, and why
  std::vector<Judged> expectations;
  Json provenance;  ///< content of run.json: where, when, how fast
};

/// The value at a JSON pointer of the scenario as text; empty if there is none.
std::string setting_of(const Campaign& campaign, const std::string& pointer);

/// The seed and fingerprint of every run in one 64-bit number, as 16 hexadecimal digits.
std::string fingerprint(const Campaign& campaign);

}  // namespace spof::report
