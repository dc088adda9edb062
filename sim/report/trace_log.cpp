#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <ctime>

#include "report/format.hpp"

namespace spof::report {
namespace {

/// Whole milliseconds, as HAProxy logs them; -1 for a step never reached.
long timer(double seconds) { return seconds < 0 ? -1 : static_cast<long>(seconds * 1e3); }

std::string date(double seconds) {
  const double whole = std::floor(seconds);
  const auto clock = fmt::gmtime(static_cast<std::time_t>(whole));
  const int rest = static_cast<int>((seconds - whole) * 1e3);
  return fmt::format("{:%d/%b/%Y:%H:%M:%S}.{:03}", clock, rest);
}

std::string log_line(const measure::LogLine& entry, const std::string& request_class) {
  const measure::HttpLog& line = entry.line;
  const auto second = fmt::gmtime(static_cast<std::time_t>(line.accepted));
  return fmt::format(
      "{:%b %e %H:%M:%S} spof haproxy[1]: clients:{} [{}] www servers/{} 0/{}/{}/{}/{} {} - - - "
      "{}-- -/-/-/-/{}{} -/- \"GET /{} HTTP/1.1\"\n",
      second, line.id, date(line.accepted), entry.server, timer(line.queue), timer(line.connect),
      timer(line.response), timer(line.total), line.status, line.termination,
      line.redispatched ? "+" : "", line.retries, request_class);
}

}  // namespace

std::string trace_log(const Campaign& campaign) {
  std::string out;
  if (campaign.results.empty()) return out;
  for (const measure::LogLine& entry : campaign.results.front().logs) {
    const std::size_t index = entry.line.request_class;
    const auto& classes = campaign.plan.classes;
    out += log_line(entry, index < classes.size() ? classes[index] : std::to_string(index));
  }
  return out;
}

}  // namespace spof::report
