#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "measure/expect.hpp"

namespace spof::report {

/// Characters that a text takes on a terminal, for texts without wide or combining ones.
std::size_t width_of(std::string_view text);
/// Replaces the few characters beyond ASCII that the reports use by ASCII ones; others by '?'.
std::string to_ascii(std::string_view text);
/// Breaks a text at blanks into lines of at most `width` characters, all but the first indented.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// "16 004", with blanks in groups of three; one decimal below 100 unless it is whole.
std::string count_text(double count);
/// "98.51 %"; never rounds to 100 or to 0 what is not.
std::string share_text(double share);
/// "6.0 s", "640 ms", "0.35 ms"; three or more digits.
std::string time_text(double seconds);
/// "2 030 ms", for tables of latency; "-" for nothing.
std::string latency_text(std::uint64_t microseconds, std::uint64_t requests);
/// A metric's number in its unit; "never" and "-".
std::string value_text(double value, measure::Unit unit);
/// "98.45 ... 98.57", or nothing where there is no interval.
std::string interval_text(const measure::Estimate& estimate, measure::Unit unit);
/// "40.0 s ± 0.3"
std::string estimate_text(const measure::Estimate& estimate, measure::Unit unit);

/// "read, write and static"
std::string listed(const std::vector<std::string>& words);

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
