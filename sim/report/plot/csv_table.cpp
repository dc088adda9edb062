#include "report/plot/csv_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/mistakes.hpp"
#include "report/text.hpp"

namespace spof::report {

CsvReader::CsvReader(std::istream& stream, std::string file)
    : stream_(stream), file_(std::move(file)) {
  if (!read_record()) {
    if (error_.empty()) error_ = fmt::format("{}: the file is empty: no header line", file_);
    return;
  }
  for (std::size_t i = 0; i < fields_.size(); ++i) header_.emplace_back(field(i));
}

std::optional<std::size_t> CsvReader::column(std::string_view name) const {
  const auto found = std::ranges::find(header_, name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.begin());
}

bool CsvReader::next() {
  if (!error_.empty() || header_.empty() || !read_record()) return false;
  if (fields_.size() == header_.size()) return true;
  complain_at(0,
              fmt::format("{} fields, but the header line has {}", fields_.size(), header_.size()));
  return false;
}

std::optional<double> CsvReader::number(std::size_t column) {
  const std::string_view text = field(column);
  double value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong == std::errc() && end == text.data() + text.size() && std::isfinite(value))
    return value;
  complain(column, in_quotes(std::string(text)) + " is not a number");
  return std::nullopt;
}

void CsvReader::complain(std::size_t column, std::string_view what) {
  complain_at(fields_[column].begin, fmt::format("{} ({})", what, header_[column]));
}

/// Line and column in the file of a place in the record; columns are characters.
void CsvReader::complain_at(std::size_t begin, std::string_view what) {
  const std::string_view before = std::string_view(record_).substr(0, begin);
  const auto breaks = static_cast<std::size_t>(std::ranges::count(before, '\n'));
  const std::size_t start = breaks == 0 ? 0 : before.rfind('\n') + 1;
  error_ =
      fmt::format("{}:{}:{}: {}", file_, line_ + breaks, width_of(before.substr(start)) + 1, what);
}

bool CsvReader::read_record() {
  do {
    if (!std::getline(stream_, record_)) {
      if (stream_.bad()) error_ = fmt::format("{}: cannot be read", file_);
      return false;
    }
    ++lines_;
    if (lines_ == 1 && record_.rfind("\xEF\xBB\xBF", 0) == 0) record_.erase(0, 3);
  } while (record_.empty() || record_ == "\r");
  line_ = lines_;
  return split();
}

/// Cuts the record at its commas; a line break within quotes makes it longer.
bool CsvReader::split() {
  fields_.clear();
  unquoted_.clear();
  for (std::size_t at = 0;; ++at) {
    if (at < record_.size() && record_[at] == '"') {
      if (!split_quoted(at)) return false;
    } else {
      const std::size_t end = std::min(record_.find(',', at), record_.size());
      const bool returns = end > at && end == record_.size() && record_[end - 1] == '\r';
      fields_.push_back({at, at, end - at - (returns ? 1 : 0), false});
      at = end;
    }
    if (at >= record_.size()) return true;
  }
}

/// A field in quotes, from the quote at `at`, which becomes the place of the comma behind it.
bool CsvReader::split_quoted(std::size_t& at) {
  // What is longer lacks its closing quote: else it would swallow the rest of the file.
  constexpr std::size_t longest_record = 1 << 20;
  const std::size_t begin = at++, text = unquoted_.size();
  for (;; ++at) {
    const std::size_t quote = record_.find('"', at);
    unquoted_.append(record_, at, quote == std::string::npos ? quote : quote - at);
    if (quote == std::string::npos) {
      at = record_.size();
      std::string more;
      if (record_.size() > longest_record || !std::getline(stream_, more)) {
        complain_at(begin, "the quote is never closed");
        return false;
      }
      ++lines_;
      record_ += '\n' + more;
      unquoted_ += '\n';
      continue;
    }
    at = quote + 1;
    if (at >= record_.size() || record_[at] != '"') break;
    unquoted_ += '"';
  }
  if (at + 1 == record_.size() && record_[at] == '\r') record_.pop_back();
  if (at < record_.size() && record_[at] != ',') {
    complain_at(at, "neither a comma nor the line's end after a closing quote");
    return false;
  }
  fields_.push_back({begin, text, unquoted_.size() - text, true});
  return true;
}

}  // namespace spof::report
