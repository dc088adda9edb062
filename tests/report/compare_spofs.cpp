#include "analysis/compare/compare.hpp"
#include "catch.hpp"
#include "report/format.hpp"
#include "support/campaign.hpp"

using namespace spof::report;

namespace {
constexpr const char* spof_word = "single point of failure";
}

TEST_CASE("single points of failure are gained, lost and kept") {
  const std::vector<Breakage> before{{{"db", "crash", "write"}, spof_word},
                                     {{"db", "crash", "read"}, "degraded"},
                                     {{"lb", "crash", "read"}, spof_word},
                                     {{"old", "crash", "read"}, spof_word}};
  const std::vector<Breakage> after{{{"lb", "crash", "read"}, spof_word},
                                    {{"db", "crash", "write"}, "interrupted"},
                                    {{"db", "crash", "read"}, spof_word},
                                    {{"new", "hang", "read"}, spof_word},
                                    {{"db", "hang", "write"}, "survived"}};
  const SpofChanges changes = spof_changes(before, after);
  CHECK(changes.gained == std::vector<Breakage>{{{"db", "crash", "read"}, spof_word}});
  CHECK(changes.lost == std::vector<Breakage>{{{"db", "crash", "write"}, "interrupted"}});
  CHECK(changes.kept == std::vector<Breakage>{{{"lb", "crash", "read"}, spof_word}});
  // What was not broken on the other side is neither gained nor lost.
  CHECK(changes.only_tested_first == std::vector<Breakage>{{{"old", "crash", "read"}, spof_word}});
  CHECK(changes.only_tested_second == std::vector<Breakage>{{{"new", "hang", "read"}, spof_word}});
  const SpofChanges back = spof_changes(after, before);
  CHECK(back.gained.size() == 1);
  CHECK(back.lost.size() == 1);
}

TEST_CASE("a report's verdict names the classes of its single point of failure") {
  std::vector<std::string> mistakes;
  const StoredReport report = parse_stored_report(report_json(spof::test::campaign()), mistakes);
  REQUIRE(mistakes.empty());
  const auto breaks = breaks_of(report);
  REQUIRE(breaks.size() == 2);
  CHECK(breaks[0] == Breakage{{"mysql@server1", "crash", "static"}, ""});
  CHECK(breaks[1] == Breakage{{"mysql@server1", "crash", "write"}, spof_word});
}

TEST_CASE("of several faults only the part that the verdict names is a single point of failure") {
  StoredReport report;
  report.verdict = {spof_word, "", {"nginx@server1"}, {"read"}};
  report.classes = {"read"};
  report.faults = {{"crash", "nginx@server1", 1, 2}, {"reboot", "server1", 1, 2}};
  for (const Breakage& one : breaks_of(report))
    CHECK((one.verdict == spof_word) == (one.component == "nginx@server1"));
}
