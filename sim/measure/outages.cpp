#include "measure/outages.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace spof::measure {

void Outages::add(double arrival, double end, bool good) {
  story_.last_arrival = std::max<double>(story_.last_arrival, arrival);
  wait_from(arrival);
  if (good)
    add_success(arrival, end);
  else
    add_failure(arrival, end);
}

void Outages::wait_from(double arrival) {
  waiting_since_ = waiting_since_ < 0 ? arrival : std::min(waiting_since_, arrival);
  for (auto gap = gaps_.rbegin(); gap != gaps_.rend() && gap->end > arrival; ++gap) {
    gap->waiting_since = std::min(gap->waiting_since, arrival);
    measure(*gap);
  }
}

void Outages::measure(const Gap& gap) {
  const double start = std::max(gap.start, gap.waiting_since);
  if (gap.end - start <= story_.longest_gap) return;
  story_.longest_gap = gap.end - start;
  story_.gap_start = start;
}

void Outages::close_gap(double end) {
  constexpr std::size_t most = 1000;  // of a class of few requests; those of long ago
  const Gap gap{last_success_, end, waiting_since_};
  measure(gap);
  while (!gaps_.empty() && gaps_.front().end - gaps_.front().start <= story_.longest_gap)
    gaps_.pop_front();
  if (gap.end - gap.start > story_.longest_gap) gaps_.push_back(gap);
  if (gaps_.size() > most) gaps_.pop_front();
  last_success_ = std::max(last_success_, end);
  waiting_since_ = -1;
}

constexpr double bin_width = 1.0 / 64;

void Outages::add_success(double arrival, double end) {
  close_gap(end);
  last_good_ = std::max(last_good_, arrival);
  if (!story_.outages.empty() && arrival >= story_.outages.back().start &&
      arrival <= story_.outages.back().end) {
    ++story_.outages.back().answered;
    return;
  }
  const auto bins = static_cast<std::int64_t>(answered_.size());
  const auto bin = static_cast<std::int64_t>(arrival / bin_width);
  for (newest_ = std::max(newest_, bin - bins); newest_ < bin;)
    answered_[static_cast<std::size_t>(++newest_ % bins)] = 0;
  if (bin > newest_ - bins) ++answered_[static_cast<std::size_t>(bin % bins)];
}

bool Outages::serves_between(double from, double until) const {
  const auto bins = static_cast<std::int64_t>(answered_.size());
  auto bin = static_cast<std::int64_t>(std::ceil(from / bin_width));
  if (last_good_ <= from) return false;
  if (bin <= newest_ - bins) return true;  // too long ago to tell
  std::uint64_t answered = 0;
  for (; bin < static_cast<std::int64_t>(until / bin_width) && bin <= newest_; ++bin)
    answered += answered_[static_cast<std::size_t>(bin % bins)];
  return answered >= outage_answers;
}

bool Outages::are_one(double earlier, double later) const {
  return later - earlier <= gap_ || !serves_between(earlier, later);
}

std::uint64_t Outages::take_answered(double from, double until) {
  const auto bins = static_cast<std::int64_t>(answered_.size());
  const auto last = std::min(static_cast<std::int64_t>(until / bin_width) - 1, newest_);
  auto bin = std::max({static_cast<std::int64_t>(std::ceil(from / bin_width)), newest_ - bins + 1,
                       std::int64_t{0}});
  std::uint64_t sum = 0;
  for (; bin <= last; ++bin)
    sum += std::exchange(answered_[static_cast<std::size_t>(bin % bins)], 0);
  return sum;
}

void Outages::add_failure(double arrival, double end) {
  story_.last_failure = std::max<double>(story_.last_failure, arrival);
  auto& outages = story_.outages;
  // The first outage that this arrival may belong to; nearly always the last one.
  auto place = outages.end();
  while (place != outages.begin() && are_one(std::prev(place)->end, arrival)) --place;
  if (place == outages.end() || !are_one(arrival, place->start)) {
    outages.insert(place, Outage{arrival, arrival, 1, 0, end, arrival, end});
    return;
  }
  if (arrival < place->start) place->answered += take_answered(arrival, place->start);
  if (arrival > place->end)
    place->answered +=
        take_answered(std::max<double>(place->start, place->end - bin_width), arrival);
  place->start = std::min<double>(place->start, arrival);
  place->end = std::max<double>(place->end, arrival);
  ++place->failures;
  if (end < place->first_seen) {
    place->first_seen = end;
    place->first_sent = arrival;
  }
  place->last_seen = std::max<double>(place->last_seen, end);
  const auto next = std::next(place);
  if (next == outages.end() || !are_one(place->end, next->start)) return;
  place->answered += next->answered + take_answered(place->end - bin_width, next->start);
  place->end = next->end;
  place->failures += next->failures;
  if (next->first_seen < place->first_seen) {
    place->first_seen = next->first_seen;
    place->first_sent = next->first_sent;
  }
  place->last_seen = std::max(place->last_seen, next->last_seen);
  outages.erase(next);
}

ClassStory Outages::finish(double last_arrivals) {
  if (waiting_since_ >= 0) close_gap(last_arrivals);
  return std::move(story_);
}

}  // namespace spof::measure
