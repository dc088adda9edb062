#pragma once
#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spof::report {

/// Reads a CSV file after RFC 4180, a record at a time: memory does not grow with the file. The
/// first record is the header line. A byte order mark, CR before LF, and empty lines are no
/// mistake.
class CsvReader {
 public:
  /// Reads the header line. `stream` must outlive the reader; `file` is for messages.
  CsvReader(std::istream& stream, std::string file);

  const std::vector<std::string>& header() const { return header_; }
  /// The column of this name.
  std::optional<std::size_t> column(std::string_view name) const;

  /// Goes on to the next record; false at the end and at a mistake.
  bool next();
  /// "FILE:LINE:COLUMN: what is wrong", empty while nothing is.
  const std::string& error() const { return error_; }

  /// A field of this record, without its quotes; valid until next().
  std::string_view field(std::size_t column) const {
    const Field& field = fields_[column];
    return std::string_view(field.quoted ? unquoted_ : record_).substr(field.text, field.size);
  }
  /// A field as a finite number; absent, with error() set, when it is none.
  std::optional<double> number(std::size_t column);
  /// Sets error() to what is wrong with a field of this record.
  void complain(std::size_t column, std::string_view what);

 protected:
  std::string error_;

 private:
  /// Where a field begins in the record, and where its text is: there, or among the unquoted.
  struct Field {
    std::size_t begin, text, size;
    bool quoted;
  };
  bool read_record();
  bool split();
  bool split_quoted(std::size_t& at);
  void complain_at(std::size_t begin, std::string_view what);

  std::istream& stream_;
  std::string file_;
  std::vector<std::string> header_;
  std::string record_;    ///< as it is in the file, without the line break at its end
  std::string unquoted_;  ///< texts of quoted fields, one after the other
  std::vector<Field> fields_;
  std::size_t line_ = 0;   ///< of the record's beginning, counted from 1
  std::size_t lines_ = 0;  ///< read so far
};

}  // namespace spof::report
