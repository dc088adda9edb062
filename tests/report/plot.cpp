#include "report/plot/plot.hpp"

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "report/format.hpp"
#include "report/plot/csv_table.hpp"
#include "report/plot/gnuplot.hpp"
#include "report/plot/plot_axes.hpp"
#include "report/plot/plot_sweep.hpp"
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
  CHECK(mistake_in(read_timeline, head) == "my.csv: no line below the header line");
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
  const TimelineData data = good(read_timeline, latency);
  CHECK(data.runs == 2);
  CHECK(data.outcomes == std::vector<std::string>{"ok", "503"});
  REQUIRE(data.windows.size() == 3);
  CHECK(data.windows[0].requests[0] == 60);
  CHECK(data.windows[0].p50 == near((30 * 10 + 10 * 50 + 20 * 10) / 60.0));
  CHECK(data.windows[0].p99 == near((30 * 40 + 10 * 80 + 20 * 40) / 60.0));
  CHECK(data.windows[1].requests[1] == 4);
  CHECK(std::isnan(data.windows[1].p50));
  CHECK(data.windows[2].start == 3);
}

TEST_CASE("a user's own columns, in any order, and answers by their status") {
  const TimelineData data = good(
      read_timeline,
      "latency_p99_ms,note,requests,outcome,window_s,latency_p50_ms,time_s\n9,hm,3,200,2,4,10\n"
      "9,,1,302,2,8,10\n7,,2,teapot,2,7,10\n");
  CHECK(data.runs == 1);
  CHECK(data.window == 2);
  CHECK(data.outcomes == std::vector<std::string>{"ok", "teapot"});
  REQUIRE(data.windows.size() == 1);
  CHECK(data.windows[0].start == 10);
  CHECK(data.windows[0].requests == std::vector<double>{4, 2});
  CHECK(data.windows[0].p50 == 5);
}

TEST_CASE("very many windows become pairs, and lose no request") {
  std::string text = head;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i) + ",1,ok,2,10,20\n";
  const TimelineData data = good(read_timeline, text);
  CHECK(data.window == 4);
  CHECK(data.windows.size() == 1250);
  double sum = 0;
  for (const PlotWindow& window : data.windows) sum += window.requests[0];
  CHECK(sum == 10000);
  CHECK(data.windows[7].p99 == 20);
}

TEST_CASE("bands and marks are means over the runs that have them") {
  const EventsData data = good(read_events, events);
  const auto faults = bands(data, 4);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].label == "crash of nginx@server1");
  CHECK(faults[0].from == near(1.1));
  CHECK(faults[0].until == near(2.1));
  const auto all = marks(data, 6);
  REQUIRE(all.size() == 2);
  CHECK(all[0].label == "haproxy@lb1: server1 DOWN");
  CHECK(all[0].time == near(1.6));
  CHECK(all[1].label == "nginx@server1 ready");
  CHECK(marks(data, 1).size() == 1);
  CHECK(marks(data, 1)[0].label == "haproxy@lb1: server1 DOWN");
}

TEST_CASE("labels above a plot never overlap, nor cross each other's lines") {
  std::vector<PlacedLabel> labels{{0.1, "first", ""}, {0.12, "second", ""}, {0.99, "last", ""}};
  place(labels, 100);
  CHECK(labels[0].text == "last");
  CHECK(labels[0].to_the_left);
  CHECK(labels[1].row == 0);
  CHECK(labels[2].row == 1);
}

TEST_CASE("scripts of plots") {
  const EventsData told = good(read_events, events);
  const TimelinePlot plot{"tiny", good(read_timeline, latency), bands(told, 4), marks(told, 6)};
  check_golden("plot-timeline.gp", timeline_script({plot}, {"svg", "png"}));
  TimelinePlot other = plot;
  other.name = "other's";
  check_golden("plot-overlay.gp", timeline_script({plot, other}, {"svg"}));
  const auto curves = good(read_quantiles,
                           "phase,class,quantile,latency_ms\nbefore,all,0.99,30\n"
                           "before,all,0.5,10\nduring,all,0.5,20\nduring,read,0.5,15\n");
  check_golden("plot-quantiles.gp", quantiles_script({{"tiny", curves}}, {"svg", "png"}));
  check_golden("plot-states.gp",
               states_script({{"tiny", "1", strips(told.runs[0].events, 4)}}, {"svg", "png"}));
  SweepPlot sweep{"Sweep", "means", "/haproxy/retries", {"0", "3"}, {0, 3}, {}};
  sweep.panels = {
      {"failed", "", HUGE_VAL, {{"read", {5, std::nan("")}, {4.5, 0}, {5.5, 0}}, {"", {1, 2}}}},
      {"availability", "%", 100, {{"read", {97, 99}, {96, 98}, {98, 100}}, {"", {100, 100}}}}};
  check_golden("plot-sweep.gp", sweep_script("sweep", sweep, {"svg"}));
}

TEST_CASE("a sweep's picture: one legend, axes that end where values do") {
  const SweepPanel shares{"availability", "%", 100, {{"a", {100, 100}}, {"b", {100, 100}}}};
  SweepPlot plot{"Sweep", "", "inter", {"1ms", "10ms", "1s"}, {0.001, 0.01, 1}, {shares}};
  const auto count = [&](const std::string& part) {
    const std::string script = sweep_script("sweep", plot, {"svg"});
    std::size_t times = 0;
    for (std::size_t at = 0; (at = script.find(part, at)) != std::string::npos; ++at) ++times;
    return times;
  };
  plot.panels.push_back({"failed", "", HUGE_VAL, {{"a", {0, 0}}, {"b", {0, 0}}}});
  CHECK(count("set label 'a' ") == 1);
  CHECK(count("set label 'b' ") == 1);
  CHECK(count("set yrange [99:100]") == 1);
  CHECK(count("set yrange [0:1]") == 1);
  CHECK(count("set format y '%g %%'") == 1);
  CHECK(count("set xtics ('' 0.001, '' 0.01, '' 1)") == 1);
  CHECK(count("set xtics ('1ms' 0.001, '10ms' 0.01, '1s' 1)") == 1);
  CHECK(count("set logscale x") == 1);
  plot.numbers = {1, 2, 3};
  CHECK(count("set logscale x") == 0);
  CHECK(count("size 900,390 ") == 1);  // below each other
  plot.panels.resize(4, shares);
  CHECK(count("size 900,390 ") == 1);  // two by two
  CHECK(count("set xtics ('1ms' 1, ") == 2);
  plot.x[0] = std::string(60, 'x');
  CHECK(count("size 900,390 ") == 0);
  CHECK(count("set xtics ('xxx") == 1);
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
