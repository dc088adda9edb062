// Any bytes, given to `plot` as latency.csv, quantiles.csv or events.csv, or to a scenario as a
// file of arrivals: no crash, no hang, and what is not taken has a reason of one line.
#include <cstdint>
#include <sstream>
#include <string>

#include "report/plot/plot_data.hpp"
#include "scratch.hpp"
#include "stack/replay.hpp"

using namespace spof;

namespace {

template <class Read>
void try_reader(const std::string& text, Read read) {
  std::istringstream stream(text);
  std::string mistake;
  read(stream, "fuzz.csv", mistake);
  require(mistake.find('\n') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try_reader(text, report::read_timeline);
  try_reader(text, report::read_quantiles);
  try_reader(text, report::read_events);
  const Scratch file(data, size, ".csv");
  stack::ReplayFile replay(file.path, {"static", "write"});
  if (!replay.wrong().empty()) return 0;
  double last = 0;
  for (auto row = replay.next(); row.there; row = replay.next()) {
    if (!row.wrong.empty()) continue;
    require(row.time >= last);
    last = row.time;
  }
  return 0;
}
