#include "report_checks.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include "analysis/detection.hpp"
#include "analysis/records/records.hpp"
#include "analysis/records/stored_report.hpp"
#include "report/format.hpp"
#include "report/plot/csv_table.hpp"

namespace spof::test {
namespace {

/// By phase (empty: of all), class and outcome.
using Counts = std::map<std::tuple<std::string, std::string, std::string>, double>;

Counts counts_in(const std::string& text, bool phases, const std::set<std::string>& without,
                 world::Wrong& wrong) {
  std::istringstream stream(text);
  report::CsvReader table(stream, "csv");
  Counts counts;
  const auto phase = table.column("phase"), requests = table.column("requests"),
             population = table.column("population");
  while (table.next()) {
    if (population && without.count(std::string(table.field(*population)))) continue;
    counts[{phases ? std::string(table.field(*phase)) : "",
            std::string(table.field(*table.column("class"))),
            std::string(table.field(*table.column("outcome")))}] +=
        requests ? table.number(*requests).value_or(0) : 1;
  }
  wrong.add(!table.error().empty(), "reports", table.error());
  return counts;
}

Counts counts_in(const Json& report) {
  Counts counts;
  for (const auto& [name, phases] : report["classes"].items())
    for (const auto& [phase, one] : phases.items()) {
      if (one["ok"] > 0) counts[{phase, name, "ok"}] = one["ok"];
      for (const Json& failure : one["failures"])
        counts[{phase, name, failure["outcome"]}] += failure["requests"].get<double>();
    }
  return counts;
}

Counts without_phases(const Counts& counts) {
  Counts sums;
  for (const auto& [key, count] : counts) sums[{"", std::get<1>(key), std::get<2>(key)}] += count;
  return sums;
}

void check_phase(const std::string& of, const Json& phase, world::Wrong& wrong) {
  wrong.add(
      phase["requests"] != phase["ok"].get<std::uint64_t>() + phase["failed"].get<std::uint64_t>(),
      "reports", of + ": ok and failed are not all");
  wrong.add(phase["slow"] > phase["ok"], "reports", of + ": more slow ones than good ones");
  for (const char* times : {"latency_ms", "time_to_failure_ms"}) {
    const Json& one = phase[times];
    if (one.is_null()) continue;
    wrong.add(one["p50"] > one["p90"] || one["p90"] > one["p99"] || one["p99"] > one["max"] ||
                  one["mean"].get<double>() > one["max"].get<double>() * 1.0000001 + 1e-6,
              "reports", of + ": quantiles " + one.dump());
  }
}

/// A verdict that says "Nobody noticed" has neither a table nor a strip that names somebody.
void check_who_noticed(const report::Campaign& campaign, const Json& report, world::Wrong& wrong) {
  if (report["verdict"]["text"].get<std::string>().find("Nobody noticed") == std::string::npos) return;
  for (const Json& one : report["detection"])
    wrong.add(one["runs"] > 0, "reports", "nobody noticed, but " + one.dump());
  for (const measure::Result& run : campaign.results)
    for (const report::Spell& one : report::who_noticed(run.events, run.duration).spells)
      wrong.add(one.state == report::State::noticed, "reports",
                "nobody noticed, but " + one.why + fmt::format(" from {} s on", one.from));
}

}  // namespace

void check_reports(const report::Campaign& campaign, world::Wrong& wrong) {
  const std::string text = report::report_json(campaign);
  std::vector<std::string> mistakes;
  report::parse_stored_report(text, mistakes);
  for (const std::string& one : mistakes) wrong.add(true, "reports", "report.json: " + one);
  const Json report = Json::parse(text);
  for (const auto& [name, phases] : report["classes"].items())
    for (const auto& [phase, one] : phases.items()) check_phase(name + " " + phase, one, wrong);
  for (const Json& metric : report["metrics"])
    for (const Json& value : metric["values"])
      wrong.add(metric["unit"] == "share" && value.is_number() && (value < 0 || value > 1),
                "reports", "no share: " + metric.dump());
  for (const Json& load : report["utilisation"])
    for (const auto& [phase, one] : load["phases"].items())
      for (const char* share : {"taken", "full"})
        wrong.add(one[share] < 0 || one[share] > 1.000001, "reports", "no share: " + load.dump());
  check_who_noticed(campaign, report, wrong);
  std::set<std::string> apart;
  for (std::size_t i = 0; i < campaign.plan.populations.size(); ++i)
    if (!campaign.plan.counted[i]) apart.insert(campaign.plan.populations[i]);
  const Counts told = counts_in(report);
  wrong.add(told != counts_in(report::latency_csv(campaign), true, {}, wrong), "reports",
            "report.json and latency.csv count differently");
  wrong.add(without_phases(told) != counts_in(report::requests_csv(campaign), false, apart, wrong),
            "reports", "report.json and requests.csv count differently");
}

}  // namespace spof::test
