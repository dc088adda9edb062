// Rules files: what is wrong with one, all at once and with its place; templates.
#include "stack/monitoring/rules_file.hpp"

#include "support/text.hpp"

using namespace spof;
using namespace spof::stack::monitoring;

namespace {

std::string mistakes_of(const std::string& text) {
  Mistakes mistakes;
  parse_rules(text, "rules.yml", mistakes);
  std::string all;
  for (const Mistake& one : mistakes)
    all +=
        fmt::format("{}:{}:{}: {}\n", one.place.file, one.place.line, one.place.column, one.what);
  return all;
}

}  // namespace

TEST_CASE("all that is wrong with a rules file is said at once") {
  test::check_golden("rules-mistakes.txt", mistakes_of(R"(groups:
  - name: one
    interval: often
    limit: 3
    rules:
      - alert: A
        expr: up = 0
        for: 1 minute
        label: {severity: page}
      - record: "1st"
        expr: sum by (job) (upp{job=~"*"})
        for: 1m
      - alert: B
        record: b
        expr: histogram_quantile(0.9, x)
        annotations:
          summary: "{{ $labels.instance | title }} and {{ .Value }}"
          2nd: x
          open: "{{ $value"
      - expr: [up]
      - up == 0
      - alert: C
        alert: D
        expr: |
          up == 0
            or rate(x)
  - name: one
    rules: none
  - rules:
alerts: []
)"));
}

TEST_CASE("what is no rules file at all") {
  CHECK(mistakes_of("groups: [") == "rules.yml:1:1: not YAML: end of sequence flow not found\n");
  CHECK(mistakes_of("- a") == "rules.yml:1:1: a rules file has to be a map\n");
  CHECK(mistakes_of("groups: 5") == "rules.yml:1:9: groups has to be a list\n");
  CHECK(mistakes_of("").empty());
  CHECK(mistakes_of("groups: &a [*a]").size() > 0);
  CHECK(mistakes_of(std::string(100'000, '[')).size() > 0);
  Mistakes mistakes;
  CHECK(read_rules("/dev/null", mistakes).groups.empty());
  CHECK(mistakes.empty());
  read_rules("nowhere.yml", mistakes);
  REQUIRE(mistakes.size() == 1);
  CHECK(mistakes[0].what == "cannot be read");
}

TEST_CASE("labels and annotations say what they are about") {
  const Labels labels = {{"instance", "lb1"}, {"job", "haproxy"}};
  CHECK(expand("{{ $labels.instance }}/{{$labels.job}}: {{ $value }}", labels, 0.25) ==
        "lb1/haproxy: 0.25");
  CHECK(expand("{{ $labels.none }}, {{ $value }}, {}", labels, 1e6) == ", 1e+06, {}");
  CHECK(template_mistake("{{ $value }} {{ $labels.a_1 }} }}") == "");
  CHECK(test::has(template_mistake("{{ humanize $value }}"), "\"{{ humanize $value }}\""));
}

TEST_CASE("the shipped rules watch what they should") {
  Mistakes mistakes;
  const std::string folder = std::string(SPOF_SOURCE_DIR) + "/scenarios/rules/";
  const RulesFile good = read_rules(folder + "good-practice.yml", mistakes);
  const RulesFile bare = read_rules(folder + "debian-defaults.yml", mistakes);
  REQUIRE(mistakes.empty());
  CHECK(good.reach() == 3'600'000);
  CHECK(bare.reach() == 300'000);
  CHECK(good.watches({{"__name__", "mysql_up"}, {"instance", "db1"}}));
  CHECK(good.watches({{"__name__", "haproxy_server_status"}, {"state", "DOWN"}}));
  CHECK_FALSE(good.watches({{"__name__", "haproxy_server_status"}, {"state", "UP"}}));
  CHECK_FALSE(bare.watches({{"__name__", "mysql_up"}}));
}
