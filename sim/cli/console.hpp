#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/units.hpp"
#include "cli/arguments.hpp"
#include "report/document.hpp"

namespace spof::cli {

/// The two streams of the program: results on standard output, everything else on standard error.
class Console {
 public:
  explicit Console(ColorChoice color);

  /// Writes to standard output now. A reader that has gone away (`| head`) is no failure: the rest
  /// is dropped. Throws std::runtime_error when it cannot be written (closed, disk full).
  void print(std::string_view text);
  /// Writes to standard error, "spof: " before it. Takes a progress line off the screen first.
  void complain(std::string_view text);
  /// Writes to standard error as it is.
  void note(std::string_view text);

  /// Shows a line of progress, on a terminal in place of the one before. Empty: takes it away.
  void show_progress(std::string_view line);
  /// Seconds between two of them: whoever reads a file wants a sign of life now and then.
  double progress_pause() const { return quiet_ ? never : in_place_ ? 0.1 : 30; }
  void be_quiet() { quiet_ = true; }

  /// What standard output can show; 80 columns where it is no terminal.
  report::TerminalOptions shows() const { return {width_, utf8_, color_}; }

 private:
  bool color_ = false, utf8_ = false, in_place_ = false, quiet_ = false;
  bool reader_left_ = false, line_shown_ = false;
  std::size_t width_ = 80;
};

/// "spof: error: WHAT", a line.
std::string error_line(std::string_view what);

/// What the user gave is wrong: lines for standard error, all mistakes at once; exit code 2.
struct WrongInput {
  std::string lines;
};
/// Throws it where there is any mistake.
void refuse(const std::string& mistakes);

/// Opens /dev/null in place of a standard stream that is closed, so that no file or pipe takes its
/// number; writing to such an output still fails. A reader that went away and a file grown too
/// large become errors of writing instead of the process's end.
void secure_standard_streams();

}  // namespace spof::cli
