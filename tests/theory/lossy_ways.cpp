// Connections over a way that loses packets, against TCP's own laws. Clients are 40 ms away from
// server1, there and back.
#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "net/kernel_timer.hpp"
#include "support/wire_lab.hpp"

using namespace spof;
using test::WireLab;

namespace {

constexpr double segment = 1460, round_trip = 0.04;
constexpr double begin = 0.002;  // in the middle of a jiffy

/// How long each of `times` questions took, on a connection of its own, that server1 answers with
/// `bytes`, while so large a share of the packets that `direction` says is lost. A pause of so many
/// jiffies lets every one find the kernel's timers where the first did.
std::vector<double> durations(int times, double bytes, double loss, engine::Direction direction,
                              double pause = 204.8) {
  const std::string notes = test::in_a_process([&] {
    WireLab lab;
    auto& server = lab.talker("server1", 80);
    server.listen(81, [&](const engine::Message& message) -> engine::Task<> {
      net::Exchange exchange(server, message);
      engine::Body answer = exchange.request();
      answer.bytes = bytes;
      exchange.answer(answer);
      co_return;
    });
    auto& client = lab.talker("clients");
    lab.kernel.platform().add_loss(1, "clients-nic", direction, loss);
    for (int i = 1; i <= times; ++i)
      lab.ask_once(client, i * pause + begin, lab.at("server1", 81), pause - 1);
    return lab.run((times + 1) * pause);
  });
  std::istringstream lines(notes);
  std::vector<double> found;
  double date = 0;
  for (std::string line; lines >> date && std::getline(lines, line);) {
    CHECK(line == " answer ok");
    found.push_back(std::fmod(date, pause) - begin);
  }
  CHECK(found.size() == static_cast<std::size_t>(times));
  return found;
}

/// The share of values from `least` to `most`.
double share(const std::vector<double>& values, double least, double most) {
  const auto count = std::count_if(values.begin(), values.end(), [&](double value) {
    return value >= least - 1e-3 && value <= most + 1e-3;
  });
  return static_cast<double>(count) / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE(
    "TCP-16: a hole costs one round trip, a lost tail two, a lost single segment a time-out") {
  // Only the way to the clients loses 4 %: SYN-ACKs, each with its segment, and answers.
  const double p = 0.04, good = 1 - p;
  const int times = 3000;
  const double base = 2 * round_trip, margin = 4 * std::sqrt(0.1 * 0.9 / times);
  const auto train = durations(times, 8 * segment, p, engine::Direction::to);
  CHECK(share(train, base, base) == near(std::pow(good, 9)).margin(margin));
  // The last one has arrived; of the seven others those that are lost arrive at the second try.
  CHECK(share(train, base + round_trip, base + round_trip) ==
        near(std::pow(good, 9) * (std::pow(1 + p, 7) - 1)).margin(margin));
  // Probe: two round trips and two jiffies, by the kernel's timer.
  CHECK(share(train, base + 2 * round_trip + 0.008, base + 2 * round_trip + 0.016) ==
        near(good * p * std::pow(good, 7) * good).margin(margin));
  const auto single = durations(times, 100, p, engine::Direction::to);
  CHECK(share(single, base, base) == near(good * good).margin(margin));
  const double timeout = round_trip + 0.2, late = 0.008;
  CHECK(share(single, base + timeout, base + timeout + late) ==
        near(good * p * good).margin(margin));
  // Lost twice: the first one sent again was a probe, its time-out is not doubled.
  CHECK(share(single, base + 2 * timeout, base + 2 * (timeout + late)) ==
        near(good * p * p * good).margin(margin / 3));
}

namespace {

/// That a flight of so many is filled in without a time-out: what is sent again must arrive up to
/// its last segment, for while holes are filled in nothing probes.
double filled_in(int segments, double p) {
  double chance = std::pow(1 - p, segments);
  double ways = 1;  // to lose so many of all but the last
  for (int lost = 1; lost < segments; ++lost) {
    ways *= static_cast<double>(segments - lost) / lost;
    chance += ways * std::pow(p, lost) * std::pow(1 - p, segments - lost) * filled_in(lost, p);
  }
  return chance;
}

}  // namespace

TEST_CASE("TCP-16: a hole that is lost again at the end waits for the time-out") {
  const double p = 0.3, base = 2 * round_trip;
  const int times = 3000, segments = 4;
  const auto train = durations(times, segments * segment, p, engine::Direction::to);
  // The first flight has a probe for its last one: that arrives (1 - p), and tells of the others.
  double chance = filled_in(segments, p);
  for (int more = 0, ways = 1; more < segments; ++more) {
    const double others = ways * std::pow(p, more) * std::pow(1 - p, segments - 1 - more);
    chance += p * (1 - p) * others * (more == 0 ? 1 : filled_in(more, p));
    ways = ways * (segments - 1 - more) / (more + 1);
  }
  const double at_once = base + 4 * round_trip + 0.009;  // a time-out is more
  CHECK(share(train, base, at_once) == near((1 - p) * chance).margin(0.03));
}

TEST_CASE("TCP-15: a server whose SYN-ACK was lost waits 2.2 s for a lost first answer") {
  // Of 10 % both ways: SYN there, SYN-ACK lost (0.09), all well a second later (0.81), question
  // there (0.9), answer lost (0.1), and there at the next try (0.9): 0.59 %, after 3.2 s.
  const auto all = durations(6000, 100, 0.1, engine::Direction::both);
  const net::KernelTimers timers;
  const double answered = timers.end_of(begin, 1) + 1.5 * round_trip;
  const double late = timers.end_of(answered, 2.2) + round_trip / 2 - begin;
  CHECK(share(all, late, late) == near(0.09 * 0.81 * 0.9 * 0.1 * 0.9).margin(0.003));
  CHECK(share(all, 0.079, 0.081) == near(std::pow(0.9, 4)).margin(0.02));
}

TEST_CASE("a megabyte over a way that loses one packet in a hundred arrives, later") {
  // 7 round trips without loss; Mathis: 685 segments in windows of 12.2 are 56 of them.
  const auto all = durations(100, 1e6, 0.01, engine::Direction::to);
  const double longest = *std::max_element(all.begin(), all.end());
  double sum = 0;
  for (const double one : all) sum += one;
  CHECK(sum / 100 > 20 * round_trip);
  CHECK(sum / 100 < 80 * round_trip);
  CHECK(longest < 6);
}

TEST_CASE("Mathis' law: a long transfer is as fast as 1.22 segments a round trip / sqrt(loss)") {
  // Mathis, Semke, Mahdavi, Ott 1997; Cubic is made to be as fast where windows are small.
  for (const double loss : {0.001, 0.004, 0.016}) {
    INFO("loss " << loss);
    const double bytes = 200e6 * std::sqrt(0.001 / loss);
    const double law = bytes * round_trip * std::sqrt(loss) / (std::sqrt(1.5) * segment);
    double sum = 0;
    for (const double one : durations(5, bytes, loss, engine::Direction::to, 1000)) sum += one;
    CHECK(sum / 5 / law == near(1.0).margin(0.15));
  }
}
