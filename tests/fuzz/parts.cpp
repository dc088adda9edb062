// Any bytes, given to `merge` as a part file or found where a command goes on: no crash, no hang;
// it is taken or refused with a message. Each twice: as it is, and with checksums that are right,
// for else nothing is read of what was changed.
#include "plan/parts.hpp"

#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "base/fnv1a.hpp"
#include "scratch.hpp"

using namespace spof;

namespace {

/// The sum of each item that has a length, as plan/parts.cpp lays them out.
void put_right(std::vector<std::uint8_t>& bytes) {
  for (std::size_t at = 3; at + 18 <= bytes.size();) {
    std::uint64_t length = 0;
    for (std::size_t i = 1; i < 9; ++i) length = length << 8 | bytes[at + i];
    if (length > bytes.size() - at - 18) return;
    const std::uint64_t sum = fnv1a(std::span(bytes).subspan(at + 18, length));
    for (std::size_t i = 0; i < 8; ++i)
      bytes[at + 10 + i] = static_cast<std::uint8_t>(sum >> (56 - 8 * i));
    at += 18 + length;
  }
}

void read(const std::vector<std::uint8_t>& bytes) {
  const Scratch file(bytes.data(), bytes.size(), ".parts");
  try {
    const plan::PartFile part = plan::read_part_file(file.path);
    plan::Parts merged;
    merged.merge(file.path);
    require(merged.size() <= part.pieces);
    plan::Parts again(file.path, part.header);
    require(again.size() == merged.size());
  } catch (const std::runtime_error& error) {
    require(*error.what() != '\0');
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> bytes(data, data + size);
  read(bytes);
  put_right(bytes);
  read(bytes);
  return 0;
}
