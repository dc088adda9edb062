#include "stack/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/mistakes.hpp"

namespace spof::stack {
namespace {

std::vector<std::string> split(std::string line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  std::vector<std::string> cells;
  for (std::size_t begin = 0;;) {
    const std::size_t comma = line.find(',', begin);
    cells.push_back(line.substr(begin, comma - begin));
    if (comma == std::string::npos) return cells;
    begin = comma + 1;
  }
}

}  // namespace

ReplayFile::ReplayFile(std::string path, std::vector<std::string> classes)
    : path_(std::move(path)), classes_(std::move(classes)), file_(path_) {
  read_header();
}

void ReplayFile::rewind() {
  file_.clear();
  file_.seekg(0);
  line_ = 0;
  last_ = 0;
  read_header();
}

bool ReplayFile::read_line(std::vector<std::string>& cells) {
  std::string line;
  if (!std::getline(file_, line)) return false;
  ++line_;
  cells = split(std::move(line));
  return true;
}

void ReplayFile::read_header() {
  std::vector<std::string> names;
  wrong_.clear();
  if (!read_line(names)) {
    wrong_ = file_.is_open() ? "is empty; its first line must name the columns: time_s, class"
                             : "cannot be read";
    line_ = file_.is_open() ? 1 : 0;
    return;
  }
  const auto place = [&](const char* name) {
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  };
  columns_ = names.size();
  time_column_ = place("time_s");
  class_column_ = place("class");
  if (names.front().starts_with("\xEF\xBB\xBF"))
    wrong_ = "begins with a byte order mark; save it as UTF-8 without one";
  else if (time_column_ == columns_)
    wrong_ = fmt::format("names no column time_s, but {}",
                         in_quotes(fmt::to_string(fmt::join(names, ","))));
}

ReplayFile::Row ReplayFile::next() {
  Row row;
  std::vector<std::string> cells;
  while (read_line(cells)) {
    if (cells.size() == 1 && cells.front().empty()) continue;
    row.there = true;
    if (cells.size() != columns_) {
      row.wrong = fmt::format("has {} of {} columns", cells.size(), columns_);
      return row;
    }
    read_time(cells[time_column_], row);
    if (row.wrong.empty() && class_column_ < columns_) read_class(cells[class_column_], row);
    return row;
  }
  return row;
}

void ReplayFile::read_time(const std::string& cell, Row& row) {
  const char* end = cell.data() + cell.size();
  const auto [rest, error] = std::from_chars(cell.data(), end, row.time);
  if (error != std::errc() || rest != end || !std::isfinite(row.time))
    row.wrong = fmt::format("time_s must be a number of seconds, not {}", in_quotes(cell));
  else if (row.time < 0)
    row.wrong = fmt::format("time_s must not be negative, but is {}", cell);
  else if (row.time < last_)
    row.wrong = fmt::format("time_s must not be earlier than the line before: {}", cell);
  else
    last_ = row.time;
}

void ReplayFile::read_class(const std::string& cell, Row& row) const {
  const auto found = std::ranges::find(classes_, cell);
  if (found != classes_.end())
    row.request_class = static_cast<int>(found - classes_.begin());
  else if (!cell.empty())
    row.wrong = fmt::format("there is no class {}; {}", in_quotes(cell), nearest(cell, classes_));
}

}  // namespace spof::stack
