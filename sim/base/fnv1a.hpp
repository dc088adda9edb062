#pragma once
#include <cstdint>

namespace spof {

/// Not the published 14695981039346656037: every stream of random numbers hangs on it.
constexpr std::uint64_t fnv1a_start = 1469598103934665603ULL;

/// FNV-1a (Fowler, Noll, Vo), 64 bits, of some more bytes: tells what is damaged, or another, from
/// what is the same. No protection against who means harm.
constexpr std::uint64_t fnv1a(const auto& bytes, std::uint64_t hash = fnv1a_start) {
  for (const auto one : bytes) hash = (hash ^ static_cast<std::uint8_t>(one)) * 1099511628211ULL;
  return hash;
}

}  // namespace spof
