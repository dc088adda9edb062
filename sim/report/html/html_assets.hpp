#pragma once
#include <string_view>

/// The files of report/html/assets, compiled in: see assets/embed.cmake.
namespace spof::report::assets {

extern const std::string_view page_css;
extern const std::string_view stack_css;
extern const std::string_view page_js;
extern const std::string_view uplot_css;
extern const std::string_view uplot_js;
extern const std::string_view uplot_license;

}  // namespace spof::report::assets
