// The runbook: what a matrix found, for who is on call.
#include <limits>
#include <string>

#include "catch.hpp"
#include "report/pages/pages.hpp"
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
  CHECK(
      has(runbook(crash), "| crash of `mysql@server1` | by hand | until the repair: write | 0 |"));
  CHECK(has(runbook(crash),
            "## crash of `mysql@server1`\n\n- **Recovery** by hand\n- **Outage** until the repair: "
            "write\n- **Acknowledged writes lost** 0\n- **You see** no check\n- **You see** users: "
            "500 db_refused\n- **You see** logs: application: error 2003, `Can't connect to MySQL "
            "server`\n- **Do** start `mysql@server1`\n"));
  crash.detected = 4;
  crash.detected_by = "haproxy@lb1: server1 DOWN";
  crash.acted_by = "haproxy@lb1";
  CHECK(has(runbook(crash), "by hand; `haproxy@lb1` does not suffice"));
  CHECK(has(runbook(crash), "- **You see** `haproxy@lb1: server1 DOWN` after 4.0 s\n"));
  Matrix matrix = matrix_of({crash});
  matrix.cases[0].repair = 1500;
  CHECK(has(in_markdown(runbook_page(matrix)), "| until the repair, 25 min on average: write |"));
}

TEST_CASE("everybody who finds out is named, and where monitoring calls nobody") {
  Finding crash = part("mysql@server1", "crash", fine(""), test::gone(""));
  crash.sights = {{"haproxy@lb1: server1 DOWN", 4.6},
                  {"prometheus@monitor: InstanceDown of server1", 45}};
  crash.seen = "503 no_server, 504 server_timeout";
  crash.is_watched = true;
  crash.notified = 55;
  std::string text = runbook(crash);
  CHECK(has(text,
            "- **You see** `haproxy@lb1: server1 DOWN` after 4.6 s\n- **You see** "
            "`prometheus@monitor: InstanceDown of server1` after 45.0 s\n- **You see** users"));
  CHECK(has(text, "logs: HAProxy `<NOSRV>` `SC--` and HAProxy `sH--`"));
  crash.notified = std::numeric_limits<double>::infinity();
  CHECK(has(runbook(crash), "- **You see** monitoring calls nobody\n"));
  crash.seen = "connect_timeout";  // so says the client, and nobody of the stack
  CHECK_FALSE(has(runbook(crash), "logs:"));
}

TEST_CASE("a failover is automatic, and leaves something to do") {
  Finding crash = part("mysql@server1", "crash", fine(""), class_finding("", 0, 30));
  crash.classes[1].outage = {2.6, 2.6};
  crash.detected = 2.5;
  crash.detected_by = "db_manager@witness: mysql@server1 primary_dead";
  crash.acted_by = "db_manager@witness";
  crash.lost_writes = 12;
  crash.diverged_writes = 11;
  crash.left = "set up mysql@server1 as a replica of mysql@server2";
  const std::string text = runbook(crash);
  CHECK(has(text, "| automatic: `db_manager@witness` | 2.6 s | 12, 11 beside the primary |"));
  CHECK(has(text, "`db_manager@witness: mysql@server1 primary_dead` after 2.5 s"));
  CHECK(has(
      text,
      "- **Do** start `mysql@server1`, then set up mysql@server1 as a replica of mysql@server2; "
      "first copy what was written beside the primary, for nobody merges it\n"));
}

TEST_CASE("what no user notices needs nobody at once, and has its repair all the same") {
  const std::string text = runbook(part("db_manager@witness", "crash", fine(""), fine("")));
  CHECK(has(text, "## What no user notices: repair it in time\n"));
  CHECK(has(text, "| crash of `db_manager@witness` | no check | start `db_manager@witness` |"));
  Finding errors = part("lb1-nic", "loss", fine(""), class_finding("", 0, 30));
  errors.recovered = std::numeric_limits<double>::infinity();
  CHECK(has(runbook(errors), "| by hand | until the repair, in part |"));
  CHECK(has(runbook(errors), "- **Do** mend `lb1-nic`\n"));
}

TEST_CASE("a failover that nobody needed is no success: writes are lost, and it stands high") {
  Finding cut = part("server1 | witness", "partition", fine(""), fine(""));
  cut.lost_writes = cut.diverged_writes = 362;
  cut.acted_by = "db_manager@witness";
  CHECK(has(runbook(cut),
            "| users notice nothing, and writes are lost | none | 362, 362 beside the "
            "primary |"));
  CHECK(cell_text(&cut) == "362 lost");
  CHECK(hurts_more(cut, part("lb1", "crash", fine(""), class_finding("", 0, 30))));
}

TEST_CASE("the smallest change that would have helped stands beside the repair") {
  Matrix matrix = matrix_of({part("mysql@server1", "crash", fine(""), test::gone(""))});
  matrix.cases[0].remedies.push_back({"automatic failover of the database", 3, {}, {}, {}});
  CHECK(has(in_markdown(runbook_page(matrix)),
            "- **Do** start `mysql@server1`\n- **Would have helped** automatic failover of the "
            "database\n"));
  Finding& crash = matrix.cases[0].finding;
  crash.lost = {9, 9};
  crash.lost_writes = crash.diverged_writes = 9;
  matrix.cases[0].remedies[0].before = matrix.cases[0].remedies[0].after = crash;
  CHECK(has(in_markdown(runbook_page(matrix)),
            "- **Do** start `mysql@server1`; first copy what was written beside the primary, for "
            "nobody merges it\n- **Would have helped** automatic failover of the database (but "
            "writes are lost as before)\n"));
}
