#include "report/plot/plot.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/words.hpp"
#include "catch.hpp"
#include "report/format.hpp"
#include "report/plot/csv_table.hpp"
#include "report/plot/gnuplot.hpp"
#include "support/campaign.hpp"
#include "support/text.hpp"

using namespace spof::report;
using spof::test::check_golden;

namespace {

template <class Function>
auto read(Function function, const std::string& text, std::string& mistake) {
  std::istringstream stream(text);
  return function(stream, "my.csv", mistake);
}

template <class Function>
auto good(Function function, const std::string& text) {
  std::string mistake;
  auto data = read(function, text, mistake);
  CHECK(mistake == "");
  return data;
}

template <class Function>
std::string mistake_in(Function function, const std::string& text) {
  std::string mistake;
  read(function, text, mistake);
  return mistake;
}

const std::string head = "time_s,window_s,outcome,requests,latency_p50_ms,latency_p99_ms\n";

const char* const latency =
    "scenario,seed,time_s,window_s,phase,class,outcome,requests,latency_p50_ms,latency_p90_ms,"
    "latency_p99_ms,latency_max_ms\n"
    "tiny,1,0,1,before,read,ok,30,10,20,40,50\n"
    "tiny,1,0,1,before,write,ok,10,50,60,80,90\n"
    "tiny,2,0,1,before,read,ok,20,10,20,40,50\n"
    "tiny,1,1,1,during,read,503,4,1,1,1,1\n"
    "tiny,1,3,1,after,read,ok,10,20,20,20,20\n";

const char* const events =
    "scenario,seed,time_s,source,event,target,detail,role\n"
    "tiny,1,1,fault,crash,nginx@server1,for 1.0 s,fault\n"
    "tiny,1,1.5,haproxy@lb1,DOWN,server1,\"L4CON, refused\",detected\n"
    "tiny,1,2,fault,repaired,nginx@server1,,repair\n"
    "tiny,1,2.5,nginx@server1,serving,nginx@server1,,ready\n"
    "tiny,2,1.2,fault,crash,nginx@server1,for 1.0 s,fault\n"
    "tiny,2,1.7,haproxy@lb1,DOWN,server1,,detected\n"
    "tiny,2,2.2,fault,repaired,nginx@server1,,repair\n";

}  // namespace

TEST_CASE("CSV after RFC 4180") {
  std::istringstream stream(
      "\xEF\xBB\xBF"
      "a,\"b\"\"c\",d\r\n1,\"x, y\nz\",\r\n\r\n\"\",2,\"3\"\r\n4,5\n");
  CsvReader csv(stream, "my.csv");
  CHECK(csv.header() == std::vector<std::string>{"a", "b\"c", "d"});
  REQUIRE(csv.next());
  CHECK(csv.field(0) == "1");
  CHECK(csv.field(1) == "x, y\nz");
  CHECK(csv.field(2) == "");
  REQUIRE(csv.next());
  CHECK(csv.field(0) == "");
  CHECK(csv.number(2) == 3.0);
  CHECK_FALSE(csv.number(0));
  CHECK(csv.error() == "my.csv:5:1: \"\" is not a number (a)");
}

TEST_CASE("wrong CSV is told by its place") {
  CHECK(mistake_in(read_timeline, "") == "my.csv: the file is empty: no header line");
  CHECK(mistake_in(read_timeline, head) == "");
  CHECK(good(read_timeline, head).requests.empty());
  CHECK(mistake_in(read_timeline, head + "0,1,ok,5,1\n") ==
        "my.csv:2:1: 5 fields, but the header line has 6");
  CHECK(mistake_in(read_timeline, head + "0,1,ok,5,1,1\n1,1,ok,five,1,1\n") ==
        "my.csv:3:8: \"five\" is not a number (requests)");
  CHECK(
      mistake_in(read_timeline, head + "0,1,ok,-5,1,1\n").find("my.csv:2:8: -5 is not between 0") ==
      0);
  CHECK(mistake_in(read_timeline, head + "0,1,ok,nan,1,1\n").find("my.csv:2:8: ") == 0);
  CHECK(mistake_in(read_timeline, head + "0,1,\"ok,5,1,1\n") ==
        "my.csv:2:5: the quote is never closed");
  CHECK(mistake_in(read_timeline, head + "0,1,ok,5,1,1\n1,2,ok,5,1,1\n") ==
        "my.csv:3:3: windows of different lengths (window_s)");
  CHECK(mistake_in(read_timeline, "time_s,outcome,requests,latency_p50_ms,p99\n") ==
        "my.csv: no column window_s and latency_p99_ms, which a plot of kind timeline needs; there "
        "are: time_s, outcome, requests, latency_p50_ms and p99");
  CHECK(mistake_in(read_quantiles, "quantile,latency_ms\n1.5,3\n") ==
        "my.csv:2:1: 1.5 is not between 0 and 1 (quantile)");
  CHECK(mistake_in(read_quantiles, "scenario,quantile,latency_ms\na,0.5,3\nb,0.5,3\n") ==
        "my.csv:3:1: a second scenario, \"b\", beside \"a\": one file for each, please (scenario)");
  CHECK(mistake_in(read_events, "time_s,source,event,target,role\n1,a,b,c,boss\n") ==
        "my.csv:2:9: \"boss\" is none of info, fault, repair, detected, restored, ready (role)");
}

TEST_CASE("windows are means over the seeds, latencies weighted by requests") {
  const Windows data = good(read_timeline, latency);
  CHECK(data.runs == 2);
  CHECK(data.outcomes == std::vector<std::string>{"ok", "503"});
  CHECK(data.classes == std::vector<std::string>{"read", "write"});
  CHECK(data.start == 0);
  CHECK(data.end == 4);
  const ChartGroup charts = time_charts(data);
  CHECK(charts.times == std::vector<double>{0, 1, 2, 3});
  REQUIRE(charts.charts.size() == 2);
  const auto& curves = charts.charts[0].curves;
  REQUIRE(curves.size() == 4);
  CHECK(curves[0].name == "read p99");
  CHECK(curves[0].values[0] == near(40));
  CHECK(std::isnan(curves[0].values[1]));
  CHECK(curves[3].name == "write p50");
  CHECK(curves[3].values[0] == near(50));
  CHECK(charts.charts[1].curves[0].values == std::vector<double>{30, 0, 0, 5});
  CHECK(charts.charts[1].curves[1].name == "503");
  CHECK(charts.charts[1].curves[1].values == std::vector<double>{0, 2, 0, 0});
}

TEST_CASE("a user's own columns, in any order, and answers by their status") {
  const Windows data = good(
      read_timeline,
      "latency_p99_ms,note,requests,outcome,window_s,latency_p50_ms,time_s\n9,hm,3,200,2,4,10\n"
      "9,,1,302,2,8,10\n7,,2,teapot,2,7,10\n");
  CHECK(data.runs == 1);
  CHECK(data.length == 2);
  CHECK(data.start == 10);
  CHECK(data.end == 12);
  CHECK(data.outcomes == std::vector<std::string>{"ok", "teapot"});
  const ChartGroup charts = time_charts(data);
  CHECK(charts.charts[0].curves[1].values == std::vector<double>{5});
  CHECK(charts.charts[1].curves[0].values == std::vector<double>{2});
  CHECK(charts.charts[1].curves[1].values == std::vector<double>{1});
}

TEST_CASE("very many windows become few points, and lose no request") {
  std::string text = head;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i) + ",1,ok,2,10,20\n";
  const ChartGroup charts = time_charts(good(read_timeline, text));
  CHECK(charts.times.size() == 455);
  CHECK(charts.charts[0].curves[0].values[7] == 20);
  for (const double rate : charts.charts[1].curves[0].values) CHECK(rate == near(2));
}

TEST_CASE("bands and marks are means over the runs that have them") {
  const auto data = good(read_events, events);
  const Runs runs{&data[0].events, &data[1].events};
  const auto faults = bands(runs, 4);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].label == "crash of nginx@server1");
  CHECK(faults[0].from == near(1.1));
  CHECK(faults[0].until == near(2.1));
  const auto all = marks(runs, 6);
  REQUIRE(all.size() == 2);
  CHECK(all[0].label == "haproxy@lb1: server1 DOWN");
  CHECK(all[0].at == near(1.6));
  CHECK(all[1].label == "nginx@server1 ready");
  CHECK(marks(runs, 1).size() == 1);
  CHECK(marks(runs, 1)[0].label == "haproxy@lb1: server1 DOWN");
}

namespace {

std::size_t count(const std::string& script, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = 0; (at = script.find(part, at)) != std::string::npos; ++at) ++times;
  return times;
}

/// The line of a script that puts a text somewhere: "px(80), screen py(22)".
std::string place_of(const std::string& script, const std::string& text) {
  const std::size_t at = script.find("set label '" + text + "' at screen ");
  if (at == std::string::npos) return "";
  const std::size_t from = at + text.size() + 23;
  return script.substr(from, script.find(" font", from) - from);
}

}  // namespace

TEST_CASE("labels above a plot never overlap, nor cross each other's lines") {
  ChartGroup group;
  group.end = 100;
  group.times = {0};
  group.charts = {{"Rate", "/s", false, {{"ok", {1}}}}};
  group.marks = {{10, "first"}, {12, "second"}, {99, "last"}};
  const std::string script = in_gnuplot(group, "x", {"svg"});
  CHECK(place_of(script, "second") == "px(180), screen py(64)");
  CHECK(place_of(script, "first") == "px(164), screen py(47)");  // a row above
  CHECK(place_of(script, "last") == "px(837), screen py(64)");   // else it would leave the picture
}

TEST_CASE("the strip of clients follows what they get, not what stays broken") {
  Windows windows;
  windows.length = 1;
  windows.end = 60;
  windows.runs = 5;
  for (int second = 0; second < 60; ++second) {
    const double failed = second < 20 || second >= 23 ? 0 : second == 22 ? 40 : 95;
    windows.add(0, 0, second, 100 - failed, 1, 1);
    windows.add(0, 1, second, failed, 0, 0);
  }
  windows.add(0, 1, 50, 0.9, 0, 0);  // fewer than one in a hundred
  const Strip strip = strip_of_clients(windows);
  CHECK(strip.component == "clients, all runs");
  std::string told;
  for (const Spell& one : strip.spells)
    told += fmt::format("{:g}-{:g} {}, ", one.from, one.until, spof::word(one.state));
  CHECK(told == "0-20 up, 20-22 down, 22-23 impaired, 23-60 up, ");
}

TEST_CASE("scripts of plots") {
  const auto told = good(read_events, events);
  const Runs runs{&told[0].events, &told[1].events};
  const PlottedResult plot{"tiny", good(read_timeline, latency), bands(runs, 4), marks(runs, 6)};
  check_golden("plot-timeline.gp", in_gnuplot(timeline_plot({plot}), "timeline", {"svg", "png"}));
  PlottedResult other = plot;
  other.name = "other's";
  check_golden("plot-overlay.gp", in_gnuplot(timeline_plot({plot, other}), "timeline", {"svg"}));
  const auto curves = good(read_quantiles,
                           "phase,class,quantile,latency_ms\nbefore,all,0.99,30\n"
                           "before,all,0.5,10\nduring,all,0.5,20\nduring,read,0.5,15\n");
  check_golden("plot-quantiles.gp", in_gnuplot(quantiles_plot({{.name = "tiny", .curves = curves}}),
                                               "quantiles", {"svg", "png"}));
  check_golden(
      "plot-states.gp",
      in_gnuplot(
          states_plot(
              {{.name = "tiny", .strips = strips_of(told[0].events, 4), .seed = "1", .end = 4}}),
          "states", {"svg", "png"}));
  ChartGroup sweep;
  sweep.title = "Sweep";
  sweep.subtitle = "means";
  sweep.axis = "/haproxy/retries";
  sweep.times = {0, 3};
  sweep.tics = {{0, "0"}, {3, "3"}};
  sweep.charts = {{"failed", "", false, {{"read", {5, std::nan("")}}, {"", {1, 2}, 1}}},
                  {"availability", "%", false, {{"read", {97, 99}}, {"", {100, 100}, 1}}, 100}};
  for (Chart& chart : sweep.charts)
    for (Curve& curve : chart.curves) {
      for (const double value : curve.values) curve.low.push_back(value - 0.5);
      for (const double value : curve.values) curve.high.push_back(value + 0.5);
    }
  check_golden("plot-sweep.gp", in_gnuplot(sweep, "sweep", {"svg"}));
}

TEST_CASE("of two results each line ends with its own last window") {
  const auto plot = [](const char* name, int windows) {
    std::string text = head;
    for (int i = 0; i < windows; ++i) text += fmt::format("{},1,ok,10,20,40\n", i);
    return PlottedResult{name, good(read_timeline, text), {}, {}};
  };
  const std::string script =
      in_gnuplot(timeline_plot({plot("short", 3), plot("long", 9)}), "timeline", {"svg"});
  CHECK(count(script, "\n2 40\n3 40\n\n") == 1);
  CHECK(count(script, "\n8 40\n9 40\n\n") == 1);
  CHECK(count(script, "\n2 40\n9 40\n") == 0);
}

TEST_CASE("a sweep's picture: one legend, axes that end where values do") {
  const Chart shares{"availability", "%", false, {{"a", {100, 100}}, {"b", {100, 100}, 1}}, 100};
  ChartGroup plot;
  plot.title = "Sweep";
  plot.axis = "inter";
  plot.times = {0.001, 0.01, 1};
  plot.tics = {{0.001, "1ms"}, {0.01, "10ms"}, {1, "1s"}};
  plot.logarithmic = true;
  plot.charts = {shares, {"failed", "", false, {{"a", {0, 0}}, {"b", {0, 0}, 1}}}};
  std::string script = in_gnuplot(plot, "sweep", {"svg"});
  CHECK(count(script, "set label 'a' ") == 1);
  CHECK(count(script, "set label 'b' ") == 1);
  CHECK(count(script, "set yrange [99:100]") == 1);
  CHECK(count(script, "set yrange [0:1]") == 1);
  CHECK(count(script, "format '%g %%'") == 1);
  CHECK(count(script, "set xtics ('' 0.001, '' 0.01, '' 1)") == 1);
  CHECK(count(script, "set xtics ('1ms' 0.001, '10ms' 0.01, '1s' 1)") == 1);
  CHECK(count(script, "set xlabel 'inter'") == 1);
  CHECK(count(script, "set logscale x") == 1);
  plot.charts.resize(4, shares);
  const auto columns = [&] {
    return count(in_gnuplot(plot, "sweep", {"svg"}), "set lmargin at screen px(524)") + 1;
  };
  CHECK(columns() == 3);  // two by two
  plot.tics[0].second = std::string(60, 'x');
  CHECK(columns() == 1);  // below each other
}

TEST_CASE("texts in scripts cannot end their quotes") {
  CHECK(gnuplot_text("it's\na \\ test") == "'it''s a \\ test'");
  CHECK(gnuplot_number(HUGE_VAL) == "NaN");
}

TEST_CASE("quantiles.csv: over all runs, as far as there are requests enough") {
  Campaign campaign;
  campaign.name = "tiny";
  campaign.plan.classes = {"read", "write"};
  for (int run = 0; run < 2; ++run) {
    spof::measure::Result result;
    result.classes = 2;
    result.tallies.resize(6);
    for (int i = 1; i <= 10; ++i) result.tallies[0].ok.record(run * 10 + i);
    campaign.results.push_back(result);
  }
  campaign.results[1].tallies[3].ok.record(200'000);
  campaign.results[1].tallies[3].failed.record(1);
  const std::string text = quantiles_csv(campaign);
  const std::string read =
      "0,0.001\n0.1,0.002\n0.2,0.004\n0.3,0.006\n0.4,0.008\n0.5,0.01\n0.6,0.012\n0.7,0.014\n"
      "0.8,0.016\n0.9,0.018\n0.95,0.019\n1,0.02\n";
  std::string wanted = "scenario,phase,class,quantile,latency_ms\n";
  for (const std::string name : {"all", "read"}) {
    std::istringstream lines(read);
    for (std::string line; std::getline(lines, line);)
      wanted += "tiny,before," + name + "," + line + "\n";
  }
  CHECK(text.substr(0, wanted.size()) == wanted);
  const std::string rest = text.substr(std::min(wanted.size(), text.size()));
  CHECK(rest.find("tiny,during,write,1,200\n") != std::string::npos);
  CHECK(rest.find("tiny,during,write,0.2") == std::string::npos);
  CHECK(rest.find("read") == std::string::npos);
  CHECK(rest.find("after") == std::string::npos);
}
