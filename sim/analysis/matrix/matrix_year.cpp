#include <algorithm>

#include "analysis/matrix/matrix.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "measure/chronicle.hpp"
#include "scenario/reliability.hpp"

namespace spof::report {
namespace {

/// The share that fails once all has settled; of a run in which nobody asks then, that of the
/// others.
double settled_share(const ClassFinding& one, std::size_t seed) {
  return one.due[seed] > 0 ? one.settled[seed] : mean(one.settled_shares());
}

/// Of one seed's run: the level that lasts as long as the failure, and what it costs besides,
/// however long it lasts: before all has settled, `settled_for` seconds before the repair, and
/// after the repair.
Shape shape_of(const ClassFinding& one, std::size_t seed, double lasted, double settled_for) {
  const double per_second = one.requests[seed] / lasted;
  Shape shape;
  shape.settled_share = settled_share(one, seed);
  shape.settled_down = shape.settled_share >= down_share;
  if (per_second > 0)
    shape.transient_s =
        std::max(0.0, one.failed[seed] / per_second - shape.settled_share * settled_for);
  const double counted = shape.settled_down ? settled_for : 0;
  // A class that is only degraded is not down, however long some of its requests fail.
  const bool degraded = !shape.settled_down && one.fate() == Fate::degraded;
  if (!degraded) shape.transient_outage_s = std::max(0.0, one.outage[seed] - counted);
  return shape;
}

Shapes shapes_of(const Finding& finding) {
  Shapes shapes;
  for (const ClassFinding& one : finding.classes) {
    auto& seeds = shapes.emplace_back();
    for (std::size_t i = 0; i < one.settled.size(); ++i)
      seeds.push_back(shape_of(one, i, finding.lasted, finding.settled_for));
  }
  return shapes;
}

/// The scenario says itself what takes both of them together.
bool share_something(const scenario::Scenario& scenario, const std::string& one,
                     const std::string& other) {
  return std::ranges::any_of(scenario.shared, [&](const auto& group) {
    return has(group.second.parts, one) && has(group.second.parts, other);
  });
}

/// The mode of a part that a pair broke; as many as there are: there is none.
std::size_t mode_of(const std::vector<FailureMode>& modes, const std::string& part) {
  const auto found = std::ranges::find_if(
      modes, [&](const FailureMode& one) { return one.component == part && is_gone(one.kind); });
  return static_cast<std::size_t>(found - modes.begin());
}

/// Where somebody is on call: told by monitoring, as it took in the runs, or by customers, then as
/// long as people take on average to come, to look and to act. Of daemons: nobody replaces hardware
/// sooner because he was called.
std::optional<double> repaired_by_people(const scenario::Scenario& scenario,
                                         const Finding& finding) {
  if (scenario.people.hosts.empty() || section_of(finding.target).empty()) return {};
  const stack::OperatorOptions& one = scenario.people.hosts.front().second;
  const bool called = std::isfinite(finding.notified) && finding.notified > 0;
  const Distribution& respond = one.at_night ? one.respond_at_night : one.respond;
  const Distribution& customers = one.at_night ? one.told_at_night : one.told_by_customers;
  return (called ? finding.notified : customers.mean()) + respond.mean() + one.diagnose.mean() +
         one.repair.mean();
}

}  // namespace

YearlyInput yearly_input(const Matrix& matrix, const scenario::Scenario& scenario) {
  YearlyInput input;
  input.common_cause = scenario.reliability.common_cause;
  for (const ClassFinding& one : matrix.control.classes)
    input.classes.push_back({one.name, mean(one.requests) / matrix.control.lasted});
  for (const MatrixCase& one : matrix.cases) {
    const Finding& finding = one.finding;
    auto rate = scenario::rate_of(scenario, finding.kind, finding.target);
    if (!rate.repair_source.starts_with("the scenario"))
      if (const auto by_people = repaired_by_people(scenario, finding))
        rate.mean_repair = *by_people;
    input.modes.push_back({finding.target, finding.kind, rate.per_year, rate.mean_repair,
                           finding.lasted - finding.settled_for, worst_fate(finding) == Fate::down,
                           shapes_of(finding), rate.assumption, rate.within});
  }
  for (const Finding& pair : matrix.pairs) {
    const std::string &one = pair.parts.at(0), &other = pair.parts.at(1);
    const std::size_t first = mode_of(input.modes, one), second = mode_of(input.modes, other);
    if (first == input.modes.size() || second == input.modes.size()) continue;
    const std::string kind = section_of(one);
    input.pairs.push_back(
        {first, second, pair.lasted - pair.settled_for,
         !kind.empty() && kind == section_of(other) && !share_something(scenario, one, other),
         shapes_of(pair)});
  }
  return input;
}

}  // namespace spof::report
