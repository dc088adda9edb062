#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spof::report {

/// Characters that a text takes on a terminal, for texts without wide or combining ones.
std::size_t width_of(std::string_view text);
/// Replaces the few characters beyond ASCII that the reports use by ASCII ones; others by '?'.
std::string to_ascii(std::string_view text);
/// Whether no line may end at a blank: within a number in groups of three, or between a number and
/// its unit.
bool is_kept_together(std::string_view text, std::size_t at);
/// Breaks a text at blanks into lines of at most `width` characters.
std::string wrapped(std::string_view text, std::size_t width);

/// A text with some of its letters written otherwise, as a format wants them escaped.
std::string respelled(std::string_view text,
                      std::initializer_list<std::pair<char, std::string_view>> spellings);

/// One character per value, 0 to the largest; not-a-number is a blank. `columns`: at most so many,
/// each the largest of its values. `top`: what is full at the least.
std::string sparkline(const std::vector<double>& values, std::size_t columns, double top = 0);

}  // namespace spof::report
