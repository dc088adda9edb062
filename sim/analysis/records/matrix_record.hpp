#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/matrix/matrix.hpp"
#include "analysis/matrix/response.hpp"
#include "base/record.hpp"
#include "base/statistics.hpp"

/// matrix.json, as it is written, described and read back. Required is what a comparison needs;
/// what only a function tells is not read back.
namespace spof::report {

/// What one failure did to one request class; means over the runs.
struct ClassFindingRecord {
  ClassFinding of;
  Fate fate = Fate::unmeasured;
  Figure settled_availability;
  std::vector<Number> failed_by_seed, slow_by_seed;
  std::vector<Figure> settled_by_seed;
  void fields(auto& visit) {
    visit("class", of.name, {.help = "request class", .required = true});
    visit("fate", fate, {.help = "how it came through", .required = true});
    visit("settled_availability", settled_availability,
          {.help = "share answered once the stack has settled, 0..1; null: nobody asked",
           .required = true});
    visit("settled_half_width", Number(half_width(of.settled_shares())),
          {.help = "half of its 95 % interval; 0 for one run"});
    visit("outage_s", Number(mean(of.outage)), {.help = "all its outages together"});
    visit("failed", Number(mean(of.failed)), {.help = "requests, from the fault on"});
    visit("failed_half_width", Number(half_width(of.failed)),
          {.help = "half of its 95 % interval; 0 for one run"});
    visit("slow", Number(mean(of.slow)),
          {.help = "correct answers later than 0.9 s, from the fault on"});
    visit("p99_before_s", Figure(of.p99_before),
          {.help = "of correct answers, before the fault, or with nothing broken if that is more"});
    visit("p99_during_s", Figure(of.p99_during), {.help = "of correct answers, during the fault"});
    visit("failed_by_seed", failed_by_seed,
          {.help = "one per run, in the order of seeds", .required = true});
    visit("slow_by_seed", slow_by_seed, {.help = "one per run", .required = true});
    visit("settled_by_seed", settled_by_seed, {.help = "settled_availability of each run"});
  }
};

/// A failure of one part; of two, or of none, without remedies.
struct BreakRecord {
  Finding of;
  std::vector<ClassFindingRecord> classes;
  std::vector<Number> lost_by_seed;
  Absent<Response> on_call;
  Absent<std::uint64_t> changes_tried;
  Absent<std::vector<RemedyFinding>> remedies;
  void fields(auto& visit) {
    visit("component", of.target, {.help = "what was broken; \"A + B\": both", .required = true});
    visit("kind", of.kind, {.help = "how", .required = true});
    visit("lasts_s", Number(of.lasted), {.help = "from fault to repair"});
    visit("fate", worst_fate(of), {.help = "of the class that fares worst"});
    visit("down_for", classes_down(of),
          {.help = "classes that are down once the stack has settled"});
    visit("settled_availability", Figure(settled_availability(of)),
          {.help = "of all classes together, 0..1; null: nobody asked"});
    visit("detected_s", Figure(of.detected), {.help = "until the stack's own checks noticed"});
    visit("detected_by", of.detected_by, {.help = "who; empty: nobody"});
    visit("notified_s", of.is_watched ? Absent<Figure>(of.notified) : Absent<Figure>(),
          {.help = "until monitoring called somebody; null: it did not"});
    visit("interrupted_s", Number(interruption(of)),
          {.help = "all outages together of the class that had most, a run"});
    visit(
        "recovered_s", Figure(of.recovered),
        {.help = "from the fault to the last failed request, though others were answered before"});
    visit("recovered_by", of.recovered_by,
          {.help = "what ended the errors; empty: nothing failed"});
    visit("redispatched", Number(of.redispatched),
          {.help = "requests moved to another server, a run"});
    visit("lost_writes", Figure(of.lost_writes), {.help = "acknowledged, but gone, a run"});
    visit("lost_writes_by_seed", lost_by_seed, {.help = "one per run"});
    visit("phantom_writes", Figure(of.phantom_writes), {.help = "failed, but committed, a run"});
    visit("stale_reads", Figure(of.stale_reads),
          {.help = "reads from a database that lacked some committed write, a run"});
    visit("diverged_writes", Figure(of.diverged_writes),
          {.help = "of the lost ones, written beside the primary, a run"});
    visit("acted_by", of.acted_by, {.help = "who helped before the repair; empty: nobody"});
    visit("seen", of.seen, {.help = "what users get, the most frequent first"});
    visit("left_to_do", of.left, {.help = "by hand, after a failover of the database"});
    visit("classes", classes, {.help = "in the order of the scenario", .required = true});
    visit("on_call", on_call, {.help = "the runbook's row; of a failure of one part"});
    visit("changes_tried", changes_tried, {.help = "changes that were run against it"});
    visit("remedies", remedies, {.help = "the smallest that helped, and perhaps the best"});
  }
};

struct YearShareRecord {
  Number expected;
  Figure low, high;
  Number year_p5, year_p95;
  void fields(auto& visit) {
    visit("expected", expected, {.help = "mean of all years", .required = true});
    visit(
        "low", low,
        {.help = "as far as the seeds (95 %) and the rates are known; null: one run, rates given"});
    visit("high", high, {.help = "the same above"});
    visit("year_p5", year_p5, {.help = "5 % of single years lie below"});
    visit("year_p95", year_p95, {.help = "95 % of single years lie below"});
  }
};

struct AvailabilityRecord {
  double share = 1;  ///< nine decimals: nine nines
  std::optional<double> nines;
  void fields(auto& visit) {
    visit("share", share, {.help = "0..1", .required = true});
    visit("nines", nines, {.help = "null: nothing is lost"});
  }
};

struct ClassYearRecord {
  std::string request_class;
  YearShareRecord outage_min, failed_requests;
  AvailabilityRecord of_time, of_requests;
  void fields(auto& visit) {
    visit("class", request_class, {.help = "request class, or all", .required = true});
    visit("outage_min", outage_min, {.help = "in a year", .required = true});
    visit("failed_requests", failed_requests, {.help = "in a year", .required = true});
    visit("availability_time", of_time, {.help = "of the time", .required = true});
    visit("availability_requests", of_requests, {.help = "of the requests"});
  }
};

struct YearRecord {
  bool pairs = false;
  double common_cause = 0;
  std::vector<ClassYearRecord> classes;
  std::vector<ComponentYear> components;
  void fields(auto& visit) {
    visit("pairs", pairs, {.help = "two failures at a time are counted"});
    visit("common_cause", common_cause, {.help = "share of failures that take the twin too"});
    visit("classes", classes,
          {.help = "in the order of the scenario, then all together", .required = true});
    visit("components", components, {.help = "by their share of failed requests"});
  }
};

struct SinglePointRecord {
  std::string component;
  std::vector<std::string> classes;
  void fields(auto& visit) {
    visit("component", component, {.help = "what some failure of takes down"});
    visit("classes", classes, {.help = "that are down then"});
  }
};

struct MatrixRecord {
  std::uint64_t format = 1;
  std::string name, title, verdict;
  std::uint64_t runs = 0, seed = 0;
  Number duration;
  BreakRecord nothing_broken;
  std::vector<SinglePointRecord> single_points;
  std::vector<BreakRecord> failures, pairs;
  YearRecord year;
  std::uint64_t machines = 0;
  Absent<Money> money;
  std::vector<PolicyFinding> policy;
  Json scenario;
  void fields(auto& visit) {
    visit("format", format, {.help = "of this file", .min = 1, .max = 1});
    visit("matrix", name, {.help = "name of the scenario", .required = true});
    visit("title", title, {.help = "of the scenario"});
    visit("verdict", verdict, {.help = "in words", .required = true});
    visit("runs", runs, {.help = "of each failure", .min = 1, .max = 1e6, .required = true});
    visit("seed", seed, {.help = "of the first run", .required = true});
    visit("duration_s", duration, {.help = "of each run", .required = true});
    visit("nothing_broken", nothing_broken, {.help = "no fault: taken off all others"});
    visit("single_points_of_failure", single_points, {.help = "in the order of the grids"});
    visit("failures", failures, {.help = "of one part, worst first", .required = true});
    visit("pairs", pairs, {.help = "of two parts at a time, worst first", .required = true});
    visit("year", year,
          {.help = "what a year costs, at the rates of the scenario", .required = true});
    visit("machines", machines, {.help = "with a daemon, but for those that cost nothing"});
    visit("money", money, {.help = "where a price is given"});
    visit("policy", policy, {.help = "objectives of the scenario, judged"});
    visit("scenario", scenario, {.help = "with every default filled in", .required = true});
  }
};

YearRecord year_record(const Yearly& year);
/// What a matrix found, for programs.
MatrixRecord matrix_record(const Matrix& matrix);

}  // namespace spof::report
