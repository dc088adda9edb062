#include <fmt/format.h>

#include "world/checks/checks.hpp"

namespace spof::world {

void check_time(const measure::Result& result, Wrong& wrong) {
  double last = 0;
  for (const measure::Sample& one : result.samples) {
    wrong.add(one.end < one.arrival, "time",
              fmt::format("request {} ended before it began", one.id));
    wrong.add(one.end < last, "time", fmt::format("request {} ended before the last", one.id));
    last = one.end;
  }
  last = 0;
  for (const measure::Event& one : result.events) {
    wrong.add(one.time < last, "time",
              fmt::format("an event of {} before {}", double(one.time), last));
    last = one.time;
  }
  last = 0;
  for (const measure::WindowRow& one : result.windows) {
    wrong.add(one.start < last, "time",
              fmt::format("a window of {} after {}", double(one.start), last));
    last = one.start;
  }
  for (const measure::LogLine& one : result.logs)
    for (const double span : {one.line.queue, one.line.connect, one.line.response, one.line.total})
      wrong.add(span < 0 && span > -1, "time", fmt::format("log line {}: {}", one.line.id, span));
}

}  // namespace spof::world
