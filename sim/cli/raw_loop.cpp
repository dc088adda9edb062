#include "cli/raw_loop.hpp"

#include <array>
#include <ctime>
#include <deque>
#include <queue>
#include <vector>

#include "base/histogram.hpp"
#include "base/random.hpp"

namespace spof::cli {
namespace {

struct Request {
  double arrival = 0;
  int step = 0;
};

struct Event {
  double date;
  std::uint64_t number;
  std::uint32_t request;
  bool operator<(const Event& other) const {
    return date > other.date || (date == other.date && number > other.number);
  }
};

/// A queue with some servers; times as those of `baseline`, at 100 requests a second.
struct Station {
  int servers;
  double mean;
  int busy = 0;
  std::deque<std::uint32_t> waiting = {};
};

class RawLoop {
 public:
  explicit RawLoop(double rate) : faster_(rate / 100), rate_(rate) {}

  std::uint64_t run(std::uint64_t requests) {
    arrive();
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      now_ = event.date;
      if (requests_[event.request].step == 0 && ++arrived_ < requests) arrive();
      advance(event.request);
    }
    return latencies_.count();
  }

 private:
  void at(double date, std::uint32_t request) { events_.push({date, number_++, request}); }

  void arrive() {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(requests_.size()));
      requests_.emplace_back();
    }
    const std::uint32_t request = free_.back();
    free_.pop_back();
    requests_[request] = {now_ + luck_.exponential(1 / rate_), 0};
    at(requests_[request].arrival, request);
  }

  /// Even steps: on the way; odd ones: at a station, in the order in which a request meets them.
  void advance(std::uint32_t index) {
    Request& request = requests_[index];
    const int step = request.step++;
    if (step % 2 == 0 && step < 2 * static_cast<int>(stations_.size())) {
      enter(stations_[static_cast<std::size_t>(step / 2)], index);
    } else if (step < 2 * static_cast<int>(stations_.size())) {
      leave(stations_[static_cast<std::size_t>(step / 2)]);
      at(now_ + one_way, index);
    } else if (step < 3 * static_cast<int>(stations_.size())) {
      at(now_ + one_way, index);  // the way back
    } else {
      latencies_.record(static_cast<std::uint64_t>((now_ - request.arrival) * 1e6));
      free_.push_back(index);
    }
  }
  void enter(Station& station, std::uint32_t request) {
    if (station.busy == station.servers) return station.waiting.push_back(request);
    ++station.busy;
    at(now_ + luck_.exponential(station.mean / faster_), request);
  }
  void leave(Station& station) {
    --station.busy;
    if (station.waiting.empty()) return;
    const std::uint32_t next = station.waiting.front();
    station.waiting.pop_front();
    enter(station, next);
  }

  static constexpr double one_way = 100e-6;
  double faster_, rate_, now_ = 0;
  Random luck_{1, "raw loop"};
  std::array<Station, 4> stations_{Station{2, 0.2e-3}, Station{8, 0.15e-3}, Station{32, 1.4e-3},
                                   Station{8, 0.4e-3}};
  std::priority_queue<Event> events_;
  std::vector<Request> requests_;
  std::vector<std::uint32_t> free_;
  std::uint64_t number_ = 0, arrived_ = 0;
  Histogram latencies_;
};

}  // namespace

double raw_loop_speed(double rate, std::uint64_t requests) {
  const std::clock_t began = std::clock();
  const std::uint64_t done = RawLoop(rate).run(requests);
  const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  return static_cast<double>(done) / std::max(seconds, 1e-9);
}

}  // namespace spof::cli
