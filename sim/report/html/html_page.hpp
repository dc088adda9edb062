#pragma once
#include <string>
#include <string_view>

#include "report/document.hpp"

namespace spof::report {

/// The files of html/assets, compiled in: see assets/embed.cmake.
namespace assets {
extern const std::string_view page_css, stack_css, page_js, uplot_css, uplot_js, uplot_license;
}

/// What the HTML writer is made of. Every function escapes the text that it is given.

/// Text as HTML shows it, in content and in quoted attributes.
std::string escaped(std::string_view text);
/// The same with `code` and **strong** words, as the texts of a document have them.
std::string marked_up(std::string_view text);

std::string html_of(const Table& table);
std::string html_of(const Diagram& diagram);
/// Charts, the strips below them, and all values as a table in a fold. A page without any chart
/// carries no plotting library. Nothing where there are neither times nor strips.
std::string html_of(const ChartGroup& group);
/// What is folded away behind its summary; `body` is markup.
std::string html_fold(std::string_view summary, const std::string& body, bool open = false);

}  // namespace spof::report
