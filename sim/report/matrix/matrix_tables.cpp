#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/records/json_text.hpp"
#include "base/csv.hpp"
#include "base/json.hpp"
#include "base/statistics.hpp"
#include "report/matrix/matrix_formats.hpp"
#include "report/year/yearly_text.hpp"

namespace spof::report {
namespace {

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(rounded(value));
  return list;
}

/// The share of each seed, once settled; not a number where nobody asks.
std::vector<double> answered(const ClassFinding& one) {
  std::vector<double> shares;
  for (std::size_t seed = 0; seed < one.settled.size(); ++seed)
    shares.push_back(one.due[seed] > 0 ? 1 - one.settled[seed] : std::nan(""));
  return shares;
}

Json class_json(const ClassFinding& one) {
  return {{"class", one.name},
          {"fate", names(Fate{})[static_cast<std::size_t>(one.fate())]},
          {"settled_availability", rounded(settled_availability(one))},
          {"settled_half_width", rounded(half_width(one.settled_shares()))},
          {"outage_s", rounded(mean(one.outage))},
          {"failed", rounded(mean(one.failed))},
          {"failed_half_width", rounded(half_width(one.failed))},
          {"slow", rounded(mean(one.slow))},
          {"p99_before_s", rounded(one.p99_before)},
          {"p99_during_s", rounded(one.p99_during)},
          {"failed_by_seed", numbers(one.failed)},
          {"slow_by_seed", numbers(one.slow)},
          {"settled_by_seed", numbers(answered(one))}};
}

Json finding_json(const Finding& finding) {
  Json json = {{"component", finding.target},
               {"kind", finding.kind},
               {"lasts_s", rounded(finding.lasted)},
               {"fate", names(Fate{})[static_cast<std::size_t>(worst_fate(finding))]},
               {"down_for", classes_down(finding)},
               {"settled_availability", rounded(settled_availability(finding))},
               {"detected_s", rounded(finding.detected)},
               {"detected_by", finding.detected_by},
               {"recovered_s", rounded(finding.recovered)},
               {"recovered_by", finding.recovered_by},
               {"redispatched", rounded(finding.redispatched)},
               {"lost_writes", rounded(finding.lost_writes)},
               {"phantom_writes", rounded(finding.phantom_writes)},
               {"stale_reads", rounded(finding.stale_reads)}};
  Json& classes = json["classes"] = Json::array();
  for (const ClassFinding& one : finding.classes) classes.push_back(class_json(one));
  return json;
}

Json case_json(const MatrixCase& one) {
  Json json = finding_json(one.finding);
  json["changes_tried"] = one.tried;
  Json& remedies = json["remedies"] = Json::array();
  for (const RemedyFinding& remedy : one.remedies)
    remedies.push_back(
        {{"name", remedy.name},
         {"effort", remedy.effort},
         {"set", remedy.sets},
         {"failed_before", rounded(mean(failed_by_seed(remedy.before)))},
         {"slow_before", rounded(mean(slow_by_seed(remedy.before)))},
         {"failed", rounded(mean(failed_by_seed(remedy.after)))},
         {"slow", rounded(mean(slow_by_seed(remedy.after)))},
         {"fate", names(Fate{})[static_cast<std::size_t>(worst_fate(remedy.after))]}});
  return json;
}

/// A number of a CSV file: "never" and nothing, as in the words of the reports.
std::string cell(double value) {
  if (std::isnan(value)) return "";
  return std::isinf(value) ? "never" : fmt::format("{:.6g}", value);
}

}  // namespace

std::string matrix_json(const Matrix& matrix) {
  Json json = {{"format", 1},
               {"matrix", matrix.name},
               {"title", matrix.title},
               {"verdict", matrix_verdict(matrix)},
               {"runs", matrix.runs},
               {"seed", matrix.seed},
               {"duration_s", rounded(matrix.duration)},
               {"nothing_broken", finding_json(matrix.control)}};
  Json& points = json["single_points_of_failure"] = Json::array();
  for (const MatrixGrid& grid : grids(matrix))
    for (const MatrixRow& row : grid.rows)
      if (row.worst == Fate::down)
        points.push_back({{"component", row.target}, {"classes", down_for(row)}});
  Json& cases = json["failures"] = Json::array();
  for (const MatrixCase& one : matrix.cases) cases.push_back(case_json(one));
  Json& pairs = json["pairs"] = Json::array();
  for (const Finding& pair : matrix.pairs) pairs.push_back(finding_json(pair));
  json["year"] = yearly_json(matrix.year);
  json["scenario"] = matrix.scenario;
  return json.dump(2) + "\n";
}

std::string matrix_csv(const Matrix& matrix) {
  std::string out =
      "scenario,component,kind,class,fate,settled_availability,settled_half_width,outage_s,failed,"
      "failed_half_width,slow,detected_s,detected_by,recovered_s,recovered_by,lost_writes,"
      "phantom_writes,stale_reads,smallest_remedy,remedy_failed\n";
  const auto rows = [&](const Finding& finding, const std::string& remedy, double remedy_failed) {
    for (const ClassFinding& one : finding.classes)
      out += fmt::format(
          "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(matrix.name),
          csv_field(finding.target), csv_field(finding.kind), csv_field(one.name),
          names(Fate{})[static_cast<std::size_t>(one.fate())], cell(settled_availability(one)),
          cell(half_width(one.settled_shares())), cell(mean(one.outage)), cell(mean(one.failed)),
          cell(half_width(one.failed)), cell(mean(one.slow)), cell(finding.detected),
          csv_field(finding.detected_by), cell(finding.recovered), csv_field(finding.recovered_by),
          cell(finding.lost_writes), cell(finding.phantom_writes), cell(finding.stale_reads),
          csv_field(remedy), cell(remedy_failed));
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
