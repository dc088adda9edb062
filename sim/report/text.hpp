#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "measure/words.hpp"

namespace spof::report {

/// Characters that a text takes on a terminal, for texts without wide or combining ones.
std::size_t width_of(std::string_view text);
/// Replaces the few characters beyond ASCII that the reports use by ASCII ones; others by '?'.
std::string to_ascii(std::string_view text);
/// Breaks a text at blanks into lines of at most `width` characters, all but the first indented.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// Columns of text, each as wide as its widest cell.
class Table {
 public:
  /// One letter per column: 'l' or 'r' for its alignment.
  explicit Table(std::string alignment) : alignment_(std::move(alignment)) {}
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  /// Lines with `indent` blanks in front and two between the columns.
  std::string plain(std::size_t indent) const;
  /// A table of Markdown; the first row is its head.
  std::string markdown() const;
  const std::string& alignment() const { return alignment_; }
  const std::vector<std::vector<std::string>>& rows() const { return rows_; }

 private:
  std::vector<std::size_t> widths() const;
  std::string alignment_;
  std::vector<std::vector<std::string>> rows_;
};

/// One character per value, 0 to the largest; not-a-number is a blank. `columns`: at most so many,
/// each the largest of its values.
std::string sparkline(const std::vector<double>& values, std::size_t columns, bool unicode);

}  // namespace spof::report
