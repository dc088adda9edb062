#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include "analysis/records/matrix_record.hpp"
#include "catch.hpp"
#include "report/pages/pages.hpp"
#include "report/text.hpp"
#include "support/text.hpp"

using namespace spof;
using namespace spof::report;
using test::check_golden;
using test::has;

TEST_CASE("nines as the field counts them, never rounded up") {
  CHECK(nines(0.01) == near(2));
  CHECK(nines(0) == std::numeric_limits<double>::infinity());
  CHECK(nines(1) == 0);
  CHECK(nines_text(0.0005) == "3 nines (3.3)");
  CHECK(nines_text(1 - 0.9999) == "4 nines (4.0)");
  CHECK(nines_text(0.001) == "3 nines (3.0)");
  CHECK(nines_text(0.000101) == "3 nines (3.9)");
  CHECK(nines_text(0.1) == "1 nine (1.0)");
  CHECK(nines_text(0.5) == "0 nines (0.3)");
  CHECK(nines_text(0) == "no loss");
}

TEST_CASE("availability has the digits its loss needs, and is 100 % for no loss only") {
  CHECK(availability_text(0.0005) == "99.950 %");
  CHECK(availability_text(0.000136) == "99.986 %");
  CHECK(availability_text(3.2e-6) == "99.99968 %");
  CHECK(availability_text(0.25) == "75.00 %");
  CHECK(availability_text(1) == "0.00 %");
  CHECK(availability_text(0) == "100 %");
  CHECK(availability_text(1e-15) == "99.999999999 %");
}

TEST_CASE("the minutes of a year") {
  CHECK(minutes_text(0) == "0 min");
  CHECK(minutes_text(0.001) == "< 0.01 min");
  CHECK(minutes_text(0.2) == "0.20 min");
  CHECK(minutes_text(3.44) == "3.4 min");
  CHECK(minutes_text(71.3) == "71 min");
  CHECK(minutes_text(1250) == "1 250 min");
  // 99.95 % is 4.38 h, 99.999 % 5.26 min.
  CHECK(YearShare{0.0005, 0, 0, 0, 0}.minutes() == near(4.383 * 60));
  CHECK(YearShare{0.00001, 0, 0, 0, 0}.minutes() == near(5.2596));
}

TEST_CASE("a year on one screen") {
  YearlyInput given{{{"read", 35}, {"write", 15}}, {}, {}, 0.05};
  given.modes = {
      {"haproxy@lb1", "crash", 0.2, 1500, 1, true, {{{1, 9, true, 9}}, {{1, 9, true, 9}}}},
      {"mysql@server1",
       "crash",
       1.5,
       1500,
       1,
       true,
       {{{0.5, 3, false, 0}, {0.4, 2, false, 0}}, {{1, 9, true, 9}}}},
      {"dns@ns1", "hang", 0.3, 1500, 1, false, {{}, {}}}};
  const Yearly year = yearly(given);
  check_golden("yearly.txt", on_screen(year_section(year, Medium::screen), {78}));
  check_golden("yearly.md", in_markdown(year_section(year, Medium::markdown)));
  std::istringstream lines(to_ascii(on_screen(year_section(year, Medium::screen), {78})));
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
  CHECK(yearly_line(year.classes[1]) ==
        "write: 43 min outage a year (9 years in 10: 0 to 133), 99.9919 %, 4 nines (4.0)");
  const Json json = spof::echo_fields(year_record(year));
  CHECK(json["classes"][1]["outage_min"]["expected"].get<double>() ==
        near(year.classes[1].down.minutes()));
  CHECK(json["classes"][1]["availability_time"]["nines"].get<double>() ==
        near(nines(year.classes[1].down.expected)).epsilon(1e-3));
  CHECK(json["components"][0]["component"] == "mysql@server1");
  CHECK(json["components"][0]["saved_requests"].size() == 3);
  CHECK(json["classes"][0]["outage_min"]["high"].is_number());
  given.pairs = {{0, 1, 0, false, {}}};
  CHECK(on_screen(year_section(yearly(given), Medium::screen), {78}).find("5.00 %") !=
        std::string::npos);
}

TEST_CASE("one run has no interval of a year") {
  YearlyInput given{{{"read", 35}}, {}, {}, 0.05};
  given.modes = {{"lb", "crash", 2, 1500, 1, true, {{{1, 9, true, 9}}}}};
  Yearly year = yearly(given);
  const Json one = spof::echo_fields(year_record(year))["classes"][0];
  CHECK(one["outage_min"]["expected"] > 0);
  for (const char* figure : {"outage_min", "failed_requests"})
    for (const char* end : {"low", "high"}) CHECK(one[figure][end].is_null());
  CHECK(has(in_markdown(year_section(year, Medium::markdown)), "| read | 50 min | - | 0 \u2026 "));
  CHECK(has(in_markdown(year_section(year, Medium::markdown)), "| - |"));
  given.modes[0].classes[0].push_back({0.5, 9, true, 9});
  const Json two = spof::echo_fields(year_record(yearly(given)))["classes"][0]["failed_requests"];
  CHECK(two["low"] < two["expected"]);
  CHECK(two["high"] > two["expected"]);
}

TEST_CASE("of a class that nobody asks for a year says nothing") {
  YearlyInput given{{{"read", 35}, {"write", 0}}, {}, {}, 0};
  given.modes = {{"lb", "crash", 2, 1500, 1, true, {{{1, 9, true, 9}}, {}}}};
  CHECK(has(in_markdown(year_section(yearly(given), Medium::markdown)),
            "| write | - | - | - | - | - |"));
}
