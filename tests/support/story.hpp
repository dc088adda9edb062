#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "analysis/campaign.hpp"
#include "measure/result.hpp"

namespace spof::scenario {
struct Scenario;
}
namespace spof::world {
struct RunOutput;
}

namespace spof::test {

/// A small stack to break: 10 requests a second for a static file, evenly spaced, from clients 40
/// ms away with 100 s of patience, to one HAProxy as Debian installs it (no checks, no redispatch),
/// in front of two servers with Nginx, application and database. Computing costs nothing. `patch`
/// is JSON merged over it (RFC 7396: null removes). Requests and log lines are kept. A mistake in
/// the patch is an exception.
measure::Result play(const std::string& patch, std::uint64_t seed = 1);

/// One run in a process of its own, checked if it keeps its requests. Throws std::runtime_error
/// with the child's message when it fails.
world::RunOutput run_seed(const scenario::Scenario& scenario, std::uint64_t seed,
                          bool keep_requests = false);

/// What WHY says of it: a line for each link of the causal chain, "5.0 s lb1 lost its power".
std::string why(const std::string& patch);
/// The same as a campaign of one run.
report::Campaign campaign_of_story(const std::string& patch);

/// The same for seeds 1 to `seeds`.
std::vector<measure::Result> play_seeds(const std::string& patch, int seeds, bool keep = true);

/// The requests in order of their arrival; of one class only if one is given.
std::vector<measure::Sample> by_arrival(const measure::Result& result, int request_class = -1);

/// HAProxy's log lines of requests accepted from `from` to `until`, in the order of acceptance.
std::vector<measure::LogLine> log_between(const measure::Result& result, double from,
                                          double until = 1e9);

/// The JSON `patch` with `over` merged over it.
std::string merged(const std::string& patch, const std::string& over);

/// When an event of this name was first told, at or after `from`, by this source and about this
/// target if they are given; infinity: never.
double date_of(const measure::Result& result, std::string_view event, std::string_view source = "",
               std::string_view target = "", double from = 0);

/// How many requests, of all phases and classes.
std::uint64_t requests_of(const measure::Result& result);
/// How many of them ended so.
std::uint64_t ended(const measure::Result& result, measure::Outcome outcome);

}  // namespace spof::test
