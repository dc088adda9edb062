#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/causes/causes_site.hpp"

namespace spof::report {

/// Who gave up. The client where nobody says so.
enum class By { client, haproxy, nginx, app, injected };

/// Requests of one run that ended one way, given up by one party; what clients saw by themselves
/// also for one reason.
struct FailureGroup {
  Outcome outcome{};
  By by{};
  Names apps = {};          ///< that gave up, as far as known
  std::string reason = {};  ///< of what clients saw by themselves
  std::uint64_t requests = 0;
  std::vector<std::pair<std::string, std::uint64_t>> classes = {};
  std::vector<std::size_t> indices = {};
  std::map<measure::Cause, std::uint64_t> causes = {};
  Span arrivals = no_span;   ///< the first and the last, as far as they are kept
  Span under_way = no_span;  ///< at most
};

/// When the requests of a row were under way, at most.
inline Span under_way(const Result& run, const WindowRow& row) {
  return {row.start, row.start + run.window + double(row.max) * 1e-6};
}

/// All failures of the first run.
std::vector<FailureGroup> failure_groups(const CausalSite& site);

/// What they met over wires of a purpose while they were under way.
Obstacles met_by(const CausalSite& site, const FailureGroup& group, Purpose over);

/// How requests ended that got no answer, with braces for their number; nullptr: they got one.
const char* ending_of(Outcome outcome);

/// Why they ended so; "{it|them}" in it are the requests.
std::string reason_of(const CausalSite& site, const FailureGroup& group, measure::Cause cause);

/// Where a health check was closed like the requests, it is a living Nginx that does so: only for
/// lack of connections. Else whoever died while they were under way.
std::string who_closed(const CausalSite& site, const FailureGroup& group);
/// The connections of an Nginx that has none left, as the end of a sentence.
std::string who_holds(const CausalSite& site, const FailureGroup& group);

/// Who looks at a certificate compares it with the clock of his own host.
std::string who_dates(const CausalSite& site, const FailureGroup& group);

/// Who died in the middle of an answer.
std::string who_cut(const CausalSite& site, const FailureGroup& group);

/// Why clients saw a reset, likewise.
std::string who_reset(const CausalSite& site, const FailureGroup& group);
/// Where Nginx knows its visitors by the load balancer's address alone.
std::string one_bucket(const CausalSite& site, const FailureGroup& group);

/// Who took the address of a database, and did not know connections made before; empty: nobody.
std::string who_is_next(const CausalSite& site, const FailureGroup& group);

/// Proxies before the databases, where the requests of a group get to these by them alone.
Names proxies_of(const CausalSite& site, const FailureGroup& group);

/// Whose name is not known; what clients connect to, if that is one kind of daemon.
std::string somebody(const CausalSite& site, Purpose over);

/// Writes that were sent to a read-only database, and by whom; empty: by any.
struct Refusal {
  Names apps;
  std::string words;  ///< which database, and why it is read-only
};
std::vector<Refusal> refusals_of(const CausalSite& site, const FailureGroup& group);

/// Which databases were read-only when writes were sent to them, and why: ": mysql@server1 was
/// made so at 30.0 s"; empty where no event tells.
std::string who_refuses(const CausalSite& site, const FailureGroup& group);
/// Who else took the connections of a database; empty: that is not known.
std::string who_took(const CausalSite& site, const FailureGroup& group);

}  // namespace spof::report
