#include "analysis/records/run_record.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/records/records.hpp"
#include "base/fnv1a.hpp"

namespace spof::report {
namespace {

PhaseRecord phase_of(const Campaign& campaign, Phase phase, std::size_t request_class) {
  PhaseRecord made{total(campaign, phase, request_class), {}, {}};
  const Tally& tally = made.all;
  for (const Failure& failure : tally.failures) made.failures.push_back({failure});
  for (std::size_t i = 0; i < std::min(tally.servers.size(), campaign.plan.servers.size()); ++i)
    made.answers_by_server.emplace_back(campaign.plan.servers[i], tally.servers[i]);
  return made;
}

Named<std::uint64_t> outcomes_of(const measure::Uncounted& population) {
  Named<std::uint64_t> counts;
  for (std::size_t i = 0; i < measure::outcome_count; ++i)
    if (population.outcomes[i] > 0)
      counts.emplace_back(names(Outcome{})[i], population.outcomes[i]);
  return counts;
}

RunRecord run_of(const Campaign& campaign, const Result& run) {
  RunRecord made;
  made.seed = run.seed;
  const bool struck = run.fault_start >= 0;
  made.fault_start = struck ? double(run.fault_start) : no_figure;
  made.fault_end = !struck                        ? no_figure
                   : run.fault_end < run.duration ? double(run.fault_end)
                                                  : never;
  for (std::size_t i = 0; i < run.stories.size(); ++i)
    for (const Outage& outage : run.stories[i].outages)
      made.outages.push_back({outage, campaign.plan.classes[i]});
  const auto asked = [&](const char* metric) {
    return measure::value_of({.metric = measure::find_metric(metric)}, run);
  };
  made.rto = asked("rto");
  made.writes = {run.writes, asked("rpo")};
  for (const Lag& lag : run.lags) made.replicas.push_back({lag});
  for (const Holding& one : run.holdings) made.holdings.push_back({one});
  const auto& populations = campaign.plan.populations;
  for (const measure::Uncounted& one : run.uncounted)
    made.not_counted.emplace_back(one.population < populations.size()
                                      ? populations[one.population]
                                      : std::to_string(one.population),
                                  outcomes_of(one));
  made.fingerprint = fmt::format("{:016x}", run.fingerprint);
  return made;
}

/// Every metric of every class, server and phase that has something to say.
std::vector<MetricRecord> metrics_of(const Campaign& campaign) {
  std::vector<MetricRecord> all;
  for (const measure::Query& query : measure::all_queries(campaign.plan, campaign.results)) {
    const Estimate made = measure::estimate(query, campaign.results);
    if (made.measured == 0) continue;
    MetricRecord& row = all.emplace_back();
    row.metric = measure::metric_name(query);
    if (query.request_class >= 0)
      row.request_class = campaign.plan.classes[static_cast<std::size_t>(query.request_class)];
    if (query.server >= 0)
      row.server = campaign.plan.servers[static_cast<std::size_t>(query.server)];
    if (query.phase) row.phase = *query.phase;
    row.unit = query.metric->unit;
    row.mean = made.mean;
    row.half_width = made.half_width;
    row.values.assign(made.values.begin(), made.values.end());
  }
  return all;
}

/// What a campaign says, for programs.
ReportRecord report_record(const Campaign& campaign) {
  ReportRecord made;
  made.name = campaign.name;
  made.title = campaign.title;
  made.description = campaign.description;
  made.verdict = verdict(campaign);
  made.duration =
      campaign.results.empty() ? campaign.plan.duration : campaign.results.front().duration;
  for (const FaultLine& fault : campaign.faults)
    made.faults.push_back(
        {fault.kind, fault.target, fault.at, fault.until < 0 ? never : double(fault.until)});
  for (const Judged& judged : campaign.expectations) made.expectations.push_back({judged});
  made.failed_jobs = campaign.failed_jobs;
  made.rto_steps = failover_phases(campaign);
  made.detection = discoveries(campaign);
  made.causes = causes(campaign);
  made.timeline = timeline(campaign);
  for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
    const auto phase = [&](Phase one) { return phase_of(campaign, one, i); };
    made.classes.emplace_back(
        campaign.plan.classes[i],
        ClassRecord{phase(Phase::before), phase(Phase::during), phase(Phase::after)});
  }
  for (const LoadLine& line : loads(campaign)) made.utilisation.push_back({line});
  made.headroom = headroom(campaign);
  for (const Result& run : campaign.results) made.runs.push_back(run_of(campaign, run));
  made.metrics = metrics_of(campaign);
  made.scenario = campaign.scenario;
  made.fingerprint = fingerprint(campaign);
  return made;
}

}  // namespace

std::optional<QuantilesRecord> quantiles(const Histogram& histogram) {
  if (histogram.count() == 0) return {};
  const auto ms = [](std::uint64_t us) { return static_cast<double>(us) / 1e3; };
  return QuantilesRecord{histogram.mean() / 1e3, ms(histogram.quantile(0.5)),
                         ms(histogram.quantile(0.9)), ms(histogram.quantile(0.99)),
                         ms(histogram.max())};
}

std::string fingerprint(const Campaign& campaign) {
  std::uint64_t hash = fnv1a_start;  // over words, not bytes
  for (const Result& run : campaign.results) {
    hash = (hash ^ run.seed) * 1099511628211ULL;
    hash = (hash ^ run.fingerprint) * 1099511628211ULL;
    hash ^= hash >> 32;
  }
  return fmt::format("{:016x}", hash);
}

std::string report_json(const Campaign& campaign) {
  return laid_out(echo_fields(report_record(campaign)));
}

Json report_schema() {
  return record_schema<ReportRecord>("spof failover report",
                                     "what a failure of a web stack cost, by spof");
}

}  // namespace spof::report
