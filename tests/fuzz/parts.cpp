// Any bytes, given to `merge` as a part file or found where a command goes on: no crash, no hang;
// it is taken or refused with a message.
#include "plan/parts.hpp"

#include <cstdint>
#include <stdexcept>

#include "scratch.hpp"

using namespace spof;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Scratch file(data, size, ".parts");
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
  return 0;
}
