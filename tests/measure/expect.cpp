#include "measure/expect.hpp"

#include <cmath>

#include "catch.hpp"
#include "support/campaign.hpp"

using namespace spof::measure;
using spof::test::Tale;

namespace {

const Vocabulary words{{"static", "write"}, {"server1", "server2"}};

Expectation good(const std::string& text) {
  const auto parsed = parse_expectation(text, words);
  INFO(text << ": " << parsed.what);
  REQUIRE(parsed.made);
  return *parsed.made;
}

/// "column: what"
std::string complaint(const std::string& text) {
  const auto parsed = parse_expectation(text, words);
  CHECK_FALSE(parsed.made);
  return std::to_string(parsed.column) + ": " + parsed.what;
}

Judgement judged(const std::string& text) {
  static const auto campaign = spof::test::campaign();
  return judge(good(text), campaign.results).judgement;
}

}  // namespace

TEST_CASE("expectations are read") {
  const auto share = good("availability(write) during fault < 1%");
  CHECK(share.query.request_class == 1);
  CHECK(share.query.phase == Phase::during);
  CHECK(share.comparison == Comparison::less);
  CHECK(share.low == near(0.01));
  CHECK(good("latency.p99(static) < 500ms during fault").low == near(0.5));
  CHECK(good("availability == 100 %").low == 1);
  CHECK(good("failed.503(static) between 50 and 200").high == 200);
  CHECK(good("failed.connect_error > 0").query.part == "connect_error");
  CHECK(good("server_share(server2) between 49% and 51% before fault").query.server == 1);
  CHECK(good("share(server2)>=49%").query.server == 1);
  CHECK(std::isinf(good("detected == never").low));
  CHECK(good("recovery \u2264 10s").comparison == Comparison::at_most);
}

TEST_CASE("a tolerance is a part of the limit, or points of a share") {
  const auto outage = good("outage(write) == 40s +- 5%");
  CHECK(outage.low == near(38));
  CHECK(outage.high == near(42));
  CHECK(good("outage(write) == 40s \u00b1 1s").high == near(41));
  CHECK(good("server_share(server1) == 50% +- 1%").low == near(0.49));
  CHECK(good("failed == 200 +- 10 %").high == near(220));
  CHECK(good("failed == 5 +- 10").low == 0);
}

TEST_CASE("mistakes in expectations say where and what") {
  CHECK(complaint("availabilty == 1%") ==
        "1: unknown metric \"availabilty\"; did you mean \"availability\"?");
  CHECK(complaint("availability(wirte) == 1%") ==
        "14: unknown class \"wirte\"; did you mean \"write\"?");
  CHECK(complaint("server_share(server3) > 1%") ==
        "14: unknown server \"server3\"; did you mean \"server1\"?");
  CHECK(complaint("server_share > 1%") == "14: server_share needs a server: server_share(NAME)");
  CHECK(complaint("failed.5O3 > 1") == "8: unknown way to fail \"5O3\"; did you mean \"503\"?");
  CHECK(complaint("lost_writes(write) == 0") ==
        "13: lost_writes is about the whole run, not about \"write\"");
  CHECK(complaint("outage during fault < 1s") ==
        "8: outage is about the whole run and has no phases");
  CHECK(complaint("availability during < 1%") == "21: write \"during fault\"");
  CHECK(complaint("never detected") == "1: write it the other way round: \"detected == never\"");
  CHECK(complaint("failed = 3") == "8: write \"==\"");
  CHECK(complaint("failed 3") ==
        "8: a comparison is expected here: ==, !=, <, <=, >, >= or between ... and ...");
  CHECK(complaint("failed < 3 please") == "12: unexpected \"please\"");
  CHECK(complaint("failed < 3s") ==
        "10: failed is a count: a plain number is expected, not \"3s\"");
  CHECK(complaint("failed == never") == "11: failed is not a time and cannot be \"never\"");
  CHECK(complaint("failed between 3 and 2") == "22: the second limit is lower than the first");
  CHECK(complaint("failed < 3 +- 1") == "12: a tolerance goes with \"==\" only");
  CHECK(complaint("failed(static < 3") == "8: \")\" is missing");
  CHECK(complaint("") == "1: a metric is expected here, such as \"availability\"");
  CHECK(complaint("detected <") == "11: a limit is expected here");
  CHECK_FALSE(parse_expectation("detected <= 6", words).made);
  CHECK_FALSE(parse_expectation("availability > 0.5", words).made);
}

TEST_CASE("no text breaks the parser") {
  const std::string text = "latency.p99(static) between 5ms and 500ms during the fault";
  for (std::size_t i = 0; i <= text.size(); ++i) {
    parse_expectation(text.substr(0, i), words);
    parse_expectation(text.substr(i), words);
  }
  CHECK(parse_expectation(text, words).made);
}

TEST_CASE("expectations are judged") {
  CHECK(judged("availability(static) == 100%") == Judgement::pass);
  CHECK(judged("availability(write) during fault == 0%") == Judgement::pass);
  CHECK(judged("outage(write) between 21s and 22s") == Judgement::pass);
  CHECK(judged("failed(write) > 100") == Judgement::fail);
  CHECK(judged("failed.db_refused(write) == 43") == Judgement::pass);
}

TEST_CASE("equality must be true of every run, a limit of the mean") {
  CHECK(judged("phantom_writes == 0") == Judgement::fail);
  CHECK(judged("phantom_writes <= 0.5") == Judgement::unknown);
  CHECK(judged("phantom_writes < 0.3") == Judgement::fail);
  CHECK(judged("phantom_writes < 5") == Judgement::pass);
}

TEST_CASE("what cannot be measured fails") {
  const auto judgement = judge(good("availability == 100%"), {});
  CHECK(judgement.judgement == Judgement::fail);
  CHECK(judgement.reason == "no run ended");
  auto no_fault = spof::test::plan();
  no_fault.fault_start = -1;
  Tale recorder(no_fault);
  std::vector<Result> calm;
  calm.push_back(recorder.finish());
  CHECK(judge(good("detected == never"), calm).reason == "nothing to measure");
}
