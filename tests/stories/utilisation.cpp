// How much of everything is taken, in stacks where that is known beforehand.
#include <cmath>
#include <string>

#include "catch.hpp"
#include "measure/expect.hpp"
#include "support/story.hpp"

using namespace spof;
using measure::Load;
using measure::Phase;
using measure::Usage;
using test::play;

namespace {

/// Ten pages a second for server 1, each so long in its application.
std::string pages(const std::string& cpu, const std::string& more) {
  return test::merged(R"({ "duration": "30s", "classes": { "file": null, "page": { "kind": "page",
    "cpu": { "haproxy": "0ms", "nginx": "0ms", "app": ")" +
                          cpu + R"(" } } }, "haproxy": { "servers": { "server2": null } } })",
                      "{ " + more + " }");
}

Usage usage(const measure::Result& result, const std::string& part, const std::string& what,
            std::optional<Phase> phase = {}) {
  for (const Load& load : result.loads)
    if (load.part == part && load.what == what) return result.usage(load, phase);
  return {};
}

double value(const measure::Result& result, const std::string& question) {
  const auto parsed =
      measure::parse_query(question, {{}, {}, {"app@server1", "server1", "server2"}});
  REQUIRE(parsed.made);
  return measure::value_of(*parsed.made, result);
}

}  // namespace

TEST_CASE("computing takes as much as arrives times what it costs") {
  const auto result = play(pages("50ms", R"("app": { "processes": 1, "threads": 4 })"));
  // One process computes on one core at a time: 10 a second, 50 ms each.
  CHECK(usage(result, "app@server1", "computing").taken == near(0.5).margin(0.01));
  CHECK(usage(result, "app@server1", "computing").full == near(0.5).margin(0.01));
  CHECK(usage(result, "app@server1", "computing").waiting == 0);
  CHECK(usage(result, "app@server1", "threads").taken == near(0.5 / 4).margin(0.01));
  CHECK(usage(result, "app@server1", "threads").full == 0);
  CHECK(usage(result, "app@server2", "threads").taken == 0);
  CHECK(value(result, "utilisation(app@server1)") == near(0.5).margin(0.01));
  CHECK(value(result, "utilisation") == near(0.5).margin(0.01));
  CHECK(value(result, "utilisation(server2)") == 0);
  CHECK(value(result, "saturation(app@server1)") == near(0.5).margin(0.01));
}

TEST_CASE("a thread is taken as long as its request, and who finds none waits") {
  const auto result = play(pages("0ms", R"("classes": { "page": { "sleep": "150ms" } },
    "app": { "processes": 1, "threads": 1 })"));
  // 10 a second would need 1.5 threads: the queue grows by a third of them.
  const Usage threads = usage(result, "app@server1", "threads");
  CHECK(threads.taken == near(1).margin(0.02));
  CHECK(threads.full == near(1).margin(0.02));
  CHECK(threads.waiting == near(30 * 10 / 3. / 2).margin(6));
  CHECK(usage(result, "app@server1", "computing").taken == 0);
}

TEST_CASE("a link is taken by the bytes it carries") {
  const auto result = play(R"({ "duration": "30s", "classes": { "file": { "response": "100kB" } },
    "haproxy": { "servers": { "server2": null } } })");
  double most = 0;
  for (const Load& load : result.loads)
    if (load.what == "out" && load.part == "server1-nic") most = result.usage(load, {}).taken;
  CHECK(most > 0);
  // 1 MB a second on a card of 1 Gbit/s, which is 125 MB, with the headers of its packets.
  CHECK(most == near(1e6 / 125e6).epsilon(0.1));
}

TEST_CASE("what a fault does to the load is told by phase, and a dead process takes nothing") {
  const auto result = play(pages("50ms", R"("app": { "processes": 1, "threads": 4 },
    "faults": [{ "kind": "crash", "target": "nginx@server1", "at": "10s", "for": "10s" }])"));
  CHECK(usage(result, "app@server1", "computing", Phase::before).taken == near(0.5).margin(0.02));
  CHECK(usage(result, "app@server1", "computing", Phase::during).taken == near(0).margin(0.02));
  // Three attempts, a second apart: the last 3 s of requests are answered after the fault, too.
  CHECK(value(result, "utilisation(app@server1) after fault") == near(0.5 + 0.15).margin(0.03));
}
