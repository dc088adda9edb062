#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "measure/result.hpp"
#include "scenario/policy.hpp"

namespace spof::report {

/// What there is to say of a kind of failure, wherever one speaks of it.
struct KnownKind {
  std::string_view kind = {};             ///< of a fault, or one of the matrix: "slow disk"
  std::string_view happening = {};        ///< "crash of ", the target follows
  std::string_view part = {};             ///< what is struck: "Link ", the target follows
  std::string_view struck = {};           ///< "% crashed", of faults alone
  std::string_view repaired = {};         ///< "% started again"; empty: a repair has nothing to do
  std::string_view undone_by = "mend %";  ///< what who is on call does
  /// What is struck of a machine or daemon, if it is not as a whole; parts of several stacks line
  /// up by it.
  const char* aspect = nullptr;
  /// What a policy calls it; none: it is of the part, a process or a host.
  std::optional<scenario::Disruption> disruption = {};
  std::string_view struck_host = {};  ///< `struck` of a machine, if it is not as of a daemon
};

/// nullptr: it has no row in the table of kinds.cpp.
const KnownKind* known_kind(std::string_view kind);

/// "503 connect_error 118", the most frequent first; `most` of them.
std::vector<std::string> failures_by_cause(const measure::Tally& tally, std::size_t most,
                                           double runs);
/// "503 connect_error"
std::string failure_name(const measure::Failure& failure);

}  // namespace spof::report
