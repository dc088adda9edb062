#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace spof {

/// Counts of values with a constant relative error, after Gil Tene's HdrHistogram: values below 256
/// are exact, above that each power of two is split into 128 buckets, so that a value is known to
/// better than 1/128. Values are whole microseconds here; from 0 to 2^36 (19 hours), larger ones
/// count as the largest bucket, but the maximum stays exact.
class Histogram {
 public:
  /// One non-empty bucket: its number and how many values it holds.
  using Bucket = std::pair<std::uint32_t, std::uint64_t>;

  static constexpr std::uint64_t largest = (std::uint64_t{1} << 36) - 1;

  /// The bucket that holds `value`.
  static std::uint32_t bucket_of(std::uint64_t value);
  /// The middle of a bucket, the value it stands for.
  static std::uint64_t value_of(std::uint32_t bucket);

  /// Counts a value. About 5 ns.
  void record(std::uint64_t value) {
    const std::uint32_t bucket = bucket_of(value);
    if (bucket >= counts_.size()) grow(bucket);
    ++counts_[bucket];
    ++count_;
    if (value > max_) max_ = value;
  }
  /// Counts all that `other` counted; nothing is lost.
  void merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  /// The largest value recorded, exactly; 0 when empty.
  std::uint64_t max() const { return max_; }
  /// The smallest value that at least `share` (0 to 1) of all values do not exceed, to 1/256 of
  /// itself, never above max(); 0 when empty.
  std::uint64_t quantile(double share) const;

  /// Known as well as the values are; 0 when empty.
  double mean() const;

  /// The non-empty buckets in order: with max() all there is to know.
  std::vector<Bucket> buckets() const;
  /// The histogram that had these buckets and this maximum. Buckets that cannot exist are ignored.
  static Histogram from(const std::vector<Bucket>& buckets, std::uint64_t max);

  bool operator==(const Histogram& other) const;

 private:
  void grow(std::uint32_t bucket);

  std::vector<std::uint64_t> counts_;  // up to the largest bucket in use
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

/// The same law for the many small histograms of one window each: only buckets in use take memory.
class SparseHistogram {
 public:
  void record(std::uint64_t value);
  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }
  /// As Histogram::quantile.
  std::uint64_t quantile(double share) const;

 private:
  struct Entry {
    std::uint16_t bucket;
    std::uint32_t count;
  };
  std::vector<Entry> entries_;  // sorted by bucket
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace spof
