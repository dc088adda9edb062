#pragma once
#include <compare>
#include <string>
#include <vector>

#include "analysis/records/stored_report.hpp"

namespace spof::report {

/// What breaking one component in one way did to one request class.
struct Breakage {
  std::string component;      ///< "mysql@server1"
  std::string kind;           ///< "crash"
  std::string request_class;  ///< "write"
  std::string verdict;        ///< a word of Verdict, "single point of failure" among them

  auto operator<=>(const Breakage&) const = default;
};

/// Single points of failure of a report or a matrix and of another one, each list sorted.
struct SpofChanges {
  std::vector<Breakage> gained;  ///< only in the second, which the first broke too
  std::vector<Breakage> lost;    ///< only in the first; `verdict` is that of the second
  std::vector<Breakage> kept;
  /// Single points of failure of one side whose component the other never broke in this way: there
  /// nothing is known of them.
  std::vector<Breakage> only_tested_first, only_tested_second;
};
SpofChanges spof_changes(const std::vector<Breakage>& first, const std::vector<Breakage>& second);

/// What a report says: each fault with each class. A class that the verdict does not name as hit by
/// a single point of failure gets the verdict "" there, and the report's word elsewhere. What a
/// matrix says: each failure of one part with each class; the verdict of a class that is not down
/// is its fate.
std::vector<Breakage> breaks_of(const StoredReport& report);

/// A class that fares differently after the same failure in two matrices.
struct FateChange {
  StoredFate a, b;
};
/// The classes of a failure together; failures that got worse for a class first, then the worst.
std::vector<FateChange> fate_changes(const StoredReport& a, const StoredReport& b);

/// The same failure and class.
bool same_place(const StoredFate& a, const StoredFate& b);
/// A failure in words, each once: "crash of mysql@server1".
std::string failure_text(const StoredFate& fate);
/// The failures of `in` that `out` never tried.
std::vector<std::string> failures_only_in(const StoredReport& in, const StoredReport& out);

}  // namespace spof::report
