#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "analysis/matrix/response.hpp"
#include "catch.hpp"
#include "report/pages/pages.hpp"
#include "scenario/load.hpp"
#include "support/findings.hpp"
#include "support/text.hpp"

using namespace spof;
using namespace spof::report;
using test::class_finding;
using test::finding;
using test::fine;
using test::gone;
using test::has;
using test::matrix_of;
using test::part;

namespace {

const ClassFinding well = fine(""), down = gone("");

Finding costs(std::vector<double> failed, std::vector<double> slow = {0, 0, 0}) {
  Finding made = finding("a", "crash", {fine("read")});
  made.classes[0].failed = std::move(failed);
  made.classes[0].slow = std::move(slow);
  return made;
}

RemedyFinding remedy(std::string name, int effort, double failed) {
  return {name, effort, {"/" + name + "=1"}, costs({1000}), costs({failed})};
}

/// The names of what is left of these remedies.
std::vector<std::string> kept(std::vector<RemedyFinding> remedies) {
  Matrix matrix = matrix_of({costs({1000})});
  matrix.cases[0].remedies = std::move(remedies);
  rank(matrix);
  std::vector<std::string> names;
  for (const RemedyFinding& one : matrix.cases[0].remedies) names.push_back(one.name);
  return names;
}
using Names = std::vector<std::string>;

/// The row of a part.
MatrixRow row_of(const Matrix& matrix, const std::string& target) {
  for (const MatrixGrid& grid : grids(matrix))
    for (const MatrixRow& row : grid.rows)
      if (row.target == target) return row;
  FAIL("no row of " << target);
  return {};
}

std::string judged(const std::vector<Finding>& findings) {
  const Matrix matrix = matrix_of(findings);
  return judgement(row_of(matrix, findings[0].target));
}

scenario::Scenario baseline(const std::vector<std::string>& sets = {}) {
  const auto loaded = scenario::load(SPOF_SOURCE_DIR "/scenarios/baseline.json", sets);
  INFO(loaded.mistakes);
  REQUIRE(loaded.scenario);
  return *loaded.scenario;
}

}  // namespace

TEST_CASE("a change helped when a fifth fewer fail, and not by chance") {
  const Finding before = costs({100, 100, 100});
  CHECK(helped(before, costs({80, 80, 80})));
  CHECK_FALSE(helped(before, costs({81, 81, 81})));
  CHECK(helped(before, costs({50, 60, 40})));
  // On average half as many, but some seeds say the contrary.
  CHECK_FALSE(helped(costs({100, 10, 190}), costs({10, 100, 20})));
  CHECK_FALSE(helped(costs({0, 0, 0}), costs({0, 0, 0})));
}

TEST_CASE("a change that loses more writes helps nobody, one that loses fewer does") {
  const auto losing = [](double failed, double lost) {
    Finding one = costs({failed, failed, failed});
    one.lost = {lost, lost, lost};
    one.lost_writes = lost;
    return one;
  };
  CHECK_FALSE(helped(losing(100, 0), losing(50, 10)));
  CHECK_FALSE(helped(losing(100, 100), losing(50, 120)));
  CHECK(helped(losing(100, 100), losing(50, 119)));
  CHECK(helped(losing(100, 100), losing(100, 50)));
  CHECK_FALSE(helped(losing(100, 100), losing(101, 50)));
  CHECK(worth_a_remedy(losing(0, 1)));
  CHECK(saves_writes({"", 1, {}, losing(100, 0), losing(50, 0)}));
  CHECK(saves_writes({"", 1, {}, losing(100, 100), losing(50, 80)}));
  CHECK_FALSE(saves_writes({"", 1, {}, losing(100, 100), losing(50, 81)}));
}

TEST_CASE("seeds are taken by their place") {
  Finding three = costs({100, 200, 300}, {1, 2, 3});
  three.lost = {7, 8, 9};
  CHECK(of_seeds(three, 1, 2).lost == std::vector<double>{8, 9});
  CHECK(of_seeds(three, 1, 2).classes[0].failed == std::vector<double>{200, 300});
  CHECK(of_seeds(three, 0, 1).classes[0].slow == std::vector<double>{1});
  CHECK(of_seeds(three, 2, 9).classes[0].failed == std::vector<double>{300});
  CHECK(of_seeds(three, 5, 1).classes[0].failed.empty());
}

TEST_CASE("a change helped when half of the slow answers are gone and none more fails") {
  CHECK(helped(costs({0, 0, 0}, {20, 20, 20}), costs({0, 0, 0}, {10, 10, 10})));
  CHECK_FALSE(helped(costs({0, 0, 0}, {20, 20, 20}), costs({0, 0, 0}, {11, 11, 11})));
  CHECK(helped(costs({0, 0, 0}, {10, 10, 10}), costs({0, 0, 0})));
  CHECK_FALSE(helped(costs({0, 0, 0}, {9, 9, 9}), costs({0, 0, 0})));
  CHECK_FALSE(helped(costs({0, 0, 0}, {20, 20, 20}), costs({5, 5, 5})));
  CHECK(helped(costs({5, 5, 5}, {20, 20, 20}), costs({5, 5, 5})));
  CHECK_FALSE(helped(costs({0, 0, 0}, {0, 90, 0}), costs({0, 0, 0}, {20, 0, 15})));
}

TEST_CASE("a change is looked for when half a percent fails or ten are slow") {
  const auto worth = [](double failed, double slow) {
    Finding one = costs({failed, failed}, {slow, slow});
    one.classes[0].requests = {1000, 1000};
    return worth_a_remedy(one);
  };
  CHECK(worth(5, 0));
  CHECK_FALSE(worth(4.9, 0));
  CHECK(worth(0, 10));
  CHECK_FALSE(worth(0, 9.9));
}

TEST_CASE("the smallest change that helps is first, and behind it one that is twice as good") {
  CHECK(kept({remedy("large", 3, 0), remedy("small", 1, 300)}) == Names{"small", "large"});
  CHECK(kept({remedy("large", 3, 150), remedy("small", 1, 300)}) == Names{"small"});
  CHECK(kept({remedy("large", 3, 149), remedy("small", 1, 300)}) == Names{"small", "large"});
  CHECK(kept({remedy("a", 1, 300), remedy("b", 1, 200), remedy("c", 2, 90), remedy("d", 3, 10)}) ==
        Names{"b", "d"});
  CHECK(kept({remedy("a", 1, 0), remedy("b", 1, 0)}) == Names{"a"});
  CHECK(kept({remedy("only", 2, 10)}) == Names{"only"});
  CHECK(kept({}).empty());
}

TEST_CASE("cases and pairs come worst first; equal ones as they were") {
  const Matrix matrix = matrix_of(
      {part("a", "crash", well, well), part("b", "crash", down, well),
       part("c", "crash", down, down), part("d", "crash", well, well)},
      {test::pair("a", "d", "crash", well, well), test::pair("a", "b", "crash", down, down)});
  Names order;
  for (const MatrixCase& one : matrix.cases) order.push_back(one.finding.target);
  CHECK(order == Names{"c", "b", "a", "d"});
  CHECK(matrix.pairs[0].target == "a + b");
}

TEST_CASE("parts that fail in the same ways share a grid, the worst in its first row") {
  const Matrix matrix =
      matrix_of({part("app@s", "hang", well, down), part("app@s", "crash", well, well),
                 part("s-nic", "link_down", down, down), part("lb@s", "crash", well, well),
                 part("s | t", "partition", well, well)});
  const auto all = grids(matrix);
  REQUIRE(all.size() == 3);
  CHECK(all[0].title == "Daemons");
  CHECK(all[0].kinds == Names{"crash", "hang", "slow", "error"});
  REQUIRE(all[0].rows.size() == 2);
  CHECK(all[0].rows[0].target == "app@s");
  CHECK(all[0].rows[0].worst == Fate::down);
  REQUIRE(all[0].rows[0].findings.size() == 4);
  CHECK(all[0].rows[0].findings[0]->kind == "crash");
  CHECK(all[0].rows[0].findings[1]->kind == "hang");
  CHECK(all[0].rows[0].findings[2] == nullptr);
  CHECK(all[0].rows[1].target == "lb@s");
  CHECK(all[1].title == "Links");
  CHECK(all[2].title == "Between hosts");
  CHECK(down_for(all[0].rows[0]) == Names{"write"});
  CHECK(down_for(all[1].rows[0]) == Names{"read", "write"});
}

TEST_CASE("a cell says how bad: a share, a time, a word") {
  CHECK(cell_text(nullptr).empty());
  Finding one = part("a", "crash", well, well);
  CHECK(cell_text(&one) == "ok");
  one.classes[1].stalled = true;
  CHECK(cell_text(&one) == "slow");
  one.classes[0] = class_finding("read", 0, 7);
  one.classes[0].outage = {4, 6};
  CHECK(cell_text(&one) == "5.0 s");
  one.classes[0].outage = {0.99, 0.99};
  CHECK(cell_text(&one) == "< 1 s");
  one.recovered = never;
  CHECK(cell_text(&one) == "fails on");
  one.classes[0] = class_finding("read", 0.5, 50);
  CHECK(cell_text(&one) == "75.00 %");
  one.classes = {gone("read"), gone("write")};
  CHECK(cell_text(&one) == "0.00 %");
}

TEST_CASE("the judgement of a part is the worst of all its failures") {
  const auto half = class_finding("", 0.5, 50), brief = class_finding("", 0, 5);
  ClassFinding late = well;
  late.stalled = true;
  CHECK(judged({part("a", "crash", well, well)}) == "no");
  CHECK(judged({part("a", "crash", well, late)}) == "no, slow");
  CHECK(judged({part("a", "crash", brief, late)}) == "no, for a while");
  CHECK(judged({part("a", "crash", half, well)}) == "partly: read 50.00 % answered");
  CHECK(judged({part("a", "crash", half, down)}) == "YES: write; read 50.00 % answered");
  CHECK(judged({part("a", "crash", down, down)}) == "YES: everything");
  CHECK(judged({part("a", "crash", well, down), part("a", "hang", down, half)}) ==
        "YES: everything");
}

TEST_CASE("harm in a line: what is down, partly answered, interrupted, late, and lost") {
  Finding one = finding("a", "crash",
                        {gone("read"), class_finding("write", 0.25, 25),
                         class_finding("static", 0, 5), fine("other")});
  one.classes[3].stalled = true;
  one.classes[3].p99_during = 4;
  one.classes[3].slow = {12, 12};
  one.lost_writes = 3;
  CHECK(harm_line(one) ==
        "read down; write 75.00 % answered; static 50.0 s interrupted; p99 of other 4.0 s instead "
        "of 10.0 ms; 130 requests fail; 12 answered later than 0.9 s; 3 acknowledged writes lost");
  CHECK(harm_line(part("a", "crash", well, well)) == "no user notices");
  one.classes = {fine("read"), fine("write")};
  one.lost_writes = 0;
  one.classes[1].stalled = true;  // all waited at once, too few for the hundredth
  CHECK(harm_line(one) == "no answer to write for over 1 s");
}

TEST_CASE("who noticed and what ended it, in a line") {
  Finding one = part("a", "crash", class_finding("", 0, 5), well);
  one.classes[0].outage = {5, 5};
  one.recovered = 5.1;
  one.last_errors = {5, 5.2};
  CHECK(mechanism_line(one) == "nobody notices; errors end after 5.0 s");
  one.detected = 4.2;
  one.detected_by = "lb: a DOWN";
  one.recovered_by = "when lb says a DOWN";
  one.redispatched = 12;
  CHECK(mechanism_line(one) ==
        "noticed after 4.2 s by lb: a DOWN; 12 requests redispatched to another server; errors end "
        "after 5.0 s, when lb says a DOWN");
  one.classes[0].outage = one.last_errors = {1.7, 1.7};  // before the check failed
  CHECK(has(mechanism_line(one), "server; requests from 1.7 s on are answered"));
  one.recovered = never;
  CHECK(has(mechanism_line(one), "; errors to the end"));
  CHECK(mechanism_line(part("a", "crash", well, well)) ==
        "no check notices; every request is answered in time all the same");
}

TEST_CASE("a cell and its sentence tell the same interruption, whenever the last error came") {
  // A standby takes over within 20 ms; when the first is back, after 50 s, two more fail.
  Finding one = part("keepalived@lb1", "hang", class_finding("", 0, 5), class_finding("", 0, 1));
  one.classes[0].outage = {2.4, 2.8};
  one.classes[1].outage = {0, 0};
  one.recovered = 50.2;
  one.last_errors = {50.1, 50.3};
  one.recovered_by = "when lb says a MASTER";
  CHECK(interruption(one) == near(2.6));
  CHECK(cell_text(&one) == "2.6 s");
  CHECK(has(harm_line(one), "read 2.6 s and write in 1 request interrupted; 6 requests fail"));
  CHECK(mechanism_line(one) ==
        "nobody notices; the last error comes after 50.2 s, when lb says a MASTER");
  CHECK(response_of({one, 0, {}}).outage == "2.6 s");
  // Runs that differ have no mean date, and no reason in common.
  one.last_errors = {0.4, 50.3};
  CHECK(has(mechanism_line(one), "; the last error comes after 400 ms to 50.3 s"));
  CHECK_FALSE(has(mechanism_line(one), "MASTER"));
  one.last_errors = {50.3};
  CHECK(has(mechanism_line(one), "; the last error comes after 50.3 s in 1 of 2 runs, when lb"));
  one.last_errors = {};
  CHECK(mechanism_line(one) == "nobody notices; only requests under way fail");
}

TEST_CASE("failures come in the order of the share that is shown, then of late answers") {
  const auto hurt = [](const char* name, double failed, double slow) {
    Finding one = part(name, "crash", class_finding("", 0, failed), well);
    one.classes[0].slow = {slow, slow};
    return one;
  };
  // Of 200 due; 1 000 of a failure that goes on after its repair are no more than all of them.
  const Matrix matrix = matrix_of({hurt("e", 0.8, 3), hurt("d", 0.9, 9), hurt("c", 40, 0),
                                   hurt("b", 1000, 0), hurt("a", 200, 5)});
  Names order;
  std::vector<double> shares;
  for (const MatrixCase& one : matrix.cases) {
    order.push_back(one.finding.target);
    shares.push_back(std::round(100 * suffering(one.finding)));
  }
  CHECK(order == Names{"a", "b", "c", "d", "e"});
  CHECK(shares == std::vector<double>{100, 100, 20, 0, 0});
  const std::string page = in_markdown(matrix_page(matrix, Medium::markdown));
  CHECK(has(page, "| crash of c | 20 % | 40 |"));
  CHECK(has(page, "| crash of d | \\< 1 % | 0.9 |"));
}

TEST_CASE("what has not settled ends with the repair, or goes on after it") {
  Finding one = part("a", "crash", class_finding("", 0.5, 50), well);
  one.recovered = 50.9;
  CHECK(mechanism_line(one) == "nobody notices; nothing ends it before the repair");
  one.recovered = 60;
  CHECK(mechanism_line(one) ==
        "nobody notices; nothing ends it before the repair, and errors go on for 10.0 s after it");
  one.recovered = never;
  CHECK(mechanism_line(one) == "nobody notices; errors to the end");
}

TEST_CASE("a remedy's line says what was and what is with it") {
  MatrixCase one{costs({100, 200, 900}, {0, 0, 0}), 0, {}};
  CHECK(remedy_line(one) == "none was tried");
  one.tried = 1;
  CHECK(remedy_line(one) == "nothing that was tried helped (1 change)");
  one.tried = 3;
  CHECK(remedy_line(one) == "nothing that was tried helped (3 changes)");
  one.remedies.push_back(
      {"option redispatch", 1, {}, costs({100, 200}, {0, 0}), costs({10, 20}, {30, 30})});
  CHECK(remedy_line(one) == "option redispatch: 150 failed → 15, 0 slow → 30");
  one.remedies.push_back({"more", 2, {}, costs({0, 0}, {80, 90}), costs({0, 0}, {0, 0})});
  CHECK(remedy_line(one) ==
        "option redispatch: 150 failed → 15, 0 slow → 30; more: more: 85 slow → 0");
}

TEST_CASE("the verdict names single points of failure by what they take down") {
  CHECK(has(matrix_verdict(matrix_of({part("haproxy@lb1", "certificate_expiry", down, down)})),
            "No single point of failure was found. A mistake or an attack takes down: haproxy@lb1 "
            "for everything (certificate_expiry)."));
  CHECK(matrix_verdict(matrix_of({part("a", "crash", well, well)})) ==
        "No single point of failure was found. Of 1 failure 1 passes without a user noticing.");
  CHECK(has(matrix_verdict(
                matrix_of({part("db@s", "crash", well, down), part("db@s", "hang", down, down)})),
            "Single point of failure: db@s for write (read too: hang)."));
  CHECK(has(matrix_verdict(
                matrix_of({part("db@s", "crash", well, well), part("db@s", "hang", down, down)})),
            "Single point of failure: db@s for everything (hang only)."));
  CHECK(has(
      matrix_verdict(matrix_of({part("db@s", "crash", well, well), part("db@s", "hang", down, down),
                                part("db@s", "error", well, down)})),
      "db@s for everything (hang only) and write (error only)."));
  CHECK(has(matrix_verdict(
                matrix_of({part("lb@a", "crash", down, down), part("lb@b", "crash", down, down),
                           part("db@s", "crash", well, down),
                           part("s", "power_off", well, class_finding("", 0, 4))})),
            "Single points of failure: lb@a and lb@b for everything; db@s for write. Of 4 failures "
            "0 pass without a user noticing, and 1 ends by itself or by a check."));
}

TEST_CASE("a daemon stands for its machine and card, and what is outside stands apart") {
  Matrix matrix =
      matrix_of({part("lb@a", "crash", down, down), part("a", "power_off", down, down),
                 part("db@s", "crash", well, down), part("s", "power_off", down, down),
                 part("a-nic", "link_down", down, down), part("wan", "link_down", down, down)});
  matrix.topology.nodes = {{"lb@a", "lb", "a", {80}}, {"db@s", "db", "s", {3306}}};
  matrix.cards = {{"a", "a-nic"}, {"s", "s-nic"}};
  const SinglePoints points = single_points(matrix);
  CHECK(points.count() == 3);  // the machine s takes down more than its database
  CHECK(points.carried == ByHarm{{"a", {"a", "a-nic"}}});
  CHECK(matrix_verdict(matrix).starts_with(
      "Single points of failure: lb@a and s for everything; db@s for write, with the machine and "
      "network card of a. Outside the stack: wan for everything."));
}

TEST_CASE("a machine goes with its daemon only by the failures that take it down") {
  const auto verdict_of = [](const char* kind) {
    Matrix matrix =
        matrix_of({part("db@s", "crash", well, down), part("s", "power_off", well, well),
                   part("s", kind, well, down), part("s-nic", "link_down", well, well)});
    matrix.topology.nodes = {{"db@s", "db", "s", {3306}}};
    matrix.cards = {{"s", "s-nic"}};
    return matrix_verdict(matrix);
  };
  CHECK(verdict_of("disk_full")
            .starts_with("Single point of failure: db@s for write, with s (disk_full only)."));
}

TEST_CASE("a stack that does not carry its load is told so, and no part is blamed for it") {
  Matrix matrix = matrix_of({part("a", "crash", well, well)});
  CHECK_FALSE(has(matrix_verdict(matrix), "With nothing broken"));
  matrix.control = part("nothing", "control", class_finding("", 0.3, 30), well);
  CHECK(has(matrix_verdict(matrix),
            "With nothing broken 30 requests a run fail and 0 are late: the stack does not carry "
            "its load, and that is charged to no part."));
}

TEST_CASE("what nobody asks for is not said to be well") {
  ClassFinding never_asked = well;
  never_asked.due = {0, 0};
  CHECK(judged({part("a", "crash", never_asked, never_asked)}) == "not measured");
  CHECK(judged({part("a", "crash", never_asked, well)}) == "no");
  CHECK(judged({part("a", "crash", never_asked, down)}) == "YES: write");
  const Finding one = part("a", "crash", never_asked, never_asked);
  CHECK(cell_text(&one) == "-");
  CHECK(harm_line(one) == "nobody asks for anything");
  CHECK(std::isnan(settled_availability(one)));
  CHECK(settled_availability(part("a", "crash", never_asked, down)) == 0);
  Matrix matrix = matrix_of({one});
  matrix.control = part("nothing", "control", never_asked, well);
  CHECK(has(matrix_verdict(matrix),
            "Of 1 failure 0 pass without a user noticing. Nobody asks for "
            "read in that time: nothing is known of it."));
  const auto page = [&] { return in_markdown(matrix_page(matrix, Medium::markdown)); };
  CHECK(has(page(), "Of read nothing is known, as if nothing were ever lost."));
  matrix.control = part("nothing", "control", well, well);
  CHECK_FALSE(has(page(), "nothing is known"));
}

TEST_CASE("names that outlive every failure are named in the verdict") {
  Matrix matrix = matrix_of({part("dns@n", "crash", well, well)});
  CHECK_FALSE(has(matrix_verdict(matrix), "Names are"));
  matrix.unforgotten = 3600;
  CHECK(has(matrix_verdict(matrix), "Names are remembered for 3600.0 s"));
}

TEST_CASE("a pair counts when it takes down what neither part takes down alone") {
  const std::vector<Finding> alone{
      part("a@s", "crash", well, well), part("b@s", "crash", well, well),
      part("c@s", "crash", well, down), part("a@s", "hang", down, down)};
  const auto lost = [&](const Finding& pair) {
    return lost_redundancy(matrix_of(alone, {pair})).size();
  };
  CHECK(lost(test::pair("a@s", "b@s", "crash", well, down)) == 1);
  CHECK(lost(test::pair("a@s", "b@s", "crash", well, class_finding("", 0.5, 50))) == 0);
  CHECK(lost(test::pair("b@s", "c@s", "crash", well, down)) == 0);
  CHECK(lost(test::pair("b@s", "c@s", "crash", down, down)) == 1);
  // What was not broken alone proves nothing.
  CHECK(lost(test::pair("a@s", "unknown", "crash", down, down)) == 0);
}

TEST_CASE("a year is made of rates, the settled share, and what came on top of it") {
  const auto scenario =
      baseline({"/reliability/rates={\"crash of mysql@server1\":{\"per_year\":3,"
                "\"repair\":\"100s\"}}",
                "/reliability/common_cause=0.1"});
  // Of each run's 100 requests in 50 s, 2 a second: 100 failed, 10 more after the repair.
  ClassFinding lasts = class_finding("", 1, 110);
  lasts.outage = {52, 50};
  const YearlyInput input = yearly_input(
      matrix_of({part("mysql@server1", "crash", class_finding("", 0, 4), lasts),
                 part("mysql@server2", "crash", class_finding("", 0.5, 60), well),
                 part("app@server1", "hang", well, well)},
                {test::pair("mysql@server1", "mysql@server2", "crash", down, down),
                 test::pair("mysql@server1", "server2", "crash + power_off", down, down),
                 test::pair("mysql@server1", "app@server1", "crash", down, down)}),
      scenario);
  CHECK(input.common_cause == 0.1);
  REQUIRE(input.classes.size() == 2);
  CHECK(input.classes[0].name == "read");
  CHECK(input.classes[0].per_second == 2);
  REQUIRE(input.modes.size() == 3);
  const FailureMode& primary = input.modes[0];
  CHECK(primary.component == "mysql@server1");
  CHECK(primary.kind == "crash");
  CHECK(primary.per_year == 3);
  CHECK(primary.mean_repair_s == 100);
  CHECK(primary.settle_s == near(30));
  CHECK(primary.single_point);
  const report::Shape& read = primary.classes.at(0).at(0);
  CHECK(read.settled_share == 0);
  CHECK(read.transient_s == near(2));  // 4 requests are 2 s' worth
  CHECK_FALSE(read.settled_down);
  CHECK(read.transient_outage_s == near(50));
  const report::Shape& write = primary.classes.at(1).at(0);
  CHECK(write.settled_share == 1);
  CHECK(write.transient_s == near(35));  // 110 are 55 s' worth, 20 s of it settled
  CHECK(write.settled_down);
  CHECK(write.transient_outage_s == near(32));
  CHECK(primary.classes[1].at(1).transient_outage_s == near(30));
  const report::Shape& half = input.modes[1].classes.at(0).at(0);
  CHECK(half.transient_s == near(20));
  CHECK_FALSE(half.settled_down);
  CHECK(half.transient_outage_s == 0);
  CHECK_FALSE(input.modes[1].single_point);
  // Of the pairs only that whose parts were both broken alone in the same, hardest way.
  REQUIRE(input.pairs.size() == 1);
  CHECK(input.pairs[0].first == 0);
  CHECK(input.pairs[0].second == 1);
  CHECK(input.pairs[0].twins);
  CHECK(input.pairs[0].settle_s == near(30));
  CHECK(input.pairs[0].classes.at(1).at(0).settled_share == 1);
}

TEST_CASE("a year is made of those runs in which somebody asks once settled") {
  ClassFinding rare = class_finding("", 1, 10);
  rare.settled = {1, 0};
  rare.due = {1, 0};
  const YearlyInput input =
      yearly_input(matrix_of({part("mysql@server1", "crash", well, rare)}), baseline());
  const auto& seeds = input.modes.at(0).classes.at(1);
  CHECK(seeds.at(0).settled_down);
  CHECK(seeds.at(1).settled_share == 1);
  CHECK(seeds.at(1).settled_down);
}

TEST_CASE("twins whose common cause the scenario names have no beta factor beside it") {
  const Matrix matrix = matrix_of(
      {part("app@server1", "crash", well, well), part("app@server2", "crash", well, well)},
      {test::pair("app@server1", "app@server2", "crash", down, down)});
  scenario::Scenario scenario = baseline();
  CHECK(yearly_input(matrix, scenario).pairs.at(0).twins);
  scenario.shared = {{"release", {"crash", {"app@server1", "app@server2"}}}};
  CHECK_FALSE(yearly_input(matrix, scenario).pairs.at(0).twins);
}

TEST_CASE("pairs of different parts are no twins, and an empty matrix has no year") {
  const auto pair = yearly_input(
      matrix_of(
          {part("app@server1", "crash", well, well), part("nginx@server1", "crash", well, well),
           part("server1", "power_off", well, well), part("server2", "power_off", well, well)},
          {test::pair("app@server1", "nginx@server1", "crash", down, down),
           test::pair("server1", "server2", "power_off", down, down)}),
      baseline());
  REQUIRE(pair.pairs.size() == 2);
  CHECK_FALSE(pair.pairs[0].twins);
  const auto none = yearly_input(matrix_of({}), baseline());
  CHECK(none.modes.empty());
  CHECK(yearly(none).components.empty());
}
