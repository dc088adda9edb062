#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/campaign.hpp"
#include "analysis/matrix/finding.hpp"
#include "analysis/verdict.hpp"
#include "base/json.hpp"
#include "measure/expect.hpp"
#include "measure/summary.hpp"

namespace spof::report {

/// What a metric was asked, in the words of report.json; of a matrix, about one of its failures.
struct MetricQuestion {
  std::string metric;         ///< "outage", "failed.503"
  std::string request_class;  ///< empty: all
  std::string server;         ///< of `server_share`; a metric's daemon or host; else empty
  std::string phase;          ///< "before", "during" or "after"; empty: the whole run
  std::string failure = {};   ///< "crash of mysql@server1"; empty: that of the report

  /// The class, server or part; empty: all.
  const std::string& about() const { return server.empty() ? request_class : server; }
  bool operator==(const MetricQuestion&) const = default;
  auto operator<=>(const MetricQuestion&) const = default;
};
/// As an expectation asks: "latency.p99(read) during fault"; "failed, crash of mysql@server1".
std::string question_text(const MetricQuestion& question);
/// What a query asks, whose classes and servers have these names.
MetricQuestion question_of(const measure::Query& query, const measure::Vocabulary& vocabulary);

struct StoredMetric {
  MetricQuestion question;
  Unit unit = Unit::count;
  std::vector<double> values;  ///< one per run; infinite: never; not a number: nothing to measure
};

/// Requests of one class that failed in one way, over all runs.
struct StoredFailure {
  std::string request_class;
  std::string name;  ///< "503 connect_error"
  std::uint64_t requests = 0;
};

/// A failure, and a request class that meets it.
struct ClassFailure {
  std::string component, kind;  ///< "mysql@server1", "crash"; of a pair: both
  std::string request_class;
  auto operator<=>(const ClassFailure&) const = default;
};

/// How a request class came through a failure of a matrix.
struct StoredFate : ClassFailure {
  bool pair = false;
  Fate fate = Fate::untouched;
  double availability = 1;  ///< share answered, once all had settled
  /// The same, one per run; empty where an early matrix.json does not say.
  std::vector<double> settled = {};
};

/// What a year costs a request class, after a matrix; the last is of all classes, "all".
struct StoredYear {
  std::string request_class;
  double outage_min = 0, failed_requests = 0;
  double unavailability = 0;  ///< share of the time
};

/// A report.json or a matrix.json as it was read back.
struct StoredReport {
  bool matrix = false;
  std::string path;  ///< of the file
  std::string name, title;
  Verdict verdict;      ///< of a matrix whether there is any
  double duration = 0;  ///< seconds
  std::vector<FaultLine> faults;
  std::vector<std::uint64_t> seeds;  ///< one per run, as the values of a metric
  std::vector<std::string> classes;
  std::vector<StoredFailure> failures;  ///< sorted by class and name
  std::vector<StoredMetric> metrics;
  std::vector<std::string> failed_jobs;
  std::vector<StoredFate> fates;  ///< of a matrix: of each failure each class
  std::vector<StoredYear> year;   ///< of a matrix
  Json scenario;
  std::string fingerprint;
  std::string version;  ///< of the program, from the run.json beside; empty: not known
};

/// Reads the text of a report.json or a matrix.json. What is wrong is added to `mistakes`, one line
/// each, without the file's name; the report is then not to be used.
StoredReport parse_stored_report(const std::string& text, std::vector<std::string>& mistakes);

struct Matrix;
/// A matrix as it would be read back.
StoredReport stored_report(const Matrix& matrix);

/// What the user named: a report, a matrix, a folder of one or both, or a folder of such folders.
struct StoredResult {
  std::string given;     ///< as the user wrote it
  bool several = false;  ///< a folder with a folder for each scenario
  /// "report" and "matrix"; of several scenarios by folder, "baseline" and "baseline (matrix)".
  std::map<std::string, StoredReport> reports;
};

/// Reads a report.json or matrix.json, a folder with either, or a folder whose subfolders have
/// one. What is wrong is
/// added to `mistakes`, one line each that begins with the file; the result is then not to be used.
StoredResult read_stored_result(const std::string& path, std::vector<std::string>& mistakes);

/// The program's version in the text of a run.json: "0.4.0 (3b078d1)"; empty when it says none.
std::string version_in(const std::string& run_json);

}  // namespace spof::report
