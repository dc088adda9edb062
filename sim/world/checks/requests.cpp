#include <fmt/format.h>

#include <set>

#include "base/words.hpp"
#include "world/checks/checks.hpp"

namespace spof::world {

void Wrong::add(bool is_wrong, const char* invariant, const std::string& what) {
  constexpr std::size_t enough = 10;
  if (is_wrong && lines_.size() < enough) lines_.push_back(fmt::format("{}: {}", invariant, what));
}

void check_requests(const measure::Result& result, Wrong& wrong) {
  std::set<std::uint64_t> ids;
  for (const measure::Sample& one : result.samples) {
    const bool ok = one.outcome == measure::Outcome::ok;
    const auto say = [&](bool is_so, const char* what) {
      if (is_so) wrong.add(true, "requests", fmt::format("{} {}", one.id, what));
    };
    say(!ids.insert(one.id).second, "ended twice");
    say(one.request_class >= result.classes, "is of no class");
    say(ok && one.cause != measure::Cause::none, "was answered, and has a cause of failure");
    say(ok && one.end > result.duration + 86400, "was answered after the end");
    say(one.tries < 1, "was never tried");
    say(one.arrival < 0 || one.arrival > result.duration, "arrived outside of the run");
    say(one.redispatched && one.retries == 0, "was redispatched without a retry");
  }
}

}  // namespace spof::world
