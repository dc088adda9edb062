#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/matrix/matrix.hpp"

namespace spof::report {

/// Who ends what a failure does.
enum class Recovery : std::uint8_t { none_needed, automatic, by_hand };
constexpr auto names(Recovery) { return std::array{"none needed", "automatic", "by hand"}; }

/// A failure for who is on call: the row of the runbook, and in matrix.json.
struct Response {
  Recovery recovery = Recovery::none_needed;
  std::string by;      ///< in words, with who: "automatic: `db_manager@witness`"
  std::string outage;  ///< "2.6 s"; "until the repair, 25 min on average: write"
  std::string lost;    ///< acknowledged writes: "12, 11 beside the primary"
  /// Checks and alerts in the order of their dates, then what users get and what logs say of it.
  std::vector<std::string> sees;
  std::string does;                     ///< what repairs it, and what a failover leaves to do
  std::vector<std::string> helps = {};  ///< changes that would have helped, as proven
  void fields(auto& visit) {
    visit("recovery", recovery, {.help = "who ends what it does"});
    visit("by", by, {.help = "the same in words"});
    visit("outage", outage, {.help = "in words"});
    visit("writes_lost", lost, {.help = "acknowledged, in words"});
    visit("sees", sees, {.help = "checks, alerts, users, logs"});
    visit("does", does, {.help = "what repairs it"});
    visit("would_have_helped", helps, {.help = "changes, as proven"});
  }
};
Response response_of(const MatrixCase& one);

}  // namespace spof::report
