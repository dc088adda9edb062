#include "analysis/records/matrix_record.hpp"
#include "analysis/records/records.hpp"

/// stacks.json: several matrices side by side; each has a matrix.json of its own.
namespace spof::report {
namespace {

struct StackRecord {
  MatrixRecord matrix;
  void fields(auto& visit) {
    visit("name", matrix.name, {.help = "of the scenario", .required = true});
    visit("title", matrix.title, {.help = "of the scenario"});
    visit("verdict", matrix.verdict, {.help = "of its matrix, in words"});
    visit("machines", matrix.machines, {.help = "with a daemon, but for those that cost nothing"});
    visit("single_points_of_failure", matrix.single_points, {.help = "as in matrix.json"});
    visit("year", matrix.year.classes, {.help = "by class of requests, then all together"});
    visit("money", matrix.money, {.help = "where a price is given"});
  }
};

struct StepRecord : StackStep {
  std::string before, after;
  void fields(auto& visit) {
    visit("from", before, {.help = "a stack"});
    visit("to", after, {.help = "and the one it becomes"});
    visit("lost", lost, {.help = "single points of failure that it takes away"});
    visit("gained", gained, {.help = "and that it brings"});
    visit("saved", saved_min, {.help = "outage"});
    visit("saved_requests", Number(saved_requests), {.help = "failed requests a year less"});
    visit("machines", machines, {.help = "more"});
    visit("hosts_a_year", Absent<Number>(hosts), {.help = "money for machines more"});
    visit("money_a_year", Absent<Number>(all),
          {.help = "the same with the outage that is expected"});
  }
};

struct StacksRecord {
  std::uint64_t format = 1;
  std::string verdict;
  std::vector<StackRecord> stacks;
  std::vector<StepRecord> steps;
  std::vector<StackRow> failures;
  void fields(auto& visit) {
    visit("format", format, {.help = "of this file", .min = 1, .max = 1});
    visit("verdict", verdict, {.help = "in words", .required = true});
    visit("stacks", stacks, {.help = "in the order given", .required = true});
    visit("steps", steps, {.help = "from each to the next, or from the first", .required = true});
    visit("failures", failures, {.help = "by role, worst first", .required = true});
  }
};

}  // namespace

std::string stacks_json(const Stacks& stacks) {
  StacksRecord made;
  made.verdict = stacks_verdict(stacks);
  for (const Matrix* one : stacks.matrices) made.stacks.push_back({matrix_record(*one)});
  for (const StackStep& one : stacks.steps)
    made.steps.push_back({one, stacks.matrices[one.from]->name, stacks.matrices[one.to]->name});
  made.failures = stacks.rows;
  return echo_fields(made).dump(2) + "\n";
}

Json stacks_schema() {
  return record_schema<StacksRecord>("spof matrix of several scenarios",
                                     "several web stacks side by side, by spof");
}

}  // namespace spof::report
