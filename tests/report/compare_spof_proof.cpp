// Single points of failure that a matrix has gained or lost, told from chance.
#include <string>
#include <vector>

#include "analysis/compare/compare.hpp"
#include "catch.hpp"
#include "report/pages/compare/compare_words.hpp"
#include "support/findings.hpp"
#include "support/text.hpp"

using namespace spof::report;
using spof::Json;
using spof::test::has;

namespace {

using Shares = std::vector<double>;

/// A class of which these shares fail once settled, a value for each seed; all else is the same.
ClassFinding failing(const std::string& name, const Shares& shares) {
  ClassFinding one = spof::test::fine(name);
  for (auto values : {&ClassFinding::failed, &ClassFinding::slow, &ClassFinding::due,
                      &ClassFinding::requests, &ClassFinding::outage})
    one.*values = Shares(shares.size(), 100);
  one.settled = shares;
  return one;
}

/// A matrix in which the crash of each part, "p0" and so on, does this to reads.
Json matrix(const std::vector<Shares>& parts, std::uint64_t seed = 1) {
  Matrix made;
  made.name = "made";
  made.runs = parts.front().size();
  made.seed = seed;
  made.duration = 100;
  made.scenario = {{"duration", "100s"}};
  for (const Shares& shares : parts)
    made.cases.push_back({spof::test::finding("p" + std::to_string(made.cases.size()), "crash",
                                              {failing("read", shares)}),
                          0,
                          {}});
  return Json::parse(matrix_json(made));
}

StoredReport stored(const Json& json) {
  std::vector<std::string> mistakes;
  StoredReport report = parse_stored_report(json.dump(), mistakes);
  CHECK(mistakes == std::vector<std::string>());
  report.path = "matrix.json";
  return report;
}

std::string text_of(const Contrast& made) {
  Contrasts all;
  all.list = {made};
  return on_screen(compare_page(all, Medium::screen), {400, true, false});
}

const Shares hovers{0.95, 0.80, 0.85}, hovers_over{0.86, 0.99, 0.90};

}  // namespace

TEST_CASE("a part that hovers around the threshold is no proven single point of failure") {
  const StoredReport a = stored(matrix({hovers})), b = stored(matrix({hovers_over}));
  const Contrast made = contrast(a, b, {});
  REQUIRE(made.spofs.gained.size() == 1);
  CHECK(proof_of(made, made.spofs.gained[0]) == SpofProof::chance);
  CHECK(told(made).tone == Tone::plain);
  const std::string text = text_of(made);
  CHECK(has(text, "B gains 1 single point of failure, which may be chance (p0 crash for read). "));
  CHECK(has(text, "gained, but it may be chance: p0 crash for read (13.33 % \u2192 8.33 %)"));
  const Contrast back = contrast(b, a, {});
  REQUIRE(back.spofs.lost.size() == 1);
  CHECK(proof_of(back, back.spofs.lost[0]) == SpofProof::chance);
  CHECK(has(text_of(back), "loses 1 single point of failure, which may be chance"));
}

TEST_CASE("a single point of failure beyond chance is proven, gained and lost") {
  const StoredReport a = stored(matrix({{0.2, 0.3, 0.25}, {0, 0, 0}}));
  const StoredReport b = stored(matrix({{1, 0.98, 1}, {0, 0, 0}}));
  const Contrast made = contrast(a, b, {});
  CHECK(made.settled.size() == 1);
  REQUIRE(made.spofs.gained.size() == 1);
  CHECK(proof_of(made, made.spofs.gained[0]) == SpofProof::proven);
  CHECK(told(made).tone == Tone::bad);
  const std::string text = text_of(made);
  CHECK(has(text, "B gains 1 single point of failure (p0 crash for read). "));
  CHECK(has(text, "gained: p0 crash for read\n"));
  CHECK_FALSE(has(text, "but it may be chance:"));
  const Contrast back = contrast(b, a, {});
  REQUIRE(back.spofs.lost.size() == 1);
  CHECK(proof_of(back, back.spofs.lost[0]) == SpofProof::proven);
  CHECK(told(back).tone == Tone::good);
}

TEST_CASE("proof is in view of how many failures and classes were looked at") {
  const Shares before{0.80, 0.86, 0.83}, after{0.92, 0.93, 0.97};
  const auto proof = [&](const StoredReport& a, const StoredReport& b) {
    const Contrast made = contrast(a, b, {});
    REQUIRE(made.spofs.gained.size() == 1);
    CHECK(settled_row(made, made.spofs.gained[0])->finding == ChangeFinding::worse);
    return proof_of(made, made.spofs.gained[0]);
  };
  CHECK(proof(stored(matrix({before})), stored(matrix({after}))) == SpofProof::proven);
  const Shares some{1, 0.95, 0.92}, other{0.93, 0.97, 1};
  const StoredReport a = stored(matrix({before, some, other, some, other, some, other}));
  const StoredReport b = stored(matrix({after, other, some, other, some, other, some}));
  CHECK(proof(a, b) == SpofProof::chance);
  // Neither what is the same in every run, nor what is a single point of failure in neither.
  CHECK(proof(stored(matrix({before, some, some, some, some, some, some})),
              stored(matrix({after, some, some, some, some, some, some}))) == SpofProof::proven);
  const Shares half{0.4, 0.5, 0.6}, most{0.7, 0.5, 0.4};
  CHECK(proof(stored(matrix({before, half, half, half, half, half, half})),
              stored(matrix({after, most, most, most, most, most, most}))) == SpofProof::proven);
}

TEST_CASE("a proof has to be of the same direction, in the runs that are compared") {
  // Seeds 2 and 3 are in both; in these more is answered than before.
  const StoredReport a = stored(matrix({{0, 1, 0.99}}));
  const StoredReport b = stored(matrix({{0.95, 0.94, 1}}, 2));
  const Contrast made = contrast(a, b, {});
  REQUIRE(made.spofs.gained.size() == 1);
  REQUIRE(made.settled.size() == 1);
  CHECK(made.settled[0].finding == ChangeFinding::better);
  CHECK(made.settled[0].proven());
  CHECK(proof_of(made, made.spofs.gained[0]) == SpofProof::chance);
}

TEST_CASE("one run each proves no single point of failure, and it is said") {
  const StoredReport a = stored(matrix({{0}})), b = stored(matrix({{1}}));
  const Contrast made = contrast(a, b, {});
  REQUIRE(made.spofs.gained.size() == 1);
  CHECK(proof_of(made, made.spofs.gained[0]) == SpofProof::one_run);
  CHECK(has(text_of(made), "gained, but it may be chance (one run): p0 crash"));
}

TEST_CASE("a matrix of an earlier version proves no single point of failure") {
  Json old = matrix({{0, 0, 0}});
  old["failures"][0]["classes"][0].erase("settled_by_seed");
  const StoredReport a = stored(old), b = stored(matrix({{1, 1, 1}}));
  const Contrast made = contrast(a, b, {});
  CHECK(made.settled.empty());
  REQUIRE(made.spofs.gained.size() == 1);
  CHECK(proof_of(made, made.spofs.gained[0]) == SpofProof::not_stored);
  const std::string text = text_of(made);
  CHECK(has(text, "gained, but it may be chance (not stored): p0 crash for read"));
  CHECK(has(text, "matrix.json is of an earlier version and has no settled_by_seed"));
  CHECK_FALSE(has(text_of(contrast(a, a, {})), "settled_by_seed"));
  old["failures"][0]["classes"][0]["settled_by_seed"] = Json::array({1});
  std::vector<std::string> mistakes;
  parse_stored_report(old.dump(), mistakes);
  REQUIRE(mistakes.size() == 1);
  CHECK(has(mistakes[0], "/settled_by_seed: has 1 values for 3 runs"));
}

TEST_CASE("programs are told how a single point of failure was tested") {
  const StoredReport a = stored(matrix({hovers, {0, 0, 0}}));
  const StoredReport b = stored(matrix({hovers_over, {1, 1, 1}}));
  Contrasts all;
  all.list = {contrast(a, b, {})};
  const Json json = Json::parse(compare_json(all))["comparisons"][0]["single_points_of_failure"];
  REQUIRE(json["gained"].size() == 2);
  CHECK(json["gained"][0]["component"] == "p0");
  CHECK(json["gained"][0]["proof"] == "chance");
  CHECK(json["gained"][0]["settled_availability"]["difference"] == -0.05);
  CHECK(json["gained"][1]["proof"] == "proven");
  CHECK(json["gained"][1]["settled_availability"]["p_corrected"] == 0);
}

TEST_CASE("a failure that the other matrix did not try is said to be tried in one only") {
  const StoredReport both = stored(matrix({{0, 0, 0}, {1, 1, 1}})),
                     one = stored(matrix({{0, 0, 0}}));
  CHECK(has(text_of(contrast(both, one, {})), "tried in A only: p1 crash for read"));
  CHECK(has(text_of(contrast(one, both, {})), "tried in B only: p1 crash for read"));
}

TEST_CASE("of one scenario and version other seeds gain no single point of failure") {
  StoredReport a = stored(matrix({{0, 0, 0.01}})), b = stored(matrix({{1, 1, 0.99}}, 7));
  CHECK(proof_of(contrast(a, b, {}), contrast(a, b, {}).spofs.gained.at(0)) == SpofProof::proven);
  a.version = b.version = "1 (abc)";
  const Contrast made = contrast(a, b, {});
  CHECK(proof_of(made, made.spofs.gained.at(0)) == SpofProof::chance);
  CHECK(told(made).tone == Tone::plain);
}
