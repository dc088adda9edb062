#pragma once
#include <cstddef>
#include <string>

#include "analysis/campaign.hpp"

namespace spof::report {

/// What the terminal can show.
struct TerminalOptions {
  std::size_t width = 100;  ///< characters in a line; 60 or more are used
  bool unicode = true;      ///< false: plain ASCII
  bool color = false;

  /// The text in ASCII where it must be.
  std::string spelled(const std::string& text) const;
  /// The text in this colour of ANSI terminals ("32", "1"), where there are colours; empty: none.
  std::string painted(const std::string& text, const char* color) const;
};

/// The summary of `spof run`: title, verdict, expectations, phases, failover. Ends with a newline.
std::string terminal(const Campaign& campaign, const TerminalOptions& options);

}  // namespace spof::report
