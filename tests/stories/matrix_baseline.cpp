// What `spof matrix` says of the baseline's most important parts.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/append_new.hpp"
#include "base/json.hpp"
#include "catch.hpp"
#include "report/format.hpp"
#include "support/schema.hpp"

using namespace spof;

namespace {

/// matrix.json of a short matrix of the baseline.
Json matrix(const std::string& arguments, const std::string& runs = "2") {
  std::string folder = std::filesystem::temp_directory_path() / "spof-matrix-XXXXXX";
  if (!mkdtemp(folder.data())) throw std::runtime_error("no folder to work in");
  const std::string command = SPOF_PROGRAM " matrix '" SPOF_SOURCE_DIR
                                           "/scenarios/baseline.json' -q -n " +
                              runs + " --set /duration=60s -o " + folder + " " + arguments;
  INFO(command);
  const int code = std::system(command.c_str());
  Json json;
  if (code == 0) json = Json::parse(std::ifstream(folder + "/baseline/matrix.json"));
  std::filesystem::remove_all(folder);
  REQUIRE(code == 0);
  CHECK(test::breaches(report::matrix_schema(), json) == std::vector<std::string>());
  return json;
}

const Json& failure(const Json& matrix, const std::string& component, const std::string& kind) {
  for (const Json& one : matrix.at("failures"))
    if (one.at("component") == component && one.at("kind") == kind) return one;
  FAIL("no " << kind << " of " << component);
  throw std::logic_error("unreachable");
}

std::string fate(const Json& failure, const std::string& request_class) {
  for (const Json& one : failure.at("classes"))
    if (one.at("class") == request_class) return one.at("fate");
  return "";
}

std::vector<std::string> remedies(const Json& failure) {
  std::vector<std::string> names;
  for (const Json& one : failure.at("remedies")) names.push_back(one.at("name"));
  return names;
}

double failed(const Json& failure) {
  double sum = 0;
  for (const Json& one : failure.at("classes")) sum += one.at("failed").get<double>();
  return sum;
}

}  // namespace

TEST_CASE("the baseline's single points of failure, and what would help against them") {
  const Json all = matrix("--only '*@*1 crash' --only 'lb1 power_off' --only 'server2 power_off'");

  const Json& balancer = failure(all, "haproxy@lb1", "crash");
  CHECK(balancer.at("down_for") == Json::array({"static", "read", "write"}));
  CHECK(balancer.at("settled_availability") == 0);
  CHECK(balancer.at("detected_s") == "never");
  REQUIRE_FALSE(remedies(balancer).empty());
  CHECK(remedies(balancer)[0] == "systemd restarts it");
  CHECK(balancer.at("remedies")[0].at("failed") < failed(balancer) / 20);

  const Json& power = failure(all, "lb1", "power_off");
  CHECK(power.at("down_for") == Json::array({"static", "read", "write"}));
  CHECK(remedies(power) == std::vector<std::string>{"a second load balancer"});

  const Json& primary = failure(all, "mysql@server1", "crash");
  CHECK(primary.at("down_for") == Json::array({"write"}));
  CHECK(fate(primary, "static") == "untouched");
  CHECK(fate(primary, "read") == "degraded");
  CHECK(primary.at("detected_s") == "never");

  // A crashed Nginx costs nobody anything: connections refused are tried on the other server.
  const Json& web = failure(all, "nginx@server1", "crash");
  CHECK(web.at("fate") == "untouched");
  CHECK(web.at("redispatched") > 0);
  CHECK(failed(web) == 0);
  CHECK(web.at("detected_s") < 10);
  CHECK(web.at("changes_tried") == 0);

  // There is a second name server, even when nobody remembers the address any more.
  const Json& names = failure(all, "dns@ns1", "crash");
  CHECK(names.at("lasts_s") == 330);
  CHECK(names.at("down_for").empty());
  CHECK(failure(all, "haproxy@lb1", "crash").at("lasts_s") == 30);

  // The replica's machine: the primary's does the work, after some that waited.
  CHECK(failure(all, "server2", "power_off").at("down_for").empty());

  std::vector<std::string> points;
  for (const Json& one : all.at("single_points_of_failure")) points.push_back(one.at("component"));
  CHECK(points == std::vector<std::string>{"haproxy@lb1", "mysql@server1", "lb1"});
  CHECK(all.at("verdict").get<std::string>().find(
            "haproxy@lb1 for everything; mysql@server1 for write") != std::string::npos);
}

TEST_CASE("whoever remembers the address of a lone name server goes on; in the end nobody does") {
  const Json all = matrix("--only 'dns@ns1 crash' --set '/dns/hosts={\"ns1\":{}}'");
  const Json& names = failure(all, "dns@ns1", "crash");
  CHECK(names.at("lasts_s") == 330);
  CHECK(names.at("down_for") == Json::array({"static", "read", "write"}));
  CHECK(has(remedies(names), "systemd restarts it"));
}

TEST_CASE("without redispatch a crashed Nginx is an interruption that redispatch would end") {
  const Json all = matrix("--only 'nginx@server1 crash' --set /haproxy/redispatch=false");
  const Json& web = failure(all, "nginx@server1", "crash");
  CHECK(web.at("fate") == "interrupted");
  CHECK(web.at("redispatched") == 0);
  CHECK(failed(web) > 50);
  CHECK(web.at("recovered_s") < 12);
  CHECK(has(remedies(web), "option redispatch"));
  for (const Json& one : web.at("remedies"))
    if (one.at("name") == "option redispatch") CHECK(one.at("failed") == 0);
  CHECK(all.at("single_points_of_failure").empty());
}

TEST_CASE("a change is proven with the seeds after that of its trial") {
  const Json all = matrix("--only 'haproxy@lb1 crash'", "5");
  const Json& change = failure(all, "haproxy@lb1", "crash").at("remedies").at(0);
  std::string sets;
  for (const Json& set : change.at("set")) sets += " --set '" + set.get<std::string>() + "'";
  const Json with = matrix("--only 'haproxy@lb1 crash' --no-remedies --seed 2" + sets, "3");
  CHECK(change.at("failed").get<double>() > 0);
  CHECK(change.at("failed").get<double>() ==
        near(failed(failure(with, "haproxy@lb1", "crash"))).margin(1e-5));
}

TEST_CASE("a load that the stack does not carry is charged to no part") {
  const Json all = matrix(
      "--only 'dns@ns1 slow' --set '/classes/read/cpu/app=200ms' "
      "--set /clients/visitors/timeout=2s");
  CHECK(all.at("verdict").get<std::string>().find("With nothing broken") != std::string::npos);
  CHECK(failure(all, "dns@ns1", "slow").at("fate") == "untouched");
}

TEST_CASE("users who wait for a hung load balancer are not answered") {
  const Json all = matrix(
      "--only 'haproxy@lb1 hang' --set '/clients/visitors={\"host\": "
      "\"clients\", \"arrivals\": \"closed\", \"users\": 50, "
      "\"think_time\": \"500ms\", \"timeout\": \"90s\"}'");
  CHECK(failure(all, "haproxy@lb1", "hang").at("down_for") ==
        Json::array({"static", "read", "write"}));
}

TEST_CASE("a year of a part without a twin is down for MTTR / (MTBF + MTTR) of the time") {
  const Json all = matrix(
      "--only 'haproxy@lb1 crash' --no-remedies "
      "--set '/reliability/rates={\"crash of haproxy@lb1\": {\"per_year\": 40, \"repair\": "
      "\"3h\"}}'");
  const double mtbf = 8766.0 / 40, mttr = 3, down = mttr / (mtbf + mttr);
  for (const Json& one : all.at("year").at("classes")) {
    INFO(one.at("class"));
    CHECK(one.at("outage_min").at("expected").get<double>() ==
          near(down * 8766 * 60).epsilon(0.01));
    CHECK(1 - one.at("availability_time").at("share").get<double>() == near(down).epsilon(0.01));
    CHECK(1 - one.at("availability_requests").at("share").get<double>() ==
          near(down).epsilon(0.01));
  }
}

TEST_CASE("a year of twins is down while both are broken") {
  const Json all = matrix(
      "--pairs --only 'nginx@server1 + nginx@server2 crash' "
      "--no-remedies --set /reliability/common_cause=0 "
      "--set '/reliability/rates={\"crash of nginx@server1\": {\"per_year\": 40, \"repair\": "
      "\"3h\"}, \"crash of nginx@server2\": {\"per_year\": 40, \"repair\": \"3h\"}}'");
  REQUIRE(all.at("pairs").size() == 1);
  // What each does alone belongs to it.
  CHECK(all.at("failures").size() == 2);
  CHECK(all.at("pairs")[0].at("down_for") == Json::array({"static", "read", "write"}));
  const double down = 3 / (8766.0 / 40 + 3);
  for (const Json& one : all.at("year").at("classes"))
    CHECK(1 - one.at("availability_time").at("share").get<double>() ==
          near(down * down).epsilon(0.02));
}
