#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace spof {

/// A field of a CSV file after RFC 4180: in quotes when it holds a comma, a quote or a line break.
inline std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char letter : text) {
    if (letter == '"') out += '"';
    out += letter;
  }
  return out + '"';
}

/// Appends a line: texts as fields, numbers so that reading gives the same again.
template <class... Fields>
void csv_row(std::string& out, const Fields&... fields) {
  const auto add = [&](const auto& field) {
    if constexpr (std::convertible_to<decltype(field), std::string_view>)
      out += csv_field(field);
    else
      fmt::format_to(std::back_inserter(out), "{}", field);
    out += ',';
  };
  (add(fields), ...);
  out.back() = '\n';
}

/// Takes the first line off a text.
inline std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// The fields of a line in which nothing is in quotes.
inline std::vector<std::string_view> plain_fields(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t at = 0;;) {
    const std::size_t comma = line.find(',', at);
    fields.push_back(line.substr(at, comma - at));
    if (comma == std::string_view::npos) return fields;
    at = comma + 1;
  }
}

}  // namespace spof
