// A matrix as CSV, JSON, text and pages.
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "catch.hpp"
#include "report/format.hpp"
#include "report/pages/pages.hpp"
#include "report/plot/csv_table.hpp"
#include "scenario/load.hpp"
#include "support/findings.hpp"
#include "support/schema.hpp"
#include "support/text.hpp"

using namespace spof;
using namespace spof::report;
using test::breaches;
using test::finding;
using test::fine;
using test::gone;
using test::has;
using test::matrix_of;
using test::part;

namespace {

const ClassFinding well = fine(""), down = gone("");

/// After a change: so many requests fail.
Finding costs(double failed) {
  Finding made = finding("a", "crash", {fine("read")});
  made.classes[0].failed = {failed};
  made.classes[0].slow = {0};
  return made;
}

Yearly year_of(const Matrix& matrix) {
  const auto loaded = scenario::load(SPOF_SOURCE_DIR "/scenarios/baseline.json", {});
  REQUIRE(loaded.scenario);
  return yearly(yearly_input(matrix, *loaded.scenario));
}

}  // namespace

TEST_CASE("matrix.csv has a row for each failure and class, of as many fields as its header") {
  Matrix matrix = matrix_of({part("a", "crash", down, well), part("b", "hang", well, well)},
                            {test::pair("a", "b", "crash", down, down)});
  matrix.name = "odd, \"name\"";
  Finding& first = matrix.cases[0].finding;
  first.detected = 1.5;
  first.detected_by = "lb: \"a\" DOWN, really\nnow";
  first.recovered = never;
  matrix.cases[0].remedies.push_back({"one, two", 1, {}, costs(100), costs(7)});
  std::istringstream stream(matrix_csv(matrix));
  CsvReader csv(stream, "matrix.csv");
  std::vector<std::vector<std::string>> rows;
  while (csv.next()) {
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < csv.header().size(); ++i) row.emplace_back(csv.field(i));
  }
  CHECK(csv.error().empty());
  REQUIRE(rows.size() == 6);
  const auto cell = [&](std::size_t row, const char* column) {
    INFO(column);
    REQUIRE(csv.column(column));
    return rows[row][*csv.column(column)];
  };
  CHECK(cell(0, "scenario") == matrix.name);
  CHECK(cell(0, "component") == "a");
  CHECK(cell(0, "kind") == "crash");
  CHECK(cell(0, "class") == "read");
  CHECK(cell(1, "class") == "write");
  CHECK(cell(0, "fate") == "down");
  CHECK(cell(1, "fate") == "untouched");
  CHECK(cell(0, "settled_availability") == "0");
  CHECK(cell(0, "failed") == "100");
  CHECK(cell(0, "outage_s") == "50");
  CHECK(cell(0, "detected_s") == "1.5");
  CHECK(cell(0, "detected_by") == first.detected_by);
  CHECK(cell(0, "recovered_s") == "never");
  CHECK(cell(0, "smallest_remedy") == "one, two");
  CHECK(cell(0, "remedy_failed") == "7");
  CHECK(cell(2, "smallest_remedy").empty());
  CHECK(cell(2, "remedy_failed").empty());
  CHECK(cell(2, "detected_s") == "never");
  CHECK(cell(4, "component") == "a + b");
}

TEST_CASE("matrix.json says the same as a program reads it") {
  Matrix matrix = matrix_of({part("a", "crash", down, down), part("b", "hang", well, down),
                             part("c", "crash", well, well)},
                            {test::pair("a", "c", "crash", down, down)});
  matrix.cases[0].tried = 4;
  matrix.cases[0].remedies.push_back({"twice", 2, {"/a=1", "/b=2"}, costs(100), costs(7)});
  matrix.cases[1].finding.classes[1].settled = {0.9, 1};
  matrix.cases[2].finding.classes[0].due = {40, 0};
  matrix.scenario = {{"title", "told"}};
  matrix.year = year_of(matrix);
  const Json json = Json::parse(matrix_json(matrix));
  CHECK(json.at("format") == 1);
  CHECK(json.at("matrix") == "told");
  CHECK(json.at("verdict") == matrix_verdict(matrix));
  REQUIRE(json.at("single_points_of_failure").size() == 2);
  CHECK(json.at("single_points_of_failure")[0].at("component") == "a");
  CHECK(json.at("single_points_of_failure")[1].at("classes") == Json::array({"write"}));
  REQUIRE(json.at("failures").size() == 3);
  const Json& first = json.at("failures")[0];
  CHECK(first.at("fate") == "down");
  CHECK(first.at("down_for") == Json::array({"read", "write"}));
  CHECK(first.at("detected_s") == "never");
  CHECK(first.at("recovered_s") == 50);
  CHECK(first.at("changes_tried") == 4);
  CHECK(first.at("remedies")[0].at("name") == "twice");
  CHECK(first.at("remedies")[0].at("set") == Json::array({"/a=1", "/b=2"}));
  CHECK(first.at("remedies")[0].at("failed") == 7);
  CHECK(first.at("classes")[1].at("class") == "write");
  CHECK(first.at("classes")[1].at("failed_by_seed") == Json::array({100, 100}));
  CHECK(json.at("failures")[1].at("classes")[0].at("settled_by_seed") == Json::array({1, 1}));
  CHECK(json.at("failures")[1].at("classes")[1].at("settled_by_seed") == Json::array({0.1, 0}));
  CHECK(json.at("failures")[2].at("classes")[0].at("settled_by_seed") == Json::array({1, nullptr}));
  CHECK(json.at("failures")[2].at("remedies").empty());
  CHECK(json.at("pairs")[0].at("component") == "a + c");
  CHECK(json.at("scenario").at("title") == "told");
  CHECK(json.at("year").is_object());
}

TEST_CASE("matrix.json is as its schema says") {
  Matrix matrix =
      matrix_of({part("mysql@server1", "crash", down, down), part("dns@ns1", "crash", well, down)},
                {test::pair("mysql@server1", "dns@ns1", "crash", down, down)});
  matrix.cases[0].finding.recovered = never;
  matrix.cases[0].remedies.push_back({"twice", 2, {"/a=1", "/b=2"}, costs(100), costs(7)});
  matrix.control.classes[0].due = {0, 0};
  matrix.cases[1].finding.classes[0].due = {40, 0};
  matrix.scenario = {{"title", "told"}};
  matrix.year = year_of(matrix);
  const Json good = Json::parse(matrix_json(matrix));
  CHECK(breaches(matrix_schema(), good) == std::vector<std::string>());
  REQUIRE(good["year"]["components"].size() > 0);
  Json bad = good;
  bad["failures"][1]["fate"] = "dead";
  bad["failures"][0]["classes"][1].erase("settled_by_seed");
  bad["pairs"][0]["remedy"] = Json::array();
  bad["year"]["classes"][0]["outage_min"]["low"] = "often";
  CHECK(breaches(matrix_schema(), bad).size() == 4);
}

TEST_CASE("the texts for people name verdict, grid, remedies and lost redundancy") {
  Matrix matrix = matrix_of({part("app@s", "crash", well, down), part("db@s", "crash", well, well)},
                            {test::pair("app@s", "db@s", "crash", down, down)});
  matrix.cases[0].tried = 1;
  matrix.cases[0].remedies.push_back({"a | b", 1, {}, costs(100), costs(7)});
  matrix.year = year_of(matrix);
  const std::string screen = on_screen(matrix_page(matrix, Medium::screen), {100, true, false});
  CHECK(has(screen, matrix_verdict(matrix).substr(0, 60)));
  CHECK(has(screen, "DAEMONS"));
  CHECK(has(screen, "      harm: write down"));
  CHECK(has(screen, "smallest change that helps: a | b: 100 failed → 7"));
  CHECK(has(screen, "TAKES DOWN ALONE\n - crash of app@s + db@s: "));
  CHECK_FALSE(has(screen, "2. crash of db@s"));
  const std::string ascii = on_screen(matrix_page(matrix, Medium::screen), {100, false, false});
  CHECK(std::all_of(ascii.begin(), ascii.end(), [](char letter) { return letter > 0; }));
  const std::string page = in_markdown(matrix_page(matrix, Medium::markdown));
  CHECK(has(page, "**" + matrix_verdict(matrix) + "**"));
  CHECK(has(page, "| crash of app@s |"));
  CHECK(has(page, "a \\| b"));
  CHECK(has(page, "crash of db@s"));
  CHECK(has(in_html(matrix_page(matrix, Medium::html)), "single point of failure"));
  // What was run, and what was not.
  CHECK_FALSE(has(screen, "are missing"));
  CHECK_FALSE(has(screen, "own faults"));
  matrix.proof_seed = 2;
  matrix.proof_runs = 3;
  matrix.left_out = 5;
  matrix.lasts = 20;
  matrix.cases[1].finding.lasted = 320;
  matrix.scenario = {{"faults", {{{"kind", "crash"}}}}};
  for (const std::string& text :
       {on_screen(matrix_page(matrix, Medium::screen), {400, true, false}),
        in_markdown(matrix_page(matrix, Medium::markdown)),
        in_html(matrix_page(matrix, Medium::html))}) {
    CHECK(has(text, "seeds 2 to 4: a fifth fewer requests fail"));
    CHECK(has(text, "5 others are missing"));
    CHECK(has(text, "own faults are left out"));
    CHECK(has(text, "those of name servers 320.0"));
  }
  matrix.proof_runs = 1;
  CHECK(has(in_markdown(matrix_page(matrix, Medium::markdown)), "proves nothing"));
}
