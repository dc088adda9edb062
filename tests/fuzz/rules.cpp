// Any bytes, read as a rules file of Prometheus and as an expression: no crash, no hang; what is
// taken can be evaluated.
#include <string>

#include "scratch.hpp"
#include "stack/monitoring/alerting.hpp"

using namespace spof;
using namespace spof::stack::monitoring;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  SeriesStore store;
  store.append({{"__name__", "up"}, {"job", "node"}}, 0, 0);
  store.append({{"__name__", "up"}, {"job", "node"}}, 15'000, 1);
  Mistakes mistakes;
  const RulesFile file = parse_rules(text, "fuzz.yml", mistakes);
  for (const Mistake& one : mistakes) require(one.what.find('\n') == std::string::npos);
  if (mistakes.empty()) {
    for (const RuleGroup& group : file.groups) {
      GroupRunner runner(group, 15'000);
      runner.evaluate(store, 15'000);
      runner.evaluate(store, 30'000);
    }
  }
  std::string wrong;
  std::size_t at = 0;
  const Query query = Query::parse(text, wrong, at);
  require(at <= size);
  if (wrong.empty()) query.evaluate(store, 15'000);
  return 0;
}
