#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/causes/causes.hpp"
#include "analysis/database_failover.hpp"
#include "analysis/detection.hpp"
#include "analysis/utilisation.hpp"
#include "analysis/verdict.hpp"
#include "base/record.hpp"
#include "measure/expect.hpp"

/// report.json, as it is written, described and read back. Required is what a comparison needs;
/// what only a function tells is not read back.
namespace spof::report {

struct FaultRecord {
  std::string kind, target;
  Number at;
  Figure until;
  void fields(auto& visit) {
    visit("kind", kind, {.help = "what", .required = true});
    visit("target", target, {.help = "of whom", .required = true});
    visit("at_s", at, {.help = "when", .required = true});
    visit("until_s", until, {.help = "when it was repaired"});
  }
};

struct ExpectationRecord : Judged {
  void fields(auto& visit) {
    const measure::Metric* const metric = expectation.query.metric;
    visit("text", expectation.text, {.help = "as in the scenario"});
    visit("judgement", judgement,
          {.help = "unknown: holds, but its interval reaches beyond the limit"});
    visit("unit", metric ? metric->unit : Unit::count, {.help = "of the numbers"});
    visit("mean", Figure(measured.mean), {.help = "measured"});
    visit("half_width_95", Figure(measured.half_width),
          {.help = "of the 95 % confidence interval"});
    visit("reason", reason, {.help = "in words, unless it is a plain pass"});
  }
};

struct QuantilesRecord {
  Number mean, p50, p90, p99, max;
  void fields(auto& visit) {
    visit("mean", mean, {.help = "mean"});
    visit("p50", p50, {.help = "median"});
    visit("p90", p90, {.help = "90 % quantile"});
    visit("p99", p99, {.help = "99 % quantile"});
    visit("max", max, {.help = "largest, exactly"});
  }
};

std::optional<QuantilesRecord> quantiles(const Histogram& histogram);

struct FailureRecord : Failure {
  void fields(auto& visit) {
    visit("outcome", outcome, {.help = "as the client saw it", .required = true});
    visit("cause", cause, {.help = "as the component that gave up knew it", .required = true});
    visit("requests", requests, {.help = "how many", .required = true});
  }
};

/// Requests by scheduled arrival, sum of all runs.
struct PhaseRecord {
  Tally all;
  std::vector<FailureRecord> failures;
  Named<std::uint64_t> answers_by_server;
  void fields(auto& visit) {
    visit("requests", all.requests(), {.help = "all"});
    visit("ok", all.good(), {.help = "answered correctly"});
    visit("failed", all.bad(), {.help = "not answered correctly"});
    visit("slow", all.slow_ok, {.help = "answered correctly, but after 0.9 s"});
    visit("stale_reads", all.stale,
          {.help = "reads from a database that lacked some committed write"});
    visit("retries", all.retries, {.help = "connection retries by HAProxy"});
    visit("redispatched", all.redispatched, {.help = "moved to another server by HAProxy"});
    visit("client_retries", all.client_retries(), {.help = "sent again by the client"});
    visit("latency_ms", quantiles(all.ok),
          {.help = "of correct answers, from the scheduled arrival"});
    visit("time_to_failure_ms", quantiles(all.failed), {.help = "of failed requests"});
    visit("failures", failures, {.help = "by outcome and cause", .required = true});
    visit("answers_by_server", answers_by_server, {.help = "answers, whatever their status"});
  }
};

struct ClassRecord {
  PhaseRecord before, during, after;
  void fields(auto& visit) {
    visit("before", before, {.help = "before the first fault", .required = true});
    visit("during", during, {.help = "up to the last repair", .required = true});
    visit("after", after, {.help = "after it", .required = true});
  }
};

/// Means over the runs.
struct UsageRecord : Usage {
  void fields(auto& visit) {
    visit("taken", Number(taken), {.help = "share of all places, 0..1"});
    visit("full", Number(full), {.help = "share of the time without a free place, 0..1"});
    visit("waiting", Number(waiting), {.help = "how many waited for one"});
  }
};

struct LoadRecord : LoadLine {
  void fields(auto& visit) {
    Named<UsageRecord> usages;
    for (std::size_t i = 0; i < phases.size(); ++i)
      if (phases[i]) usages.emplace_back(names(Phase{})[i], UsageRecord{*phases[i]});
    visit("part", part, {.help = "daemon, host or link"});
    visit("of", what, {.help = "its threads, cores (cpu), disk, connections, queue ..."});
    visit("phases", usages, {.help = "before, during and after the fault, as far as there are"});
  }
};

struct OutageRecord : Outage {
  std::string request_class = {};
  void fields(auto& visit) {
    visit("class", request_class, {.help = "request class"});
    visit("start_s", Number(start), {.help = "arrival of the first failure"});
    visit("end_s", Number(end), {.help = "arrival of the last, without a long pause between"});
    visit("failed", failures, {.help = "how many"});
  }
};

struct WritesRecord : measure::Writes {
  Number rpo = {};
  void fields(auto& visit) {
    visit("acknowledged", acknowledged, {.help = "the client was told done"});
    visit("lost", lost, {.help = "acknowledged, but gone"});
    visit("phantom", phantom.number, {.help = "failed, but committed"});
    visit("duplicate", twice.number, {.help = "sent again on their way, and committed twice"});
    visit("diverged", diverged,
          {.help = "of the lost ones, acknowledged by a database beside the primary"});
    visit("reads_of_lost", reads_of_lost, {.help = "reads that saw a write which was lost"});
    visit("rpo_s", rpo, {.help = "recovery point: how far back the oldest lost one was"});
  }
};

struct ReplicaRecord : Lag {
  void fields(auto& visit) {
    visit("replica", replica, {.help = "whose"});
    visit("max_lag_s", Number(max_lag), {.help = "the most, in time"});
    visit("max_lag_at_s", Number(max_lag_at), {.help = "when"});
    visit("max_behind_transactions", Number(max_behind), {.help = "the most"});
  }
};

struct HoldingRecord : Holding {
  void fields(auto& visit) {
    visit("database", database, {.help = "which"});
    visit("is_primary", is_primary, {.help = "whether it is the primary at the end"});
    visit("lacks", lacks, {.help = "transactions of the primary that it has not"});
  }
};

struct RunRecord {
  std::uint64_t seed = 0;
  Figure fault_start, fault_end, rto;
  std::vector<OutageRecord> outages;
  WritesRecord writes;
  std::vector<ReplicaRecord> replicas;
  std::vector<HoldingRecord> holdings;
  Named<Named<std::uint64_t>> not_counted;
  std::string fingerprint;
  void fields(auto& visit) {
    visit("seed", seed, {.help = "of its random numbers", .required = true});
    visit("fault_start_s", fault_start, {.help = "first fault"});
    visit("fault_end_s", fault_end, {.help = "last repair"});
    visit("rto_s", rto, {.help = "recovery time: from the fault to the last failed request"});
    visit("outages", outages, {.help = "by class and time"});
    visit("writes", writes, {.help = "what became of writes"});
    visit("replicas", replicas, {.help = "replication lag"});
    visit("holdings", holdings, {.help = "what each database holds at the end"});
    visit("not_counted", not_counted,
          {.help = "requests of populations that are not counted, by outcome"});
    visit("fingerprint", fingerprint, {.help = "hash of every request and event"});
  }
};

struct MetricRecord {
  std::string metric;
  Absent<std::string> request_class, server;
  Absent<Phase> phase;
  Unit unit = Unit::count;
  Figure mean, half_width;
  std::vector<Figure> values;
  void fields(auto& visit) {
    visit("metric", metric, {.help = "name, as in expectations", .required = true});
    visit("class", request_class, {.help = "request class", .otherwise = "all"});
    visit("server", server, {.help = "for server_share"});
    visit("phase", phase, {.help = "of the fault", .otherwise = "the whole run"});
    visit("unit", unit, {.help = "of the numbers", .required = true});
    visit("mean", mean, {.help = "over the runs with something to measure"});
    visit("half_width_95", half_width, {.help = "of the 95 % confidence interval of the mean"});
    visit("values", values, {.help = "one per run", .required = true});
  }
};

struct ReportRecord {
  std::uint64_t format = 1;
  std::string name, title, description;
  Verdict verdict;
  Number duration;
  std::vector<FaultRecord> faults;
  std::vector<ExpectationRecord> expectations;
  std::vector<std::string> failed_jobs;
  std::vector<FailoverPhase> rto_steps;
  std::vector<Discovery> detection;
  std::vector<Cause> causes;
  std::vector<Moment> timeline;
  Named<ClassRecord> classes;
  std::vector<LoadRecord> utilisation;
  std::string headroom;
  std::vector<RunRecord> runs;
  std::vector<MetricRecord> metrics;
  Json scenario;
  std::string fingerprint;
  void fields(auto& visit) {
    visit("format", format, {.help = "of this file", .min = 1, .max = 1});
    visit("name", name, {.help = "of the scenario", .required = true});
    visit("title", title, {.help = "of the scenario"});
    visit("description", description, {.help = "of the scenario"});
    visit("verdict", verdict, {.help = "the report in one sentence", .required = true});
    visit("duration_s", duration, {.help = "of each run", .required = true});
    visit("faults", faults, {.help = "as planned, in order of time", .required = true});
    visit("expectations", expectations, {.help = "what became of them, as in the scenario"});
    visit("failed_jobs", failed_jobs, {.help = "runs without a result, and why"});
    visit("rto_steps", rto_steps,
          {.help = "of failovers of the database by its manager; none without one"});
    visit("detection", detection,
          {.help = "by failure, who found out, the first first; at the end who saw nothing"});
    visit("causes", causes, {.help = "the causal chain of the first run, in order of time"});
    visit("timeline", timeline, {.help = "of the first run"});
    visit("classes", classes, {.help = "by request class, then by phase", .required = true});
    visit("utilisation", utilisation, {.help = "what was taken of each, the busiest first"});
    visit("headroom", headroom, {.help = "what that means, in words"});
    visit("runs", runs, {.help = "in order of seeds", .required = true});
    visit("metrics", metrics, {.help = "every metric that has a value", .required = true});
    visit("scenario", scenario, {.help = "with every default filled in", .required = true});
    visit("fingerprint", fingerprint, {.help = "hash of all runs", .required = true});
  }
};

}  // namespace spof::report
