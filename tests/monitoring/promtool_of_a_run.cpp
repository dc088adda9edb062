// The series that a simulated Prometheus scraped in a run, stale marks included, given to
// promtool: its rules fire at the dates of the run.
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <set>
#include <tuple>

#include "scenario/load.hpp"
#include "scenario/strikes.hpp"
#include "stack/monitored.hpp"
#include "stack/monitoring/exported.hpp"
#include "stack/prometheus.hpp"
#include "support/promtool.hpp"
#include "world/site.hpp"
#include "world/strikes.hpp"

using namespace spof;
using namespace spof::stack::monitoring;
using measure::What;

namespace {

using Json = nlohmann::ordered_json;
constexpr Millis step = 15'000;

struct Sample {
  Labels labels;
  Point point;
};
/// What became of an alert: when, its name, whom it is about.
using Turn = std::tuple<Millis, What, std::string, std::string>;

struct Recorded {
  std::vector<Sample> samples;  ///< in the order in which they were taken in
  std::set<Turn> turns;
};

/// In a process of its own, as SimGrid wants it: writes samples and what became of alerts.
void record(const scenario::Scenario& scenario, const std::string& file) {
  std::ofstream out(file);
  const auto strikes = scenario::strikes_of(scenario, 1);
  const measure::Plan plan = scenario::plan_of(scenario, strikes);
  measure::Recorder recorder(plan);
  measure::Ledger ledger;
  world::Site& site = *new world::Site(scenario, 1, recorder, ledger);
  site.all<stack::Prometheus>().front()->store().on_sample = [&](const Labels& labels,
                                                                 Point point) {
    const Json value = is_stale(point.value) ? Json() : Json(point.value);
    out << Json{{"labels", test::pairs(labels, "")}, {"date", point.date}, {"value", value}}.dump()
        << "\n";
  };
  site.boot();
  world::Strikes acts(site, recorder, strikes, scenario.duration);
  site.kernel().run_until(scenario.duration);
  for (const measure::Event& one : recorder.finish().events)
    if (one.what == What::alert_pending || one.what == What::alert_firing)
      out << Json{{"what", word_of(one.what)},
                  {"date", to_millis(one.time)},
                  {"alert", one.version},
                  {"target", one.target}}
                 .dump()
          << "\n";
}

Recorded recorded(const scenario::Scenario& scenario, const std::string& file) {
  const pid_t child = fork();
  if (child == 0) {
    record(scenario, file);
    _exit(0);
  }
  int status = 1;
  waitpid(child, &status, 0);
  REQUIRE(status == 0);
  Recorded made;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const Json one = Json::parse(line);
    if (one.contains("what")) {
      made.turns.emplace(one["date"],
                         one["what"] == "alert_firing" ? What::alert_firing : What::alert_pending,
                         one["alert"], one["target"]);
      continue;
    }
    Sample& sample = made.samples.emplace_back();
    for (const auto& [name, value] : one["labels"].items()) sample.labels.set(name, value);
    sample.point = {one["date"],
                    one["value"].is_null() ? stale_mark() : one["value"].get<double>()};
  }
  return made;
}

/// When a group is evaluated, seen from the whole interval; it is known by what became of an alert.
Millis place_of(const RuleGroup& group, const std::set<Turn>& turns) {
  for (const auto& [date, what, alert, target] : turns)
    for (const Rule& rule : group.rules)
      if (rule.alert == alert) return date % step;
  return -1;
}

/// Rules of a group as they are replayed: what fires when, for promtool; what became of alerts.
struct Replay {
  std::string tests;
  std::set<Turn> turns;
};
Replay replay(const RuleGroup& group, Millis place, Millis end, const Recorded& run, Millis reach) {
  Replay made;
  SeriesStore store;
  store.keep(reach);
  GroupRunner runner(group, step);
  std::size_t next = 0;
  std::vector<Sample> samples = run.samples;  // a scrape's date is its beginning
  std::ranges::stable_sort(samples, {}, [](const Sample& one) { return one.point.date; });
  for (Millis now = place; now <= end; now += step) {
    for (; next < samples.size() && samples[next].point.date <= now; ++next)
      store.append(samples[next].labels, samples[next].point.date, samples[next].point.value);
    for (const Transition& change : runner.evaluate(store, now).transitions)
      if (change.to != AlertState::inactive)
        made.turns.emplace(
            now, change.to == AlertState::firing ? What::alert_firing : What::alert_pending,
            change.rule->alert, stack::part_of(change.labels));
    for (std::size_t r = 0; r < group.rules.size(); ++r) {
      if (group.rules[r].alert.empty()) continue;
      Json test = {{"eval_time", fmt::format("{}ms", now - place + step)},
                   {"alertname", group.rules[r].alert},
                   {"exp_alerts", Json::array()}};
      for (const auto& [labels, one] : runner.alerts(r))
        if (one.state == AlertState::firing)
          test["exp_alerts"].push_back({{"exp_labels", test::pairs(labels, "alertname")},
                                        {"exp_annotations", test::pairs(one.annotations, "")}});
      made.tests += "      - " + test.dump() + "\n";
    }
  }
  return made;
}

/// Those series that a group's rules name, a value for each millisecond in which there is one. The
/// first evaluation is promtool's second.
std::string input_series(const RuleGroup& group, Millis place, const Recorded& run) {
  std::string expressions;
  for (const Rule& rule : group.rules) expressions += rule.expr + "\n";
  std::map<Labels, std::vector<Point>> series;
  for (const Sample& one : run.samples)
    if (test::has(expressions, one.labels.get(metric_name)))
      series[one.labels].push_back(one.point);
  std::string out;
  for (const auto& [labels, points] : series) {
    out += fmt::format("      - series: '{}'\n        values: '", to_text(labels));
    Millis at = 0;
    for (const Point& one : points) {
      const Millis date = one.date - place + step;
      if (date > at) out += fmt::format("_x{} ", date - at);
      out += is_stale(one.value) ? std::string("stale ") : fmt::format("{:.17g} ", one.value);
      at = date + 1;
    }
    out += "'\n";
  }
  return out;
}

/// The shipped rules: promtool adds the values in its texts up in an order that is never the same.
std::string without_annotations(const std::filesystem::path& copy) {
  std::ifstream in(SPOF_SOURCE_DIR "/scenarios/rules/good-practice.yml");
  std::ofstream out(copy);
  for (std::string line; std::getline(in, line);)
    if (!test::has(line, "annotations:") && !test::has(line, "summary:")) out << line << "\n";
  return copy.string();
}

}  // namespace

TEST_CASE("promtool fires at the dates of a run, given the series of the run") {
  const scenario::Loaded loaded =
      scenario::load(SPOF_SOURCE_DIR "/scenarios/primary-crash-alerted.json",
                     {"/duration=6m", "/clients/visitors/rate=4/s", "/faults/0/jitter=0s",
                      "/operator/hosts/clients/respond=30s", "/operator/hosts/clients/diagnose=30s",
                      "/operator/hosts/clients/repair=10s"});
  INFO(loaded.mistakes);
  REQUIRE(loaded.scenario);
  const test::Folder folder;
  const std::string rules = without_annotations(folder.path / "rules.yml");
  const Recorded run = recorded(*loaded.scenario, (folder.path / "samples").string());
  CHECK(run.samples.size() > 500);
  for (const Sample& one : run.samples) {  // what `check` takes for all that there is
    const std::string name = one.labels.get(metric_name);
    INFO(name);
    REQUIRE(std::ranges::find(exported_series, name) != exported_series.end());
  }
  CHECK(std::ranges::any_of(run.samples, [](const Sample& s) { return is_stale(s.point.value); }));
  Mistakes mistakes;
  const RulesFile file = read_rules(rules, mistakes);
  REQUIRE(mistakes.empty());
  const bool promtool = test::is_there("promtool", "that alerts fire at the dates of a run");
  std::set<std::string> fired;
  for (const RuleGroup& group : file.groups) {
    const Millis place = place_of(group, run.turns);
    if (place < 0) continue;
    INFO(group.name);
    const Replay made =
        replay(group, place, to_millis(loaded.scenario->duration), run, file.reach());
    std::set<Turn> turns;
    for (const Turn& one : run.turns)
      for (const Rule& rule : group.rules)
        if (rule.alert == std::get<2>(one)) turns.insert(one);
    CHECK(made.turns == turns);
    for (const auto& [date, what, alert, target] : turns)
      if (what == What::alert_firing) fired.insert(alert);
    if (!promtool) continue;
    std::ofstream(folder.path / "test.yml") << fmt::format(
        "rule_files: [{}]\nevaluation_interval: 15s\ntests:\n  - interval: 1ms\n    "
        "input_series:\n{}    alert_rule_test:\n{}",
        rules, input_series(group, place, run), made.tests);
    CHECK(test::run_tool("promtool test rules " + (folder.path / "test.yml").string(),
                         folder.path) == 0);
  }
  CHECK(fired.contains("MysqlDown"));
  CHECK(fired.contains("SiteDown"));
}
