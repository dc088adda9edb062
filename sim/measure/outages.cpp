#include "measure/outages.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace spof::measure {

void Outages::add(double arrival, double end, bool good) {
  story_.last_arrival = std::max<double>(story_.last_arrival, arrival);
  waiting_since_ = waiting_since_ < 0 ? arrival : std::min(waiting_since_, arrival);
  if (good)
    close_gap(end);
  else
    add_failure(arrival, end);
}

void Outages::close_gap(double end) {
  const double start = std::max(last_success_, waiting_since_);
  if (end - start > story_.longest_gap) {
    story_.longest_gap = end - start;
    story_.gap_start = start;
  }
  last_success_ = std::max(last_success_, end);
  waiting_since_ = -1;
}

void Outages::add_failure(double arrival, double end) {
  story_.last_failure = std::max<double>(story_.last_failure, arrival);
  auto& outages = story_.outages;
  // The first outage that this arrival may belong to; nearly always the last one.
  auto place = outages.end();
  while (place != outages.begin() && std::prev(place)->end + gap_ >= arrival) --place;
  if (place == outages.end() || arrival < place->start - gap_) {
    outages.insert(place, Outage{arrival, arrival, 1, end, arrival, end});
    return;
  }
  place->start = std::min<double>(place->start, arrival);
  place->end = std::max<double>(place->end, arrival);
  ++place->failures;
  if (end < place->first_seen) {
    place->first_seen = end;
    place->first_sent = arrival;
  }
  place->last_seen = std::max<double>(place->last_seen, end);
  const auto next = std::next(place);
  if (next == outages.end() || next->start - place->end > gap_) return;
  place->end = next->end;
  place->failures += next->failures;
  if (next->first_seen < place->first_seen) {
    place->first_seen = next->first_seen;
    place->first_sent = next->first_sent;
  }
  place->last_seen = std::max(place->last_seen, next->last_seen);
  outages.erase(next);
}

ClassStory Outages::finish(double run_end) {
  if (waiting_since_ >= 0) close_gap(run_end);
  return std::move(story_);
}

}  // namespace spof::measure
