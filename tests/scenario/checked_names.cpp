// What a provider of names checks must be there.
#include "catch.hpp"
#include "scenario/load.hpp"

using namespace spof;

// Found by the swarm: the run died in the first check.
TEST_CASE("an address that is checked exists, also when no client asks for the name") {
  const auto mistakes = [](const std::string& address) {
    return scenario::load(
               SPOF_SOURCE_DIR "/scenarios/baseline.json",
               {R"(/clients={"users":{"connect_to":"haproxy@lb1"}})", "/dns/health_check={}",
                "/dns/hosts={\"ns1\":{\"addresses\":[\"" + address + "\"]}}"})
        .mistakes;
  };
  CHECK(mistakes("haproxy@lb1") == "");
  CHECK(mistakes("nobody").find("/dns/hosts/ns1/health_check: there is no \"nobody\" to check") !=
        std::string::npos);
}
