#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analysis/records/matrix_record.hpp"
#include "analysis/stacks/stacks.hpp"
#include "base/record.hpp"

/// stacks.json: several matrices side by side; each has a matrix.json of its own.
namespace spof::report {

struct StackRecord {
  std::string name, title, verdict;
  std::uint64_t machines = 0;
  std::vector<SinglePointRecord> single_points;
  std::vector<ClassYearRecord> year;
  Absent<MoneyRecord> money;
  void fields(auto& visit) {
    visit("name", name, {.help = "of the scenario", .required = true});
    visit("title", title, {.help = "of the scenario"});
    visit("verdict", verdict, {.help = "of its matrix, in words"});
    visit("machines", machines, {.help = "with a daemon, but for those that cost nothing"});
    visit("single_points_of_failure", single_points, {.help = "as in matrix.json"});
    visit("year", year, {.help = "by class of requests, then all together"});
    visit("money", money, {.help = "where a price is given"});
  }
};

/// What a failure of a role did in one stack.
struct StackCellRecord {
  bool has_part = false;
  std::uint64_t parts = 0;
  std::string component, text;
  Fate fate = Fate::unmeasured;
  std::vector<std::string> down_for;
  Figure settled_availability, interrupted, recovered;
  Number lost_writes;
  void fields(auto& visit) {
    visit("has_part", has_part, {.help = "false: the stack has no such part"});
    visit("parts", parts, {.help = "so many were broken in this way; 0: none can be"});
    visit("component", component, {.help = "of these the one whose failure hurts most"});
    visit("text", text, {.help = "in words"});
    visit("fate", fate, {.help = "of the class that fares worst"});
    visit("down_for", down_for, {.help = "classes that are down once the stack has settled"});
    visit("settled_availability", settled_availability, {.help = "of all classes together, 0..1"});
    visit("interrupted_s", interrupted,
          {.help = "all outages together of the class that had most, a run"});
    visit(
        "recovered_s", recovered,
        {.help = "from the fault to the last failed request, though others were answered before"});
    visit("lost_writes", lost_writes, {.help = "acknowledged, but gone, a run"});
  }
};

struct StackRowRecord {
  std::string part, kind;
  std::vector<StackCellRecord> stacks;
  void fields(auto& visit) {
    visit("part", part, {.help = "by its role: \"load balancer: process\""});
    visit("kind", kind, {.help = "of failure"});
    visit("stacks", stacks, {.help = "in the order of the stacks"});
  }
};

struct SpofChangeRecord {
  std::string part;
  std::vector<std::string> aspects, classes;
  bool proven = false, with_part = false;
  void fields(auto& visit) {
    visit("part", part, {.help = "by its role"});
    visit("aspects", aspects, {.help = "of it: process, host, network card, ..."});
    visit("classes", classes, {.help = "of requests, that it takes down"});
    visit("proven", proven, {.help = "beyond chance; of what only one stack has always"});
    visit("with_part", with_part, {.help = "only one of the two has the part, or this aspect"});
  }
};

struct SavedRecord {
  std::string request_class;
  Number outage_min;
  void fields(auto& visit) {
    visit("class", request_class, {.help = "request class, or all"});
    visit("outage_min", outage_min, {.help = "a year less; negative: more"});
  }
};

struct StackStepRecord {
  std::string from, to;
  std::vector<SpofChangeRecord> lost, gained;
  std::vector<SavedRecord> saved;
  Number saved_requests;
  std::int64_t machines = 0;
  Absent<Number> hosts, all;
  void fields(auto& visit) {
    visit("from", from, {.help = "a stack"});
    visit("to", to, {.help = "and the one it becomes"});
    visit("lost", lost, {.help = "single points of failure that it takes away"});
    visit("gained", gained, {.help = "and that it brings"});
    visit("saved", saved, {.help = "outage"});
    visit("saved_requests", saved_requests, {.help = "failed requests a year less"});
    visit("machines", machines, {.help = "more"});
    visit("hosts_a_year", hosts, {.help = "money for machines more"});
    visit("money_a_year", all, {.help = "the same with the outage that is expected"});
  }
};

struct StacksRecord {
  std::uint64_t format = 1;
  std::string verdict;
  std::vector<StackRecord> stacks;
  std::vector<StackStepRecord> steps;
  std::vector<StackRowRecord> failures;
  void fields(auto& visit) {
    visit("format", format, {.help = "of this file", .min = 1, .max = 1});
    visit("verdict", verdict, {.help = "in words", .required = true});
    visit("stacks", stacks, {.help = "in the order given", .required = true});
    visit("steps", steps, {.help = "from each to the next, or from the first", .required = true});
    visit("failures", failures, {.help = "by role, worst first", .required = true});
  }
};

}  // namespace spof::report
