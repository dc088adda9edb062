#include "scenario/topology.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "catch.hpp"
#include "scenario/load.hpp"

using namespace spof;
using namespace spof::scenario;
using stack::Purpose;
using stack::RequestKind;
using Names = std::vector<std::string>;

namespace {

Topology baseline(const Names& sets = {}) {
  const auto loaded = load(SPOF_SOURCE_DIR "/scenarios/baseline.json", sets);
  INFO(loaded.mistakes);
  REQUIRE(loaded.scenario);
  return topology_of(*loaded.scenario);
}

/// "server server1 to nginx@server1:8080"
Names wires(const Topology& topology, const std::string& from, Purpose purpose) {
  Names found;
  for (const stack::Wire& wire : topology.wires_of(from))
    if (wire.purpose == purpose) found.push_back(wire.to + ":" + std::to_string(wire.port));
  return found;
}

}  // namespace

TEST_CASE("the baseline's daemons know each other by their configurations") {
  const Topology stack = baseline();
  CHECK(wires(stack, "visitors@clients", Purpose::name) == Names{"dns@ns1:53", "dns@ns2:53"});
  // Behind each name server what it answers.
  CHECK(wires(stack, "visitors@clients", Purpose::door) ==
        Names{"haproxy@lb1:80", "haproxy@lb1:80"});
  CHECK(wires(stack, "haproxy@lb1", Purpose::server) ==
        Names{"nginx@server1:8080", "nginx@server2:8080"});
  CHECK(wires(stack, "nginx@server2", Purpose::upstream) == Names{"app@server2:8000"});
  CHECK(wires(stack, "app@server2", Purpose::write) == Names{"mysql@server1:3306"});
  CHECK(wires(stack, "app@server2", Purpose::read) == Names{"mysql@server2:3306"});
  CHECK(wires(stack, "mysql@server2", Purpose::source) == Names{"mysql@server1:3306"});
  CHECK(stack.wires_of("mysql@server1").empty());
}

TEST_CASE("reads go where read_from says, to the primary where there is no such database") {
  const auto reads = [](const std::string& from, const Names& more = {}) {
    Names sets = more;
    sets.push_back("/app/database/read_from=" + from);
    return wires(baseline(sets), "app@server2", Purpose::read);
  };
  CHECK(reads("primary") == Names{"mysql@server1:3306"});
  CHECK(reads("any") == Names{"mysql@server1:3306", "mysql@server2:3306"});
  CHECK(reads("replica") == Names{"mysql@server2:3306"});
  for (const char* from : {"replica", "local"})
    CHECK(reads(from, {"/mysql/hosts/server2=null"}) == Names{"mysql@server1:3306"});
}

TEST_CASE("an application gets to its primary through a balancer, where it is told to") {
  const Topology stack = baseline(
      {"/haproxy/servers/server1=null", "/haproxy/servers/server2=null",
       R"(/haproxy/frontends={"web":{"default_backend":"web"},"db":{"mode":"tcp","bind":3306,"default_backend":"db"}})",
       R"(/haproxy/backends={"web":{"servers":{"server1":{}}},"db":{"mode":"tcp","servers":{"db1":{"address":"mysql@server1","check":{"answered_by":"primary"}}}}})",
       R"(/app/database={"primary":"haproxy@lb1:3306","read_from":"primary"})",
       R"(/app/hosts/server2/database={"primary":"mysql@server1"})"});
  CHECK(wires(stack, "app@server1", Purpose::write) == Names{"haproxy@lb1:3306"});
  CHECK(wires(stack, "app@server1", Purpose::read) == Names{"haproxy@lb1:3306"});
  CHECK(wires(stack, "app@server2", Purpose::write) == Names{"mysql@server1:3306"});
  const auto reaches = [](const Names& all, const char* one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  CHECK(reaches(stack.reach("app@server1", RequestKind::write), "mysql@server1"));
  CHECK(stack.is_answered("app@server1", RequestKind::write));
  // What is no statement gets to no database.
  CHECK(!reaches(stack.reach("haproxy@lb1", RequestKind::static_file), "mysql@server1"));
}

TEST_CASE("server lines of all load balancers are in one table, those of one name once") {
  const Topology stack =
      baseline({R"(/haproxy/hosts/server2={"servers":{"b":{"address":"app@server1"},
      "server2":{}}})"});
  CHECK(stack.servers == Names{"server1", "server2", "b"});
  const auto second = stack.wires_of("haproxy@server2");
  REQUIRE(second.size() == 2);
  for (const stack::Wire& wire : second)
    CHECK(stack.servers.at(static_cast<std::size_t>(wire.index)) == wire.label);
}

TEST_CASE("a request reaches the daemons that its kind needs, and no others") {
  const Topology stack = baseline();
  const auto reach = [&](RequestKind kind) {
    Names found = stack.reach("haproxy@lb1", kind);
    std::sort(found.begin(), found.end());
    return found;
  };
  Names expected = {"haproxy@lb1", "nginx@server1", "nginx@server2"};
  CHECK(reach(RequestKind::static_file) == expected);
  expected.insert(expected.begin(), {"app@server1", "app@server2"});
  CHECK(reach(RequestKind::page) == expected);
  expected.insert(expected.begin() + 3, "mysql@server1");
  CHECK(reach(RequestKind::write) == expected);
  CHECK(stack.is_answered("visitors@clients", RequestKind::write));
  CHECK_FALSE(stack.is_answered("dns@ns1", RequestKind::static_file));
}
