#pragma once
#include "measure/result.hpp"

namespace spof::measure {

/// Finds the outages of one request class and its longest gap in service while requests end, in
/// memory that does not grow with their number.
class Outages {
 public:
  explicit Outages(Seconds outage_gap) : gap_(outage_gap) {}

  /// A request that arrived and ended then. Arrivals may come in any order, ends in order.
  void add(double arrival, double end, bool good);
  /// The story up to the end of the run.
  ClassStory finish(double run_end);

 private:
  void add_failure(double arrival, double end);
  void close_gap(double end);

  double gap_;
  ClassStory story_;
  double last_success_ = 0;    // when the last correct answer came
  double waiting_since_ = -1;  // first arrival among those that ended since; negative: none
};

}  // namespace spof::measure
