#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/csv.hpp"
#include "base/statistics.hpp"
#include "base/words.hpp"
#include "report/pages/matrix_page.hpp"

namespace spof::report {
namespace {

/// A number of a CSV file: "never" and nothing, as in the words of the reports.
std::string cell(double value) {
  if (std::isnan(value)) return "";
  return std::isinf(value) ? "never" : fmt::format("{:.6g}", value);
}

}  // namespace

std::string matrix_csv(const Matrix& matrix) {
  std::string out =
      "scenario,component,kind,class,fate,settled_availability,settled_half_width,outage_s,failed,"
      "failed_half_width,slow,detected_s,detected_by,recovered_s,recovered_by,lost_writes,"
      "phantom_writes,stale_reads,smallest_remedy,remedy_failed\n";
  const auto rows = [&](const Finding& finding, const std::string& remedy, double remedy_failed) {
    for (const ClassFinding& one : finding.classes)
      out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
                         csv_field(matrix.name), csv_field(finding.target), csv_field(finding.kind),
                         csv_field(one.name), word(one.fate()), cell(settled_availability(one)),
                         cell(half_width(one.settled_shares())), cell(mean(one.outage)),
                         cell(mean(one.failed)), cell(half_width(one.failed)), cell(mean(one.slow)),
                         cell(finding.detected), csv_field(finding.detected_by),
                         cell(finding.recovered), csv_field(finding.recovered_by),
                         cell(finding.lost_writes), cell(finding.phantom_writes),
                         cell(finding.stale_reads), csv_field(remedy), cell(remedy_failed));
  };
  for (const MatrixCase& one : matrix.cases) {
    const bool any = !one.remedies.empty();
    rows(one.finding, any ? one.remedies[0].name : "",
         any ? mean(failed_by_seed(one.remedies[0].after)) : std::nan(""));
  }
  for (const Finding& pair : matrix.pairs) rows(pair, "", std::nan(""));
  return out;
}

}  // namespace spof::report
