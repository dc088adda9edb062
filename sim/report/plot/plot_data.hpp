#pragma once
#include <istream>
#include <string>
#include <utility>
#include <vector>

#include "measure/event.hpp"

namespace spof::report {

/// What plots are made of: the CSV files that `spof run` writes, or others with the same columns.
/// Columns are found by name, in any order; more of them are no mistake. Every function reads a
/// stream to its end; what is wrong goes to `mistake`, one line with the file's name, and the
/// result is of no use then. Of `scenario` one value is allowed: two would be drawn as one.

/// Requests of all runs and classes scheduled in one window.
struct PlotWindow {
  double start = 0;              ///< seconds
  std::vector<double> requests;  ///< by outcome, sum over all runs
  double p50 = 0, p99 = 0;       ///< of correct answers, ms: means weighted by requests; NaN: none
};

/// latency.csv: needs time_s, window_s, outcome, requests, latency_p50_ms, latency_p99_ms; uses
/// scenario and seed.
struct TimelineData {
  double window = 1;                  ///< seconds; several of the file's, where it has very many
  std::vector<std::string> outcomes;  ///< the first is "ok", whether it occurs or not
  std::vector<PlotWindow> windows;    ///< by start; where nothing was scheduled there is none
  std::size_t runs = 1;
};
TimelineData read_timeline(std::istream& stream, const std::string& file, std::string& mistake);

/// In quantiles.csv, the class of rows over the requests of all classes.
inline constexpr const char* all_classes = "all";

/// Latencies of one phase and class.
struct QuantileCurve {
  std::string phase, request_class;               ///< empty where there is no such column
  std::vector<std::pair<double, double>> points;  ///< quantile (0 to 1) and ms, rising
};

/// quantiles.csv: needs quantile, latency_ms; uses scenario, phase, class.
std::vector<QuantileCurve> read_quantiles(std::istream& stream, const std::string& file,
                                          std::string& mistake);

/// events.csv: needs time_s, source, event, target, role; uses scenario, seed, detail. Events of
/// role `info` that only repeat the one before, and those of all runs but the first, are left out.
struct EventsData {
  struct Run {
    std::string seed;
    std::vector<measure::Event> events;  ///< by time
  };
  std::vector<Run> runs;
};
EventsData read_events(std::istream& stream, const std::string& file, std::string& mistake);

/// The kinds of plots, and what each reads.
struct PlotKind {
  const char* name;                     ///< "timeline"
  const char* file;                     ///< in a folder of results
  std::vector<std::string_view> needs;  ///< columns
};
const std::vector<PlotKind>& plot_kinds();

/// The columns that a kind needs and a header line lacks.
std::vector<std::string> missing_columns(const PlotKind& kind,
                                         const std::vector<std::string>& header);

// ---- what the events say, for the bands and lines of a timeline
// ----------------------------------

/// A time in which something was broken.
struct Band {
  double from = 0, until = 0;  ///< seconds; equal for what takes no time
  std::string label;           ///< "crash of nginx@server1"
};

/// Somebody noticed, or was back.
struct Mark {
  double time = 0;
  measure::Role role = measure::Role::detected;  ///< detected, restored or ready
  std::string label;                             ///< "haproxy@lb1: server1 DOWN"
};

/// The faults of all runs, each once: the mean of their dates over the runs. A fault that nothing
/// repairs lasts until `end`. Where the runs disagree about their number, those of the first.
std::vector<Band> bands(const EventsData& events, double end);
/// The first time that each thing was noticed or back, by time: means over the runs that have it,
/// if that is half of them at least. `most` of them at most: what was noticed comes first.
std::vector<Mark> marks(const EventsData& events, std::size_t most);

}  // namespace spof::report
