#include <algorithm>
#include <cmath>

#include "base/json.hpp"
#include "catch.hpp"
#include "report/format.hpp"
#include "report/html/html_page.hpp"
#include "report/pages/pages.hpp"
#include "support/campaign.hpp"
#include "support/events.hpp"
#include "support/text.hpp"

using namespace spof::report;
using spof::Json;
using spof::test::has;
using spof::test::sample;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
    ++found;
  return found;
}

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t begin = text.find(from);
  REQUIRE(begin != std::string::npos);
  const std::size_t end = text.find(to, begin + from.size());
  REQUIRE(end != std::string::npos);
  return text.substr(begin + from.size(), end - begin - from.size());
}

/// What the charts of a page are drawn from.
Json chart_data(const std::string& page) {
  return Json::parse(between(page, "<script type=\"application/json\">", "</script>"));
}

const Curve& curve(const ChartGroup& group, std::size_t chart, const std::string& name) {
  const auto& curves = group.charts.at(chart).curves;
  const auto found =
      std::find_if(curves.begin(), curves.end(), [&](const Curve& c) { return c.name == name; });
  REQUIRE(found != curves.end());
  return *found;
}

const std::string nasty = "</script><b>\"&'";

}  // namespace

TEST_CASE("text is escaped, marks in it become elements") {
  CHECK(escaped("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
  CHECK(marked_up("`x<y` is **bad**, 2 ** 3, a ` b") ==
        "<code>x&lt;y</code> is <strong>bad</strong>, 2 ** 3, a ` b");
  CHECK(tone_of_verdict("survived") == Tone::good);
  CHECK(tone_of_verdict("stalled") == Tone::warn);
  CHECK(tone_of_verdict("single point of failure") == Tone::bad);
}

TEST_CASE("tables say which column is which, and carry what they sort by") {
  Table table{"lr", {"target", "lost"}};
  table.sortable = true;
  Cell lost{"12 <s>", Tone::bad, "why \"so\""};
  lost.key = 12.5;
  table.row({"mysql@server1", lost});
  table.row({"lb1"});
  const std::string html = html_of(table);
  CHECK(has(html, "<table class=\"sortable\">"));
  CHECK(has(html, "<th scope=\"col\" class=\"r\">lost</th>"));
  CHECK(
      has(html,
          "<td class=\"r bad\" data-key=\"12.5\" title=\"why &quot;so&quot;\">12 &lt;s&gt;</td>"));
  CHECK(has(html, "<td class=\"l\">lb1</td><td class=\"r\"></td>"));
  CHECK(html_of(ChartGroup()).empty());
  const std::string page = in_html({.title = "x", .blocks = {Section{"nothing", {}}, List{}}});
  CHECK_FALSE(has(page, "nothing"));
  CHECK_FALSE(has(page, "<ul>"));
}

TEST_CASE("cells of a stacked table say of what column they are") {
  Table table{"ltc", {"part", "harm <s>", "crash"}};
  table.stacked = true;
  table.row({"lb1", "all", {"0 %", Tone::bad}});
  CHECK(has(html_of(table), "<table class=\"stacked\">"));
  CHECK(has(html_of(table),
            "<td class=\"l\">lb1</td><td class=\"t\" data-head=\"harm &lt;s&gt;\">all</td>"
            "<td class=\"c bad\" data-head=\"crash\">0&nbsp;%</td>"));
  table.sortable = true;
  CHECK(has(html_of(table), "<table class=\"sortable stacked\">"));
}

TEST_CASE("a number stays on a line with its unit, and in one piece") {
  CHECK(marked_up("1 234 ms, 12 % and 3 s; 4 servers, 5 msgs, 6 min") ==
        "1&nbsp;234&nbsp;ms, 12&nbsp;% and 3&nbsp;s; 4 servers, 5 msgs, 6&nbsp;min");
  CHECK(has(in_html({.title = "x", .tag = "bad", .verdict = "100 % fail"}), "100&nbsp;% fail"));
}

TEST_CASE("an expectation of which nothing is known does not hold") {
  auto campaign = spof::test::campaign();
  using spof::measure::Judgement;
  for (auto& judged : campaign.expectations) judged.judgement = Judgement::pass;
  const std::size_t all = campaign.expectations.size();
  REQUIRE(all > 1);
  const auto card = [&] { return run_cards(campaign).back(); };
  CHECK(card().tone == Tone::good);
  CHECK(expectations_text(campaign) == "all " + std::to_string(all) + " expectations hold");
  campaign.expectations[0].judgement = Judgement::unknown;
  const std::string text = std::to_string(all - 1) + " of " + std::to_string(all);
  CHECK(card().value == text);
  CHECK(card().note == "hold, 1 unknown");
  CHECK(card().tone == Tone::warn);
  CHECK(expectations_text(campaign) == text + " expectations hold, 1 unknown");
  campaign.expectations[1].judgement = Judgement::fail;
  CHECK(card().tone == Tone::bad);
  CHECK(expectations_text(campaign) == "1 of " + std::to_string(all) + " expectations failed");
}

TEST_CASE("a page without charts carries no plotting library") {
  const std::string page = in_html({.title = "x", .blocks = {Paragraph{"<div class=\"charts\""}}});
  CHECK_FALSE(has(page, "uPlot:"));
  CHECK(has(report_html(spof::test::campaign()), "uPlot: The MIT License"));
}

TEST_CASE("report.html: the verdict first, then figures, story, charts, tables") {
  const std::string page = report_html(spof::test::campaign());
  std::size_t last = 0;
  for (const char* part :
       {"<h1>The primary database dies</h1>", "3 runs \u00d7 60&nbsp;s, seeds 1 to 3",
        "<p class=\"verdict bad\"><span class=\"tag\">single point of failure</span>",
        "<dl class=\"cards\">", "<h2>What happened</h2>",
        "<li>crash of mysql@server1 at 20.0&nbsp;s</li>", "<div class=\"charts\">",
        "<h2>Expectations</h2>", "<h2>Before, during, after</h2>", "<h2>By class</h2>",
        "<h2>Failures</h2>", "500 db_refused", "class=\"copy\"",
        "&quot;duration&quot;: &quot;60s&quot;", "Fingerprint"}) {
    INFO(part);
    const std::size_t found = page.find(part, last);
    REQUIRE(found != std::string::npos);
    last = found;
  }
}

TEST_CASE("report.html is the same bytes again, and knows no machine, no clock, no network") {
  const std::string page = report_html(spof::test::campaign());
  CHECK(page == report_html(spof::test::campaign()));
  CHECK_FALSE(has(page, "example"));  // the host of the provenance
  for (const char* loading : {"src=", "href=\"http", "@import", "url(", "fetch(", "XMLHttp"})
    CHECK_FALSE(has(page, loading));
  CHECK(has(page, "default-src 'none'"));
  CHECK(page.size() < 300'000);
}

TEST_CASE("no text of a scenario gets out of its place") {
  auto campaign = spof::test::campaign();
  campaign.name = campaign.title = campaign.description = nasty;
  campaign.plan.classes[1] = nasty;
  campaign.faults[0].target = nasty;
  campaign.scenario["title"] = nasty;
  campaign.failed_jobs = {nasty};
  for (auto& run : campaign.results)
    for (auto& event : run.events) event.told = event.target = nasty;
  const std::string page = report_html(campaign);
  const std::string plain = report_html(spof::test::campaign());
  CHECK_FALSE(has(page, "<b>"));
  CHECK(count(page, "</script") == count(plain, "</script"));
  CHECK(chart_data(page)["charts"][0]["curves"][2]["name"] == nasty + " p99");
  CHECK(chart_data(page)["bands"][0]["label"] == "crash of " + nasty);
}

TEST_CASE("the charts hold what was measured") {
  const auto group = run_charts(spof::test::campaign());
  REQUIRE(group.times.size() == 60);
  CHECK(group.end == 60);
  REQUIRE(group.charts.size() == 2);
  CHECK(group.charts[0].logarithmic);
  // Pages take 1.00 to 1.09 ms then; in the outage no write is answered.
  CHECK(curve(group, 0, "static p50").values[5] == Approx(1.045).margin(0.006));
  CHECK(curve(group, 0, "write p99").values[30] != curve(group, 0, "write p99").values[30]);
  CHECK(curve(group, 0, "write p99").values[10] > curve(group, 0, "write p50").values[10]);
  // 10 pages and 2 writes a second, in each run.
  CHECK(curve(group, 1, "ok").values[5] == 12);
  CHECK(curve(group, 1, "ok").values[30] == 10);
  CHECK(curve(group, 1, "500").values[30] == 2);
  CHECK(curve(group, 1, "500").values[5] == 0);
  CHECK(group.charts[1].curves.size() == 2);
}

TEST_CASE("the charts show fault, detection and recovery") {
  const auto group = run_charts(spof::test::campaign());
  REQUIRE(group.bands.size() == 1);
  CHECK(group.bands[0].from == 20);
  CHECK(group.bands[0].until == 40);
  CHECK(group.bands[0].label == "crash of mysql@server1");
  REQUIRE(group.marks.size() == 2);
  CHECK(group.marks[0].at == Approx(24.2));  // mean of 24.1, 24.2 and 24.3 s
  CHECK(group.marks[0].label == "detected +4.2 s");
  CHECK(group.marks[1].label == "errors end +21.0 s");
  REQUIRE_FALSE(group.strips.empty());
  const std::string html = html_of(group);
  CHECK(count(html, "<div class=\"plot\"") == 2);
  CHECK(has(html, "aria-label=\"mysql@server1: down from 20.0 to 40.0 s"));
  // 20 s of 60 from 20 s on.
  CHECK(has(html, "style=\"left:33.333%;width:33.333%\""));
  const Json data = chart_data(html);
  CHECK(data["times"].size() == 60);
  CHECK(data["charts"][1]["curves"][0]["values"][5] == 12);
  CHECK(data["charts"][0]["curves"][2]["values"][30].is_null());
  CHECK(has(html, "Data of the charts as a table"));
  CHECK(count(html, "<tr>") == 61);
  // At 30 s: latency of pages, none of writes; 10 pages answered, 2 writes failed.
  const std::string row = between(html, "<tr><td class=\"r\">30</td>", "</tr>");
  CHECK(has(row,
            "<td class=\"r\"></td><td class=\"r\"></td><td class=\"r\">10</td>"
            "<td class=\"r\">2</td>"));
}

TEST_CASE("charts of runs with no fault, many faults, one never repaired, no requests") {
  auto campaign = spof::test::campaign();
  SECTION("no fault") {
    campaign.faults.clear();
    for (auto& run : campaign.results) run.events.clear();
    const auto group = run_charts(campaign);
    CHECK(group.bands.empty());
    CHECK(group.marks.empty());
  }
  SECTION("never repaired, nobody notices") {
    campaign.faults[0].until = -1;
    for (auto& run : campaign.results) {
      run.fault_end = 60;
      run.events.resize(1);
    }
    const auto group = run_charts(campaign);
    CHECK(group.bands[0].until == 60);
    CHECK(group.marks.size() == 1);
    CHECK(has(report_html(campaign), "<dt>detected after</dt><dd class=\"value\">never</dd>"));
  }
  SECTION("twenty faults are twenty bands and one label") {
    campaign.faults.clear();
    for (auto& run : campaign.results) run.events.clear();
    for (std::uint32_t i = 0; i < 20; ++i) {
      const double at = 20.0 + i;
      campaign.faults.push_back({"hang", "nginx@server1", at, at + 0.5});
      for (auto& run : campaign.results) {
        run.events.push_back(
            spof::test::struck(at, spof::measure::What::hang, "nginx@server1", 0.5, i + 1));
        run.events.push_back(spof::test::repaired(at + 0.5, "nginx@server1", i + 1));
      }
    }
    const auto group = run_charts(campaign);
    CHECK(group.bands.size() == 20);
    CHECK(group.bands[0].label == "20 faults, the first: hang of nginx@server1");
    CHECK(std::all_of(group.bands.begin() + 1, group.bands.end(),
                      [](const ChartBand& band) { return band.label.empty(); }));
    CHECK(has(report_html(campaign), "and 16 more"));
  }
  SECTION("a class without a request has no line") {
    auto plan = spof::test::plan();
    plan.classes.emplace_back("search");
    spof::test::Tale recorder(plan);
    recorder.request(sample(1, 0.01));
    campaign.plan = plan;
    campaign.results.assign(1, recorder.finish());
    const auto group = run_charts(campaign);
    CHECK(group.charts[0].curves.size() == 2);
    CHECK(group.charts[0].curves[0].name == "static p99");
  }
  SECTION("no result") {
    campaign.results.clear();
    campaign.failed_jobs = {"seed 1: it died"};
    CHECK(run_charts(campaign).times.empty());
    CHECK(has(report_html(campaign), "<li>seed 1: it died</li>"));
  }
}

TEST_CASE("a long run has no more points than a chart can show, and keeps its peaks") {
  auto campaign = spof::test::campaign();
  auto plan = spof::test::plan();
  plan.duration = 3600;
  spof::test::Tale recorder(plan);
  for (int i = 0; i < 3600; ++i) recorder.request(sample(i + 0.5, i == 1001 ? 2.0 : 0.01));
  campaign.plan = plan;
  campaign.results.assign(1, recorder.finish());
  const auto group = run_charts(campaign);
  REQUIRE(group.times.size() == 450);  // eight windows each
  CHECK(group.times[1] == 8);
  CHECK(curve(group, 0, "static p99").values[125] == Approx(2000).epsilon(0.01));
  CHECK(curve(group, 0, "static p99").values[126] == Approx(10).epsilon(0.01));
  CHECK(curve(group, 1, "ok").values[125] == Approx(1));
  CHECK(has(group.note, "each point 8 of them: their largest latency, their mean rate of"));
}

TEST_CASE("the picture of the stack has every machine, in lines of a few") {
  Diagram diagram;
  diagram.parts.push_back({"users@clients"});
  const auto add = [&](int servers) {
    while (static_cast<int>(diagram.parts.size()) <= servers) {
      const std::string name = fmt::format("nginx@server{}", diagram.parts.size());
      diagram.parts.push_back({name});
      diagram.arrows.push_back({"users@clients", name, "requests"});
    }
  };
  const auto width = [&] { return std::stoi(between(in_svg(diagram), "viewBox=\"0 0 ", " ")); };
  add(4);
  const int four = width();
  add(13);
  CHECK(width() == four);
  CHECK(count(in_svg(diagram), "class=\"host") == 14);
  CHECK(!has(in_svg(diagram), "more machines"));
  // Of many the first stand for all.
  add(30);
  CHECK(width() == four);
  CHECK(has(in_svg(diagram), "and 18 more machines"));
  // Who watches is beside the users, and says nothing about the place of whom it watches.
  Diagram watched;
  watched.parts = {{"users@clients"}, {"nginx@server1"}, {"prometheus@monitor"}};
  watched.arrows = {{"users@clients", "nginx@server1", "requests"},
                    {"prometheus@monitor", "nginx@server1", "", false, false, true}};
  const std::string svg = in_svg(watched);
  const auto top = [&](const std::string& host) {
    const std::string box = svg.substr(0, svg.find(">" + host + "</text>"));
    const std::size_t at = box.rfind("rect x=");
    return between(box.substr(at), "y=\"", "\"");
  };
  CHECK(top("monitor") == top("clients"));
  CHECK(top("server1") != top("clients"));
  CHECK(has(svg, "arrow watches"));
}
