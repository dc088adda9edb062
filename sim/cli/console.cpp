#include "cli/console.hpp"

#include <fcntl.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "base/write_all.hpp"

namespace spof::cli {
namespace {

bool is_set(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool is_plain_terminal() {
  const char* const term = std::getenv("TERM");
  return term == nullptr || std::strcmp(term, "dumb") == 0;
}

bool wants_color(ColorChoice choice) {
  if (choice != ColorChoice::automatic) return choice == ColorChoice::always;
  return !is_set("NO_COLOR") && isatty(STDOUT_FILENO) != 0 && !is_plain_terminal();
}

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::max<std::size_t>(size.ws_col, 40);
}

bool speaks_utf8() {
  const char* const locale = std::setlocale(LC_CTYPE, "");
  const bool utf8 = locale != nullptr && std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  std::setlocale(LC_CTYPE, "C");  // reports are written the same everywhere
  return utf8;
}

}  // namespace

Console::Console(ColorChoice color)
    : color_(wants_color(color)),
      utf8_(speaks_utf8()),
      in_place_(isatty(STDERR_FILENO) != 0 && !is_plain_terminal()),
      width_(terminal_width()) {}

void Console::print(std::string_view text) {
  show_progress("");
  if (reader_left_) return;
  const int error = write_all(STDOUT_FILENO, text);
  reader_left_ = error == EPIPE;
  if (error != 0 && error != EPIPE) {
    throw std::runtime_error(std::string("cannot write to standard output: ") +
                             std::strerror(error));
  }
}

void Console::complain(std::string_view text) { note("spof: " + std::string(text) + "\n"); }

void Console::note(std::string_view text) {
  show_progress("");
  write_all(STDERR_FILENO, text);  // where this fails there is nobody left to tell
}

void Console::show_progress(std::string_view line) {
  if (quiet_ || (line.empty() && !line_shown_)) return;
  line_shown_ = in_place_ && !line.empty();
  const std::string text(line);
  write_all(STDERR_FILENO, in_place_ ? "\r" + text + "\033[K" : text + "\n");
}

std::string error_line(std::string_view what) { return "spof: error: " + std::string(what) + "\n"; }

void refuse(const std::string& mistakes) {
  if (!mistakes.empty()) throw WrongInput{mistakes};
}

void secure_standard_streams() {
  for (int descriptor = 0; descriptor < 3; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    [[maybe_unused]] const int opened = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
  }
  std::signal(SIGPIPE, SIG_IGN);  // errors of write(), to be told in words
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace spof::cli
