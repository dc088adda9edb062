#include <cmath>
#include <fstream>

#include "base/paired.hpp"
#include "catch.hpp"
#include "report/format.hpp"
#include "report/pages/compare/compare_words.hpp"
#include "support/campaign.hpp"
#include "support/text.hpp"

using namespace spof;
using namespace spof::report;
using Catch::Matchers::WithinAbs;
using spof::Gap;
using spof::holm;
using spof::Json;
using spof::paired_gap;
using spof::student_p;
using spof::welch_gap;
using spof::measure::Unit;
using spof::test::has;

namespace {

/// A report of one class, "read", whose only metric is this one.
StoredReport report_with(const std::string& metric, std::vector<double> values,
                         std::vector<std::uint64_t> seeds = {}) {
  StoredReport report;
  report.path = report.name = "made";
  report.verdict.word = "survived";
  report.duration = 60;
  report.classes = {"read"};
  report.scenario = {{"duration", "60s"}};
  if (seeds.empty())
    for (std::size_t i = 1; i <= values.size(); ++i) seeds.push_back(i);
  report.seeds = std::move(seeds);
  report.metrics = {{{metric, "read", "", ""}, spof::measure::Unit::seconds, std::move(values)}};
  return report;
}

MetricChange only_row(const StoredReport& a, const StoredReport& b) {
  const Contrast made = contrast(a, b, {});
  REQUIRE(made.rows.size() == 1);
  return made.rows.front();
}

MetricChange outages(std::vector<double> a, std::vector<double> b) {
  return only_row(report_with("outage", std::move(a)), report_with("outage", std::move(b)));
}

StoredReport parsed(const std::string& text) {
  std::vector<std::string> mistakes;
  StoredReport report = parse_stored_report(text, mistakes);
  CHECK(mistakes.empty());
  report.path = "report.json";
  return report;
}

std::vector<std::string> mistakes_in(const std::string& text) {
  std::vector<std::string> mistakes;
  parse_stored_report(text, mistakes);
  return mistakes;
}

std::string text_of(const Contrast& made) {
  Contrasts all;
  all.list = {made};
  return on_screen(compare_page(all, Medium::screen), {});
}

}  // namespace

TEST_CASE("the interval of paired differences is Student's") {
  // Differences -1, -2, -3: mean -2, deviation 1, t(2) 4.3027: half width 4.3027 / sqrt(3).
  const MetricChange row = outages({5, 6, 7}, {4, 4, 4});
  CHECK_THAT(row.a, WithinAbs(6, 1e-12));
  CHECK_THAT(row.b, WithinAbs(4, 1e-12));
  CHECK_THAT(row.gap.mean, WithinAbs(-2, 1e-12));
  CHECK_THAT(row.gap.half_width, WithinAbs(2.48416, 1e-4));
  CHECK(row.finding == ChangeFinding::unproven);
  // t = 2 sqrt(3); of 2 degrees of freedom p = 1 - t / sqrt(2 + t^2).
  CHECK_THAT(row.gap.p, WithinAbs(1 - std::sqrt(12.0 / 14.0), 1e-12));
  CHECK(outages({5, 6, 7}, {3, 4.1, 4.9}).finding == ChangeFinding::better);
  CHECK(outages({3, 4.1, 4.9}, {5, 6, 7}).finding == ChangeFinding::worse);
}

TEST_CASE("pairs are found by seed, not by place") {
  const auto a = report_with("outage", {1, 2, 3}, {7, 8, 9});
  const auto b = report_with("outage", {3.5, 1.5, 2.5}, {9, 7, 8});
  const MetricChange row = only_row(a, b);
  CHECK_THAT(row.gap.mean, WithinAbs(0.5, 1e-12));
  CHECK(row.gap.half_width == 0);
  CHECK(row.finding == ChangeFinding::worse);
}

TEST_CASE("better is what the metric's direction says") {
  const auto change = [](const char* metric) {
    return only_row(report_with(metric, {1, 1.1, 1}), report_with(metric, {2, 2.1, 2})).finding;
  };
  CHECK(change("outage") == ChangeFinding::worse);
  CHECK(change("availability") == ChangeFinding::better);
  CHECK(change("acknowledged_writes") == ChangeFinding::better);
  CHECK(change("retries") == ChangeFinding::differs);
  CHECK(change("failed.503") == ChangeFinding::differs);
  CHECK(change("of_a_later_version") == ChangeFinding::differs);
}

TEST_CASE("one step of a quantile's histogram is no difference") {
  const auto change = [](const char* metric, double b) {
    return only_row(report_with(metric, {0.081152, 0.081152, 0.081152}),
                    report_with(metric, {b, b, b}))
        .finding;
  };
  CHECK(change("latency.p90", 0.081664) == ChangeFinding::unproven);
  CHECK(change("latency.p90", 0.082176) == ChangeFinding::worse);
  CHECK(change("outage", 0.081664) == ChangeFinding::worse);
}

TEST_CASE("a run without a fault has no phases to be held against") {
  const auto made = [](const char* phase, bool breaks) {
    StoredReport report = report_with("failed", {3, 4, 5});
    report.metrics.front().question.phase = phase;
    if (breaks) report.faults.emplace_back();
    return report;
  };
  CHECK(contrast(made("before", true), made("before", true), {}).rows.size() == 1);
  CHECK(contrast(made("before", false), made("before", true), {}).rows.empty());
  CHECK(contrast(made("", false), made("", true), {}).rows.size() == 1);
}

TEST_CASE("latency over all classes says nothing where others are answered") {
  const auto report = [](const std::vector<double>& availability, const std::vector<double>& p50) {
    StoredReport made = report_with("latency.p50", p50);
    made.classes = {"static", "write"};
    made.metrics = {{{"availability", "", "", ""}, Unit::share, availability},
                    {{"latency.p50", "", "", ""}, Unit::seconds, p50},
                    {{"latency.p50", "write", "", ""}, Unit::seconds, p50}};
    return made;
  };
  const std::vector<double> quick{0.080, 0.081, 0.080}, slow{0.180, 0.182, 0.183};
  const Contrast up =
      contrast(report({0.5, 0.51, 0.5}, quick), report({0.99, 0.98, 0.99}, slow), {});
  REQUIRE(up.rows.size() == 3);
  CHECK(up.rows[1].finding == ChangeFinding::differs);
  CHECK(up.rows[2].finding == ChangeFinding::worse);
  const Contrast same =
      contrast(report({0.5, 0.51, 0.5}, quick), report({0.5, 0.51, 0.5}, slow), {});
  CHECK(same.rows[1].finding == ChangeFinding::worse);
}

TEST_CASE("never is later than everything") {
  CHECK(outages({5, 5, 5}, {never, never, never}).finding == ChangeFinding::worse);
  CHECK(outages({never, never, never}, {5, 6, 7}).finding == ChangeFinding::better);
  CHECK(outages({never, never, never}, {never, never, never}).finding == ChangeFinding::same);
  const MetricChange once = outages({5, 5, 5}, {never, 5, 5});
  CHECK(once.finding == ChangeFinding::unproven);
  CHECK(side_text(once, false) == "5.0 s");
  CHECK(side_text(once, true) == "never in 1 of 3");
  // Never in the same run on both sides: the others decide.
  const MetricChange others = outages({never, 5, 6}, {never, 4, 5});
  CHECK(others.finding == ChangeFinding::better);
  CHECK_THAT(others.gap.mean, WithinAbs(-1, 1e-12));
}

TEST_CASE("nothing to measure is no number") {
  CHECK(outages({1, 2}, {no_figure, no_figure}).finding == ChangeFinding::not_measured);
  CHECK(finding_text(outages({1, 2}, {no_figure, no_figure})) == "not measured any more");
  CHECK(finding_text(outages({no_figure, no_figure}, {1, 2})) == "not measured before");
  const MetricChange part = outages({1, no_figure, 3}, {2, 9, 4});
  CHECK(part.used_a == 2);
  CHECK_THAT(part.gap.mean, WithinAbs(1, 1e-12));
  CHECK(contrast(report_with("outage", {no_figure}), report_with("outage", {no_figure}), {})
            .rows.empty());
  // No request failed in a way that the other report does not mention.
  const auto without = report_with("outage", {1, 1});
  const Contrast made = contrast(report_with("failed.503", {3, 3}), without, {});
  REQUIRE(made.rows.size() == 2);
  CHECK(made.rows.front().b == 0);
}

TEST_CASE("too few runs prove nothing") {
  const auto a = report_with("outage", {5}), b = report_with("outage", {1});
  const Contrast one = contrast(a, b, {});
  CHECK(one.rows.front().finding == ChangeFinding::no_interval);
  CHECK(has(told(one).sentence, "One run each proves nothing"));
  CHECK(outages({5}, {5}).finding == ChangeFinding::same);
}

TEST_CASE("seeds that differ") {
  const auto a = report_with("outage", {1, 2, 3}, {1, 2, 3});
  const Contrast common = contrast(a, report_with("outage", {3, 4, 5}, {2, 3, 4}), {});
  CHECK(common.pairing.paired);
  CHECK(common.rows.front().used_a == 2);
  CHECK(has(common.warnings.front(), "only the 2 that both have"));
  const Contrast none = contrast(a, report_with("outage", {3, 4, 5}, {7, 8, 9}), {});
  CHECK_FALSE(none.pairing.paired);
  CHECK(has(none.warnings.front(), "Welch"));
  // Welch: equal variances 1, n = 3: standard error sqrt(2/3), 4 degrees of freedom, t 2.7764.
  CHECK_THAT(none.rows.front().gap.mean, WithinAbs(2, 1e-12));
  CHECK_THAT(none.rows.front().gap.half_width, WithinAbs(2.26692, 1e-4));
  CHECK(none.rows.front().finding == ChangeFinding::unproven);
}

TEST_CASE("runs that are equal by chance prove no small difference without common seeds") {
  const auto change = [](const char* metric, Unit unit, std::vector<double> a,
                         std::vector<double> b) {
    auto one = report_with(metric, std::move(a), {1, 2, 3});
    auto other = report_with(metric, std::move(b), {7, 8, 9});
    one.metrics[0].unit = other.metrics[0].unit = unit;
    return only_row(one, other);
  };
  // A step of the histogram from 65.5 to 131 ms is 0.512 ms.
  const auto latency = [&](double after) {
    return change("latency.p50", Unit::seconds, {0.081152, 0.081152, 0.081152},
                  {after, after, after});
  };
  CHECK(latency(0.081664).finding == ChangeFinding::unproven);
  CHECK(latency(0.081664).gap.p == 1);
  CHECK(latency(0.081152).finding == ChangeFinding::same);
  // Two steps: worse for one test, p (t = 2 / (0.5 sqrt(2/3)), 4) 0.008, not for many.
  CHECK(latency(0.082176).finding == ChangeFinding::worse);
  CHECK_THAT(latency(0.082176).gap.p, WithinAbs(student_p(2 / std::sqrt(1.0 / 6), 4), 1e-9));
  CHECK(latency(0.09).gap.p < 1e-4);
  CHECK(change("failed", Unit::count, {5, 5, 5}, {6, 6, 6}).finding == ChangeFinding::unproven);
  CHECK(change("failed", Unit::count, {5, 5, 5}, {9, 9, 9}).finding == ChangeFinding::worse);
  // Not latencies, and exact: nothing but the spread counts.
  CHECK(change("outage", Unit::seconds, {5, 5, 5}, {5.01, 5.01, 5.01}).gap.p == 0);
  CHECK(change("latency.max", Unit::seconds, {5, 5, 5}, {5.01, 5.01, 5.01}).gap.p == 0);
  // Of the same seeds each pair tells.
  CHECK(only_row(report_with("latency.p50", {0.081152, 0.081152, 0.081152}),
                 report_with("latency.p50", {0.081664, 0.081664, 0.081664}))
            .gap.p == 0);
}

TEST_CASE("a sample without a spread takes that of the other") {
  // Deviation 1 for both, n = 3: standard error sqrt(2/3); 2 degrees of freedom, t 4.3027.
  for (const Gap& gap : {welch_gap({4, 4, 4}, {5, 6, 7}), welch_gap({5, 6, 7}, {8, 8, 8})}) {
    CHECK_THAT(gap.mean, WithinAbs(2, 1e-12));
    CHECK_THAT(gap.half_width, WithinAbs(4.3027 * std::sqrt(2.0 / 3), 1e-3));
  }
  const Gap some = welch_gap({4, 4, 4, 4, 4}, {5, 6, 7});
  CHECK_THAT(some.half_width, WithinAbs(4.3027 * std::sqrt(1.0 / 3 + 1.0 / 5), 1e-3));
  CHECK(welch_gap({1, 1}, {2, 2}, 1).excludes_zero() == false);
}

TEST_CASE("of one scenario and one version other seeds prove nothing") {
  auto a = report_with("outage", {1, 1.1, 1}, {1, 2, 3});
  auto b = report_with("outage", {50, 50.1, 50}, {7, 8, 9});
  const auto worse = [&] { return proven_worse(contrast(a, b, {})).size(); };
  CHECK(worse() == 1);  // of which version is not known
  a.version = b.version = "1 (abc)";
  const Contrast made = contrast(a, b, {});
  CHECK(made.only_seeds_differ);
  CHECK(worse() == 0);
  CHECK(told(made).sentence ==
        "The scenarios are the same: only the seeds differ, so what differs is chance.");
  CHECK(told(made).tone == Tone::plain);
  b.version = "1 (abd)";
  CHECK(worse() == 1);
  b.version = a.version;
  b.scenario["duration"] = "61s";
  CHECK(worse() == 1);
  b.scenario = a.scenario = Json::object();
  CHECK(worse() == 1);
  a.scenario = b.scenario = {{"duration", "60s"}};
  b.seeds = a.seeds;  // the same runs, and yet not: no chance
  CHECK(worse() == 1);
}

TEST_CASE("Student's p agrees with tables") {
  CHECK_THAT(student_p(12.7062, 1), WithinAbs(0.05, 1e-6));
  CHECK_THAT(student_p(4.3027, 2), WithinAbs(0.05, 1e-5));
  CHECK_THAT(student_p(3.1824, 3), WithinAbs(0.05, 1e-5));
  CHECK_THAT(student_p(-2.7764, 4), WithinAbs(0.05, 1e-5));
  CHECK_THAT(student_p(2.0423, 30), WithinAbs(0.05, 1e-5));
  CHECK_THAT(student_p(2.7500, 30), WithinAbs(0.01, 1e-5));
  CHECK(student_p(0, 5) == 1);
}

TEST_CASE("Holm's correction, by hand") {
  // Sorted 0.01, 0.02, 0.04 times 3, 2, 1: 0.03, 0.04, 0.04.
  const auto made = holm({0.04, 0.01, 0.02});
  CHECK_THAT(made[0], WithinAbs(0.04, 1e-12));
  CHECK_THAT(made[1], WithinAbs(0.03, 1e-12));
  CHECK_THAT(made[2], WithinAbs(0.04, 1e-12));
  CHECK(holm({0.5, 0.9}) == std::vector<double>{1, 1});
  CHECK(holm({}).empty());
}

TEST_CASE("what one test proves, one of many may not") {
  auto a = report_with("outage", {1, 2, 3}), b = report_with("outage", {2, 3.2, 3.9});
  CHECK(proven_worse(contrast(a, b, {})).size() == 1);  // p 0.008
  for (int i = 0; i < 9; ++i) {
    const MetricQuestion question{"latency.max", "c" + std::to_string(i), "", ""};
    a.metrics.push_back({question, spof::measure::Unit::seconds, {1, 2, 3}});
    b.metrics.push_back({question, spof::measure::Unit::seconds, {1, 2.5, 2}});
  }
  const Contrast many = contrast(a, b, {});
  CHECK(proven_worse(many).empty());
  CHECK(has(text_of(many), "worse (chance?)"));
  CHECK(has(told(many).sentence, "if not by chance, worse: outage(read) 2.0 s \u2192 3.0 s"));
  // What decides comes first, though only something else is proven.
  const MetricQuestion stale{"stale_reads", "read", "", ""};
  a.metrics.push_back({stale, spof::measure::Unit::count, {100, 101, 102}});
  b.metrics.push_back({stale, spof::measure::Unit::count, {1, 2, 3}});
  CHECK(told(contrast(a, b, {})).sentence ==
        "B is worse, if not by chance: outage(read) 2.0 s \u2192 3.0 s; proven better: "
        "stale_reads(read) 101 \u2192 2.");
}

TEST_CASE("what is proven and small is no verdict; who waits has no shorter outage") {
  const auto before = report_with("latency.max", {1, 1, 1}),
             after = report_with("latency.max", {1.001, 1.0011, 1.0012});
  CHECK(has(told(contrast(before, after, {})).sentence,
            "B hardly differs: latency.max(read) 1.0 s \u2192 1.0 s."));
  auto a = report_with("outage", {40, 40.1, 40.2}), b = report_with("outage", {0.1, 0.1, 0.2});
  CHECK(contrast(a, b, {}).rows.front().finding == ChangeFinding::better);
  const MetricQuestion gap{"longest_gap", "read", "", ""};
  a.metrics.push_back({gap, spof::measure::Unit::seconds, {40, 40.1, 40.2}});
  b.metrics.push_back({gap, spof::measure::Unit::seconds, {40.1, 40, 40.3}});
  for (const MetricChange& row : contrast(a, b, {}).rows)
    CHECK(row.finding != ChangeFinding::better);
}

TEST_CASE("a report is the same as itself") {
  const StoredReport report = parsed(report_json(spof::test::campaign()));
  const Contrast made = contrast(report, report, {});
  CHECK(made.rows.size() == report.metrics.size());
  for (const MetricChange& row : made.rows) CHECK(row.finding == ChangeFinding::same);
  CHECK(made.warnings.empty());
  CHECK(made.scenario.empty());
  CHECK(has(told(made).sentence, "is the same as A"));
  CHECK(proven_worse(made).empty());
}

TEST_CASE("the other way round, better is worse") {
  auto campaign = spof::test::campaign();
  const StoredReport a = parsed(report_json(campaign));
  for (auto& result : campaign.results) result.writes.lost += 7;
  campaign.scenario["haproxy"] = {{"retries", 0}};
  const StoredReport b = parsed(report_json(campaign));
  const Contrast there = contrast(a, b, {}), back = contrast(b, a, {});
  std::size_t changed = 0;
  for (std::size_t i = 0; i < there.rows.size(); ++i) {
    const MetricChange &one = there.rows[i], &other = back.rows[i];
    CHECK((one.finding == ChangeFinding::worse) == (other.finding == ChangeFinding::better));
    CHECK((one.finding == ChangeFinding::better) == (other.finding == ChangeFinding::worse));
    CHECK(one.gap.mean == -other.gap.mean);
    changed += one.finding != ChangeFinding::same;
  }
  CHECK(changed == 2);  // lost_writes, and how far back they go
  CHECK(told(there).sentence == "B is worse: lost_writes 0 \u2192 7; nothing is proven better.");
  CHECK(told(back).sentence == "B is better: lost_writes 7 \u2192 0; nothing is proven worse.");
  REQUIRE(there.scenario.size() == 1);
  CHECK(there.scenario[0].pointer == "/haproxy");
  CHECK(there.scenario[0].a.empty());
}

TEST_CASE("inherited values of a scenario are told once") {
  const auto with = [](int retries, const char* title) {
    const Json check{{"inter", retries}};
    return Json{{"title", title},
                {"haproxy",
                 {{"retries", retries},
                  {"default_server", {{"check", check}}},
                  {"servers", {{"s1", {{"check", check}}}}},
                  {"hosts",
                   {{"lb1", {{"retries", retries}, {"servers", {{"s1", {{"check", check}}}}}}}}}}}};
  };
  const auto changes = scenario_changes(with(3, "x"), with(0, "y"));
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].pointer == "/haproxy/retries");
  CHECK(changes[0].a == "3");
  CHECK(changes[0].b == "0");
  CHECK(changes[0].copies == 1);
  CHECK(changes[1].pointer == "/haproxy/default_server/check/inter");
  CHECK(changes[1].copies == 2);
  // A host of another value inherits nothing.
  auto own = with(0, "x");
  own["haproxy"]["hosts"]["lb1"]["retries"] = 1;
  CHECK(scenario_changes(with(3, "x"), own).size() == 3);
}

TEST_CASE("metrics are asked for in the words of expectations") {
  const std::vector<std::string> classes{"read", "write"}, servers{"server1"};
  std::vector<std::string> wrong;
  const Selection some({"outage(write)", "latency.p99(read) during fault", "availability",
                        "failed.503", "server_share"},
                       classes, servers, wrong);
  CHECK(wrong.empty());
  CHECK(some.takes({"outage", "write", "", ""}));
  CHECK_FALSE(some.takes({"outage", "read", "", ""}));
  CHECK(some.takes({"latency.p99", "read", "", "during"}));
  CHECK_FALSE(some.takes({"latency.p99", "read", "", "after"}));
  CHECK(some.takes({"availability", "read", "", "before"}));
  CHECK(some.takes({"failed.503", "", "", ""}));
  CHECK_FALSE(some.takes({"failed.timeout", "", "", ""}));
  CHECK(some.takes({"server_share", "", "server1", ""}));
  Selection({"outge", "outage(wrte)", "outage >= 3s", ""}, classes, servers, wrong);
  REQUIRE(wrong.size() == 4);
  CHECK(has(wrong[0], "did you mean \"outage\"?"));
  CHECK(has(wrong[1], "did you mean \"write\"?"));
}

TEST_CASE("what is no report is said") {
  CHECK(has(mistakes_in("{ \"format\": ")[0], "is not JSON (line 1, column"));
  CHECK(has(mistakes_in("[]")[0], "is neither a report.json"));
  CHECK(has(mistakes_in("{ \"format\": 1e999 }")[0], "a number in it is too large"));
  CHECK(has(mistakes_in(std::string(300, '[') + std::string(300, ']'))[0], "nested more than"));
  auto report = Json::parse(report_json(spof::test::campaign()));
  const auto changed = [&](const char* pointer, Json value) {
    Json copy = report;
    copy[Json::json_pointer(pointer)] = std::move(value);
    return mistakes_in(copy.dump());
  };
  CHECK(has(changed("/format", 2)[0], "/format: \"2\" is of another version"));
  CHECK(changed("/verdict", Json::object()).size() == 2);
  CHECK(has(changed("/verdict/word", 3)[0], "/verdict/word: expected a text"));
  CHECK(has(changed("/metrics/0/values/0", "often")[0], "/metrics/0/values/0"));
  CHECK(has(changed("/metrics/0/values", {1})[0], "has 1 values for 3 runs"));
  CHECK(has(changed("/metrics/0/unit", "miles")[0], "/metrics/0/unit: unknown"));
  CHECK(has(changed("/runs/1/seed", 1)[0], "a seed occurs twice"));
  CHECK_FALSE(changed("/classes/static", 5).empty());
  CHECK(changed("/duration_s", "long").size() == 1);
  CHECK(version_in(R"({"versions":{"spof":"1.2","commit":"abc"}})") == "1.2 (abc)");
  CHECK(version_in("nonsense").empty());
}

TEST_CASE("comparisons are the same bytes, in every format") {
  auto campaign = spof::test::campaign();
  const StoredReport a = parsed(report_json(campaign));
  campaign.results.pop_back();
  const StoredReport b = parsed(report_json(campaign));
  Contrasts all;
  all.list = {contrast(a, b, {})};
  const Json json = Json::parse(compare_json(all));
  CHECK(json["format"] == 1);
  CHECK(json["comparisons"][0]["metrics"].size() == all.list[0].rows.size());
  CHECK(compare_json(all) == compare_json(all));
  CHECK(has(in_markdown(compare_page(all, Medium::markdown)), "- B: primary-crash (report.json)"));
  CHECK(has(in_html(compare_page(all, Medium::html)), "</html>"));
  for (const char letter : on_screen(compare_page(all, Medium::screen), {72, false, false}))
    CHECK((letter == '\n' || (letter >= ' ' && letter < 127)));
  const std::string colored = on_screen(compare_page(all, Medium::screen), {100, true, true});
  CHECK(has(colored, "\033["));
}
