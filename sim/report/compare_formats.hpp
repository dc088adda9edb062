#pragma once
#include <string>

#include "report/compare.hpp"
#include "report/terminal.hpp"

namespace spof::report {

/// Comparisons for a terminal. Ends with a newline, as all of these.
std::string compare_text(const Contrasts& contrasts, const TerminalOptions& options);
/// A page of Markdown.
std::string compare_md(const Contrasts& contrasts);
/// One page in one file, with every metric in a fold.
std::string compare_html(const Contrasts& contrasts);
/// Every metric of every comparison, for programs. `"format": 1`; numbers as in report.json.
std::string compare_json(const Contrasts& contrasts);

}  // namespace spof::report
