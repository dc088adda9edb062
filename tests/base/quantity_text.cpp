#include "base/quantity_text.hpp"

#include <cmath>
#include <limits>

#include "base/random.hpp"
#include "catch.hpp"

using namespace spof;

namespace {

template <class Q>
double parsed(std::string_view text) {
  double out = -1;
  const std::string wrong = parse_quantity(text, dimension<Q>(), out);
  INFO(text << ": " << wrong);
  CHECK(wrong.empty());
  return out;
}

template <class Q>
std::string wrong(std::string_view text) {
  double out = -1;
  std::string what = parse_quantity(text, dimension<Q>(), out);
  CHECK(!what.empty());
  CHECK(out == -1);
  return what;
}

}  // namespace

TEST_CASE("every unit of durations parses, exactly") {
  CHECK(parsed<Seconds>("250ms") == 0.25);
  CHECK(parsed<Seconds>("20s") == 20);
  CHECK(parsed<Seconds>("5m") == 300);
  CHECK(parsed<Seconds>("2h") == 7200);
  CHECK(parsed<Seconds>("1d") == 86400);
  CHECK(parsed<Seconds>("100us") == 1e-4);
  CHECK(parsed<Seconds>("7ns") == 7e-9);
  CHECK(parsed<Seconds>("1.5 s") == 1.5);
  CHECK(parsed<Seconds>("1e3ms") == 1);
  CHECK(parsed<Seconds>("2.5E-1s") == 0.25);
  CHECK(parsed<Seconds>("0s") == 0);
}

TEST_CASE("every unit of sizes, rates, bandwidths and shares parses, exactly") {
  CHECK(parsed<Bytes>("512B") == 512);
  CHECK(parsed<Bytes>("10kB") == 10'000);
  CHECK(parsed<Bytes>("1.5MB") == 1.5e6);
  CHECK(parsed<Bytes>("2GB") == 2e9);
  CHECK(parsed<Bytes>("1TB") == 1e12);
  CHECK(parsed<Bytes>("16KiB") == 16384);
  CHECK(parsed<Bytes>("1MiB") == 1048576);
  CHECK(parsed<Bytes>("1GiB") == 1073741824);
  CHECK(parsed<Bytes>("1TiB") == 1099511627776);
  CHECK(parsed<Rate>("100/s") == 100);
  CHECK(parsed<Rate>("6000/m") == 100);
  CHECK(parsed<Rate>("7200/h") == 2);
  CHECK(parsed<Rate>("86400/d") == 1);
  CHECK(parsed<Bandwidth>("1Gbps") == 125e6);
  CHECK(parsed<Bandwidth>("100Mbps") == 12.5e6);
  CHECK(parsed<Bandwidth>("8kbps") == 1000);
  CHECK(parsed<Bandwidth>("8bps") == 1);
  CHECK(parsed<Bandwidth>("1Tbps") == 125e9);
  CHECK(parsed<Bandwidth>("125MB/s") == 125e6);
  CHECK(parsed<Bandwidth>("1GB/s") == 1e9);
  CHECK(parsed<Bandwidth>("3kB/s") == 3000);
  CHECK(parsed<Bandwidth>("3B/s") == 3);
  CHECK(parsed<Bandwidth>("1KiB/s") == 1024);
  CHECK(parsed<Bandwidth>("1MiB/s") == 1048576);
  CHECK(parsed<Bandwidth>("1GiB/s") == 1073741824);
  CHECK(parsed<Share>("5%") == 0.05);
  CHECK(parsed<Share>("5 %") == 0.05);
  CHECK(parsed<Share>("99.99%") == 0.9999);
}

TEST_CASE("what is wrong with a quantity is said, with what to write instead") {
  CHECK(wrong<Seconds>("5") == R"("5" has no unit; write "5s" or "5ms")");
  CHECK(wrong<Bytes>("10") == R"("10" has no unit; write "10B" or "10kB")");
  CHECK(wrong<Rate>("100") == R"("100" has no unit; write "100/s" or "100/m")");
  CHECK(wrong<Bandwidth>("1") == R"("1" has no unit; write "1Mbps" or "1MB/s")");
  CHECK(wrong<Share>("5") == R"("5" has no unit; write "5%")");
  CHECK(wrong<Share>("0.05") ==
        R"("0.05" has no unit; write "5%")");
  CHECK(wrong<Seconds>("-5s") == R"("-5s" is negative; a duration is 0 or more)");
  CHECK(wrong<Seconds>("soon") == R"("soon" is not a duration such as "250ms", "20s" or "5m")");
  CHECK(wrong<Seconds>("") == R"("" is not a duration such as "250ms", "20s" or "5m")");
  CHECK(wrong<Bytes>("big") == R"("big" is not a size such as "512B", "10kB" or "1.5MB")");
  CHECK(wrong<Seconds>("5sec") ==
        R"("5sec" has an unknown unit "sec"; allowed: d, h, m, min, s, ms, us, ns)");
  CHECK(wrong<Rate>("5/x") == R"("5/x" has an unknown unit "/x"; allowed: /s, /m, /h, /d)");
  CHECK(wrong<Seconds>("1e999s") == R"("1e999s" is too large or too small a number)");
  CHECK(wrong<Seconds>("1e308d") == R"("1e308d" is too large or too small a number)");
  CHECK(wrong<Seconds>("1e99999999999ms") ==
        R"("1e99999999999ms" is too large or too small a number)");
}

TEST_CASE("numbers that are none, and junk around them, are refused") {
  for (const char* text :
       {"nan",  "inf",  "nans", "infs",  "-infs",     "+5s",        ".5s", " 5s", "5s ",
        "5 ",   "5  s", "5s5s", "0x10s", "5,5s",      "1_000s",     "s",   "5.s", "--5s",
        "5e s", "1e5",  "5S",   "5MS",   "\xC2\xB5s", "5\xC2\xB5s", "-",   "5s\n"}) {
    INFO(text);
    wrong<Seconds>(text);
  }
  wrong<Bytes>("10KB");
  wrong<Bytes>("10kb");
  wrong<Share>("5%%");
  wrong<Seconds>(std::string_view("5s\0", 3));
  wrong<Seconds>(std::string(100'000, '9'));
}

TEST_CASE("quantities are written in their shortest exact form") {
  CHECK(to_text(Seconds(0.25)) == "250ms");
  CHECK(to_text(Seconds(20)) == "20s");
  CHECK(to_text(Seconds(0.00018)) == "180us");
  CHECK(to_text(Seconds(90)) == "90s");
  CHECK(to_text(Seconds(300)) == "5m");
  CHECK(to_text(Seconds(3600)) == "1h");
  CHECK(to_text(Seconds(86400)) == "1d");
  CHECK(to_text(Seconds(0.0015)) == "1.5ms");
  CHECK(to_text(Seconds(1e-4)) == "100us");
  CHECK(to_text(Seconds(0)) == "0s");
  CHECK(to_text(Seconds(-2)) == "-2s");
  CHECK(to_text(Bytes(10'000)) == "10kB");
  CHECK(to_text(Bytes(1500)) == "1500B");
  CHECK(to_text(Bytes(16384)) == "16KiB");
  CHECK(to_text(Rate(100)) == "100/s");
  CHECK(to_text(Bandwidth(125e6)) == "1Gbps");
  CHECK(to_text(Bandwidth(0)) == "0Mbps");
  CHECK(to_text(Share(0.05)) == "5%");
  CHECK(to_text(Share(1)) == "100%");
  CHECK(to_text(Share(0)) == "0%");
  CHECK(to_text(Seconds(std::numeric_limits<double>::infinity())) == "inf s");
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(-12000) == "-12000");
  CHECK(number_text(1e300) == "1e300");
  CHECK(number_text(1.25e-9) == "1.25e-9");
}

namespace {

/// Doubles of all magnitudes, round ones among them.
double some_number(Random& random) {
  const double magnitude = std::pow(10, -12 + 30 * random.uniform());
  const double value = magnitude * random.uniform();
  return random.chance(0.5) ? value : std::round(value * 1000) / 1000;
}

template <class Q>
void check_round_trip(Random& random) {
  const double value = some_number(random);
  const std::string text = to_text(Q(value));
  double back = -1;
  INFO(text);
  REQUIRE(parse_quantity(text, dimension<Q>(), back).empty());
  REQUIRE(back == value);
}

}  // namespace

TEST_CASE("any quantity reads back from its text as the same double") {
  Random random(1, "quantity texts");
  for (int i = 0; i < 2000; ++i) {
    check_round_trip<Seconds>(random);
    check_round_trip<Bytes>(random);
    check_round_trip<Rate>(random);
    check_round_trip<Bandwidth>(random);
    check_round_trip<Share>(random);
    const double value = some_number(random);
    double back = -1;
    REQUIRE(parse_number(number_text(value), back));
    REQUIRE(back == value);
  }
  for (const double extreme : {5e-324, 2.2250738585072014e-308, 1.7976931348623157e308}) {
    double back = -1;
    CHECK(parse_quantity(to_text(Seconds(extreme)), dimension<Seconds>(), back).empty());
    CHECK(back == extreme);
  }
}

TEST_CASE("random bytes never crash the reading of quantities") {
  Random random(2, "junk");
  const std::string letters = "0123456789.eE+-smunkMGiBbp/% \xC2";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (std::uint64_t n = random.below(8); n > 0; --n)
      text += letters[static_cast<std::size_t>(random.below(letters.size()))];
    double out = 0;
    if (parse_quantity(text, dimension<Seconds>(), out).empty()) {
      REQUIRE(std::isfinite(out));
      REQUIRE(out >= 0);
    }
  }
}
