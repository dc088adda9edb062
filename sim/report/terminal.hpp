#pragma once
#include <cstddef>
#include <string>

#include "report/campaign.hpp"

namespace spof::report {

/// What the terminal can show.
struct TerminalOptions {
  std::size_t width = 100;  ///< characters in a line; 60 or more are used
  bool unicode = true;      ///< false: plain ASCII
  bool color = false;
};

/// The summary of `spof run`: title, verdict, expectations, phases, failover. Ends with a newline.
std::string terminal(const Campaign& campaign, const TerminalOptions& options);

}  // namespace spof::report
