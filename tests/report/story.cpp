#include "support/story.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <variant>
#include <vector>

#include "analysis/faults.hpp"
#include "analysis/kinds.hpp"
#include "analysis/verdict.hpp"
#include "catch.hpp"
#include "fault/catalogue.hpp"
#include "report/format.hpp"
#include "report/pages/pages.hpp"
#include "support/campaign.hpp"
#include "support/text.hpp"

using namespace spof;
using namespace spof::report;
using measure::Outcome;
using measure::What;
using test::has;
using test::recovered;
using test::repaired;
using test::sample;
using test::says;
using test::serves;
using test::struck;

namespace {

/// A campaign of one run that `tell` tells; a fault from 20 s to 40 s of 60.
template <class Tell>
Campaign told(const Tell& tell, const test::Plan& plan = test::plan()) {
  test::Tale recorder(plan);
  tell(recorder);
  Campaign made;
  made.name = "told";
  made.plan = plan;
  made.faults = {{"hang", "mysql@server1", 20, 40}};
  made.results.push_back(recorder.finish());
  made.results[0].seed = 1;
  return made;
}

/// Ten requests of class 0 a second; those that `bad` names fail at once.
template <class Bad>
void requests(test::Tale& recorder, const Bad& bad) {
  for (int i = 0; i < 600; ++i) {
    const double now = i / 10.0;
    recorder.request(sample(now, 0.01, 0, bad(now) ? Outcome::http_503 : Outcome::ok));
  }
}
/// Ten requests of class 0 a second, every other as slow as `slow` during the fault; told in order
/// of their ends, as a recorder wants it.
void slow_requests(test::Tale& recorder, double slow) {
  std::vector<measure::Sample> samples;
  for (int i = 0; i < 600; ++i)
    samples.push_back(sample(i / 10.0, i >= 200 && i < 400 && i % 2 ? slow : 0.01));
  std::stable_sort(samples.begin(), samples.end(),
                   [](const auto& a, const auto& b) { return a.end < b.end; });
  for (const measure::Sample& one : samples) recorder.request(one);
}
constexpr auto none = [](double) { return false; };

std::string all_moments(const Campaign& campaign) {
  std::string text;
  for (const Moment& moment : timeline(campaign)) text += moment.text + '\n';
  return text;
}

std::string chain(const Campaign& campaign) {
  std::string text;
  for (const std::string& step : failover(campaign)) text += step + '\n';
  return text;
}

}  // namespace

TEST_CASE("requests that all wait are a stall, not a survival") {
  const auto campaign = told([](test::Tale& recorder) {
    for (int i = 0; i < 600; ++i) {
      const double now = i / 10.0;
      const bool hangs = now >= 20 && now < 32;
      recorder.request(sample(now, 0.01, 0));
      recorder.request(sample(now, hangs ? 32.01 - now : 0.01, 1));
    }
  });
  const Verdict made = verdict(campaign);
  CHECK(made.word == "stalled");
  CHECK(has(made.text,
            "Stalled by the hang of mysql@server1: no request failed, but write stood still for "
            "12.0 s; static was not affected. Nobody noticed."));
  CHECK(has(chain(campaign), "nobody notices"));
  CHECK(has(terminal(campaign, {100, true, true}), "\033[33mStalled"));
}

TEST_CASE("a stall is ten times slower and more than a second") {
  const auto word = [](double before, double during) {
    return verdict(told([&](test::Tale& recorder) {
             for (int i = 0; i < 600; ++i)
               recorder.request(sample(i / 10.0, i >= 200 && i < 400 ? during : before));
           }))
        .word;
  };
  CHECK(word(0.01, 0.9) == "survived");
  CHECK(word(0.3, 2.5) == "survived");
  CHECK(word(0.01, 1.1) == "stalled");
  CHECK(word(0.3, 3.5) == "stalled");
}

TEST_CASE("slow answers among quick ones are a stall, too, and are told as p99") {
  const auto campaign = told([](test::Tale& recorder) { slow_requests(recorder, 5); });
  const Verdict made = verdict(campaign);
  CHECK(made.word == "stalled");
  CHECK(has(made.text, "p99 of static rose from 10.0 ms to 5.0 s"));
  CHECK_FALSE(has(made.text, "became slow"));
}

TEST_CASE(
    "answers that come seconds late without a fault are a stall, slow ones by nature are not") {
  const auto of = [](double quick, double rest, Outcome first = Outcome::ok) {
    test::Plan plan = test::plan();
    plan.fault_start = -1;
    auto made = told(
        [&](test::Tale& recorder) {
          recorder.request(sample(0, quick, 0, first));
          for (int i = 0; i < 600; ++i) recorder.request(sample(i / 10.0, i % 2 ? rest : quick));
        },
        plan);
    made.faults.clear();
    return made;
  };
  const auto p99_tone = [](const Campaign& campaign) {
    for (const Card& card : run_cards(campaign))
      if (card.label == "p99") return card.tone;
    return Tone::bad;
  };
  CHECK(verdict(of(0.01, 0.02)).word == "healthy");
  CHECK(verdict(of(2, 3)).word == "healthy");
  CHECK(p99_tone(of(2, 3)) == Tone::plain);
  CHECK(verdict(of(0.01, 8)).word == "stalled");
  CHECK(verdict(of(0.01, 8)).text ==
        "Stalled without a fault: no request failed, but p99 of static is 8.0 s.");
  CHECK(p99_tone(of(0.01, 8)) == Tone::warn);
  CHECK(has(verdict(of(0.01, 8, Outcome::http_503)).text, " failed; p99 of static is 8.0 s."));
}

TEST_CASE(
    "a plan that is not finished is told, and what it did not do is not said to be survived") {
  auto campaign = told([](test::Tale& recorder) {
    requests(recorder, none);
    recorder.event({.time = 60,
                    .source = "plan",
                    .what = What::not_done,
                    .target = "go on",
                    .version = "nginx@server1 does not answer"});
  });
  campaign.faults = {{"stop", "nginx@server1", 20}, {"stop", "nginx@server2", 20}};
  campaign.faults[1].strike = 7;
  campaign.faults[1].waits = true;
  CHECK(verdict(campaign).text ==
        "Survived the stop of nginx@server1: no request failed. The plan was not finished: "
        "\"go on\" (nginx@server1 does not answer).");
}

TEST_CASE("an order to a balancer is about a server of it") {
  Campaign campaign;
  campaign.faults = {{"maintenance", "haproxy@lb1", 20}, {"maintenance", "haproxy@lb1", 40}};
  campaign.faults[0].server = "server2";
  campaign.faults[1].server = "server1";
  CHECK(faults_words(campaign) ==
        "maintenance of server2 of haproxy@lb1 and server1 of haproxy@lb1");
}

TEST_CASE("of reads from a replica nothing is said where there is none") {
  const auto campaign = told([](test::Tale& recorder) {
    requests(recorder, none);
    recorder.writes(test::writes(77));
  });
  CHECK(has(terminal(campaign, {}), "77 acknowledged, 0 lost"));
  CHECK_FALSE(has(terminal(campaign, {}), "replica"));
}

TEST_CASE("of several runs WHY says which one it tells, and events count in the singular") {
  const auto second = [](Campaign campaign) {
    campaign.results.push_back(campaign.results.front());
    return campaign;
  };
  const auto one = told([](test::Tale& recorder) {
    requests(recorder, [](double now) { return now >= 20 && now < 40; });
    recorder.event(struck(20, What::crash, "mysql@server1", 20));
  });
  CHECK_FALSE(has(terminal(one, {}), "in the run with seed 1;"));
  CHECK(has(terminal(second(one), {}), "WHY       in the run with seed 1; requests at"));
  CHECK(measure::sentence({.what = What::primary_dead, .figure = 1}) == "a look failed");
}

TEST_CASE("requests in flight at the fault are told apart from the others") {
  const auto campaign = told([](test::Tale& recorder) {
    requests(recorder, none);
    recorder.request(sample(19.95, 0.1, 1, Outcome::reset));
    recorder.request(sample(19.96, 0.1, 1, Outcome::reset));
  });
  const Verdict made = verdict(campaign);
  CHECK(made.word == "survived");
  CHECK(made.text.find("Survived the hang of mysql@server1: only requests in flight failed (2 "
                       "write).") == 0);
  CHECK(has(chain(campaign), "no errors but 2 requests in flight"));
  CHECK(has(all_moments(campaign), "first write request fails, under way when the fault struck"));
  CHECK(timeline(campaign).front().time == near(20.05));
  CHECK(campaign.results[0].tally(measure::Phase::before, 1).bad() == 0);
}

TEST_CASE("beside a real outage the requests in flight are still mentioned") {
  const auto campaign = told([](test::Tale& recorder) {
    requests(recorder, [](double now) { return now >= 20 && now < 25; });
    recorder.request(sample(19.95, 0.1, 1, Outcome::reset));
  });
  CHECK(has(verdict(campaign).text, "; requests in flight that failed: 1 write."));
}

TEST_CASE("faults are called what operators call them") {
  CHECK(fault_words("hang", "mysql@server1") == "hang of mysql@server1");
  CHECK(fault_words("slow", "server1") == "slow-down of server1");
  CHECK(fault_words("link_down", "server1-nic") == "cut of link server1-nic");
  CHECK(fault_words("partition", "server1 | server2") == "partition server1 | server2");
  CHECK(fault_words("power_off", "server1") == "power failure of server1");
  CHECK(fault_words("meteor", "server1") == "meteor of server1");
  Campaign campaign;
  CHECK(faults_words(campaign) == "fault");
  campaign.faults = {
      {"slow", "a", 1, 2}, {"slow", "b", 1, 2}, {"crash", "c", 3, 4}, {"crash", "c", 5, 6}};
  CHECK(faults_words(campaign) == "slow-down of a and b and the crash of c (2 times)");
  campaign.plan.strikes = 9;  // not all are listed
  CHECK(faults_words(campaign) == "slow-down of a and b and the crash of c (at least 2 times)");
  campaign.faults.assign(6, {"crash", "x", 1, 2});
  for (std::size_t i = 0; i < 6; ++i) campaign.faults[i].target = std::to_string(i);
  CHECK(faults_words(campaign) == "crash of 0, 1, 2 and 3 more");
}

TEST_CASE("every kind of fault has words") {
  [&]<class... Kinds>(std::type_identity<std::variant<Kinds...>>) {
    for (const char* kind : {Kinds::kind...}) {
      INFO("a row for " << kind << " is missing in the table of sim/analysis/kinds.cpp");
      CHECK(known_kind(kind));
    }
  }(std::type_identity<fault::Fault>{});
  CHECK_FALSE(known_kind("meteor"));
}

TEST_CASE("one broken part is a single point of failure, several are not single") {
  auto campaign = test::campaign();
  campaign.faults = {{"link_down", "server1-nic", 20, 40}};
  CHECK(verdict(campaign).text.find("Link server1-nic is a single point of failure for write") ==
        0);
  campaign.faults = {{"crash", "a", 20, 40}, {"crash", "b", 20, 40}};
  const Verdict made = verdict(campaign);
  CHECK(made.word == "down");
  CHECK(made.text.find("Taken down by the crash of a and b: 100 % of write") == 0);
}

TEST_CASE("the verdict counts every outage") {
  const auto campaign = told([](test::Tale& recorder) {
    requests(recorder, [](double now) {
      return (now >= 20 && now < 22.05) || (now >= 28 && now < 30.05) || (now >= 35 && now < 37.05);
    });
  });
  CHECK(has(verdict(campaign).text, "failed for 6.0 s in all, in 3 outages;"));
  CHECK(harms(campaign)[0].outages == 3);
  CHECK(has(report_md(campaign), "| 2.0 s | 3, 6.0 s |"));
  const std::string moments = all_moments(campaign);
  const auto whole = moments.find("in the whole run");
  CHECK(whole != std::string::npos);
  CHECK(moments.find("in the whole run", whole + 1) == std::string::npos);
  CHECK(has(moments, "static requests fail again"));
}

TEST_CASE("outages of some of the runs say in how many") {
  auto campaign = told([](test::Tale& recorder) {
    requests(recorder, [](double now) { return now >= 20 && now < 22.05; });
  });
  campaign.results.push_back(
      told([](test::Tale& recorder) { requests(recorder, none); }).results[0]);
  CHECK(has(verdict(campaign).text, "failed for 2.0 s in 1 of 2 runs;"));
}

TEST_CASE("one failure has no duration") {
  const auto campaign = told([](test::Tale& recorder) {
    requests(recorder, [](double now) { return now > 24.95 && now < 25.05; });
  });
  CHECK(has(verdict(campaign).text, ": 1 static request failed; write was not affected."));
  CHECK(has(all_moments(campaign), "one static request fails (in the whole run: 503 1)"));
}

TEST_CASE("a failure is told when its client knew, not when it was sent") {
  const auto campaign = told([](test::Tale& recorder) {
    requests(recorder, none);
    recorder.request(sample(21, 20, 1, Outcome::timeout));
    recorder.request(sample(22, 20, 1, Outcome::timeout));
    recorder.request(sample(50, 0.1, 1));
  });
  const auto moments = timeline(campaign);
  REQUIRE(moments.size() == 2);
  CHECK(moments[0].time == 41);
  CHECK(moments[0].text == "first write request fails after 20.0 s (in the whole run: timeout 2)");
  CHECK(moments[1].time == 42);
  CHECK(has(chain(campaign), "errors end +2.0 s, seen until +22.0 s, by themselves"));
}

TEST_CASE("the chain says why the errors ended") {
  const auto ended = [](const std::vector<measure::Event>& events) {
    return chain(told([&](test::Tale& recorder) {
      requests(recorder, [](double now) { return now >= 20 && now < 29.95; });
      for (const measure::Event& event : events) recorder.event(event);
    }));
  };
  CHECK(has(ended({says(30, What::down, "server1")}),
            "errors end +9.9 s, when haproxy@lb1 says server1 DOWN\n"));
  CHECK(has(ended({repaired(30, "db")}), "errors end +9.9 s, with the repair of db\n"));
  CHECK(has(ended({repaired(30, "db"), recovered(30, "db")}),
            "errors end +9.9 s, when db serves again (crash recovery took 1.50 s)\n"));
  CHECK(has(ended({serves(34, "db")}),
            "errors end +9.9 s, by themselves: no component acted then\n"));
  const auto told_by = [&](What what, const char* who, const char* whom) {
    return ended({{.time = 30, .source = who, .what = what, .target = whom}});
  };
  CHECK(has(told_by(What::read_write, "db", "db"), "+9.9 s, by the command read_write to db\n"));
  CHECK(has(told_by(What::drain, "haproxy@lb1", "server2"),
            "+9.9 s, by the command drain server2 to haproxy@lb1\n"));
}

TEST_CASE("a repair ends no errors that began with it") {
  const auto campaign = told([](test::Tale& recorder) {
    requests(recorder, none);
    recorder.request(sample(29.95, 20, 1, Outcome::timeout));
    recorder.request(sample(55, 0.1, 1));
    recorder.event(repaired(30, "lb1"));
  });
  CHECK(has(chain(campaign),
            "errors end +9.9 s, seen until +30.0 s, with requests under way at the repair of lb1"));
}

TEST_CASE("what a takeover ended was not ended by the repair of an earlier failure") {
  const auto campaign = told([](test::Tale& recorder) {
    requests(recorder, [](double now) { return now >= 40 && now < 40.85; });
    recorder.event(struck(20, What::crash, "haproxy@lb1", 10));
    recorder.event(repaired(30, "haproxy@lb1"));
    recorder.event(struck(40, What::crash, "haproxy@lb2", 10, 1));
    recorder.event({.time = 40.9,
                    .source = "keepalived@lb1",
                    .what = What::address_taken_over,
                    .target = "10.0.0.100"});
    recorder.event(repaired(50, "haproxy@lb2", 1));
  });
  CHECK(verdict(campaign).word == "interrupted");
}

TEST_CASE("what waited up to the repair, and was answered then, does not make it an interruption") {
  const auto campaign = told([](test::Tale& recorder) {
    for (int i = 0; i < 600; ++i) {
      const double now = i / 10.0;
      const bool waits = now > 37.05 && now < 39.95;
      if (waits)
        recorder.request(sample(now, 40.1 - now, 0));
      else
        recorder.request(sample(now, now >= 20 && now < 39.95 ? 2.5 : 0.01, 0,
                                now >= 20 && now < 39.95 ? Outcome::http_503 : Outcome::ok));
    }
    recorder.event(struck(20, What::hang, "db", 20));
    recorder.event(repaired(40, "db"));
  });
  CHECK(verdict(campaign).word == "single point of failure");
}

TEST_CASE("UP is told without claiming that the fault is what it returned from") {
  const auto campaign = test::campaign();
  CHECK(has(all_moments(campaign), "**haproxy@lb1**: server1 is UP again (2 checks passed)"));
  CHECK(has(chain(campaign), "server1 UP again +23.2 s by haproxy@lb1 (2 checks passed)"));
  CHECK(has(chain(campaign), "detected +4.2 s by haproxy@lb1: server1 DOWN (L7STS, status 500"));
}

TEST_CASE("a machine that hangs is frozen: nothing comes back from it") {
  CHECK(struck_words("hang", {"lb1"}) == "lb1 froze: silence");
  CHECK(struck_words("hang", {"app@lb1"}) == "app@lb1 hung: ports open, no answer");
}

TEST_CASE("of several failures that strike at different times the first is no date of all") {
  auto campaign = test::campaign();
  campaign.faults.push_back({"crash", "mysql@server2", 30, 40, 1});
  CHECK(has(chain(campaign), "crash of mysql@server1 and mysql@server2 from 20.0 s on\n"));
}

TEST_CASE("an operator's answer to a failure is nothing that broke; his own mistake is") {
  const auto words = [](const char* faults) {
    return faults_words(test::campaign_of_story(std::string(R"({ "faults": [)") + faults + "] }"));
  };
  CHECK(words(R"({ "kind": "crash", "target": "mysql@server1", "at": "5s" },
                 { "kind": "command", "target": "mysql@server2", "command": "promote", "at": "9s" })") ==
        "crash of mysql@server1");
  CHECK(
      words(R"({ "kind": "command", "target": "mysql@server1", "command": "read_only", "at": "5s" },
                 { "kind": "command", "target": "mysql@server1", "command": "read_write", "at": "9s" })") ==
      "command to mysql@server1");
  CHECK(
      words(
          R"({ "kind": "command", "target": "mysql@server2", "command": "promote", "at": "5s" })") ==
      "command to mysql@server2");
}

TEST_CASE("jitter is told with the plan") {
  auto campaign = test::campaign();
  CHECK(schedule_words(campaign, 0) == "at 20.0 s, repaired after 20.0 s");
  CHECK(strike_words(campaign) == "at 20.0 s");
  campaign.faults[0].at = 19;
  campaign.results[1].events[0].time = 20.5;
  campaign.results[1].fault_start = 20.5;
  CHECK(schedule_words(campaign, 0) ==
        "planned at 19.0 s, with jitter at 20.0 s \u2026 20.5 s (mean 20.2 s), repaired at 40.0 s");
  CHECK(strike_words(campaign) == "at 20.2 s (20.0 s \u2026 20.5 s)");
  // The plan has no end: whether somebody repaired it, the runs say.
  campaign.faults[0].until = -1;
  CHECK(has(schedule_words(campaign, 0), ", repaired at 40.0 s"));
  auto unrepaired = campaign;
  for (measure::Result& run : unrepaired.results)
    std::erase_if(run.events, [](const auto& one) { return one.what == measure::What::repaired; });
  CHECK(has(schedule_words(unrepaired, 0), ", never repaired"));
  campaign.faults[0].until = 40;
  // Another fault of the same target has its own repair.
  campaign.faults.push_back({"slow", "mysql@server1", 50, 55, 1});
  CHECK(has(schedule_words(campaign, 0), ", repaired at 40.0 s"));
  CHECK(has(schedule_words(campaign, 1), ", planned to be repaired at 55.0 s"));
}

TEST_CASE("equal events in a row are one line, but not across a fault") {
  const auto campaign = told([](test::Tale& recorder) {
    const auto release = [&](double at, const char* version) {
      recorder.event({.time = at,
                      .source = "app",
                      .what = What::release,
                      .target = "app",
                      .version = version});
    };
    release(0, "1");
    recorder.event(says(18, What::check_failed, "server1", test::no_connection));
    recorder.event(struck(20, What::hang, "db"));
    for (int i = 0; i < 3; ++i) {
      recorder.event(says(21.0 + i, What::check_failed, "server1", test::refused));
      recorder.event(says(21.5 + i, What::check_failed, "server2", test::refused, 3 - i));
    }
    release(30, "2");
  });
  CHECK(all_moments(campaign) ==
        "haproxy@lb1: server1 check_failed (L4TOUT, no connection; 2 more and it is DOWN)\n"
        "**fault**: db hang (for good)\n"
        "haproxy@lb1: server1 check_failed 3 times from 21.000 s to 23.000 s (L4CON, connection "
        "refused; 2 more and it is DOWN)\n"
        "haproxy@lb1: server2 check_failed 3 times from 21.500 s to 23.500 s (the last: L4CON, "
        "connection refused; 1 more and it is DOWN)\n"
        "app: release (runs version 2 of the code base)\n");
}

TEST_CASE("what goes up and down for ever is told once") {
  const auto campaign = told([](test::Tale& recorder) {
    for (int i = 0; i < 20; ++i) {
      recorder.event(says(20.0 + 2 * i, What::down, "server1"));
      recorder.event(says(21.0 + 2 * i, What::up, "server1"));
    }
  });
  const auto moments = timeline(campaign);
  REQUIRE(moments.size() == 6);
  CHECK(moments[4].text == "**haproxy@lb1 notices**: server1 DOWN");
  CHECK(moments[5].time == 25);
  CHECK(
      moments[5].text ==
      "haproxy@lb1: server1 goes on so: UP 18 times and DOWN 17 times more until 59.000 s, in the "
      "end UP");
}

TEST_CASE("many outages are a few lines") {
  const auto campaign = told([](test::Tale& recorder) {
    requests(recorder, [](double now) { return std::fmod(now, 5) < 0.25; });
  });
  std::size_t found = 0;
  for (const Moment& moment : timeline(campaign)) found += moment.text.find("static") == 0;
  CHECK(found == 3);
  CHECK(has(all_moments(campaign),
            "static requests fail again, and so 9 times until 55.210 s, 27 in all"));
}

TEST_CASE("report.md tells first the verdict, then the story, then figures") {
  auto campaign = test::campaign();
  const std::string text = report_md(campaign);
  std::size_t at = 0;
  for (const char* part :
       {"# The primary", "**mysql@server1 is a single", "## What happened", "What was broken",
        "mean of the runs", "Why, in the run", "Step by step", "## Expectations",
        "## Before, during, after", "## By class", "## The scenario"}) {
    INFO(part);
    const std::size_t next = text.find(part, at);
    REQUIRE(next != std::string::npos);
    at = next;
  }
}
