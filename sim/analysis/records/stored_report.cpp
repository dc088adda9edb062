#include "analysis/records/stored_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "analysis/records/stored_reader.hpp"
#include "base/mistakes.hpp"
#include "scenario/json_text.hpp"

namespace spof::report {
namespace {

constexpr int deepest = static_cast<int>(TextLimits::depth);

measure::Unit unit_of(const std::string& word, const std::string& at, Reader& reader) {
  using measure::Unit;
  for (const Unit unit : {Unit::share, Unit::seconds, Unit::count})
    if (word == measure::unit_name(unit)) return unit;
  if (!word.empty())
    reader.wrong(at, fmt::format("unknown unit {}; allowed: share, s, count", in_quotes(word)));
  return Unit::count;
}

void read_metrics(const Json& document, StoredReport& report, Reader& reader) {
  reader.each(
      reader.list(document, "", "metrics"), "/metrics",
      [&](const Json& row, const std::string& at) {
        StoredMetric metric;
        metric.question = {reader.text(row, at, "metric"), optional_text(row, "class"),
                           optional_text(row, "server"), optional_text(row, "phase")};
        metric.unit = unit_of(reader.text(row, at, "unit"), at + "/unit", reader);
        const Json& values = reader.list(row, at, "values");
        for (std::size_t i = 0; i < values.size(); ++i)
          metric.values.push_back(figure(values[i], fmt::format("{}/values/{}", at, i), reader));
        if (metric.values.size() != report.seeds.size())
          reader.wrong(at + "/values", fmt::format("has {} values for {} runs", values.size(),
                                                   report.seeds.size()));
        report.metrics.push_back(std::move(metric));
      });
}

void read_faults(const Json& document, StoredReport& report, Reader& reader) {
  reader.each(
      reader.list(document, "", "faults"), "/faults", [&](const Json& row, const std::string& at) {
        const Json until = row.value("until_s", Json());
        report.faults.push_back({reader.text(row, at, "kind"), reader.text(row, at, "target"),
                                 reader.number(row, at, "at_s"),
                                 until.is_number() ? until.get<double>() : -1});
      });
}

/// The failures of a class, its phases together.
void read_class(const std::string& name, const Json& phases, StoredReport& report, Reader& reader) {
  std::map<std::string, std::uint64_t> sums;
  for (const char* phase : names(measure::Phase{})) {
    const std::string at = child_pointer("/classes", name);
    const Json& tally = reader.object(phases, at, phase);
    const std::string inside = child_pointer(at, phase);
    if (tally.empty()) continue;
    reader.each(reader.list(tally, inside, "failures"), child_pointer(inside, "failures"),
                [&](const Json& row, const std::string& place) {
                  const std::string cause = reader.text(row, place, "cause");
                  sums[reader.text(row, place, "outcome") + (cause == "none" ? "" : " " + cause)] +=
                      reader.count(row, place, "requests");
                });
  }
  for (const auto& [failure, requests] : sums) report.failures.push_back({name, failure, requests});
}

void read_classes(const Json& document, StoredReport& report, Reader& reader) {
  const Json& classes = reader.object(document, "", "classes");
  for (auto one = classes.begin(); one != classes.end(); ++one) {
    report.classes.push_back(one.key());
    if (one->is_object())
      read_class(one.key(), *one, report, reader);
    else
      reader.wrong(child_pointer("/classes", one.key()),
                   fmt::format("is {}, not an object", one->type_name()));
  }
}

void read_all(const Json& document, StoredReport& report, Reader& reader) {
  report.name = reader.text(document, "", "name");
  report.title = optional_text(document, "title");
  const Json& verdict = reader.object(document, "", "verdict");
  if (document.contains("verdict") && document["verdict"].is_object()) {
    report.word = reader.text(verdict, "/verdict", "word");
    report.text = reader.text(verdict, "/verdict", "text");
  }
  report.duration = reader.number(document, "", "duration_s");
  read_faults(document, report, reader);
  reader.each(reader.list(document, "", "runs"), "/runs",
              [&](const Json& run, const std::string& at) {
                report.seeds.push_back(reader.count(run, at, "seed"));
              });
  read_classes(document, report, reader);
  read_metrics(document, report, reader);
  for (const Json& job : document.value("failed_jobs", Json::array()))
    report.failed_jobs.push_back(job.is_string() ? job.get<std::string>() : job.dump());
  report.scenario = reader.object(document, "", "scenario");
  report.fingerprint = reader.text(document, "", "fingerprint");
}

/// The same seed twice, or no run at all, is no report that could be paired.
void check_runs(const StoredReport& report, Reader& reader) {
  auto seeds = report.seeds;
  std::sort(seeds.begin(), seeds.end());
  if (seeds.empty()) reader.wrong("/runs", "no run ended: there is nothing to compare");
  if (std::adjacent_find(seeds.begin(), seeds.end()) != seeds.end())
    reader.wrong("/runs", "a seed occurs twice");
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
  }
  return std::nullopt;
}

}  // namespace

std::string question_text(const MetricQuestion& question) {
  std::string text = question.metric;
  const std::string& name = question.server.empty() ? question.request_class : question.server;
  if (!name.empty()) text += "(" + name + ")";
  if (!question.phase.empty()) text += " " + question.phase + " fault";
  if (!question.failure.empty()) text += ", " + question.failure;
  return text;
}

StoredReport parse_stored_report(const std::string& text, std::vector<std::string>& mistakes) {
  StoredReport report;
  const auto document = parsed(text, mistakes);
  if (!document) return report;
  const bool matrix = document->is_object() && document->contains("matrix");
  if (!document->is_object() || !document->contains("format") ||
      (!matrix && !document->contains("metrics"))) {
    mistakes.emplace_back(
        "error: is neither a report.json (\"format\", \"metrics\") nor a matrix.json");
    return report;
  }
  if ((*document)["format"] != 1) {
    mistakes.push_back(
        fmt::format("error: /format: {} is of another version of spof; this one reads format 1",
                    in_quotes((*document)["format"].dump(-1, ' ', true))));
    return report;
  }
  Reader reader(mistakes);
  const std::size_t before = mistakes.size();
  if (matrix)
    read_stored_matrix(*document, report, reader);
  else
    read_all(*document, report, reader);
  if (mistakes.size() == before) check_runs(report, reader);
  constexpr std::size_t most = 10;
  if (mistakes.size() > before + most) {
    const std::size_t more = mistakes.size() - before - most;
    mistakes.resize(before + most);
    mistakes.push_back(fmt::format("error: and {} more", more));
  }
  return report;
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
