#include <utility>
#include <vector>

#include "analysis/matrix/matrix.hpp"
#include "analysis/records/records.hpp"
#include "analysis/records/schema_parts.hpp"

namespace spof::report {
namespace {

using namespace schema;

Json texts(const char* description, const char* item) {
  return list(description, typed("string", item));
}

Json numbers(const char* description) { return list(description, typed("number", "its value")); }

Json class_result() {
  return object(
      "what one failure did to one request class; means over the runs",
      {{"class", typed("string", "request class")},
       {"fate", word("how it came through", names(Fate{}))},
       {"settled_availability",
        figure("share answered once the stack has settled, 0..1; null: nobody asked")},
       {"settled_half_width", typed("number", "half of its 95 % interval; 0 for one run")},
       {"outage_s", typed("number", "all its outages together")},
       {"failed", typed("number", "requests, from the fault on")},
       {"failed_half_width", typed("number", "half of its 95 % interval; 0 for one run")},
       {"slow", typed("number", "correct answers later than 0.9 s, from the fault on")},
       {"p99_before_s",
        figure("of correct answers, before the fault, or with nothing broken if that is more")},
       {"p99_during_s", figure("of correct answers, during the fault")},
       {"failed_by_seed", numbers("one per run, in the order of seeds")},
       {"slow_by_seed", numbers("one per run")},
       {"settled_by_seed", list("one per run", figure("settled_availability of this run"))}});
}

Json remedy() {
  return object("a change of configuration that was run and helped",
                {{"name", typed("string", "in words")},
                 {"effort", typed("integer", "1: a line or two; 2: some thought; 3: a machine")},
                 {"set", texts("what to give to --set", "POINTER=VALUE")},
                 {"failed_before", typed("number", "requests, all classes, of the same seeds")},
                 {"slow_before", typed("number", "answers later than 0.9 s, of the same seeds")},
                 {"failed", typed("number", "requests that still fail, all classes")},
                 {"slow", typed("number", "answers later than 0.9 s, all classes")},
                 {"fate", word("of the class that fares worst", names(Fate{}))}});
}

/// A failure of one part; of two, or of none, without remedies.
Json failure(const char* description, bool with_remedies) {
  Json made =
      object(description,
             {{"component", typed("string", "what was broken; \"A + B\": both")},
              {"kind", typed("string", "how")},
              {"lasts_s", typed("number", "from fault to repair")},
              {"fate", word("of the class that fares worst", names(Fate{}))},
              {"down_for", texts("down once the stack has settled", "request class")},
              {"settled_availability", figure("of all classes together, 0..1; null: nobody asked")},
              {"detected_s", figure("until the stack's own checks noticed")},
              {"detected_by", typed("string", "who; empty: nobody")},
              {"recovered_s", figure("from the fault to the last failed request")},
              {"recovered_by", typed("string", "what ended the errors; empty: nothing failed")},
              {"redispatched", typed("number", "requests moved to another server, a run")},
              {"lost_writes", figure("acknowledged, but gone, a run")},
              {"phantom_writes", figure("failed, but committed, a run")},
              {"stale_reads", figure("reads that lacked a committed write, a run")},
              {"classes", list("in the order of the scenario", class_result())}});
  if (!with_remedies) return made;
  made["properties"]["changes_tried"] = typed("integer", "changes that were run against it");
  made["properties"]["remedies"] = list("the smallest that helped, and perhaps the best", remedy());
  for (const char* name : {"changes_tried", "remedies"}) made["required"].push_back(name);
  return made;
}

Json year() {
  const Json share =
      object("in a year", {{"expected", typed("number", "mean of all years")},
                           {"low", figure("of its 95 % interval over the seeds; null: one run")},
                           {"high", figure("of that interval")},
                           {"year_p5", typed("number", "5 % of single years lie below")},
                           {"year_p95", typed("number", "95 % of single years lie below")}});
  const Json available = object("availability", {{"share", typed("number", "0..1")},
                                                 {"nines", figure("null: nothing is lost")}});
  const Json by_class = object("a class; the last is all together",
                               {{"class", typed("string", "request class, or all")},
                                {"outage_min", share},
                                {"failed_requests", share},
                                {"availability_time", available},
                                {"availability_requests", available}});
  const Json part = object("a component; lists by class, in the order of the classes",
                           {{"component", typed("string", "daemon, host or link")},
                            {"single_point", typed("boolean", "a single point of failure")},
                            {"failures", typed("number", "a year")},
                            {"share_of_outage", numbers("0..1")},
                            {"share_of_failed", numbers("0..1")},
                            {"saved_outage_min", numbers("less if it never failed")},
                            {"saved_requests", numbers("failed requests less")}});
  return object("what a year costs, at the rates of the scenario",
                {{"pairs", typed("boolean", "two failures at a time are counted")},
                 {"common_cause", typed("number", "share of failures that take the twin too")},
                 {"classes", list("in the order of the scenario, then all", by_class)},
                 {"components", list("by their share of failed requests", part)}});
}

}  // namespace

Json matrix_schema() {
  const Json point = object("a single point of failure",
                            {{"component", typed("string", "what some failure of takes down")},
                             {"classes", texts("that are down then", "request class")}});
  return titled("spof matrix",
                object("every failure of a web stack and what it costs, by spof",
                       {{"format", {{"const", 1}}},
                        {"matrix", typed("string", "name of the scenario")},
                        {"title", typed("string", "of the scenario")},
                        {"verdict", typed("string", "in words")},
                        {"runs", typed("integer", "of each failure")},
                        {"seed", typed("integer", "of the first run")},
                        {"duration_s", typed("number", "of each run")},
                        {"nothing_broken", failure("no fault: taken off all others", false)},
                        {"single_points_of_failure", list("in the order of the grids", point)},
                        {"failures", list("worst first", failure("of one part", true))},
                        {"pairs", list("worst first", failure("of two parts at a time", false))},
                        {"year", year()},
                        {"scenario", typed("object", "with every default filled in")}}));
}

}  // namespace spof::report
