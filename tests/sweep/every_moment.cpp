// A death at any moment: every kind of fault on every target of a busy stack, at random dates and at
// dates at which something else happens. Each run is made twice. SPOF_SWEEP=20 tries 20 times as many.
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/sweep.hpp"

using namespace spof;
using fault::Schedule;
using test::Trial;

namespace {

constexpr std::uint64_t seeds = 3;

/// Strikes between 2 s and 5 s, repaired within 2 s: the stack is well again from 7 s + settling on.
class Moments {
 public:
  explicit Moments(int variant) : scenario_(test::busy_stack(variant)), random_(77, scenario_.name) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
      dates_.push_back(test::dates_of_events(scenario_, seed));
  }
  Random& random() { return random_; }
  std::uint64_t seed() { return 1 + random_.below(seeds); }

  Schedule at_random() { return lasting(2 + 3 * random_.uniform()); }
  /// At the date of an arrival, or of the end of a request, of the run of this seed.
  Schedule with_an_event(std::uint64_t seed) {
    const auto& dates = dates_[seed - 1];
    for (;;)
      if (const double date = dates[random_.below(dates.size())]; date > 2 && date < 5) return lasting(date);
  }

  Trial trial(std::vector<fault::Fault> faults, std::uint64_t seed) {
    Trial made{scenario_, seed, "", true, 7 + test::settling};
    for (const fault::Fault& one : faults) made.name += (made.name.empty() ? "" : " + ") + test::words(one);
    made.scenario.faults = std::move(faults);
    return made;
  }

 private:
  Schedule lasting(double at) {
    Schedule when;
    when.at = at;
    const double draw = random_.uniform();
    when.lasts = draw < 0.2 ? 0 : draw < 0.4 ? 0.001 * draw : 2 * random_.uniform();
    return when;
  }
  scenario::Scenario scenario_;
  Random random_;
  std::vector<std::vector<double>> dates_;  // by seed
};

void expect_none(const std::vector<Trial>& trials) {
  for (const std::string& one : test::troubles(trials)) FAIL_CHECK(one);
  CHECK(!trials.empty());
}

}  // namespace

TEST_CASE("one fault of every kind on every target leaves nothing behind") {
  for (int variant = 0; variant < test::variants; ++variant) {
    Moments moments(variant);
    std::vector<Trial> trials;
    for (int round = 0; round < test::sweep_factor(); ++round) {
      const std::size_t kinds = test::every_fault({}).size();
      for (std::size_t kind = 0; kind < kinds; ++kind) {
        const std::uint64_t seed = moments.seed();
        const Schedule when =
            moments.random().chance(0.5) ? moments.with_an_event(seed) : moments.at_random();
        trials.push_back(moments.trial({test::every_fault(when)[kind]}, seed));
      }
    }
    expect_none(trials);
  }
}

TEST_CASE("faults at once, overlapping and repeated leave nothing behind") {
  for (int variant = 0; variant < test::variants; ++variant) {
    Moments moments(variant);
    Random& random = moments.random();
    std::vector<Trial> trials;
    for (int round = 0; round < 8 * test::sweep_factor(); ++round) {
      const std::uint64_t seed = moments.seed();
      const Schedule first = moments.with_an_event(seed);
      trials.push_back(
          moments.trial({test::any_fault(random, first), test::any_fault(random, first)}, seed));
      std::vector<fault::Fault> overlapping;
      for (int i = 0; i < 3; ++i) overlapping.push_back(test::any_fault(random, moments.at_random()));
      trials.push_back(moments.trial(overlapping, seed));
      Schedule repeated = first;
      repeated.at = 2 + random.uniform();
      repeated.lasts = 0.2 * random.uniform();
      repeated.times = 5;
      repeated.every = 0.4;
      trials.push_back(moments.trial({test::any_fault(random, repeated)}, seed));
    }
    expect_none(trials);
  }
}
