#include "base/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace spof {
namespace {

constexpr std::uint32_t exact = 256;       // values below have a bucket each
constexpr std::uint32_t per_octave = 128;  // buckets in a power of two above
constexpr std::uint32_t octaves = 28;      // from 2^8 to 2^36
constexpr std::uint32_t bucket_count = exact + octaves * per_octave;

/// The rank, from 1, of the value that `share` of `count` values do not exceed.
std::uint64_t rank_of(double share, std::uint64_t count) {
  const double rank = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count) - 1e-9);
  return std::clamp(static_cast<std::uint64_t>(std::max(rank, 1.0)), std::uint64_t{1}, count);
}

}  // namespace

std::uint32_t Histogram::bucket_of(std::uint64_t value) {
  value = std::min(value, largest);
  if (value < exact) return static_cast<std::uint32_t>(value);
  const auto shift = static_cast<std::uint32_t>(std::bit_width(value)) - 8;
  return exact + (shift - 1) * per_octave + static_cast<std::uint32_t>(value >> shift) - per_octave;
}

std::uint64_t Histogram::value_of(std::uint32_t bucket) {
  if (bucket < exact) return bucket;
  const std::uint32_t shift = (bucket - exact) / per_octave + 1;
  const std::uint64_t top = (bucket - exact) % per_octave + per_octave;
  return (top << shift) + (std::uint64_t{1} << (shift - 1));
}

void Histogram::grow(std::uint32_t bucket) {
  counts_.resize((bucket / per_octave + 1) * std::size_t{per_octave});
}

void Histogram::merge(const Histogram& other) {
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

std::uint64_t Histogram::quantile(double share) const {
  if (count_ == 0) return 0;
  const std::uint64_t rank = rank_of(share, count_);
  if (rank == count_) return max_;
  std::uint64_t seen = 0;
  for (std::uint32_t i = 0; i < counts_.size(); ++i)
    if ((seen += counts_[i]) >= rank) return std::min(value_of(i), max_);
  return max_;
}

double Histogram::mean() const {
  double sum = 0;
  for (const auto& [bucket, number] : buckets())
    sum += static_cast<double>(std::min(value_of(bucket), max_)) * static_cast<double>(number);
  return count_ == 0 ? 0 : sum / static_cast<double>(count_);
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  std::vector<Bucket> used;
  for (std::uint32_t i = 0; i < counts_.size(); ++i)
    if (counts_[i] != 0) used.emplace_back(i, counts_[i]);
  return used;
}

Histogram Histogram::from(const std::vector<Bucket>& buckets, std::uint64_t max) {
  Histogram made;
  for (const auto& [bucket, count] : buckets) {
    if (bucket >= bucket_count) continue;
    if (bucket >= made.counts_.size()) made.grow(bucket);
    made.counts_[bucket] += count;
    made.count_ += count;
  }
  made.max_ = max;
  return made;
}

bool Histogram::operator==(const Histogram& other) const {
  return count_ == other.count_ && max_ == other.max_ && buckets() == other.buckets();
}

void SparseHistogram::record(std::uint64_t value) {
  const auto bucket = static_cast<std::uint16_t>(Histogram::bucket_of(value));
  auto place = std::ranges::lower_bound(entries_, bucket, {}, &Entry::bucket);
  if (place == entries_.end() || place->bucket != bucket)
    place = entries_.insert(place, Entry{bucket, 0});
  ++place->count;
  ++count_;
  max_ = std::max(max_, value);
}

std::uint64_t SparseHistogram::quantile(double share) const {
  if (count_ == 0) return 0;
  const std::uint64_t rank = rank_of(share, count_);
  if (rank == count_) return max_;
  std::uint64_t seen = 0;
  for (const Entry& entry : entries_)
    if ((seen += entry.count) >= rank) return std::min(Histogram::value_of(entry.bucket), max_);
  return max_;
}

}  // namespace spof
