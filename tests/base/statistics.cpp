#include "base/statistics.hpp"

#include <cmath>

#include "catch.hpp"

TEST_CASE("Student's t agrees with the tables") {
  CHECK(spof::student_t(1) == near(12.7062));
  CHECK(spof::student_t(9) == near(2.2622));
  CHECK(spof::student_t(19) == near(2.0930));
  CHECK(spof::student_t(31) == near(2.0395).epsilon(1e-4));
  CHECK(spof::student_t(40) == near(2.0211).epsilon(1e-4));
  CHECK(spof::student_t(120) == near(1.9799).epsilon(1e-4));
  CHECK(spof::student_t(1000000) == near(1.95996).epsilon(1e-5));
  CHECK(std::isinf(spof::student_t(0)));
}

TEST_CASE("mean, deviation, median and interval") {
  const std::vector<double> values{4, 1, 3, 2};
  CHECK(spof::mean(values) == 2.5);
  CHECK(spof::median(values) == 2.5);
  CHECK(spof::median({3, 1, 2}) == 2);
  CHECK(spof::standard_deviation(values) == near(1.290994));
  CHECK(spof::half_width(values) == near(3.1824 * 1.290994 / 2));
}

TEST_CASE("few values have no spread") {
  CHECK(spof::mean({}) == 0);
  CHECK(spof::median({}) == 0);
  CHECK(spof::standard_deviation({5}) == 0);
  CHECK(spof::half_width({5}) == 0);
}
