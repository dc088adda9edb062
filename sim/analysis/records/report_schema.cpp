#include "analysis/records/records.hpp"
#include "analysis/records/schema_parts.hpp"
#include "analysis/verdict.hpp"

namespace spof::report {
namespace {

using namespace schema;

Json quantiles(const char* description) {
  Json schema = object(description, {{"p50", typed("number", "median")},
                                     {"p90", typed("number", "90 % quantile")},
                                     {"p99", typed("number", "99 % quantile")},
                                     {"max", typed("number", "largest, exactly")}});
  schema["type"] = {"object", "null"};
  return schema;
}

Json phase() {
  const Json failure =
      object("requests that failed in one way for one cause",
             {{"outcome", word("as the client saw it", names(measure::Outcome{}))},
              {"cause", word("as the component that gave up knew it", names(measure::Cause{}))},
              {"requests", typed("integer", "how many")}});
  return object("requests by scheduled arrival, sum of all runs",
                {{"requests", typed("integer", "all")},
                 {"ok", typed("integer", "answered correctly")},
                 {"failed", typed("integer", "not answered correctly")},
                 {"slow", typed("integer", "answered correctly, but after 0.9 s")},
                 {"stale_reads", typed("integer", "reads that lacked a committed write")},
                 {"retries", typed("integer", "connection retries by HAProxy")},
                 {"redispatched", typed("integer", "moved to another server by HAProxy")},
                 {"client_retries", typed("integer", "sent again by the client")},
                 {"latency_ms", quantiles("of correct answers, from the scheduled arrival")},
                 {"time_to_failure_ms", quantiles("of failed requests")},
                 {"failures", list("by outcome and cause", failure)},
                 {"answers_by_server", map("answers, whatever their status",
                                           typed("integer", "answers of this server"))}});
}

Json run() {
  const Json outage = object("failures of one class without a long pause",
                             {{"class", typed("string", "request class")},
                              {"start_s", typed("number", "arrival of the first")},
                              {"end_s", typed("number", "arrival of the last")},
                              {"failed", typed("integer", "how many")}});
  const Json replica =
      object("replication lag", {{"replica", typed("string", "whose")},
                                 {"max_lag_s", typed("number", "the most, in time")},
                                 {"max_lag_at_s", typed("number", "when")},
                                 {"max_behind_transactions", typed("number", "the most")}});
  return object("one run",
                {{"seed", typed("integer", "of its random numbers")},
                 {"fault_start_s", figure("first fault")},
                 {"fault_end_s", figure("last repair")},
                 {"outages", list("by class and time", outage)},
                 {"writes", object("what became of writes",
                                   {{"acknowledged", typed("integer", "the client was told done")},
                                    {"lost", typed("integer", "acknowledged, but gone")},
                                    {"phantom", typed("integer", "failed, but committed")}})},
                 {"replicas", list("replication lag", replica)},
                 {"not_counted", map("requests of populations that are not counted, by outcome",
                                     map("by outcome", typed("integer", "requests")))},
                 {"fingerprint", typed("string", "hash of every request and event")}});
}

Json metric() {
  Json schema = object("one metric over the runs",
                       {{"metric", typed("string", "name, as in expectations")},
                        {"class", typed("string", "request class; absent: all")},
                        {"server", typed("string", "for server_share")},
                        {"phase", word("absent: the whole run", names(measure::Phase{}))},
                        {"unit", word("of the numbers", std::array{"share", "s", "count"})},
                        {"mean", figure("over the runs with something to measure")},
                        {"half_width_95", figure("of the 95 % confidence interval of the mean")},
                        {"values", list("one per run", figure("its value"))}});
  schema["required"] = {"metric", "unit", "mean", "half_width_95", "values"};
  return schema;
}

Json fault() {
  return object("a planned fault", {{"kind", typed("string", "what")},
                                    {"target", typed("string", "of whom")},
                                    {"at_s", typed("number", "when")},
                                    {"until_s", figure("when it was repaired")}});
}

Json expectation() {
  return object("an expectation and what became of it",
                {{"text", typed("string", "as in the scenario")},
                 {"judgement", word("unknown: holds, but its interval reaches beyond the limit",
                                    names(measure::Judgement{}))},
                 {"unit", word("of the numbers", std::array{"share", "s", "count"})},
                 {"mean", figure("measured")},
                 {"half_width_95", figure("of the 95 % confidence interval")},
                 {"reason", typed("string", "in words, unless it is a plain pass")}});
}

Json cause() {
  return object("a link of the causal chain of the first run",
                {{"from_s", typed("number", "when it began; requests by scheduled arrival")},
                 {"until_s", typed("number", "when it ended; from_s: a moment")},
                 {"text", typed("string", "what happened and why")},
                 {"dominant", typed("boolean", "the longest step of the outage; one at most")}});
}

}  // namespace

Json report_schema() {
  const Json moment =
      object("a line of the causal timeline of the first run",
             {{"time_s", typed("number", "when")}, {"text", typed("string", "what")}});
  const Json made = object(
      "what a failure of a web stack cost, by spof",
      {{"format", {{"const", 1}}},
       {"name", typed("string", "of the scenario")},
       {"title", typed("string", "of the scenario")},
       {"description", typed("string", "of the scenario")},
       {"verdict", object("the report in one sentence", {{"word", typed("string", "its kind")},
                                                         {"text", typed("string", "in words")}})},
       {"duration_s", typed("number", "of each run")},
       {"faults", list("in order of time", fault())},
       {"expectations", list("in order of the scenario", expectation())},
       {"failed_jobs", list("runs without a result", typed("string", "why"))},
       {"causes", list("in order of time", cause())},
       {"timeline", list("in order of time", moment)},
       {"classes",
        map("by request class, then by phase",
            object("by phase", {{"before", phase()}, {"during", phase()}, {"after", phase()}}))},
       {"runs", list("in order of seeds", run())},
       {"metrics", list("every metric that has a value", metric())},
       {"scenario", typed("object", "with every default filled in")},
       {"fingerprint", typed("string", "hash of all runs")}});
  return titled("spof failover report", made);
}

}  // namespace spof::report
