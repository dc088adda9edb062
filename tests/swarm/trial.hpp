#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "scenario/scenario.hpp"

namespace spof::test {

/// What came of one scenario.
struct Verdict {
  bool is_valid = true;  ///< the reader took it
  std::size_t dropped = 0;
  std::string key;  ///< how it broke, in a word or two; empty: it did not
  std::string text;
};

/// Makes the scenarios of these numbers and runs each three times, in processes of their own. A run
/// must end within a minute of processor time; show nothing that no run may show, nor its reports;
/// a second one must tell the same bytes; and a third one is twisted, see twist.hpp.
std::vector<Verdict> try_scenarios(std::uint64_t first, std::size_t count, unsigned at_once);

/// The same of one that is there already.
Verdict try_scenario(const Json& json, const std::string& platform_file);

/// Removes members and elements as long as it breaks in the same way. At most `tries` attempts.
Json shrunk(Json json, const std::string& platform_file, const std::string& key, int tries);

}  // namespace spof::test
