// The timers of a kernel: what they make of the waits of TCP, as measured on Linux 6.18.
#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.hpp"
#include "catch.hpp"
#include "net/kernel_timer.hpp"

using spof::net::KernelTimers;

namespace {

struct Range {
  double least = 1e9, most = 0;
};
/// When the last of these waits ends, each of which begins when the one before has, over many
/// kernels.
Range ends_of(const std::vector<double>& waits) {
  Range range;
  spof::Random random(1, "uptimes");
  for (int i = 0; i < 2000; ++i) {
    const KernelTimers timers(1e6 * random.uniform());
    double date = 0;
    for (const double wait : waits) date = timers.end_of(date, wait);
    range.least = std::min(range.least, date);
    range.most = std::max(range.most, date);
  }
  return range;
}

}  // namespace

TEST_CASE("TCP-20: SYNs come later than they are meant to, as measured") {
  std::vector<double> waits = {1, 1, 1, 1, 1, 2, 4};
  const auto within = [&](double least, double most) {
    const Range range = ends_of(waits);
    CHECK(range.least > least - 0.06);  // a connect takes its time, too
    CHECK(range.least < least + 0.02);
    CHECK(range.most > most - 0.06);
    CHECK(range.most < most + 0.02);
  };
  within(11.15, 11.43);
  waits.push_back(8);
  within(19.35, 19.63);
  waits.push_back(16);
  within(35.47, 35.74);
}

TEST_CASE("TCP-20: data that nobody acknowledges are sent again at the measured dates") {
  const double first = KernelTimers::whole(0.2002);
  CHECK(first == near(0.204));
  std::vector<double> waits = {first};
  const std::vector<Range> measured = {{0.21, 0.21}, {0.42, 0.42}, {0.85, 0.85},
                                       {1.68, 1.68}, {3.35, 3.35}, {6.7, 6.8},
                                       {13.3, 13.5}, {26.6, 26.8}, {54.5, 54.9}};
  for (const Range& seen : measured) {
    const Range range = ends_of(waits);
    CHECK(range.least < seen.least);  // where in its level a kernel stood is not known
    CHECK(range.most > seen.most - 0.025);
    waits.push_back(waits.size() == 1 ? first : 2 * waits.back());
  }
}

TEST_CASE("TCP-20: a timer is never early, and late by one step of its level at most") {
  spof::Random random(2, "waits");
  for (int i = 0; i < 10000; ++i) {
    const double wait = std::exp(12 * random.uniform() - 7), begin = 1000 * random.uniform();
    const double late = KernelTimers(1e6 * random.uniform()).end_of(begin, wait) - begin - wait;
    const double step = wait < 0.248    ? 0.004
                        : wait < 2.012  ? 0.032
                        : wait < 16.124 ? 0.256
                        : wait < 129    ? 2.048
                                        : 16.384;
    CHECK(late > -0.004);  // the jiffy that it begins in counts
    CHECK(late < step + 0.004);
  }
}
