#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/csv.hpp"
#include "base/record.hpp"
#include "base/statistics.hpp"
#include "base/words.hpp"
#include "report/format.hpp"
#include "report/pages/pages.hpp"
#include "report/plot/plot_data.hpp"

namespace spof::report {
namespace {

double ms(std::uint64_t microseconds) { return static_cast<double>(microseconds) / 1e3; }

/// A number with so many decimals.
std::string fixed(double value, int decimals) { return fmt::format("{:.{}f}", value, decimals); }

/// A number to so many digits; "never", and nothing for nothing to measure.
std::string digits(double value, int number) {
  if (std::isnan(value)) return "";
  return std::isinf(value) ? "never" : fmt::format("{:.{}g}", value, number);
}

/// As in report.json, but nothing to measure is an empty field.
std::string as_in_json(double value) {
  if (std::isnan(value)) return "";
  const Json made = rounded(value);
  return made.is_string() ? made.get<std::string>() : made.dump();
}

/// The name with this index, or its number where it has none.
std::string named(const std::vector<std::string>& names, int index) {
  if (index < 0) return "";
  const auto place = static_cast<std::size_t>(index);
  return place < names.size() ? names[place] : std::to_string(place);
}

/// Quantiles, and how many requests have to be there for each to be more than their maximum.
constexpr std::pair<double, std::uint64_t> quantiles[]{
    {0, 1},        {0.1, 1},       {0.2, 2},       {0.3, 2},         {0.4, 2},
    {0.5, 2},      {0.6, 3},       {0.7, 4},       {0.8, 5},         {0.9, 10},
    {0.95, 20},    {0.98, 50},     {0.99, 100},    {0.995, 200},     {0.998, 500},
    {0.999, 1000}, {0.9995, 2000}, {0.9998, 5000}, {0.9999, 10'000}, {1, 1}};

/// Correct answers of all runs in a phase, of the classes from `first` to before `last`.
void add_quantiles(std::string& out, const Campaign& campaign, Phase phase, std::size_t first,
                   std::size_t last, const std::string& name) {
  Histogram all;
  for (const Result& run : campaign.results)
    for (std::size_t i = first; i < last; ++i) all.merge(run.tally(phase, i).ok);
  for (const auto& [quantile, requests] : quantiles)
    if (all.count() >= requests)
      csv_row(out, campaign.name, word(phase), name, quantile,
              ms(quantile < 1 ? all.quantile(quantile) : all.max()));
}

}  // namespace

std::string latency_csv(const Campaign& campaign) {
  std::string out =
      "scenario,seed,time_s,window_s,phase,class,outcome,requests,latency_p50_ms,latency_p90_ms,"
      "latency_p99_ms,latency_max_ms\n";
  for (const Result& run : campaign.results)
    for (const WindowRow& row : run.windows)
      csv_row(out, campaign.name, run.seed, row.start.value, run.window.value, word(row.phase),
              campaign.plan.classes[row.request_class], word(row.outcome), row.requests,
              ms(row.p50), ms(row.p90), ms(row.p99), ms(row.max));
  return out;
}

std::string events_csv(const Campaign& campaign) {
  std::string out = "scenario,seed,time_s,source,event,target,detail,role\n";
  for (const Result& run : campaign.results)
    for (const Event& event : run.events)
      csv_row(out, campaign.name, run.seed, fixed(event.time, 6), event.source, word_of(event.what),
              event.target, sentence(event), word(event.role()));
  return out;
}

std::string quantiles_csv(const Campaign& campaign) {
  std::string out = "scenario,phase,class,quantile,latency_ms\n";
  const std::vector<std::string>& classes = campaign.plan.classes;
  for (const Phase phase : {Phase::before, Phase::during, Phase::after}) {
    add_quantiles(out, campaign, phase, 0, classes.size(), all_classes);
    for (std::size_t i = 0; i < classes.size(); ++i)
      add_quantiles(out, campaign, phase, i, i + 1, classes[i]);
  }
  return out;
}

std::string utilisation_csv(const Campaign& campaign) {
  std::string out = "scenario,seed,time_s,window_s,part,of,taken,full,waiting\n";
  for (const Result& run : campaign.results)
    for (const Load& load : run.loads)
      for (const Load::Window& one : load.windows)
        csv_row(out, campaign.name, run.seed, static_cast<double>(one.number) * load.length,
                load.length.value, load.part, load.what, digits(one.busy / load.length, 4),
                digits(one.full / load.length, 4), digits(one.waiting / load.length, 4));
  return out;
}

std::string requests_csv(const Campaign& campaign) {
  std::string out =
      "scenario,seed,request,arrival_s,end_s,latency_ms,population,class,outcome,cause,server,"
      "tries,retries,redispatched,stale\n";
  for (const Result& run : campaign.results) {
    auto samples = run.samples;
    std::ranges::sort(samples, {}, &measure::Sample::id);
    for (const measure::Sample& sample : samples)
      csv_row(out, campaign.name, run.seed, sample.id, fixed(sample.arrival, 6),
              fixed(sample.end, 6), fixed((sample.end - sample.arrival) * 1e3, 3),
              named(campaign.plan.populations, sample.population),
              named(campaign.plan.classes, sample.request_class), word(sample.outcome),
              word(sample.cause), named(campaign.plan.servers, sample.server), sample.tries,
              sample.retries, int{sample.redispatched}, int{sample.stale});
  }
  return out;
}

std::string matrix_csv(const Matrix& matrix) {
  std::string out =
      "scenario,component,kind,class,fate,settled_availability,settled_half_width,outage_s,failed,"
      "failed_half_width,slow,detected_s,detected_by,recovered_s,recovered_by,lost_writes,"
      "phantom_writes,stale_reads,smallest_remedy,remedy_failed\n";
  const auto cell = [](double value) { return digits(value, 6); };
  const auto rows = [&](const Finding& finding, const std::string& remedy, double remedy_failed) {
    for (const ClassFinding& one : finding.classes)
      csv_row(out, matrix.name, finding.target, finding.kind, one.name, word(one.fate()),
              cell(settled_availability(one)), cell(half_width(one.settled_shares())),
              cell(mean(one.outage)), cell(mean(one.failed)), cell(half_width(one.failed)),
              cell(mean(one.slow)), cell(finding.detected), finding.detected_by,
              cell(finding.recovered), finding.recovered_by, cell(finding.lost_writes),
              cell(finding.phantom_writes), cell(finding.stale_reads), remedy, cell(remedy_failed));
  };
  for (const MatrixCase& one : matrix.cases) {
    const bool any = !one.remedies.empty();
    rows(one.finding, any ? one.remedies[0].name : "",
         any ? mean(failed_by_seed(one.remedies[0].after)) : std::nan(""));
  }
  for (const Finding& pair : matrix.pairs) rows(pair, "", std::nan(""));
  return out;
}

std::string sweep_csv(const Sweep& sweep) {
  std::string out = "scenario";
  for (const SweepParameter& parameter : sweep.parameters)
    out += "," + csv_field(parameter.pointer);
  out += ",metric,class,phase,mean,half_width,runs,never\n";
  for (const SweepPoint& point : sweep.points)
    for (std::size_t i = 0; i < sweep.columns.size(); ++i) {
      const SweepColumn& column = sweep.columns[i];
      const Estimate made = estimate_at(point, i);
      out += csv_field(sweep.name);
      for (const std::string& value : point.values) out += "," + csv_field(value);
      csv_row(out += ",", column.metric, column.about(), column.phase, as_in_json(made.mean),
              as_in_json(made.half_width), made.measured, made.never);
    }
  return out;
}

std::string validation_csv(const Validation& validation) {
  std::string out =
      "case,class,quantity,goal,measured_mean,measured_sd,measured_n,simulated_mean,simulated_sd,"
      "simulated_n,tolerance,verdict,why,mechanism\n";
  for (const Compared& row : validation.rows) {
    const Measured& m = row.measured;
    csv_row(out, m.case_name, m.request_class, m.quantity, word(row.goal), fixed(m.mean, 4),
            fixed(m.sd, 4), m.n, fixed(row.mean, 4), fixed(row.sd, 4), row.simulated.size(),
            fixed(row.tolerance, 4), word(row.verdict), row.why, row.mechanism);
  }
  return out;
}

}  // namespace spof::report
