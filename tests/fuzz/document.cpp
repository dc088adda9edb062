// Any bytes, read as a scenario file into a struct with a field of every kind: no crash, no hang,
// and what is read without a mistake reads back from its echo.
#include "scenario/document.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../base/example_options.hpp"

using namespace spof;

namespace {

void require(bool good) {
  if (!good) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Mistakes mistakes;
  Document document = parse_document(text, "fuzz.json", mistakes);
  example::Scenario scenario;
  if (mistakes.empty()) read_into(document, scenario, mistakes);
  require(format_mistakes(document, mistakes).empty() == mistakes.empty());
  if (mistakes.empty()) {
    const Json echo = echo_fields(scenario);
    example::Scenario again;
    read_fields(echo, again, mistakes);
    require(mistakes.empty() && echo_fields(again) == echo);
    merge_document(document, parse_document(text, "again.json", mistakes));
    require(mistakes.empty());
  }
  Mistakes of_set;
  set_value(document, std::string(text.substr(0, 1000)), of_set);
  return 0;
}
