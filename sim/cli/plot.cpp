#include "report/plot/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <stdexcept>

#include "base/append_new.hpp"
#include "cli/find_scenario.hpp"
#include "cli/output_folder.hpp"
#include "cli/verbs.hpp"
#include "measure/words.hpp"
#include "plan/interrupt.hpp"
#include "report/plot/csv_table.hpp"
#include "report/plot/gnuplot.hpp"

namespace spof::cli {
namespace {

namespace fs = std::filesystem;
using report::PlotKind;
using report::PlottedResult;

/// What the user named: a folder of results, or one CSV file and the others beside it.
struct Source {
  std::string name;
  fs::path folder;
  std::vector<fs::path> files;  ///< by number in plot_kinds(); empty: there is none
  bool is_empty() const { return std::ranges::all_of(files, &fs::path::empty); }
};

constexpr std::size_t timeline = 0, quantiles = 1, states = 2;  // in plot_kinds()

/// The name of a folder, also of "." and "results/mine/".
std::string name_of(const fs::path& folder) {
  std::error_code ignored;
  const fs::path whole = fs::weakly_canonical(folder, ignored);
  const std::string name = whole.filename().string();
  return name.empty() ? folder.string() : name;
}

std::string cannot_read(const fs::path& path) {
  return fmt::format("cannot read {}: {}", path.string(), std::strerror(errno));
}

/// A folder has the files that it has.
std::string look_into(const fs::path& folder, Source& source) {
  source.folder = folder;
  source.name = name_of(folder);
  source.files = mapped(report::plot_kinds(), [&](const PlotKind& kind) {
    return is_file(folder / kind.file) ? folder / kind.file : fs::path();
  });
  if (!source.is_empty()) return "";
  return fmt::format("{}: there is none of {} in it", folder.string(),
                     fmt::join(mapped(report::plot_kinds(), &PlotKind::file), ", "));
}

/// A file is what its header line says.
std::string look_at(const fs::path& path, Source& source) {
  source.folder = path.parent_path().empty() ? "." : path.parent_path();
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return cannot_read(path);
  const report::CsvReader csv(stream, path.string());
  if (!csv.error().empty()) return csv.error();
  std::string needs;
  bool usual = false;
  const auto& kinds = report::plot_kinds();
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    usual = usual || path.filename() == kinds[kind].file;
    const auto missing = report::missing_columns(kinds[kind], csv.header());
    if (missing.empty()) source.files[kind] = path;
    needs +=
        fmt::format("{} a plot of kind {} needs {} (missing: {})", kind == 0 ? "" : ";",
                    kinds[kind].name, fmt::join(kinds[kind].needs, ", "), fmt::join(missing, ", "));
  }
  source.name = usual ? name_of(source.folder) : path.stem().string();
  if (!source.is_empty()) return "";
  return fmt::format("{}: its columns make no plot:{}; there are: {}", path.string(), needs,
                     fmt::join(csv.header(), ", "));
}

Source find(const std::string& word, std::string& mistake) {
  Source source;
  source.files.resize(report::plot_kinds().size());
  const fs::path path = find_result(word);
  std::error_code error;
  if (fs::is_directory(path, error))
    mistake = look_into(path, source);
  else if (is_file(path))
    mistake = look_at(path, source);
  else
    mistake = fmt::format("there is no {}", word);
  return source;
}

/// Reads a file with one of the functions of plot_data.hpp.
template <class Read>
auto read(const fs::path& path, Read function, std::string& mistake) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) mistake = cannot_read(path);
  std::string wrong;
  auto data = function(stream, path.string(), wrong);
  if (mistake.empty()) mistake = wrong;
  return data;
}

/// Events of this source, or of the file beside its others; none where there is no such file.
std::vector<report::EventsOfRun> events_of(const Source& source, std::string& mistake) {
  fs::path path = source.files[states];
  if (path.empty()) path = source.folder / report::plot_kinds()[states].file;
  return is_file(path) ? read(path, report::read_events, mistake)
                       : std::vector<report::EventsOfRun>();
}

// What a picture of each kind draws of a source; nothing where its file has a header line alone.

std::optional<PlottedResult> timeline_of(const Source& source, std::string& mistake) {
  constexpr std::size_t most_marks = 6;
  PlottedResult plot{source.name, read(source.files[timeline], report::read_timeline, mistake)};
  const auto events = events_of(source, mistake);
  const report::Runs runs = mapped(events, [](auto& run) { return &run.events; });
  plot.bands = report::bands(runs, plot.windows.end);
  plot.marks = report::marks(runs, most_marks);
  if (!runs.empty()) plot.strips = report::strips_of_notice(*runs.front(), plot.windows.end);
  if (plot.windows.requests.empty()) return {};
  return plot;
}

std::optional<PlottedResult> quantiles_of(const Source& source, std::string& mistake) {
  auto curves = read(source.files[quantiles], report::read_quantiles, mistake);
  if (curves.empty()) return {};
  return PlottedResult{.name = source.name, .curves = std::move(curves)};
}

/// Until the end of the run as latency.csv has it; without that file, until the last event.
std::optional<PlottedResult> states_of(const Source& source, std::string& mistake) {
  const auto events = read(source.files[states], report::read_events, mistake);
  if (!mistake.empty() || events.empty()) return {};
  const auto& first = events.front();
  PlottedResult plot{.name = source.name, .seed = first.seed};
  const fs::path beside = source.folder / report::plot_kinds()[timeline].file;
  if (is_file(beside)) {
    const report::Windows windows = read(beside, report::read_timeline, mistake);
    plot.end = windows.end;
    if (plot.end > 0) plot.strips.push_back(report::strip_of_clients(windows));
  }
  if (plot.end <= 0) plot.end = first.events.back().time * 1.05;
  plot.strips = both(std::move(plot.strips), report::strips_of(first.events, plot.end));
  if (plot.strips.empty()) return {};
  return plot;
}

struct Picture {
  std::optional<PlottedResult> (*read)(const Source&, std::string& mistake);
  report::ChartGroup (*charts)(const std::vector<PlottedResult>&);
};
/// By number in plot_kinds().
constexpr std::array pictures{Picture{timeline_of, report::timeline_plot},
                              Picture{quantiles_of, report::quantiles_plot},
                              Picture{states_of, report::states_plot}};

std::vector<Source> find_all(const std::vector<std::string>& words, std::string& mistakes) {
  std::vector<Source> sources;
  std::set<std::string> names;
  for (const std::string& word : words) {
    std::string mistake;
    sources.push_back(find(word, mistake));
    if (!mistake.empty()) mistakes += error_line(mistake);
    names.insert(sources.back().name);
  }
  if (sources.size() > report::Curve::colors)
    mistakes += error_line(fmt::format("{} results; {} can be told apart at most", sources.size(),
                                       std::size_t{report::Curve::colors}));
  const bool twice = names.size() < sources.size();
  for (std::size_t i = 0; twice && i < sources.size(); ++i) sources[i].name = words[i];
  return sources;
}

/// What a picture of this kind draws of those that have something to draw. That one has no file,
/// or nothing below its header line, as a result without answers, is a mistake where the kind was
/// asked for. Else it is worth a word; that there is no file only where others have it.
std::vector<PlottedResult> read_all(std::size_t kind, const std::vector<Source>& sources,
                                    const PlotArguments& arguments, Console& console,
                                    std::string& mistakes) {
  const PlotKind& row = report::plot_kinds()[kind];
  std::vector<PlottedResult> plots;
  std::string without, empty;
  bool any = false;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const fs::path& file = sources[i].files[kind];
    std::string mistake, lack;
    if (file.empty()) {
      lack = fmt::format("{}: no {}, which a plot of kind {} needs (columns {})",
                         arguments.results[i], row.file, row.name, fmt::join(row.needs, ", "));
    } else {
      any = true;
      if (auto plot = pictures[kind].read(sources[i], mistake))
        plots.push_back(std::move(*plot));
      else
        lack = fmt::format("{}: no line below the header line", file.string());
    }
    if (mistake.empty() && !arguments.kinds.empty()) mistake = lack;
    if (!mistake.empty())
      mistakes += error_line(mistake);
    else if (!lack.empty())
      (file.empty() ? without : empty) += fmt::format("spof: note: {}\n", lack);
  }
  if (any) console.note(without + empty);
  return plots;
}

}  // namespace

ExitCode execute(const PlotArguments& arguments, Console& console) {
  const plan::InterruptGuard guard;
  std::string mistakes;
  const std::vector<Source> sources = find_all(arguments.results, mistakes);
  const std::string folder =
      arguments.output.empty() ? sources.front().folder.string() : arguments.output;
  if (mistakes.empty() || !arguments.output.empty()) mistakes += obstacle_to(folder);
  std::vector<report::Drawing> drawings;
  for (std::size_t kind = 0; mistakes.empty() && kind < pictures.size(); ++kind) {
    if (plan::interrupted()) return was_interrupted;
    const char* const name = report::plot_kinds()[kind].name;
    if (!arguments.kinds.empty() && !has(arguments.kinds, name)) continue;
    const auto plots = read_all(kind, sources, arguments, console, mistakes);
    if (mistakes.empty() && !plots.empty())
      drawings.push_back({name, pictures[kind].charts(plots)});
  }
  if (mistakes.empty() && drawings.empty()) mistakes = error_line("nothing to draw");
  refuse(mistakes);
  const report::Drawn drawn = report::draw(
      folder, drawings, arguments.formats.empty() ? report::picture_formats : arguments.formats);
  if (plan::interrupted()) return was_interrupted;
  if (!drawn.files.empty()) console.print(wrote(folder, drawn.files));
  if (!drawn.error.empty()) throw std::runtime_error(drawn.error);
  return good;
}

}  // namespace spof::cli
