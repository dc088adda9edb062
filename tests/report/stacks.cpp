// Stacks side by side: the same roles line up, and what a step buys.
#include <string>
#include <vector>

#include "analysis/records/records.hpp"
#include "catch.hpp"
#include "report/pages/pages.hpp"
#include "scenario/load.hpp"
#include "support/findings.hpp"
#include "support/schema.hpp"
#include "support/text.hpp"

using namespace spof;
using namespace spof::report;
using test::breaches;
using test::class_finding;
using test::fine;
using test::gone;
using test::has;
using test::part;

namespace {

const ClassFinding well = fine(""), down = gone("");

/// A matrix of a shipped scenario with these findings in place of those of runs.
Matrix stack_of(const std::string& scenario, std::vector<Finding> findings) {
  const auto loaded = scenario::load(SPOF_SOURCE_DIR "/scenarios/" + scenario + ".json", {});
  INFO(loaded.mistakes);
  REQUIRE(loaded.scenario);
  Matrix made = test::matrix_of(std::move(findings));
  made.name = scenario;
  made.topology = scenario::topology_of(*loaded.scenario);
  for (const scenario::Node& node : made.topology.nodes)
    made.cards.emplace_back(node.host, node.host + "-nic");
  made.year = yearly(yearly_input(made, *loaded.scenario));
  made.money = money_of(*loaded.scenario, made.year);
  return made;
}

Matrix one_balancer() {
  return stack_of("baseline",
                  {part("haproxy@lb1", "crash", down, down), part("lb1", "power_off", down, down),
                   part("mysql@server1", "crash", well, down),
                   part("server1", "power_off", class_finding("", 0.5, 50), down),
                   part("mysql@server2", "crash", well, well)});
}
Matrix two_balancers() {
  return stack_of(
      "two-balancers",
      {part("haproxy@lb1", "crash", class_finding("", 0, 30), well),
       part("haproxy@lb2", "crash", well, well), part("keepalived@lb1", "crash", well, well),
       part("lb1", "power_off", well, well), part("lb2", "power_off", well, well),
       part("mysql@server1", "crash", well, down), part("lb2-nic", "loss", well, well)});
}

std::vector<std::string> roles(const Matrix& matrix, const std::string& target,
                               const std::string& kind) {
  std::vector<std::string> texts;
  for (const StackRole& role : roles_of(matrix, target, kind)) texts.push_back(role.text());
  return texts;
}
using Names = std::vector<std::string>;

const StackRow& row_of(const Stacks& stacks, const std::string& part, const std::string& kind) {
  for (const StackRow& row : stacks.rows)
    if (row.role.text() == part && row.kind == kind) return row;
  FAIL("no row " << kind << " of " << part);
  return stacks.rows.front();
}

Names texts(const StackRow& row) {
  Names all;
  for (const StackCell& cell : row.cells) all.push_back(cell_text(cell));
  return all;
}

Names told(const std::vector<SpofChange>& changes) {
  Names all;
  for (const SpofChange& one : changes) all.push_back(change_text(one));
  return all;
}

}  // namespace

TEST_CASE("a part is called by its role, whatever its machine is called") {
  const Matrix matrix = one_balancer();
  CHECK(roles(matrix, "haproxy@lb1", "crash") == Names{"load balancer: process"});
  CHECK(roles(matrix, "mysql@server1", "hang") == Names{"primary database: process"});
  CHECK(roles(matrix, "mysql@server2", "hang") == Names{"replica: process"});
  // A machine has the role of each tier that it carries.
  CHECK(roles(matrix, "server1", "power_off") ==
        Names{"web server: host", "application server: host", "primary database: host"});
  CHECK(roles(matrix, "server1", "disk_full") == Names{"primary database: disk"});
  CHECK(roles(matrix, "lb1-nic", "loss") == Names{"load balancer: network card"});
  CHECK(roles(matrix, "internet", "loss") == Names{"internet"});
  CHECK(roles(matrix, "haproxy@lb1", "certificate_expiry") == Names{"load balancer: certificate"});
  CHECK(roles(matrix, "server1", "firewall_rule").front() == "web server: firewall");
  // The same words in either order.
  CHECK(roles(matrix, "lb1 | server1", "partition") ==
        Names{"load balancer and web server: apart"});
  CHECK(roles(matrix, "server1 | lb1", "partition") ==
        Names{"load balancer and web server: apart"});
}

TEST_CASE("what only carries something small is called by that") {
  const Matrix matrix =
      stack_of("primary-crash-failover", {part("witness", "power_off", well, well)});
  for (const auto& node : matrix.topology.nodes)
    if (node.kind == "db_manager")
      CHECK(roles(matrix, node.host, "power_off") == Names{"failover manager: host"});
}

TEST_CASE("failures of the same role stand in one row, of several parts the worst") {
  const Matrix a = one_balancer(), b = two_balancers();
  const Stacks stacks = side_by_side({&a, &b}, false);
  const StackRow& balancer = row_of(stacks, "load balancer: process", "crash");
  CHECK(texts(balancer) == Names{"SPOF: everything", "masked, 50.0 s"});
  CHECK(balancer.cells[0].parts == 1);
  CHECK(balancer.cells[1].parts == 2);
  CHECK(balancer.cells[1].finding->target == "haproxy@lb1");
  CHECK(texts(row_of(stacks, "load balancer: host", "power_off")) ==
        Names{"SPOF: everything", "masked"});
  // A part that a stack lacks, and one that was not broken.
  CHECK(texts(row_of(stacks, "Keepalived: process", "crash")) == Names{"no such part", "masked"});
  CHECK(texts(row_of(stacks, "replica: process", "crash")) == Names{"masked", "-"});
  CHECK(row_of(stacks, "load balancer: process", "crash").cells[0].has_part);
  // What loses writes is not masked.
  Finding losing = part("", "crash", well, well);
  losing.lost_writes = 12;
  CHECK(cell_text(StackCell{&losing, true, 1}) == "12 lost");
  // Worst first.
  CHECK(stacks.rows.front().worst == Fate::down);
  CHECK(stacks.rows.back().worst == Fate::untouched);
}

TEST_CASE("a step tells which single points of failure it takes away and brings") {
  const Matrix a = one_balancer(), b = two_balancers();
  const Stacks there = side_by_side({&a, &b}, false), back = side_by_side({&b, &a}, false);
  REQUIRE(there.steps.size() == 1);
  const auto has_balancer = [](const std::vector<SpofChange>& changes) {
    return !changes.empty() && changes.front().base == "load balancer" && changes.front().proven &&
           changes.front().aspects == Names{"host", "process"};
  };
  CHECK(has_balancer(there.steps[0].lost));
  CHECK(has_balancer(back.steps[0].gained));
  CHECK(told(there.steps[0].gained).empty());
  CHECK(there.steps[0].machines == -back.steps[0].machines);
  CHECK(there.steps[0].saved_min.back().first == "all");
  CHECK(there.steps[0].saved_min.back().second > 0);
  CHECK(has(stacks_verdict(there), "From baseline to two-balancers: "));
}

TEST_CASE("each is a step from the one before, or from the first") {
  const Matrix a = one_balancer(), b = two_balancers();
  const Stacks chain = side_by_side({&a, &b, &a}, false), star = side_by_side({&a, &b, &a}, true);
  REQUIRE(chain.steps.size() == 2);
  CHECK(chain.steps[1].from == 1);
  CHECK(star.steps[1].from == 0);
  CHECK(star.steps[1].lost.empty());
  CHECK(star.steps[1].saved_min.back().second == 0);
  // Who compares with the first is told of all, the best before the rest.
  const std::string verdict = stacks_verdict(star);
  CHECK(verdict.starts_with("baseline: "));
  CHECK(verdict.find(" two-balancers: ") < verdict.find(" baseline: "));
}

TEST_CASE("prices: of machines, of an hour of outage, and what a step costs altogether") {
  Matrix a = one_balancer(), b = two_balancers();
  a.money = {4, "EUR", 1200.0, 5000.0};
  b.money = {5, "EUR", 1500.0, 900.0};
  const Stacks stacks = side_by_side({&a, &b}, false);
  CHECK(stacks.steps[0].hosts == 300.0);
  CHECK(stacks.steps[0].all == -3800.0);
  const std::string page = in_markdown(stacks_page(stacks, Medium::markdown));
  CHECK(has(page, "| baseline | 4 | 1 200 EUR | 5 000 EUR | 6 200 EUR |"));
  CHECK(has(page, "+300 EUR | "));
  CHECK(has(page, "| -3 800 EUR |"));
  b.money.currency = "CHF";  // nothing can be told
  CHECK_FALSE(side_by_side({&a, &b}, false).steps[0].all);
}

TEST_CASE("machines that cost nothing are somebody else's") {
  const auto money = [](const std::vector<std::string>& sets) {
    const auto loaded = scenario::load(SPOF_SOURCE_DIR "/scenarios/baseline.json", sets);
    INFO(loaded.mistakes);
    REQUIRE(loaded.scenario);
    Yearly year;
    year.classes.push_back({"write", 1, {60 / year_s, 0, 0, 0, 0}, {}});
    year.classes.push_back({"all", 1, {3600 / year_s, 0, 0, 0, 0}, {}});
    return money_of(*loaded.scenario, year);
  };
  CHECK(money({}).machines == 3);
  CHECK_FALSE(money({}).all());
  const Money own = money({"/cost/host=10", "/cost/hosts/lb1=30"});
  CHECK(own.machines == 3);
  CHECK(own.hosts == 12 * (30 + 10 + 10.0));
  CHECK_FALSE(own.outages);
  const Money lost = money({"/cost/outage_hour={\"write\":600,\"all\":5}"});
  CHECK_FALSE(lost.hosts);
  CHECK(lost.outages.value() == near(15.0));
}

TEST_CASE("the page and the record say the same") {
  const Matrix a = one_balancer(), b = two_balancers();
  const Stacks stacks = side_by_side({&a, &b}, false);
  const Json json = Json::parse(stacks_json(stacks));
  CHECK(breaches(stacks_schema(), json) == Names());
  CHECK(json.at("stacks")[0].at("name") == "baseline");
  CHECK(json.at("steps")[0].at("lost")[0].at("part") == "load balancer");
  CHECK(json.at("failures")[0].at("stacks").size() == 2);
  const std::string page = in_markdown(stacks_page(stacks, Medium::markdown));
  CHECK(has(page, "| load balancer: process | crash | SPOF: everything | masked, 50.0 s |"));
  CHECK(has(page, "no such part"));
  CHECK_FALSE(has(page, "Keepalived: process"));  // nobody notices it anywhere
  const std::string html = in_html(stacks_page(stacks, Medium::html));
  CHECK(html.find("<svg") != html.rfind("<svg"));  // a picture of each
}
