#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "analysis/faults.hpp"
#include "analysis/matrix/finding.hpp"
#include "analysis/records/stored_reader.hpp"
#include "analysis/records/stored_report.hpp"
#include "base/append_new.hpp"

namespace spof::report {
namespace {

Fate fate_of(const Json& row, const std::string& at, Reader& reader) {
  const std::string word = reader.text(row, at, "fate");
  constexpr auto words = names(Fate{});
  const auto found = std::find(words.begin(), words.end(), std::string_view(word));
  if (found != words.end()) return static_cast<Fate>(found - words.begin());
  if (!word.empty())
    reader.wrong(at + "/fate", fmt::format("unknown fate {}; allowed: {}", in_quotes(word),
                                           fmt::join(words, ", ")));
  return Fate::untouched;
}

/// One value for each seed.
std::vector<double> by_seed(const Json& row, const std::string& at, const char* name,
                            std::size_t seeds, Reader& reader) {
  const Json& list = reader.list(row, at, name);
  std::vector<double> values;
  for (std::size_t i = 0; i < list.size(); ++i)
    values.push_back(figure(list[i], fmt::format("{}/{}/{}", at, name, i), reader));
  if (values.size() != seeds && row.contains(name) && row[name].is_array())
    reader.wrong(fmt::format("{}/{}", at, name),
                 fmt::format("has {} values for {} runs", values.size(), seeds));
  values.resize(seeds);
  return values;
}

/// Failed and slow requests of one class; `totals` gathers them over the classes.
void read_class(const Json& row, const std::string& at, StoredFate fate,
                std::array<StoredMetric, 2>& totals, StoredReport& report, Reader& reader) {
  fate.request_class = reader.text(row, at, "class");
  fate.fate = fate_of(row, at, reader);
  const auto share = row.find("settled_availability");
  const bool unasked = share != row.end() && share->is_null();
  fate.availability = unasked ? std::nan("") : reader.number(row, at, "settled_availability");
  if (row.contains("settled_by_seed"))
    fate.settled = by_seed(row, at, "settled_by_seed", report.seeds.size(), reader);
  append_new(report.classes, fate.request_class);
  constexpr std::array members{"failed_by_seed", "slow_by_seed"};
  for (std::size_t i = 0; i < members.size(); ++i) {
    StoredMetric metric = totals[i];
    metric.question.request_class = fate.request_class;
    metric.values = by_seed(row, at, members[i], report.seeds.size(), reader);
    for (std::size_t k = 0; k < metric.values.size(); ++k) totals[i].values[k] += metric.values[k];
    report.metrics.push_back(std::move(metric));
  }
  report.fates.push_back(std::move(fate));
}

void read_failures(const Json& document, const char* list, bool pair, StoredReport& report,
                   Reader& reader) {
  reader.each(reader.list(document, "", list), fmt::format("/{}", list),
              [&](const Json& row, const std::string& at) {
                const StoredFate fate{reader.text(row, at, "component"),
                                      reader.text(row, at, "kind"), "", pair};
                const std::string failure = fault_words(fate.kind, fate.component);
                const std::vector<double> zero(report.seeds.size(), 0);
                std::array<StoredMetric, 2> totals;
                totals[0] = {{"failed", "", "", "", failure}, measure::Unit::count, zero};
                totals[1] = {{"slow", "", "", "", failure}, measure::Unit::count, zero};
                reader.each(reader.list(row, at, "classes"), at + "/classes",
                            [&](const Json& one, const std::string& place) {
                              read_class(one, place, fate, totals, report, reader);
                            });
                for (StoredMetric& total : totals) report.metrics.push_back(std::move(total));
              });
}

void read_year(const Json& document, StoredReport& report, Reader& reader) {
  const Json& year = reader.object(document, "", "year");
  if (year.empty()) return;
  reader.each(reader.list(year, "/year", "classes"), "/year/classes",
              [&](const Json& row, const std::string& at) {
                const auto part = [&](const char* object, const char* name) {
                  return reader.number(reader.object(row, at, object), at + "/" + object, name);
                };
                report.year.push_back(
                    {reader.text(row, at, "class"), part("outage_min", "expected"),
                     part("failed_requests", "expected"), 1 - part("availability_time", "share")});
              });
}

}  // namespace

void read_stored_matrix(const Json& document, StoredReport& report, Reader& reader) {
  report.matrix = true;
  report.name = reader.text(document, "", "matrix");
  report.title = optional_text(document, "title");
  report.text = reader.text(document, "", "verdict");
  report.duration = reader.number(document, "", "duration_s");
  const std::uint64_t runs = reader.count(document, "", "runs");
  const std::uint64_t seed = reader.count(document, "", "seed");
  constexpr std::uint64_t most = 1'000'000;
  if (runs == 0) return reader.wrong("/runs", "no run ended: there is nothing to compare");
  if (runs > most) return reader.wrong("/runs", fmt::format("is over {}", most));
  for (std::uint64_t i = 0; i < runs; ++i) report.seeds.push_back(seed + i);
  read_failures(document, "failures", false, report, reader);
  read_failures(document, "pairs", true, report, reader);
  read_year(document, report, reader);
  const bool any = std::any_of(report.fates.begin(), report.fates.end(), [](const StoredFate& one) {
    return !one.pair && one.fate == Fate::down;
  });
  report.word = any ? "single point of failure" : "no single point of failure";
  report.scenario = reader.object(document, "", "scenario");
}

}  // namespace spof::report
