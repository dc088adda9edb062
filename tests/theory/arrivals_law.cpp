// Arrival processes against their laws.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/statistics.hpp"
#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;

namespace {

std::vector<double> arrivals(const std::string& clients, std::uint64_t seed = 1) {
  const auto result = test::play(R"({ "duration": "1000s", "clients": { "users": { )" + clients +
                                     R"( } }, "haproxy": { "default_server": { "weight": 0 } } })",
                                 seed);
  std::vector<double> dates;
  for (const auto& one : test::by_arrival(result)) dates.push_back(one.arrival);
  return dates;
}

std::vector<double> counts(const std::vector<double>& dates, double width, double duration) {
  std::vector<double> in(static_cast<std::size_t>(duration / width));
  for (const double date : dates) {
    const auto number = static_cast<std::size_t>(date / width);
    if (number < in.size()) ++in[number];
  }
  return in;
}

}  // namespace

TEST_CASE(
    "Poisson arrivals: counts have the variance of their mean, gaps the deviation of theirs") {
  const auto dates = arrivals(R"("arrivals": "poisson", "rate": "20/s")");
  CHECK(static_cast<double>(dates.size()) == near(20000).margin(4 * std::sqrt(20000.0)));
  for (const double width : {0.1, 1.0}) {
    const auto in = counts(dates, width, 1000);
    const double variance = std::pow(standard_deviation(in), 2);
    // The dispersion of n Poisson counts has the deviation sqrt(2 / n).
    CHECK(variance / mean(in) ==
          near(1).margin(4 * std::sqrt(2.0 / static_cast<double>(in.size()))));
  }
  std::vector<double> gaps;
  double longer = 0;
  for (std::size_t i = 1; i < dates.size(); ++i) {
    gaps.push_back(dates[i] - dates[i - 1]);
    longer += gaps.back() > 0.1;
  }
  CHECK(standard_deviation(gaps) / mean(gaps) == near(1).margin(0.03));
  CHECK(longer / static_cast<double>(gaps.size()) == near(std::exp(-2.0)).margin(0.01));
}

TEST_CASE("a profile: each step has its own rate, a ramp grows evenly") {
  const auto dates = arrivals(R"("arrivals": "poisson", "profile": [ { "at": "0s", "rate": "10/s" },
    { "at": "200s", "rate": "40/s" }, { "at": "400s", "rate": "0/s" }, { "at": "800s", "rate": "40/s", "ramp": true } ])");
  const auto between = [&](double from, double until) {
    double count = 0;
    for (const double date : dates) count += date >= from && date < until;
    return count;
  };
  CHECK(between(0, 200) == near(2000).margin(4 * std::sqrt(2000.0)));
  CHECK(between(200, 400) == near(8000).margin(4 * std::sqrt(8000.0)));
  CHECK(between(400, 600) == near(2000).margin(4 * std::sqrt(2000.0)));
  CHECK(between(600, 800) == near(6000).margin(4 * std::sqrt(6000.0)));
  CHECK(between(800, 1000) == near(8000).margin(4 * std::sqrt(8000.0)));
}

TEST_CASE("constant arrivals are evenly spaced and exactly as many as they should be") {
  const auto dates =
      arrivals(R"("arrivals": "constant", "rate": "20/s", "start": "100s", "stop": "200s")");
  REQUIRE(static_cast<double>(dates.size()) == near(2000).margin(1));
  CHECK(dates.front() >= 100);
  CHECK(dates.back() < 200);
  for (std::size_t i = 1; i < dates.size(); ++i)
    CHECK(dates[i] - dates[i - 1] == near(0.05).margin(1e-9));
}

TEST_CASE("constant arrivals follow a profile: one for each unit of area under it") {
  const auto number_of = [](const std::string& profile) {
    return static_cast<double>(
        arrivals(R"("arrivals": "constant", "stop": "60s", "profile": [)" + profile + "]").size());
  };
  CHECK(number_of(R"({ "at": "0s", "rate": "1/m" }, { "at": "10s", "rate": "100/s" })") ==
        near(5000).margin(1));
  CHECK(number_of(R"({ "at": "0s", "rate": "0/s" }, { "at": "60s", "rate": "2/s", "ramp": true })") ==
        near(60).margin(1));
  CHECK(number_of(R"({ "at": "0s", "rate": "0/s" }, { "at": "30s", "rate": "100/s", "ramp": true })") ==
        near(4500).margin(1));
  CHECK(number_of(R"({ "at": "0s", "rate": "50/s" }, { "at": "20s", "rate": "0/s", "ramp": true },
                     { "at": "30s", "rate": "0/s" }, { "at": "40s", "rate": "10/s" })") ==
        near(700).margin(1));
  CHECK(number_of(R"({ "at": "10s", "rate": "2/s" }, { "at": "30s", "rate": "0/s" })") ==
        near(40).margin(1));
  CHECK(number_of(R"({ "at": "0s", "rate": "0/s" })") == 0);
}

TEST_CASE("constant arrivals on a ramp: the gap is that of the rate of the moment") {
  const auto dates = arrivals(R"("arrivals": "constant",
    "profile": [ { "at": "0s", "rate": "10/s" }, { "at": "100s", "rate": "30/s", "ramp": true } ])");
  REQUIRE(static_cast<double>(dates.size()) == near(2000 + 900 * 30).margin(1));
  for (std::size_t i = 1; i < dates.size(); ++i) {
    const double middle = (dates[i] + dates[i - 1]) / 2;
    CHECK((dates[i] - dates[i - 1]) * std::min(30.0, 10 + middle / 5) == near(1).margin(1e-3));
  }
}

TEST_CASE("classes come in the shares of their weights") {
  const auto result = test::play(R"({ "duration": "1000s",
    "classes": { "file": { "mix": 3 }, "other": { "kind": "static", "mix": 1 } },
    "clients": { "users": { "rate": "20/s" } }, "haproxy": { "default_server": { "weight": 0 } } })");
  const double all = static_cast<double>(test::requests_of(result));
  const double other = static_cast<double>(test::by_arrival(result, 1).size());
  CHECK(other / all == near(0.25).margin(4 * std::sqrt(0.25 * 0.75 / all)));
}
