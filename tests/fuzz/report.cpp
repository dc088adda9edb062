// Any bytes, given to `compare` as report.json, matrix.json or run.json: no crash, no hang, and
// what is not taken has a reason.
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/records/stored_report.hpp"
#include "scratch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> mistakes;
  const auto report = spof::report::parse_stored_report(text, mistakes);
  if (mistakes.empty())
    for (const auto& metric : report.metrics)
      require(report.matrix || metric.values.size() == report.seeds.size());
  for (const std::string& one : mistakes)
    require(!one.empty() && one.find('\n') == std::string::npos);
  spof::report::version_in(text);
  return 0;
}
