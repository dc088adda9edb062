#include "base/distribution.hpp"

#include <cmath>
#include <type_traits>

#include "catch.hpp"

using namespace spof;

static_assert(std::is_trivially_copyable_v<Distribution>);
static_assert(sizeof(Distribution) <= 24);

namespace {

Distribution parsed(std::string_view text, const Dimension* kind = &dimension<Seconds>()) {
  Distribution out;
  CHECK(parse_distribution(text, kind, out) == "");
  return out;
}

std::string wrong(std::string_view text, const Dimension* kind = &dimension<Seconds>()) {
  Distribution out;
  return parse_distribution(text, kind, out);
}

}  // namespace

TEST_CASE("every distribution parses") {
  CHECK(parsed("2ms") == Distribution::constant(0.002));
  CHECK(parsed("exponential(2ms)") == Distribution::exponential(0.002));
  CHECK(parsed("lognormal(2ms, 0.8)") == Distribution::lognormal(0.002, 0.8));
  CHECK(parsed("uniform( 1ms,3ms )") == Distribution::uniform(0.001, 0.003));
  CHECK(parsed("pareto(1ms, 1.5)") == Distribution::pareto(0.001, 1.5));
  CHECK(parsed("erlang(2ms, 4)") == Distribution::erlang(0.002, 4));
  CHECK(parsed("lognormal(10kB, 1.2)", &dimension<Bytes>()) == Distribution::lognormal(1e4, 1.2));
  CHECK(parsed("uniform(1, 5)", nullptr) == Distribution::uniform(1, 5));
  CHECK(parsed("3", nullptr) == Distribution::constant(3));
}

TEST_CASE("what is wrong with a distribution is said") {
  CHECK(wrong("expnential(2ms)") ==
        R"(unknown distribution "expnential"; did you mean "exponential"?)");
  CHECK(
      wrong("gamma(2ms)") ==
      R"_(unknown distribution "gamma"; allowed: exponential, lognormal, uniform, pareto, erlang)_");
  CHECK(wrong("exponential(2)") == R"("2" has no unit; write "2s" or "2ms")");
  CHECK(wrong("exponential(2ms") == R"_("exponential(2ms" does not end with ")")_");
  CHECK(wrong("exponential(2ms, 3)") ==
        R"_("exponential(2ms, 3)" has 2 parameters; write exponential(MEAN))_");
  CHECK(wrong("lognormal(2ms)") ==
        R"_("lognormal(2ms)" has 1 parameter; write lognormal(MEDIAN, SIGMA))_");
  CHECK(wrong("lognormal(2ms, wide)") == R"("wide" is not a number such as 0.8)");
  CHECK(wrong("lognormal(2ms, 11)") == R"_("lognormal(2ms, 11)": sigma must be at most 10)_");
  CHECK(wrong("uniform(3ms, 1ms)") ==
        R"_("uniform(3ms, 1ms)": the least is more than the greatest)_");
  CHECK(wrong("exponential(0s)") ==
        R"_("exponential(0s)": the first parameter must be more than 0)_");
  CHECK(wrong("pareto(1ms, 0)") == R"_("pareto(1ms, 0)": the shape must be at least 0.1)_");
  for (const char* text : {"erlang(2ms, 0)", "erlang(2ms, 2.5)", "erlang(2ms, 101)"})
    CHECK(wrong(text) == "\"" + std::string(text) +
                             "\": the number of stages must be a whole number from 1 to 100");
  CHECK(wrong("2") == R"("2" has no unit; write "2s" or "2ms")");
  CHECK(wrong("()") ==
        R"_(unknown distribution ""; allowed: exponential, lognormal, uniform, pareto, erlang)_");
  CHECK(wrong("soon", nullptr) == R"("soon" is not a number such as 0.8)");
}

TEST_CASE("distributions read back from their text") {
  for (const char* text : {"2ms", "exponential(2ms)", "lognormal(2ms, 0.8)", "uniform(1ms, 3ms)",
                           "pareto(1ms, 1.5)", "erlang(2ms, 4)", "0s", "uniform(0s, 1h)"})
    CHECK(to_text(parsed(text)) == text);
  CHECK(to_text(SizeDistribution(Distribution::constant(1500))) == "1500B");
  CHECK(to_text(CountDistribution(Distribution::uniform(1, 5))) == "uniform(1, 5)");
}

TEST_CASE("the mean of many draws is the mean") {
  for (const char* text : {"2s", "exponential(2s)", "lognormal(2s, 0.5)", "uniform(1s, 3s)",
                           "pareto(1s, 5)", "erlang(2s, 4)"}) {
    const Distribution law = parsed(text);
    Random random(7, text);
    double sum = 0;
    constexpr int draws = 200'000;
    for (int i = 0; i < draws; ++i) {
      const double value = law.draw(random);
      REQUIRE(value > 0);
      REQUIRE(std::isfinite(value));
      sum += value;
    }
    INFO(text);
    CHECK(std::abs(sum / draws / law.mean() - 1) < 0.01);
  }
}

TEST_CASE("means in closed form") {
  CHECK(parsed("lognormal(2s, 0.5)").mean() == near(2 * std::exp(0.125)));
  CHECK(parsed("pareto(1s, 1.5)").mean() == near(3));
  CHECK(std::isinf(parsed("pareto(1s, 1)").mean()));
  CHECK(parsed("erlang(2s, 4)").mean() == 2);
  CHECK(parsed("uniform(1s, 3s)").mean() == 2);
}

TEST_CASE("an erlang of four stages varies half as much as an exponential") {
  const Distribution law = parsed("erlang(2s, 4)");
  Random random(3, "erlang");
  double squares = 0;
  constexpr int draws = 200'000;
  for (int i = 0; i < draws; ++i) {
    const double value = law.draw(random);
    squares += (value - 2) * (value - 2);
  }
  CHECK(std::abs(squares / draws - 1) < 0.03);
}

TEST_CASE("the medians of lognormal and pareto are where the formulas put them") {
  Random random(5, "medians");
  int below_lognormal = 0;
  int below_pareto = 0;
  const Distribution lognormal = parsed("lognormal(2s, 0.8)");
  const Distribution pareto = parsed("pareto(1s, 1.5)");
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i) {
    below_lognormal += lognormal.draw(random) < 2 ? 1 : 0;
    below_pareto += pareto.draw(random) < std::pow(2, 1 / 1.5) ? 1 : 0;
  }
  CHECK(std::abs(below_lognormal - draws / 2) < 800);
  CHECK(std::abs(below_pareto - draws / 2) < 800);
}
