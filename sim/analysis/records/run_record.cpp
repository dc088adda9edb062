#include "analysis/records/run_record.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/causes/causes.hpp"
#include "analysis/records/records.hpp"
#include "analysis/utilisation.hpp"
#include "analysis/verdict.hpp"
#include "base/words.hpp"

namespace spof::report {
namespace {

using measure::Phase;
using measure::Result;
using measure::Tally;

std::optional<QuantilesRecord> quantiles(const Histogram& histogram) {
  if (histogram.count() == 0) return {};
  const auto ms = [](std::uint64_t us) { return static_cast<double>(us) / 1e3; };
  return QuantilesRecord{histogram.mean() / 1e3, ms(histogram.quantile(0.5)),
                         ms(histogram.quantile(0.9)), ms(histogram.quantile(0.99)),
                         ms(histogram.max())};
}

PhaseRecord phase_of(const Campaign& campaign, Phase phase, int request_class) {
  const Tally tally = total(campaign, phase, request_class);
  PhaseRecord made{tally.requests(),
                   tally.good(),
                   tally.bad(),
                   tally.slow_ok,
                   tally.stale,
                   tally.retries,
                   tally.redispatched,
                   tally.client_retries,
                   quantiles(tally.ok),
                   quantiles(tally.failed),
                   {},
                   {}};
  for (const measure::Failure& failure : tally.failures)
    made.failures.push_back({failure.outcome, failure.cause, failure.requests});
  for (std::size_t i = 0; i < std::min(tally.servers.size(), campaign.plan.servers.size()); ++i)
    made.answers_by_server.emplace_back(campaign.plan.servers[i], tally.servers[i]);
  return made;
}

Named<std::uint64_t> outcomes_of(const measure::Uncounted& population) {
  Named<std::uint64_t> counts;
  for (std::size_t i = 0; i < measure::outcome_count; ++i)
    if (population.outcomes[i] > 0)
      counts.emplace_back(names(measure::Outcome{})[i], population.outcomes[i]);
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
    for (const measure::Outage& outage : run.stories[i].outages)
      made.outages.push_back({campaign.plan.classes[i], outage.start, outage.end, outage.failures});
  const auto asked = [&](const char* metric) {
    return measure::value_of({.metric = measure::find_metric(metric)}, run);
  };
  made.rto = asked("rto");
  made.writes = {run.writes.acknowledged, run.writes.lost,          run.writes.phantom,
                 run.writes.diverged,     run.writes.reads_of_lost, asked("rpo")};
  for (const measure::Lag& lag : run.lags)
    made.replicas.push_back({lag.replica, lag.max_lag, lag.max_lag_at, lag.max_behind});
  for (const measure::Holding& one : run.holdings)
    made.holdings.push_back({one.database, one.is_primary, one.lacks});
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
    const measure::Estimate made = measure::estimate(query, campaign.results);
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

std::string without_marks(std::string text) {
  for (std::size_t at; (at = text.find("**")) != std::string::npos;) text.erase(at, 2);
  return text;
}

}  // namespace

std::string fingerprint(const Campaign& campaign) {
  std::uint64_t hash = 1469598103934665603ULL;  // FNV-1a over words
  for (const Result& run : campaign.results) {
    hash = (hash ^ run.seed) * 1099511628211ULL;
    hash = (hash ^ run.fingerprint) * 1099511628211ULL;
    hash ^= hash >> 32;
  }
  return fmt::format("{:016x}", hash);
}

ReportRecord report_record(const Campaign& campaign) {
  ReportRecord made;
  made.name = campaign.name;
  made.title = campaign.title;
  made.description = campaign.description;
  const Verdict sentence = verdict(campaign);
  made.verdict = {sentence.word, sentence.text};
  made.duration =
      campaign.results.empty() ? campaign.plan.duration : campaign.results.front().duration;
  for (const FaultLine& fault : campaign.faults)
    made.faults.push_back(
        {fault.kind, fault.target, fault.at, fault.until < 0 ? never : double(fault.until)});
  for (const measure::Judged& judged : campaign.expectations)
    made.expectations.push_back({judged.expectation.text, judged.judgement,
                                 judged.expectation.query.metric->unit, judged.measured.mean,
                                 judged.measured.half_width, judged.reason});
  made.failed_jobs = campaign.failed_jobs;
  made.rto_steps = failover_phases(campaign);
  made.detection = discoveries(campaign);
  for (const Cause& link : causes(campaign))
    made.causes.push_back({link.from, std::max(link.from, link.until), link.text, link.dominant});
  for (const Moment& moment : timeline(campaign))
    made.timeline.push_back({moment.time, without_marks(moment.text)});
  for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
    const auto phase = [&](Phase one) { return phase_of(campaign, one, static_cast<int>(i)); };
    made.classes.emplace_back(
        campaign.plan.classes[i],
        ClassRecord{phase(Phase::before), phase(Phase::during), phase(Phase::after)});
  }
  for (const LoadLine& line : loads(campaign)) {
    LoadRecord& load = made.utilisation.emplace_back(LoadRecord{line.part, line.what, {}});
    for (std::size_t phase = 0; phase < line.phases.size(); ++phase)
      if (const auto& usage = line.phases[phase])
        load.phases.emplace_back(names(Phase{})[phase],
                                 UsageRecord{usage->taken, usage->full, usage->waiting});
  }
  made.headroom = headroom(campaign);
  for (const Result& run : campaign.results) made.runs.push_back(run_of(campaign, run));
  made.metrics = metrics_of(campaign);
  made.scenario = campaign.scenario;
  made.fingerprint = fingerprint(campaign);
  return made;
}

std::string report_json(const Campaign& campaign) {
  return laid_out(echo_fields(report_record(campaign)));
}

Json report_schema() {
  return record_schema<ReportRecord>("spof failover report",
                                     "what a failure of a web stack cost, by spof");
}

}  // namespace spof::report
