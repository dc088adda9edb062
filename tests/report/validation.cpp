#include "catch.hpp"
#include "report/pages/pages.hpp"
#include "support/campaign.hpp"

using namespace spof::report;

namespace {

RunFacts facts(const std::string& request_class, const std::string& quantity, double value) {
  return {{{request_class, quantity}, value}};
}

/// One quantity of one case, with its simulated values.
Compared judged(const Measured& measured, const std::vector<double>& simulated) {
  std::vector<RunFacts> runs;
  for (const double value : simulated)
    runs.push_back(facts(measured.request_class, measured.quantity, value));
  const std::vector<Compared> rows = compare({measured}, runs);
  REQUIRE(rows.size() == 1);
  return rows.front();
}

Fit fit(const std::string& quantity, double mean, double sd, const std::vector<double>& simulated) {
  return judged({"case", quantity == "DOWN_s" ? "lb" : "read", quantity, mean, sd, 3}, simulated)
      .verdict;
}

}  // namespace

TEST_CASE("measured.csv is read, and its mistakes are named") {
  std::string mistakes;
  const auto rows =
      read_measured("head\nb,read,failed,1.5,0.5,3\na,lb,srv1_UP_s,2,0,3\n", "m.csv", mistakes);
  CHECK(mistakes.empty());
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].case_name == "a");
  CHECK(rows[1].mean == 1.5);
  CHECK(rows[1].n == 3);
  read_measured("head\na,b,c,1,2\na,b,c,x,2,3\n", "m.csv", mistakes);
  CHECK(mistakes.find("m.csv:2: error") != std::string::npos);
  CHECK(mistakes.find("m.csv:3: error") != std::string::npos);
}

TEST_CASE("counts are within 10 % or three standard deviations") {
  CHECK(fit("failed", 100, 1, {108, 109, 110}) == Fit::within);
  CHECK(fit("failed", 100, 1, {129, 130, 131}) == Fit::outside);
  CHECK(fit("failed", 100, 11, {129, 130, 131}) == Fit::within);
  CHECK(fit("failed", 0, 0, {1, 1, 1}) == Fit::within);
}

TEST_CASE("a kind of failure that only one side knows is outside") {
  CHECK(fit("failed:502", 5, 9, {0, 0, 0}) == Fit::outside);
  CHECK(fit("failed:502", 0, 0, {5, 5, 5}) == Fit::outside);
  CHECK(fit("failed:502", 0.7, 1, {0, 0, 0}) == Fit::within);
  const auto rows = compare({{"case", "read", "failed", 5, 0, 3}},
                            {facts("read", "failed:504", 5), facts("read", "failed", 5)});
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].measured.quantity == "failed:504");
  CHECK(rows[1].verdict == Fit::outside);
  CHECK(rows[1].mean == 2.5);
}

TEST_CASE("times are within 5 % or 0.25 s, or where the checks may have been") {
  CHECK(fit("DOWN_s", 5, 0, {5.2, 5.2}) == Fit::within);
  CHECK(fit("DOWN_s", 5, 0, {5.3, 5.3}) == Fit::outside);
  CHECK(fit("DOWN_s", 40, 0, {41.9, 41.9}) == Fit::within);
  CHECK(fit("DOWN_s", 5.8, 0.1, {4.1, 4.3, 4.2, 4.1, 4.4, 4.2, 4.1, 5.9}) == Fit::within);
  CHECK(fit("DOWN_s", 5.8, 0.1, {}) == Fit::outside);
}

TEST_CASE("latencies are judged from 100 ms on, medians below where nobody else was measured") {
  CHECK(fit("during_p99_ms", 90, 0, {9}) == Fit::reported);
  CHECK(fit("during_p99_ms", 200, 0, {219}) == Fit::within);
  CHECK(fit("after_p99_ms", 200, 0, {221}) == Fit::outside);
  CHECK(fit("after_p50_ms", 1, 0, {9}) == Fit::reported);
  CHECK(fit("after_max_ms", 200, 0, {900}) == Fit::reported);
  for (const double simulated : {1.14, 1.16}) {
    const auto rows =
        compare({{"case", "read", "before_p50_ms", 1, 0, 1},
                 {"case", "read", "before_p90_ms", 2, 0, 1},
                 {"case", "run", "alone", 1, 0, 1}},
                {{{{"read", "before_p50_ms"}, simulated}, {{"read", "before_p90_ms"}, 9}}});
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].verdict == (simulated < 1.15 ? Fit::within : Fit::outside));
    CHECK(rows[1].verdict == Fit::reported);
  }
}

TEST_CASE("failures after the repair count, also where only one side has them") {
  CHECK(fit("after_fail_n", 5, 1, {6, 7}) == Fit::within);
  CHECK(fit("after_fail_n", 5, 1, {30, 31}) == Fit::outside);
  CHECK(fit("after_fail_n", 5, 1, {}) == Fit::outside);
  const auto rows = compare({{"case", "read", "failed", 5, 0, 3}},
                            {{{{"read", "failed"}, 5}, {{"read", "after_fail_n"}, 5}}});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].measured.quantity == "after_fail_n");
  CHECK(rows[0].why == "never happened in the measurement");
}

TEST_CASE("what comes after the repair counts from there") {
  const Cut cut{0, 10, 50};
  spof::measure::Plan plan;
  plan.classes = {"read"};
  const auto with = [&](double begin, double end, double up) {
    spof::measure::Result result;
    result.stories.resize(1);
    result.stories[0].outages.push_back({begin, end, 1, 0, begin, begin, end});
    spof::measure::Event event;
    event.time = up;
    event.source = "haproxy@lb1";
    event.what = spof::measure::What::up;
    event.target = "srv1";
    result.events.push_back(event);
    return facts_of(result, plan, cut);
  };
  const RunFacts over = with(11, 16, 52), lasting = with(11, 50.5, 20);
  CHECK(over.at({"read", "outage_s"}) == 5);
  CHECK(over.at({"lb", "srv1_UP_s"}) == 2);
  CHECK(lasting.at({"read", "outage_after_repair_s"}) == 0.5);
  CHECK_FALSE(lasting.count({"read", "outage_s"}));
  CHECK(lasting.at({"lb", "srv1_UP_s"}) == 10);
}

TEST_CASE("the verdict comes first and names the cases") {
  Validation validation;
  validation.rows =
      compare({{"calm", "read", "failed", 100, 1, 3}}, {facts("read", "failed", 100)});
  CHECK(verdict_of(validation) == "1 of 1 quantities within the goal.");
  for (Compared& row :
       compare({{"wild", "read", "failed", 100, 1, 3}}, {facts("read", "failed", 1)}))
    validation.rows.push_back(row);
  CHECK(verdict_of(validation) == "1 of 2 quantities within the goal; outside: 1 in wild.");
  CHECK(on_screen(validation_page(validation, Medium::screen), {}).find(verdict_of(validation)) ==
        0);
  CHECK(in_markdown(validation_page(validation, Medium::markdown)).find("| wild |") !=
        std::string::npos);
  CHECK(validation_csv(validation).find("wild,read,failed,count,100.0000,") != std::string::npos);
}
