#pragma once
#include <string>
#include <vector>

#include "analysis/campaign.hpp"
#include "measure/recorder.hpp"
#include "support/events.hpp"
#include "support/tale.hpp"

namespace spof::test {

/// A sample of class `request_class` that arrived then and took so long.
inline measure::Writes writes(std::uint64_t acknowledged, std::uint64_t lost = 0,
                              std::uint64_t phantom = 0) {
  measure::Writes found;
  found.acknowledged = acknowledged;
  found.lost = lost;
  found.phantom.number = phantom;
  return found;
}

inline measure::Sample sample(double arrival, double latency, std::uint8_t request_class = 0,
                              measure::Outcome outcome = measure::Outcome::ok,
                              measure::Cause cause = measure::Cause::none) {
  measure::Sample made;
  made.id = static_cast<std::uint64_t>(arrival * 1000);
  made.arrival = arrival;
  made.end = arrival + latency;
  made.request_class = request_class;
  made.outcome = outcome;
  made.cause = cause;
  return made;
}

/// Classes static and write, servers server1 and server2, a fault from 20 s to 40 s of 60.
inline Plan plan() {
  Plan made;
  made.classes = {"static", "write"};
  made.populations = {"users", "attackers"};
  made.counted = {true, false};
  made.servers = {"server1", "server2"};
  made.duration = 60;
  made.strikes = 1;
  made.fault_start = 20;
  made.fault_end = 40;
  return made;
}

inline void tell_events(Tale& recorder, double late) {
  using measure::What;
  recorder.event(struck(20, What::crash, "mysql@server1", 20));
  recorder.event(says(24 + late, What::down, "server1", {measure::CheckFailure::status, 500}));
  recorder.event(repaired(40, "mysql@server1"));
  recorder.event(recovered(41.5, "mysql@server1"));
  recorder.event(says(43 + late, What::up, "server1"));
}

/// A run of 60 s in which the primary database is gone from 20 s to 40 s: writes fail, 10 a second
/// static requests do not.
inline measure::Result primary_crash(std::uint64_t seed) {
  using measure::Cause;
  using measure::Outcome;
  Tale recorder(plan());
  const double late = static_cast<double>(seed) / 10;
  for (int i = 0; i < 600; ++i) {
    const double now = i / 10.0;
    auto page = sample(now, 0.001 + 0.00001 * (i % 50), 0);
    page.server = static_cast<std::int16_t>(i % 2);
    recorder.request(page);
    if (i % 5 != 0) continue;
    const bool down = now >= 20 && now < 41.4 + late / 10;
    auto write = down ? sample(now, 0.002, 1, Outcome::http_500, Cause::db_refused)
                      : sample(now, 0.005 + 0.0001 * (i % 40), 1);
    write.server = 0;
    recorder.request(write);
  }
  tell_events(recorder, late);
  recorder.lag(30, "mysql@server2", 0.25 + late, 3);
  recorder.writes(writes(77, 0, seed == 2 ? 1 : 0));
  measure::Result result = recorder.finish();
  result.seed = seed;
  return result;
}

inline void expect(report::Campaign& campaign, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const auto parsed = measure::parse_expectation(
        text, {campaign.plan.classes, campaign.plan.servers, campaign.plan.parts});
    if (parsed.made)
      campaign.expectations.push_back(measure::judge(*parsed.made, campaign.results));
  }
}

/// Three such runs.
inline report::Campaign campaign() {
  report::Campaign made;
  made.name = made.asked = "primary-crash";
  made.title = "The primary database dies";
  made.description = "Writes need the primary; pages do not.";
  made.scenario = {{"title", "The primary database dies"}, {"duration", "60s"}};
  made.faults = {{"crash", "mysql@server1", 20, 40}};
  made.plan = plan();
  for (std::uint64_t seed = 1; seed <= 3; ++seed) made.results.push_back(primary_crash(seed));
  expect(made, {"availability(static) == 100%", "outage(write) == 21s +- 5%", "lost_writes == 0",
                "phantom_writes == 0", "detected <= 4.3s", "availability(write) >= 99.9%",
                "latency.p99(static) < 500ms during fault"});
  made.provenance = {{"host", "example"}};
  return made;
}

}  // namespace spof::test
