// One queue of the simulated stack against the formulas for it. The station is an application
// server with sync workers: each takes one page at a time, the rest waits in the kernel's one
// queue. All else costs nothing, and the network a fraction of a millisecond, which is taken off.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/statistics.hpp"
#include "catch.hpp"
#include "support/story.hpp"

using namespace spof;

namespace {

constexpr double service = 0.1;  // mean of an exponential service time, seconds
constexpr double warm_up = 100;

std::string station(int workers, const std::string& clients,
                    const std::string& law = "exponential(100ms)") {
  return R"({ "duration": "2100s",
    "classes": { "file": null, "page": { "kind": "page", "cpu": { "haproxy": "0ms", "nginx": "0ms", "app": ")" +
         law + R"(" } } },
    "haproxy": { "servers": { "server2": null } }, "nginx": { "worker_connections": 10000 },
    "app": { "worker_class": "sync", "timeout": "1000s", "processes": )" +
         std::to_string(workers) + R"( },
    "clients": { "users": { "timeout": "50s", )" +
         clients + " } } }";
}

/// What a page takes when nobody else is there and it costs nothing: four ways of 0.1 ms.
double overhead() {
  static const double seconds = [] {
    const auto result = test::play(station(1, R"("arrivals": "poisson", "rate": "0.1/s")", "0ms"));
    return mean([&] {
      std::vector<double> values;
      for (const auto& one : result.logs) values.push_back(one.line.response);
      return values;
    }());
  }();
  return seconds;
}

struct Measured {
  std::vector<double> sojourn;  ///< mean time in the station, one per seed
  std::vector<double> busy;     ///< share of time in which somebody was there
};

Measured measure_station(int workers, const std::string& clients,
                         const std::string& law = "exponential(100ms)") {
  Measured measured;
  for (const auto& result : test::play_seeds(station(workers, clients, law), 6)) {
    double sum = 0, count = 0, busy = 0, until = warm_up;
    for (const auto& one : test::log_between(result, warm_up, 2000)) {
      const double begin = one.line.accepted, end = begin + one.line.response - overhead();
      sum += end - begin;
      ++count;
      busy += std::max(0.0, end - std::max(until, begin));
      until = std::max(until, end);
    }
    measured.sojourn.push_back(sum / count);
    measured.busy.push_back(busy / (2000 - warm_up));
  }
  return measured;
}

/// The mean over seeds differs from theory by no more than twice the 95 % confidence interval,
/// which itself is narrow enough to tell.
void check_agrees(const std::vector<double>& values, double theory) {
  INFO("measured " << mean(values) << " +- " << half_width(values) << ", theory " << theory);
  CHECK(half_width(values) < 0.12 * theory);
  CHECK(std::abs(mean(values) - theory) < 2 * half_width(values));
}

/// Probability that a customer of M/M/c has to wait (Erlang's C formula), a = rate * service.
double erlang_c(int servers, double a) {
  double term = 1, sum = 1;
  for (int k = 1; k < servers; ++k) sum += term *= a / k;
  const double last = term * a / servers * servers / (servers - a);
  return last / (sum + last);
}

}  // namespace

TEST_CASE("M/M/1: time in the system and utilisation") {
  for (const double load : {0.3, 0.7}) {
    INFO("load " << load);
    const auto measured = measure_station(
        1, R"("arrivals": "poisson", "rate": ")" + std::to_string(load / service) + "/s\"");
    check_agrees(measured.sojourn, service / (1 - load));
    check_agrees(measured.busy, load);
  }
}

TEST_CASE("M/D/1: half of the waiting of M/M/1 (Pollaczek and Khinchine)") {
  const auto measured = measure_station(1, R"("arrivals": "poisson", "rate": "7/s")", "100ms");
  check_agrees(measured.sojourn, service + 0.7 * service / (2 * (1 - 0.7)));
}

TEST_CASE("M/G/1: a varying service time makes the queue longer") {
  // lognormal with sigma 1: mean 100 ms, squared coefficient of variation e - 1.
  const auto measured =
      measure_station(1, R"("arrivals": "poisson", "rate": "5/s")", "lognormal(60.653ms, 1)");
  const double variation = std::exp(1.0) - 1;
  check_agrees(measured.sojourn, service + 0.5 * service * (1 + variation) / (2 * (1 - 0.5)));
}

TEST_CASE("M/M/c: time in the system after Erlang") {
  for (const int workers : {2, 3}) {
    INFO(workers << " workers");
    const double load = 0.8 * workers;
    const auto measured = measure_station(
        workers, R"("arrivals": "poisson", "rate": ")" + std::to_string(load / service) + "/s\"");
    check_agrees(measured.sojourn, service + erlang_c(workers, load) * service / (workers - load));
  }
}

TEST_CASE("Little's law: as many are there as rate times time, seen by those who arrive") {
  const auto result = test::play(station(1, R"("arrivals": "poisson", "rate": "7/s")"));
  const auto samples = test::by_arrival(result);
  double times = 0, seen = 0;
  std::vector<double> ends;
  for (const auto& one : samples) {
    // Poisson arrivals see time averages.
    const auto gone =
        std::remove_if(ends.begin(), ends.end(), [&](double end) { return end <= one.arrival; });
    ends.erase(gone, ends.end());
    seen += static_cast<double>(ends.size());
    ends.push_back(one.end);
    times += one.end - one.arrival;
  }
  const double count = static_cast<double>(samples.size());
  const double rate = count / 2100;
  CHECK(seen / count == near(rate * times / count).epsilon(0.04));
}

TEST_CASE("closed loop: throughput of N users after the machine repairman's model") {
  // Thinking takes 1 s on average and the way there and back another 0.08 s: only its mean counts.
  for (const int users : {4, 12, 30}) {
    INFO(users << " users");
    const double think = 1 + 0.08 + overhead();
    double term = 1, sum = 1;
    for (int k = 1; k <= users; ++k) sum += term *= (users - k + 1) * service / think;
    const double theory = (1 - 1 / sum) / service;
    std::vector<double> throughput;
    for (const auto& result : test::play_seeds(
             station(1, R"x("arrivals": "closed", "think_time": "exponential(1s)", "users": )x" +
                            std::to_string(users)),
             3)) {
      double count = 0;
      for (const auto& one : result.samples) count += one.end >= warm_up && one.end < 2000;
      throughput.push_back(count / (2000 - warm_up));
    }
    INFO("measured " << mean(throughput) << ", theory " << theory);
    CHECK(mean(throughput) == near(theory).epsilon(0.015));
    CHECK(mean(throughput) <= std::min(1 / service, users / (think + service)) * 1.01);
  }
}

TEST_CASE(
    "CPU-1: work takes the longer the longer its worker has slept, and is cold for 5 ms at most") {
  const std::string waking = R"({ "duration": "20s", "waking": { "extra": 2, "time": "5ms" } })";
  const auto mean_response = [&](const std::string& law, double rate) {
    std::vector<double> took;
    for (const auto& one : test::log_between(
             test::play(test::merged(
                 station(1, R"("arrivals": "constant", "rate": ")" + std::to_string(rate) + "/s\"",
                         law),
                 waking)),
             2, 18))
      took.push_back(one.line.response - overhead());
    return mean(took);
  };
  for (const double work : {0.002, 0.01})
    for (const double gap : {0.1, 0.02}) {
      double theory = work;  // the sleep is what is left of the gap
      for (int i = 0; i < 100; ++i)
        theory = work + 2 * std::min(work, 0.005) * (1 - std::exp((theory - gap) / 0.005));
      INFO("work " << work << ", every " << gap);
      CHECK(mean_response(std::to_string(work * 1e3) + "ms", 1 / gap) ==
            near(theory).epsilon(0.01));
    }
}

TEST_CASE("CPU-1: what is found waiting costs once") {
  const auto result =
      test::play(test::merged(station(1, R"("arrivals": "constant", "rate": "150/s")", "10ms"),
                              R"({ "duration": "20s", "waking": { "extra": 2, "time": "5ms" } })"));
  double served = 0;
  for (const auto& one : result.samples) served += one.end >= 5 && one.end < 15;
  CHECK(served == near(1000).margin(2));
}

TEST_CASE("CPU-2: the end of a connection costs HAProxy after the answer, unless it is kept") {
  struct Seen {
    double first = 0, last = 0;
  };
  const auto seen = [](const std::string& closing, const std::string& keep_alive) {
    const auto lines = test::log_between(
        test::play(R"({ "duration": "5s", "classes": { "file": { "cpu": { "haproxy": "20ms" } } },
          "clients": { "users": { "rate": "60/s", "keep_alive": )" +
                   keep_alive + R"( } }, "haproxy": { "nbthread": 1, "closing": )" + closing +
                   " } }"),
        0);
    return Seen{lines.at(0).line.total, lines.back().line.total};
  };
  const Seen before = seen("0", "false"), after = seen("0.5", "false"), kept = seen("0.5", "true");
  CHECK(before.first - after.first == near(0.01).margin(1e-6));
  CHECK(before.last > 0.2);  // 20 ms each is more than 60 a second allow
  CHECK(after.last > 0.2);
  CHECK(kept.last < 0.05);
}
