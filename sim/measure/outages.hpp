#pragma once
#include <array>
#include <cstdint>
#include <deque>

#include "measure/result.hpp"

namespace spof::measure {

/// Finds the outages of one request class and its longest gap in service while requests end, in
/// memory that does not grow with their number.
class Outages {
 public:
  explicit Outages(Seconds outage_gap) : gap_(outage_gap) {}

  /// A request that arrived and ended then. Arrivals may come in any order, ends in order.
  void add(double arrival, double end, bool good);
  /// The story up to the end of the arrivals: that nobody comes any more is no gap in service.
  ClassStory finish(double last_arrivals);

 private:
  /// From one correct answer to the next.
  struct Gap {
    double start, end, waiting_since;
  };

  void add_success(double arrival, double end);
  void add_failure(double arrival, double end);
  void close_gap(double end);
  /// Somebody waited from `arrival` on; where that is news for gaps of before, too.
  void wait_from(double arrival);
  void measure(const Gap& gap);
  /// Failures of these two dates are of one outage.
  bool are_one(double earlier, double later) const;
  /// Whether enough of those who came between two dates were answered correctly, as far as is known.
  bool serves_between(double from, double until) const;
  /// Correct answers to what was scheduled in whole bins between two dates, not counted so far.
  std::uint64_t take_answered(double from, double until);

  double gap_;
  ClassStory story_;
  double last_success_ = 0;    // when the last correct answer came
  double waiting_since_ = -1;  // first arrival among those that ended since; negative: none
  /// Those that would be the longest, had somebody waited all the time: who did may end later.
  std::deque<Gap> gaps_;
  /// Correct answers of the last minute by arrival, in bins of 1/64 s, until an outage takes them.
  std::array<std::uint32_t, 4096> answered_{};
  std::int64_t newest_ = -1;  // bin
  double last_good_ = -1;     // the last arrival that was answered correctly
};

}  // namespace spof::measure
