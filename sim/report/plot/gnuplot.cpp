#include "report/plot/gnuplot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/file_text.hpp"
#include "base/words.hpp"
#include "report/format.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

namespace fs = std::filesystem;

/// A folder where pictures come into being; removed with all it holds.
class Workshop {
 public:
  Workshop() {
    std::error_code error;
    fs::path place = fs::temp_directory_path(error);
    if (error) place = "/tmp";
    std::string name = (place / "spof-plot.XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// The line of gnuplot's complaint that says what is wrong: its last that is not empty.
std::string last_line(const fs::path& log) {
  std::string last;
  for (const std::string& line : parts_of(file_text(log)))
    if (const std::size_t text = line.find_first_not_of(" \t^"); text != std::string::npos)
      last = line.substr(text);
  return last;
}

constexpr const char* log_name = "gnuplot.log";

[[noreturn]] void become_gnuplot(const std::string& folder, const std::string& script) {
  const int nothing = chdir(folder.c_str()) == 0 ? open("/dev/null", O_RDONLY) : -1;
  const int log = open(log_name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (nothing < 0 || log < 0 || dup2(nothing, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
    _exit(126);
  execlp("gnuplot", "gnuplot", "-d", script.c_str(), nullptr);
  _exit(127);
}

/// A logarithmic axis from one round number to another, and no more marks than are read.
std::string latency_axis(double least, double most) {
  const bool narrow = most < 3 * least;
  std::vector<double> round;
  for (int exponent = -6; exponent < 13; ++exponent)
    for (int digit = 1; digit < 10; ++digit)
      if (narrow || digit == 1 || digit == 2 || digit == 5)
        round.push_back(digit * std::pow(10, exponent));
  auto low = std::ranges::upper_bound(round, least / 1.05);
  if (low != round.begin()) --low;
  auto high = std::lower_bound(low, round.end(), most * 1.05);
  if (high == round.end()) --high;
  if (high == low) high == round.begin() ? ++high : --low;
  std::string tics;
  for (auto tic = low; tic <= high; ++tic)
    if (high - low <= 9 || (tic - round.begin()) % 3 == 0)
      tics += fmt::format("{}'{:g} {}' {:g}", tics.empty() ? "" : ", ",
                          *tic >= 1000 ? *tic / 1000 : *tic, *tic >= 1000 ? "s" : "ms", *tic);
  return fmt::format("set logscale y 10\nset yrange [{:g}:{:g}]\nset ytics ({})\n", *low, *high,
                     tics);
}

}  // namespace

std::string run_gnuplot(const std::string& folder, const std::string& script, bool& absent) {
  absent = false;
  const pid_t child = fork();
  if (child < 0) return "cannot start gnuplot";
  if (child == 0) become_gnuplot(folder, script);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const fs::path log = fs::path(folder) / log_name;
  const std::string said = last_line(log);
  std::error_code ignored;
  fs::remove(log, ignored);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  absent = WIFEXITED(status) && WEXITSTATUS(status) == 127;
  if (absent) return "gnuplot is not there: apt install gnuplot-nox";
  return said.empty() ? "gnuplot failed" : "gnuplot failed: " + said;
}

Drawn draw(const std::string& folder, const std::vector<Drawing>& drawings,
           const std::vector<std::string>& formats) {
  Drawn drawn;
  const Workshop workshop;
  if (workshop.path().empty()) {
    drawn.error = fmt::format("cannot make a temporary folder: {}", std::strerror(errno));
    return drawn;
  }
  std::vector<TextFile> files;
  for (const Drawing& drawing : drawings) {
    const std::string script = drawing.name + ".gp";
    files.push_back({script, in_gnuplot(drawing.charts, drawing.name, formats)});
    if (drawn.absent) continue;
    drawn.error = write_files(workshop.path(), {files.back()}).error;
    if (drawn.error.empty()) drawn.error = run_gnuplot(workshop.path(), script, drawn.absent);
    if (drawn.absent) continue;
    if (!drawn.error.empty()) return drawn;
    for (const std::string& format : formats) {
      const std::string picture = drawing.name + "." + format;
      files.push_back({picture, file_text(workshop.path() / picture)});
      if (files.back().text.empty()) return drawn.error = "gnuplot drew no " + picture, drawn;
    }
  }
  Written written = write_files(folder, files);
  drawn.files = std::move(written.files);
  if (!written.error.empty()) drawn.error = written.error;
  return drawn;
}

std::string gnuplot_text(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(
      line, [](unsigned char letter) { return letter < ' '; }, ' ');
  return "'" + respelled(line, {{'\'', "''"}}) + "'";
}

std::string gnuplot_number(double value) {
  return std::isfinite(value) ? fmt::format("{:.6g}", value) : "NaN";
}

std::string as_format(const std::string& text) { return respelled(text, {{'%', "%%"}}); }

std::string y_axis(const Chart& chart) {
  double least = HUGE_VAL, most = 0;
  for (const Curve& curve : chart.curves)
    for (const auto* values : {&curve.values, &curve.low, &curve.high})
      for (const double value : *values)
        if (std::isfinite(value) && (value > 0 || !chart.logarithmic)) {
          least = std::min(least, value);
          most = std::max(most, value);
        }
  if (chart.logarithmic) return most > 0 ? latency_axis(least, most) : latency_axis(1, 100);
  std::string range = most > 0 ? "[0:*]" : "[0:1]";
  if (std::isfinite(chart.top))
    range = fmt::format("[{}:{}]", least < chart.top ? "*" : gnuplot_number(chart.top - 1),
                        gnuplot_number(chart.top));
  const std::string unit = chart.unit == "/s" ? "" : as_format(chart.unit);
  return fmt::format("unset logscale y\nset ytics autofreq format '%g{}{}'\nset yrange {}\n",
                     unit.empty() ? "" : " ", unit, range);
}

std::string gnuplot_head(std::string_view name, std::string_view what) {
  return fmt::format(
      "# {}\n# To draw it again, after changes of your own: gnuplot {}.gp\n\nset encoding utf8\n\n",
      respelled(what, {{'\n', "\n# "}}), name);
}

std::string gnuplot_loop(std::string_view name, const std::vector<std::string>& formats, int height,
                         std::string_view body) {
  std::string out = "do for [format in \"";
  out += fmt::format("{}\"] {{\n", fmt::join(formats, " "));
  out += fmt::format(
      "  reset\n"
      "  if (format eq 'svg') {{\n"
      "    set terminal svg noenhanced size 900,{0} dynamic rounded background rgb 'white' \\\n"
      "      font 'sans-serif,13'\n"
      "  }} else {{\n"
      "    set terminal pngcairo noenhanced size 1800,{1} rounded background rgb 'white' \\\n"
      "      font 'sans-serif,10' fontscale 2 linewidth 2 pointscale 2\n"
      "  }}\n"
      "  small = format eq 'svg' ? ',11' : ',8.5'\n"
      "  large = format eq 'svg' ? ',15' : ',11.5'\n"
      "  set output '{2}.'.format\n",
      height, 2 * height, name);
  for (const std::string& line : parts_of(body))
    if (!line.empty()) out += "  " + line + '\n';
  return out + "  unset output\n}\n";
}

}  // namespace spof::report
