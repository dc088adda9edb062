#pragma once
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace spof::stack {

/// A file of arrivals, read line by line: CSV, the first line names the columns, `time_s` (needed)
/// and `class` (may be missing, or empty: drawn as ever).
class ReplayFile {
 public:
  struct Row {
    bool there = false;  ///< false: the file has ended
    double time = 0;     ///< seconds, never less than the row's before
    int request_class = -1;
    std::string wrong;  ///< what is wrong with this line; empty: nothing
  };
  /// `classes` that rows may name.
  ReplayFile(std::string path, std::vector<std::string> classes);
  /// What is wrong with the file or its first line; empty: nothing.
  const std::string& wrong() const { return wrong_; }
  Row next();
  /// Of what was read last, from 1.
  int line() const { return line_; }
  const std::string& path() const { return path_; }
  /// Back to the first row.
  void rewind();

 private:
  bool read_line(std::vector<std::string>& cells);
  void read_header();
  void read_time(const std::string& cell, Row& row);
  void read_class(const std::string& cell, Row& row) const;
  std::string path_;
  std::vector<std::string> classes_;
  std::ifstream file_;
  std::string wrong_;
  std::size_t time_column_ = 0, class_column_ = 0, columns_ = 0;
  int line_ = 0;
  double last_ = 0;
};

}  // namespace spof::stack
