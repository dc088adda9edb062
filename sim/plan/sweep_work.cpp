#include "plan/sweep_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/append_new.hpp"
#include "base/words.hpp"
#include "scenario/strikes.hpp"

namespace spof::plan {
namespace {

using measure::Query;
using scenario::Scenario;

/// What the points have: all their classes, in the order in which they come.
struct Seen {
  std::vector<measure::Vocabulary> vocabularies;  ///< by point
  std::vector<std::string> classes;
  bool fault = false, writes = false;
};

Seen look_at(const std::vector<Scenario>& scenarios) {
  Seen seen;
  for (const Scenario& scenario : scenarios) {
    const measure::Plan plan =
        scenario::plan_of(scenario, scenario::strikes_of(scenario, std::nullopt));
    seen.vocabularies.push_back({plan.classes, plan.servers, plan.parts});
    seen.fault = seen.fault || plan.strikes > 0;
    for (const auto& [name, each] : scenario.classes)
      seen.writes = seen.writes || each.kind == stack::RequestKind::write;
    for (const std::string& name : plan.classes) append_new(seen.classes, name);
  }
  return seen;
}

/// What users notice first, then the failover, then what it is made of.
std::vector<std::string> usual_metrics(const Seen& seen) {
  std::vector<std::string> metrics;
  const auto of_each_class = [&](const char* metric, const char* phase) {
    for (const std::string& name : seen.classes)
      metrics.push_back(fmt::format("{}({}){}", metric, name, phase));
  };
  const char* const during = seen.fault ? " during fault" : "";
  of_each_class("availability", during);
  metrics.emplace_back("failed");
  if (seen.fault) {
    of_each_class("outage", "");
    metrics.insert(metrics.end(), {"detected", "recovery"});
  }
  of_each_class("latency.p99", during);
  if (seen.writes) metrics.emplace_back("lost_writes");
  return metrics;
}

/// A metric that makes sense at no point is a mistake.
std::vector<SweepQuestion> questions_of(const std::vector<std::string>& metrics, const Seen& seen,
                                        std::string& mistakes) {
  std::vector<SweepQuestion> questions;
  for (const std::string& text : metrics) {
    SweepQuestion question;
    bool known = false;
    std::string wrong;
    for (const measure::Vocabulary& vocabulary : seen.vocabularies) {
      measure::Parsed<Query> parsed = measure::parse_query(text, vocabulary);
      if (const auto& query = parsed.made; query && !known)
        question.column = {report::question_of(*query, vocabulary), query->metric->unit,
                           query->metric->better};
      known = known || parsed.made;
      if (wrong.empty()) wrong = parsed.what;
      question.by_point.push_back(std::move(parsed.made));
    }
    if (known)
      questions.push_back(std::move(question));
    else
      mistakes += fmt::format("--metric '{}': error: {}\n", text, wrong);
  }
  return questions;
}

}  // namespace

SweepWork sweep_work(SweepPoints points, const std::vector<std::string>& metrics,
                     std::string& mistakes) {
  const Seen seen = look_at(points.scenarios);
  return {std::move(points),
          questions_of(metrics.empty() ? usual_metrics(seen) : metrics, seen, mistakes)};
}

std::vector<Variant> variants_of(const SweepWork& work) {
  std::vector<Variant> variants;
  for (std::size_t i = 0; i < work.points.scenarios.size(); ++i)
    variants.push_back({joined(sets_of(work.points.parameters, work.points.values[i]), " "),
                        &work.points.scenarios[i]});
  return variants;
}

Json figures(const SweepWork& work, std::size_t point,
             const std::vector<measure::Result>& results) {
  Json numbers = Json::array();
  for (const SweepQuestion& question : work.questions) {
    const std::optional<Query>& query = question.by_point[point];
    numbers.push_back(mapped(results, [&](const measure::Result& result) {
      return query ? measure::value_of(*query, result) : no_figure;
    }));
  }
  std::vector<double> failed, slow, lost;
  for (const measure::Result& result : results) {
    const measure::Tally all = result.total();
    const auto requests = static_cast<double>(std::max<std::uint64_t>(all.requests(), 1));
    failed.push_back(static_cast<double>(all.bad()) / requests);
    slow.push_back(static_cast<double>(all.slow_ok) / requests);
    lost.push_back(static_cast<double>(result.writes.lost));
  }
  return {{"numbers", numbers}, {"failed", failed}, {"slow", slow}, {"lost", lost}};
}

report::Sweep sweep_of(const SweepWork& work, const std::vector<Variant>& variants,
                       const Parts& parts) {
  const Scenario& first = work.points.scenarios.front();
  report::Sweep sweep;
  sweep.name = work.points.base.name;
  sweep.title = work.points.base.loaded.scenario->title;
  sweep.runs = static_cast<std::size_t>(first.runs);
  sweep.seed = first.seed;
  sweep.parameters = work.points.parameters;
  sweep.scenario = work.points.base.loaded.resolved;
  sweep.columns = mapped(work.questions, &SweepQuestion::column);
  for (std::size_t i = 0; i < variants.size(); ++i) {
    const Json& kept = *parts.find(variants[i].name);
    report::SweepPoint point;
    point.values = work.points.values[i];
    point.duration = work.points.scenarios[i].duration;
    kept.at("numbers").get_to(point.numbers);
    kept.at("failed").get_to(point.failed);
    kept.at("slow").get_to(point.slow);
    kept.at("lost").get_to(point.lost);
    sweep.points.push_back(std::move(point));
  }
  return sweep;
}

}  // namespace spof::plan
