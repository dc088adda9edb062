#include "base/histogram.hpp"

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "catch.hpp"

using spof::Histogram;
using spof::SparseHistogram;

TEST_CASE("every value is known to better than 1/128, small ones exactly") {
  for (std::uint64_t value = 0; value < 256; ++value)
    CHECK(Histogram::value_of(Histogram::bucket_of(value)) == value);
  for (double x = 256; x < 6e10; x *= 1.0137) {
    const auto value = static_cast<std::uint64_t>(x);
    const auto shown = static_cast<double>(Histogram::value_of(Histogram::bucket_of(value)));
    CHECK(std::fabs(shown - static_cast<double>(value)) <= static_cast<double>(value) / 255);
  }
}

TEST_CASE("buckets are in the order of their values and leave no gap") {
  std::uint32_t last = 0;
  for (std::uint64_t value = 1; value < 300000; ++value) {
    const std::uint32_t bucket = Histogram::bucket_of(value);
    REQUIRE((bucket == last || bucket == last + 1));
    last = bucket;
  }
}

TEST_CASE("quantiles of a histogram are those of the values") {
  spof::Random random(1, "test");
  Histogram histogram;
  SparseHistogram sparse;
  std::vector<double> values;
  for (int i = 0; i < 20000; ++i) {
    const auto value = static_cast<std::uint64_t>(random.exponential(20000));
    values.push_back(static_cast<double>(value));
    histogram.record(value);
    sparse.record(value);
  }
  std::sort(values.begin(), values.end());
  for (const double share : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999}) {
    const auto rank = static_cast<std::size_t>(std::max(std::ceil(share * 20000), 1.0)) - 1;
    CHECK(static_cast<double>(histogram.quantile(share)) == near(values[rank]).epsilon(0.004));
    CHECK(sparse.quantile(share) == histogram.quantile(share));
  }
  CHECK(histogram.quantile(1) == static_cast<std::uint64_t>(values.back()));
  CHECK(histogram.count() == 20000);
  CHECK(sparse.max() == histogram.max());
}

TEST_CASE("an empty histogram answers zero") {
  CHECK(Histogram().quantile(0.5) == 0);
  CHECK(Histogram().max() == 0);
  CHECK(SparseHistogram().quantile(0.99) == 0);
}

TEST_CASE("merging loses nothing") {
  Histogram even, odd, all;
  for (std::uint64_t value = 0; value < 100000; value += 7) {
    (value % 2 == 0 ? even : odd).record(value);
    all.record(value);
  }
  even.merge(odd);
  CHECK(even == all);
}

TEST_CASE("buckets and the maximum restore a histogram") {
  Histogram histogram;
  for (const std::uint64_t value : {0UL, 3UL, 300UL, 40'000'000UL, 1UL << 40})
    histogram.record(value);
  CHECK(histogram.buckets().size() == 5);
  CHECK(histogram.max() == 1UL << 40);
  CHECK(Histogram::from(histogram.buckets(), histogram.max()) == histogram);
  CHECK(Histogram::from({{1U << 30, 1}}, 0).count() == 0);
}
