#pragma once
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace spof::engine {

/// The number of a strike: who holds a switch. No two strikes of a run have the same.
using Hold = std::uint32_t;

/// What is in force on one switch of one target. Faults overlap: each adds its own value and takes
/// away its own, in any order, and with none left the switch is exactly what it was.
template <class Value = bool>
class InForce {
 public:
  void add(Hold by, Value value = Value()) { held_.emplace_back(by, std::move(value)); }
  /// Nothing happens if it holds nothing (any more).
  void drop(Hold by) {
    std::erase_if(held_, [by](const auto& one) { return one.first == by; });
  }
  void clear() { held_.clear(); }
  bool any() const { return !held_.empty(); }
  bool holds(Hold by) const {
    return std::ranges::any_of(held_, [by](const auto& one) { return one.first == by; });
  }
  bool any_is(const Value& value) const {
    return std::ranges::any_of(held_, [&](const auto& one) { return one.second == value; });
  }
  /// What struck last; there must be one.
  const Value& last() const { return held_.back().second; }
  template <class Use>
  void each(Use use) const {
    for (const auto& [by, value] : held_) use(value);
  }
  double plus(double sum) const {
    for (const auto& [by, value] : held_) sum += value;
    return sum;
  }
  double times(double product) const {
    for (const auto& [by, value] : held_) product *= value;
    return product;
  }

 private:
  std::vector<std::pair<Hold, Value>> held_;
};

}  // namespace spof::engine
