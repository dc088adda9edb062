#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "cli/output_folder.hpp"
#include "cli/shard_files.hpp"
#include "cli/sweep_points.hpp"
#include "cli/verbs.hpp"
#include "measure/expect.hpp"
#include "report/format.hpp"
#include "report/plot/gnuplot.hpp"
#include "scenario/strikes.hpp"

namespace spof::cli {
namespace {

using measure::Query;
using scenario::Scenario;

/// A column, and what it asks of each point: nothing where the point has no such class or server.
struct Question {
  report::SweepColumn column;
  std::vector<std::optional<Query>> by_point;
};

/// Everything about a sweep that is known before it runs.
struct Plan {
  SweepPoints points;
  std::vector<Question> questions;
};

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
    seen.vocabularies.push_back({plan.classes, plan.servers});
    seen.fault = seen.fault || plan.strikes > 0;
    for (const auto& [name, each] : scenario.classes)
      seen.writes = seen.writes || each.kind == stack::RequestKind::write;
    for (const std::string& name : plan.classes)
      if (std::find(seen.classes.begin(), seen.classes.end(), name) == seen.classes.end())
        seen.classes.push_back(name);
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

report::SweepColumn column_of(const Query& query, const measure::Vocabulary& vocabulary) {
  report::SweepColumn column;
  column.metric = query.part.empty() ? query.metric->name : "failed." + query.part;
  if (query.request_class >= 0)
    column.about = vocabulary.classes[static_cast<std::size_t>(query.request_class)];
  if (query.server >= 0) column.about = vocabulary.servers[static_cast<std::size_t>(query.server)];
  if (query.phase) column.phase = names(measure::Phase{})[static_cast<std::size_t>(*query.phase)];
  column.unit = query.metric->unit;
  column.better = query.metric->better;
  return column;
}

/// A metric that makes sense at no point is a mistake.
std::vector<Question> questions_of(const std::vector<std::string>& metrics, const Seen& seen,
                                   std::string& mistakes) {
  std::vector<Question> questions;
  for (const std::string& text : metrics) {
    Question question;
    bool known = false;
    std::string wrong;
    for (const measure::Vocabulary& vocabulary : seen.vocabularies) {
      measure::ParsedQuery parsed = measure::parse_query(text, vocabulary);
      if (parsed.query && !known) question.column = column_of(*parsed.query, vocabulary);
      known = known || parsed.query;
      if (wrong.empty()) wrong = parsed.what;
      question.by_point.push_back(std::move(parsed.query));
    }
    if (known)
      questions.push_back(std::move(question));
    else
      mistakes += fmt::format("--metric '{}': error: {}\n", text, wrong);
  }
  return questions;
}

Plan plan_of(const SweepArguments& arguments, std::string& mistakes, Console& console) {
  const auto show = [&](std::size_t done, std::size_t all) {
    if (all > 50) console.show_progress(fmt::format(" checking points  {}/{}", done, all));
  };
  Plan plan;
  plan.points =
      read_points(arguments.scenario, all_sets(arguments.sets, arguments.runs, arguments.seed),
                  arguments.vary, mistakes, show);
  console.show_progress("");
  mistakes += obstacle_to(arguments.output);
  if (!mistakes.empty() || plan::interrupted()) return plan;
  const Seen seen = look_at(plan.points.scenarios);
  plan.questions = questions_of(arguments.metrics.empty() ? usual_metrics(seen) : arguments.metrics,
                                seen, mistakes);
  return plan;
}

std::vector<plan::Variant> variants_of(const Plan& plan) {
  std::vector<plan::Variant> variants;
  for (std::size_t i = 0; i < plan.points.scenarios.size(); ++i) {
    std::string name;
    for (std::size_t p = 0; p < plan.points.parameters.size(); ++p)
      name +=
          (p == 0 ? "" : " ") + plan.points.parameters[p].pointer + "=" + plan.points.values[i][p];
    variants.push_back({std::move(name), &plan.points.scenarios[i]});
  }
  return variants;
}

PieceCommand piece_command(const SweepArguments& arguments, const Plan& plan) {
  const ScenarioFile& base = plan.points.base;
  return {"sweep", base.name, arguments.output, arguments.shard,
          header_of("sweep", base, remembered(arguments), plan.points.scenarios.size(),
                    arguments.shard)};
}

/// What is kept of a point.
Json figures(const Plan& plan, std::size_t point, const std::vector<measure::Result>& results) {
  constexpr auto nothing = std::numeric_limits<double>::quiet_NaN();
  Json numbers = Json::array();
  for (const Question& question : plan.questions) {
    std::vector<double> values;
    const std::optional<Query>& query = question.by_point[point];
    for (const measure::Result& result : results)
      values.push_back(query ? measure::value_of(*query, result) : nothing);
    numbers.push_back(std::move(values));
  }
  std::vector<double> failed, slow;
  for (const measure::Result& result : results) {
    measure::Tally all;
    for (const measure::Tally& tally : result.tallies) all.merge(tally);
    const auto requests = static_cast<double>(std::max<std::uint64_t>(all.requests(), 1));
    failed.push_back(static_cast<double>(all.bad()) / requests);
    slow.push_back(static_cast<double>(all.slow_ok) / requests);
  }
  return {{"numbers", numbers}, {"failed", failed}, {"slow", slow}};
}

report::Sweep sweep_of(const Plan& plan, const std::vector<plan::Variant>& variants,
                       const plan::Parts& parts) {
  const Scenario& first = plan.points.scenarios.front();
  report::Sweep sweep;
  sweep.name = plan.points.base.name;
  sweep.title = plan.points.base.loaded.scenario->title;
  sweep.runs = static_cast<std::size_t>(first.runs);
  sweep.seed = first.seed;
  sweep.parameters = plan.points.parameters;
  sweep.scenario = plan.points.base.loaded.resolved;
  for (const Question& question : plan.questions) sweep.columns.push_back(question.column);
  for (std::size_t i = 0; i < variants.size(); ++i) {
    const Json& kept = *parts.find(variants[i].name);
    report::SweepPoint point;
    point.values = plan.points.values[i];
    point.duration = plan.points.scenarios[i].duration;
    kept.at("numbers").get_to(point.numbers);
    kept.at("failed").get_to(point.failed);
    kept.at("slow").get_to(point.slow);
    sweep.points.push_back(std::move(point));
  }
  return sweep;
}

/// Files first, then the summary: a full disk behind standard output costs no results.
ExitCode conclude(const report::Sweep& sweep, const SweepArguments& arguments, Console& console) {
  const std::string folder = std::filesystem::path(arguments.output) / sweep.name;
  report::Written written = report::write_files(folder, {{"sweep.csv", report::sweep_csv(sweep)},
                                                         {"sweep.json", report::sweep_json(sweep)},
                                                         {"sweep.md", report::sweep_md(sweep)}});
  std::string hint;
  if (const auto plot = report::sweep_plot(sweep); plot && written.error.empty()) {
    const std::vector<std::string> formats{"svg", "png"};
    const report::Drawn drawn =
        report::draw(folder, {{"sweep", report::sweep_script("sweep", *plot, formats)}}, formats);
    written.files.insert(written.files.end(), drawn.files.begin(), drawn.files.end());
    (drawn.absent ? hint : written.error) = drawn.error;
  } else if (written.error.empty()) {
    // Pictures of an earlier sweep would be taken for this one's.
    for (const char* end : {".gp", ".svg", ".png"}) {
      std::error_code ignored;
      std::filesystem::remove(std::filesystem::path(folder) / (std::string("sweep") + end),
                              ignored);
    }
  }
  if (!arguments.quiet) {
    console.print(
        report::sweep_terminal(sweep, {console.width(), console.utf8(), console.color()}));
    std::vector<std::string> names;
    for (const std::string& file : written.files)
      names.push_back(std::filesystem::path(file).filename());
    if (!names.empty())
      console.print(fmt::format("\n wrote {}/{{{}}}\n", folder, fmt::join(names, ",")));
    if (!hint.empty()) console.complain(hint);
  }
  if (written.error.empty()) return good;
  console.complain("error: " + written.error);
  return simulator_failed;
}

}  // namespace

ExitCode execute(const SweepArguments& arguments, Console& console) {
  if (arguments.quiet) console.be_quiet();
  const plan::InterruptGuard guard;
  std::string mistakes;
  const Plan plan = plan_of(arguments, mistakes, console);
  if (plan::interrupted()) {
    console.complain("interrupted: nothing has run yet");
    return was_interrupted;
  }
  if (!mistakes.empty()) {
    console.note(mistakes);
    return wrong_input;
  }
  const std::vector<plan::Variant> variants = variants_of(plan);
  const PieceCommand command = piece_command(arguments, plan);
  const auto parts = open_parts(command);
  const unsigned jobs = arguments.jobs > 0 ? arguments.jobs : plan::usable_processors();
  const auto stop = run_pieces(
      command, variants,
      [&](std::size_t point, std::vector<measure::Result> results) {
        return figures(plan, point, results);
      },
      *parts, {jobs, arguments.quiet, "sweep of " + command.name}, console);
  if (stop) return *stop;
  const ExitCode code = conclude(sweep_of(plan, variants, *parts), arguments, console);
  if (code == good) parts->remove();
  return code;
}

ExitCode finish(const SweepArguments& arguments, plan::Parts& parts, Console& console) {
  std::string mistakes;
  const Plan plan = plan_of(arguments, mistakes, console);
  if (!mistakes.empty()) {
    console.note(mistakes);
    return wrong_input;
  }
  const std::vector<plan::Variant> variants = variants_of(plan);
  std::vector<std::string> names;
  for (const plan::Variant& variant : variants) names.push_back(variant.name);
  if (const std::string wrong = unfit(piece_command(arguments, plan), names, parts);
      !wrong.empty()) {
    console.complain("error: " + wrong);
    return wrong_input;
  }
  return conclude(sweep_of(plan, variants, parts), arguments, console);
}

}  // namespace spof::cli
