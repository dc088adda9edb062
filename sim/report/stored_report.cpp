#include "report/stored_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "base/mistakes.hpp"
#include "scenario/json_text.hpp"

namespace spof::report {
namespace {

namespace fs = std::filesystem;

constexpr double never = std::numeric_limits<double>::infinity();
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr int deepest = static_cast<int>(TextLimits::depth);

/// Takes members out of a JSON document and remembers what is wrong with them.
class Reader {
 public:
  explicit Reader(std::vector<std::string>& mistakes) : mistakes_(mistakes) {}

  void wrong(const std::string& pointer, const std::string& what) {
    mistakes_.push_back(fmt::format("error: {}: {}", pointer.empty() ? "/" : pointer, what));
  }

  /// The member, or nullptr, which is a mistake, when it is missing or of another type.
  const Json* member(const Json& object, const std::string& at, const char* name,
                     Json::value_t type, const char* type_name) {
    const std::string pointer = child_pointer(at, name);
    const auto found = object.find(name);
    if (found == object.end()) {
      wrong(pointer, "is missing");
      return nullptr;
    }
    const bool number = type == Json::value_t::number_float && found->is_number();
    if (number || found->type() == type) return &*found;
    wrong(pointer, fmt::format("is {}, not {}", found->type_name(), type_name));
    return nullptr;
  }

  std::string text(const Json& object, const std::string& at, const char* name) {
    const Json* const found = member(object, at, name, Json::value_t::string, "a text");
    return found ? found->get<std::string>() : "";
  }
  /// An empty list or object when it is not there.
  const Json& list(const Json& object, const std::string& at, const char* name) {
    const Json* const found = member(object, at, name, Json::value_t::array, "a list");
    return found ? *found : empty_list_;
  }
  const Json& object(const Json& object, const std::string& at, const char* name) {
    const Json* const found = member(object, at, name, Json::value_t::object, "an object");
    return found ? *found : empty_object_;
  }
  double number(const Json& object, const std::string& at, const char* name) {
    const Json* const found = member(object, at, name, Json::value_t::number_float, "a number");
    return found ? found->get<double>() : 0;
  }
  std::uint64_t count(const Json& object, const std::string& at, const char* name) {
    const auto found = object.find(name);
    if (found != object.end() && found->is_number_unsigned()) return found->get<std::uint64_t>();
    wrong(child_pointer(at, name),
          found == object.end() ? "is missing" : "is no whole number, 0 or more");
    return 0;
  }
  /// The elements of a list that are objects; others are mistakes.
  template <class Use>
  void each(const Json& list, const std::string& at, const Use& use) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string pointer = child_pointer(at, std::to_string(i));
      if (list[i].is_object())
        use(list[i], pointer);
      else
        wrong(pointer, fmt::format("is {}, not an object", list[i].type_name()));
    }
  }

 private:
  const Json empty_list_ = Json::array();
  const Json empty_object_ = Json::object();
  std::vector<std::string>& mistakes_;
};

/// A number, "never", or null; nothing else, which is a mistake.
double figure(const Json& value, const std::string& at, Reader& reader) {
  if (value.is_number()) return value.get<double>();
  if (value == "never") return never;
  if (!value.is_null()) reader.wrong(at, "is neither a number nor \"never\" nor null");
  return nothing;
}

std::string optional_text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

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

/// The text of a regular file; what is wrong is added to `mistakes`.
std::optional<std::string> content(const fs::path& path, std::vector<std::string>& mistakes) {
  std::error_code error;
  const auto status = fs::status(path, error);
  std::string wrong;
  if (!fs::exists(status)) {
    wrong = "no such file or folder";
  } else if (!fs::is_regular_file(status)) {
    wrong = "is no file";
  } else {
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (file && !file.bad()) return text;
    wrong = "cannot be read";
  }
  mistakes.push_back(fmt::format("{}: error: {}", path.string(), wrong));
  return std::nullopt;
}

void read_report(const fs::path& path, const std::string& name, StoredResult& result,
                 std::vector<std::string>& mistakes) {
  const auto text = content(path, mistakes);
  if (!text) return;
  std::vector<std::string> found;
  StoredReport report = parse_stored_report(*text, found);
  for (const std::string& mistake : found)
    mistakes.push_back(fmt::format("{}: {}", path.string(), mistake));
  if (!found.empty()) return;
  report.path = path.string();
  std::error_code error;
  std::vector<std::string> ignored;  // a run.json is welcome, not needed
  const fs::path beside = path.parent_path() / "run.json";
  if (fs::is_regular_file(beside, error))
    report.version = version_in(content(beside, ignored).value_or(""));
  result.reports.emplace(name, std::move(report));
}

/// Names of the subfolders that have a report.json, sorted.
std::vector<std::string> scenarios_in(const fs::path& folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (fs::is_regular_file(entry->path() / "report.json", ignored))
      found.push_back(entry->path().filename().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

std::string question_text(const MetricQuestion& question) {
  std::string text = question.metric;
  const std::string& name = question.server.empty() ? question.request_class : question.server;
  if (!name.empty()) text += "(" + name + ")";
  if (!question.phase.empty()) text += " " + question.phase + " fault";
  return text;
}

StoredReport parse_stored_report(const std::string& text, std::vector<std::string>& mistakes) {
  StoredReport report;
  const auto document = parsed(text, mistakes);
  if (!document) return report;
  if (!document->is_object() || !document->contains("format") || !document->contains("metrics")) {
    mistakes.emplace_back("error: is no report.json: it has no \"format\" and \"metrics\"");
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

StoredResult read_stored_result(const std::string& path, std::vector<std::string>& mistakes) {
  StoredResult result;
  result.given = path;
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    read_report(path, "", result, mistakes);
    return result;
  }
  const fs::path file = fs::path(path) / "report.json";
  if (fs::exists(file, error)) {
    read_report(file, "", result, mistakes);
    return result;
  }
  result.several = true;
  const auto found = scenarios_in(path);
  if (found.empty())
    mistakes.push_back(fmt::format(
        "{}: error: neither a report.json nor folders that have one are in this folder", path));
  for (const std::string& name : found)
    read_report(fs::path(path) / name / "report.json", name, result, mistakes);
  return result;
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
