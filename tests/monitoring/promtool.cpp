// The same series and expressions, and the same series and rules, given to Prometheus's own
// promtool: both find the same values to the last bit, and the same alerts at the same dates.
#include "support/promtool.hpp"

#include <fmt/ranges.h>

#include <array>
#include <fstream>

#include "base/random.hpp"
#include "stack/monitoring/alerting.hpp"

using namespace spof;
using namespace spof::stack::monitoring;

namespace {

using test::Folder;
using test::is_there;
using test::pairs;
using test::run_tool;

constexpr Millis step = 15'000;
using Json = nlohmann::ordered_json;

/// A series as a test of promtool writes it: a value for each step, "_" or "stale".
struct Input {
  std::string series;
  std::string values;
};

class Lab {
 public:
  std::vector<Input> inputs;
  std::string tests;
  SeriesStore store;

  void add(const Labels& labels, const std::vector<std::string>& values) {
    inputs.push_back({to_text(labels), fmt::format("{}", fmt::join(values, " "))});
    labels_.push_back(labels);
    values_.push_back(values);
  }
  std::size_t steps() const { return values_.at(0).size(); }
  void take_in(std::size_t index) {
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      const std::string& value = values_[i].at(index);
      if (value == "_") continue;
      store.append(labels_[i], static_cast<Millis>(index) * step,
                   value == "stale" ? stale_mark() : std::stod(value));
    }
  }
  /// What our evaluator says of an expression, as what promtool has to find.
  void expect(const std::string& expression, Millis date) {
    std::string wrong;
    std::size_t at = 0;
    const Query query = Query::parse(expression, wrong, at);
    INFO(expression);
    REQUIRE(wrong.empty());
    const Answer answer = query.evaluate(store, date);
    CHECK(answer.wrong == "");
    std::string samples;
    for (const Element& one : answer.elements) {
      if (std::isnan(one.value)) return;  // nothing equals it, in Go either
      samples += fmt::format("          - {{labels: '{}', value: {}}}\n", to_text(one.labels),
                             std::isinf(one.value) ? one.value > 0 ? ".inf" : "-.inf"
                                                   : fmt::format("{:.17g}", one.value));
    }
    found += answer.elements.size();
    tests += fmt::format("      - expr: '{}'\n        eval_time: {}ms\n        exp_samples:{}\n{}",
                         expression, date, samples.empty() ? " []" : "", samples);
  }
  std::size_t found = 0;

  std::string file(const std::string& rules, const std::string& groups,
                   const std::string& alerts) const {
    std::string out = fmt::format(
        "rule_files: [{}]\nevaluation_interval: 15s\ngroup_eval_order: [{}]\ntests:\n"
        "  - interval: 15s\n    input_series:\n",
        rules, groups);
    for (const Input& one : inputs)
      out += fmt::format("      - {{series: '{}', values: '{}'}}\n", one.series, one.values);
    if (!alerts.empty()) out += "    alert_rule_test:\n" + alerts;
    return out + "    promql_expr_test:\n" + tests;
  }

 private:
  std::vector<Labels> labels_;
  std::vector<std::vector<std::string>> values_;
};

std::vector<std::string> random_values(Random& random, bool is_counter, std::size_t count) {
  std::vector<std::string> values;
  double value = is_counter ? 0 : 50;
  for (std::size_t i = 0; i < count; ++i) {
    if (is_counter && random.chance(0.05)) value = 0;
    value += static_cast<double>(random.below(8)) - (is_counter ? 0 : 3.5);
    if (random.chance(0.3)) value = std::floor(value);
    values.push_back(random.chance(0.1)    ? "_"
                     : random.chance(0.04) ? "stale"
                                           : fmt::format("{}", value));
  }
  return values;
}

const std::vector<std::string> expressions = {
    "up",
    "up == 0",
    "up{job=\"node\"}",
    "up{job=~\"n.*|db\", host!=\"b\"}",
    "up{job!~\"n.*\"}",
    "{__name__=~\"u.\"}",
    "up offset 1m",
    "requests > 100",
    "requests > bool 100",
    "100 < requests",
    "2 * requests + 1",
    "-requests",
    "- -requests % 7",
    "requests / requests",
    "requests - load",
    "load / on(host) up{job=\"node\"}",
    "load > on(host) up{job=\"node\"}",
    "up{job=\"node\"} < on(host) load",
    "load * ignoring(job) up{job=\"node\"}",
    "up == up",
    "up == bool load",
    "load and on(host) up{job=\"db\"} == 0",
    "load unless on(host) up{job=\"db\"} == 0",
    "load or up",
    "load or on(host) up",
    "up and load or up",
    "sum(up)",
    "sum by (job) (up)",
    "sum(up) by (job, host)",
    "sum without (host) (up)",
    "avg by (host) (load)",
    "min(load)",
    "max without (job) (load)",
    "count(up == 1)",
    "count by (nothing) (up)",
    "rate(requests[1m])",
    "rate(requests[47s])",
    "rate(requests[5m])",
    "rate(requests[2m] offset 45s)",
    "increase(requests[1m])",
    "increase(requests[3m])",
    "delta(load[2m])",
    "sum by (host) (rate(requests{code=\"5xx\"}[1m])) / sum by (host) (rate(requests[1m]))",
    "sum_over_time(load[3m])",
    "avg_over_time(up[5m])",
    "avg_over_time(load[3m])",
    "deriv(load[2m])",
    "predict_linear(load[2m], 3600)",
    "predict_linear(up[1m] offset 1m, 2 * 60)",
    "min_over_time(load[2m])",
    "max_over_time(load[2m])",
    "count_over_time(load[2m])",
    "changes(up[5m])",
    "absent(up)",
    "absent(nothing)",
    "absent(nothing{job=\"x\", host=~\"a\", code=\"y\"})",
    "absent(nothing{job=\"x\", job=\"y\"})",
    "absent(up == 7)",
    "time()",
    "time() - load > 30",
    "1 + 2 * 3 - 4 / 8 % 3",
    "1 - 2 - 3",
    "(1 - (2 - 3)) > bool 1",
    "abs(load - 50)",
    "0x1F + 1e2 + .5",
    "sum(load) > 10 and sum(up) >= 0 # a remark",
};

}  // namespace

TEST_CASE("expressions yield what promtool finds") {
  Lab lab;
  Random random(7, "series");
  constexpr std::size_t steps = 60;
  for (const std::string host : {"a", "b", "c"}) {
    for (const std::string job : {"node", "db"}) {
      std::vector<std::string> up(steps);
      for (std::string& one : up)
        one = random.chance(0.1)    ? "_"
              : random.chance(0.05) ? "stale"
              : random.chance(0.8)  ? "1"
                                    : "0";
      lab.add({{"__name__", "up"}, {"job", job}, {"host", host}}, up);
    }
    for (const std::string code : {"2xx", "5xx"})
      lab.add({{"__name__", "requests"}, {"code", code}, {"host", host}},
              random_values(random, true, steps));
    lab.add({{"__name__", "load"}, {"host", host}}, random_values(random, false, steps));
  }
  lab.store.keep(600'000);
  for (std::size_t i = 0; i < steps; ++i) {
    lab.take_in(i);
    // On a sample's date, just before the next one, and somewhere between.
    const Millis date = static_cast<Millis>(i) * step;
    if (i % 6 != 5) continue;
    for (const std::string& one : expressions)
      for (const Millis later : {Millis(0), Millis(3'210), step - 1}) lab.expect(one, date + later);
  }
  CHECK(lab.found > 3000);
  if (!is_there("promtool", "that expressions mean the same")) return;
  const Folder folder;
  std::ofstream(folder.path / "test.yml") << lab.file("", "", "");
  CHECK(run_tool("promtool test rules " + (folder.path / "test.yml").string(), folder.path) == 0);
}

namespace {

std::vector<std::string> now_and_then(Random& random, double share, std::string good,
                                      std::string bad, std::size_t steps) {
  std::vector<std::string> values;
  bool is_bad = false;
  for (std::size_t i = 0; i < steps; ++i) {
    if (random.chance(is_bad ? 0.2 : share)) is_bad = !is_bad;
    values.push_back(random.chance(0.03) ? "stale" : is_bad ? bad : good);
  }
  return values;
}

/// Series that make most of the shipped alerts fire, some of them for a moment only.
void add_site(Lab& lab, std::size_t steps) {
  Random random(11, "site");
  const auto add = [&](const std::string& name, std::string good, std::string bad, Labels labels) {
    for (const std::string host : {"srv1", "srv2"}) {
      labels.set("__name__", name);
      labels.set("instance", host);
      lab.add(labels, now_and_then(random, 0.05, good, bad, steps));
    }
  };
  add("up", "1", "0", {{"job", "node"}});
  add("up", "1", "0", {{"job", "mysql"}});
  add("probe_success", "1", "0", {{"job", "probe"}});
  add("probe_duration_seconds", "0.02", "3.5", {{"job", "probe"}});
  add("probe_ssl_earliest_cert_expiry", "2000000", "1000", {{"job", "probe"}});
  for (const std::string server : {"srv1", "srv2"})
    add("haproxy_server_status", "0", "1",
        {{"proxy", "be"}, {"server", server}, {"state", "DOWN"}, {"job", "haproxy"}});
  add("haproxy_backend_active_servers", "2", "0", {{"proxy", "be"}});
  add("haproxy_backend_backup_servers", "0", "0", {{"proxy", "be"}});
  add("haproxy_server_current_queue", "0", "31", {{"proxy", "be"}, {"server", "srv1"}});
  add("nginx_up", "1", "0", {});
  add("nginx_connections_active", "50", "700", {});
  add("mysql_up", "1", "0", {});
  add("mysql_slave_status_slave_sql_running", "1", "0", {});
  add("mysql_slave_status_slave_io_running", "1", "0", {});
  add("mysql_slave_status_seconds_behind_master", "0", "45", {});
  add("mysql_global_status_threads_connected", "20", "140", {});
  add("mysql_global_variables_max_connections", "151", "151", {});
  add("node_load1", "0.4", "9.25", {});
  add("node_filesystem_size_bytes", "1000000", "1000000", {{"mountpoint", "/"}});
  add("node_filesystem_avail_bytes", "300000", "20000", {{"mountpoint", "/"}});
  for (const std::string host : {"srv1", "srv2"})
    for (const std::string code : {"2xx", "5xx"})
      lab.add(
          {{"__name__", "haproxy_server_http_responses_total"}, {"code", code}, {"instance", host}},
          random_values(random, true, steps));
}

/// What fires after each evaluation, as promtool has to find it.
std::string firing_tests(Lab& lab, const RulesFile& file, std::map<std::string, int>& fired) {
  std::vector<GroupRunner> runners;
  for (const RuleGroup& group : file.groups) runners.emplace_back(group, step);
  std::string tests;
  for (std::size_t i = 0; i < lab.steps(); ++i) {
    lab.take_in(i);
    const Millis now = static_cast<Millis>(i) * step;
    for (GroupRunner& runner : runners) {
      CHECK(runner.evaluate(lab.store, now).wrong.empty());
      for (std::size_t r = 0; r < runner.group().rules.size(); ++r) {
        const Rule& rule = runner.group().rules[r];
        if (rule.alert.empty()) continue;
        Json test = {{"eval_time", fmt::format("{}ms", now)}, {"alertname", rule.alert}};
        test["exp_alerts"] = Json::array();
        for (const auto& [labels, one] : runner.alerts(r)) {
          if (one.state != AlertState::firing) continue;
          if (one.fired == now) ++fired[rule.alert];
          test["exp_alerts"].push_back({{"exp_labels", pairs(labels, "alertname")},
                                        {"exp_annotations", pairs(one.annotations, "")}});
        }
        tests += "      - " + test.dump() + "\n";
      }
    }
    if (i % 10 == 9)
      for (const char* series : {"ALERTS", "errors:share"}) lab.expect(series, now + 7'000);
  }
  return tests;
}

void compare_alerts(const std::string& rules, std::map<std::string, int>& fired) {
  Mistakes mistakes;
  const RulesFile file = read_rules(rules, mistakes);
  for (const Mistake& one : mistakes) UNSCOPED_INFO(one.place.line << ": " << one.what);
  REQUIRE(mistakes.empty());
  Lab lab;
  add_site(lab, 200);
  lab.store.keep(file.reach());
  const std::string tests = firing_tests(lab, file, fired);
  std::string groups;
  for (const RuleGroup& one : file.groups) groups += (groups.empty() ? "" : ", ") + one.name;
  if (!is_there("promtool", "that alerts fire at the same dates")) return;
  const Folder folder;
  std::ofstream(folder.path / "test.yml") << lab.file(rules, groups, tests);
  CHECK(run_tool("promtool check rules " + rules, folder.path) == 0);
  CHECK(run_tool("promtool test rules " + (folder.path / "test.yml").string(), folder.path) == 0);
}

const std::string shipped = std::string(SPOF_SOURCE_DIR) + "/scenarios/rules/";

}  // namespace

TEST_CASE("the shipped rules fire when promtool fires them") {
  std::map<std::string, int> fired;
  compare_alerts(shipped + "good-practice.yml", fired);
  CHECK(fired.size() >= 12);
  CHECK(fired["SiteDown"] > 0);
  CHECK(fired["ReplicationBroken"] > 0);
  compare_alerts(shipped + "debian-defaults.yml", fired);
}

TEST_CASE("all that a rule can say fires when promtool fires it") {
  const Folder folder;
  const std::string path = (folder.path / "rules.yml").string();
  std::ofstream(path) << R"(
groups:
  - name: first
    rules:
      - record: errors:share
        labels: {of: "all", code: ""}
        expr: |
          sum by (instance) (rate(haproxy_server_http_responses_total{code="5xx"}[1m]))
            / sum by (instance) (rate(haproxy_server_http_responses_total[1m]))
      - {alert: Errors, expr: errors:share > 0.5, annotations: {share: "{{$value}} of {{ $labels.of }}"}}
      - {alert: Kept, expr: up == 0, for: 30s, keep_firing_for: 1m, labels: {who: "{{ $labels.job }}!"}}
      - {alert: Odd, expr: up == 0, for: 40s}
      - {alert: Moment, expr: up == 0, keep_firing_for: 20s, labels: {job: "{{ $labels.job }}", none: ""}, annotations: {a: "$1 {{ $labels.none }}"}}
  - name: second
    interval: 15s
    rules:
      - {alert: FromAlerts, expr: 'count by (instance) (ALERTS{alertstate="firing", alertname="Kept"}) > 0'}
      - {alert: Pending, expr: 'ALERTS{alertstate="pending"} == 1'}
      - {alert: Busy, expr: 'node_load1 * 1000000 > 400000', annotations: {load: "{{ $value }}"}}
)";
  std::map<std::string, int> fired;
  compare_alerts(path, fired);
  CHECK(fired.size() >= 6);
}
