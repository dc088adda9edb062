#pragma once
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <span>

namespace spof {

/// Writes all bytes (or letters) to a descriptor, however many calls that takes. 0, or the number
/// of the error (errno) that kept the rest back.
int write_all(int descriptor, const auto& bytes) {
  std::span<const std::byte> left = std::as_bytes(std::span(bytes));
  while (!left.empty()) {
    const ssize_t wrote = ::write(descriptor, left.data(), left.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno;
    left = left.subspan(static_cast<std::size_t>(wrote));
  }
  return 0;
}

}  // namespace spof
