#include "analysis/compare/compare.hpp"
#include "catch.hpp"
#include "report/pages/compare/compare_words.hpp"
#include "support/findings.hpp"
#include "support/text.hpp"

using namespace spof::report;
using spof::Json;
using spof::test::class_finding;
using spof::test::fine;
using spof::test::gone;
using spof::test::has;

namespace {

/// Two runs of these failures; a year in which "write" is down for so many minutes.
Matrix matrix_of(std::vector<Finding> findings, double minutes = 60) {
  Matrix matrix;
  matrix.name = "made";
  matrix.scenario = {{"duration", "100s"}};
  matrix.runs = 2;
  matrix.seed = 5;
  matrix.duration = 100;
  for (Finding& finding : findings) matrix.cases.push_back({std::move(finding), 0, {}});
  const double share = minutes * 60 / year_s;
  matrix.year.classes = {{"write", 1, {share, share, share}, {share, share, share}}};
  return matrix;
}

StoredReport stored(const Matrix& matrix) {
  std::vector<std::string> mistakes;
  StoredReport report = parse_stored_report(matrix_json(matrix), mistakes);
  CHECK(mistakes.empty());
  report.path = "matrix.json";
  return report;
}

Finding failure(const std::string& target, ClassFinding read, ClassFinding write,
                const std::string& kind = "crash") {
  return spof::test::finding(target, kind, {std::move(read), std::move(write)});
}

const MetricChange* row_of(const Contrast& made, const std::string& metric,
                           const std::string& about) {
  for (const MetricChange& row : made.rows)
    if (row.question.metric == metric && row.question.failure == about) return &row;
  return nullptr;
}

std::string text_of(const Contrast& made) {
  Contrasts all;
  all.list = {made};
  return on_screen(compare_page(all, Medium::screen), {400, true, false});
}

/// Before: the balancer takes everything down, the database writes. After: a second balancer, and
/// reads now end with the database.
StoredReport before() {
  return stored(matrix_of({failure("lb", gone("read"), gone("write")),
                           failure("db", class_finding("read", 0.25, 30), gone("write")),
                           failure("old", fine("read"), gone("write"))}));
}
StoredReport after() {
  return stored(matrix_of(
      {failure("lb", class_finding("read", 0, 3), fine("write")),
       failure("db", gone("read"), gone("write")), failure("lb2", fine("read"), fine("write"))},
      15));
}

}  // namespace

TEST_CASE("a matrix is read back as it was") {
  Matrix matrix = matrix_of({failure("db", class_finding("read", 0.25, 30), gone("write"))});
  matrix.cases[0].finding.classes[0].failed = {10, 50};
  matrix.cases[0].finding.classes[1].slow = {7, 9};
  matrix.pairs = {failure("lb + lb2", gone("read"), gone("write"))};
  const StoredReport report = stored(matrix);
  CHECK(report.matrix);
  CHECK(report.name == "made");
  CHECK(report.verdict.word == "single point of failure");
  CHECK(report.seeds == std::vector<std::uint64_t>{5, 6});
  CHECK(report.classes == std::vector<std::string>{"read", "write"});
  const auto values = [&](const MetricQuestion& question) {
    for (const StoredMetric& metric : report.metrics)
      if (metric.question == question) return metric.values;
    return std::vector<double>();
  };
  CHECK(values({"failed", "read", "", "", "crash of db"}) == std::vector<double>{10, 50});
  CHECK(values({"failed", "", "", "", "crash of db"}) == std::vector<double>{110, 150});
  CHECK(values({"slow", "", "", "", "crash of db"}) == std::vector<double>{7, 9});
  REQUIRE(report.fates.size() == 4);
  CHECK(report.fates[0].fate == Fate::degraded);
  CHECK(report.fates[0].availability == 0.75);
  CHECK(report.fates[1].fate == Fate::down);
  CHECK_FALSE(report.fates[1].pair);
  CHECK(report.fates[3].pair);
  REQUIRE(report.year.size() == 1);
  CHECK(std::abs(report.year[0].outage_min - 60) < 1e-3);
  // Two parts that only together take something down are no single point of failure.
  CHECK(breaks_of(report).size() == 2);
}

TEST_CASE("single points of failure of matrices are gained and lost") {
  const Contrast made = contrast(before(), after(), {});
  const std::string word = "single point of failure";
  CHECK(made.spofs.gained == std::vector<Breakage>{{{"db", "crash", "read"}, word}});
  CHECK(made.spofs.lost == std::vector<Breakage>{{{"lb", "crash", "read"}, "interrupted"},
                                                 {{"lb", "crash", "write"}, "untouched"}});
  CHECK(made.spofs.kept == std::vector<Breakage>{{{"db", "crash", "write"}, word}});
  CHECK(made.spofs.only_tested_first == std::vector<Breakage>{{{"old", "crash", "write"}, word}});
  // What gets worse comes first.
  REQUIRE(made.fates.size() == 3);
  CHECK(made.fates[0].b.component == "db");
  CHECK(made.fates[0].a.fate == Fate::degraded);
  CHECK(made.fates[1].b.component == "lb");
}

TEST_CASE("failures are compared seed by seed, over all classes") {
  const StoredReport a = before(), b = after();
  const Contrast made = contrast(a, b, {});
  const MetricChange* const lb = row_of(made, "failed", "crash of lb");
  REQUIRE(lb);
  CHECK(lb->question.request_class.empty());
  CHECK(lb->a == 200);
  CHECK(lb->b == 3);
  CHECK(lb->finding == ChangeFinding::better);
  CHECK(lb->proven());
  const MetricChange* const db = row_of(made, "failed", "crash of db");
  REQUIRE(db);
  CHECK(db->gap.mean == 70);
  CHECK(db->finding == ChangeFinding::worse);
  CHECK(row_of(made, "slow", "crash of db")->finding == ChangeFinding::same);
  // One failed and one slow figure for each failure of either side; classes only when asked for.
  CHECK(made.rows.size() == 8);
  std::vector<std::string> wrong;
  const Contrast some = contrast(a, b, Selection({"failed(read)"}, a.classes, {}, wrong));
  CHECK(wrong.empty());
  REQUIRE(some.rows.size() == 4);
  CHECK(row_of(some, "failed", "crash of db")->a == 30);
  CHECK(has(text_of(some), "crash of db, read"));
}

TEST_CASE("writes that a failure loses are compared, and are said first") {
  const auto losing = [](double lost) {
    Finding one = failure("db", fine("read"), class_finding("write", 0, lost > 0 ? 10 : 40));
    one.lost = {lost, lost};
    one.lost_writes = lost;
    return stored(matrix_of({one}));
  };
  const StoredReport a = losing(7), b = losing(0);
  CHECK(told(contrast(a, b, {})).sentence ==
        "B is better in some ways and worse in others. Better: crash of db: lost_writes 7 \u2192 "
        "0. Worse: crash of db: failed 10 \u2192 40.");
  CHECK(has(text_of(contrast(a, b, {})), "ACKNOWLEDGED WRITES LOST"));
}

TEST_CASE("a comparison of matrices says what matters first") {
  const StoredReport a = before(), b = after();
  const std::string text = text_of(contrast(a, b, {}));
  CHECK(has(text,
            "B gains 1 single point of failure (db crash for read) and loses 1 single point of "
            "failure (lb crash for read and write). B is better in some ways and worse in others. "
            "Better: crash of lb: failed 200 \u2192 3. Worse: crash of db: failed 130 \u2192 "
            "200."));
  CHECK(has(text, "only A has the failure crash of old; not compared, but counted in its year"));
  CHECK(has(text, "only B has the failure crash of lb2"));
  CHECK(has(text, "crash of db: read degraded \u2192 down"));
  CHECK(has(text, "crash of lb: read down \u2192 interrupted; write down \u2192 untouched"));
  CHECK(has(text, "write: outage 60 min \u2192 15 min"));
  CHECK(told(contrast(a, b, {})).tone == Tone::warn);
  // The other way round the two change places, and nothing else does.
  CHECK(contrast(b, a, {}).spofs.gained.size() == 2);
  // The largest difference comes first.
  const Contrast made = contrast(b, a, {});
  const auto groups = shown_rows(made);
  REQUIRE(groups.size() == 1);
  CHECK(groups[0].rows[0]->question.failure == "crash of lb");
}

TEST_CASE("a matrix is the same as itself, but not when a fate differs") {
  const StoredReport a = before();
  const Contrast same = contrast(a, a, {});
  CHECK(is_same(same));
  CHECK(has(told(same).sentence, "B is the same as A: all 6 metrics are equal in every run."));
  StoredReport other = before();
  other.fates[2].fate = Fate::slow;
  CHECK_FALSE(is_same(contrast(a, other, {})));
}

TEST_CASE("of a class that nobody asks for in one of two matrices nothing is known") {
  ClassFinding unasked = fine("write");
  unasked.due = {0, 0};
  const StoredReport a = stored(matrix_of({failure("db", fine("read"), unasked)}));
  const StoredReport b = stored(matrix_of({failure("db", fine("read"), gone("write"))}));
  const Contrast made = contrast(a, b, {});
  CHECK(made.spofs.gained.empty());
  CHECK(made.spofs.only_tested_second.size() == 1);
  CHECK(contrast(b, a, {}).spofs.lost.empty());
  Contrasts all;
  all.list = {made};
  const Json fates = Json::parse(compare_json(all)).at("comparisons")[0].at("fates");
  REQUIRE(fates.size() == 1);
  CHECK(fates[0].at("a").at("settled_availability") == nullptr);
  ClassFinding once = gone("write");
  once.due = {40, 0};
  CHECK(is_same(contrast(a, a, {})));
  CHECK(contrast(stored(matrix_of({failure("db", fine("read"), once)})), b, {})
            .settled.at(0)
            .used_a == 1);
}

TEST_CASE("what is no matrix is said") {
  const Json good = Json::parse(
      matrix_json(matrix_of({failure("db", class_finding("read", 0.25, 30), gone("write"))})));
  const auto mistakes = [&](const char* pointer, Json value) {
    Json copy = good;
    copy[Json::json_pointer(pointer)] = std::move(value);
    std::vector<std::string> found;
    parse_stored_report(copy.dump(), found);
    return found.empty() ? std::string() : found.front();
  };
  CHECK(mistakes("/title", "x").empty());
  CHECK(has(mistakes("/format", 2), "/format: \"2\" is of another version"));
  CHECK(has(mistakes("/failures", 3), "/failures: expected a list [ ... ], not 3"));
  CHECK(has(mistakes("/failures/0/classes/1/fate", "dead"),
            "/failures/0/classes/1/fate: unknown \"dead\"; "));
  CHECK(has(mistakes("/failures/0/classes/0/failed_by_seed", Json::array({1})),
            "failed_by_seed: has 1 values for 2 runs"));
  CHECK(has(mistakes("/runs", 0), "/runs: must be at least 1"));
  CHECK(has(mistakes("/runs", 1e18), "/runs: "));
  CHECK(has(mistakes("/runs", 1'000'000'000'000), "/runs: must be at most 1000000"));
  CHECK(has(mistakes("/year/classes", Json()), "/year/classes: expected a list [ ... ], not null"));
}

TEST_CASE("comparisons of matrices in every format") {
  const StoredReport a = before(), b = after();
  Contrasts all;
  all.list = {contrast(a, b, {})};
  const Json json = Json::parse(compare_json(all))["comparisons"][0];
  CHECK(json["of"] == "matrix");
  CHECK(json["metrics"][0]["failure"] == "crash of lb");
  CHECK(json["fates"].size() == 3);
  CHECK(json["fates"][0]["a"]["fate"] == "degraded");
  CHECK(json["fates"][0]["b"]["fate"] == "down");
  CHECK(json["failures_tried_in_b_only"] == Json::array({"crash of lb2"}));
  CHECK(json["year_b"][0]["outage_min"] == 15);
  CHECK(has(in_markdown(compare_page(all, Medium::markdown)), "| crash of lb"));
  CHECK(has(in_html(compare_page(all, Medium::html)), "<h2>Fates</h2>"));
  CHECK(has(in_html(compare_page(all, Medium::html)), "degraded \u2192 down"));
}
