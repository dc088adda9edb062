// The runbook: what a matrix found, for who is on call.
#include <limits>
#include <string>

#include "catch.hpp"
#include "report/pages/matrix_page.hpp"
#include "support/findings.hpp"
#include "support/text.hpp"

using namespace spof;
using namespace spof::report;
using test::class_finding;
using test::fine;
using test::has;
using test::matrix_of;
using test::part;

namespace {

std::string runbook(const Finding& finding) {
  return in_markdown(runbook_page(matrix_of({finding})));
}

}  // namespace

TEST_CASE("what nothing takes over is repaired by hand, and lasts as long") {
  Finding crash = part("mysql@server1", "crash", fine(""), test::gone(""));
  crash.seen = "500 db_refused";
  CHECK(has(runbook(crash),
            "| crash of `mysql@server1` | by hand | until the repair: write | 0 | no check; users: "
            "500 db_refused | start `mysql@server1` |"));
  crash.detected = 4;
  crash.detected_by = "haproxy@lb1: server1 DOWN";
  crash.acted_by = "haproxy@lb1";
  CHECK(has(runbook(crash), "by hand; `haproxy@lb1` does not suffice"));
  CHECK(has(runbook(crash), "`haproxy@lb1: server1 DOWN` after 4.0 s; users: 500 db_refused"));
}

TEST_CASE("a failover is automatic, and leaves something to do") {
  Finding crash = part("mysql@server1", "crash", fine(""), class_finding("", 0, 30));
  crash.recovered = 2.6;
  crash.detected = 2.5;
  crash.detected_by = "db_manager@witness: mysql@server1 primary_dead";
  crash.acted_by = "db_manager@witness";
  crash.lost_writes = 12;
  crash.diverged_writes = 11;
  crash.left = "set up mysql@server1 as a replica of mysql@server2";
  CHECK(has(
      runbook(crash),
      "| automatic: `db_manager@witness` | 2.6 s | 12, 11 beside the new primary | "
      "`db_manager@witness: mysql@server1 primary_dead` after 2.5 s | set up mysql@server1 as a "
      "replica of mysql@server2 |"));
}

TEST_CASE("what no user notices needs nobody at once, and has its repair all the same") {
  CHECK(has(runbook(part("db_manager@witness", "crash", fine(""), fine(""))),
            "| crash of `db_manager@witness` | none needed | none | 0 | no check | start "
            "`db_manager@witness` |"));
  Finding errors = part("lb1-nic", "loss", fine(""), class_finding("", 0, 30));
  errors.recovered = std::numeric_limits<double>::infinity();
  CHECK(has(runbook(errors), "| by hand | until the repair, in part |"));
  CHECK(has(runbook(errors), "| mend `lb1-nic` |"));
}

TEST_CASE("a failover that nobody needed is no success: writes are lost, and it stands high") {
  Finding cut = part("server1 | witness", "partition", fine(""), fine(""));
  cut.lost_writes = cut.diverged_writes = 362;
  cut.acted_by = "db_manager@witness";
  CHECK(has(runbook(cut),
            "| users notice nothing, and writes are lost | none | 362, 362 beside the "
            "new primary |"));
  CHECK(cell_text(&cut) == "362 lost");
  CHECK(hurts_more(cut, part("lb1", "crash", fine(""), class_finding("", 0, 30))));
}

TEST_CASE("the smallest change that would have helped stands beside the repair") {
  Matrix matrix = matrix_of({part("mysql@server1", "crash", fine(""), test::gone(""))});
  matrix.cases[0].remedies.push_back({"automatic failover of the database", 3, {}, {}, {}});
  CHECK(has(in_markdown(runbook_page(matrix)),
            "start `mysql@server1`; would have helped: automatic failover of the database |"));
}
