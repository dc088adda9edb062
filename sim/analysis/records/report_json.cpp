#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/causes/causes.hpp"
#include "analysis/records/json_text.hpp"
#include "analysis/records/records.hpp"
#include "analysis/verdict.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

using measure::Phase;
using measure::Result;
using measure::Tally;

Json ms(std::uint64_t microseconds) { return rounded(static_cast<double>(microseconds) / 1e3); }

Json faults(const Campaign& campaign) {
  Json out = Json::array();
  for (const FaultLine& fault : campaign.faults)
    out.push_back({{"kind", fault.kind},
                   {"target", fault.target},
                   {"at_s", rounded(fault.at)},
                   {"until_s", fault.until < 0 ? Json("never") : rounded(fault.until)}});
  return out;
}

Json expectations(const Campaign& campaign) {
  Json out = Json::array();
  for (const measure::Judged& judged : campaign.expectations) {
    const auto unit = judged.expectation.query.metric->unit;
    out.push_back(
        {{"text", judged.expectation.text},
         {"judgement", names(measure::Judgement{})[static_cast<std::size_t>(judged.judgement)]},
         {"unit", measure::unit_name(unit)},
         {"mean", rounded(judged.measured.mean)},
         {"half_width_95", rounded(judged.measured.half_width)},
         {"reason", judged.reason}});
  }
  return out;
}

Json failures(const Tally& tally) {
  Json out = Json::array();
  for (const measure::Failure& failure : tally.failures)
    out.push_back(
        {{"outcome", names(measure::Outcome{})[static_cast<std::size_t>(failure.outcome)]},
         {"cause", names(measure::Cause{})[static_cast<std::size_t>(failure.cause)]},
         {"requests", failure.requests}});
  return out;
}

Json quantiles(const Histogram& histogram) {
  if (histogram.count() == 0) return nullptr;
  return {{"p50", ms(histogram.quantile(0.5))},
          {"p90", ms(histogram.quantile(0.9))},
          {"p99", ms(histogram.quantile(0.99))},
          {"max", ms(histogram.max())}};
}

Json phase_of(const Campaign& campaign, Phase phase, int request_class) {
  const Tally tally = total(campaign, phase, request_class);
  Json servers = Json::object();
  for (std::size_t i = 0; i < std::min(tally.servers.size(), campaign.plan.servers.size()); ++i)
    servers[campaign.plan.servers[i]] = tally.servers[i];
  return {{"requests", tally.requests()},
          {"ok", tally.good()},
          {"failed", tally.bad()},
          {"slow", tally.slow_ok},
          {"stale_reads", tally.stale},
          {"retries", tally.retries},
          {"redispatched", tally.redispatched},
          {"client_retries", tally.client_retries},
          {"latency_ms", quantiles(tally.ok)},
          {"time_to_failure_ms", quantiles(tally.failed)},
          {"failures", failures(tally)},
          {"answers_by_server", servers}};
}

Json classes(const Campaign& campaign) {
  Json out = Json::object();
  for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
    Json phases = Json::object();
    for (std::size_t p = 0; p < measure::phase_count; ++p)
      phases[names(Phase{})[p]] = phase_of(campaign, static_cast<Phase>(p), static_cast<int>(i));
    out[campaign.plan.classes[i]] = phases;
  }
  return out;
}

Json outages(const Campaign& campaign, const Result& run) {
  Json out = Json::array();
  for (std::size_t i = 0; i < run.stories.size(); ++i)
    for (const measure::Outage& outage : run.stories[i].outages)
      out.push_back({{"class", campaign.plan.classes[i]},
                     {"start_s", rounded(outage.start)},
                     {"end_s", rounded(outage.end)},
                     {"failed", outage.failures}});
  return out;
}

Json lags(const Result& run) {
  Json out = Json::array();
  for (const measure::Lag& lag : run.lags)
    out.push_back({{"replica", lag.replica},
                   {"max_lag_s", rounded(lag.max_lag)},
                   {"max_lag_at_s", rounded(lag.max_lag_at)},
                   {"max_behind_transactions", rounded(lag.max_behind)}});
  return out;
}

Json uncounted(const Campaign& campaign, const Result& run) {
  Json out = Json::object();
  for (const measure::Uncounted& population : run.uncounted) {
    Json counts = Json::object();
    for (std::size_t i = 0; i < measure::outcome_count; ++i)
      if (population.outcomes[i] > 0) counts[names(measure::Outcome{})[i]] = population.outcomes[i];
    const auto& populations = campaign.plan.populations;
    out[population.population < populations.size() ? populations[population.population]
                                                   : std::to_string(population.population)] =
        counts;
  }
  return out;
}

Json runs(const Campaign& campaign) {
  Json out = Json::array();
  for (const Result& run : campaign.results)
    out.push_back({{"seed", run.seed},
                   {"fault_start_s", run.fault_start < 0 ? Json() : rounded(run.fault_start)},
                   {"fault_end_s", run.fault_start < 0            ? Json()
                                   : run.fault_end < run.duration ? rounded(run.fault_end)
                                                                  : Json("never")},
                   {"outages", outages(campaign, run)},
                   {"writes",
                    {{"acknowledged", run.writes.acknowledged},
                     {"lost", run.writes.lost},
                     {"phantom", run.writes.phantom}}},
                   {"replicas", lags(run)},
                   {"not_counted", uncounted(campaign, run)},
                   {"fingerprint", fmt::format("{:016x}", run.fingerprint)}});
  return out;
}

/// Every metric of every class, server and phase that has something to say.
Json metrics(const Campaign& campaign) {
  Json out = Json::array();
  for (const measure::Query& query : measure::all_queries(campaign.plan, campaign.results)) {
    const measure::Estimate made = measure::estimate(query, campaign.results);
    if (made.measured == 0) continue;
    Json row{{"metric", query.part.empty() ? query.metric->name : "failed." + query.part}};
    if (query.request_class >= 0)
      row["class"] = campaign.plan.classes[static_cast<std::size_t>(query.request_class)];
    if (query.server >= 0)
      row["server"] = campaign.plan.servers[static_cast<std::size_t>(query.server)];
    if (query.phase) row["phase"] = names(Phase{})[static_cast<std::size_t>(*query.phase)];
    row["unit"] = measure::unit_name(query.metric->unit);
    row["mean"] = rounded(made.mean);
    row["half_width_95"] = rounded(made.half_width);
    row["values"] = Json::array();
    for (const double value : made.values) row["values"].push_back(rounded(value));
    out.push_back(std::move(row));
  }
  return out;
}

Json causes_json(const Campaign& campaign) {
  Json out = Json::array();
  for (const Cause& link : causes(campaign))
    out.push_back({{"from_s", rounded(link.from)},
                   {"until_s", rounded(std::max(link.from, link.until))},
                   {"text", link.text},
                   {"dominant", link.dominant}});
  return out;
}

Json timeline_json(const Campaign& campaign) {
  Json out = Json::array();
  for (const Moment& moment : timeline(campaign)) {
    std::string text = moment.text;
    for (std::size_t at; (at = text.find("**")) != std::string::npos;) text.erase(at, 2);
    out.push_back({{"time_s", rounded(moment.time)}, {"text", text}});
  }
  return out;
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

std::string report_json(const Campaign& campaign) {
  const Verdict made = verdict(campaign);
  const double duration =
      campaign.results.empty() ? campaign.plan.duration : campaign.results.front().duration;
  return laid_out({{"format", 1},
                   {"name", campaign.name},
                   {"title", campaign.title},
                   {"description", campaign.description},
                   {"verdict", {{"word", made.word}, {"text", made.text}}},
                   {"duration_s", rounded(duration)},
                   {"faults", faults(campaign)},
                   {"expectations", expectations(campaign)},
                   {"failed_jobs", campaign.failed_jobs},
                   {"causes", causes_json(campaign)},
                   {"timeline", timeline_json(campaign)},
                   {"classes", classes(campaign)},
                   {"runs", runs(campaign)},
                   {"metrics", metrics(campaign)},
                   {"scenario", campaign.scenario.is_null() ? Json::object() : campaign.scenario},
                   {"fingerprint", fingerprint(campaign)}});
}

}  // namespace spof::report
