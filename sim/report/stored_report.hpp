#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "measure/summary.hpp"
#include "report/campaign.hpp"

namespace spof::report {

/// What a metric was asked, in the words of report.json.
struct MetricQuestion {
  std::string metric;         ///< "outage", "failed.503"
  std::string request_class;  ///< empty: all
  std::string server;         ///< of `server_share`, else empty
  std::string phase;          ///< "before", "during" or "after"; empty: the whole run

  bool operator==(const MetricQuestion&) const = default;
  auto operator<=>(const MetricQuestion&) const = default;
};
/// As an expectation asks: "latency.p99(read) during fault".
std::string question_text(const MetricQuestion& question);

struct StoredMetric {
  MetricQuestion question;
  measure::Unit unit = measure::Unit::count;
  std::vector<double> values;  ///< one per run; infinite: never; not a number: nothing to measure
};

/// Requests of one class that failed in one way, over all runs.
struct StoredFailure {
  std::string request_class;
  std::string name;  ///< "503 connect_error"
  std::uint64_t requests = 0;
};

/// A report.json as it was read back.
struct StoredReport {
  std::string path;  ///< of the file
  std::string name, title;
  std::string word, text;  ///< of the verdict
  double duration = 0;     ///< seconds
  std::vector<FaultLine> faults;
  std::vector<std::uint64_t> seeds;  ///< one per run, as the values of a metric
  std::vector<std::string> classes;
  std::vector<StoredFailure> failures;  ///< sorted by class and name
  std::vector<StoredMetric> metrics;
  std::vector<std::string> failed_jobs;
  Json scenario;
  std::string fingerprint;
  std::string version;  ///< of the program, from the run.json beside; empty: not known
};

/// Reads the text of a report.json. What is wrong is added to `mistakes`, one line each, without
/// the file's name; the report is then not to be used.
StoredReport parse_stored_report(const std::string& text, std::vector<std::string>& mistakes);

/// What the user named: one report, or a folder of several.
struct StoredResult {
  std::string given;                            ///< as the user wrote it
  bool several = false;                         ///< a folder with a folder for each scenario
  std::map<std::string, StoredReport> reports;  ///< by folder; of a single one the name is empty
};

/// Reads a report.json, a folder with one, or a folder whose subfolders have one. What is wrong is
/// added to `mistakes`, one line each that begins with the file; the result is then not to be used.
StoredResult read_stored_result(const std::string& path, std::vector<std::string>& mistakes);

/// The program's version in the text of a run.json: "0.4.0 (3b078d1)"; empty when it says none.
std::string version_in(const std::string& run_json);

}  // namespace spof::report
