#include "measure/recorder.hpp"

#include "base/json.hpp"
#include "base/random.hpp"
#include "catch.hpp"
#include "support/campaign.hpp"

using namespace spof::measure;
using spof::test::plan;
using spof::test::sample;
using spof::test::Tale;

TEST_CASE("a request belongs to the phase of its scheduled arrival") {
  Tale recorder(plan());
  recorder.request(sample(19.5, 0.4));
  recorder.request(sample(20, 0.1));
  recorder.request(sample(39.9, 5));
  recorder.request(sample(40, 0.1));
  const Result result = recorder.finish();
  CHECK(result.tally(Phase::before, 0).requests() == 1);
  CHECK(result.tally(Phase::during, 0).requests() == 2);
  CHECK(result.tally(Phase::after, 0).requests() == 1);
  CHECK(result.tally(Phase::during, 0).slow_ok == 1);
}

TEST_CASE("a request under way when the fault strikes is counted during it, in its own window") {
  Tale recorder(plan());
  recorder.request(sample(19.4, 0.5));
  recorder.request(sample(19.5, 0.5, 0, Outcome::reset));
  recorder.request(sample(17.5, 30));
  const Result result = recorder.finish();
  CHECK(result.tally(Phase::before, 0).requests() == 1);
  CHECK(result.tally(Phase::before, 0).ok.max() == 500000);
  CHECK(result.tally(Phase::before, 0).bad() == 0);
  CHECK(result.tally(Phase::during, 0).requests() == 2);
  CHECK(result.tally(Phase::during, 0).bad() == 1);
  REQUIRE(result.windows.size() == 3);
  CHECK(result.windows[0].start == 17);
  CHECK(result.windows[0].phase == Phase::during);
  CHECK(result.windows[1].phase == Phase::before);
  CHECK(result.windows[2].start == 19);
  CHECK(result.windows[2].phase == Phase::during);
}

TEST_CASE("tries that failed are counted by how, and answers late for that by number") {
  Tale recorder(plan());
  recorder.sent_again(sample(20.5, 0.1, 0, Outcome::http_502, Cause::upstream_refused));
  recorder.sent_again(sample(21, 0.2, 0, Outcome::http_502, Cause::upstream_refused));
  recorder.sent_again(sample(20.8, 0.1, 0, Outcome::refused));
  Sample late = sample(20.5, 2);
  late.tries = 3;
  recorder.request(late);
  recorder.request(sample(20.7, 2));
  const Result result = recorder.finish();
  const Tally& tally = result.tally(Phase::during, 0);
  CHECK(tally.client_retries() == 3);
  REQUIRE(tally.tries.size() == 2);
  CHECK(tally.tries[0].outcome == Outcome::http_502);
  CHECK(tally.tries[0].requests == 2);
  CHECK(tally.tries_from == 20.5);
  CHECK(tally.tries_until == 21.2);
  CHECK(tally.slow_ok == 2);
  std::uint64_t slow = 0, again = 0;
  for (const WindowRow& row : result.windows) {
    slow += row.slow;
    again += row.slow_again;
  }
  CHECK(slow == 2);
  CHECK(again == 1);
  CHECK(tally.requests() == 2);
}

TEST_CASE("a fault that is over at once has what it hit") {
  auto blink = plan();
  blink.fault_end = blink.fault_start;
  Tale recorder(blink);
  recorder.request(sample(19.9, 0.2, 0, Outcome::reset));
  recorder.request(sample(20, 0.1));
  const Result result = recorder.finish();
  CHECK(result.tally(Phase::during, 0).bad() == 1);
  CHECK(result.tally(Phase::after, 0).good() == 1);
}

TEST_CASE("an outage knows when its failures were seen") {
  Tale recorder(plan());
  recorder.request(sample(22, 1, 0, Outcome::reset));
  recorder.request(sample(27, 2, 0, Outcome::reset));
  recorder.request(sample(21, 9, 0, Outcome::timeout));
  recorder.request(sample(24.5, 8, 0, Outcome::timeout));
  const ClassStory story = recorder.finish().stories[0];
  REQUIRE(story.outages.size() == 1);
  CHECK(story.outages[0].start == 21);
  CHECK(story.outages[0].end == 27);
  CHECK(story.outages[0].first_seen == 23);
  CHECK(story.outages[0].first_sent == 22);
  CHECK(story.outages[0].last_seen == 32.5);
}

TEST_CASE("without a fault all is before") {
  auto calm = plan();
  calm.fault_start = calm.fault_end = -1;
  Tale recorder(calm);
  recorder.request(sample(59, 1));
  CHECK(recorder.finish().tally(Phase::before, 0).requests() == 1);
}

TEST_CASE("failures are counted by outcome and cause") {
  Tale recorder(plan());
  for (int i = 0; i < 3; ++i)
    recorder.request(sample(25 + i, 0.1, 0, Outcome::http_503, Cause::connect_error));
  recorder.request(sample(28, 0.1, 0, Outcome::http_502));
  recorder.request(sample(29, 0.1, 0, Outcome::http_503, Cause::no_server));
  const Tally tally = recorder.finish().tally(Phase::during, 0);
  REQUIRE(tally.failures.size() == 3);
  CHECK(tally.failures[0].outcome == Outcome::http_502);
  CHECK(tally.failures[1].cause == Cause::no_server);
  CHECK(tally.failures[2].requests == 3);
  CHECK(tally.bad() == 5);
  CHECK(tally.failed.count() == 5);
  CHECK(tally.ok.count() == 0);
}

TEST_CASE("a pause without failures ends an outage, whatever the order of the answers") {
  Recorder recorder(plan());
  for (const double arrival : {29.0, 40.0})
    for (std::uint64_t i = 0; i < outage_answers; ++i)
      recorder.request(sample(arrival + static_cast<double>(i) / 32, 0.1, 1));
  for (const double arrival : {25.0, 21.0, 23.0, 27.5, 31.0, 33.0, 50.0})
    recorder.request(sample(arrival, 60, 1, Outcome::timeout));
  const ClassStory story = recorder.finish().stories[1];
  REQUIRE(story.outages.size() == 3);
  CHECK(story.outages[0].start == 21);
  CHECK(story.outages[0].end == 27.5);
  CHECK(story.outages[0].failures == 4);
  CHECK(story.outages[1].end == 33);
  CHECK(story.last_failure == 50);
}

TEST_CASE("where nobody is answered it is one outage, however seldom somebody comes") {
  Tale recorder(plan());
  for (const double arrival : {1.0, 10.0, 58.0}) recorder.request(sample(arrival, 0.1));
  for (const double arrival : {21.0, 30.0, 37.0, 45.0})
    recorder.request(sample(arrival, 0.1, 0, Outcome::reset));
  const ClassStory story = recorder.finish().stories[0];
  REQUIRE(story.outages.size() == 1);
  CHECK(story.outages[0].start == 21);
  CHECK(story.outages[0].end == 45);
}

TEST_CASE("where few come, some seconds without a failure are no end of it") {
  Tale recorder(plan());
  for (int i = 0; i < 29; ++i)  // each second one fails; 19 good ones, then 20
    recorder.request(sample(10 + 2 * i, 0.1, 0, i % 2 == 0 ? Outcome::reset : Outcome::ok));
  const auto answers = [&](double from, std::uint64_t many) {
    for (std::uint64_t i = 0; i < many; ++i)
      recorder.request(sample(from + static_cast<double>(i) / 4, 0.1));
    recorder.request(sample(from + 5.5, 0.1, 0, Outcome::reset));
  };
  answers(70, outage_answers - 1);
  answers(80, outage_answers);
  const auto outages = recorder.finish().stories[0].outages;
  REQUIRE(outages.size() == 2);
  CHECK(outages[0].start == 10);
  CHECK(outages[0].end == 75.5);
  CHECK(outages[0].failures == 16);
  CHECK(outages[0].answered == near(14 + outage_answers - 1).margin(2));
  CHECK(outages[1].start == 85.5);
}

TEST_CASE("outages do not depend on the order in which failures become known") {
  spof::Random random(7, "order");
  for (int round = 0; round < 50; ++round) {
    std::vector<double> arrivals;
    for (int i = 0; i < 40; ++i) arrivals.push_back(random.uniform() * 200);
    auto found = [&] {
      Recorder recorder(plan());
      for (int i = 0; i < 400; ++i) recorder.request(sample(i / 2.0, 0.1));
      for (const double arrival : arrivals)
        recorder.request(sample(arrival, 300, 0, Outcome::timeout));
      return recorder.finish().stories[0].outages;
    };
    const auto shuffled = found();
    std::sort(arrivals.begin(), arrivals.end());
    const auto ordered = found();
    REQUIRE(shuffled.size() == ordered.size());
    for (std::size_t i = 0; i < ordered.size(); ++i) {
      CHECK(shuffled[i].start == ordered[i].start);
      CHECK(shuffled[i].end == ordered[i].end);
      CHECK(shuffled[i].failures == ordered[i].failures);
    }
  }
}

TEST_CASE("the longest gap is how long somebody waited and nobody was served") {
  Tale recorder(plan());
  recorder.request(sample(1, 0.5));
  recorder.request(sample(10, 0.1, 0, Outcome::http_503));  // nobody asked between 1.5 and 10
  recorder.request(sample(12, 0.1, 0, Outcome::http_503));
  recorder.request(sample(13, 1));
  recorder.request(sample(30, 0.2));
  const ClassStory story = recorder.finish().stories[0];
  CHECK(story.longest_gap == near(4));
  CHECK(story.gap_start == near(10));
}

TEST_CASE("that nobody comes any more is no gap in service") {
  Tale recorder(plan());  // of 60 s
  for (int i = 0; i < 119; ++i) recorder.request(sample(i / 2.0, 0.1));
  recorder.request(sample(59.5, 30, 0, Outcome::timeout));
  CHECK(recorder.finish().stories[0].longest_gap < 1);
}

TEST_CASE("who is answered late has waited while others were answered before him") {
  Tale recorder(plan());
  recorder.request(sample(1, 0.1));
  recorder.request(sample(5.9, 0.1));
  recorder.request(sample(2, 6));
  recorder.request(sample(7.9, 0.2));
  const ClassStory story = recorder.finish().stories[0];
  CHECK(story.longest_gap == near(4));  // from 2 to 6: the first answer went to who had just come
  CHECK(story.gap_start == near(2));
}

TEST_CASE("an outage knows how many were answered meanwhile, however long failing takes") {
  for (const double patience : {0.01, 9.0, 40.0})
    for (const int every : {1, 2, 5}) {
      Tale recorder(plan());
      std::uint64_t answered = 0, failed = 0;
      for (int i = 0; i < 600; ++i) {
        const double arrival = i / 10.0;
        const bool inside = arrival > 20 && arrival <= 30, fails = inside && i % every == 0;
        if (inside) ++(fails ? failed : answered);
        recorder.request(fails ? sample(arrival, patience, 0, Outcome::timeout)
                               : sample(arrival, 0.1));
      }
      const ClassStory story = recorder.finish().stories[0];
      REQUIRE(story.outages.size() == 1);
      CHECK(story.outages[0].failures == failed);
      CHECK(story.outages[0].answered <= answered);
      CHECK(story.outages[0].answered + 2 * static_cast<std::uint64_t>(every) >= answered);
    }
}

TEST_CASE("windows are the same whether they are summed up early or late") {
  spof::Random random(3, "windows");
  std::vector<Sample> samples;
  for (int i = 0; i < 5000; ++i)
    samples.push_back(sample(random.uniform() * 55, random.uniform() * 4,
                             static_cast<std::uint8_t>(i % 2),
                             i % 9 == 0 ? Outcome::timeout : Outcome::ok));
  std::sort(samples.begin(), samples.end(),
            [](const Sample& a, const Sample& b) { return a.end < b.end; });
  auto run = [&](double patience) {
    auto limited = plan();
    limited.patience = patience;
    Tale recorder(limited);
    for (const Sample& s : samples) recorder.request(s);
    return recorder.finish();
  };
  const Result late = run(0), early = run(4);
  CHECK(late.windows == early.windows);
  CHECK(late.fingerprint == early.fingerprint);
  for (std::size_t i = 0; i < late.tallies.size(); ++i)
    CHECK(late.tallies[i].ok == early.tallies[i].ok);
  std::uint64_t sum = 0;
  for (const WindowRow& row : run(1).windows) sum += row.requests;
  CHECK(sum == 5000);  // too late for their window, but not lost
}

TEST_CASE("attackers are counted apart") {
  Tale recorder(plan());
  auto attack = sample(25, 0.1, 0, Outcome::http_429);
  attack.population = 1;
  recorder.request(attack);
  const Result result = recorder.finish();
  CHECK(result.tally(Phase::during, 0).requests() == 0);
  REQUIRE(result.uncounted.size() == 1);
  CHECK(result.uncounted[0].outcomes[static_cast<std::size_t>(Outcome::http_429)] == 1);
  CHECK(result.windows.empty());
}

TEST_CASE("a result survives the journey through a pipe to the last bit") {
  auto whole = plan();
  whole.keep_requests = true;
  Tale recorder(whole);
  for (int i = 0; i < 300; ++i)
    recorder.request(sample(i / 7.0, 1.0 / (i + 3), 0, i % 3 ? Outcome::ok : Outcome::reset));
  recorder.event({.time = 1.0 / 3,
                  .source = "a",
                  .what = What::down,
                  .target = "c",
                  .check = {CheckFailure::status, 503},
                  .figure = HUGE_VAL,
                  .parts = {"d \xc3\xa9"}});
  recorder.lag(3, "mysql@server2", 0.1, 2);
  recorder.writes(spof::test::writes(5, 1, 2));
  HttpLog line;
  line.server = "server1";
  line.termination[0] = 's';
  recorder.log(line);
  const Result result = recorder.finish();
  Packed sent, again;
  pack(result, sent);
  const Result received = unpacked(sent);
  pack(received, again);
  CHECK(again == sent);
  CHECK(received.samples.size() == 300);
  CHECK(received.samples[7].end == result.samples[7].end);
  CHECK(received.logs[0].server == "server1");
  CHECK(received.logs[0].line.termination == std::string("s-"));
  CHECK(received.events[0].time == 1.0 / 3);
  CHECK(received.events[0].check.failure == CheckFailure::status);
  CHECK(std::isinf(received.events[0].figure));
  CHECK(received.fingerprint == result.fingerprint);
  CHECK(received.tallies[0].ok == result.tallies[0].ok);
  CHECK(received.windows == result.windows);
  sent.pop_back();
  CHECK_THROWS(unpacked(sent));
  again.push_back(0);
  CHECK_THROWS(unpacked(again));
}

TEST_CASE("the fingerprint notices every change of a sample or an event") {
  auto print = [](const Sample& s, What what) {
    Tale recorder(plan());
    recorder.request(s);
    recorder.event({1, "x", what});
    return recorder.finish().fingerprint;
  };
  const Sample base = sample(1, 0.5);
  const std::uint64_t reference = print(base, What::up);
  CHECK(print(base, What::up) == reference);
  CHECK(print(base, What::down) != reference);
  CHECK(print(sample(1, 0.50000001), What::up) != reference);
  for (auto change : {+[](Sample& s) { s.server = 1; }, +[](Sample& s) { s.stale = true; },
                      +[](Sample& s) { s.retries = 1; }, +[](Sample& s) { s.redispatched = true; },
                      +[](Sample& s) { s.cause = Cause::injected; }}) {
    Sample other = base;
    change(other);
    CHECK(print(other, What::up) != reference);
  }
}

TEST_CASE("a window knows which of its requests ended only after the repair") {
  auto patient = plan();
  patient.patience = 5;
  Tale recorder(patient);
  recorder.request(sample(19.5, 0.2));
  recorder.request(sample(30.1, 1));
  recorder.request(sample(30.5, 9.5));                       // just at the repair
  recorder.request(sample(30.2, 9.9, 0, Outcome::timeout));  // whatever became of it
  recorder.request(sample(40.1, 5));                         // due after it
  recorder.request(sample(30.7, 20));                        // its window was summed up long ago
  recorder.request(sample(28.5, 25));                        // and this one's has no row yet
  const Result result = recorder.finish();
  const auto after = [&](double start, Outcome outcome) {
    for (const WindowRow& row : result.windows)
      if (row.start == start && row.outcome == outcome) return row.after_repair;
    FAIL("no window at " << start);
    return std::uint64_t(0);
  };
  CHECK(after(19, Outcome::ok) == 0);
  CHECK(after(28, Outcome::ok) == 1);
  CHECK(after(30, Outcome::ok) == 2);
  CHECK(after(30, Outcome::timeout) == 1);
  CHECK(after(40, Outcome::ok) == 0);
}

TEST_CASE("without a fault, or without an end of it, nothing ends after the repair") {
  for (const double start : {-1.0, 20.0}) {
    auto endless = plan();
    endless.fault_start = start;
    endless.fault_end = start < 0 ? -1 : 1e9;
    Tale recorder(endless);
    recorder.request(sample(30, 25));
    CHECK(recorder.finish().windows.at(0).after_repair == 0);
  }
}
