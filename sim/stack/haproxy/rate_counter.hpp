#pragma once
#include <cmath>
#include <cstdint>
#include <unordered_map>

namespace spof::stack {

/// What a stick table keeps of each source: how many requests it made in the period that ends now.
/// HAProxy's estimate: the count of the current period, and of the one before the part that still
/// overlaps. [HA-41]
class RateTable {
 public:
  explicit RateTable(double period) : period_(period) {}
  /// Counts a request of `source` at `date`, and says how many that makes.
  double count(std::uint32_t source, double date) {
    if (rows_.size() > largest) forget_old(date);
    Row& row = rows_[source];
    advance(row, date);
    ++row.current;
    const double left = 1 - (date - row.begin) / period_;
    return row.current + row.before * left;
  }
  void clear() { rows_.clear(); }

 private:
  struct Row {
    double begin = -1e18;
    double current = 0, before = 0;
  };
  static constexpr std::size_t largest = 100'000;  // rows, as the table's `size 100k`
  void advance(Row& row, double date) const {
    const double age = date - row.begin;
    if (age < period_) return;
    row.before = age < 2 * period_ ? row.current : 0;
    row.current = 0;
    row.begin = age < 2 * period_ ? row.begin + period_ : date;
  }
  void forget_old(double date) {
    std::erase_if(rows_, [&](const auto& one) { return date - one.second.begin > 2 * period_; });
  }
  double period_;
  std::unordered_map<std::uint32_t, Row> rows_;  // looked up; erased by age, whatever the order
};

}  // namespace spof::stack
