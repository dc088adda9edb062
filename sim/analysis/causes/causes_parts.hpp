#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/causes/causes.hpp"
#include "analysis/causes/causes_site.hpp"

namespace spof::report {

/// Requests of a class, by scheduled arrival.
struct Span {
  double from = 0;
  double until = 0;
  std::uint64_t requests = 0;
};

/// Correct answers that came too late to be normal; `requests` 0: none.
Span slow_answers(const CausalSite& site, std::size_t request_class);
/// The longest that a correct answer took, from the fault on; seconds.
double slowest_answer(const CausalSite& site, std::size_t request_class);
/// All failures of a class that reach beyond the fault.
Span failures_of(const CausalSite& site, std::size_t request_class);

/// Whom late answers of a class waited for: "app@server2 waited for mysql@server1, which did not
/// answer".
std::string wait_words(const CausalSite& site, std::size_t request_class);

/// Who answered what, when, and why.
void add_failures(const CausalSite& site, std::vector<Cause>& chain);
/// Who waited for whom.
void add_waits(const CausalSite& site, std::vector<Cause>& chain);
/// Faults, repairs, and who serves again.
void add_faults(const CausalSite& site, std::vector<Cause>& chain);
/// What HAProxy's checks saw or, if anybody was `harmed`, why they saw nothing.
void add_checks(const CausalSite& site, bool harmed, std::vector<Cause>& chain);
/// Replication, stale reads, writes lost or committed in spite of a failure.
void add_data(const CausalSite& site, std::vector<Cause>& chain);
/// The steps of the worst outage, or of the worst wait; the longest is named.
void add_dominant(const CausalSite& site, std::vector<Cause>& chain);

/// Who gave up. The client where nobody says so.
enum class By { client, haproxy, nginx, app, injected };

/// All requests of one run that ended one way, given up by one party.
struct FailureGroup {
  measure::Outcome outcome{};
  By by{};
  std::uint64_t requests = 0;
  std::vector<std::string> apps;  ///< that gave up, as far as known
  std::vector<std::pair<std::string, std::uint64_t>> classes;
  std::vector<std::size_t> indices;
  std::map<measure::Cause, std::uint64_t> causes;
};

By by_whom(measure::Cause cause);
/// "mysql@server1 refused connections (1 301); mysql@server1 broke the connection off (12)"
std::string reasons_text(const CausalSite& site, const FailureGroup& group);
/// Whose Nginx closed health checks for lack of connections.
std::vector<std::string> full_servers(const CausalSite& site);
/// "nginx@server1 and nginx@server2"; `otherwise` where none is known.
std::string names_of(const std::vector<std::string>& daemons, const std::string& otherwise);

/// "608 write and 705 read requests"; a count of one is singular.
std::string requests_text(const std::vector<std::pair<std::string, std::uint64_t>>& by_class);

}  // namespace spof::report
