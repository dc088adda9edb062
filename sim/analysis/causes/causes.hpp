#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/campaign.hpp"
#include "base/record.hpp"

namespace spof::report {

/// A link of the causal chain from a fault to the last request that failed, in plain words:
/// "60.0-100.3 s: writes answered 500 by app@server1 and app@server2, because mysql@server1 refused
/// their connections". A reason is given only where it holds by construction: who gave up and why
/// is measured, who depends on whom and what a check reaches is configured.
struct Cause {
  double from = 0;   ///< seconds, of the first run; requests by their scheduled arrival
  double until = 0;  ///< not above `from`: a moment
  std::string text;
  bool dominant = false;       ///< the step that made most of the outage; one at most
  bool detail = false;         ///< may be left out where there is little room
  std::uint64_t requests = 0;  ///< that failed so; 0: it is about no failures
  bool strikes = false;        ///< it is what broke
  void fields(auto& visit) {
    visit("from_s", Number(from), {.help = "when it began; requests by scheduled arrival"});
    visit("until_s", Number(std::max(from, until)), {.help = "when it ended; from_s: a moment"});
    visit("text", text, {.help = "what happened and why"});
    visit("dominant", dominant, {.help = "the longest step of the outage; one at most"});
  }
};

/// One that is a moment.
inline Cause at(double date, std::string text, bool detail = false) {
  return {date, date, std::move(text), false, detail, 0, false};
}

/// What happened and why, in the first run; in order of time. Empty without a result.
std::vector<Cause> causes(const Campaign& campaign);

/// "41.5 s" of a moment, else "41.5-82.6 s", with an en dash.
std::string when_text(const Cause& cause);

}  // namespace spof::report
