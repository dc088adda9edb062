#include <algorithm>
#include <string>
#include <vector>

#include "catch.hpp"
#include "report/pages/pages.hpp"
#include "support/text.hpp"

using namespace spof;
using namespace spof::report;
using spof::measure::Better;
using spof::measure::Unit;
using spof::test::has;

namespace {

/// Two parameters; only the second matters, and noise by seed is larger than what it does.
Sweep sweep() {
  Sweep made;
  made.name = "crash";
  made.title = "It dies";
  made.runs = 3;
  made.seed = 7;
  made.parameters = {{"/haproxy/check/inter", {"2s", "500ms"}}, {"/nginx/inter", {"a,b", "c"}}};
  made.columns = {{{"failed", "", "", ""}, Unit::count, Better::lower},
                  {{"outage", "write", "", ""}, Unit::seconds, Better::lower},
                  {{"availability", "read", "", "during"}, Unit::share, Better::higher},
                  {{"detected", "", "", ""}, Unit::seconds, Better::lower}};
  for (const double inter : {2.0, 0.5})
    for (const int word : {0, 1}) {
      SweepPoint point;
      point.values = {inter == 2 ? "2s" : "500ms", word == 0 ? "a,b" : "c"};
      const double more = word * 2;
      point.numbers = {{10 + more, 50 + more, 90 + more},
                       {1, 5, inter},
                       {1, 0.5, no_figure},
                       inter == 2 && word == 0
                           ? std::vector<double>{never, never, never}
                           : std::vector<double>{inter, inter == 2 ? never : 1, 3}};
      point.failed = {0.1 + more / 100, 0.5 + more / 100, 0.9 + more / 100};
      point.slow = point.lost = {0, 0, 0};
      point.duration = 120;
      made.points.push_back(point);
    }
  return made;
}

}  // namespace

TEST_CASE("points are compared seed by seed, not mean by mean") {
  const Sweep made = sweep();
  CHECK(differs(made, 0));        // 2 more in each pair, though the means' intervals overlap widely
  CHECK_FALSE(differs(made, 1));  // one seed of three
  CHECK_FALSE(differs(made, 2));
  CHECK(differs(made, 3));  // never in any run here, always there
  const SweepVerdict word = verdict(made);
  CHECK(word.best == 0);
  CHECK(word.worst == 1);
  CHECK(has(word.text,
            "most with check/inter=2s, nginx/inter=c: 52.00 %, 2.00 percentage points "
            "more (2.00 \u2026 2.00)"));
  CHECK(has(word.text, "Not proven worse than the best: check/inter=500ms, nginx/inter=a,b."));
}

TEST_CASE("what never happened is tested too, and one pair of several proves nothing") {
  Sweep made = sweep();
  made.points.resize(2);
  const auto differ = [&](std::vector<double> one, std::vector<double> other) {
    made.runs = one.size();
    made.points[0].numbers[3] = std::move(one);
    made.points[1].numbers[3] = std::move(other);
    const bool there = differs(made, 3);
    std::swap(made.points[0], made.points[1]);
    CHECK(differs(made, 3) == there);
    return there;
  };
  CHECK_FALSE(differ({1, 1, 1, 1, 1}, {1, 1, never, 1, 1}));
  CHECK(differ({1, 1, 1, 1, 1}, {never, never, never, never, never}));
  CHECK(differ({1, 1, 1, 1, 1}, {never, never, never, never, 1}));
  // Never in the same runs of both: the others decide.
  CHECK(differ({1, 2, 3, never}, {2, 3, 4, never}));
  CHECK_FALSE(differ({1, 2, 3, never}, {2, 3, 2, never}));
  CHECK_FALSE(differ({never, never, never}, {never, never, never}));
  CHECK_FALSE(differ({1, no_figure, 1}, {no_figure, 3, 9}));  // a single pair
  CHECK_FALSE(differ({1, never, never}, {9, never, never}));
  CHECK(differ({1, 1, 1}, {no_figure, no_figure, no_figure}));
  CHECK(differ({1}, {9}));
  CHECK(differ({1}, {never}));
  CHECK_FALSE(differ({1}, {1}));
}

TEST_CASE("lost writes are told beside failed requests, and alone where nothing fails") {
  Sweep made = sweep();
  made.points[0].lost = {12, 14, 13};
  const std::string text = verdict(made).text;
  CHECK(has(text, "lost"));
  for (SweepPoint& point : made.points) point.failed = {0, 0, 0};
  const SweepVerdict alone = verdict(made);
  CHECK(has(alone.text, "No request fails at any point. Acknowledged writes that are lost, a run: "));
  CHECK(has(alone.text, " 13."));
  CHECK(alone.worst == 0);
  CHECK(alone.best != 0);
}

TEST_CASE("a verdict without proof, with slow answers, and with one run") {
  Sweep made = sweep();
  for (SweepPoint& point : made.points) point.failed = {0.1, 0.1, 0.1};
  CHECK(verdict(made).text == "10.00 % of requests fail at every point.");
  CHECK(verdict(made).best == verdict(made).worst);
  made.points[2].failed = {0, 0.1, 0.3};
  CHECK(has(verdict(made).text,
            "10.00 % to 13.33 % of requests fail, which may be chance: fewest with "
            "check/inter=2s, nginx/inter=a,b; "));
  CHECK(has(verdict(made).text, "more runs would tell more"));
  for (SweepPoint& point : made.points) point.failed = {0, 0, 0};
  CHECK(verdict(made).text == "No request fails at any point.");
  made.points[1].slow = {0.14, 0.16, 0.15};
  CHECK(has(verdict(made).text, "15.00 %, 15.00 percentage points more"));
  CHECK(has(verdict(made).text, "are answered later than 0.9 s"));
  CHECK(verdict(made).worst == 1);
  Sweep one = sweep();
  one.runs = 1;
  for (SweepPoint& point : one.points) point.failed.resize(1);
  CHECK(has(verdict(one).text, "one run of each: chance is not told from effect"));
}

TEST_CASE("every point is held against the best, not only the one that looks worst") {
  Sweep made = sweep();
  made.points[0].failed = {0.1, 0.1, 0.1};
  made.points[1].failed = {0.2, 0.2, 0.2};
  made.points[2].failed = {0, 0.1, 0.8};  // the largest mean, and chance
  made.points[3].failed = {0.1, 0.1, 0.1};
  const SweepVerdict word = verdict(made);
  CHECK(word.best == 0);
  CHECK(word.worst == 1);
  CHECK(
      has(word.text,
          "of the points proven worse in this, most with check/inter=2s, nginx/inter=c: 20.00 %"));
  CHECK(has(word.text,
            "Not proven worse than the best: check/inter=500ms, nginx/inter=a,b and "
            "check/inter=500ms, nginx/inter=c."));
  for (std::size_t i = 0; i < 4; ++i) made.points[i].numbers[0] = made.points[i].failed;
  CHECK(differs(made, 0));
}

TEST_CASE("the more points there are, the more it takes to prove one worse") {
  Sweep made = sweep();
  made.points.resize(2);
  made.points[0].failed = {0.1, 0.2, 0.3};
  made.points[1].failed = {0.12, 0.23, 0.34};  // by 2, 3 and 4 points: p 0.035
  CHECK(verdict(made).worst == 1);
  made.points[0].numbers[0] = made.points[0].failed;
  made.points[1].numbers[0] = made.points[1].failed;
  CHECK(differs(made, 0));
  SweepPoint same = made.points[0];
  same.failed = {0.11, 0.21, 0.29};
  same.numbers[0] = same.failed;
  made.points.push_back(same);
  CHECK(verdict(made).worst == verdict(made).best);
  CHECK_FALSE(differs(made, 0));
}

TEST_CASE("points that differ in duration say so") {
  Sweep made = sweep();
  made.points[2].duration = 60;
  CHECK(size_text(made) == "4 points \u00d7 3 runs \u00d7 60 to 120 s, seeds 7 to 9");
  made.runs = 1;
  CHECK(size_text(made) == "4 points \u00d7 1 run \u00d7 60 to 120 s, seed 7");
}

TEST_CASE("parameters are named by the end of their pointers") {
  Sweep made = sweep();
  CHECK(short_name(made, 0) == "check/inter");
  made.parameters[1].pointer = "/faults/0";
  CHECK(short_name(made, 0) == "inter");
  CHECK(short_name(made, 1) == "faults/0");
  made.parameters.resize(1);
  made.parameters[0].pointer = "/duration";
  CHECK(short_name(made, 0) == "duration");
}

TEST_CASE("sweep.csv is tidy and quotes what it must") {
  const std::string csv = sweep_csv(sweep());
  CHECK(has(csv,
            "scenario,/haproxy/check/inter,/nginx/inter,metric,class,phase,mean,half_width,"
            "runs,never\n"));
  CHECK(has(csv, "\ncrash,2s,\"a,b\",failed,,,50,"));
  CHECK(has(csv, "\ncrash,2s,c,detected,,,never,0,3,1\n"));
  CHECK(has(csv, "\ncrash,500ms,c,availability,read,during,0.75,"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 4 * 4);
}

TEST_CASE("the terminal shows what differs, and the rest in a line") {
  const std::string text = on_screen(sweep_page(sweep(), Medium::screen), {80, false, false});
  CHECK(has(text, "4 points x 3 runs x 120 s, seeds 7 to 9"));
  CHECK(has(text, "never (1 of 3)"));
  CHECK(has(text, "No difference proven: outage(write)"));
  for (const char letter : text) CHECK(static_cast<unsigned char>(letter) < 128);
  const std::string page = in_markdown(sweep_page(sweep(), Medium::markdown));
  CHECK(has(page, "availability(read) during fault 75.00 %."));
  CHECK(has(page, "| check/inter | nginx/inter | failed | detected |"));
}

TEST_CASE("a plot has its numbers rising and a line for each combination of the rest") {
  const auto plot = sweep_plot(sweep());
  REQUIRE(plot);
  CHECK(plot->tics == std::vector<std::pair<double, std::string>>{{0.5, "500ms"}, {2, "2s"}});
  CHECK(plot->times == std::vector<double>{0.5, 2});
  REQUIRE(plot->charts.size() == 2);
  REQUIRE(plot->charts[0].curves.size() == 2);
  CHECK(plot->charts[0].curves[1].name == "nginx/inter=c");
  CHECK(plot->charts[0].curves[1].values == std::vector<double>{52, 52});
  CHECK(plot->title == "It dies");
  CHECK(plot->subtitle ==
        "crash: means of 3 runs at each point and their 95 % intervals; "
        "no point: never, or nothing to measure");
  Sweep single = sweep();
  single.parameters[0].values = {"2s"};
  single.points.resize(2);
  CHECK_FALSE(sweep_plot(single));
}

TEST_CASE("a plot's shares are per cent, short times milliseconds; bars end where values can") {
  Sweep made = sweep();
  made.parameters.resize(1);
  made.points.erase(made.points.begin() + 1);
  made.points.pop_back();
  made.columns.resize(3);
  made.points[0].numbers = {{0, 0, 1}, {0.04, 0.05, 0.06}, {0.5, 0.6, 0.7}};
  made.points[1].numbers = {{9, 9, 10}, {0.01, 0.02, 0.03}, {0.9, 1, 1}};
  const auto plot = sweep_plot(made);
  REQUIRE(plot);
  REQUIRE(plot->charts.size() == 3);
  const Chart &failed = plot->charts[0], &outage = plot->charts[1], &shares = plot->charts[2];
  CHECK(plot->subtitle == "crash: means of 3 runs at each point and their 95 % intervals");
  CHECK(failed.unit.empty());
  CHECK(failed.top == never);
  CHECK(failed.curves[0].low[1] == 0);  // points go by rising numbers: 500ms, 2s
  CHECK(failed.curves[0].high[1] > 1);
  CHECK(outage.unit == "ms");
  CHECK(outage.curves[0].values[1] == Approx(50));
  CHECK(outage.curves[0].high[1] > 60);
  CHECK(shares.title == "availability(read) during fault");
  CHECK(shares.unit == "%");
  CHECK(shares.top == 100);
  CHECK(shares.curves[0].values[1] == Approx(60));
  CHECK(shares.curves[0].high[0] == 100);
  made.points[0].numbers[1][0] = 1.2;
  made.points[0].numbers[1][1] = 1.3;
  made.points[0].numbers[1][2] = 1.4;
  REQUIRE(sweep_plot(made)->charts.size() == 3);
  CHECK(sweep_plot(made)->charts[1].unit == "s");
  // Nothing but "never" makes no panel, and what has no place is counted.
  made.points[0].numbers[1] = {never, never, never};
  made.points[1].numbers[1] = {no_figure, no_figure, no_figure};
  REQUIRE(sweep_plot(made)->charts.size() == 2);
  CHECK(has(sweep_plot(made)->subtitle, "; 1 more metric in sweep.csv"));
}
