#pragma once
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Numbers and lists as people read them, the same on every page.
namespace spof {

/// "16 004", with blanks in groups of three; one decimal below 100 unless it is whole.
std::string count_text(double count);
std::string count_text(std::integral auto count) { return count_text(static_cast<double>(count)); }
/// "1 failure", "12 000 failures".
std::string counted(double count, std::string_view what);
std::string counted(std::integral auto count, std::string_view what) {
  return counted(static_cast<double>(count), what);
}
/// "seeds 1 to 5"; of one "seed 5".
std::string seed_range(std::uint64_t first, std::uint64_t last);
/// "98.51 %"; never rounds to 100 or to 0 what is not.
std::string share_text(double share);
/// "6.0 s", "640 ms", "0.35 ms"; three or more digits.
std::string time_text(double seconds);
/// "2 030 ms", for tables of latency; "-" for nothing.
std::string latency_text(std::uint64_t microseconds, std::uint64_t requests);
/// "read, write and static"
std::string listed(const std::vector<std::string>& words);
/// "read; write; static"
std::string joined(const std::vector<std::string>& words, std::string_view between);
/// The parts of a text between separators: at least one, which may be empty.
std::vector<std::string> parts_of(std::string_view text, std::string_view separator = "\n");
/// Without the blanks and tabs around it.
std::string_view trimmed(std::string_view text);
/// " in 3 of 5 runs"; empty where it is all of them.
std::string in_runs(std::size_t some, std::size_t all);
/// Makes a list of more than `most` lines that long; its last then counts what is missing.
void cut_to(std::vector<std::string>& lines, std::size_t most, std::string_view rest = "{} more");

/// The names of a table's rows.
template <class Rows>
std::vector<std::string> names_in(const Rows& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.emplace_back(row.name);
  return names;
}

/// The name of an enum's value; see `names()` of each.
template <class Enum>
constexpr const char* word(Enum value) {
  return names(Enum{})[static_cast<std::size_t>(value)];
}
/// The value of an enum that has this name.
template <class Enum>
std::optional<Enum> value_named(std::string_view name) {
  const auto all = names(Enum{});
  const auto found = std::find(all.begin(), all.end(), name);
  if (found == all.end()) return std::nullopt;
  return static_cast<Enum>(found - all.begin());
}

}  // namespace spof
