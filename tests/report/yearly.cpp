#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "analysis/records/matrix_record.hpp"
#include "analysis/year/yearly_model.hpp"
#include "base/random.hpp"
#include "catch.hpp"
#include "report/pages/pages.hpp"
#include "support/yearly_input.hpp"

using namespace spof;
using namespace spof::report;
using namespace spof::test;

namespace {

double down(const YearlyInput& given) {
  return expected_loss(year_model(given, ""), 0, 0, Aspect::time);
}
double failed(const YearlyInput& given) {
  return expected_loss(year_model(given, ""), 0, 0, Aspect::requests);
}

/// x of A x = b, by Gaussian elimination with pivots.
template <std::size_t N>
std::array<double, N> solved(std::array<std::array<double, N>, N> a, std::array<double, N> b) {
  for (std::size_t column = 0; column < N; ++column) {
    std::size_t best = column;
    for (std::size_t row = column; row < N; ++row)
      if (std::fabs(a[row][column]) > std::fabs(a[best][column])) best = row;
    std::swap(a[best], a[column]);
    std::swap(b[best], b[column]);
    for (std::size_t row = 0; row < N; ++row) {
      if (row == column) continue;
      const double factor = a[row][column] / a[column][column];
      for (std::size_t i = column; i < N; ++i) a[row][i] -= factor * a[column][i];
      b[row] -= factor * b[column];
    }
  }
  for (std::size_t i = 0; i < N; ++i) b[i] /= a[i][i];
  return b;
}

/// The steady state of a Markov chain with rates[from][to].
template <std::size_t N>
std::array<double, N> steady_state(const std::array<std::array<double, N>, N>& rates) {
  std::array<std::array<double, N>, N> a{};
  std::array<double, N> b{};
  for (std::size_t from = 0; from < N; ++from)
    for (std::size_t to = 0; to < N; ++to) {
      a[to][from] += rates[from][to];
      a[from][from] -= rates[from][to];
    }
  a[0].fill(1);  // the last balance follows from the others; the probabilities sum to 1 instead
  b[0] = 1;
  return solved(a, b);
}

}  // namespace

TEST_CASE("a year: one part is down for MTTR of MTBF and MTTR") {
  const FailureMode one = mode("db", 4, 3 * hour);
  CHECK(down(input({one})) == near(unavailability(one)).epsilon(1e-12));
  const Yearly year = yearly(input({one}));
  CHECK(year.classes[0].down.minutes() == near(unavailability(one) * 525960).epsilon(1e-12));
  CHECK(year.classes[0].failed_requests() ==
        near(unavailability(one) * 10 * 8766 * 3600).epsilon(1e-12));
  CHECK(year.components[0].saved_down_s[0] == near(unavailability(one) * year_s));
  CHECK(year.components[0].failures == near(4 / (1 + 4 * 3 * hour / year_s)));
}

TEST_CASE("a year: parts in series, the closed formula") {
  const std::vector<FailureMode> modes{mode("lb", 2, 4 * hour), mode("web", 12, 10 * hour),
                                       mode("db", 1, 3 * day), mode("dns", 30, 8 * minute)};
  double available = 1;
  for (const FailureMode& one : modes) available *= 1 - unavailability(one);
  CHECK(down(input(modes)) == near(1 - available).epsilon(1e-12));
  CHECK(failed(input(modes)) == near(1 - available).epsilon(1e-12));
}

TEST_CASE("a year: parts in parallel, the closed formula") {
  YearlyInput given = input({mode("web1", 12, 2 * day, 0), mode("web2", 3, 9 * day, 0)});
  CHECK(down(given) == 0);  // nobody asked what both together do
  given.pairs = {pair(0, 1)};
  const double both = unavailability(given.modes[0]) * unavailability(given.modes[1]);
  CHECK(down(given) == near(both).epsilon(1e-12));
  CHECK(failed(given) == near(both).epsilon(1e-12));
}

TEST_CASE("a year: series of parallel parts") {
  YearlyInput given =
      input({mode("lb", 2, 1 * day), mode("web1", 12, 2 * day, 0), mode("web2", 12, 2 * day, 0),
             mode("db1", 3, 5 * day, 0), mode("db2", 3, 5 * day, 0)});
  // A pair with a part that is enough by itself adds nothing.
  given.pairs = {pair(1, 2), pair(3, 4), pair(0, 1)};
  const auto u = [&](std::size_t i) { return unavailability(given.modes[i]); };
  const double available = (1 - u(0)) * (1 - u(1) * u(2)) * (1 - u(3) * u(4));
  CHECK(down(given) == near(1 - available).epsilon(1e-12));
}

TEST_CASE("a year: two of three, never better than exact and close to it") {
  YearlyInput given =
      input({mode("a", 2, 2 * day, 0), mode("b", 2, 2 * day, 0), mode("c", 2, 2 * day, 0)});
  given.pairs = {pair(0, 1), pair(0, 2), pair(1, 2)};
  const double u = unavailability(given.modes[0]);
  const double exact = 3 * u * u * (1 - u) + u * u * u;
  CHECK(down(given) >= exact);
  CHECK(down(given) == near(exact).epsilon(2 * u));
}

TEST_CASE("a year: partial failures take the larger share, pairs what was simulated") {
  YearlyInput given = input({mode("app1", 6, 3 * day, 0.5), mode("app2", 6, 3 * day, 0.2)});
  const double a = unavailability(given.modes[0]), b = unavailability(given.modes[1]);
  CHECK(failed(given) == near(0.5 * a + 0.2 * (1 - a) * b).epsilon(1e-12));
  given.pairs = {pair(0, 1, 0.9)};
  CHECK(failed(given) == near(0.9 * a * b + 0.5 * a * (1 - b) + 0.2 * (1 - a) * b).epsilon(1e-12));
  CHECK(down(given) == near(a).epsilon(1e-12));  // app2 alone is not down, with app1 it is anyway
  given.pairs = {pair(0, 1, 0.3)};               // more broken never heals
  CHECK(failed(given) == near(0.5 * a + 0.2 * (1 - a) * b).epsilon(1e-12));
}

TEST_CASE("a year: detection gaps count by how often, not by how long") {
  FailureMode one = mode("web1", 12, 2 * hour, 0);
  one.classes[0][0].transient_s = 3;
  one.classes[0][0].transient_outage_s = 10;
  const double often = 12 / (1 + 12 * 2 * hour / year_s);
  CHECK(failed(input({one})) * year_s == near(often * 3));
  CHECK(down(input({one})) * year_s == near(often * 10));
  one.mean_repair_s = 0;
  CHECK(failed(input({one})) * year_s == near(36));
  one.per_year = 24;
  CHECK(failed(input({one})) * year_s == near(72));
}

TEST_CASE("a year: repairs sooner than the defences settle have no settled part") {
  FailureMode one = mode("dns", 5, 10 * minute);
  one.settle_s = 5 * minute;
  CHECK(down(input({one})) == near(unavailability(one) * std::exp(-0.5)).epsilon(1e-12));
}

TEST_CASE("a year: a pair with imperfect fail-over, against a Markov chain") {
  // Per hour. A failed node is noticed after 30 s on average, until then half of the requests fail;
  // 1 in 20 failures is not covered: it stays so until the repair. Both broken: all fail.
  const double fails = 12 / 8766.0, repairs = 1 / 4.0, notices = 120, covered = 0.95;
  enum { good, unseen, seen, uncovered, both };
  std::array<std::array<double, 5>, 5> rates{};
  rates[good][unseen] = 2 * fails * covered;
  rates[good][uncovered] = 2 * fails * (1 - covered);
  rates[unseen][seen] = notices;
  rates[unseen][good] = rates[seen][good] = rates[uncovered][good] = repairs;
  rates[unseen][both] = rates[seen][both] = rates[uncovered][both] = fails;
  rates[both][seen] = 2 * repairs;
  const auto state = steady_state(rates);
  const double exact = 0.5 * (state[unseen] + state[uncovered]) + state[both];

  YearlyInput given = input({});
  for (const char* name : {"web1", "web2"}) {
    FailureMode one = mode(name, 12 * covered, 4 * hour, 0);
    one.classes[0][0].transient_s = 0.5 * hour / (notices + repairs);  // the repair may be sooner
    given.modes.push_back(one);
    given.modes.push_back(mode(name, 12 * (1 - covered), 4 * hour, 0.5));
  }
  given.pairs = {pair(0, 2), pair(0, 3), pair(1, 2), pair(1, 3)};
  CHECK(failed(given) == near(exact).epsilon(0.01));
  // Each term is seen: without any one of them the figures would be further apart.
  CHECK(state[both] > 0.02 * exact);
  CHECK(0.5 * state[unseen] > 0.02 * exact);
  CHECK(0.5 * state[uncovered] > 0.02 * exact);
}

TEST_CASE("a year: the rule of thumb of redundancy with imperfect switching") {
  // U = 2 l T share + (l MTTR)^2 + beta l MTTR. [AV-2]
  YearlyInput given = input({mode("web1", 2, 4 * hour, 0), mode("web2", 2, 4 * hour, 0)});
  for (FailureMode& one : given.modes) one.classes[0][0].transient_s = 0.5 * 20;
  given.pairs = {pair(0, 1)};
  given.pairs[0].twins = true;
  given.common_cause = 0.05;
  const double l = 2 / year_s, r = 4 * hour;
  const double rule = 2 * l * 20 * 0.5 + l * r * l * r + 0.05 * l * r;
  CHECK(failed(given) == near(rule).epsilon(0.06));
  given.common_cause = 0;
  CHECK(failed(given) == near(rule - 0.05 * l * r).epsilon(0.01));
}

TEST_CASE("a year: a common cause needs the pair, and goes with either part") {
  YearlyInput given = input({mode("a", 2, 4 * hour, 0), mode("b", 2, 4 * hour, 0)});
  given.common_cause = 1;
  CHECK(down(given) == 0);
  given.pairs = {pair(0, 1)};
  given.pairs[0].twins = true;
  const Yearly year = yearly(given);
  const double all = unavailability(given.modes[0]);  // every failure takes both
  CHECK(year.classes[0].down.expected == near(all).epsilon(1e-12));
  REQUIRE(year.components.size() == 2);
  for (const ComponentYear& one : year.components) {
    CHECK(one.saved_down_s[0] == near(all * year_s));
    CHECK(one.share_of_down[0] == near(0.5));
  }
}

TEST_CASE("a year: what is drawn has the mean of what is calculated") {
  YearlyInput given = input({mode("lb", 3, 10 * hour), mode("web1", 20, 2 * day, 0.1),
                             mode("web2", 20, 2 * day, 0), mode("db", 2, 1 * day, 0.7)});
  given.modes[1].classes[0][0].transient_s = 2 * hour;
  given.pairs = {pair(1, 2, 0.9)};
  // Its own draws: each process by itself through 4000 years, state by state.
  std::vector<Random> random;
  std::vector<double> next;
  std::vector<bool> broken(given.modes.size(), false);
  for (const FailureMode& one : given.modes) {
    random.emplace_back(7, one.component);
    next.push_back(random.back().exponential(year_s / one.per_year));
  }
  double now = 0, lost = 0;
  const double end = 4000 * year_s;
  const auto level = [&] {
    if (broken[0]) return 1.0;
    if (broken[1] && broken[2]) return 0.9;
    return broken[3] ? 0.7 : broken[1] ? 0.1 : 0.0;
  };
  while (now < end) {
    const auto which =
        static_cast<std::size_t>(std::min_element(next.begin(), next.end()) - next.begin());
    lost += (next[which] - now) * level();
    now = next[which];
    const FailureMode& one = given.modes[which];
    if (!broken[which]) lost += one.classes[0][0].transient_s * (1 - level());
    broken[which] = !broken[which];
    next[which] =
        now + random[which].exponential(broken[which] ? one.mean_repair_s : year_s / one.per_year);
  }
  CHECK(failed(given) == near(lost / now).epsilon(0.02));
}

TEST_CASE("a year: single years spread as their failures do") {
  // Twice a year for exactly known times: the number of failures is Poisson.
  FailureMode rare = mode("db", 2, 0);
  rare.classes[0][0] = {0, 0, false, 100};
  const YearShare gaps = yearly(input({rare})).classes[0].down;
  CHECK(gaps.year_low * year_s == near(0));     // P(0) = 13.5 %
  CHECK(gaps.year_high * year_s == near(500));  // P(N <= 4) = 94.7 %
  CHECK(gaps.expected * year_s == near(200));
  // Once a hundred years: 95 % of years see nothing, the mean is all the same.
  const YearShare never = yearly(input({mode("db", 0.01, 1 * day)})).classes[0].down;
  CHECK(never.year_high == 0);
  CHECK(never.expected > 0);
  // Exponential repairs: n of them last longer than x in all with the probability that fewer than
  // n arrive in x at their rate.
  const double often = 2;
  const YearShare some = yearly(input({mode("db", often, 1 * hour)})).classes[0].down;
  const double x = some.year_high * year_s / hour;
  double above = 0, poisson = std::exp(-often), erlang = 0, term = std::exp(-x);
  for (int n = 1; n < 40; ++n) {
    erlang += term;
    term *= x / n;
    poisson *= often / n;
    above += poisson * erlang;
  }
  CHECK(above == near(0.05).margin(0.01));
}

TEST_CASE("a year: drawn years agree with the expectation, pairs and gaps included") {
  YearlyInput given = input({mode("a", 300, 1 * day, 0), mode("b", 300, 1 * day, 0)});
  given.modes[0].classes[0][0].transient_s = 20 * minute;
  given.pairs = {pair(0, 1, 1)};
  given.pairs[0].settle_s = 2 * hour;
  const YearShare share = yearly(given).classes[0].failed;
  // Hundreds of failures: a year is close to the mean, and the mean lies amid.
  CHECK(share.year_low < share.expected);
  CHECK(share.year_high > share.expected);
  CHECK((share.year_low + share.year_high) / 2 == near(share.expected).epsilon(0.03));
}

TEST_CASE("a year: the seeds' spread is the interval of the expectation") {
  FailureMode one = mode("db", 10, 1 * hour, 0);
  one.classes[0] = {{0.2, 0, false, 0}, {0.3, 0, false, 0}, {0.4, 0, false, 0}};
  const YearShare share = yearly(input({one})).classes[0].failed;
  const double u = unavailability(one);
  CHECK(share.expected == near(0.3 * u));
  // Student, two degrees of freedom: 4.303 times 0.1 / sqrt(3).
  CHECK(share.high - share.expected == near(0.24842 * u).epsilon(1e-3));
  CHECK(share.expected - share.low == near(0.24842 * u).epsilon(1e-3));
  one.classes[0].resize(1);
  const YearShare single = yearly(input({one})).classes[0].failed;
  CHECK(std::isnan(single.low));
  CHECK(std::isnan(single.high));
}

TEST_CASE("a year: it is known as far as its rates are, and hangs on the least known") {
  FailureMode guessed = mode("db", 10, 1 * hour), twin = mode("app", 10, 1 * hour),
              counted = mode("lb", 1, 1 * hour), given = mode("ns", 50, 1 * hour);
  guessed.assumption = twin.assumption = "crash of daemon", guessed.within = twin.within = 4;
  counted.assumption = "crash of haproxy", counted.within = 2;
  const Yearly year = yearly(input({guessed, twin, counted, given}));
  const double hours = hour / year_s;  // one hour a year; all are rare enough to add up
  const YearShare share = year.classes[0].down;
  CHECK(share.expected == near(71 * hours).epsilon(0.01));
  // 20 too few become 5 or 80, one becomes a half or two: errors of 15 and 60, and hardly more.
  CHECK(share.low == near((71 - std::hypot(15, 0.5)) * hours).epsilon(0.01));
  CHECK(share.high == near((71 + std::hypot(60, 1)) * hours).epsilon(0.01));
  CHECK(year.hangs_on == "crash of daemon");
  CHECK(year.within == 4);
  CHECK(year.hangs_low == near(56 * hours).epsilon(0.01));
  CHECK(year.hangs_high == near(131 * hours).epsilon(0.02));
  CHECK(yearly(input({given})).hangs_on.empty());
}

TEST_CASE("a year: what does not concern a class leaves its interval around what is expected") {
  FailureMode everything = mode("lb", 4, 1 * hour), harmless = mode("db", 10, 1 * hour, 0),
              slight = mode("app", 10, 1 * hour, 0.1);
  everything.assumption = "crash of haproxy", everything.within = 2;
  harmless.assumption = "crash of mysqld", harmless.within = 4;
  slight.assumption = "crash of app", slight.within = 4;
  const Yearly year = yearly(input({everything, harmless, slight}));
  for (const YearShare& share : {year.classes[0].down, year.classes[0].failed}) {
    CHECK(share.low < share.expected);
    CHECK(share.expected < share.high);
  }
  const double hours = hour / year_s;
  CHECK(year.classes[0].down.low == near(2 * hours).epsilon(0.01));
  CHECK(year.classes[0].down.high == near(8 * hours).epsilon(0.01));
}

TEST_CASE("a year: all classes together") {
  YearlyInput given{{{"read", 30}, {"write", 10}}, {}, {}, 0};
  given.modes = {{"primary", "crash", 2, 5 * hour, 0, true, {{}, {{1, 0, true, 0}}}},
                 {"replica", "crash", 4, 3 * hour, 0, true, {{{0.6, 0, true, 0}}}}};
  const Yearly year = yearly(given);
  REQUIRE(year.classes.size() == 3);
  const ClassYear& all = year.classes[2];
  const double p = unavailability(given.modes[0]), r = unavailability(given.modes[1]);
  CHECK(all.name == "all");
  CHECK(all.per_second == near(40));
  CHECK(year.classes[0].down.expected == near(r));
  CHECK(year.classes[1].down.expected == near(p));
  CHECK(all.down.expected == near(p + r - p * r));
  CHECK(all.failed.expected == near((30 * 0.6 * r + 10 * p) / 40));
  CHECK(all.failed_requests() ==
        near(year.classes[0].failed_requests() + year.classes[1].failed_requests()));
}

TEST_CASE("a year: shares of the loss sum to one, in order; what is saved goes away") {
  YearlyInput given = input({mode("small", 1, 1 * hour), mode("large", 1, 9 * hour),
                             mode("unharmful", 5, 1 * hour, 0), mode("never", 0, 9 * day)});
  given.modes[0].single_point = false;
  const Yearly year = yearly(given);
  REQUIRE(year.components.size() == 3);
  CHECK(year.components[0].name == "large");
  CHECK(year.components[0].single_point);
  CHECK_FALSE(year.components[1].single_point);
  double sum = 0;
  for (const ComponentYear& one : year.components) sum += one.share_of_failed.back();
  CHECK(sum == near(1));
  CHECK(year.components[0].share_of_failed.back() == near(0.9).epsilon(1e-3));
  YearlyInput without = given;
  without.modes.erase(without.modes.begin() + 1);
  CHECK(year.components[0].saved_requests[0] ==
        near((failed(given) - failed(without)) * 10 * year_s));
  CHECK(year.components[2].saved_requests[0] == near(0));
}

TEST_CASE("a year: more failures, longer repairs, larger shares are never better") {
  Random random(3, "monotone");
  for (int round = 0; round < 40; ++round) {
    YearlyInput given = input({});
    for (int i = 0; i < 4; ++i) {
      FailureMode one = mode("part" + std::to_string(i), 20 * random.uniform(),
                             3 * day * random.uniform(), random.uniform());
      one.classes[0][0].transient_s = 1000 * random.uniform();
      given.modes.push_back(one);
    }
    given.pairs = {pair(0, 1, random.uniform()), pair(1, 2, random.uniform())};
    const double before = failed(given);
    CHECK(before > 0);
    CHECK(before < 1);
    const auto worse = [&](auto change) {
      YearlyInput changed = given;
      change(changed);
      CHECK(failed(changed) >= before * (1 - 1e-12));
    };
    worse([](YearlyInput& in) { in.modes[1].mean_repair_s *= 1.5; });
    worse([](YearlyInput& in) { in.modes[2].classes[0][0].settled_share = 1; });
    worse([](YearlyInput& in) { in.modes[3].classes[0][0].transient_s *= 2; });
    worse([](YearlyInput& in) { in.pairs[0].classes[0][0].settled_share = 1; });
    worse([](YearlyInput& in) { in.modes.push_back(mode("another", 1, 1 * hour)); });
    worse([](YearlyInput& in) { in.modes[0].per_year *= 2; });
  }
}

TEST_CASE("a year: nothing fails, or nothing else happens") {
  for (const YearlyInput& given :
       {input({}), input({mode("db", 0, 1 * day)}),
        YearlyInput{{}, {mode("db", 1, 1 * day)}, {}, 0}, YearlyInput{{{"read", 0}}, {}, {}, 0}}) {
    const Yearly year = yearly(given);
    const ClassYear& all = year.classes.back();
    CHECK(all.failed.expected == 0);
    CHECK(all.down.year_high == 0);
    CHECK_FALSE(year_section(year, Medium::screen).empty());
  }
  // As bad as can be written: shares stay shares.
  YearlyInput worst = input({mode("db", 10000, 3.2e7), mode("lb", 10000, 3.2e7)});
  worst.modes[0].classes[0][0].transient_s = 1e9;
  worst.pairs = {pair(0, 1)};
  const YearShare share = yearly(worst).classes[0].failed;
  CHECK(share.expected <= 1);
  CHECK(share.year_high <= 1);
  CHECK(share.expected > 0.999);
}

TEST_CASE("a year: a pair of a mode that is not there throws") {
  YearlyInput given = input({mode("db", 1, 1 * day)});
  given.pairs = {pair(0, 1)};
  CHECK_THROWS_AS(yearly(given), std::out_of_range);
}

TEST_CASE("a year: the same input, the same bytes; one part leaves another's draws alone") {
  const YearlyInput given = input({mode("lb", 3, 10 * hour), mode("db", 2, 1 * day, 0.7)});
  CHECK(spof::echo_fields(year_record(yearly(given))).dump() ==
        spof::echo_fields(year_record(yearly(given))).dump());
  const YearShare alone = yearly(input({mode("db", 2, 1 * day, 0.7)})).classes[0].failed;
  const YearShare beside =
      yearly(input({mode("lb", 3, 1e-9), mode("db", 2, 1 * day, 0.7)})).classes[0].failed;
  CHECK(alone.year_high == near(beside.year_high).epsilon(1e-6));
}
