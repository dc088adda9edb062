#include "analysis/records/stored_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>

#include "analysis/faults.hpp"
#include "analysis/kinds.hpp"
#include "analysis/records/matrix_record.hpp"
#include "analysis/records/run_record.hpp"
#include "base/append_new.hpp"
#include "base/mistakes.hpp"
#include "base/words.hpp"
#include "scenario/json_text.hpp"

namespace spof::report {
namespace {

constexpr int deepest = static_cast<int>(TextLimits::depth);

/// A list that needs one value for each seed.
template <class Value>
std::vector<double> by_seed(const std::vector<Value>& values, const std::string& pointer,
                            const StoredReport& report, Mistakes& mistakes) {
  if (values.size() != report.seeds.size())
    mistakes.add(pointer,
                 fmt::format("has {} values for {} runs", values.size(), report.seeds.size()));
  std::vector<double> made(values.begin(), values.end());
  made.resize(report.seeds.size());
  return made;
}

/// The failures of a class, its phases together.
void take_failures(const std::string& name, const ClassRecord& record, StoredReport& report) {
  std::map<std::string, std::uint64_t> sums;
  for (const PhaseRecord* phase : {&record.before, &record.during, &record.after})
    for (const FailureRecord& one : phase->failures) sums[failure_name(one)] += one.requests;
  for (const auto& [failure, requests] : sums) report.failures.push_back({name, failure, requests});
}

StoredReport stored(const ReportRecord& record, Mistakes& mistakes) {
  StoredReport report;
  report.name = record.name;
  report.title = record.title;
  report.verdict = record.verdict;
  report.duration = record.duration;
  for (const FaultRecord& fault : record.faults)
    report.faults.push_back({fault.kind, fault.target, Seconds(fault.at),
                             Seconds(std::isfinite(fault.until) ? double(fault.until) : -1)});
  for (const RunRecord& run : record.runs) report.seeds.push_back(run.seed);
  for (const auto& [name, classes] : record.classes) {
    report.classes.push_back(name);
    take_failures(name, classes, report);
  }
  for (std::size_t i = 0; i < record.metrics.size(); ++i) {
    const MetricRecord& row = record.metrics[i];
    report.metrics.push_back(
        {{row.metric, row.request_class.value_or(""), row.server.value_or(""),
          row.phase ? word(*row.phase) : ""},
         row.unit,
         by_seed(row.values, fmt::format("/metrics/{}/values", i), report, mistakes)});
  }
  report.failed_jobs = record.failed_jobs;
  report.scenario = record.scenario;
  report.fingerprint = record.fingerprint;
  return report;
}

/// What is counted of each class, by seed.
struct ClassCount {
  const char* metric;
  std::vector<Number> ClassFindingRecord::*by_seed;
};
constexpr std::array class_counts{ClassCount{"failed", &ClassFindingRecord::failed_by_seed},
                                  ClassCount{"slow", &ClassFindingRecord::slow_by_seed}};

/// A failure of one part, or of two: failed and slow requests of each class, and of all together;
/// lost writes.
void take_break(const BreakRecord& one, const std::string& pointer, bool pair, StoredReport& report,
                Mistakes& mistakes) {
  const std::string failure = fault_words(one.of.kind, one.of.target);
  std::vector<StoredMetric> totals;
  for (const ClassCount& count : class_counts)
    totals.push_back({{count.metric, "", "", "", failure},
                      Unit::count,
                      std::vector<double>(report.seeds.size())});
  for (std::size_t c = 0; c < one.classes.size(); ++c) {
    const ClassFindingRecord& row = one.classes[c];
    const std::string at = fmt::format("{}/classes/{}", pointer, c);
    append_new(report.classes, row.of.name);
    for (std::size_t m = 0; m < totals.size(); ++m) {
      const auto& [name, values] = class_counts[m];
      StoredMetric metric = totals[m];
      metric.question.request_class = row.of.name;
      metric.values =
          by_seed(row.*values, fmt::format("{}/{}_by_seed", at, name), report, mistakes);
      for (std::size_t k = 0; k < metric.values.size(); ++k)
        totals[m].values[k] += metric.values[k];
      report.metrics.push_back(std::move(metric));
    }
    StoredFate& fate = report.fates.emplace_back(StoredFate{
        {one.of.target, one.of.kind, row.of.name}, pair, row.fate, row.settled_availability});
    if (!row.settled_by_seed.empty())  // an early matrix.json has none
      fate.settled = by_seed(row.settled_by_seed, at + "/settled_by_seed", report, mistakes);
  }
  std::ranges::move(totals, std::back_inserter(report.metrics));
  if (!one.lost_by_seed.empty())  // an early matrix.json has none
    report.metrics.push_back(
        {{"lost_writes", "", "", "", failure},
         Unit::count,
         by_seed(one.lost_by_seed, pointer + "/lost_writes_by_seed", report, mistakes)});
}

StoredReport stored(const MatrixRecord& record, Mistakes& mistakes) {
  StoredReport report;
  report.matrix = true;
  report.name = record.name;
  report.title = record.title;
  report.verdict.text = record.verdict;
  report.duration = record.duration;
  for (std::uint64_t i = 0; i < record.runs; ++i) report.seeds.push_back(record.seed + i);
  for (std::size_t i = 0; i < record.failures.size(); ++i)
    take_break(record.failures[i], fmt::format("/failures/{}", i), false, report, mistakes);
  for (std::size_t i = 0; i < record.pairs.size(); ++i)
    take_break(record.pairs[i], fmt::format("/pairs/{}", i), true, report, mistakes);
  for (const ClassYearRecord& one : record.year.classes)
    report.year.push_back({one.request_class, one.outage_min.expected, one.failed_requests.expected,
                           1 - one.of_time.share});
  const bool any = std::ranges::any_of(
      report.fates, [](const StoredFate& one) { return !one.pair && one.fate == Fate::down; });
  report.verdict.word = any ? "single point of failure" : "no single point of failure";
  report.scenario = record.scenario;
  return report;
}

/// The same seed twice, or no run at all, is no report that could be paired.
void check_runs(const StoredReport& report, Mistakes& mistakes) {
  auto seeds = report.seeds;
  std::ranges::sort(seeds);
  if (seeds.empty()) mistakes.add("/runs", "no run ended: there is nothing to compare");
  if (std::ranges::adjacent_find(seeds) != seeds.end())
    mistakes.add("/runs", "a seed occurs twice");
}

/// Strict JSON that is not absurdly deep; what is wrong is added to `mistakes`.
std::optional<Json> parsed(const std::string& text, std::vector<std::string>& mistakes) {
  struct TooDeep {};
  try {
    return Json::parse(text, [](int depth, Json::parse_event_t, Json&) {
      if (depth > deepest) throw TooDeep{};
      return true;
    });
  } catch (const TooDeep&) {
    mistakes.push_back(fmt::format("error: nested more than {} deep", deepest));
  } catch (const Json::parse_error& error) {
    const Place place = place_in_text(text, error.byte > 0 ? error.byte - 1 : 0, "");
    mistakes.push_back(
        fmt::format("error: is not JSON (line {}, column {})", place.line, place.column));
  } catch (const Json::out_of_range&) {
    mistakes.emplace_back("error: a number in it is too large");
  }
  return std::nullopt;
}

template <class Record>
StoredReport taken(const Json& document, std::vector<std::string>& mistakes) {
  Mistakes found;
  Record record;
  read_record(document, record, found);
  StoredReport report;
  if (found.empty()) report = stored(record, found);
  if (found.empty()) check_runs(report, found);
  constexpr std::size_t most = 10;
  for (std::size_t i = 0; i < std::min(most, found.size()); ++i)
    mistakes.push_back(fmt::format(
        "error: {}: {}", found[i].pointer.empty() ? "/" : found[i].pointer, found[i].what));
  if (found.size() > most)
    mistakes.push_back(fmt::format("error: and {} more", found.size() - most));
  return report;
}

/// Empty when it is missing or no text.
std::string optional_text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string question_text(const MetricQuestion& question) {
  std::string text = question.metric;
  if (!question.about().empty()) text += "(" + question.about() + ")";
  if (!question.phase.empty()) text += " " + question.phase + " fault";
  if (!question.failure.empty()) text += ", " + question.failure;
  return text;
}

MetricQuestion question_of(const measure::Query& query, const measure::Vocabulary& vocabulary) {
  MetricQuestion question;
  question.metric = measure::metric_name(query);
  if (query.request_class >= 0)
    question.request_class = vocabulary.classes[static_cast<std::size_t>(query.request_class)];
  if (query.server >= 0)
    question.server = vocabulary.servers[static_cast<std::size_t>(query.server)];
  if (query.metric->about == measure::About::part) question.server = query.part;
  if (query.phase) question.phase = word(*query.phase);
  return question;
}

StoredReport parse_stored_report(const std::string& text, std::vector<std::string>& mistakes) {
  const auto document = parsed(text, mistakes);
  if (!document) return {};
  const bool matrix = document->is_object() && document->contains("matrix");
  if (!document->is_object() || !document->contains("format") ||
      (!matrix && !document->contains("metrics"))) {
    mistakes.emplace_back(
        "error: is neither a report.json (\"format\", \"metrics\") nor a matrix.json");
    return {};
  }
  if ((*document)["format"] != 1) {
    mistakes.push_back(
        fmt::format("error: /format: {} is of another version of spof; this one reads format 1",
                    in_quotes((*document)["format"].dump(-1, ' ', true))));
    return {};
  }
  return matrix ? taken<MatrixRecord>(*document, mistakes)
                : taken<ReportRecord>(*document, mistakes);
}

StoredReport stored_report(const Matrix& matrix) {
  Mistakes none;
  return stored(matrix_record(matrix), none);
}

std::string version_in(const std::string& run_json) {
  std::vector<std::string> ignored;
  const auto document = parsed(run_json, ignored);
  if (!document || !document->is_object()) return "";
  const Json versions = document->value("versions", Json::object());
  if (!versions.is_object()) return "";
  const std::string version = optional_text(versions, "spof");
  const std::string commit = optional_text(versions, "commit");
  return commit.empty() ? version : fmt::format("{} ({})", version, commit);
}

}  // namespace spof::report
