// Any bytes, given to a scenario as its platform: they make one, or a reason why not.
#include <cstdint>

#include "engine/survey.hpp"
#include "scratch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Scratch file(data, size, ".xml");
  const auto found = spof::engine::survey({file.path, {}, 1});
  require(!found.error.empty() || !found.hosts.empty());
  require(found.error.empty() || found.hosts.empty());
  return 0;
}
