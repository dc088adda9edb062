// The stack with all of its owner's recommendations, broken at any moment: Keepalived, the manager
// of the database, firewalls, HTTPS, monitoring, somebody on call, and a deployment under way.
// Every failure of every part that a matrix tries, at random dates; then several at once. Each run
// is made twice, and held against all that must be so in any run. SPOF_SWEEP=20 tries 20 times as
// many.
#include <algorithm>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "catch.hpp"
#include "plan/breaks.hpp"
#include "scenario/load.hpp"
#include "support/sweep.hpp"

using namespace spof;
using test::Trial;

namespace {

/// Half a minute in which all of them have something to do: checks each second, and customers who
/// call somebody who comes at once.
const std::vector<std::string> in_haste{"/duration=30s",
                                        "/window=1s",
                                        "/clients/visitors/rate=30/s",
                                        "/clients/visitors/timeout=4s",
                                        "/dns/ttl=3s",
                                        "/prometheus/scrape_interval=1s",
                                        "/prometheus/scrape_timeout=500ms",
                                        "/prometheus/evaluation_interval=1s",
                                        "/operator/respond=1s",
                                        "/operator/diagnose=1s",
                                        "/operator/repair=1s",
                                        "/operator/told_by_customers=2s",
                                        "/operator/complain_after=3",
                                        "/expect=[]"};

class WholeStack {
 public:
  WholeStack() : random_(78, "whole stack") {
    auto loaded = scenario::load(SPOF_SOURCE_DIR "/scenarios/course/recommended.json", in_haste);
    if (!loaded.scenario) throw std::runtime_error(loaded.mistakes);
    scenario_ = *loaded.scenario;
    breaks_ = plan::breaks_of(scenario_);
  }

  /// With the deployment of a release, at any moment, too.
  Trial trial(std::vector<const plan::Break*> broken) {
    Trial made{scenario_, 1 + random_.below(1000), "", false, 0};
    std::vector<fault::Fault>& faults = made.scenario.faults;
    for (const plan::Break* one : broken)
      faults.insert(faults.end(), one->faults.begin(), one->faults.end());
    fault::Deploy release;
    release.targets = {"app@server1", "app@server2"};
    release.release = "2";
    if (random_.chance(0.3)) faults.emplace_back(release);
    for (fault::Fault& one : faults) {
      std::visit([&](auto& fault) { fault.when = at_random(); }, one);
      made.name += (made.name.empty() ? "" : " + ") + test::words(one);
    }
    return made;
  }
  const std::vector<plan::Break>& breaks() const { return breaks_; }
  const plan::Break* any() { return &breaks_[random_.below(breaks_.size())]; }

 private:
  fault::Schedule at_random() {
    fault::Schedule when;
    when.at = 3 + 12 * random_.uniform();
    const double draw = random_.uniform();
    when.lasts = draw < 0.2 ? 0.001 + 0.1 * draw : 12 * draw;
    return when;
  }

  scenario::Scenario scenario_;
  Random random_;
  std::vector<plan::Break> breaks_;
};

void expect_none(const std::vector<Trial>& trials) {
  for (const std::string& one : test::troubles(trials)) FAIL_CHECK(one);
  CHECK(!trials.empty());
}

}  // namespace

TEST_CASE("every failure of every part of the whole stack, at any moment") {
  WholeStack stack;
  std::vector<Trial> trials;
  for (int round = 0; round < test::sweep_factor(); ++round)
    for (const plan::Break& one : stack.breaks()) trials.push_back(stack.trial({&one}));
  expect_none(trials);
}

TEST_CASE("failures of the whole stack that overlap") {
  WholeStack stack;
  std::vector<Trial> trials;
  for (int i = 0; i < 40 * test::sweep_factor(); ++i)
    trials.push_back(stack.trial({stack.any(), stack.any(), stack.any()}));
  expect_none(trials);
}
