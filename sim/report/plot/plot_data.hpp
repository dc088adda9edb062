#pragma once
#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "measure/event.hpp"

namespace spof::report {

/// What plots are made of: the CSV files that `spof run` writes, or others with the same columns.
/// Columns are found by name, in any order; more of them are no mistake. Every function reads a
/// stream to its end; what is wrong goes to `mistake`, one line with the file's name, and the
/// result is of no use then. A file of a header line alone gives nothing, and is no mistake. Of
/// `scenario` one value is allowed: two would be drawn as one.

/// Requests of all runs by window: latency by class, numbers by outcome. Only windows that have any
/// are kept: a run may have millions.
struct Windows {
  struct Latency {
    double requests = 0, p50 = 0, p99 = 0;  ///< ms times requests
  };
  double length = 1;          ///< seconds
  double start = 0, end = 0;  ///< of the axis, seconds
  double runs = 1;
  std::vector<std::string> classes, outcomes = {"ok"};
  std::vector<std::map<std::int64_t, Latency>> latencies = {};  ///< of correct answers, by class
  std::vector<std::map<std::int64_t, double>> requests = {};    ///< by outcome

  void add(std::size_t request_class, std::size_t outcome, double time, double number, double p50,
           double p99);
  std::size_t windows_in_point() const;
  /// "each point 3 of them: ...", how several windows are one point.
  std::string point_words() const;
};

/// latency.csv: needs time_s, window_s, outcome, requests, latency_p50_ms, latency_p99_ms; uses
/// scenario, seed and class.
Windows read_timeline(std::istream& stream, const std::string& file, std::string& mistake);

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
struct EventsOfRun {
  std::string seed;
  std::vector<measure::Event> events;  ///< by time
};
std::vector<EventsOfRun> read_events(std::istream& stream, const std::string& file,
                                     std::string& mistake);

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

}  // namespace spof::report
